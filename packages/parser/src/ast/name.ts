/**
 * The syntax tree. Its files follow the grammar; `statement.ts` has the root, `Statement`.
 *
 * Conventions, the same for every node:
 * - `kind` is unique over all nodes, so any node can be dispatched on it alone.
 * - `span` covers the text the node was parsed from, as UTF-16 offsets into the text that was given
 *   to the parser. Parentheses leave no node: the node inside does not span them, the one around
 *   does.
 * - Absent is `null`, an absent list is empty: every field is always there.
 * - Syntax only: nothing is resolved, nothing is typed, numbers stay text.
 * - Spellings that mean the same give the same node (`!=` is `<>`, `x::T` is a cast, `trim(BOTH 'a'
 *   FROM s)` is a call of `trim`): what is left is what a binder has to tell apart.
 */
import type { Span } from '@windrow/core';

/** One name as written, escapes undone. Matching is case-insensitive even when quoted. */
export interface Identifier {
  readonly kind: 'identifier';
  readonly name: string;
  readonly quoted: boolean;
  readonly span: Span;
}

/** A dotted name (`catalog.schema.table`), outermost part first; never empty. */
export interface QualifiedName {
  readonly kind: 'qualifiedName';
  readonly parts: readonly [Identifier, ...Identifier[]];
  readonly span: Span;
}
