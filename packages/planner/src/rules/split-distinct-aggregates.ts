import { columnRef, sameExpr } from '../expr/structure.ts';
import type { Aggregate, AggregateCall, LogicalPlan, NamedExpr } from '../logical.ts';
import { transformPlan } from '../plan-tree.ts';
import type { Rule, RuleContext } from './rule.ts';

/**
 * `count(DISTINCT x)` alone becomes two aggregates: the first removes repeated pairs of key and `x`, the
 * second counts what is left. The first is an ordinary parallel aggregate, where a set per group is not.
 */
export const splitDistinctAggregates: Rule = {
  name: 'split-distinct-aggregates',
  isRequired: false,
  apply: (plan, context) =>
    transformPlan(plan, (node) => (node.kind === 'aggregate' ? split(node, context) : node)),
};

function split(node: Aggregate, context: RuleContext): LogicalPlan {
  const [first] = node.aggregates;
  if (first === undefined || node.groupingSets !== undefined) return node;
  if (!node.aggregates.every((call) => isPlainDistinct(call) && sameArguments(call, first))) {
    return node;
  }
  const values = first.args.map((expr): NamedExpr => {
    const { type } = expr;
    const nullable = context.traits.isNullable(expr);
    const name = expr.kind === 'column' ? expr.name : first.output.name;
    return { output: { id: context.ids.next(), name, type, nullable }, expr };
  });
  const keys = node.keys.map((key): NamedExpr => {
    const passes = key.expr.kind === 'column' && key.expr.id === key.output.id;
    return passes ? key : { ...key, output: { ...key.output, id: context.ids.next() } };
  });
  const inner: Aggregate = { ...node, keys: [...keys, ...values], aggregates: [] };
  return {
    ...node,
    input: inner,
    keys: node.keys.map((key, i) => ({
      output: key.output,
      expr: columnRef(keys[i]?.output ?? key.output),
    })),
    aggregates: node.aggregates.map((call) => ({
      ...call,
      distinct: false,
      args: values.map((value) => columnRef(value.output)),
    })),
  };
}

const isPlainDistinct = (call: AggregateCall): boolean =>
  call.distinct && call.filter === undefined && call.orderBy.length === 0 && call.args.length > 0;

const sameArguments = (a: AggregateCall, b: AggregateCall): boolean =>
  a.args.length === b.args.length &&
  a.args.every((arg, i) => {
    const other = b.args[i];
    return other !== undefined && sameExpr(arg, other);
  });
