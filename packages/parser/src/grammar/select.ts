import type { Expression, Star } from '../ast/expression.ts';
import type {
  Distinct,
  GroupBy,
  GroupingElement,
  Hint,
  LateralView,
  NamedWindow,
  Select,
  SelectItem,
  Transform,
} from '../ast/select.ts';
import type { TableReference } from '../ast/table-reference.ts';
import { TokenKind } from '../lexer/token.ts';
import { readTokens } from '../lexer/token-list.ts';
import { call } from './call.ts';
import { Cursor } from './cursor.ts';
import { Precedence } from './precedence.ts';
import { sample } from './sample.ts';
import { selectItem } from './select-item.ts';
import { aliasColumns } from './table-alias.ts';
import { namedWindow } from './window.ts';

/** SELECT with its clauses up to QUALIFY and USING SAMPLE; FROM may come first. */
export function select(cursor: Cursor): Select {
  const startIndex = cursor.index;
  const leading = cursor.at('from') ? fromClause(cursor) : null;
  const head =
    leading !== null && !cursor.at('select') ? everything(cursor, startIndex) : selectList(cursor);
  const from = leading ?? (cursor.at('from') ? fromClause(cursor) : []);
  const lateralViews: LateralView[] = [];
  while (cursor.at('lateral')) lateralViews.push(lateralView(cursor));
  const where = cursor.accept('where') ? cursor.grammar.expression(cursor) : null;
  const groupBy = cursor.at('group') ? groupByClause(cursor) : null;
  const having = cursor.accept('having') ? cursor.grammar.expression(cursor) : null;
  let windows: readonly NamedWindow[] = windowClause(cursor);
  const qualify = cursor.accept('qualify') ? cursor.grammar.expression(cursor) : null;
  if (windows.length === 0) windows = windowClause(cursor);
  const sampling = cursor.acceptWords('using', 'sample') ? sample(cursor) : null;
  return {
    kind: 'select',
    ...head,
    from,
    lateralViews,
    where,
    groupBy,
    having,
    windows,
    qualify,
    sample: sampling,
    span: cursor.span(startIndex),
  };
}

type Head = Pick<Select, 'distinct' | 'items' | 'hints' | 'transform'>;

/** `SELECT *` as a Select: what `TABLE t`, `PIVOT t …` and a bare `FROM t` mean. */
export function selectAll(cursor: Cursor, from: TableReference, startIndex: number): Select {
  return {
    kind: 'select',
    ...everything(cursor, startIndex),
    from: [from],
    lateralViews: [],
    where: null,
    groupBy: null,
    having: null,
    windows: [],
    qualify: null,
    sample: null,
    span: cursor.span(startIndex),
  };
}

function everything(cursor: Cursor, startIndex: number): Head {
  // The star was not written: it stands where the statement begins.
  const { start } = cursor.span(startIndex);
  const span = { start, end: start };
  const star: Star = {
    kind: 'star',
    of: null,
    exclude: [],
    replace: [],
    rename: [],
    like: null,
    span,
  };
  const item: SelectItem = {
    kind: 'selectItem',
    expression: star,
    alias: null,
    columnAliases: [],
    span,
  };
  return { distinct: null, items: [item], hints: [], transform: null };
}

function selectList(cursor: Cursor): Head {
  cursor.expect('select');
  const hints = cursor.kind === TokenKind.hint ? hintList(cursor) : [];
  const distinct = distinctClause(cursor);
  const startIndex = cursor.index;
  const items = cursor.listWithTrailingComma(selectItem);
  cursor.limitColumns(items.length, startIndex);
  const transform = transformClause(cursor, items);
  if (transform !== null)
    return { distinct, items: transform.inputs, hints, transform: transform.clause };
  if (cursor.at('into'))
    cursor.fail('FROM', 'To keep a result, write CREATE TABLE name AS SELECT ….');
  return { distinct, items, hints, transform: null };
}

function distinctClause(cursor: Cursor): Distinct | null {
  const startIndex = cursor.index;
  if (!cursor.accept('distinct')) {
    cursor.accept('all');
    return null;
  }
  const on = cursor.accept('on')
    ? cursor.parenthesized(() => cursor.grammar.expression(cursor))
    : [];
  return { kind: 'distinct', on, span: cursor.span(startIndex) };
}

function fromClause(cursor: Cursor): readonly TableReference[] {
  cursor.expect('from');
  return cursor.listWithTrailingComma(() => cursor.grammar.tableReference(cursor));
}

function windowClause(cursor: Cursor): readonly NamedWindow[] {
  return cursor.accept('window') ? cursor.list(namedWindow) : [];
}

// --- GROUP BY ------------------------------------------------------------------------------------

