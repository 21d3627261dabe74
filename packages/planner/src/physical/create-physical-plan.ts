import { assert, type Expr, type LiteralValue, SqlError, unreachable } from '@windrow/core';
import {
  evaluationCost,
  materializeCost,
  rereadCost,
  sortCost,
  topNCost,
  unionCost,
  unnestCost,
  windowCost,
} from '../cost.ts';
import { foldToLiteral } from '../expr/fold.ts';
import { columnRef } from '../expr/structure.ts';
import type {
  Distinct,
  Limit,
  LogicalPlan,
  NamedExpr,
  OutputColumn,
  Project,
  SetOperation,
  Unnest,
  Values,
  WindowNode,
} from '../logical.ts';
import type { PhysicalPlan } from '../physical.ts';
import { numberNodes } from '../physical-tree.ts';
import type { PlanningContext } from '../plan-context.ts';
import { columnsReadBy, outputOf } from '../plan-tree.ts';
import { servesOrder } from '../rules/merge-windows.ts';
import { createAggregate } from './create-aggregate.ts';
import { createFilter } from './create-filter.ts';
import { createJoin } from './create-join.ts';
import { createScan } from './create-scan.ts';
import {
  nodeFields,
  type PhysicalContext,
  type Required,
  requiring,
  rowBytes,
} from './physical-context.ts';

/**
 * Chooses an algorithm for every node of an optimized plan.
 *
 * `columns` are the result's, in order; an id may occur twice. Columns that nobody reads are left out on
 * the way up. Nodes are numbered in pre-order.
 */
export function createPhysicalPlan(
  plan: LogicalPlan,
  columns: readonly OutputColumn[],
  planning: PlanningContext,
): PhysicalPlan {
  const context: PhysicalContext = {
    ...planning,
    create: (input, required) => create(input, required, context),
    createOrdered: (input, wanted) => createOrdered(input, wanted, context),
  };
  return numberNodes(createOrdered(plan, columns, context));
}

function createOrdered(
  plan: LogicalPlan,
  columns: readonly OutputColumn[],
  context: PhysicalContext,
): PhysicalPlan {
  const input = create(plan, new Set(columns.map((column) => column.id)), context);
  const isOrdered =
    input.output.length === columns.length &&
    input.output.every((column, i) => column.id === columns[i]?.id);
  if (isOrdered) return input;
  // A column that is wanted twice gets a new id for each repetition: ids are unique within an output.
  const seen = new Set<number>();
  const expressions = columns.map((column): NamedExpr => {
    const isRepeated = seen.has(column.id);
    seen.add(column.id);
    const output = isRepeated ? { ...column, id: context.ids.next() } : column;
    return { output, expr: columnRef(column) };
  });
  return projectNode(input, expressions);
}

const projectNode = (input: PhysicalPlan, expressions: readonly NamedExpr[]): PhysicalPlan => ({
  kind: 'project',
  ...nodeFields(
    expressions.map((entry) => entry.output),
    input.estimatedRows,
    evaluationCost(
      input.estimatedRows,
      expressions.map((entry) => entry.expr),
    ),
    [input],
  ),
  input,
  expressions,
});

