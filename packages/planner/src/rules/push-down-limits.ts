import type { Limit, LogicalPlan } from '../logical.ts';
import { transformPlan, withInputs } from '../plan-tree.ts';
import type { Rule, RuleContext } from './rule.ts';

/**
 * Moves limits below what hands up one row for each row, copies them into the inputs of UNION ALL and to
 * the kept side of outer joins, and so brings them next to the sorts with which they become a top-N.
 */
export const pushDownLimits: Rule = {
  name: 'push-down-limits',
  isRequired: false,
  apply: (plan, context) => visit(plan, context),
};

function visit(plan: LogicalPlan, context: RuleContext): LogicalPlan {
  return transformPlan(plan, (node) => (node.kind === 'limit' ? sink(node, context) : node));
}

function sink(limit: Limit, context: RuleContext): LogicalPlan {
  const { input } = limit;
  if (limit.percent || limit.withTies !== undefined) return limit;
  switch (input.kind) {
    case 'project':
      return { ...input, input: sink({ ...limit, input: input.input }, context) };
    case 'limit':
      return input.percent || input.withTies !== undefined ? limit : merge(limit, input);
    case 'setOperation': {
      if (input.operator !== 'union' || !input.all || limit.limit === undefined) return limit;
      const inputs = input.inputs.map((part) => bounded(part, limit, context));
      return { ...limit, input: withInputs(input, inputs) };
    }
    case 'join': {
      const keepsLeft =
        input.joinKind === 'left' || input.joinKind === 'single' || input.joinKind === 'mark';
      if (!keepsLeft || limit.limit === undefined) return limit;
      return { ...limit, input: { ...input, left: bounded(input.left, limit, context) } };
    }
    default:
      return limit;
  }
}

/** The limit's rows at most, the skipped ones included; an input that is bounded already stays. */
function bounded(input: LogicalPlan, limit: Limit, context: RuleContext): LogicalPlan {
  const count = (limit.limit ?? 0) + limit.offset;
  if (context.statistics.estimate(input).rows <= count) return input;
  if (input.kind === 'limit' && input.limit !== undefined && input.limit <= count) return input;
  return sink({ ...limit, input, limit: count, offset: 0 }, context);
}

function merge(outer: Limit, inner: Limit): Limit {
  const offset = outer.offset + inner.offset;
  const left = inner.limit === undefined ? undefined : Math.max(0, inner.limit - outer.offset);
  const counts = [outer.limit, left].filter((count) => count !== undefined);
  return { ...inner, offset, limit: counts.length === 0 ? undefined : Math.min(...counts) };
}
