import type { Expr } from '@windrow/core';
import { simplify, simplifyPredicate } from '../expr/simplify.ts';
import type { AggregateCall, LogicalPlan } from '../logical.ts';
import { mapExpressions, transformPlan } from '../plan-tree.ts';
import type { Rule, RuleContext } from './rule.ts';

/**
 * Folds constants and simplifies every expression. Conditions are simplified as such: only what is true
 * counts, except in a mark join, whose answer tells false from NULL.
 */
export const simplifyExpressions: Rule = {
  name: 'simplify-expressions',
  isRequired: false,
  apply: (plan, context) => transformPlan(plan, (node) => simplifyPlan(node, context)),
};

function simplifyPlan(node: LogicalPlan, context: RuleContext): LogicalPlan {
  const next = mapExpressions(node, (expr) => simplify(expr, context));
  if (next.kind === 'filter') {
    const predicate = simplifyPredicate(next.predicate, context);
    return predicate === next.predicate ? next : { ...next, predicate };
  }
  if (next.kind === 'join' && next.joinKind !== 'mark') {
    const condition = simplifyPredicate(next.condition, context);
    return condition === next.condition ? next : { ...next, condition };
  }
  if (next.kind === 'aggregate') {
    const aggregates = next.aggregates.map((call) => simplifyCall(call, context));
    const isChanged = aggregates.some((call, i) => call !== next.aggregates[i]);
    return isChanged ? { ...next, aggregates } : next;
  }
  return next;
}

function simplifyCall(call: AggregateCall, context: RuleContext): AggregateCall {
  const definition = context.functions.aggregate(call.function);
  const distinct = call.distinct && definition?.ignoresDistinct !== true;
  const filter = call.filter === undefined ? undefined : simplifyPredicate(call.filter, context);
  const kept: Expr | undefined =
    filter?.kind === 'literal' && filter.value === true ? undefined : filter;
  if (distinct === call.distinct && kept === call.filter) return call;
  return { ...call, distinct, filter: kept };
}
