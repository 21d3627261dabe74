import type { Expression } from '../ast/expression.ts';
import type { QualifiedName } from '../ast/name.ts';
import type { IntervalUnit, TypeField, TypeName } from '../ast/type-name.ts';
import { isStringKind } from '../lexer/literal.ts';
import { type Tag, TokenKind } from '../lexer/token.ts';
import type { Cursor } from './cursor.ts';
import { unitAt } from './interval.ts';

/** Parses a type, with all its `[]` behind it. */
export function typeName(cursor: Cursor): TypeName {
  const startIndex = cursor.index;
  cursor.want('type');
  const outer = cursor.openTree();
  let type = baseType(cursor);
  for (;;) {
    const isWord = cursor.tag === 'array';
    if (!isWord && cursor.tag !== '[') break;
    cursor.skip(isWord ? 1 : 0);
    cursor.wrap();
    type = arrayOf(cursor, type, startIndex);
  }
  cursor.closeTree(outer);
  return type;
}

/** `[]`, `[n]`, or nothing behind the word ARRAY. */
function arrayOf(cursor: Cursor, element: TypeName, startIndex: number): TypeName {
  const open = cursor.index;
  if (!cursor.accept('[') || cursor.accept(']'))
    return { kind: 'listType', element, span: cursor.span(startIndex) };
  const size = cursor.wholeNumber('a length or "]"');
  cursor.expectClose(']', open);
  return { kind: 'arrayType', element, size, span: cursor.span(startIndex) };
}

function baseType(cursor: Cursor): TypeName {
  const next = cursor.tagAhead(1);
  const opens = next === '(' || next === '<';
  switch (cursor.tag) {
    case 'array':
    case 'list':
      if (opens) return elementType(cursor);
      break;
    case 'map':
      if (opens) return mapType(cursor);
      break;
    case 'struct':
    case 'row':
      if (opens || next === '<>') return structType(cursor);
      break;
    case 'union':
      if (opens) return unionType(cursor);
      break;
    case 'enum':
      if (opens) return enumType(cursor);
      break;
    case 'interval':
      if (unitAt(cursor, 1) !== undefined) return intervalType(cursor);
      break;
  }
  return namedType(cursor);
}

// --- Nested types --------------------------------------------------------------------------------

/** The items of a nested type, between parentheses or angle brackets. */
function nested<T>(cursor: Cursor, item: () => T): [T, ...T[]] {
  const open = cursor.index;
  const isAngle = cursor.accept('<');
  if (!isAngle) cursor.expect('(');
  cursor.enter();
  const items = cursor.list(item);
  cursor.leave();
  if (isAngle) cursor.expect('>');
  else cursor.expectClose(')', open);
  return items;
}

function elementType(cursor: Cursor): TypeName {
  const startIndex = cursor.index;
  cursor.skip();
  const [element, ...others] = nested(cursor, () => typeName(cursor));
  if (others.length > 0) cursor.fail('one element type');
  return { kind: 'listType', element, span: cursor.span(startIndex) };
}

function mapType(cursor: Cursor): TypeName {
  const startIndex = cursor.index;
  cursor.skip();
  const [key, value, ...others] = nested(cursor, () => typeName(cursor));
  if (value === undefined || others.length > 0) return cursor.fail('a key type and a value type');
  return { kind: 'mapType', key, value, span: cursor.span(startIndex) };
}

function structType(cursor: Cursor): TypeName {
  const startIndex = cursor.index;
  cursor.skip();
  const fields = cursor.accept('<>') ? [] : nested(cursor, () => typeField(cursor));
  return { kind: 'structType', fields, span: cursor.span(startIndex) };
}

function unionType(cursor: Cursor): TypeName {
  const startIndex = cursor.index;
  cursor.skip();
  const members = nested(cursor, () => typeField(cursor));
  return { kind: 'unionType', members, span: cursor.span(startIndex) };
}

function typeField(cursor: Cursor): TypeField {
  const startIndex = cursor.index;
  const name = atFieldName(cursor) ? cursor.label('a field name') : null;
  if (name !== null) cursor.accept(':');
  const type = typeName(cursor);
  const notNull = cursor.acceptWords('not', 'null');
  const comment = cursor.accept('comment') ? cursor.string().value : null;
  return { kind: 'typeField', name, type, notNull, comment, span: cursor.span(startIndex) };
}

