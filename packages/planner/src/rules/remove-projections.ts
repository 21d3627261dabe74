import { type ColumnId, type ColumnRef, type Expr, transformExpr, visitExpr } from '@windrow/core';
import { columnRef, substitute } from '../expr/structure.ts';
import { isCheap } from '../expr/traits.ts';
import type { LogicalPlan, NamedExpr, OutputColumn, Project } from '../logical.ts';
import { inputsOf, mapExpressions, outputOf, withInputs } from '../plan-tree.ts';
import type { Rule, RuleContext } from './rule.ts';

/** What columns of the original plan are called in the rewritten one. */
type Renamed = ReadonlyMap<ColumnId, ColumnRef>;

interface Rewritten {
  readonly plan: LogicalPlan;
  readonly renamed: Renamed;
}

/**
 * Removes projections that only rename or reorder columns: their readers read the original columns. Two
 * projections in a row become one. What remains between joins then computes something.
 */
export const removeProjections: Rule = {
  name: 'remove-projections',
  isRequired: false,
  apply: (plan, context) => {
    const { plan: next, renamed } = rewrite(plan, context);
    const isRenamed = [...context.required].some((id) => renamed.has(id));
    if (!isRenamed) return next;
    const columns = outputOf(plan).filter((column) => context.required.has(column.id));
    return restore(next, columns, renamed);
  },
};

/** The old columns again, in the old order. */
const restore = (
  plan: LogicalPlan,
  columns: readonly OutputColumn[],
  renamed: Renamed,
): LogicalPlan => ({
  kind: 'project',
  input: plan,
  expressions: columns.map((output) => ({
    output,
    expr: renamed.get(output.id) ?? columnRef(output),
  })),
});

function rewrite(plan: LogicalPlan, context: RuleContext): Rewritten {
  switch (plan.kind) {
    case 'setOperation':
    case 'recursiveCte':
      return {
        plan: withInputs(
          plan,
          inputsOf(plan).map((i) => exact(i, context)),
        ),
        renamed: NONE,
      };
    case 'withCte': {
      const definition = exact(plan.definition, context);
      const body = rewrite(plan.body, context);
      return { plan: withInputs(plan, [definition, body.plan]), renamed: body.renamed };
    }
    case 'distinct':
      // Whole rows are compared, so the input must not hand up more than it did.
      if (plan.on === undefined) {
        return { plan: withInputs(plan, [exact(plan.input, context)]), renamed: NONE };
      }
      break;
    default:
      break;
  }
  const inputs = inputsOf(plan).map((input) => rewrite(input, context));
  const renamed = new Map(inputs.flatMap((input) => [...input.renamed]));
  const next = mapExpressions(
    withInputs(
      plan,
      inputs.map((input) => input.plan),
    ),
    (expr) => rename(expr, renamed),
  );
  if (next.kind === 'project') return rewriteProject(next, context);
  return { plan: next, renamed: next.kind === 'aggregate' ? NONE : renamed };
}

const NONE: Renamed = new Map();

/** The reader keeps its own idea of whether the column can be NULL: an outer join may lie between. */
const rename = (expr: Expr, renamed: Renamed): Expr =>
  renamed.size === 0
    ? expr
    : transformExpr(expr, (node) => {
        const replacement = node.kind === 'column' ? renamed.get(node.id) : undefined;
        if (replacement === undefined || node.kind !== 'column') return node;
        return { ...replacement, nullable: node.nullable, span: node.span };
      });

/** A rewritten plan whose columns are counted by position. */
function exact(plan: LogicalPlan, context: RuleContext): LogicalPlan {
  const next = rewrite(plan, context);
  const columns = outputOf(plan);
  const output = outputOf(next.plan);
  const isExact =
    next.renamed.size === 0 &&
    output.length === columns.length &&
    output.every((column, i) => column.id === columns[i]?.id);
  return isExact ? next.plan : restore(next.plan, columns, next.renamed);
}

function rewriteProject(plan: Project, context: RuleContext): Rewritten {
  const project = mergeProjects(plan, context);
  const renamed = new Map<ColumnId, ColumnRef>();
  const passed = new Map<ColumnId, NamedExpr>();
  const computed: NamedExpr[] = [];
  for (const { output, expr } of project.expressions) {
    if (expr.kind !== 'column') {
      computed.push({ output, expr });
      continue;
    }
    const column = { id: expr.id, name: expr.name, type: expr.type, nullable: expr.nullable };
    if (output.id !== expr.id) renamed.set(output.id, expr);
    passed.set(expr.id, { output: column, expr });
  }
  if (computed.length === 0) return { plan: project.input, renamed };
  if (renamed.size === 0) return { plan: project, renamed };
  return { plan: { ...project, expressions: [...passed.values(), ...computed] }, renamed };
}

/** One projection instead of two, unless that would compute something twice. */
function mergeProjects(plan: Project, context: RuleContext): Project {
  const { input } = plan;
  if (input.kind !== 'project') return plan;
  const uses = new Map<ColumnId, number>();
  for (const { expr } of plan.expressions) countUses(expr, uses);
  const isMergeable = input.expressions.every(
    ({ output, expr }) =>
      !context.traits.isVolatile(expr) && (isCheap(expr) || (uses.get(output.id) ?? 0) <= 1),
  );
  if (!isMergeable) return plan;
  const replacements = new Map(input.expressions.map(({ output, expr }) => [output.id, expr]));
  const expressions = plan.expressions.map(({ output, expr }) => ({
    output,
    expr: substitute(expr, replacements),
  }));
  return { ...plan, input: input.input, expressions };
}

function countUses(expr: Expr, uses: Map<ColumnId, number>): void {
  visitExpr(expr, (node) => {
    if (node.kind === 'column') uses.set(node.id, (uses.get(node.id) ?? 0) + 1);
    return true;
  });
}
