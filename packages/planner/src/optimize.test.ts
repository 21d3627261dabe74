import type { LiteralValue } from '@windrow/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printPhysical } from './explain/explain.ts';
import { printLogical } from './explain/print-logical.ts';
import type { LogicalPlan, OutputColumn, Scan } from './logical.ts';
import { type PlannedQuery, planQuery } from './plan-query.ts';
import { visitPlan } from './plan-tree.ts';
import { arbitraryQuery, arbitraryRows, SMALL_CATALOG } from './testing/arbitrary-query.ts';
import { bind } from './testing/bind.ts';
import { interpret, keyOf, type TestRows } from './testing/interpret.ts';
import { meaningOf } from './testing/physical-meaning.ts';
import { planContext } from './testing/plan.ts';

/** The rows of a plan as the result shows them, in an order of their own. */
function answer(plan: LogicalPlan, columns: readonly OutputColumn[], rows: TestRows): string[] {
  return interpret(plan, rows)
    .map((row) => keyOf(columns.map(({ id }): LiteralValue => row.get(id) ?? null)))
    .sort();
}

function scansOf(plan: LogicalPlan): Scan[] {
  const scans: Scan[] = [];
  visitPlan(plan, (node) => {
    if (node.kind === 'scan') scans.push(node);
    return true;
  });
  return scans;
}

/** What a physical plan answers. */
function run(planned: PlannedQuery, rows: TestRows): string[] {
  const { logical, physical } = planned;
  const meaning = meaningOf(physical, scansOf(logical), CONTEXT.functions);
  return answer(meaning, physical.output, rows);
}

const CONTEXT = planContext();

test('every rule keeps what a query means', async () => {
  const property = fc.asyncProperty(arbitraryQuery, arbitraryRows, async (sql, rows) => {
    const bound = await bind(sql, { catalog: SMALL_CATALOG, functions: CONTEXT.functions });
    const expected = answer(bound.plan, bound.columns, rows);
    const planned = planQuery(bound, CONTEXT);
    for (const { rule, plan } of planned.trace) {
      const got = answer(plan, bound.columns, rows);
      expect(got, `after ${rule}:\n${printLogical(plan)}`).toEqual(expected);
    }
    const { physical } = planned;
    expect(run(planned, rows), `physical:\n${printPhysical(physical)}`).toEqual(expected);
    const plain = planQuery(bound, { ...CONTEXT, optimize: false });
    expect(run(plain, rows), `plain:\n${printPhysical(plain.physical)}`).toEqual(expected);
  });
  await fc.assert(property, { numRuns: Number(process.env['WINDROW_RUNS'] ?? 150) });
});
