import type { QualifiedName } from '../ast/name.ts';
import type { Assignment } from '../ast/row-change.ts';
import type { Cursor } from './cursor.ts';

/** `a = e`, `s.a = e`, `(a, b) = e`. */
export function assignment(cursor: Cursor): Assignment {
  const startIndex = cursor.index;
  const row = cursor.at('(');
  const column = (): QualifiedName => cursor.qualifiedName('a column name', 'column');
  const targets: [QualifiedName, ...QualifiedName[]] = row
    ? cursor.parenthesized(column)
    : [column()];
  cursor.expect('=');
  const value = cursor.grammar.expression(cursor);
  return { kind: 'assignment', targets, row, value, span: cursor.span(startIndex) };
}
