import { assert, BIGINT, type ColumnId, type Expr, SqlError, unreachable } from '@windrow/core';
import {
  columnRef,
  conjunction,
  conjunctsOf,
  intersects,
  literal,
  substitute,
} from '../expr/structure.ts';
import { freeColumns } from '../free-columns.ts';
import type {
  CteScan,
  Join,
  LogicalPlan,
  NamedExpr,
  OutputColumn,
  RecursiveCte,
} from '../logical.ts';
import { mapExpressions, outputOf, visitPlan, withInputs } from '../plan-tree.ts';
import type { RuleContext } from '../rules/rule.ts';
import { isOneRow, limitPerPartition, passed, projectTo, sameValue } from './parts.ts';
import { withEmptyValues } from './pull-up.ts';

/** Outer columns and the columns of a plan that hold their values, row by row. */
type Domain = ReadonlyMap<ColumnId, OutputColumn>;

/** A plan computed for all outer values at once; every row tells by its domain which ones it is for. */
export interface Flattened {
  readonly plan: LogicalPlan;
  readonly domain: Domain;
}

/** Makes another copy of the distinct outer values, under new ids. */
export type MakeDomain = () => Flattened;

/**
 * The outer columns that a plan reads, in the order in which domains list them. `keys` are those that
 * tell outer values apart: all of them, or a number of the outer row where some cannot be compared.
 */
export interface Outer {
  readonly columns: readonly OutputColumn[];
  readonly ids: ReadonlySet<ColumnId>;
  readonly keys: readonly OutputColumn[];
}

/** What the pass over one correlated plan carries along. */
interface Flattening {
  readonly context: RuleContext;
  readonly outer: Outer;
  readonly makeDomain: MakeDomain;
  /** Common table expressions whose rows carry a domain, as their last columns. */
  readonly ctes: Set<number>;
}

/**
 * Rewrites a correlated plan so that it reads no outer columns: its leaves are crossed with the distinct
 * outer values (the domain), which every operator above then carries along as one more key.
 *
 * Source: Neumann and Kemper (2015), Unnesting Arbitrary Queries, BTW 2015, section 3.
 */
export function flatten(
  plan: LogicalPlan,
  outer: Outer,
  makeDomain: MakeDomain,
  context: RuleContext,
): Flattened {
  return flattenNode(plan, { context, outer, makeDomain, ctes: new Set() });
}

/** Does the plan read outer columns, itself or through a table that depends on them? */
function isCorrelated(plan: LogicalPlan, state: Flattening): boolean {
  if (intersects(freeColumns(plan), state.outer.ids)) return true;
  let found = false;
  if (state.ctes.size > 0) {
    visitPlan(plan, (node) => {
      found ||= node.kind === 'cteScan' && state.ctes.has(node.cteId);
      return !found;
    });
  }
  return found;
}

function flattenNode(plan: LogicalPlan, state: Flattening): Flattened {
  if (!isCorrelated(plan, state)) return crossed(plan, state);
  switch (plan.kind) {
    case 'filter':
    case 'sort': {
      const input = flattenNode(plan.input, state);
      return { ...input, plan: withInput(plan, input) };
    }
    case 'project': {
      const input = flattenNode(plan.input, state);
      const own = plan.expressions.map(({ output, expr }) => ({
        output,
        expr: mapped(expr, input.domain),
      }));
      const expressions = [...own, ...columnsOfDomain(input.domain).map(passed)];
      return { plan: { kind: 'project', input: input.plan, expressions }, domain: input.domain };
    }
    case 'aggregate':
      return flattenAggregate(plan, state);
    case 'window': {
      const input = flattenNode(plan.input, state);
      const next = withInput(plan, input);
      assert(next.kind === 'window', 'the node keeps its kind');
      const partitionBy = [...next.partitionBy, ...keyRefs(input.domain, state)];
      return { plan: { ...next, partitionBy }, domain: input.domain };
    }
    case 'limit':
      return flattenLimit(plan, state);
    case 'distinct':
      return flattenDistinct(plan, state);
    case 'join':
      return flattenJoin(plan, state);
    case 'setOperation':
      return flattenSetOperation(plan, state);
    case 'unnest': {
      const input = flattenNode(plan.input, state);
      return { ...input, plan: withInput(plan, input) };
    }
    case 'withCte':
      return flattenWithCte(plan, state);
    case 'cteScan':
      return flattenCteScan(plan, state);
    case 'recursiveCte':
      return flattenRecursive(plan, state);
    case 'values':
      return flattenValues(plan, state);
    case 'scan':
    case 'dependentJoin':
      throw new SqlError('internal', `a correlated ${plan.kind} was left over`);
    default:
      return unreachable(plan);
  }
}

