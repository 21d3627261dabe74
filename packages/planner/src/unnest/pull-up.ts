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

/** What the pass over one correlated plan carries along. */
export interface Pulling {
  readonly context: RuleContext;
  readonly outer: ReadonlySet<ColumnId>;
  /** The last resort: the plan computed for all outer values, and the equalities that pick a row's own. */
  readonly flatten: ((plan: LogicalPlan) => Pulled) | undefined;
}

/**
 * Takes the correlation out of a plan where it sits in plain filters, so that it can become the condition
 * of an ordinary join. Aggregates, DISTINCT, LIMIT and windows over it are computed for each value that
 * the inner side of an equality has; where there are no such equalities, their input is flattened first.
 * Undefined where that does not help.
 */
export function pullUp(plan: LogicalPlan, state: Pulling): Pulled | undefined {
  if (isOneRow(plan)) return { plan, predicates: [], deferred: NONE, isOneRow: true };
  if (!intersects(freeColumns(plan), state.outer)) return plain(plan);
  switch (plan.kind) {
    case 'filter':
      return pullFilter(plan, state);
    case 'project':
      return pullProject(plan, state);
    case 'sort': {
      const input = pullUp(plan.input, state);
      if (input === undefined || input.isOneRow) return input;
      const readsDeferred = plan.keys.some((key) => reads(key.expr, input, state));
      return readsDeferred ? undefined : { ...input, plan: { ...plan, input: input.plan } };
    }
    case 'limit':
      return pullLimit(plan, state);
    case 'distinct':
      return pullDistinct(plan, state);
    case 'aggregate':
      return pullAggregate(plan, state);
    case 'window':
      return pullWindow(plan, state);
    case 'unnest': {
      const input = pullUp(plan.input, state);
      if (input === undefined || input.isOneRow) return undefined;
      if (plan.lists.some((entry) => reads(entry.expr, input, state))) return undefined;
      return { ...input, plan: { ...plan, input: input.plan } };
    }
    case 'join':
      return pullJoin(plan, { ...state, flatten: undefined });
    case 'withCte': {
      if (intersects(freeColumns(plan.definition), state.outer)) return undefined;
      const body = pullUp(plan.body, state);
      return body && { ...body, plan: { ...plan, body: body.plan } };
    }
    default:
      return undefined;
  }
}

/** A plan whose rows belong to an outer row by equalities alone, without deferred columns. */
interface Keyed {
  readonly input: Pulled;
  readonly equalities: readonly Equality[];
}

/** The input of an operator that has to work for each outer row by itself. */
function pullKeyed(
  plan: LogicalPlan,
  state: Pulling,
  isUsable: (input: Pulled) => boolean,
): Keyed | undefined {
  const simple = pullUp(plan, state);
  const equalities = simple && equalitiesOf(simple);
  const fits = simple !== undefined && !simple.isOneRow && isUsable(simple);
  if (fits && equalities !== undefined) return { input: simple, equalities };
  const input = state.flatten?.(plan);
  const keys = input && equalitiesOf(input);
  return input === undefined || keys === undefined ? undefined : { input, equalities: keys };
}

/** Does the expression need outer columns, itself or through a deferred column? */
const reads = (expr: Expr, input: Pulled, state: Pulling): boolean =>
  readsAny(inline(expr, input), state.outer);

/** The expression with deferred columns written out. */
const inline = (expr: Expr, input: Pulled): Expr =>
  substitute(expr, new Map([...input.deferred].map(([id, entry]) => [id, entry.expr])));

function pullFilter(
  plan: Extract<LogicalPlan, { kind: 'filter' }>,
  state: Pulling,
): Pulled | undefined {
  const input = pullUp(plan.input, state);
  // A filter over the one row of an aggregate would have to see the empty groups as well.
  if (input === undefined || input.isOneRow) return undefined;
  const conjuncts = conjunctsOf(plan.predicate).map((conjunct) => inline(conjunct, input));
  const own = conjuncts.filter((conjunct) => !readsAny(conjunct, state.outer));
  const pulled = conjuncts.filter((conjunct) => readsAny(conjunct, state.outer));
  const below: LogicalPlan =
    own.length === 0
      ? input.plan
      : { kind: 'filter', input: input.plan, predicate: conjunction(own) };
  return { ...input, plan: below, predicates: [...input.predicates, ...pulled] };
}

