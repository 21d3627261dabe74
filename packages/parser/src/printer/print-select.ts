import type { AstNode } from '../ast/node.ts';
import type { GroupingElement, Sample, Select } from '../ast/select.ts';
import { queryBody, sampleSize, setOperator } from './print-query.ts';
import { joinWords } from './print-table.ts';
import { type Printer, type PrintRules, words } from './printer.ts';

type Printed = Extract<
  AstNode,
  {
    kind:
      | 'select'
      | 'distinct'
      | 'selectItem'
      | 'groupBy'
      | 'groupingSet'
      | 'rollup'
      | 'cube'
      | 'groupingSets'
      | 'sample'
      | 'hint'
      | 'lateralView'
      | 'transform'
      | 'pipeQuery'
      | 'pipeWhere'
      | 'pipeSelect'
      | 'pipeAggregate'
      | 'pipeExtend'
      | 'pipeSet'
      | 'pipeDrop'
      | 'pipeRename'
      | 'pipeAs'
      | 'pipeJoin'
      | 'pipePivot'
      | 'pipeUnpivot'
      | 'pipeOrderBy'
      | 'pipeLimit'
      | 'pipeSample'
      | 'pipeDistinct'
      | 'pipeSetOperation';
  }
>;

/** Print rules for SELECT and for pipe operators. */
export const SELECT_RULES: PrintRules<Printed> = {
  select: printSelect,
  distinct: ({ on }, printer) =>
    on.length === 0 ? 'DISTINCT' : `DISTINCT ON (${printer.list(on)})`,
  selectItem: ({ expression, alias, columnAliases }, printer) =>
    words(
      printer.print(expression),
      alias !== null && `AS ${printer.label(alias)}`,
      columnAliases.length > 0 && `AS (${printer.names(columnAliases)})`,
    ),
  groupBy: ({ all, distinct, elements, with: summary }, printer) =>
    words(
      'GROUP BY',
      all && 'ALL',
      distinct && 'DISTINCT',
      printer.list(elements),
      summary !== null && `WITH ${summary.toUpperCase()}`,
    ),
  groupingSet: ({ expressions }, printer) =>
    expressions.length === 1 ? printer.list(expressions) : `(${printer.list(expressions)})`,
  rollup: (node, printer) => `ROLLUP (${groupingItems(node, printer)})`,
  cube: (node, printer) => `CUBE (${groupingItems(node, printer)})`,
  groupingSets: ({ elements }, printer) => `GROUPING SETS (${printer.list(elements)})`,
  sample: printSample,
  hint: ({ name, arguments: list }, printer) => printer.name(name) + (printer.brackets(list) ?? ''),
  lateralView: ({ outer, call, table, columns }, printer) =>
    words(
      'LATERAL VIEW',
      outer && 'OUTER',
      printer.print(call),
      table !== null && printer.name(table),
      columns.length > 0 && `AS ${printer.names(columns)}`,
    ),
  transform: ({ script, columns }, printer) =>
    words(
      `USING ${printer.string(script)}`,
      columns.length > 0 && `AS ${printer.brackets(columns)}`,
    ),

  pipeQuery: ({ source, operators }, printer) =>
    [queryBody(source, printer), ...operators.map((operator) => printer.print(operator))].join(
      ' |> ',
    ),
  pipeWhere: ({ condition }, printer) => `WHERE ${printer.print(condition)}`,
  pipeSelect: ({ distinct, items, windows }, printer) =>
    words('SELECT', distinct && 'DISTINCT', printer.list(items), printer.clause('WINDOW', windows)),
  pipeAggregate: ({ items, groupBy }, printer) =>
    words('AGGREGATE', printer.list(items), printer.clause('GROUP BY', groupBy)),
  pipeExtend: ({ items }, printer) => `EXTEND ${printer.list(items)}`,
  pipeSet: ({ assignments }, printer) => `SET ${printer.list(assignments)}`,
  pipeDrop: ({ columns }, printer) => `DROP ${printer.names(columns)}`,
  pipeRename: ({ items }, printer) => `RENAME ${printer.list(items)}`,
  pipeAs: ({ alias }, printer) => `AS ${printer.label(alias)}`,
  pipeJoin: (node, printer) => joinWords(node, printer),
  pipePivot: ({ pivot }, printer) => `PIVOT ${printer.print(pivot)}`,
  pipeUnpivot: ({ unpivot }, printer) => `UNPIVOT ${printer.print(unpivot)}`,
  pipeOrderBy: ({ orderBy }, printer) => printer.print(orderBy),
  pipeLimit: ({ limit, offset }, printer) =>
    words(limit !== null && printer.print(limit), printer.optional('OFFSET', offset)),
  pipeSample: ({ sample }, printer) => `TABLESAMPLE ${printer.print(sample)}`,
  pipeDistinct: () => 'DISTINCT',
  pipeSetOperation: (node, printer) =>
    words(setOperator(node), node.operands.map((body) => queryBody(body, printer)).join(', ')),
};

function printSelect(node: Select, printer: Printer): string {
  const { transform } = node;
  const items =
    transform === null
      ? printer.list(node.items)
      : `TRANSFORM(${printer.list(node.items)}) ${printer.print(transform)}`;
  return words(
    'SELECT',
    node.hints.length > 0 && `/*+ ${printer.list(node.hints)} */`,
    node.distinct !== null && printer.print(node.distinct),
    items,
    printer.clause('FROM', node.from),
    ...node.lateralViews.map((view) => printer.print(view)),
    printer.optional('WHERE', node.where),
    node.groupBy !== null && printer.print(node.groupBy),
    printer.optional('HAVING', node.having),
    printer.clause('WINDOW', node.windows),
    printer.optional('QUALIFY', node.qualify),
    printer.optional('USING SAMPLE', node.sample),
  );
}

function groupingItems(
  { items }: GroupingElement & { readonly kind: 'rollup' | 'cube' },
  printer: Printer,
): string {
  return items
    .map((item) => (item.length === 1 ? printer.list(item) : `(${printer.list(item)})`))
    .join(', ');
}

function printSample({ method, size, unit, seed, buckets }: Sample, printer: Printer): string {
  const share =
    buckets === null
      ? `${sampleSize(size, printer)} ${unit.toUpperCase()}`
      : `BUCKET ${printer.print(size)} OUT OF ${printer.print(buckets)}`;
  return words(
    `${method?.toUpperCase() ?? ''}(${share})`,
    seed !== null && `REPEATABLE (${printer.print(seed)})`,
  );
}
