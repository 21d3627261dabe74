import type { Expr, FunctionRegistry, LiteralValue } from '@windrow/core';
import type { ColumnIds } from './column-ids.ts';
import type { ExprTraits } from './expr/traits.ts';
import type { Statistics } from './statistics/statistics.ts';

/** What planning needs from outside. */
export interface PlanContext {
  readonly functions: FunctionRegistry;
  /**
   * The value of an expression without columns and without volatile functions.
   * @throws SqlError where evaluating it at run time would; such an expression is left unfolded.
   */
  readonly evaluateConstant: (expr: Expr) => LiteralValue;
  /** false: only the rules without which a plan cannot run, for tests that compare. Default true. */
  readonly optimize?: boolean;
  /** Check the plan after every rule; for tests and development. Default false. */
  readonly validate?: boolean;
  /** Keep the plan's text after every rule that changed it, for EXPLAIN VERBOSE. Default false. */
  readonly trace?: boolean;
}

/** What rules and physical planning share for one plan. */
export interface PlanningContext {
  readonly functions: FunctionRegistry;
  readonly evaluateConstant: (expr: Expr) => LiteralValue;
  readonly traits: ExprTraits;
  readonly ids: ColumnIds;
  /** Estimates for the plan at hand and its parts. */
  readonly statistics: Statistics;
}