/** A name before a type; `ROW(INTEGER, DOUBLE PRECISION)` has types alone. */
function atFieldName(cursor: Cursor): boolean {
  const next = cursor.tagAhead(1);
  if (next === ':' || next === 'union') return true;
  if (cursor.tag === 'interval' && unitAt(cursor, 1) !== undefined) return false;
  if (next === 'precision' || next === 'varying' || next === 'array' || next === 'not')
    return false;
  if (next === 'comment') return cursor.kindAhead(2) === TokenKind.word;
  return cursor.isName(1);
}

function enumType(cursor: Cursor): TypeName {
  const startIndex = cursor.index;
  cursor.skip();
  const values = cursor.parenthesized(() => cursor.string().value);
  return { kind: 'enumType', values, span: cursor.span(startIndex) };
}

function intervalType(cursor: Cursor): TypeName {
  const startIndex = cursor.index;
  cursor.skip();
  const from = unit(cursor);
  const to = cursor.accept('to') ? unit(cursor) : null;
  return { kind: 'intervalType', from, to, span: cursor.span(startIndex) };
}

function unit(cursor: Cursor): IntervalUnit {
  const found = unitAt(cursor);
  if (found === undefined) return cursor.fail('a unit such as YEAR or MONTH');
  cursor.skip();
  return found;
}

// --- Types by name -------------------------------------------------------------------------------

function namedType(cursor: Cursor): TypeName {
  const startIndex = cursor.index;
  const { tag } = cursor;
  let name = cursor.qualifiedName('a type', 'type');
  const renameTo = (to: string): QualifiedName => {
    const span = cursor.span(startIndex);
    return {
      kind: 'qualifiedName',
      parts: [{ kind: 'identifier', name: to, quoted: false, span }],
      span,
    };
  };
  if (tag === 'double' && cursor.accept('precision')) name = renameTo('double');
  if ((tag === 'character' || tag === 'char') && cursor.accept('varying'))
    name = renameTo('varchar');
  const modifiers = cursor.at('(') ? cursor.parenthesized(() => modifier(cursor)) : [];
  if (tag === 'timestamp' || tag === 'time') {
    const zone = timeZone(cursor);
    if (zone !== null) name = renameTo(zone ? `${tag}tz` : tag);
  }
  return { kind: 'namedType', name, modifiers, span: cursor.span(startIndex) };
}

function modifier(cursor: Cursor): Expression {
  if (cursor.kind !== TokenKind.number && !isStringKind(cursor.kind) && cursor.tag !== '-')
    cursor.fail('a number');
  return cursor.grammar.expression(cursor);
}

/** WITH TIME ZONE (true), WITHOUT TIME ZONE (false), or neither (null). */
function timeZone(cursor: Cursor): boolean | null {
  if (cursor.acceptWords('with', 'time', 'zone')) return true;
  if (cursor.acceptWords('with', 'local', 'time', 'zone')) return true;
  return cursor.acceptWords('without', 'time', 'zone') ? false : null;
}

// --- Typed literals ------------------------------------------------------------------------------

/** Types that may stand before a string with modifiers or in several words. */
const LONG_TYPES: ReadonlySet<string> = new Set<Tag>([
  'timestamp',
  'timestamptz',
  'time',
  'timetz',
  'varchar',
  'decimal',
  'numeric',
  'dec',
  'char',
  'character',
  'double',
  'float',
  'bit',
]);

/** Does a type name and then a string begin here: `DATE '…'`, `TIMESTAMP(3) WITH TIME ZONE '…'`? */
export function atTypedLiteral(cursor: Cursor): boolean {
  if (isStringKind(cursor.kindAhead(1))) return true;
  if (!LONG_TYPES.has(cursor.tag)) return false;
  let at = 1;
  const next = cursor.tagAhead(at);
  if (next === 'precision' || next === 'varying') at++;
  if (cursor.tagAhead(at) === '(' && cursor.kindAhead(at + 1) === TokenKind.number) {
    at += 2;
    if (cursor.tagAhead(at) === ',' && cursor.kindAhead(at + 1) === TokenKind.number) at += 2;
    if (cursor.tagAhead(at) !== ')') return false;
    at++;
  }
  const word = cursor.tagAhead(at);
  if ((word === 'with' || word === 'without') && cursor.tagAhead(at + 1) === 'time') at += 3;
  return isStringKind(cursor.kindAhead(at));
}
