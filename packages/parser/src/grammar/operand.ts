import { SqlError } from '@windrow/core';
import type { ListLiteral, MapEntry, StructField } from '../ast/collection.ts';
import type { CaseBranch, Expression, Parameter } from '../ast/expression.ts';
import type { Identifier } from '../ast/name.ts';
import type { UnaryOperator } from '../ast/operator.ts';
import type { Query } from '../ast/query.ts';
import { isReserved } from '../lexer/keyword.ts';
import { isStringKind, numberValue } from '../lexer/literal.ts';
import { type Tag, TokenKind } from '../lexer/token.ts';
import { call, columnsCall, SPECIAL_CALLS, specialCall } from './call.ts';
import type { Cursor } from './cursor.ts';
import { interval } from './interval.ts';
import { keywordLambda } from './lambda.ts';
import { Precedence } from './precedence.ts';
import { atQuery, atQueryContinuation } from './query-start.ts';
import { atStar, starModifiers } from './star.ts';
import { atTypedLiteral, typeName } from './type-name.ts';

/** Parses what an expression begins with: a literal, a name, a call, brackets, a prefix operator. */
export function operand(cursor: Cursor): Expression {
  cursor.want('column');
  cursor.want('function');
  cursor.wantAny(PREFIXES);
  const startIndex = cursor.index;
  switch (cursor.kind) {
    case TokenKind.number:
      return number(cursor);
    case TokenKind.word:
      return word(cursor);
    case TokenKind.quotedIdentifier:
      return namePath(cursor);
    case TokenKind.symbol:
      return symbol(cursor);
    case TokenKind.parameter:
      return dollarParameter(cursor);
    case TokenKind.blob:
      return blob(cursor);
    case TokenKind.bits: {
      const bits = digits(cursor, /^[01]*$/, 'a bit string has the digits 0 and 1 only');
      return { kind: 'bitLiteral', bits, span: cursor.span(startIndex) };
    }
    default:
      return isStringKind(cursor.kind) ? cursor.string() : cursor.fail('an expression');
  }
}

// --- Literals ------------------------------------------------------------------------------------

function number(cursor: Cursor): Expression {
  const index = cursor.index;
  const { text, form, suffix } = numberValue(cursor.textAt(index), cursor.profile);
  cursor.skip();
  return { kind: 'numberLiteral', text, form, suffix, span: cursor.span(index) };
}

function blob(cursor: Cursor): Expression {
  const startIndex = cursor.index;
  const isPaired = /^(?:[0-9a-fA-F]{2})*$/;
  const hex = digits(cursor, isPaired, 'a blob literal has pairs of hexadecimal digits only');
  return { kind: 'blobLiteral', hex: hex.toUpperCase(), span: cursor.span(startIndex) };
}

function digits(cursor: Cursor, allowed: RegExp, message: string): string {
  const body = cursor.textAt(cursor.index).slice(2, -1);
  cursor.skip();
  if (!allowed.test(body))
    throw new SqlError('syntax', message, { span: cursor.span(cursor.index - 1) });
  return body;
}

function dollarParameter(cursor: Cursor): Parameter {
  const startIndex = cursor.index;
  const written = cursor.textAt(startIndex).slice(1);
  cursor.skip();
  const span = cursor.span(startIndex);
  if (!/^\d/.test(written)) {
    cursor.noteParameter('$name', startIndex);
    return { kind: 'parameter', index: null, name: written, span };
  }
  cursor.noteParameter('$1', startIndex);
  const index = Number(written);
  if (index < 1 || index > 65_535)
    throw new SqlError('syntax', `parameter ${written} is not in the range 1 to 65535`, { span });
  return { kind: 'parameter', index, name: null, span };
}

// --- Words ---------------------------------------------------------------------------------------

/** Parses an operand that begins with this keyword, or returns null when it is a mere name here. */
type Prefix = (cursor: Cursor) => Expression | null;

const PREFIXES: ReadonlyMap<Tag, Prefix> = new Map<Tag, Prefix>([
  ['null', literalWord],
  ['true', literalWord],
  ['false', literalWord],
  ['default', literalWord],
  ['not', (cursor) => unary(cursor, 'not', Precedence.not)],
  ['case', caseExpression],
  ['cast', castCall],
  ['try_cast', castCall],
  ['exists', exists],
  ['array', array],
  ['map', map],
  ['row', row],
  ['interval', interval],
  ['lambda', keywordLambda],
  ['columns', (cursor) => (cursor.tagAhead(1) === '(' ? columnsCall(cursor, null, false) : null)],
  ...SPECIAL_CALLS.map((tag): [Tag, Prefix] => [tag, specialCall]),
]);