function create(plan: LogicalPlan, required: Required, context: PhysicalContext): PhysicalPlan {
  switch (plan.kind) {
    case 'scan':
      return createScan(plan, [], required, context);
    case 'values':
      return createValues(plan, context);
    case 'filter':
      return createFilter(plan, required, context);
    case 'project':
      return createProject(plan, required, context);
    case 'aggregate':
      return createAggregate(plan, required, context);
    case 'window':
      return createWindow(plan, required, context);
    case 'sort': {
      const keys = plan.keys.map((key) => key.expr);
      const input = context.create(plan.input, requiring(required, keys));
      const bytes = rowBytes(input.output, context.statistics.estimate(plan.input));
      const cost = sortCost(input.estimatedRows, bytes, keys);
      const fields = nodeFields(input.output, input.estimatedRows, cost, [input]);
      return { kind: 'sort', ...fields, input, keys: plan.keys };
    }
    case 'limit':
      return createLimit(plan, required, context);
    case 'distinct':
      return createDistinct(plan, required, context);
    case 'join':
      return createJoin(plan, required, context);
    case 'setOperation':
      return createUnion(plan, context);
    case 'unnest':
      return createUnnest(plan, required, context);
    case 'withCte': {
      const kept = outputOf(plan.definition);
      const definition = createOrdered(plan.definition, kept, context);
      const body = context.create(plan.body, required);
      const bytes = rowBytes(kept, context.statistics.estimate(plan.definition));
      const cost = materializeCost(definition.estimatedRows, bytes);
      const fields = nodeFields(body.output, body.estimatedRows, cost, [definition, body]);
      return { kind: 'cte', ...fields, cteId: plan.cteId, name: plan.name, definition, body };
    }
    case 'cteScan': {
      const { rows } = context.statistics.estimate(plan);
      const fields = nodeFields(plan.output, rows, rereadCost(rows), []);
      return { kind: 'cteScan', ...fields, cteId: plan.cteId, name: plan.name };
    }
    case 'recursiveCte': {
      const base = createOrdered(plan.base, outputOf(plan.base), context);
      const step = createOrdered(plan.step, outputOf(plan.step), context);
      const { rows } = context.statistics.estimate(plan);
      const bytes = rowBytes(plan.output, context.statistics.estimate(plan));
      const fields = nodeFields(plan.output, rows, materializeCost(rows, bytes), [base, step]);
      const { cteId, name, all } = plan;
      return { kind: 'recursiveCte', ...fields, cteId, name, base, step, all };
    }
    case 'dependentJoin':
      assert(false, 'dependent joins have been removed before physical planning');
      break;
    default:
      return unreachable(plan);
  }
}

/** Constant rows; a row that has to be computed at run time is a projection over one empty row. */
function createValues(plan: Values, context: PhysicalContext): PhysicalPlan {
  const runs: PhysicalPlan[] = [];
  let constants: (readonly LiteralValue[])[] = [];
  const flush = (): void => {
    if (constants.length === 0) return;
    const fields = nodeFields(plan.output, constants.length, 0, []);
    runs.push({ kind: 'values', ...fields, rows: constants });
    constants = [];
  };
  for (const row of plan.rows) {
    const literals = row.map((expr) => foldToLiteral(expr, context));
    if (literals.every((entry) => entry !== undefined)) {
      constants.push(literals.map((entry) => entry.value));
      continue;
    }
    flush();
    const oneRow: PhysicalPlan = { kind: 'values', ...nodeFields([], 1, 0, []), rows: [[]] };
    const expressions = plan.output.map((output, i): NamedExpr => {
      const expr = row[i];
      assert(expr !== undefined, 'a row of VALUES has as many expressions as columns');
      return { output, expr };
    });
    runs.push(projectNode(oneRow, expressions));
  }
  flush();
  const [first] = runs;
  if (first !== undefined && runs.length === 1) return first;
  if (first === undefined)
    return { kind: 'values', ...nodeFields(plan.output, 0, 0, []), rows: [] };
  return unionNode(plan.output, runs);
}

const unionNode = (
  output: readonly OutputColumn[],
  inputs: readonly PhysicalPlan[],
): PhysicalPlan => {
  const rows = inputs.reduce((sum, input) => sum + input.estimatedRows, 0);
  return { kind: 'union', ...nodeFields(output, rows, unionCost(rows), inputs), inputs };
};

function createProject(plan: Project, required: Required, context: PhysicalContext): PhysicalPlan {
  const kept = plan.expressions.filter((entry) => required.has(entry.output.id));
  const below = requiring(
    [],
    kept.map((entry) => entry.expr),
  );
  const input = context.create(plan.input, below);
  const onlyPasses = kept.every(
    ({ output, expr }) => expr.kind === 'column' && expr.id === output.id,
  );
  return onlyPasses ? input : projectNode(input, kept);
}

