import type { Span } from '@windrow/core';
import type { CallExpression, Expression } from './expression.ts';
import type { Identifier } from './name.ts';
import type { AliasColumn, TableReference } from './table-reference.ts';
import type { WindowSpecification } from './window.ts';

/** SELECT … FROM … WHERE … GROUP BY … HAVING … WINDOW … QUALIFY … USING SAMPLE. */
export interface Select {
  readonly kind: 'select';
  readonly distinct: Distinct | null;
  readonly items: readonly SelectItem[];
  /** Comma-separated; a comma binds weaker than JOIN. Empty without FROM. */
  readonly from: readonly TableReference[];
  readonly lateralViews: readonly LateralView[];
  readonly where: Expression | null;
  readonly groupBy: GroupBy | null;
  readonly having: Expression | null;
  readonly windows: readonly NamedWindow[];
  readonly qualify: Expression | null;
  readonly sample: Sample | null;
  readonly hints: readonly Hint[];
  /** `SELECT TRANSFORM (…) USING …`; then `items` are its inputs. */
  readonly transform: Transform | null;
  readonly span: Span;
}

/** `DISTINCT` (no keys) or `DISTINCT ON (keys)`. */
export interface Distinct {
  readonly kind: 'distinct';
  readonly on: readonly Expression[];
  readonly span: Span;
}

/** `e [AS a]`, `a: e`. `columnAliases` is Spark's `e AS (a, b)` for generators. */
export interface SelectItem {
  readonly kind: 'selectItem';
  readonly expression: Expression;
  readonly alias: Identifier | null;
  readonly columnAliases: readonly Identifier[];
  readonly span: Span;
}

/** GROUP BY; `with` is MySQL's and Spark's `WITH ROLLUP | CUBE`, ClickHouse's `WITH TOTALS`. */
export interface GroupBy {
  readonly kind: 'groupBy';
  readonly all: boolean;
  readonly distinct: boolean;
  readonly elements: readonly GroupingElement[];
  readonly with: 'rollup' | 'cube' | 'totals' | null;
  readonly span: Span;
}

/** An element of GROUP BY; several elements multiply. */
export type GroupingElement =
  /** A plain expression (one), `(a, b)` (several) or `()` (none). */
  | {
      readonly kind: 'groupingSet';
      readonly expressions: readonly Expression[];
      readonly span: Span;
    }
  | {
      readonly kind: 'rollup';
      readonly items: readonly (readonly Expression[])[];
      readonly span: Span;
    }
  | {
      readonly kind: 'cube';
      readonly items: readonly (readonly Expression[])[];
      readonly span: Span;
    }
  | {
      readonly kind: 'groupingSets';
      readonly elements: readonly GroupingElement[];
      readonly span: Span;
    };

/** `name AS (…)` of the WINDOW clause. */
export interface NamedWindow {
  readonly kind: 'namedWindow';
  readonly name: Identifier;
  readonly window: WindowSpecification;
  readonly span: Span;
}

/** A sample: a share or a number of rows. `method` is null where none was named. */
export interface Sample {
  readonly kind: 'sample';
  readonly method: 'bernoulli' | 'system' | 'reservoir' | null;
  readonly size: Expression;
  readonly unit: 'percent' | 'rows';
  readonly seed: Expression | null;
  /** Spark's `BUCKET size OUT OF buckets`; then `unit` is rows and means nothing. */
  readonly buckets: Expression | null;
  readonly span: Span;
}

/** One hint of the comment after SELECT: `BROADCAST(t)`, `COALESCE(3)`, `NO_REORDER`. */
export interface Hint {
  readonly kind: 'hint';
  readonly name: Identifier;
  readonly arguments: readonly Expression[];
  readonly span: Span;
}

/** Spark's `LATERAL VIEW [OUTER] f(x) t AS a, b`, applied to the whole FROM clause. */
export interface LateralView {
  readonly kind: 'lateralView';
  readonly outer: boolean;
  readonly call: CallExpression;
  readonly table: Identifier | null;
  readonly columns: readonly Identifier[];
  readonly span: Span;
}

/** Spark's `SELECT TRANSFORM (…) USING 'script' [AS (…)]`. */
export interface Transform {
  readonly kind: 'transform';
  readonly script: string;
  readonly columns: readonly AliasColumn[];
  readonly span: Span;
}
