import type { Span } from '@windrow/core';
import type { Expression } from './expression.ts';
import type { Identifier } from './name.ts';
import type { SelectItem } from './select.ts';
import type { TableAlias, TableReference } from './table-reference.ts';
import type { SortItem } from './window.ts';

/** `source MATCH_RECOGNIZE (…)`. */
export interface MatchRecognize {
  readonly kind: 'matchRecognize';
  readonly source: TableReference;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortItem[];
  readonly measures: readonly SelectItem[];
  readonly rowsPerMatch: 'one' | 'all' | 'allShowEmpty' | 'allOmitEmpty' | 'allWithUnmatched';
  readonly afterMatch: AfterMatch;
  readonly pattern: RowPattern;
  readonly subsets: readonly PatternSubset[];
  readonly define: readonly PatternDefinition[];
  readonly alias: TableAlias | null;
  readonly span: Span;
}

/** Where the search goes on after a match. The default is past the last row. */
export type AfterMatch =
  | { readonly kind: 'skipPastLastRow'; readonly span: Span }
  | { readonly kind: 'skipToNextRow'; readonly span: Span }
  | { readonly kind: 'skipToFirst'; readonly variable: Identifier; readonly span: Span }
  | { readonly kind: 'skipToLast'; readonly variable: Identifier; readonly span: Span };

/** A row pattern. */
export type RowPattern =
  | { readonly kind: 'patternVariable'; readonly name: Identifier; readonly span: Span }
  | { readonly kind: 'patternSequence'; readonly parts: readonly RowPattern[]; readonly span: Span }
  | {
      readonly kind: 'patternAlternation';
      readonly alternatives: readonly RowPattern[];
      readonly span: Span;
    }
  | { readonly kind: 'patternPermute'; readonly parts: readonly RowPattern[]; readonly span: Span }
  | {
      readonly kind: 'patternRepeat';
      readonly pattern: RowPattern;
      readonly min: number;
      /** null: without bound */
      readonly max: number | null;
      readonly reluctant: boolean;
      readonly span: Span;
    }
  | { readonly kind: 'patternExclude'; readonly pattern: RowPattern; readonly span: Span }
  | { readonly kind: 'patternStart'; readonly span: Span }
  | { readonly kind: 'patternEnd'; readonly span: Span };

/** `SUBSET u = (a, b)`. */
export interface PatternSubset {
  readonly kind: 'patternSubset';
  readonly name: Identifier;
  readonly variables: readonly Identifier[];
  readonly span: Span;
}

/** `DEFINE a AS condition`. */
export interface PatternDefinition {
  readonly kind: 'patternDefinition';
  readonly name: Identifier;
  readonly condition: Expression;
  readonly span: Span;
}
