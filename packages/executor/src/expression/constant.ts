import {
  Arena,
  type Expr,
  type FunctionRegistry,
  type LiteralValue,
  readRow,
  type SessionValues,
  type SharedMemory,
} from '@windrow/core';
import { ExpressionAnalysis } from './expression-facts.ts';
import { evaluator } from './program.ts';

/** What folding needs to know besides the expression. */
export interface ConstantContext {
  readonly functions: FunctionRegistry;
  readonly session: SessionValues;
  readonly memory: SharedMemory;
}

const ARENA_BLOCK_BYTES = 65536;

/**
 * The value of an expression without columns, computed by the same code as for rows.
 * @throws SqlError what its evaluation raises.
 */
export function evaluateConstant(expr: Expr, context: ConstantContext): LiteralValue {
  if (expr.kind === 'literal') return expr.value;
  const { functions, memory } = context;
  const arena = new Arena(memory, memory.newOwner(), ARENA_BLOCK_BYTES);
  try {
    const evaluate = evaluator({ ...context, taskArena: arena, batchArena: arena }, expr, {
      layout: new Map(),
      analysis: new ExpressionAnalysis(functions),
      isConstant: true,
    });
    return readRow(memory, evaluate({ length: 1, selection: 0, columns: [] }), 0);
  } finally {
    arena.release();
  }
}
