import type { Batch, Expr, Vector } from '@windrow/core';
import type { ExpressionContext, Layout } from './context.ts';
import { ExpressionAnalysis } from './expression-facts.ts';
import { Programs } from './program.ts';
import { nullVector } from './vector-call.ts';

/** Computes a list of expressions over batches. */
export interface Projector {
  /**
   * One dense vector of `batch.length` rows per expression, in their order; empty batches give empty
   * vectors without evaluating anything. The vectors live in the batch arena or are the batch's own:
   * bare columns are passed through (with a selection: gathered, dictionaries by their indices),
   * constant expressions are constant vectors. What is computed from one dictionary column may be a
   * dictionary vector whose entries repeat values.
   * @throws SqlError `execution` with the span of the call that failed.
   */
  evaluate(batch: Batch): readonly Vector[];
}

/** Prepares expressions for evaluation on this thread. Generated code is cached by shape. */
export function createProjector(
  context: ExpressionContext,
  exprs: readonly Expr[],
  layout: Layout,
): Projector {
  const analysis = new ExpressionAnalysis(context.functions);
  const programs = new Programs(context, {
    layout,
    analysis,
    exprs,
    build: (plan) => exprs.map((expr) => plan.register(expr)),
  });
  return {
    evaluate(batch) {
      if (batch.length === 0) return exprs.map((expr) => nullVector(expr.type, 0));
      const { run, built } = programs.start(batch);
      return built.map((register) => run.output(register));
    },
  };
}
