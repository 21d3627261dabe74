import { type ColumnId, columnsOf, type Expr, unreachable } from '@windrow/core';
import { columnRef } from './expr/structure.ts';
import type {
  AggregateCall,
  Frame,
  FrameBound,
  JoinKind,
  LogicalPlan,
  NamedExpr,
  OutputColumn,
  SortKey,
  WindowCall,
} from './logical.ts';

/*
 * The two traversal primitives of logical plans, over inputs and over expressions, and what follows from
 * them alone. Every rule is written with these; nothing else switches over all kinds to find children.
 */

/** The direct inputs, in order; of a common table expression first the definition, then the body. */
export function inputsOf(plan: LogicalPlan): readonly LogicalPlan[] {
  switch (plan.kind) {
    case 'scan':
    case 'values':
    case 'cteScan':
      return [];
    case 'filter':
    case 'project':
    case 'aggregate':
    case 'window':
    case 'sort':
    case 'limit':
    case 'distinct':
    case 'unnest':
      return [plan.input];
    case 'join':
    case 'dependentJoin':
      return [plan.left, plan.right];
    case 'setOperation':
      return plan.inputs;
    case 'withCte':
      return [plan.definition, plan.body];
    case 'recursiveCte':
      return [plan.base, plan.step];
    default:
      return unreachable(plan);
  }
}

/** The same node over other inputs; `inputs` has the shape of {@link inputsOf}. */
export function withInputs(plan: LogicalPlan, inputs: readonly LogicalPlan[]): LogicalPlan {
  const [first, second] = inputs;
  switch (plan.kind) {
    case 'scan':
    case 'values':
    case 'cteScan':
      return plan;
    case 'filter':
    case 'project':
    case 'aggregate':
    case 'window':
    case 'sort':
    case 'limit':
    case 'distinct':
    case 'unnest':
      return first === undefined || first === plan.input ? plan : { ...plan, input: first };
    case 'join':
    case 'dependentJoin':
      return (first ?? plan.left) === plan.left && (second ?? plan.right) === plan.right
        ? plan
        : { ...plan, left: first ?? plan.left, right: second ?? plan.right };
    case 'setOperation':
      return inputs.every((input, i) => input === plan.inputs[i]) ? plan : { ...plan, inputs };
    case 'withCte':
      return (first ?? plan.definition) === plan.definition && (second ?? plan.body) === plan.body
        ? plan
        : { ...plan, definition: first ?? plan.definition, body: second ?? plan.body };
    case 'recursiveCte':
      return (first ?? plan.base) === plan.base && (second ?? plan.step) === plan.step
        ? plan
        : { ...plan, base: first ?? plan.base, step: second ?? plan.step };
    default:
      return unreachable(plan);
  }
}

/** Does the node read the columns of its input of that number by position? */
function countsPositions(plan: LogicalPlan, input: number): boolean {
  switch (plan.kind) {
    case 'setOperation':
    case 'recursiveCte':
      return true;
    case 'withCte':
      return input === 0;
    case 'distinct':
      return plan.on === undefined;
    default:
      return false;
  }
}

/** The plan handing up exactly these of its columns in this order, as its reader counts positions. */
export function exactOutput(plan: LogicalPlan, columns: readonly OutputColumn[]): LogicalPlan {
  const output = outputOf(plan);
  const isExact =
    output.length === columns.length && output.every((column, i) => column.id === columns[i]?.id);
  if (isExact) return plan;
  const expressions = columns.map(
    (column): NamedExpr => ({ output: column, expr: columnRef(column) }),
  );
  return { kind: 'project', input: plan, expressions };
}

/**
 * The same node with `f` applied to each input; the node itself when nothing changed. Where the node
 * reads columns by position, an input that came back with others, or in another order, is projected.
 */
export const mapInputs = (plan: LogicalPlan, f: (input: LogicalPlan) => LogicalPlan): LogicalPlan =>
  withInputs(
    plan,
    inputsOf(plan).map((input, i) =>
      countsPositions(plan, i) ? exactOutput(f(input), outputOf(input)) : f(input),
    ),
  );

/** Bottom-up rewrite; `f` returns the node it was given to keep it, and unchanged subtrees are shared. */
export const transformPlan = (
  plan: LogicalPlan,
  f: (node: LogicalPlan) => LogicalPlan,
): LogicalPlan => f(mapInputs(plan, (input) => transformPlan(input, f)));

