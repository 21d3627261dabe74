import type { Argument, CallExpression, Columns, Expression } from '../ast/expression.ts';
import type { Identifier, QualifiedName } from '../ast/name.ts';
import type { SortItem } from '../ast/window.ts';
import { isStringKind } from '../lexer/literal.ts';
import { type Tag, TokenKind } from '../lexer/token.ts';
import type { Cursor } from './cursor.ts';
import { arrowLambda, takesLambda } from './lambda.ts';
import { skipsNulls } from './null-treatment.ts';
import { Precedence } from './precedence.ts';
import { atStar, star } from './star.ts';
import { over, sortItem } from './window.ts';

/** What stands between the parentheses of a call. */
interface CallBody {
  readonly distinct: boolean;
  readonly arguments: readonly Argument[];
  readonly orderBy: readonly SortItem[];
  readonly nullTreatment: CallExpression['nullTreatment'];
}

/**
 * A call whose name has been passed; the cursor stands on its parenthesis. The receiver of
 * `(e).f(x)` becomes the first argument.
 */
export function call(
  cursor: Cursor,
  name: QualifiedName,
  startIndex: number,
  receiver: Expression | null = null,
): CallExpression {
  const open = cursor.index;
  cursor.expect('(');
  cursor.enter();
  const body = callBody(cursor, name, receiver === null ? [] : [plainArgument(receiver)]);
  cursor.leave();
  cursor.expectClose(')', open);
  return callSuffixes(cursor, name, body, startIndex);
}

/** Parentheses of a special form, and what stands in them. */
function brackets<T>(cursor: Cursor, inside: () => T): T {
  const open = cursor.index;
  cursor.expect('(');
  cursor.enter();
  const result = inside();
  cursor.leave();
  cursor.expectClose(')', open);
  return result;
}

function callBody(cursor: Cursor, name: QualifiedName, first: readonly Argument[]): CallBody {
  const distinct = cursor.accept('distinct');
  if (!distinct && cursor.tagAhead(1) !== ')') cursor.accept('all');
  const list = [...first];
  const isEmpty = cursor.at(')') || cursor.atWords('order', 'by') || atNullTreatment(cursor);
  const outer = cursor.argumentDepth;
  cursor.argumentDepth = cursor.depth;
  if (distinct || !isEmpty) {
    do list.push(argument(cursor, name, list.length));
    while (cursor.accept(','));
  }
  let nullTreatment = acceptNullTreatment(cursor);
  const orderBy = cursor.acceptOrderBy() ? cursor.list(() => sortItem(cursor)) : [];
  nullTreatment ??= acceptNullTreatment(cursor);
  cursor.argumentDepth = outer;
  return { distinct, arguments: list, orderBy, nullTreatment };
}

function argument(cursor: Cursor, callee: QualifiedName, position: number): Argument {
  const startIndex = cursor.index;
  const next = cursor.tagAhead(1);
  let name: Identifier | null = null;
  if ((next === ':=' || next === '=>') && isAnyName(cursor.kind)) {
    name = cursor.label();
    cursor.skip();
  }
  const mayBeLambda = name !== null || takesLambda(callee, position);
  const value = atStar(cursor)
    ? star(cursor)
    : (arrowLambda(cursor, mayBeLambda) ?? cursor.grammar.expression(cursor));
  // Spark's struct(x AS a): the same as a := x.
  if (name === null && cursor.accept('as')) name = cursor.label();
  return { kind: 'argument', name, value, span: cursor.span(startIndex) };
}

function isAnyName(kind: TokenKind): boolean {
  return kind === TokenKind.word || kind === TokenKind.quotedIdentifier;
}

function plainArgument(value: Expression): Argument {
  return { kind: 'argument', name: null, value, span: value.span };
}

// --- Behind the parentheses ----------------------------------------------------------------------

function atNullTreatment(cursor: Cursor): boolean {
  return cursor.atWords('ignore', 'nulls') || cursor.atWords('respect', 'nulls');
}

/**
 * Do the words belong to the call that ends here? At the end of an argument, as in
 * `lag(abs(x) IGNORE NULLS)`, they are the enclosing call's unless this function can skip NULLs.
 */
function atOwnNullTreatment(cursor: Cursor, callee: QualifiedName): boolean {
  if (!atNullTreatment(cursor)) return false;
  const endsArgument = cursor.tagAhead(2) === ')' && cursor.argumentDepth === cursor.depth;
  return !endsArgument || skipsNulls(callee);
}

