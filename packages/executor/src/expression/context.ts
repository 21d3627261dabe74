import type { Batch, ColumnId, ConstantVector, Expr, FlatVector } from '@windrow/core';
import type { TaskContext } from '../operator.ts';
import type { ExpressionAnalysis } from './expression-facts.ts';

/** The part of a task's surroundings that evaluating expressions needs. */
export type ExpressionContext = Pick<
  TaskContext,
  'memory' | 'taskArena' | 'batchArena' | 'functions' | 'session'
>;

/** Column id → position in `Batch.columns`. */
export type Layout = ReadonlyMap<ColumnId, number>;

/** What vector implementations take and give. */
export type PlainVector = FlatVector | ConstantVector;

/** Computes one expression for the rows of a batch that is not empty: dense, flat or constant. */
export type Evaluator = (batch: Batch) => PlainVector;

/** Makes evaluators for parts of an expression that are computed apart from the rest. */
export type EvaluatorFactory = (
  context: ExpressionContext,
  expr: Expr,
  options: { readonly layout: Layout; readonly analysis: ExpressionAnalysis },
) => Evaluator;