/** A plan that is the same for all outer values, once for each of them. */
function crossed(plan: LogicalPlan, state: Flattening): Flattened {
  const made = state.makeDomain();
  if (isOneRow(plan)) return made;
  const join: LogicalPlan = {
    kind: 'join',
    joinKind: 'inner',
    left: made.plan,
    right: plan,
    condition: literal(true),
    mark: undefined,
  };
  return { plan: join, domain: made.domain };
}

const columnsOfDomain = (domain: Domain): readonly OutputColumn[] => [...domain.values()];

/** The columns of the domain that tell its rows apart. */
const keysOfDomain = (domain: Domain, state: Flattening): readonly OutputColumn[] =>
  state.outer.keys.flatMap((key) => domain.get(key.id) ?? []);

const keyRefs = (domain: Domain, state: Flattening): readonly Expr[] =>
  keysOfDomain(domain, state).map(columnRef);

const mapped = (expr: Expr, domain: Domain): Expr =>
  substitute(expr, new Map([...domain].map(([id, column]) => [id, columnRef(column)])));

/** The node over its flattened input, its outer columns read from the domain. */
const withInput = (node: LogicalPlan, input: Flattened): LogicalPlan =>
  mapExpressions(withInputs(node, [input.plan]), (expr) => mapped(expr, input.domain));

/** Both plans are for the same outer values. */
function sameDomain(a: Domain, b: Domain, state: Flattening): readonly Expr[] {
  return state.outer.keys.flatMap(({ id }): readonly Expr[] => {
    const [column, other] = [a.get(id), b.get(id)];
    if (column === undefined || other === undefined) return [];
    return [sameValue(state.context, columnRef(column), columnRef(other))];
  });
}

/** Brings back the columns of the domain that an operator over its keys has left out. */
function withWholeDomain(plan: LogicalPlan, keys: Domain, state: Flattening): Flattened {
  if (state.outer.keys.length === state.outer.columns.length) return { plan, domain: keys };
  const all = state.makeDomain();
  const condition = conjunction(sameDomain(all.domain, keys, state));
  return {
    plan: {
      kind: 'join',
      joinKind: 'inner',
      left: all.plan,
      right: plan,
      condition,
      mark: undefined,
    },
    domain: all.domain,
  };
}

/**
 * The domain's columns become the first keys, so that the grouping id keeps its value. An aggregation
 * that has a row for no input at all gets that row back by an outer join with the domain.
 */
function flattenAggregate(
  plan: Extract<LogicalPlan, { kind: 'aggregate' }>,
  state: Flattening,
): Flattened {
  const { context } = state;
  const input = flattenNode(plan.input, state);
  const mappedPlan = withInput(plan, input);
  assert(mappedPlan.kind === 'aggregate', 'the node keeps its kind');
  const domainKeys = keysOfDomain(input.domain, state).map(passed);
  const keys = [...domainKeys, ...mappedPlan.keys];
  const indices = domainKeys.map((_, i) => i);
  const groupingSets = plan.groupingSets?.map((set) => [
    ...indices,
    ...set.map((i) => i + domainKeys.length),
  ]);
  const hasEmptyGroup =
    plan.groupingSets === undefined
      ? plan.keys.length === 0
      : plan.groupingSets.some((set) => set.length === 0);
  if (!hasEmptyGroup)
    return withWholeDomain({ ...mappedPlan, keys, groupingSets }, input.domain, state);

  const { aggregates, deferred } = withEmptyValues(mappedPlan.aggregates, context);
  const groupingId = plan.groupingId && { ...plan.groupingId, id: context.ids.next() };
  const grouped: LogicalPlan = { ...mappedPlan, keys, groupingSets, aggregates, groupingId };
  const all = state.makeDomain();
  const joined: LogicalPlan = {
    kind: 'join',
    joinKind: 'left',
    left: all.plan,
    right: grouped,
    condition: conjunction(sameDomain(all.domain, input.domain, state)),
    mark: undefined,
  };
  const expressions = [
    ...columnsOfDomain(all.domain).map(passed),
    ...plan.keys.map((key) => passed({ ...key.output, nullable: true })),
    ...deferred.values(),
    ...groupingIdOrAll(plan, groupingId),
  ];
  return { plan: { kind: 'project', input: joined, expressions }, domain: all.domain };
}

