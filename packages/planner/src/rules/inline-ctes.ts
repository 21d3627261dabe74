import { copyPlan } from '../copy-plan.ts';
import { columnRef } from '../expr/structure.ts';
import { isCheap } from '../expr/traits.ts';
import type { CteScan, LogicalPlan, NamedExpr, WithCte } from '../logical.ts';
import { expressionsOf, inputsOf, outputOf, transformPlan, visitPlan } from '../plan-tree.ts';
import type { Rule, RuleContext } from './rule.ts';

/**
 * A common table expression that is read once, or that is nothing but a table under cheap columns,
 * becomes part of its readers; one that nobody reads goes. The others are computed once and kept.
 */
export const inlineCtes: Rule = {
  name: 'inline-ctes',
  isRequired: false,
  // Bottom-up, so that a definition has been dealt with before its readers are counted.
  apply: (plan, context) =>
    transformPlan(plan, (node) => (node.kind === 'withCte' ? inline(node, context) : node)),
};

function inline(node: WithCte, context: RuleContext): LogicalPlan {
  const readers = countReaders(node.body, node.cteId);
  if (readers === 0) return node.body;
  if (readers > 1 && !isTrivial(node.definition, context)) return node;
  let used = 0;
  return transformPlan(node.body, (reader) => {
    if (reader.kind !== 'cteScan' || reader.cteId !== node.cteId) return reader;
    used += 1;
    const definition = used === 1 ? node.definition : copyPlan(node.definition, context.ids).plan;
    return renamed(definition, reader);
  });
}

const renamed = (definition: LogicalPlan, reader: CteScan): LogicalPlan => ({
  kind: 'project',
  input: definition,
  expressions: outputOf(definition).flatMap((column, i): NamedExpr[] => {
    const output = reader.output[i];
    return output === undefined ? [] : [{ output, expr: columnRef(column) }];
  }),
});

/** Readers of a CTE; one inside the step of a recursion counts as many, as it reads every round. */
function countReaders(plan: LogicalPlan, cteId: number): number {
  if (plan.kind === 'cteScan') return plan.cteId === cteId ? 1 : 0;
  if (plan.kind === 'recursiveCte') {
    return countReaders(plan.base, cteId) + 2 * countReaders(plan.step, cteId);
  }
  return inputsOf(plan).reduce((sum, input) => sum + countReaders(input, cteId), 0);
}

/** Reading it again costs no more than reading what was kept of it. */
function isTrivial(definition: LogicalPlan, context: RuleContext): boolean {
  let trivial = true;
  visitPlan(definition, (node) => {
    const isPlain =
      node.kind === 'scan' ||
      node.kind === 'values' ||
      (node.kind === 'project' && node.expressions.every((entry) => isCheap(entry.expr)));
    trivial &&= isPlain && !expressionsOf(node).some((expr) => context.traits.isVolatile(expr));
    return trivial;
  });
  return trivial;
}
