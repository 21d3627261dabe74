import {
  type Expr,
  type FunctionRegistry,
  type LiteralValue,
  type SessionValues,
  type SharedMemory,
  SqlError,
} from '@windrow/core';

/** What folding needs to know besides the expression. */
export interface ConstantContext {
  readonly functions: FunctionRegistry;
  readonly session: SessionValues;
  readonly memory: SharedMemory;
}

/**
 * The value of an expression without columns.
 * @throws SqlError what its evaluation raises.
 */
export function evaluateConstant(_expr: Expr, _context: ConstantContext): LiteralValue {
  throw new SqlError('unsupported', 'expressions cannot be evaluated yet');
}