/** The group of no rows at all has every key rolled up. */
function groupingIdOrAll(
  plan: Extract<LogicalPlan, { kind: 'aggregate' }>,
  inner: OutputColumn | undefined,
): readonly NamedExpr[] {
  const { groupingId: output } = plan;
  if (output === undefined || inner === undefined) return [];
  const value = (1n << BigInt(plan.keys.length)) - 1n;
  const operands: readonly Expr[] = [
    columnRef({ ...inner, nullable: true }),
    { kind: 'literal', value, type: BIGINT },
  ];
  return [{ output, expr: { kind: 'conditional', operator: 'coalesce', operands, type: BIGINT } }];
}

function flattenLimit(plan: Extract<LogicalPlan, { kind: 'limit' }>, state: Flattening): Flattened {
  if (plan.percent) {
    throw new SqlError(
      'unsupported',
      'LIMIT of a percentage in a correlated subquery is not supported',
      {
        hint: 'use a number of rows',
      },
    );
  }
  const sort = plan.input.kind === 'sort' ? plan.input : undefined;
  const input = flattenNode(sort === undefined ? plan.input : sort.input, state);
  const keys = (sort?.keys ?? []).map((key) => ({ ...key, expr: mapped(key.expr, input.domain) }));
  const given = { input: input.plan, keys };
  return {
    plan: limitPerPartition(state.context, plan, given, keyRefs(input.domain, state)),
    domain: input.domain,
  };
}

function flattenDistinct(
  plan: Extract<LogicalPlan, { kind: 'distinct' }>,
  state: Flattening,
): Flattened {
  const input = flattenNode(plan.input, state);
  if (plan.on !== undefined) {
    const next = withInput(plan, input);
    assert(next.kind === 'distinct', 'the node keeps its kind');
    const on = [...(next.on ?? []), ...keyRefs(input.domain, state)];
    return { plan: { ...next, on }, domain: input.domain };
  }
  const rows = projectTo(input.plan, [
    ...outputOf(plan.input),
    ...keysOfDomain(input.domain, state),
  ]);
  return withWholeDomain({ ...plan, input: rows }, input.domain, state);
}

/** The plan with its own columns, then those of the domain, and nothing else. */
const withDomainLast = (own: readonly OutputColumn[], flat: Flattened): LogicalPlan =>
  projectTo(flat.plan, [...own, ...columnsOfDomain(flat.domain)]);

/**
 * A side that the join keeps whole carries the domain; the other side joins on it when it is correlated
 * too.
 */
function flattenJoin(plan: Join, state: Flattening): Flattened {
  const { joinKind } = plan;
  if (joinKind === 'full') return flattenFullJoin(plan, state);
  const leftReads = isCorrelated(plan.left, state);
  const rightReads = isCorrelated(plan.right, state);
  const rightOnly = rightReads && !leftReads && joinKind === 'inner';
  if (joinKind === 'right' || rightOnly) {
    const right = flattenNode(plan.right, state);
    const left = leftReads ? flattenNode(plan.left, state) : undefined;
    const condition = joinCondition(plan.condition, right.domain, left?.domain, state);
    const joined: LogicalPlan = {
      ...plan,
      left: left?.plan ?? plan.left,
      right: right.plan,
      condition,
    };
    return { plan: joined, domain: right.domain };
  }
  const left = flattenNode(plan.left, state);
  const right = rightReads ? flattenNode(plan.right, state) : undefined;
  const condition = joinCondition(plan.condition, left.domain, right?.domain, state);
  const joined: LogicalPlan = {
    ...plan,
    left: left.plan,
    right: right?.plan ?? plan.right,
    condition,
  };
  return { plan: joined, domain: left.domain };
}

const joinCondition = (
  condition: Expr,
  domain: Domain,
  other: Domain | undefined,
  state: Flattening,
): Expr =>
  conjunction([
    ...(other === undefined ? [] : sameDomain(domain, other, state)),
    ...conjunctsOf(mapped(condition, domain)),
  ]);

