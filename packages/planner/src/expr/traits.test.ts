import { type Expr, visitExpr } from '@windrow/core';
import { describe, expect, test } from 'vitest';
import { bind } from '../testing/bind.ts';
import { planContext } from '../testing/plan.ts';
import { createExprTraits } from './traits.ts';

const { functions } = planContext();
const traits = createExprTraits(functions);

/** A condition over t (a, b, c may be NULL) and small (k may not), bound. */
async function bound(condition: string): Promise<Expr> {
  let { plan } = await bind(`select 1 from t, small where ${condition}`, { functions });
  while (plan.kind !== 'filter') {
    if (!('input' in plan)) throw new Error('the query has a filter');
    plan = plan.input;
  }
  return plan.predicate;
}

/** Ids of the columns of that name. */
function idsOf(expr: Expr, name: string): ReadonlySet<number> {
  const ids = new Set<number>();
  visitExpr(expr, (node) => {
    if (node.kind === 'column' && node.name === name) ids.add(node.id);
    return true;
  });
  return ids;
}

describe('conditions that drop rows in which a is NULL', () => {
  test.each([
    ['a = 1', true],
    ['a + 1 < k', true],
    ['not (a = 1)', true],
    ['a = 1 and b is null', true],
    ['a = 1 or a = 2', true],
    ['a = 1 or k = 2', false],
    ['a is not null', true],
    ['a is null', false],
    ['not (a is null)', true],
    ['(a = 1) is true', true],
    ['(a = 1) is not true', false],
    ['(a = 1) is not false', false],
    ['coalesce(a, 0) = 0', false],
    ['coalesce(a, null) = 0', true],
    ['a is not distinct from 1', false],
    ['case when a = 1 then true else false end', false],
    ['case when k = 1 then a > 0 end', true],
    ["b = 'x'", false],
  ])('%s: %s', async (condition, expected) => {
    const expr = await bound(condition);
    expect(traits.rejectsNulls(expr, idsOf(expr, 'a'))).toBe(expected);
  });
});

describe('expressions that can be NULL', () => {
  test.each([
    ['k = 1', false],
    ['a = 1', true],
    ['a is null', false],
    ['coalesce(a, k) = 1', false],
    ['k // 2 = 1', true],
    ['try_cast(b as integer) = 1', true],
    ['case when a = 1 then true else false end', false],
    ['case when k = 1 then true end', true],
    ['k = 1 and k = 2', false],
    ['k = 1 or a = 2', true],
  ])('%s: %s', async (condition, expected) => {
    expect(traits.isNullable(await bound(condition))).toBe(expected);
  });
});

describe('expressions that can fail or change', () => {
  test.each([
    ['cast(b as integer) = 1', true, false],
    ['try_cast(b as integer) = 1', false, false],
    ['cast(a as bigint) = 1', false, false],
    ['case when a = 1 then cast(b as integer) = 1 end', true, false],
    ['random() < 0.5', false, true],
    ["current_date > date '2020-01-01'", true, false],
  ])('%s: fails %s, changes %s', async (condition, fails, changes) => {
    const expr = await bound(condition);
    expect(traits.mayRaise(expr)).toBe(fails);
    expect(traits.isVolatile(expr)).toBe(changes);
  });
});
