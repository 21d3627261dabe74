import { columnRef } from '../expr/structure.ts';
import { outputOf, transformPlan } from '../plan-tree.ts';
import type { Rule } from './rule.ts';

/** DISTINCT over whole rows becomes an aggregate without functions, so that one operator serves both. */
export const rewriteDistinct: Rule = {
  name: 'rewrite-distinct',
  isRequired: true,
  apply: (plan) =>
    transformPlan(plan, (node) => {
      if (node.kind !== 'distinct' || node.on !== undefined) return node;
      const keys = outputOf(node.input).map((output) => ({ output, expr: columnRef(output) }));
      return {
        kind: 'aggregate',
        input: node.input,
        keys,
        aggregates: [],
        groupingSets: undefined,
        groupingId: undefined,
      };
    }),
};
