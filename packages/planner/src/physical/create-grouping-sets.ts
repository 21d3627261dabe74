import { BIGINT, type Expr, type LiteralValue, type SqlType } from '@windrow/core';
import { evaluationCost, hashJoinCost, unnestCost } from '../cost.ts';
import { integerLiteral } from '../expr/integer-literal.ts';
import { makeCall } from '../expr/make-call.ts';
import { columnRef } from '../expr/structure.ts';
import type { Aggregate, NamedExpr, OutputColumn } from '../logical.ts';
import type { PhysicalPlan } from '../physical.ts';
import { outputOf } from '../plan-tree.ts';
import { aggregateNode, callExprs } from './aggregate-node.ts';
import { nodeFields, type PhysicalContext, requiring, rowBytes } from './physical-context.ts';

/** Bit 1 for each key that is absent from the set, first key highest. */
const groupingBits = (set: readonly number[], keyCount: number): bigint => {
  let bits = 0n;
  for (let i = 0; i < keyCount; i++) bits = bits * 2n + (set.includes(i) ? 0n : 1n);
  return bits;
};

interface SetColumns {
  /** Tells the sets apart, repeated ones too. */
  readonly number: OutputColumn;
  /** `grouping` bits, where asked for. */
  readonly bits: OutputColumn | undefined;
}

/**
 * Grouping sets as an expansion and one aggregate: each row goes up once per set, with NULL for the keys
 * that the set leaves out and the set's number as a further key.
 *
 * An empty set has one group even when there are no rows. Such groups come from a constant table of set
 * numbers, joined outer to the groups found.
 */
export function createGroupingSets(
  plan: Aggregate,
  sets: readonly (readonly number[])[],
  groups: number,
  context: PhysicalContext,
): PhysicalPlan {
  const columns: SetColumns = {
    number: { id: context.ids.next(), name: 'grouping_set', type: BIGINT, nullable: false },
    bits: plan.groupingId,
  };
  const grouped = createExpandedAggregate(plan, sets, columns, groups, context);
  const emptySets = sets.flatMap((set, i) => (set.length === 0 ? [i] : []));
  if (emptySets.length === 0) return grouped;
  return addEmptyGroups(grouped, plan, emptySets, columns, context);
}

function createExpandedAggregate(
  plan: Aggregate,
  sets: readonly (readonly number[])[],
  columns: SetColumns,
  groups: number,
  context: PhysicalContext,
): PhysicalPlan {
  const read = requiring([], callExprs(plan.aggregates));
  const keyColumns = plan.keys.map(({ output }) => ({
    ...output,
    id: context.ids.next(),
    nullable: true,
  }));
  const needed = requiring(
    read,
    plan.keys.map((key) => key.expr),
  );
  const input = context.create(plan.input, needed);
  const kept = outputOf(plan.input).filter((column) => read.has(column.id));
  const { number, bits } = columns;
  const output = [...kept, ...keyColumns, number];
  const bitsColumn = bits === undefined ? undefined : { ...bits, id: context.ids.next() };
  if (bitsColumn !== undefined) output.push(bitsColumn);
  const expansions = sets.map((set, k): readonly Expr[] => [
    ...kept.map(columnRef),
    ...plan.keys.map(({ expr }, i) => (set.includes(i) ? expr : nullOf(expr.type))),
    integerLiteral(k, number.type),
    ...(bits === undefined ? [] : [integerLiteral(groupingBits(set, plan.keys.length), bits.type)]),
  ]);
  const rows = input.estimatedRows * sets.length;
  const bytes = rowBytes(output, context.statistics.estimate(plan.input));
  const expand: PhysicalPlan = {
    kind: 'expand',
    ...nodeFields(output, rows, unnestCost(rows, bytes), [input]),
    input,
    sets: expansions,
  };
  const keys: NamedExpr[] = plan.keys.map((key, i) => ({
    output: { ...key.output, nullable: true },
    expr: columnRef(keyColumns[i] ?? key.output),
  }));
  keys.push({ output: number, expr: columnRef(number) });
  if (bits !== undefined && bitsColumn !== undefined) {
    keys.push({ output: bits, expr: columnRef(bitsColumn) });
  }
  return aggregateNode({ input: expand, keys, calls: plan.aggregates, groups });
}

const nullOf = (type: SqlType): Expr => ({ kind: 'literal', value: null, type });

function addEmptyGroups(
  grouped: PhysicalPlan,
  plan: Aggregate,
  emptySets: readonly number[],
  columns: SetColumns,
  context: PhysicalContext,
): PhysicalPlan {
  const { number, bits } = columns;
  const wanted: OutputColumn = { ...number, id: context.ids.next(), name: 'empty_set' };
  const rows = emptySets.map((k): readonly LiteralValue[] => [
    integerLiteral(k, wanted.type).value,
  ]);
  const values: PhysicalPlan = {
    kind: 'values',
    ...nodeFields([wanted], rows.length, 0, []),
    rows,
  };
  const joined = [...grouped.output, wanted].map((column) => ({ ...column, nullable: true }));
  const cost = hashJoinCost({
    buildRows: rows.length,
    buildRowBytes: 8,
    probeRows: grouped.estimatedRows,
    probeRowBytes: 8 * grouped.output.length,
    outputRows: grouped.estimatedRows,
  });
  const join: PhysicalPlan = {
    kind: 'hashJoin',
    ...nodeFields(joined, grouped.estimatedRows, cost, [grouped, values]),
    joinKind: 'fullOuter',
    probe: grouped,
    build: values,
    keys: [{ probe: columnRef(number), build: columnRef(wanted), nullSafe: false }],
    residual: undefined,
    nullAware: false,
    mark: undefined,
    distribution: 'broadcast',
    buildSide: 'right',
  };
  const isMissing = makeCall(context.functions, 'is_null', [
    columnRef({ ...number, nullable: true }),
  ]);
  const whenMissing = (column: OutputColumn, value: Expr): NamedExpr => ({
    output: column,
    expr: {
      kind: 'conditional',
      operator: 'case',
      operands: [isMissing, value, columnRef({ ...column, nullable: true })],
      type: column.type,
    },
  });
  const expressions: NamedExpr[] = plan.keys.map(({ output }) => {
    const column = { ...output, nullable: true };
    return { output: column, expr: columnRef(column) };
  });
  for (const call of plan.aggregates) {
    const emptyValue = context.functions.aggregate(call.function)?.emptyValue ?? null;
    expressions.push(
      emptyValue === null
        ? { output: call.output, expr: columnRef(call.output) }
        : whenMissing(call.output, { kind: 'literal', value: emptyValue, type: call.output.type }),
    );
  }
  if (bits !== undefined) {
    expressions.push(
      whenMissing(bits, integerLiteral(groupingBits([], plan.keys.length), bits.type)),
    );
  }
  return {
    kind: 'project',
    ...nodeFields(
      expressions.map((entry) => entry.output),
      join.estimatedRows,
      evaluationCost(
        join.estimatedRows,
        expressions.map((entry) => entry.expr),
      ),
      [join],
    ),
    input: join,
    expressions,
  };
}
