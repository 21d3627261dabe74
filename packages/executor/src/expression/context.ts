import type { ColumnId } from '@windrow/core';
import type { TaskContext } from '../operator.ts';

/** The part of a task's surroundings that evaluating expressions needs. */
export type ExpressionContext = Pick<
  TaskContext,
  'memory' | 'taskArena' | 'batchArena' | 'functions' | 'session'
>;

/** Column id → position in `Batch.columns`. */
export type Layout = ReadonlyMap<ColumnId, number>;
