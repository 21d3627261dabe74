import type { Expression } from '../ast/expression.ts';
import type { PartitionValue } from '../ast/row-change.ts';
import type { Option } from '../ast/table-definition.ts';
import { TokenKind } from '../lexer/token.ts';
import type { Cursor } from './cursor.ts';
import { Precedence } from './precedence.ts';
import { atStar, star } from './star.ts';

/** `(NAME value, NAME = value, NAME)`. */
export function options(cursor: Cursor): readonly Option[] {
  const open = cursor.index;
  cursor.expect('(');
  const found: Option[] = [];
  while (!cursor.at(')')) {
    found.push(option(cursor));
    if (!cursor.accept(',')) break;
  }
  cursor.expectClose(')', open);
  return found;
}

/** Options in parentheses, or none when there is no parenthesis. */
export function optionalOptions(cursor: Cursor): readonly Option[] {
  return cursor.at('(') ? options(cursor) : [];
}

function option(cursor: Cursor): Option {
  const startIndex = cursor.index;
  const name = optionName(cursor);
  const isAssigned = cursor.accept('=') || cursor.accept('=>') || cursor.accept(':=');
  const hasValue = isAssigned || !(cursor.at(',') || cursor.at(')'));
  const value = hasValue ? optionValue(cursor) : null;
  return { kind: 'option', name, value, span: cursor.span(startIndex) };
}

/** A word, a dotted name or a string. */
function optionName(cursor: Cursor): string {
  if (cursor.atString) return cursor.string().value.toLowerCase();
  let name = cursor.label('an option', 'setting').name;
  while (cursor.accept('.')) name += `.${cursor.label('an option', 'setting').name}`;
  return name.toLowerCase();
}

/** A value of an option; a reserved word such as `NULL` or `ALL` counts as a name. */
export function optionValue(cursor: Cursor): Expression {
  if (atStar(cursor)) return star(cursor);
  const isBareWord =
    cursor.kind === TokenKind.word &&
    !VALUE_WORDS.has(cursor.tag) &&
    (cursor.tagAhead(1) === ',' ||
      cursor.tagAhead(1) === ')' ||
      cursor.kindAhead(1) === TokenKind.end);
  if (!isBareWord) return cursor.grammar.expression(cursor, Precedence.lowest);
  const name = cursor.label();
  return { kind: 'columnReference', path: [name], span: name.span };
}

/** Words that are values in themselves. */
const VALUE_WORDS: ReadonlySet<string> = new Set(['null', 'true', 'false', 'default']);

/** `PARTITION (c = 1, d)`: what stands in the parentheses. */
export function partitionValues(cursor: Cursor): readonly PartitionValue[] {
  return cursor.parenthesized((): PartitionValue => {
    const startIndex = cursor.index;
    const column = cursor.name('a column name', 'column');
    const value = cursor.accept('=') ? cursor.grammar.expression(cursor) : null;
    return { kind: 'partitionValue', column, value, span: cursor.span(startIndex) };
  });
}
