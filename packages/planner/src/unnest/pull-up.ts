import { type ColumnId, columnsOf, type Expr, type FunctionRegistry } from '@windrow/core';
import {
  columnRef,
  conjunction,
  conjunctsOf,
  intersects,
  isSubset,
  sameExpr,
  substitute,
} from '../expr/structure.ts';
import { freeColumns } from '../free-columns.ts';
import type { AggregateCall, LogicalPlan, NamedExpr, OutputColumn } from '../logical.ts';
import { outputIds, outputOf } from '../plan-tree.ts';
import type { RuleContext } from '../rules/rule.ts';
import { isOneRow, limitPerPartition, passed, readsAny } from './parts.ts';

/**
 * A correlated plan as an uncorrelated one and what was taken out of it. For each outer row, the rows of
 * the original are the rows of `plan` that satisfy all `predicates`, which read both sides.
 *
 * `deferred` columns of the original are still to be computed from outer columns and those of `plan`.
 * `isOneRow`: the original has exactly one row whatever the outer row is, although `plan` may have none
 * for it (an aggregate over an empty group); then the deferred expressions say what stands there.
 */
export interface Pulled {
  readonly plan: LogicalPlan;
  readonly predicates: readonly Expr[];
  readonly deferred: ReadonlyMap<ColumnId, NamedExpr>;
  readonly isOneRow: boolean;
}

/** An equality between the plan's side and the outer row's, which groups may be split by. */
interface Equality {
  readonly inner: Expr;
  readonly outer: Expr;
  readonly predicate: Expr;
}

const NONE: ReadonlyMap<ColumnId, NamedExpr> = new Map();

const plain = (plan: LogicalPlan, predicates: readonly Expr[] = []): Pulled => ({
  plan,
  predicates,
  deferred: NONE,
  isOneRow: false,
});

/**
 * Takes the correlation out of a plan where it sits in plain filters, so that it can become the condition
 * of an ordinary join. Aggregates, DISTINCT, LIMIT and windows over it are computed for each value that
 * the inner side of an equality has. Undefined where that is not enough.
 */
export function pullUp(
  plan: LogicalPlan,
  outer: ReadonlySet<ColumnId>,
  context: RuleContext,
): Pulled | undefined {
  if (isOneRow(plan)) return { plan, predicates: [], deferred: NONE, isOneRow: true };
  if (!intersects(freeColumns(plan), outer)) return plain(plan);
  switch (plan.kind) {
    case 'filter':
      return pullFilter(plan, outer, context);
    case 'project':
      return pullProject(plan, outer, context);
    case 'sort': {
      const input = pullUp(plan.input, outer, context);
      if (input === undefined || input.isOneRow) return input;
      const readsDeferred = plan.keys.some((key) => reads(key.expr, input, outer));
      return readsDeferred ? undefined : { ...input, plan: { ...plan, input: input.plan } };
    }
    case 'limit':
      return pullLimit(plan, outer, context);
    case 'distinct':
      return pullDistinct(plan, outer, context);
    case 'aggregate':
      return pullAggregate(plan, outer, context);
    case 'window':
      return pullWindow(plan, outer, context);
    case 'unnest': {
      const input = pullUp(plan.input, outer, context);
      if (input === undefined || input.isOneRow) return undefined;
      if (plan.lists.some((entry) => reads(entry.expr, input, outer))) return undefined;
      return { ...input, plan: { ...plan, input: input.plan } };
    }
    case 'join':
      return pullJoin(plan, outer, context);
    case 'withCte': {
      if (intersects(freeColumns(plan.definition), outer)) return undefined;
      const body = pullUp(plan.body, outer, context);
      return body && { ...body, plan: { ...plan, body: body.plan } };
    }
    default:
      return undefined;
  }
}

/** Does the expression need outer columns, itself or through a deferred column? */
const reads = (expr: Expr, input: Pulled, outer: ReadonlySet<ColumnId>): boolean =>
  readsAny(inline(expr, input), outer);

/** The expression with deferred columns written out. */
const inline = (expr: Expr, input: Pulled): Expr =>
  substitute(expr, new Map([...input.deferred].map(([id, entry]) => [id, entry.expr])));