function word(cursor: Cursor): Expression {
  const { tag } = cursor;
  if (tag !== '') {
    const special = PREFIXES.get(tag)?.(cursor);
    if (special != null) return special;
    if (isReserved(tag)) return reservedWord(cursor);
  }
  if (atTypedLiteral(cursor)) {
    const startIndex = cursor.index;
    const type = typeName(cursor);
    const { value } = cursor.string();
    return { kind: 'typedLiteral', type, value, span: cursor.span(startIndex) };
  }
  return namePath(cursor);
}

function reservedWord(cursor: Cursor): never {
  // The name rule knows the hint; an expression was wanted, though.
  const follows = cursor.tagAhead(1);
  const looksLikeName =
    follows === ',' || follows === ')' || follows === '=' || follows === '.' || follows === 'from';
  if (looksLikeName) cursor.name('an expression', 'column');
  return cursor.fail('an expression');
}

function literalWord(cursor: Cursor): Expression {
  const startIndex = cursor.index;
  const { tag } = cursor;
  cursor.skip();
  const span = cursor.span(startIndex);
  if (tag === 'null') return { kind: 'nullLiteral', span };
  if (tag === 'default') return { kind: 'defaultValue', span };
  return { kind: 'booleanLiteral', value: tag === 'true', span };
}

/** `a`, `a.b.c`, `a.*`, `a.b(…)`. */
function namePath(cursor: Cursor): Expression {
  const startIndex = cursor.index;
  const path: [Identifier, ...Identifier[]] = [cursor.label()];
  while (cursor.tag === '.') {
    cursor.skip();
    if (cursor.accept('*')) {
      const of = { kind: 'columnReference', path, span: spanOf(path) } as const;
      return starModifiers(cursor, of, startIndex);
    }
    if (cursor.at('columns') && cursor.tagAhead(1) === '(') {
      const of = { kind: 'qualifiedName', parts: path, span: spanOf(path) } as const;
      return columnsCall(cursor, of, false);
    }
    path.push(cursor.label('a name', 'column'));
  }
  if (cursor.tag !== '(') return { kind: 'columnReference', path, span: spanOf(path) };
  const name = { kind: 'qualifiedName', parts: path, span: spanOf(path) } as const;
  return call(cursor, name, startIndex);
}

function spanOf(path: readonly [Identifier, ...Identifier[]]): Identifier['span'] {
  const first = path[0].span;
  return path.length === 1 ? first : { start: first.start, end: path[path.length - 1]!.span.end };
}

function unary(
  cursor: Cursor,
  operator: Exclude<UnaryOperator, 'factorial'>,
  minimum: number,
): Expression {
  const startIndex = cursor.index;
  cursor.skip();
  const operatorSpan = cursor.span(startIndex);
  const { colonEnds } = cursor;
  cursor.enter();
  cursor.colonEnds = colonEnds;
  const operand = cursor.grammar.expression(cursor, minimum);
  cursor.leave();
  return { kind: 'unary', operator, operand, operatorSpan, span: cursor.span(startIndex) };
}

function caseExpression(cursor: Cursor): Expression {
  const startIndex = cursor.index;
  cursor.skip();
  cursor.enter();
  const { expression } = cursor.grammar;
  const operand = cursor.at('when') ? null : expression(cursor);
  const branch = (): CaseBranch => {
    const branchIndex = cursor.index;
    cursor.expect('when');
    const when = expression(cursor);
    cursor.expect('then');
    const then = expression(cursor);
    return { kind: 'caseBranch', when, then, span: cursor.span(branchIndex) };
  };
  const branches: [CaseBranch, ...CaseBranch[]] = [branch()];
  while (cursor.at('when')) branches.push(branch());
  const otherwise = cursor.accept('else') ? expression(cursor) : null;
  cursor.expect('end');
  cursor.leave();
  return { kind: 'case', operand, branches, otherwise, span: cursor.span(startIndex) };
}

function castCall(cursor: Cursor): Expression {
  const startIndex = cursor.index;
  const isTry = cursor.tag === 'try_cast';
  cursor.skip();
  const open = cursor.index;
  cursor.expect('(');
  cursor.enter();
  const operand = cursor.grammar.expression(cursor);
  cursor.leave();
  cursor.expect('as');
  const type = typeName(cursor);
  cursor.expectClose(')', open);
  return { kind: 'cast', operand, type, try: isTry, span: cursor.span(startIndex) };
}

