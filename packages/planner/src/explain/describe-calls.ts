import type {
  AggregateCall,
  Frame,
  FrameBound,
  NamedExpr,
  SortKey,
  WindowCall,
} from '../logical.ts';
import { type ColumnNames, printExpr } from './print-expr.ts';

/** `name := expression`, or the name alone for a column that is passed on. */
export function describeNamed({ output, expr }: NamedExpr, names: ColumnNames): string {
  if (expr.kind === 'column' && expr.id === output.id) return names(output);
  return `${names(output)} := ${printExpr(expr, names)}`;
}

/** `a desc, b nulls first`. */
export const describeKeys = (keys: readonly SortKey[], names: ColumnNames): string =>
  keys
    .map(
      ({ expr, descending, nullsFirst }) =>
        `${printExpr(expr, names)}${descending ? ' desc' : ''}${nullsFirst ? ' nulls first' : ''}`,
    )
    .join(', ');

/** `name := function(arguments) filter (condition)`. */
export function describeCall(
  call: Pick<AggregateCall, 'output' | 'function' | 'args' | 'distinct' | 'filter' | 'orderBy'>,
  names: ColumnNames,
): string {
  const args = call.args.map((arg) => printExpr(arg, names)).join(', ');
  const order = call.orderBy.length === 0 ? '' : ` order by ${describeKeys(call.orderBy, names)}`;
  const filter = call.filter === undefined ? '' : ` filter (${printExpr(call.filter, names)})`;
  const inner = `${call.distinct ? 'distinct ' : ''}${args}${order}`;
  return `${names(call.output)} := ${call.function}(${inner})${filter}`;
}

const BOUNDS = {
  unboundedPreceding: 'unbounded preceding',
  currentRow: 'current row',
  unboundedFollowing: 'unbounded following',
} as const;

const describeBound = (bound: FrameBound, names: ColumnNames): string =>
  bound.kind === 'preceding' || bound.kind === 'following'
    ? `${printExpr(bound.offset, names)} ${bound.kind}`
    : BOUNDS[bound.kind];

function describeFrame(frame: Frame, names: ColumnNames): string {
  const exclude = {
    noOthers: '',
    currentRow: ' exclude current row',
    group: ' exclude group',
    ties: ' exclude ties',
  }[frame.exclude];
  const [start, end] = [describeBound(frame.start, names), describeBound(frame.end, names)];
  return `${frame.unit} ${start} to ${end}${exclude}`;
}

/** As {@link describeCall}, with the frame. */
export function describeWindow(call: WindowCall, names: ColumnNames): string {
  const nulls = call.ignoreNulls ? ' ignore nulls' : '';
  return `${describeCall(call, names)}${nulls} over ${describeFrame(call.frame, names)}`;
}