function pullProject(
  plan: Extract<LogicalPlan, { kind: 'project' }>,
  state: Pulling,
): Pulled | undefined {
  const input = pullUp(plan.input, state);
  if (input === undefined) return undefined;
  const expressions = plan.expressions.map(({ output, expr }) => ({
    output,
    expr: inline(expr, input),
  }));
  if (input.isOneRow) {
    return { ...input, deferred: new Map(expressions.map((entry) => [entry.output.id, entry])) };
  }
  const kept = expressions.filter((entry) => !readsAny(entry.expr, state.outer));
  const deferred = expressions.filter((entry) => readsAny(entry.expr, state.outer));
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
  state: Pulling,
): Pulled | undefined {
  const sort = plan.input.kind === 'sort' ? plan.input : undefined;
  const below = sort === undefined ? plan.input : sort.input;
  const keys = sort?.keys ?? [];
  if (plan.percent) return undefined;
  const keepsOne = plan.offset === 0 && (plan.limit === undefined || plan.limit >= 1);
  const simple = keepsOne ? pullUp(below, state) : undefined;
  if (simple?.isOneRow === true) return simple;
  const keyed = pullKeyed(
    below,
    state,
    (input) => !keys.some((key) => reads(key.expr, input, state)),
  );
  if (keyed === undefined) return undefined;
  const { input, equalities } = keyed;
  const partitionBy = equalities.map((equality) => equality.inner);
  const given = { input: input.plan, keys };
  return { ...input, plan: limitPerPartition(state.context, plan, given, partitionBy) };
}

function pullDistinct(
  plan: Extract<LogicalPlan, { kind: 'distinct' }>,
  state: Pulling,
): Pulled | undefined {
  const simple = pullUp(plan.input, state);
  if (simple?.isOneRow === true) return simple;
  const isWhole = plan.on === undefined;
  const keyed = pullKeyed(plan.input, state, (input) => {
    const inner = equalitiesOf(input)?.map((equality) => equality.inner) ?? [];
    return input.deferred.size === 0 && (!isWhole || inner.every((expr) => expr.kind === 'column'));
  });
  if (keyed === undefined) return undefined;
  const { input } = keyed;
  const inner = keyed.equalities.map((equality) => equality.inner);
  if (plan.on !== undefined)
    return { ...input, plan: { ...plan, input: input.plan, on: [...plan.on, ...inner] } };
  // Rows are told apart by their own columns and by the inner sides, and by nothing else.
  const needed = new Set<ColumnId>();
  for (const expr of inner) columnsOf(expr, needed);
  const expressions = withColumns(outputOf(plan.input).map(passed), input.plan, needed);
  const rows: LogicalPlan = { kind: 'project', input: input.plan, expressions };
  return { ...input, plan: { ...plan, input: rows } };
}

/** Groups are split by the inner sides. Without keys of its own, an empty group has a row too. */
function pullAggregate(
  plan: Extract<LogicalPlan, { kind: 'aggregate' }>,
  state: Pulling,
): Pulled | undefined {
  const { context } = state;
  if (plan.groupingSets !== undefined) return undefined;
  const own = [
    ...plan.keys.map((key) => key.expr),
    ...plan.aggregates.flatMap((call) => [
      ...call.args,
      ...(call.filter === undefined ? [] : [call.filter]),
      ...call.orderBy.map((key) => key.expr),
    ]),
  ];
  if (own.some((expr) => readsAny(expr, state.outer))) return undefined;
  const keyed = pullKeyed(
    plan.input,
    state,
    (input) => !own.some((expr) => reads(expr, input, state)),
  );
  if (keyed === undefined) return undefined;
  const { input, equalities } = keyed;
  const splitBy = equalities.map(({ inner }): NamedExpr => {
    const known = plan.keys.find((key) => sameExpr(key.expr, inner));
    if (known !== undefined) return known;
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
  state: Pulling,
): Pulled | undefined {
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
  if (own.some((expr) => readsAny(expr, state.outer))) return undefined;
  const keyed = pullKeyed(
    plan.input,
    state,
    (input) => !own.some((expr) => reads(expr, input, state)),
  );
  if (keyed === undefined) return undefined;
  const { input, equalities } = keyed;
  const partitionBy = [...plan.partitionBy, ...equalities.map((equality) => equality.inner)];
  return { ...input, plan: { ...plan, input: input.plan, partitionBy } };
}

/** The kept side of a join may be correlated; of an inner join both sides and the condition. */
function pullJoin(
  plan: Extract<LogicalPlan, { kind: 'join' }>,
  state: Pulling,
): Pulled | undefined {
  const left = pullUp(plan.left, state);
  if (left === undefined || left.isOneRow || left.deferred.size > 0) return undefined;
  if (plan.joinKind === 'right' || plan.joinKind === 'full') return undefined;
  if (plan.joinKind !== 'inner') {
    if (intersects(freeColumns(plan.right), state.outer) || readsAny(plan.condition, state.outer))
      return undefined;
    return { ...left, plan: { ...plan, left: left.plan } };
  }
  const right = pullUp(plan.right, state);
  if (right === undefined || right.isOneRow || right.deferred.size > 0) return undefined;
  const conjuncts = conjunctsOf(plan.condition);
  const own = conjuncts.filter((conjunct) => !readsAny(conjunct, state.outer));
  const pulled = conjuncts.filter((conjunct) => readsAny(conjunct, state.outer));
  const joined: LogicalPlan = {
    ...plan,
    left: left.plan,
    right: right.plan,
    condition: conjunction(own),
  };
  return plain(joined, [...left.predicates, ...right.predicates, ...pulled]);
}