function acceptNullTreatment(cursor: Cursor): CallExpression['nullTreatment'] {
  if (cursor.acceptWords('ignore', 'nulls')) return 'ignore';
  return cursor.acceptWords('respect', 'nulls') ? 'respect' : null;
}

/** WITHIN GROUP, FILTER, IGNORE NULLS and FROM LAST in any order, then OVER. */
function callSuffixes(
  cursor: Cursor,
  name: QualifiedName,
  body: CallBody,
  startIndex: number,
): CallExpression {
  let withinGroup: readonly SortItem[] = [];
  let filter: Expression | null = null;
  let { nullTreatment } = body;
  let end: 'first' | 'last' | null = null;
  for (;;) {
    if (withinGroup.length === 0 && cursor.acceptWords('within', 'group'))
      withinGroup = brackets(cursor, () => {
        cursor.expectWords('order', 'by');
        return cursor.list(() => sortItem(cursor));
      });
    else if (filter === null && cursor.at('filter') && cursor.tagAhead(1) === '(') {
      cursor.skip();
      filter = brackets(cursor, () => {
        cursor.accept('where');
        return cursor.grammar.expression(cursor);
      });
    } else if (nullTreatment === null && atOwnNullTreatment(cursor, name))
      nullTreatment = acceptNullTreatment(cursor);
    else if (end === null && atFromEnd(cursor)) {
      end = cursor.tagAhead(1) === 'last' ? 'last' : 'first';
      cursor.skip(2);
    } else break;
  }
  const window = over(cursor);
  return {
    kind: 'call',
    name,
    arguments: body.arguments,
    distinct: body.distinct,
    orderBy: body.orderBy,
    withinGroup,
    filter,
    nullTreatment,
    fromLast: end === 'last',
    over: window,
    span: cursor.span(startIndex),
  };
}

/** FROM FIRST and FROM LAST of nth_value; `first` and `last` may also be tables. */
function atFromEnd(cursor: Cursor): boolean {
  const end = cursor.tagAhead(1);
  const next = cursor.tagAhead(2);
  return (
    cursor.tag === 'from' &&
    (end === 'first' || end === 'last') &&
    (next === 'over' || next === 'ignore' || next === 'respect')
  );
}

// --- Special forms -------------------------------------------------------------------------------

/** Functions with a syntax of their own, and functions without parentheses. */
export const SPECIAL_CALLS: readonly Tag[] = [
  'extract',
  'position',
  'substring',
  'trim',
  'overlay',
  'current_date',
  'current_time',
  'current_timestamp',
  'localtime',
  'localtimestamp',
  'current_user',
  'current_schema',
  'current_catalog',
  'current_database',
];

/** One of {@link SPECIAL_CALLS}, or null when the word is a plain name here. */
export function specialCall(cursor: Cursor): Expression | null {
  const startIndex = cursor.index;
  const next = cursor.tagAhead(1);
  switch (cursor.tag) {
    case 'extract':
      return next === '(' && cursor.tagAhead(3) === 'from' ? extract(cursor) : null;
    case 'trim':
      return next === '(' ? trim(cursor) : null;
    case 'position':
    case 'substring':
    case 'overlay':
      return next === '(' ? wordySeparators(cursor) : null;
    default: {
      if (next === '(' || next === '.') return null;
      const name = qualified(cursor.label());
      return callSuffixes(cursor, name, bodyOf([]), startIndex);
    }
  }
}

function qualified(name: Identifier): QualifiedName {
  return { kind: 'qualifiedName', parts: [name], span: name.span };
}

function renamed(name: Identifier, to: string): QualifiedName {
  return qualified({ ...name, name: to });
}

function bodyOf(values: readonly Expression[]): CallBody {
  const list = values.map(plainArgument);
  return { distinct: false, arguments: list, orderBy: [], nullTreatment: null };
}

/** `extract(year FROM x)` is `date_part('year', x)`. */
function extract(cursor: Cursor): Expression {
  const startIndex = cursor.index;
  const name = cursor.label();
  const values = brackets(cursor, (): Expression[] => {
    const part = isStringKind(cursor.kind) ? cursor.string() : partName(cursor);
    cursor.expect('from');
    return [part, cursor.grammar.expression(cursor)];
  });
  return callSuffixes(cursor, renamed(name, 'date_part'), bodyOf(values), startIndex);
}

