import type { Expression } from '../ast/expression.ts';
import type { IntervalPart } from '../ast/literal.ts';
import type { IntervalUnit } from '../ast/type-name.ts';
import { isStringKind } from '../lexer/literal.ts';
import { TokenKind } from '../lexer/token.ts';
import type { Cursor } from './cursor.ts';
import { Precedence } from './precedence.ts';

const UNITS: Readonly<Record<string, IntervalUnit>> = {
  microsecond: 'microsecond',
  millisecond: 'millisecond',
  second: 'second',
  minute: 'minute',
  hour: 'hour',
  day: 'day',
  week: 'week',
  month: 'month',
  quarter: 'quarter',
  year: 'year',
  decade: 'decade',
  century: 'century',
  centurie: 'century',
  millennium: 'millennium',
  millennia: 'millennium',
};

/** The unit that the word `distance` tokens ahead names, in singular or plural. */
export function unitAt(cursor: Cursor, distance = 0): IntervalUnit | undefined {
  if (cursor.kindAhead(distance) !== TokenKind.word) return undefined;
  const word = cursor.textAt(cursor.index + distance).toLowerCase();
  const singular = word.endsWith('s') ? word.slice(0, -1) : word;
  return Object.hasOwn(UNITS, singular) ? UNITS[singular] : undefined;
}

/** `INTERVAL …`, or null when `interval` is a name here. */
export function interval(cursor: Cursor): Expression | null {
  if (!atQuantity(cursor)) return null;
  const startIndex = cursor.index;
  cursor.skip();
  const first = part(cursor);
  const parts: [IntervalPart, ...IntervalPart[]] = [first];
  // INTERVAL 1 DAY 2 HOURS
  while (first.unit !== null && first.to === null && isPlain(cursor.kind) && unitAt(cursor, 1))
    parts.push(part(cursor));
  return { kind: 'intervalLiteral', parts, span: cursor.span(startIndex) };
}

/** Does a quantity follow the word INTERVAL? */
function atQuantity(cursor: Cursor): boolean {
  const kind = cursor.kindAhead(1);
  const tag = cursor.tagAhead(1);
  if (isPlain(kind) || tag === '(') return true;
  if (tag === '-' || tag === '+')
    return isPlain(cursor.kindAhead(2)) && unitAt(cursor, 3) !== undefined;
  if (tag === ':' || tag === '@')
    return cursor.kindAhead(2) === TokenKind.word && unitAt(cursor, 3) !== undefined;
  // INTERVAL a DAY, but not the column `interval` before an operator: interval ESCAPE year.
  const isName = tag === '' && cursor.isName(1);
  const isOneToken = kind === TokenKind.parameter || tag === '?' || isName;
  return isOneToken && unitAt(cursor, 2) !== undefined;
}

function isPlain(kind: TokenKind): boolean {
  return kind === TokenKind.number || isStringKind(kind);
}

function part(cursor: Cursor): IntervalPart {
  const startIndex = cursor.index;
  const isString = isStringKind(cursor.kind);
  const value = isString ? cursor.string() : cursor.grammar.expression(cursor, Precedence.postfix);
  const unit = unitAt(cursor) ?? null;
  if (unit === null && !isString) cursor.fail('a unit such as DAY or HOURS');
  let to: IntervalUnit | null = null;
  if (unit !== null) {
    cursor.skip();
    if (cursor.tag === 'to' && unitAt(cursor, 1) !== undefined) {
      to = unitAt(cursor, 1) ?? null;
      cursor.skip(2);
    }
  }
  return { kind: 'intervalPart', value, unit, to, span: cursor.span(startIndex) };
}