function pullFilter(
  plan: Extract<LogicalPlan, { kind: 'filter' }>,
  outer: ReadonlySet<ColumnId>,
  context: RuleContext,
): Pulled | undefined {
  const input = pullUp(plan.input, outer, context);
  // A filter over the one row of an aggregate would have to see the empty groups as well.
  if (input === undefined || input.isOneRow) return undefined;
  const conjuncts = conjunctsOf(plan.predicate).map((conjunct) => inline(conjunct, input));
  const own = conjuncts.filter((conjunct) => !readsAny(conjunct, outer));
  const pulled = conjuncts.filter((conjunct) => readsAny(conjunct, outer));
  const below: LogicalPlan =
    own.length === 0
      ? input.plan
      : { kind: 'filter', input: input.plan, predicate: conjunction(own) };
  return { ...input, plan: below, predicates: [...input.predicates, ...pulled] };
}

function pullProject(
  plan: Extract<LogicalPlan, { kind: 'project' }>,
  outer: ReadonlySet<ColumnId>,
  context: RuleContext,
): Pulled | undefined {
  const input = pullUp(plan.input, outer, context);
  if (input === undefined) return undefined;
  const expressions = plan.expressions.map(({ output, expr }) => ({
    output,
    expr: inline(expr, input),
  }));
  if (input.isOneRow) {
    return { ...input, deferred: new Map(expressions.map((entry) => [entry.output.id, entry])) };
  }
  const kept = expressions.filter((entry) => !readsAny(entry.expr, outer));
  const deferred = expressions.filter((entry) => readsAny(entry.expr, outer));
  const needed = new Set<ColumnId>();
  for (const expr of [...input.predicates, ...deferred.map((entry) => entry.expr)])
    columnsOf(expr, needed);
  const projected: LogicalPlan = {
    kind: 'project',
    input: input.plan,
    expressions: withColumns(kept, input.plan, needed),
  };
  return {
    plan: projected,
    predicates: input.predicates,
    deferred: new Map(deferred.map((entry) => [entry.output.id, entry])),
    isOneRow: false,
  };
}

/** The expressions, and those of the input's columns that are needed beside them. */
function withColumns(
  expressions: readonly NamedExpr[],
  input: LogicalPlan,
  needed: ReadonlySet<ColumnId>,
): readonly NamedExpr[] {
  const there = new Set(expressions.map((entry) => entry.output.id));
  const added = outputOf(input).filter((column) => needed.has(column.id) && !there.has(column.id));
  return [...expressions, ...added.map(passed)];
}

/** All predicates as equalities between one side and the other, or undefined. */
function equalitiesOf(input: Pulled): readonly Equality[] | undefined {
  const found: Equality[] = [];
  for (const predicate of input.predicates) {
    const equality = equalityOf(predicate, outputIds(input.plan));
    if (equality === undefined) return undefined;
    found.push(equality);
  }
  return found;
}

function equalityOf(predicate: Expr, own: ReadonlySet<ColumnId>): Equality | undefined {
  if (predicate.kind !== 'call' || predicate.args.length !== 2) return undefined;
  const isEquality =
    predicate.function === 'equal' || predicate.function === 'is_not_distinct_from';
  if (!isEquality) return undefined;
  const [a, b] = predicate.args;
  if (a === undefined || b === undefined) return undefined;
  const isOuter = (expr: Expr): boolean => !intersects(columnsOf(expr), own);
  const isInner = (expr: Expr): boolean =>
    isSubset(columnsOf(expr), own) && columnsOf(expr).size > 0;
  if (isInner(a) && isOuter(b)) return { inner: a, outer: b, predicate };
  if (isInner(b) && isOuter(a)) return { inner: b, outer: a, predicate };
  return undefined;
}

