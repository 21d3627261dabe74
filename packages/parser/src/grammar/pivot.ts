import type { Expression } from '../ast/expression.ts';
import type { StringLiteral } from '../ast/literal.ts';
import type { Identifier } from '../ast/name.ts';
import type {
  PivotClause,
  PivotKey,
  PivotTable,
  PivotValues,
  UnpivotClause,
  UnpivotItem,
  UnpivotTable,
} from '../ast/pivot.ts';
import type { SelectItem } from '../ast/select.ts';
import type { TableReference } from '../ast/table-reference.ts';
import type { Cursor } from './cursor.ts';
import { queryOrExpression } from './operand.ts';
import { Precedence } from './precedence.ts';
import { atQuery } from './query-start.ts';
import { atImplicitAlias, selectItem, selectItemFrom } from './select-item.ts';
import { atStar, star } from './star.ts';
import { tableAlias } from './table-alias.ts';
import { sortItem } from './window.ts';

// --- PIVOT ---------------------------------------------------------------------------------------

/** `PIVOT (sum(v) FOR k IN (…) [GROUP BY g])` behind a table. */
export function pivotSuffix(
  cursor: Cursor,
  source: TableReference,
  startIndex: number,
): PivotTable {
  cursor.expect('pivot');
  const pivot = pivotClause(cursor);
  const alias = tableAlias(cursor);
  return { kind: 'pivotTable', source, pivot, alias, span: cursor.span(startIndex) };
}

/** What stands in the parentheses of PIVOT. */
export function pivotClause(cursor: Cursor): PivotClause {
  const open = cursor.index;
  cursor.expect('(');
  cursor.enter();
  // Without aggregates the rows are counted, as in the statement PIVOT.
  const aggregates: readonly SelectItem[] = cursor.at('for') ? [] : cursor.list(selectItem);
  cursor.expect('for');
  const keys: [PivotKey, ...PivotKey[]] = [pivotKey(cursor, true)];
  // Further keys follow without FOR and without a comma.
  while (!cursor.at(')') && !cursor.at('group')) keys.push(pivotKey(cursor, true));
  const groupBy = groupByList(cursor);
  cursor.leave();
  cursor.expectClose(')', open);
  return { kind: 'pivotClause', aggregates, keys, groupBy, span: cursor.span(open) };
}

/** `PIVOT source ON k [IN (…)], … [USING sum(v), …] [GROUP BY g]`. */
export function pivotStatement(cursor: Cursor): PivotTable {
  const startIndex = cursor.index;
  cursor.expect('pivot');
  const source = cursor.grammar.tableReference(cursor);
  const clauseIndex = cursor.index;
  cursor.expect('on');
  const keys = cursor.list(() => pivotKey(cursor, false));
  const aggregates: readonly SelectItem[] = cursor.accept('using')
    ? cursor.listWithTrailingComma(selectItem)
    : [];
  const groupBy = groupByList(cursor);
  const span = cursor.span(clauseIndex);
  const pivot: PivotClause = { kind: 'pivotClause', aggregates, keys, groupBy, span };
  return { kind: 'pivotTable', source, pivot, alias: null, span: cursor.span(startIndex) };
}

function groupByList(cursor: Cursor): readonly Expression[] | null {
  if (!cursor.acceptWords('group', 'by')) return null;
  return cursor.listWithTrailingComma(() => cursor.grammar.expression(cursor));
}

/** `k IN (…)`; `IN` belongs to PIVOT, so the expression ends before it. */
function pivotKey(cursor: Cursor, needsValues: boolean): PivotKey {
  const startIndex = cursor.index;
  const expression = cursor.grammar.expression(cursor, Precedence.pattern);
  if (!needsValues && !cursor.at('in')) {
    const span = cursor.span(startIndex);
    const values: PivotValues = { kind: 'pivotAny', orderBy: [], span };
    return { kind: 'pivotKey', expression, values, span };
  }
  cursor.expect('in');
  const values = pivotValues(cursor);
  return { kind: 'pivotKey', expression, values, span: cursor.span(startIndex) };
}

function pivotValues(cursor: Cursor): PivotValues {
  const open = cursor.index;
  if (cursor.accept('any')) return { kind: 'pivotAny', orderBy: [], span: cursor.span(open) };
  if (!cursor.accept('(')) {
    const name = cursor.qualifiedName('a list of values or an enum type', 'type');
    return { kind: 'pivotEnum', name, span: name.span };
  }
  cursor.enter();
  const content = pivotContent(cursor);
  cursor.leave();
  cursor.expectClose(')', open);
  return { ...content, span: cursor.span(open) };
}

