import type { Expression } from '../ast/expression.ts';
import type { AstNode } from '../ast/node.ts';
import type { Limit, QueryBody, SetOperation } from '../ast/query.ts';
import { Precedence } from '../grammar/precedence.ts';
import { apartFromCall } from './print-call.ts';
import { type Printer, type PrintRules, words } from './printer.ts';

type Printed = Extract<
  AstNode,
  {
    kind:
      | 'query'
      | 'with'
      | 'commonTableExpression'
      | 'orderByItems'
      | 'orderByAll'
      | 'interpolation'
      | 'limit'
      | 'limitBy'
      | 'distribution'
      | 'setOperation'
      | 'values'
      | 'sortItem'
      | 'sortFill'
      | 'windowName'
      | 'windowSpecification'
      | 'windowFrame'
      | 'unboundedPreceding'
      | 'preceding'
      | 'currentRow'
      | 'following'
      | 'unboundedFollowing'
      | 'namedWindow';
  }
>;

/** Print rules for what stands around SELECT, and for sorting and windows. */
export const QUERY_RULES: PrintRules<Printed> = {
  query: (node, printer) =>
    words(
      node.with !== null && printer.print(node.with),
      queryBody(node.body, printer),
      node.distribution !== null && printer.print(node.distribution),
      node.orderBy !== null && printer.print(node.orderBy),
      node.limitBy !== null && printer.print(node.limitBy),
      node.limit !== null && printer.print(node.limit),
      printer.optional('OFFSET', node.offset),
    ),
  with: ({ recursive, tables }, printer) =>
    words('WITH', recursive && 'RECURSIVE', printer.list(tables)),
  commonTableExpression: ({ name, columns, materialized, usingKey, statement }, printer) =>
    words(
      printer.name(name),
      printer.nameBrackets(columns),
      usingKey.length > 0 && `USING KEY (${printer.names(usingKey)})`,
      'AS',
      materialized !== null && (materialized ? 'MATERIALIZED' : 'NOT MATERIALIZED'),
      `(${printer.print(statement)})`,
    ),
  orderByItems: ({ items, interpolate }, printer) =>
    words(
      `ORDER BY ${printer.list(items)}`,
      interpolate.length > 0 && `INTERPOLATE (${printer.list(interpolate)})`,
    ),
  orderByAll: ({ direction, nulls }) =>
    words('ORDER BY ALL', direction?.toUpperCase() ?? null, nullPlacement(nulls)),
  interpolation: ({ column, expression }, printer) =>
    words(printer.name(column), printer.optional('AS', expression)),
  limit: printLimit,
  limitBy: ({ count, offset, keys }, printer) =>
    words(
      `LIMIT ${printer.print(count)}`,
      printer.optional('OFFSET', offset),
      printer.clause('BY', keys),
    ),
  distribution: ({ clusterBy, distributeBy, sortBy }, printer) =>
    words(
      printer.clause('CLUSTER BY', clusterBy),
      printer.clause('DISTRIBUTE BY', distributeBy),
      printer.clause('SORT BY', sortBy),
    ),

  setOperation: (node, printer) =>
    node.operands
      .map((operand, index) => setOperand(node, operand, index, printer))
      .join(` ${setOperator(node)} `),
  values: ({ rows }, printer) => `VALUES ${rows.map((row) => `(${printer.list(row)})`).join(', ')}`,

  sortItem: ({ expression, direction, nulls, fill }, printer) =>
    words(
      apartFromCall(printer.print(expression)),
      direction?.toUpperCase() ?? null,
      nullPlacement(nulls),
      fill !== null && printer.print(fill),
    ),
  sortFill: ({ from, to, step }, printer) =>
    words(
      'WITH FILL',
      printer.optional('FROM', from),
      printer.optional('TO', to),
      printer.optional('STEP', step),
    ),
  windowName: ({ name }, printer) => printer.name(name),
  windowSpecification: ({ base, partitionBy, orderBy, frame }, printer) =>
    `(${words(
      base !== null && printer.name(base),
      printer.clause('PARTITION BY', partitionBy),
      printer.clause('ORDER BY', orderBy),
      frame !== null && printer.print(frame),
    )})`,
  windowFrame: ({ unit, start, end, exclude }, printer) =>
    words(
      `${unit.toUpperCase()} BETWEEN ${printer.print(start)} AND ${printer.print(end)}`,
      exclude !== 'noOthers' && `EXCLUDE ${EXCLUSIONS[exclude]}`,
    ),
  unboundedPreceding: () => 'UNBOUNDED PRECEDING',
  preceding: ({ offset }, printer) => `${frameOffset(offset, printer)} PRECEDING`,
  currentRow: () => 'CURRENT ROW',
  following: ({ offset }, printer) => `${frameOffset(offset, printer)} FOLLOWING`,
  unboundedFollowing: () => 'UNBOUNDED FOLLOWING',
  namedWindow: ({ name, window: specification }, printer) =>
    `${printer.name(name)} AS ${printer.print(specification)}`,
};

/** A column of the name `unbounded` would read as the keyword. */
function frameOffset(offset: Expression, printer: Printer): string {
  const text = printer.print(offset);
  return /^unbounded$/i.test(text) ? `(${text})` : text;
}

const EXCLUSIONS = { currentRow: 'CURRENT ROW', group: 'GROUP', ties: 'TIES' } as const;

function nullPlacement(nulls: 'first' | 'last' | null): string | null {
  return nulls === null ? null : `NULLS ${nulls.toUpperCase()}`;
}

function printLimit({ count, percent, withTies }: Limit, printer: Printer): string {
  if (count === null) return 'LIMIT ALL';
  // FETCH FIRST ROW leaves the number out.
  const text = printer.print(count);
  const size = words(/^rows?\b/i.test(text) ? `(${text})` : text, percent && 'PERCENT');
  return withTies ? `FETCH FIRST ${size} ROWS WITH TIES` : `LIMIT ${size}`;
}

/** UNION ALL BY NAME, and so on. */
export function setOperator({
  operator,
  all,
  byName,
}: Pick<SetOperation, 'operator' | 'all' | 'byName'>): string {
  return words(operator.toUpperCase(), all && 'ALL', byName && 'BY NAME');
}

/** A body as a query has it: a nested query, and a statement that lists rows, in parentheses. */
export function queryBody(body: QueryBody, printer: Printer): string {
  switch (body.kind) {
    case 'query':
    case 'describe':
    case 'show':
    case 'summarize':
      return `(${printer.print(body)})`;
    default:
      return printer.print(body);
  }
}

function setOperand(
  node: SetOperation,
  operand: QueryBody,
  index: number,
  printer: Printer,
): string {
  const text = queryBody(operand, printer);
  if (operand.kind !== 'setOperation') return text;
  // INTERSECT binds tighter than the others, and all of them group from the left.
  const isIntersection = operand.operator === 'intersect';
  const isTighter = isIntersection && node.operator !== 'intersect';
  const isLeading = index === 0 && (isIntersection || node.operator !== 'intersect');
  return isTighter || isLeading ? text : `(${text})`;
}

/** An expression that stands where only operators tighter than `*` are taken in. */
export function sampleSize(size: Expression, printer: Printer): string {
  return printer.operand(size, Precedence.multiplicative);
}