/** Visits every node, parents first; return false to leave a subtree out. */
export function visitPlan(plan: LogicalPlan, f: (node: LogicalPlan) => boolean | undefined): void {
  if (f(plan) === false) return;
  for (const input of inputsOf(plan)) visitPlan(input, f);
}

const named = (list: readonly NamedExpr[], f: (expr: Expr) => Expr): readonly NamedExpr[] =>
  list.map((entry) => {
    const expr = f(entry.expr);
    return expr === entry.expr ? entry : { ...entry, expr };
  });

const sortKeys = (keys: readonly SortKey[], f: (expr: Expr) => Expr): readonly SortKey[] =>
  keys.map((key) => {
    const expr = f(key.expr);
    return expr === key.expr ? key : { ...key, expr };
  });

/** The call with `f` applied to each of its expressions. */
export const mapAggregateCall = (call: AggregateCall, f: (expr: Expr) => Expr): AggregateCall => ({
  ...call,
  args: call.args.map(f),
  filter: call.filter === undefined ? undefined : f(call.filter),
  orderBy: sortKeys(call.orderBy, f),
});

const mapBound = (bound: FrameBound, f: (expr: Expr) => Expr): FrameBound =>
  bound.kind === 'preceding' || bound.kind === 'following'
    ? { ...bound, offset: f(bound.offset) }
    : bound;

const mapFrame = (frame: Frame, f: (expr: Expr) => Expr): Frame => ({
  ...frame,
  start: mapBound(frame.start, f),
  end: mapBound(frame.end, f),
});

/** The call with `f` applied to each of its expressions, the frame's offsets included. */
export const mapWindowCall = (call: WindowCall, f: (expr: Expr) => Expr): WindowCall => ({
  ...call,
  args: call.args.map(f),
  filter: call.filter === undefined ? undefined : f(call.filter),
  orderBy: sortKeys(call.orderBy, f),
  frame: mapFrame(call.frame, f),
});

/**
 * The node with `f` applied to each of its own expressions (not to those of its inputs). When `f`
 * returns what it was given throughout, the node itself comes back.
 */
export function mapExpressions(plan: LogicalPlan, f: (expr: Expr) => Expr): LogicalPlan {
  let changed = false;
  const g = (expr: Expr): Expr => {
    const next = f(expr);
    if (next !== expr) changed = true;
    return next;
  };
  const next = rebuild(plan, g);
  return changed ? next : plan;
}

function rebuild(plan: LogicalPlan, g: (expr: Expr) => Expr): LogicalPlan {
  switch (plan.kind) {
    case 'scan':
    case 'cteScan':
    case 'setOperation':
    case 'withCte':
    case 'recursiveCte':
      return plan;
    case 'values':
      return { ...plan, rows: plan.rows.map((row) => row.map(g)) };
    case 'filter':
      return { ...plan, predicate: g(plan.predicate) };
    case 'project':
      return { ...plan, expressions: named(plan.expressions, g) };
    case 'aggregate':
      return {
        ...plan,
        keys: named(plan.keys, g),
        aggregates: plan.aggregates.map((call) => mapAggregateCall(call, g)),
      };
    case 'window':
      return {
        ...plan,
        partitionBy: plan.partitionBy.map(g),
        orderBy: sortKeys(plan.orderBy, g),
        functions: plan.functions.map((call) => mapWindowCall(call, g)),
      };
    case 'sort':
      return { ...plan, keys: sortKeys(plan.keys, g) };
    case 'limit':
      return plan.withTies === undefined ? plan : { ...plan, withTies: sortKeys(plan.withTies, g) };
    case 'distinct':
      return { ...plan, on: plan.on?.map(g), orderBy: sortKeys(plan.orderBy, g) };
    case 'join':
    case 'dependentJoin':
      return { ...plan, condition: g(plan.condition) };
    case 'unnest':
      return { ...plan, lists: named(plan.lists, g) };
    default:
      return unreachable(plan);
  }
}

/** The node's own expressions, in the order of {@link mapExpressions}. */
export function expressionsOf(plan: LogicalPlan): readonly Expr[] {
  const found: Expr[] = [];
  rebuild(plan, (expr) => {
    found.push(expr);
    return expr;
  });
  return found;
}

/** Ids that the node's own expressions read. */
export function columnsReadBy(plan: LogicalPlan): Set<ColumnId> {
  const into = new Set<ColumnId>();
  for (const expr of expressionsOf(plan)) columnsOf(expr, into);
  return into;
}