function partName(cursor: Cursor): Expression {
  const { name, span } = cursor.label('a part of a date or time', 'string');
  return { kind: 'stringLiteral', value: name.toLowerCase(), span };
}

const TRIM_FUNCTIONS: ReadonlyMap<Tag, string> = new Map<Tag, string>([
  ['both', 'trim'],
  ['leading', 'ltrim'],
  ['trailing', 'rtrim'],
]);

/** `trim([BOTH | LEADING | TRAILING] [characters] [FROM] s)`, and `trim(s, characters)`. */
function trim(cursor: Cursor): Expression {
  const startIndex = cursor.index;
  const name = cursor.label();
  let target = 'trim';
  const body = brackets(cursor, () => {
    const side = cursor.atAny(TRIM_FUNCTIONS);
    if (side !== undefined && (cursor.tagAhead(1) === 'from' || cursor.isOperandStart(1))) {
      cursor.skip();
      target = TRIM_FUNCTIONS.get(side)!;
    }
    if (cursor.accept('from')) return bodyOf([cursor.grammar.expression(cursor)]);
    if (cursor.at(')')) return bodyOf([]);
    const first = argument(cursor, qualified(name), 0);
    if (first.name === null && cursor.accept('from'))
      return bodyOf([cursor.grammar.expression(cursor), first.value]);
    return cursor.accept(',')
      ? callBody(cursor, qualified(name), [first])
      : { ...bodyOf([]), arguments: [first] };
  });
  const called = target === 'trim' ? qualified(name) : renamed(name, target);
  return callSuffixes(cursor, called, body, startIndex);
}

/**
 * `position(a IN s)`, `substring(s FROM i FOR n)`, `overlay(s PLACING r FROM i FOR n)`, and the same
 * functions with commas.
 */
function wordySeparators(cursor: Cursor): Expression {
  const startIndex = cursor.index;
  const { tag } = cursor;
  const name = cursor.label();
  let called = qualified(name);
  const body = brackets(cursor, () => {
    const isWordless = cursor.at(')') || cursor.at('distinct') || cursor.tagAhead(1) === ':=';
    if (isWordless) return callBody(cursor, called, []);
    const isPosition = tag === 'position';
    const firstIndex = cursor.index;
    let first = cursor.grammar.expression(cursor, isPosition ? Precedence.pattern : undefined);
    if (isPosition && cursor.accept('in')) {
      called = renamed(name, 'strpos');
      return bodyOf([cursor.grammar.expression(cursor), first]);
    }
    first = cursor.grammar.expressionFrom(cursor, first, firstIndex);
    if (!isPosition && (cursor.at('from') || cursor.at('for') || cursor.at('placing')))
      return bodyOf([first, ...separated(cursor, tag === 'overlay')]);
    return cursor.accept(',') ? callBody(cursor, called, [plainArgument(first)]) : bodyOf([first]);
  });
  return callSuffixes(cursor, called, body, startIndex);
}

/** What follows the first operand of substring and overlay. */
function separated(cursor: Cursor, isOverlay: boolean): Expression[] {
  const { expression } = cursor.grammar;
  const values: Expression[] = [];
  if (isOverlay) {
    cursor.expect('placing');
    values.push(expression(cursor));
    cursor.expect('from');
    values.push(expression(cursor));
  } else if (cursor.accept('from')) values.push(expression(cursor));
  // substring(s FOR n) begins at the first character; FROM may also come second.
  const beforeFor = cursor.index;
  const length = cursor.accept('for') ? expression(cursor) : null;
  if (!isOverlay && values.length === 0) {
    const one = { kind: 'numberLiteral', text: '1', form: 'integer', suffix: null } as const;
    const span = cursor.span(beforeFor);
    values.push(cursor.accept('from') ? expression(cursor) : { ...one, span });
  }
  return length === null ? values : [...values, length];
}

/** `COLUMNS(…)`; the cursor stands on the word. */
export function columnsCall(cursor: Cursor, of: QualifiedName | null, spliced: boolean): Columns {
  const startIndex = of === null && spliced ? cursor.index - 1 : cursor.index;
  cursor.expect('columns');
  const selector = brackets(cursor, () =>
    atStar(cursor)
      ? star(cursor)
      : (arrowLambda(cursor, true) ?? cursor.grammar.expression(cursor)),
  );
  const span = cursor.span(startIndex);
  const start = of === null ? span.start : of.span.start;
  return { kind: 'columns', of, selector, spliced, span: { start, end: span.end } };
}