function createWindow(
  plan: WindowNode,
  required: Required,
  context: PhysicalContext,
): PhysicalPlan {
  const functions = plan.functions.filter((call) => required.has(call.output.id));
  if (functions.length === 0) return context.create(plan.input, required);
  const computed: WindowNode = { ...plan, functions };
  const below = new Set([...required, ...columnsReadBy(computed)]);
  for (const call of functions) below.delete(call.output.id);
  const input = context.create(plan.input, below);
  const presorted = input.kind === 'window' && servesOrder(input, plan);
  const keys = [...plan.partitionBy, ...plan.orderBy.map((key) => key.expr)];
  const cost = windowCost({
    rows: input.estimatedRows,
    rowBytes: rowBytes(input.output, context.statistics.estimate(plan.input)),
    keys,
    functions: functions.length,
    presorted,
  });
  const output = [...input.output, ...functions.map((call) => call.output)];
  return {
    kind: 'window',
    ...nodeFields(output, input.estimatedRows, cost, [input]),
    input,
    partitionBy: plan.partitionBy,
    orderBy: plan.orderBy,
    functions,
    presorted,
  };
}

/** Rows up to which a heap beats sorting everything. */
const TOP_N_ROWS = 100_000;

function createLimit(plan: Limit, required: Required, context: PhysicalContext): PhysicalPlan {
  const { limit, offset, percent, withTies } = plan;
  const keys = withTies ?? (plan.input.kind === 'sort' ? plan.input.keys : undefined);
  if (percent && withTies !== undefined) {
    throw new SqlError('unsupported', 'FETCH … PERCENT ROWS WITH TIES is not supported', {
      hint: 'Use QUALIFY with percent_rank(), or leave PERCENT or WITH TIES out.',
    });
  }
  const isTop =
    keys !== undefined &&
    limit !== undefined &&
    !percent &&
    (withTies !== undefined || limit + offset <= TOP_N_ROWS);
  const rows = context.statistics.estimate(plan).rows;
  if (isTop) {
    const sorted = plan.input.kind === 'sort' ? plan.input.input : plan.input;
    const exprs = keys.map((key) => key.expr);
    const input = context.create(sorted, requiring(required, exprs));
    const cost = topNCost(input.estimatedRows, limit + offset, exprs);
    const fields = nodeFields(input.output, Math.min(rows, input.estimatedRows), cost, [input]);
    return {
      kind: 'topN',
      ...fields,
      input,
      keys,
      limit,
      offset,
      withTies: withTies !== undefined,
    };
  }
  const input = context.create(plan.input, required);
  const fields = nodeFields(input.output, Math.min(rows, input.estimatedRows), 0, [input]);
  return { kind: 'limit', ...fields, input, limit, offset, percent };
}

/** DISTINCT ON: the first row of each key. Whole-row DISTINCT has become an aggregate. */
function createDistinct(
  plan: Distinct,
  required: Required,
  context: PhysicalContext,
): PhysicalPlan {
  const partitionBy: readonly Expr[] = plan.on ?? outputOf(plan.input).map(columnRef);
  const exprs = [...partitionBy, ...plan.orderBy.map((key) => key.expr)];
  const input = context.create(plan.input, requiring(required, exprs));
  const rows = context.statistics.estimate(plan).rows;
  const cost = topNCost(input.estimatedRows, 1, exprs);
  return {
    kind: 'partitionedTopN',
    ...nodeFields(input.output, Math.min(rows, input.estimatedRows), cost, [input]),
    input,
    partitionBy,
    keys: plan.orderBy,
    limit: 1,
    ranking: 'row_number',
    rank: undefined,
  };
}

function createUnion(plan: SetOperation, context: PhysicalContext): PhysicalPlan {
  assert(plan.operator === 'union' && plan.all, 'other set operations have become joins');
  const inputs = plan.inputs.map((input) => context.createOrdered(input, outputOf(input)));
  return unionNode(plan.output, inputs);
}

function createUnnest(plan: Unnest, required: Required, context: PhysicalContext): PhysicalPlan {
  const added = [...plan.lists.map((entry) => entry.output)];
  if (plan.ordinality !== undefined) added.push(plan.ordinality);
  const below = requiring(
    required,
    plan.lists.map((entry) => entry.expr),
  );
  for (const column of added) below.delete(column.id);
  const input = context.create(plan.input, below);
  const { rows } = context.statistics.estimate(plan);
  const output = [...input.output, ...added];
  const bytes = rowBytes(output, context.statistics.estimate(plan));
  const { lists, ordinality, outer } = plan;
  const fields = nodeFields(output, rows, unnestCost(rows, bytes), [input]);
  return { kind: 'unnest', ...fields, input, lists, ordinality, outer };
}