function groupByClause(cursor: Cursor): GroupBy {
  const startIndex = cursor.index;
  cursor.expectWords('group', 'by');
  const all = cursor.accept('all');
  const distinct = !all && cursor.accept('distinct');
  const elements = all ? [] : cursor.listWithTrailingComma(groupingElement);
  const summary = groupSummary(cursor);
  const span = cursor.span(startIndex);
  return { kind: 'groupBy', all, distinct, elements, with: summary, span };
}

function groupSummary(cursor: Cursor): GroupBy['with'] {
  if (cursor.acceptWords('with', 'rollup')) return 'rollup';
  if (cursor.acceptWords('with', 'cube')) return 'cube';
  return cursor.acceptWords('with', 'totals') ? 'totals' : null;
}

function groupingElement(cursor: Cursor): GroupingElement {
  const startIndex = cursor.index;
  const opens = cursor.tagAhead(1) === '(';
  const { tag } = cursor;
  if ((tag === 'rollup' || tag === 'cube') && opens) {
    cursor.skip();
    const items = cursor.parenthesized(() => groupingSet(cursor).expressions);
    return { kind: tag, items, span: cursor.span(startIndex) };
  }
  if (cursor.acceptWords('grouping', 'sets')) {
    cursor.enter();
    const elements = cursor.parenthesized(groupingElement);
    cursor.leave();
    return { kind: 'groupingSets', elements, span: cursor.span(startIndex) };
  }
  return groupingSet(cursor);
}

/** `e`, `(a, b)` or `()`. */
function groupingSet(cursor: Cursor): GroupingElement & { readonly kind: 'groupingSet' } {
  const startIndex = cursor.index;
  const isParenthesis = cursor.tag === '(';
  if (isParenthesis && cursor.tagAhead(1) === ')') {
    cursor.skip(2);
    return { kind: 'groupingSet', expressions: [], span: cursor.span(startIndex) };
  }
  const expression: Expression = cursor.grammar.expression(cursor);
  const isSet = isParenthesis && expression.kind === 'row';
  const expressions = isSet ? expression.items : [expression];
  return { kind: 'groupingSet', expressions, span: cursor.span(startIndex) };
}

// --- Spark ---------------------------------------------------------------------------------------

/** `LATERAL VIEW [OUTER] f(x) [t] [[AS] a, b]`. */
function lateralView(cursor: Cursor): LateralView {
  const startIndex = cursor.index;
  cursor.expectWords('lateral', 'view');
  const outer = cursor.accept('outer');
  const callIndex = cursor.index;
  const name = cursor.qualifiedName('a function', 'tableFunction');
  const view = call(cursor, name, callIndex);
  const table = cursor.atName ? cursor.name() : null;
  const columns = cursor.accept('as') ? cursor.list(() => cursor.name()) : [];
  const span = cursor.span(startIndex);
  return { kind: 'lateralView', outer, call: view, table, columns, span };
}

/** `SELECT TRANSFORM (…) USING 'script'`: until USING it looks like a call of `transform`. */
function transformClause(
  cursor: Cursor,
  items: readonly SelectItem[],
): { inputs: readonly SelectItem[]; clause: Transform } | null {
  const startIndex = cursor.index;
  const called = items.length === 1 ? items[0]!.expression : null;
  if (called?.kind !== 'call' || cursor.tag !== 'using' || cursor.tagAhead(1) === 'sample')
    return null;
  if (called.name.parts[0].name.toLowerCase() !== 'transform') return null;
  cursor.skip();
  const script = cursor.string('a command').value;
  const columns = cursor.accept('as') ? aliasColumns(cursor) : [];
  const inputs = called.arguments.map(({ value: expression, span }): SelectItem => {
    return { kind: 'selectItem', expression, alias: null, columnAliases: [], span };
  });
  return { inputs, clause: { kind: 'transform', script, columns, span: cursor.span(startIndex) } };
}

/** `(a, b)` or, as Oracle has it, `(a b)`. */
function hintArguments(inner: Cursor): readonly Expression[] {
  const open = inner.index;
  inner.expect('(');
  const list = [inner.grammar.expression(inner, Precedence.lowest)];
  while (!inner.at(')') && !inner.atEnd) {
    inner.accept(',');
    list.push(inner.grammar.expression(inner, Precedence.lowest));
  }
  inner.expectClose(')', open);
  return list;
}

/** The hints of a comment behind SELECT, with commas or blanks between. */
function hintList(cursor: Cursor): readonly Hint[] {
  const { start, end } = cursor.span(cursor.index);
  cursor.skip();
  const tokens = readTokens(cursor.text, cursor.profile, { start: start + 3, end: end - 2 });
  const inner = new Cursor(cursor.text, cursor.profile, cursor.grammar, tokens);
  const hints: Hint[] = [];
  while (!inner.atEnd) {
    const startIndex = inner.index;
    const name = inner.name('a hint');
    const list = inner.at('(') ? hintArguments(inner) : [];
    hints.push({ kind: 'hint', name, arguments: list, span: inner.span(startIndex) });
    inner.accept(',');
  }
  return hints;
}
