import { type Expr, HUGEINT, isInteger, type Literal, typesEqual } from '@windrow/core';
import { integerLiteral } from '../expr/integer-literal.ts';
import { tryMakeAggregate, tryMakeCall } from '../expr/make-call.ts';
import { columnRef, exprKey } from '../expr/structure.ts';
import type { Aggregate, AggregateCall, LogicalPlan, NamedExpr } from '../logical.ts';
import { outputOf, transformPlan } from '../plan-tree.ts';
import type { Rule, RuleContext } from './rule.ts';

/**
 * Sums of one integer expression with different constants added, `sum(x + 1), sum(x + 2)`, become one sum
 * and one count: `sum(x + c)` is `sum(x) + c · count(x)`.
 *
 * The additions happen in HUGEINT then, so that one which would have overflowed no longer does.
 */
export const shiftSums: Rule = {
  name: 'shift-sums',
  isRequired: false,
  apply: (plan, context) =>
    transformPlan(plan, (node) => (node.kind === 'aggregate' ? shift(node, context) : node)),
};

/** `sum(x ± constant)`. */
interface ShiftedSum {
  readonly call: AggregateCall;
  readonly of: Expr;
  /** What is added. */
  readonly by: bigint;
}

function shift(node: Aggregate, context: RuleContext): LogicalPlan {
  const groups = new Map<string, ShiftedSum[]>();
  for (const call of node.aggregates) {
    const shifted = shiftedSum(call);
    if (shifted === undefined || context.traits.isVolatile(shifted.of)) continue;
    const { filter } = call;
    const key = `${exprKey(shifted.of)} ${filter === undefined ? '' : exprKey(filter)}`;
    groups.set(key, [...(groups.get(key) ?? []), shifted]);
  }
  const calls: AggregateCall[] = [];
  const replaced = new Map<number, Expr>();
  for (const group of groups.values()) {
    // Two states take the place of the group's.
    if (group.length > 2) replaceGroup(group, context, { calls, replaced });
  }
  if (replaced.size === 0) return node;
  const kept = node.aggregates.filter(({ output }) => !replaced.has(output.id));
  const input: Aggregate = { ...node, aggregates: [...kept, ...calls] };
  const expressions = outputOf(node).map(
    (output): NamedExpr => ({ output, expr: replaced.get(output.id) ?? columnRef(output) }),
  );
  return { kind: 'project', input, expressions };
}

function replaceGroup(
  group: readonly ShiftedSum[],
  { functions, ids }: RuleContext,
  to: { readonly calls: AggregateCall[]; readonly replaced: Map<number, Expr> },
): void {
  const [first] = group;
  if (first === undefined) return;
  const { call, of } = first;
  const counted = tryMakeAggregate(functions, 'count', [of]);
  if (counted === undefined) return;
  const sum: AggregateCall = {
    ...call,
    args: [of],
    output: { ...call.output, id: ids.next(), name: 'sum' },
  };
  const countOutput = { id: ids.next(), name: 'count', type: counted.type, nullable: false };
  const count: AggregateCall = { ...call, ...counted, args: [of], output: countOutput };
  const rows: Expr = { kind: 'cast', input: columnRef(countOutput), type: HUGEINT, try: false };
  const sums = group.map(({ by }): Expr | undefined => {
    const added = tryMakeCall(functions, 'multiply', [rows, integerLiteral(by, HUGEINT)]);
    return added && tryMakeCall(functions, 'add', [columnRef(sum.output), added]);
  });
  if (!sums.every((expr) => expr !== undefined)) return;
  to.calls.push(sum, count);
  group.forEach(({ call: { output } }, i) => {
    to.replaced.set(output.id, sums[i]!);
  });
}

function shiftedSum(call: AggregateCall): ShiftedSum | undefined {
  const [arg, ...others] = call.args;
  if (call.function !== 'sum' || call.distinct || call.orderBy.length > 0) return undefined;
  if (arg?.kind !== 'call' || others.length > 0 || !isInteger(arg.type)) return undefined;
  const [left, right] = arg.args;
  if (left === undefined || right === undefined) return undefined;
  const found = (of: Expr, constant: Literal, sign: bigint): ShiftedSum | undefined =>
    typesEqual(of.type, arg.type) && isInteger(constant.type) && constant.value !== null
      ? { call, of, by: sign * BigInt(constant.value as number | bigint) }
      : undefined;
  const isAdd = arg.function === 'add';
  if (right.kind === 'literal' && isAdd) return found(left, right, 1n);
  if (right.kind === 'literal' && arg.function === 'subtract') return found(left, right, -1n);
  return left.kind === 'literal' && isAdd ? found(right, left, 1n) : undefined;
}
