import { assert, type ColumnId, columnsOf, type Expr, unreachable } from '@windrow/core';
import type { OutputColumn, SortKey, WindowCall } from './logical.ts';
import { callExprs } from './physical/aggregate-node.ts';
import type { PhysicalPlan } from './physical.ts';
import { physicalInputs } from './physical-tree.ts';

/**
 * Checks that every node of a physical plan finds the columns that it reads, that nodes which hand their
 * input on say so, and that node ids are unique.
 *
 * @throws SqlError `internal` naming the node.
 */
export function validatePhysical(plan: PhysicalPlan, seen: Set<number> = new Set()): void {
  assert(!seen.has(plan.nodeId), `node ${plan.nodeId} is unique`);
  seen.add(plan.nodeId);
  const inputs = physicalInputs(plan);
  const available = new Set(inputs.flatMap((input) => input.output.map(({ id }) => id)));
  const read = new Set<ColumnId>();
  for (const expr of readBy(plan)) columnsOf(expr, read);
  for (const id of read) {
    assert(available.has(id), `${plan.kind} ${plan.nodeId} finds column #${id}`);
  }
  const ids = plan.output.map((column) => column.id);
  assert(new Set(ids).size === ids.length, `${plan.kind} ${plan.nodeId} hands up a column once`);
  checkOutput(plan, available);
  for (const input of inputs) validatePhysical(input, seen);
}

const keyExprs = (keys: readonly SortKey[]): Expr[] => keys.map((key) => key.expr);

const windowExprs = (calls: readonly WindowCall[]): Expr[] =>
  calls.flatMap(({ args, filter, orderBy, frame }) => [
    ...args,
    ...(filter === undefined ? [] : [filter]),
    ...keyExprs(orderBy),
    ...[frame.start, frame.end].flatMap((bound) => ('offset' in bound ? [bound.offset] : [])),
  ]);

/** All expressions that a node evaluates over its inputs. */
function readBy(plan: PhysicalPlan): readonly Expr[] {
  switch (plan.kind) {
    case 'scan':
    case 'values':
    case 'limit':
    case 'union':
    case 'cte':
    case 'cteScan':
    case 'recursiveCte':
    case 'write':
      return [];
    case 'filter':
      return [plan.predicate];
    case 'project':
      return plan.expressions.map((entry) => entry.expr);
    case 'aggregate':
      return [...plan.keys.map((key) => key.expr), ...callExprs(plan.aggregates)];
    case 'expand':
      return plan.sets.flat();
    case 'window':
      return [...plan.partitionBy, ...keyExprs(plan.orderBy), ...windowExprs(plan.functions)];
    case 'sort':
    case 'topN':
      return keyExprs(plan.keys);
    case 'partitionedTopN':
      return [...plan.partitionBy, ...keyExprs(plan.keys)];
    case 'hashJoin':
      return [
        ...plan.keys.flatMap((key) => [key.probe, key.build]),
        ...(plan.residual === undefined ? [] : [plan.residual]),
      ];
    case 'nestedLoopJoin':
      return plan.condition === undefined ? [] : [plan.condition];
    case 'unnest':
      return plan.lists.map((entry) => entry.expr);
    default:
      return unreachable(plan);
  }
}

function checkOutput(plan: PhysicalPlan, available: ReadonlySet<ColumnId>): void {
  const same = (columns: readonly OutputColumn[]): boolean =>
    columns.length === plan.output.length &&
    columns.every((column, i) => column.id === plan.output[i]?.id);
  const where = `${plan.kind} ${plan.nodeId}`;
  switch (plan.kind) {
    case 'filter':
    case 'sort':
    case 'topN':
    case 'limit':
      assert(same(plan.input.output), `${where} hands up its input's columns`);
      return;
    case 'window': {
      const added = plan.functions.map((call) => call.output);
      assert(same([...plan.input.output, ...added]), `${where} adds its functions`);
      return;
    }
    case 'hashJoin':
    case 'nestedLoopJoin': {
      const isKnown = ({ id }: OutputColumn): boolean => available.has(id) || id === plan.mark?.id;
      assert(plan.output.every(isKnown), `${where} hands up columns of its sides`);
      return;
    }
    case 'union':
      for (const input of plan.inputs) {
        assert(input.output.length === plan.output.length, `${where} has inputs of one width`);
      }
      return;
    default:
      return;
  }
}
