import type { Expr } from '@windrow/core';
import { makeCall } from '../expr/make-call.ts';
import { columnRef, conjunction } from '../expr/structure.ts';
import type { LogicalPlan, NamedExpr, OutputColumn, SetOperation } from '../logical.ts';
import { outputOf, transformPlan } from '../plan-tree.ts';
import { addRowNumber } from '../row-number.ts';
import type { Rule, RuleContext } from './rule.ts';

/**
 * UNION becomes DISTINCT over UNION ALL; EXCEPT and INTERSECT become anti and semi joins in which NULL
 * equals NULL. Under ALL the copies of a row are numbered on both sides and the number is compared too:
 * the k-th copy survives INTERSECT ALL when the other side has a k-th copy, EXCEPT ALL when it has not.
 */
export const rewriteSetOperations: Rule = {
  name: 'rewrite-set-operations',
  isRequired: true,
  apply: (plan, context) =>
    transformPlan(plan, (node) => (node.kind === 'setOperation' ? rewrite(node, context) : node)),
};

const distinct = (input: LogicalPlan): LogicalPlan => ({
  kind: 'distinct',
  input,
  on: undefined,
  orderBy: [],
});

function rewrite(node: SetOperation, context: RuleContext): LogicalPlan {
  if (node.operator === 'union') return node.all ? node : distinct({ ...node, all: true });
  const [first, ...others] = node.inputs;
  if (first === undefined) return node;
  const renamed: LogicalPlan = {
    kind: 'project',
    input: first,
    expressions: node.output.map((output, i): NamedExpr => {
      const below = outputOf(first)[i] ?? output;
      return { output, expr: columnRef(below) };
    }),
  };
  const joinKind = node.operator === 'except' ? 'anti' : 'semi';
  let left: LogicalPlan = node.all ? renamed : distinct(renamed);
  for (const right of others) {
    left = node.all
      ? joinCopies(joinKind, left, right, context)
      : joinRows(joinKind, left, outputOf(left), right, outputOf(right), context);
  }
  return left;
}

function joinRows(
  joinKind: 'anti' | 'semi',
  left: LogicalPlan,
  leftColumns: readonly OutputColumn[],
  right: LogicalPlan,
  rightColumns: readonly OutputColumn[],
  context: RuleContext,
): LogicalPlan {
  const conjuncts = leftColumns.flatMap((column, i): Expr[] => {
    const other = rightColumns[i];
    if (other === undefined) return [];
    const args = [columnRef(column), columnRef(other)];
    return [makeCall(context.functions, 'is_not_distinct_from', args)];
  });
  const condition = conjunction(conjuncts);
  return { kind: 'join', joinKind, left, right, condition, mark: undefined };
}

function joinCopies(
  joinKind: 'anti' | 'semi',
  left: LogicalPlan,
  right: LogicalPlan,
  context: RuleContext,
): LogicalPlan {
  const [a, b] = [numberCopies(left, context), numberCopies(right, context)];
  const joined = joinRows(joinKind, a, outputOf(a), b, outputOf(b), context);
  const expressions = outputOf(left).map((output) => ({ output, expr: columnRef(output) }));
  return { kind: 'project', input: joined, expressions };
}

/** Adds each row's number among its equals. */
const numberCopies = (input: LogicalPlan, context: RuleContext): LogicalPlan =>
  addRowNumber(context.ids, input, outputOf(input).map(columnRef)).plan;
