import { type Batch, BOOLEAN, type Expr } from '@windrow/core';
import { SelectLoop } from '../codegen/select-loop.ts';
import type { ExpressionContext, Layout } from './context.ts';
import { ExpressionAnalysis } from './expression-facts.ts';
import { Programs } from './program.ts';

/** Keeps the rows for which a predicate is true. */
export interface Filter {
  /** The same columns under a new selection; the batch itself when every row passes. */
  select(batch: Batch): Batch;
}

/**
 * Prepares a predicate (BOOLEAN) for this thread.
 *
 * The conjuncts of an AND are applied one group after the other, each to the rows that the groups
 * before it have left: first what one generated loop can decide, then the others by their cost, those
 * that can fail at the end and in their own order.
 */
export function createFilter(context: ExpressionContext, predicate: Expr, layout: Layout): Filter {
  const analysis = new ExpressionAnalysis(context.functions);
  const steps = conjunctGroups(predicate, analysis).map((conjuncts) =>
    createStep(context, conjuncts, { layout, analysis }),
  );
  return {
    select(batch) {
      let rest = batch;
      for (const step of steps) {
        if (rest.length === 0) return rest;
        rest = step(rest);
      }
      return rest;
    },
  };
}

/** The conjuncts of nested ANDs, in order. */
function conjunctsOf(predicate: Expr): readonly Expr[] {
  return predicate.kind === 'conditional' && predicate.operator === 'and'
    ? predicate.operands.flatMap(conjunctsOf)
    : [predicate];
}

/** Groups of conjuncts in the order of their evaluation; a group is decided by one loop. */
export function conjunctGroups(
  predicate: Expr,
  analysis: ExpressionAnalysis,
): readonly (readonly Expr[])[] {
  const conjuncts = conjunctsOf(predicate).map((expr) => ({ expr, facts: analysis.facts(expr) }));
  const safe = conjuncts.filter(({ facts }) => !facts.raises);
  const fused = safe.filter(({ facts }) => !facts.hasVectorCall && !facts.isCostly);
  const costly = safe
    .filter(({ facts }) => facts.hasVectorCall || facts.isCostly)
    .sort((a, b) => a.facts.cost - b.facts.cost);
  const groups = [fused.map(({ expr }) => expr), ...costly.map(({ expr }) => [expr])];
  for (const { expr, facts } of conjuncts.filter((conjunct) => conjunct.facts.raises)) {
    const last = groups.at(-1);
    // Generated code leaves an operand out by itself, so neighbours without vector calls share a loop.
    const joins =
      !facts.hasVectorCall && last?.every((each) => !analysis.facts(each).hasVectorCall);
    if (joins && last !== undefined) groups[groups.length - 1] = [...last, expr];
    else groups.push([expr]);
  }
  return groups.filter((group) => group.length > 0);
}

function createStep(
  context: ExpressionContext,
  conjuncts: readonly Expr[],
  options: { readonly layout: Layout; readonly analysis: ExpressionAnalysis },
): (batch: Batch) => Batch {
  const { layout, analysis } = options;
  const [first, ...others] = conjuncts;
  const condition: Expr =
    first !== undefined && others.length === 0
      ? first
      : { kind: 'conditional', operator: 'and', operands: conjuncts, type: BOOLEAN };
  const programs = new Programs(context, {
    layout,
    analysis,
    exprs: [condition],
    build: (plan) => {
      const stage = plan.stage();
      const node = plan.node(stage, condition);
      return { stage, loop: new SelectLoop(context, stage.plan, node) };
    },
  });
  return (batch) => {
    const { run, built } = programs.start(batch);
    const { selection, length, columns } = batch;
    const { selected, count } = built.loop.run(run.inputs(built.stage), selection, length);
    return count === length ? batch : { length: count, selection: selected, columns };
  };
}