function pivotContent(cursor: Cursor): PivotValues {
  const span = cursor.span(cursor.index);
  const next = cursor.tagAhead(1);
  if (cursor.at('any') && (next === ')' || next === 'order')) {
    cursor.skip();
    const orderBy = cursor.acceptOrderBy() ? cursor.list(() => sortItem(cursor)) : [];
    return { kind: 'pivotAny', orderBy, span };
  }
  if (atQuery(cursor)) return { kind: 'pivotQuery', query: cursor.grammar.query(cursor), span };
  // After two parentheses, as everywhere, what follows the inner one decides.
  const startIndex = cursor.index;
  const first = cursor.at('(') ? queryOrExpression(cursor) : null;
  if (first?.kind === 'query') return { kind: 'pivotQuery', query: first, span };
  const items = [first === null ? selectItem(cursor) : selectItemFrom(cursor, first, startIndex)];
  while (cursor.accept(',')) items.push(selectItem(cursor));
  return { kind: 'pivotList', items, span };
}

// --- UNPIVOT -------------------------------------------------------------------------------------

/** `UNPIVOT [INCLUDE NULLS] (v FOR n IN (…))` behind a table. */
export function unpivotSuffix(
  cursor: Cursor,
  source: TableReference,
  startIndex: number,
): UnpivotTable {
  cursor.expect('unpivot');
  const unpivot = unpivotClause(cursor);
  const alias = tableAlias(cursor);
  return { kind: 'unpivotTable', source, unpivot, alias, span: cursor.span(startIndex) };
}

/** What follows the word UNPIVOT behind a table. */
export function unpivotClause(cursor: Cursor): UnpivotClause {
  const startIndex = cursor.index;
  const includeNulls = nullsClause(cursor);
  const open = cursor.index;
  cursor.expect('(');
  const valueColumns = cursor.at('(')
    ? cursor.parenthesized(() => cursor.name('a column name'))
    : ([cursor.name('a column name')] as [Identifier]);
  cursor.expect('for');
  const nameColumn = cursor.name('a column name');
  cursor.expect('in');
  const items = cursor.parenthesized(unpivotItem);
  cursor.expectClose(')', open);
  const span = cursor.span(startIndex);
  return { kind: 'unpivotClause', includeNulls, nameColumn, valueColumns, items, span };
}

function nullsClause(cursor: Cursor): boolean {
  if (cursor.acceptWords('include', 'nulls')) return true;
  cursor.acceptWords('exclude', 'nulls');
  return false;
}

/** `UNPIVOT source ON a, b INTO NAME n VALUE v`. */
export function unpivotStatement(cursor: Cursor): UnpivotTable {
  const startIndex = cursor.index;
  cursor.expect('unpivot');
  const source = cursor.grammar.tableReference(cursor);
  const clauseIndex = cursor.index;
  const includeNulls = nullsClause(cursor);
  cursor.expect('on');
  const items = cursor.listWithTrailingComma(unpivotItem);
  const columns = unpivotColumns(cursor, clauseIndex);
  const span = cursor.span(clauseIndex);
  const unpivot: UnpivotClause = { kind: 'unpivotClause', includeNulls, ...columns, items, span };
  return { kind: 'unpivotTable', source, unpivot, alias: null, span: cursor.span(startIndex) };
}

/** INTO NAME n VALUE v, …; the columns are `name` and `value` when nothing is said. */
function unpivotColumns(
  cursor: Cursor,
  clauseIndex: number,
): Pick<UnpivotClause, 'nameColumn' | 'valueColumns'> {
  if (!cursor.accept('into')) {
    const span = cursor.span(clauseIndex);
    const column = (name: string): Identifier => ({
      kind: 'identifier',
      name,
      quoted: false,
      span,
    });
    return { nameColumn: column('name'), valueColumns: [column('value')] };
  }
  cursor.expect('name');
  const nameColumn = cursor.name('a column name');
  cursor.expect('value');
  return { nameColumn, valueColumns: cursor.list(() => cursor.name('a column name')) };
}

function unpivotItem(cursor: Cursor): UnpivotItem {
  const startIndex = cursor.index;
  const isParenthesis = cursor.at('(');
  const expression = atStar(cursor)
    ? star(cursor)
    : cursor.grammar.expression(cursor, Precedence.pattern);
  const [first, ...others] =
    isParenthesis && expression.kind === 'row' ? expression.items : [expression];
  const isNamed = cursor.accept('as') || atImplicitAlias(cursor);
  const alias = isNamed ? unpivotLabel(cursor) : null;
  const expressions = [first ?? expression, ...others] as const;
  return { kind: 'unpivotItem', expressions, alias, span: cursor.span(startIndex) };
}

/** The value of the name column: any expression; a name stands for its own text. */
function unpivotLabel(cursor: Cursor): Expression {
  if (!cursor.atName) return cursor.grammar.expression(cursor);
  const { name, span } = cursor.name();
  const label: StringLiteral = { kind: 'stringLiteral', value: name, span };
  return label;
}