/** LIMIT for each value of the inner sides. */
function pullLimit(
  plan: Extract<LogicalPlan, { kind: 'limit' }>,
  outer: ReadonlySet<ColumnId>,
  context: RuleContext,
): Pulled | undefined {
  const sort = plan.input.kind === 'sort' ? plan.input : undefined;
  const input = pullUp(sort === undefined ? plan.input : sort.input, outer, context);
  if (input === undefined) return undefined;
  if (input.isOneRow) {
    const keepsOne = plan.offset === 0 && (plan.limit === undefined || plan.limit >= 1);
    return keepsOne && !plan.percent ? input : undefined;
  }
  const keys = sort?.keys ?? [];
  const equalities = equalitiesOf(input);
  if (equalities === undefined || plan.percent) return undefined;
  if (keys.some((key) => reads(key.expr, input, outer))) return undefined;
  const partitionBy = equalities.map((equality) => equality.inner);
  const given = { input: input.plan, keys };
  return { ...input, plan: limitPerPartition(context, plan, given, partitionBy) };
}

function pullDistinct(
  plan: Extract<LogicalPlan, { kind: 'distinct' }>,
  outer: ReadonlySet<ColumnId>,
  context: RuleContext,
): Pulled | undefined {
  const input = pullUp(plan.input, outer, context);
  if (input === undefined || input.isOneRow) return input;
  const equalities = equalitiesOf(input);
  if (equalities === undefined || input.deferred.size > 0) return undefined;
  const inner = equalities.map((equality) => equality.inner);
  if (plan.on !== undefined)
    return { ...input, plan: { ...plan, input: input.plan, on: [...plan.on, ...inner] } };
  // Rows are told apart by their own columns and by the inner sides, and by nothing else.
  const needed = new Set<ColumnId>();
  for (const expr of inner) columnsOf(expr, needed);
  const isPlain = inner.every((expr) => expr.kind === 'column');
  if (!isPlain) return undefined;
  const expressions = withColumns(outputOf(plan.input).map(passed), input.plan, needed);
  const rows: LogicalPlan = { kind: 'project', input: input.plan, expressions };
  return { ...input, plan: { ...plan, input: rows } };
}

/** Groups are split by the inner sides. Without keys of its own, an empty group has a row too. */
function pullAggregate(
  plan: Extract<LogicalPlan, { kind: 'aggregate' }>,
  outer: ReadonlySet<ColumnId>,
  context: RuleContext,
): Pulled | undefined {
  if (plan.groupingSets !== undefined) return undefined;
  const input = pullUp(plan.input, outer, context);
  if (input === undefined || input.isOneRow) return undefined;
  const equalities = equalitiesOf(input);
  if (equalities === undefined) return undefined;
  const needsOuter = [
    ...plan.keys.map((key) => key.expr),
    ...plan.aggregates.flatMap((call) => [
      ...call.args,
      ...(call.filter === undefined ? [] : [call.filter]),
      ...call.orderBy.map((key) => key.expr),
    ]),
  ].some((expr) => reads(expr, input, outer));
  if (needsOuter) return undefined;
  const splitBy = equalities.map(({ inner }): NamedExpr => {
    const own = plan.keys.find((key) => sameExpr(key.expr, inner));
    if (own !== undefined) return own;
    const isFree = inner.kind === 'column' && !plan.keys.some((k) => k.output.id === inner.id);
    const output: OutputColumn =
      isFree && inner.kind === 'column'
        ? { id: inner.id, name: inner.name, type: inner.type, nullable: inner.nullable }
        : {
            id: context.ids.next(),
            name: inner.kind === 'column' ? inner.name : 'key',
            type: inner.type,
            nullable: context.traits.isNullable(inner),
          };
    return { output, expr: inner };
  });
  const predicates = equalities.map(({ inner, predicate }, i) => {
    const key = splitBy[i];
    return key === undefined ? predicate : replaceSide(predicate, inner, columnRef(key.output));
  });
  const keys = [...plan.keys];
  for (const key of splitBy)
    if (!keys.some((known) => known.output.id === key.output.id)) keys.push(key);
  if (plan.keys.length > 0) return plain({ ...plan, input: input.plan, keys }, predicates);
  const { aggregates, deferred } = withEmptyValues(plan.aggregates, context);
  return {
    plan: { ...plan, input: input.plan, keys, aggregates },
    predicates,
    deferred,
    isOneRow: true,
  };
}