/** `EXISTS (SELECT …)`; `exists(list, x -> …)` is a call. */
function exists(cursor: Cursor): Expression | null {
  if (cursor.tagAhead(1) !== '(' || !atQuery(cursor, 2)) return null;
  const startIndex = cursor.index;
  cursor.skip();
  const query = queryInParentheses(cursor);
  return { kind: 'exists', query, span: cursor.span(startIndex) };
}

/** `ARRAY[…]` and `ARRAY(SELECT …)`; `array(1, 2)` is a call. */
function array(cursor: Cursor): Expression | null {
  const startIndex = cursor.index;
  if (cursor.tagAhead(1) === '[') {
    cursor.skip();
    return { ...list(cursor), span: cursor.span(startIndex) };
  }
  if (cursor.tagAhead(1) !== '(' || !atQuery(cursor, 2)) return null;
  cursor.skip();
  const query = queryInParentheses(cursor);
  return { kind: 'arraySubquery', query, span: cursor.span(startIndex) };
}

function queryInParentheses(cursor: Cursor): Query {
  const open = cursor.index;
  cursor.expect('(');
  cursor.enter();
  const query = cursor.grammar.query(cursor);
  cursor.leave();
  cursor.expectClose(')', open);
  return query;
}

/** `MAP {k: v}`; `map(keys, values)` and `map[k]` are ordinary. */
function map(cursor: Cursor): Expression | null {
  if (cursor.tagAhead(1) !== '{') return null;
  const startIndex = cursor.index;
  cursor.skip();
  const entries = braces(cursor, (): MapEntry => {
    const entryIndex = cursor.index;
    cursor.colonEnds = true;
    const key = cursor.grammar.expression(cursor);
    cursor.colonEnds = false;
    cursor.expect(':');
    const value = cursor.grammar.expression(cursor);
    return { kind: 'mapEntry', key, value, span: cursor.span(entryIndex) };
  });
  return { kind: 'map', entries, span: cursor.span(startIndex) };
}

function struct(cursor: Cursor): Expression {
  const startIndex = cursor.index;
  const fields = braces(cursor, (): StructField => {
    const fieldIndex = cursor.index;
    const name = structKey(cursor);
    cursor.expect(':');
    const value = cursor.grammar.expression(cursor);
    return { kind: 'structField', name, value, span: cursor.span(fieldIndex) };
  });
  return { kind: 'struct', fields, span: cursor.span(startIndex) };
}

function structKey(cursor: Cursor): Identifier {
  if (!cursor.atString) return cursor.label('a field name', 'string');
  const { value, span } = cursor.string();
  return { kind: 'identifier', name: value, quoted: true, span };
}

/** The items between braces, with a trailing comma if you like. */
function braces<T>(cursor: Cursor, item: () => T): readonly T[] {
  const open = cursor.index;
  cursor.expect('{');
  cursor.enter();
  const items: T[] = [];
  while (cursor.tag !== '}') {
    items.push(item());
    if (!cursor.accept(',')) break;
  }
  cursor.leave();
  cursor.expectClose('}', open);
  return items;
}

/** `ROW(a, b)`. */
function row(cursor: Cursor): Expression | null {
  if (cursor.tagAhead(1) !== '(') return null;
  const startIndex = cursor.index;
  cursor.skip();
  if (cursor.tagAhead(1) === ')') {
    cursor.skip(2);
    return { kind: 'row', items: [], span: cursor.span(startIndex) };
  }
  const items = cursor.parenthesized(() => {
    cursor.enter();
    const item = cursor.grammar.expression(cursor);
    cursor.leave();
    return item;
  });
  return { kind: 'row', items, span: cursor.span(startIndex) };
}

// --- Symbols -------------------------------------------------------------------------------------

function symbol(cursor: Cursor): Expression {
  const { tag } = cursor;
  switch (tag) {
    case '(':
      return parenthesis(cursor);
    case '[':
      return list(cursor);
    case '{':
      return struct(cursor);
    case '-':
    case '+':
    case '~':
      return unary(cursor, tag, Precedence.unary);
    case '!':
      return cursor.profile.caretIsXor
        ? unary(cursor, 'not', Precedence.not)
        : cursor.fail('an expression', 'Write NOT for negation.');
    case '*':
      if (atStar(cursor)) break;
      cursor.skip();
      return columnsCall(cursor, null, true);
    case '?':
      return questionMark(cursor);
    case ':':
    case '@':
      if (cursor.kindAhead(1) === TokenKind.word && cursor.isTight(cursor.index + 1))
        return namedParameter(cursor, tag);
      // As PostgreSQL has it: looser than arithmetic, unlike the other prefix operators.
      if (tag === '@') return unary(cursor, '@', Precedence.other);
      break;
    case '#':
      if (cursor.kindAhead(1) === TokenKind.number && cursor.isTight(cursor.index + 1))
        return positionalReference(cursor);
      break;
  }
  return cursor.fail('an expression');
}

