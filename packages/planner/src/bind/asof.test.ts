import type { LiteralValue } from '@windrow/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryRows, SMALL_CATALOG } from '../testing/arbitrary-query.ts';
import { bind, failure } from '../testing/bind.ts';
import { interpret, keyOf, type TestRows } from '../testing/interpret.ts';
import { validatePlan } from '../validate.ts';

type Values = readonly LiteralValue[];

const TESTS = {
  '>=': (l: number, r: number) => l >= r,
  '>': (l: number, r: number) => l > r,
  '<=': (l: number, r: number) => l <= r,
  '<': (l: number, r: number) => l < r,
} as const;

/** The match of a row of r (a, b, c) among the rows of s (a, d), by the definition. */
function matchOf(row: Values, operator: keyof typeof TESTS, rows: TestRows): Values | undefined {
  const [key, time] = row;
  if (key === null || time === null) return undefined;
  const candidates = (rows['s'] ?? []).filter(
    ([a, d]) => a === key && d !== null && TESTS[operator](Number(time), Number(d)),
  );
  const nearest = operator.startsWith('>')
    ? Math.max(...candidates.map(([, d]) => Number(d)))
    : Math.min(...candidates.map(([, d]) => Number(d)));
  return candidates.find(([, d]) => Number(d) === nearest);
}

function expected(
  kind: string,
  operator: keyof typeof TESTS,
  rows: TestRows,
): readonly (readonly LiteralValue[])[] {
  return (rows['r'] ?? []).flatMap((row) => {
    const match = matchOf(row, operator, rows);
    const [a = null, b = null] = row;
    switch (kind) {
      case 'semi':
        return match === undefined ? [] : [[a, b]];
      case 'anti':
        return match === undefined ? [[a, b]] : [];
      case 'left':
        return [[a, b, match?.[1] ?? null]];
      default:
        return match === undefined ? [] : [[a, b, match[1] ?? null]];
    }
  });
}

test('an ASOF join finds the nearest row', async () => {
  const kinds = fc.constantFrom('', 'left', 'semi', 'anti');
  const operators = fc.constantFrom('>=', '>', '<=', '<' as const);
  const property = fc.asyncProperty(
    kinds,
    operators,
    fc.boolean(),
    arbitraryRows,
    async (kind, operator, isSwapped, rows) => {
      const swapped = { '>=': '<=', '>': '<', '<=': '>=', '<': '>' }[operator];
      const time = isSwapped ? `s.d ${swapped} r.b` : `r.b ${operator} s.d`;
      const isFilter = kind === 'semi' || kind === 'anti';
      const sql = `select r.a, r.b${isFilter ? '' : ', s.d'} from r asof ${kind} join s on r.a = s.a and ${time}`;
      const { plan, columns } = await bind(sql, { catalog: SMALL_CATALOG });
      validatePlan(plan, new Set(columns.map((column) => column.id)), 'binding');
      const got = interpret(plan, rows).map((row) =>
        keyOf(columns.map(({ id }) => row.get(id) ?? null)),
      );
      const wanted = expected(kind, operator, rows).map((row) => keyOf(row));
      expect(got.sort()).toEqual(wanted.sort());
    },
  );
  await fc.assert(property, { numRuns: 200 });
});

test('USING compares its last column by >=', async () => {
  const rows = {
    r: [[1, 5, 5]],
    s: [],
    t: [],
    w: [
      [1, 4],
      [1, 5],
      [1, 6],
    ],
  };
  const sql = 'select r.b, w.b from r asof join (select k as a, b from w) w using (a, b)';
  const { plan, columns } = await bind(sql, { catalog: SMALL_CATALOG });
  const [row] = interpret(plan, rows);
  expect(columns.map(({ id }) => row?.get(id))).toEqual([5, 5]);
});

test.each([
  [
    'select * from t asof join u on t.a = u.a',
    'bind 42P10: ASOF JOIN needs equalities and exactly one inequality between its sides at [t asof join u on t.a = u.a] | Write ON l.key = r.key AND l.time >= r.time.',
  ],
  [
    'select * from t asof join u on t.a > u.a and t.c > u.n',
    'bind 42P10: ASOF JOIN needs equalities and exactly one inequality between its sides at [t asof join u on t.a > u.a and t.c > u.n] | Write ON l.key = r.key AND l.time >= r.time.',
  ],
  [
    'select * from t asof join u on t.a > u.a and t.c > 1',
    'bind 42P10: ASOF JOIN needs equalities and exactly one inequality between its sides at [t.c > 1] | Write ON l.key = r.key AND l.time >= r.time.',
  ],
  [
    'select * from t asof full join u on t.a > u.a',
    'unsupported 0A000: ASOF FULL JOIN is not supported at [t asof full join u on t.a > u.a] | Put the side that keeps its rows to the left: ASOF LEFT JOIN.',
  ],
])('%s', async (sql, message) => {
  expect(await failure(sql)).toBe(message);
});