/** Both sides carry a domain of their own; a row that only one side has takes it from there. */
function flattenFullJoin(plan: Join, state: Flattening): Flattened {
  const left = flattenNode(plan.left, state);
  const right = flattenNode(plan.right, state);
  const condition = joinCondition(plan.condition, left.domain, right.domain, state);
  const joined: LogicalPlan = { ...plan, left: left.plan, right: right.plan, condition };
  const domain = new Map<ColumnId, OutputColumn>();
  const merged = [...left.domain].map(([id, column]): NamedExpr => {
    const other = right.domain.get(id) ?? column;
    const output = { ...column, id: state.context.ids.next() };
    domain.set(id, output);
    const operands = [columnRef(column), columnRef(other)];
    return {
      output,
      expr: { kind: 'conditional', operator: 'coalesce', operands, type: column.type },
    };
  });
  const expressions = [...outputOf(joined).map(passed), ...merged];
  return { plan: { kind: 'project', input: joined, expressions }, domain };
}

function flattenSetOperation(
  plan: Extract<LogicalPlan, { kind: 'setOperation' }>,
  state: Flattening,
): Flattened {
  const inputs = plan.inputs.map((input) => {
    const flat = flattenNode(input, state);
    return projectTo(flat.plan, [...outputOf(input), ...keysOfDomain(flat.domain, state)]);
  });
  const keys = newDomain(state, state.outer.keys);
  const output = [...plan.output, ...columnsOfDomain(keys)];
  return withWholeDomain({ ...plan, inputs, output }, keys, state);
}

/** The outer columns under new ids. */
const newDomain = (state: Flattening, columns = state.outer.columns): Domain =>
  new Map(columns.map((column) => [column.id, { ...column, id: state.context.ids.next() }]));

/** A definition that depends on the outer row is computed for all of them, with their values in it. */
function flattenWithCte(
  plan: Extract<LogicalPlan, { kind: 'withCte' }>,
  state: Flattening,
): Flattened {
  if (!isCorrelated(plan.definition, state)) {
    const body = flattenNode(plan.body, state);
    return { plan: { ...plan, body: body.plan }, domain: body.domain };
  }
  const own = outputOf(plan.definition);
  const flat = flattenNode(plan.definition, state);
  state.ctes.add(plan.cteId);
  const body = flattenNode(plan.body, state);
  return {
    plan: { ...plan, definition: withDomainLast(own, flat), body: body.plan },
    domain: body.domain,
  };
}

/** A scan of a table that carries a domain; the columns of the domain come last. */
function flattenCteScan(plan: CteScan, state: Flattening): Flattened {
  const domain = newDomain(state);
  return { plan: { ...plan, output: [...plan.output, ...columnsOfDomain(domain)] }, domain };
}

/** The working table carries the domain from round to round. */
function flattenRecursive(plan: RecursiveCte, state: Flattening): Flattened {
  const base = flattenNode(plan.base, state);
  state.ctes.add(plan.cteId);
  const step = flattenNode(plan.step, state);
  const domain = newDomain(state);
  return {
    plan: {
      ...plan,
      base: withDomainLast(outputOf(plan.base), base),
      step: withDomainLast(outputOf(plan.step), step),
      output: [...plan.output, ...columnsOfDomain(domain)],
    },
    domain,
  };
}

/** Rows that read outer columns: one projection of the domain for each. */
function flattenValues(
  plan: Extract<LogicalPlan, { kind: 'values' }>,
  state: Flattening,
): Flattened {
  const inputs = plan.rows.map((row): LogicalPlan => {
    const made = state.makeDomain();
    const own = plan.output.map((column, i): NamedExpr => {
      const expr = row[i];
      assert(expr !== undefined, 'every row has all columns');
      const output = { ...column, id: state.context.ids.next() };
      return { output, expr: mapped(expr, made.domain) };
    });
    const expressions = [...own, ...columnsOfDomain(made.domain).map(passed)];
    return { kind: 'project', input: made.plan, expressions };
  });
  const domain = newDomain(state);
  const output = [...plan.output, ...columnsOfDomain(domain)];
  return {
    plan: { kind: 'setOperation', operator: 'union', all: true, inputs, output },
    domain,
  };
}
