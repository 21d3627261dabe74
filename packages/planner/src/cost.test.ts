import { BIGINT, BOOLEAN, DOUBLE, type Expr, VARCHAR } from '@windrow/core';
import { describe, expect, test } from 'vitest';
import {
  aggregateCost,
  aggregateStrategy,
  evaluationCost,
  hashJoinCost,
  joinDistribution,
  nestedLoopCost,
  sortCost,
  topNCost,
  windowCost,
} from './cost.ts';

/*
 * Costs against the runs that they were taken from: within a factor of two of the measured milliseconds,
 * so that a constant with a slip of the pen is noticed, and in the order that plans depend on.
 */

const column = (type: Expr['type']): Expr => ({
  kind: 'column',
  id: 1,
  name: 'x',
  type,
  nullable: false,
});

const call = (type: Expr['type'], ...args: readonly Expr[]): Expr => ({
  kind: 'call',
  function: 'f',
  overload: 0,
  args,
  type,
});

const ROWS = 6_000_000;
const milliseconds = (cost: number): number => cost / 1000;

function expectNear(cost: number, measuredMs: number): void {
  expect(milliseconds(cost)).toBeGreaterThan(measuredMs / 2);
  expect(milliseconds(cost)).toBeLessThan(measuredMs * 2);
}

const joinOf = (buildRows: number, probeRows: number) => ({
  buildRows,
  probeRows,
  buildRowBytes: 16,
  probeRowBytes: 16,
  outputRows: probeRows,
});

const groupsOf = (groups: number, key: Expr, aggregates: number) => ({
  strategy: aggregateStrategy(1, groups),
  rows: ROWS,
  groups,
  keys: [key],
  arguments: [],
  aggregates,
});

describe('measured runs', () => {
  test('hash join of 6 M with 1.5 M rows', () => {
    expectNear(hashJoinCost(joinOf(1_500_000, ROWS)), 97);
  });

  test('aggregates of 1 M integer keys and of 100 k texts', () => {
    expectNear(aggregateCost(groupsOf(1_000_000, column(BIGINT), 4)), 122);
    expectNear(aggregateCost(groupsOf(100_000, column(VARCHAR), 1)), 308);
  });

  test('an aggregate of few groups', () => {
    expectNear(aggregateCost(groupsOf(4, column(VARCHAR), 8)), 27);
  });

  test('sort by two columns, and the first 100', () => {
    expectNear(sortCost(ROWS, 16, [column(BIGINT), column(BIGINT)]), 350);
    expectNear(topNCost(ROWS, 100, [column(BIGINT)]), 4.5);
  });

  test('three window functions over 100 k partitions', () => {
    const keys = [column(BIGINT), column(BIGINT)];
    const shape = { rows: ROWS, rowBytes: 24, keys, functions: 3, presorted: false };
    expectNear(windowCost(shape), 306);
    expect(windowCost({ ...shape, presorted: true })).toBeLessThan(windowCost(shape) / 2);
  });

  test('a pattern on a text, and arithmetic', () => {
    expectNear(evaluationCost(ROWS, [call(BOOLEAN, column(VARCHAR), column(VARCHAR))]), 63);
    const product = call(DOUBLE, column(DOUBLE), column(DOUBLE));
    expectNear(evaluationCost(ROWS, [product, product, product]), 14);
  });
});

describe('what plans depend on', () => {
  test('the smaller side is built', () => {
    expect(hashJoinCost(joinOf(1_000, ROWS))).toBeLessThan(hashJoinCost(joinOf(ROWS, 1_000)));
  });

  test('small tables are shared, large ones partitioned', () => {
    expect(joinDistribution(joinOf(1_000, ROWS))).toBe('broadcast');
    expect(joinDistribution(joinOf(5_000_000, ROWS))).toBe('partitioned');
  });

  test('one row is better looped over than hashed, a thousand are not', () => {
    const condition = call(BOOLEAN, column(BIGINT), column(BIGINT));
    expect(nestedLoopCost(joinOf(1, 1_000), condition)).toBeLessThan(
      hashJoinCost(joinOf(1, 1_000)),
    );
    expect(nestedLoopCost(joinOf(1_000, 1_000), condition)).toBeGreaterThan(
      hashJoinCost(joinOf(1_000, 1_000)),
    );
  });

  test('strategies by number of groups', () => {
    expect([1, 100, 10_000, 1_000_000].map((groups) => aggregateStrategy(1, groups))).toEqual([
      'direct',
      'direct',
      'hash',
      'partitioned',
    ]);
    expect(aggregateStrategy(0, 1)).toBe('global');
  });

  test('more rows cost more', () => {
    const costs = [
      (rows: number) => hashJoinCost(joinOf(rows, rows)),
      (rows: number) => sortCost(rows, 16, []),
      (rows: number) => topNCost(rows, 10, []),
      (rows: number) => nestedLoopCost(joinOf(rows, rows), undefined),
    ];
    for (const cost of costs) {
      let before = 0;
      for (const rows of [10, 1_000, 100_000, 10_000_000]) {
        expect(cost(rows)).toBeGreaterThan(before);
        before = cost(rows);
      }
    }
  });
});