const replaceSide = (predicate: Expr, side: Expr, by: Expr): Expr =>
  predicate.kind === 'call'
    ? { ...predicate, args: predicate.args.map((arg) => (arg === side ? by : arg)) }
    : predicate;

/**
 * Aggregates whose value over no rows is not NULL get another column, and the original one becomes that
 * column or, where there is no group, the value of an empty one.
 */
export function withEmptyValues(
  calls: readonly AggregateCall[],
  context: Pick<RuleContext, 'functions' | 'ids'>,
): {
  readonly aggregates: readonly AggregateCall[];
  readonly deferred: ReadonlyMap<ColumnId, NamedExpr>;
} {
  const deferred = new Map<ColumnId, NamedExpr>();
  const aggregates = calls.map((call) => {
    const empty = emptyValueOf(context.functions, call);
    if (empty === undefined) {
      const output = { ...call.output, nullable: true };
      deferred.set(call.output.id, passed(output));
      return call;
    }
    const inner: OutputColumn = { ...call.output, id: context.ids.next() };
    deferred.set(call.output.id, {
      output: call.output,
      expr: {
        kind: 'conditional',
        operator: 'coalesce',
        operands: [columnRef({ ...inner, nullable: true }), empty],
        type: call.output.type,
      },
    });
    return { ...call, output: inner };
  });
  return { aggregates, deferred };
}

function emptyValueOf(functions: FunctionRegistry, call: AggregateCall): Expr | undefined {
  const value = functions.aggregate(call.function)?.emptyValue;
  return value === undefined || value === null
    ? undefined
    : { kind: 'literal', value, type: call.output.type };
}

function pullWindow(
  plan: Extract<LogicalPlan, { kind: 'window' }>,
  outer: ReadonlySet<ColumnId>,
  context: RuleContext,
): Pulled | undefined {
  const input = pullUp(plan.input, outer, context);
  if (input === undefined || input.isOneRow) return undefined;
  const equalities = equalitiesOf(input);
  if (equalities === undefined) return undefined;
  const own = [
    ...plan.partitionBy,
    ...plan.orderBy.map((key) => key.expr),
    ...plan.functions.flatMap((call) => [
      ...call.args,
      ...(call.filter === undefined ? [] : [call.filter]),
      ...call.orderBy.map((key) => key.expr),
      ...[call.frame.start, call.frame.end].flatMap((b) => ('offset' in b ? [b.offset] : [])),
    ]),
  ];
  if (own.some((expr) => reads(expr, input, outer))) return undefined;
  const partitionBy = [...plan.partitionBy, ...equalities.map((equality) => equality.inner)];
  return { ...input, plan: { ...plan, input: input.plan, partitionBy } };
}

/** The kept side of a join may be correlated; of an inner join both sides and the condition. */
function pullJoin(
  plan: Extract<LogicalPlan, { kind: 'join' }>,
  outer: ReadonlySet<ColumnId>,
  context: RuleContext,
): Pulled | undefined {
  const left = pullUp(plan.left, outer, context);
  if (left === undefined || left.isOneRow || left.deferred.size > 0) return undefined;
  if (plan.joinKind === 'right' || plan.joinKind === 'full') return undefined;
  if (plan.joinKind !== 'inner') {
    if (intersects(freeColumns(plan.right), outer) || readsAny(plan.condition, outer))
      return undefined;
    return { ...left, plan: { ...plan, left: left.plan } };
  }
  const right = pullUp(plan.right, outer, context);
  if (right === undefined || right.isOneRow || right.deferred.size > 0) return undefined;
  const conjuncts = conjunctsOf(plan.condition);
  const own = conjuncts.filter((conjunct) => !readsAny(conjunct, outer));
  const pulled = conjuncts.filter((conjunct) => readsAny(conjunct, outer));
  const joined: LogicalPlan = {
    ...plan,
    left: left.plan,
    right: right.plan,
    condition: conjunction(own),
  };
  return plain(joined, [...left.predicates, ...right.predicates, ...pulled]);
}
