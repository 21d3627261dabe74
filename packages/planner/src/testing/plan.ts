import { type FunctionRegistry, isInteger, isNumeric, type SqlType } from '@windrow/core';
import type { BindContext } from '../bind/context.ts';
import { printLogical } from '../explain/print-logical.ts';
import { optimize, type RuleStep } from '../optimize.ts';
import type { PlanContext } from '../plan-context.ts';
import { type PlannedQuery, planQuery } from '../plan-query.ts';
import { bind } from './bind.ts';
import { evaluateLiteral } from './evaluate.ts';
import { testFunctions } from './library.ts';

const RANK: Readonly<Record<string, number>> = {
  int8: 1,
  int16: 2,
  int32: 3,
  int64: 4,
  hugeint: 5,
  decimal: 5,
  float32: 6,
  float64: 7,
};

/** Do all values of one type exist in the other? */
function widens(from: SqlType, to: SqlType): boolean {
  if (from.kind === 'decimal' && to.kind === 'decimal') {
    return to.scale >= from.scale && to.precision - to.scale >= from.precision - from.scale;
  }
  if (from.kind === 'date' && to.kind === 'timestamp') return true;
  if (!isNumeric(from) || !isNumeric(to)) return to.kind === 'varchar';
  return !isInteger(to) || (RANK[from.kind] ?? 9) <= (RANK[to.kind] ?? 0);
}

/** The test functions, with casts that can fail only where values can be lost. */
function functionsWithCasts(): FunctionRegistry {
  const functions = testFunctions();
  return {
    ...functions,
    cast: (from, to, options) => {
      const found = functions.cast(from, to, options);
      return found === undefined ? undefined : { ...found, raises: !widens(from, to) };
    },
  };
}

export const planContext = (given: Partial<PlanContext> = {}): PlanContext => ({
  functions: functionsWithCasts(),
  evaluateConstant: evaluateLiteral,
  validate: true,
  trace: true,
  ...given,
});

/** Plans a query over the test tables, checking the plan after every rule. */
export async function planned(
  sql: string,
  given: Partial<BindContext> = {},
): Promise<PlannedQuery> {
  const context = planContext();
  return planQuery(await bind(sql, { functions: context.functions, ...given }), context);
}

/** The plan before and after the first time that a rule changed it. */
export async function effectOf(
  rule: string,
  sql: string,
  given: Partial<BindContext> = {},
): Promise<string> {
  const context = planContext();
  const bound = await bind(sql, { functions: context.functions, ...given });
  const { trace } = optimize(bound, context);
  const at = trace.findIndex((step: RuleStep) => step.rule === rule);
  const step = trace[at];
  if (step === undefined) return 'unchanged';
  const before = trace[at - 1]?.plan ?? bound.plan;
  return `${printLogical(before)}\n=>\n${printLogical(step.plan)}`;
}