function questionMark(cursor: Cursor): Parameter {
  const startIndex = cursor.index;
  cursor.skip();
  const index = cursor.noteParameter('?', startIndex);
  return { kind: 'parameter', index, name: null, span: cursor.span(startIndex) };
}

function namedParameter(cursor: Cursor, sign: ':' | '@'): Parameter {
  const startIndex = cursor.index;
  cursor.skip();
  const { name } = cursor.label();
  cursor.noteParameter(`${sign}name`, startIndex);
  return { kind: 'parameter', index: null, name, span: cursor.span(startIndex) };
}

function positionalReference(cursor: Cursor): Expression {
  const startIndex = cursor.index;
  cursor.skip();
  const position = cursor.wholeNumber('a column number');
  return { kind: 'positionalReference', position, span: cursor.span(startIndex) };
}

/** `(e)`, `(a, b)`, `(SELECT …)`. */
function parenthesis(cursor: Cursor): Expression {
  const startIndex = cursor.index;
  return asExpression(cursor, parenthesisContent(cursor), startIndex);
}

/**
 * What stands between parentheses: a query, or expressions with commas between.
 *
 * After `((` one cannot know yet which of them it is: `((SELECT 1))`, `((SELECT 1) UNION …)`,
 * `((SELECT 1) + 1)`. So the inner parenthesis is parsed first and what follows it decides, which
 * keeps the parser linear: no text is read twice.
 */
export function parenthesisContent(cursor: Cursor): Query | [Expression, ...Expression[]] {
  const open = cursor.index;
  cursor.expect('(');
  cursor.enter();
  const content = atQuery(cursor) ? cursor.grammar.query(cursor) : queryOrExpressions(cursor);
  cursor.leave();
  cursor.expectClose(')', open);
  return content;
}

function queryOrExpressions(cursor: Cursor): Query | [Expression, ...Expression[]] {
  const first = queryOrExpression(cursor);
  if (first.kind === 'query') return first;
  const items: [Expression, ...Expression[]] = [first];
  while (cursor.accept(',')) items.push(cursor.grammar.expression(cursor));
  return items;
}

/** An expression, or a query whose first operand is in parentheses. */
export function queryOrExpression(cursor: Cursor): Query | Expression {
  const { expression, expressionFrom, queryFrom } = cursor.grammar;
  if (cursor.tag !== '(') return expression(cursor);
  const startIndex = cursor.index;
  const outer = cursor.openTree();
  const content = parenthesisContent(cursor);
  if (!Array.isArray(content)) {
    const isWhole = cursor.at(')');
    if (isWhole || atQueryContinuation(cursor)) {
      cursor.closeTree(outer);
      return isWhole ? content : queryFrom(cursor, content, startIndex);
    }
  }
  const first = asExpression(cursor, content, startIndex);
  const result = expressionFrom(cursor, first, startIndex);
  cursor.closeTree(outer);
  return result;
}

function asExpression(
  cursor: Cursor,
  content: Query | [Expression, ...Expression[]],
  startIndex: number,
): Expression {
  const span = cursor.span(startIndex);
  if (!Array.isArray(content)) return { kind: 'scalarSubquery', query: content, span };
  return content.length === 1 ? content[0] : { kind: 'row', items: content, span };
}

/** `[a, b]`, and the comprehension `[e FOR x IN list IF condition]`. */
function list(
  cursor: Cursor,
): Expression & { readonly kind: ListLiteral['kind'] | 'listComprehension' } {
  const startIndex = cursor.index;
  cursor.expect('[');
  cursor.enter();
  const items: Expression[] = [];
  while (cursor.tag !== ']') {
    items.push(cursor.grammar.expression(cursor));
    if (!cursor.accept(',')) break;
  }
  const [element] = items;
  const clause =
    items.length === 1 && element !== undefined && cursor.accept('for')
      ? comprehension(cursor)
      : null;
  cursor.leave();
  cursor.expectClose(']', startIndex);
  const span = cursor.span(startIndex);
  return clause === null || element === undefined
    ? { kind: 'list', items, span }
    : { kind: 'listComprehension', element, ...clause, span };
}

function comprehension(cursor: Cursor): {
  variables: [Identifier, ...Identifier[]];
  source: Expression;
  filter: Expression | null;
} {
  const variables = cursor.list(() => cursor.name('a variable'));
  cursor.expect('in');
  const source = cursor.grammar.expression(cursor);
  const filter = cursor.accept('if') ? cursor.grammar.expression(cursor) : null;
  return { variables, source, filter };
}