/** Which sides of a join an outer join may fill with NULLs. */
export const fillsLeft = (kind: JoinKind): boolean => kind === 'right' || kind === 'full';
export const fillsRight = (kind: JoinKind): boolean =>
  kind === 'left' || kind === 'full' || kind === 'single';

const asNullable = (columns: readonly OutputColumn[]): readonly OutputColumn[] =>
  columns.map((column) => (column.nullable ? column : { ...column, nullable: true }));

function joinOutput(
  kind: JoinKind,
  left: readonly OutputColumn[],
  right: readonly OutputColumn[],
  mark: OutputColumn | undefined,
): readonly OutputColumn[] {
  switch (kind) {
    case 'semi':
    case 'anti':
      return left;
    case 'mark':
      return mark === undefined ? left : [...left, mark];
    default:
      return [
        ...(fillsLeft(kind) ? asNullable(left) : left),
        ...(fillsRight(kind) ? asNullable(right) : right),
      ];
  }
}

const outputs = new WeakMap<LogicalPlan, readonly OutputColumn[]>();

/** The columns that a plan hands up, in order. Remembered per node, as plans never change. */
export function outputOf(plan: LogicalPlan): readonly OutputColumn[] {
  let columns = outputs.get(plan);
  if (columns === undefined) {
    columns = computeOutput(plan);
    outputs.set(plan, columns);
  }
  return columns;
}

function computeOutput(plan: LogicalPlan): readonly OutputColumn[] {
  switch (plan.kind) {
    case 'scan':
    case 'values':
    case 'cteScan':
    case 'setOperation':
    case 'recursiveCte':
      return plan.output;
    case 'filter':
    case 'sort':
    case 'limit':
    case 'distinct':
      return outputOf(plan.input);
    case 'project':
    case 'aggregate':
      return plan.kind === 'project'
        ? plan.expressions.map((entry) => entry.output)
        : [
            ...plan.keys.map((key) => key.output),
            ...plan.aggregates.map((call) => call.output),
            ...(plan.groupingId === undefined ? [] : [plan.groupingId]),
          ];
    case 'window':
      return [...outputOf(plan.input), ...plan.functions.map((call) => call.output)];
    case 'join':
    case 'dependentJoin':
      return joinOutput(plan.joinKind, outputOf(plan.left), outputOf(plan.right), plan.mark);
    case 'unnest':
      return [
        ...outputOf(plan.input),
        ...plan.lists.map((entry) => entry.output),
        ...(plan.ordinality === undefined ? [] : [plan.ordinality]),
      ];
    case 'withCte':
      return outputOf(plan.body);
    default:
      return unreachable(plan);
  }
}

const outputIdSets = new WeakMap<LogicalPlan, ReadonlySet<ColumnId>>();

/** Ids of {@link outputOf}. */
export function outputIds(plan: LogicalPlan): ReadonlySet<ColumnId> {
  let ids = outputIdSets.get(plan);
  if (ids === undefined) {
    ids = new Set(outputOf(plan).map((column) => column.id));
    outputIdSets.set(plan, ids);
  }
  return ids;
}

const passesThrough = (entry: NamedExpr): boolean =>
  entry.expr.kind === 'column' && entry.expr.id === entry.output.id;

/** Columns that come into being at this node: not those it only passes on. */
export function definedColumns(plan: LogicalPlan): readonly OutputColumn[] {
  switch (plan.kind) {
    case 'scan':
    case 'values':
    case 'cteScan':
    case 'setOperation':
    case 'recursiveCte':
      return plan.output;
    case 'filter':
    case 'sort':
    case 'limit':
    case 'distinct':
    case 'withCte':
      return [];
    case 'project':
      return plan.expressions.filter((e) => !passesThrough(e)).map((e) => e.output);
    case 'aggregate':
      return [
        ...plan.keys.filter((e) => !passesThrough(e)).map((e) => e.output),
        ...plan.aggregates.map((call) => call.output),
        ...(plan.groupingId === undefined ? [] : [plan.groupingId]),
      ];
    case 'window':
      return plan.functions.map((call) => call.output);
    case 'join':
    case 'dependentJoin':
      return plan.mark === undefined ? [] : [plan.mark];
    case 'unnest':
      return [
        ...plan.lists.map((entry) => entry.output),
        ...(plan.ordinality === undefined ? [] : [plan.ordinality]),
      ];
    default:
      return unreachable(plan);
  }
}
