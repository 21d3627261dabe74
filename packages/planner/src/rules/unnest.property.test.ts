import type { LiteralValue } from '@windrow/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printLogical } from '../explain/print-logical.ts';
import type { LogicalPlan, OutputColumn } from '../logical.ts';
import { arbitraryRows, SMALL_CATALOG } from '../testing/arbitrary-query.ts';
import { bind, unnestedPlan } from '../testing/bind.ts';
import { interpret, keyOf, type TestRows } from '../testing/interpret.ts';

/*
 * Correlated subqueries put together from pieces, of every kind that the rule treats in its own way; the
 * plan with dependent joins is run by their definition and compared with the plan without them.
 */

const pick = <T>(...from: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...from);

const CORRELATIONS = [
  's.a = r.a',
  's.a = r.a and s.d = r.b',
  's.a < r.a',
  's.a = r.a and s.d <> r.c',
  's.a + 1 = r.b',
  's.a is not distinct from r.a',
  'r.a = 1',
  's.a = r.a or s.d = r.b',
] as const;

/** Rows of s (and of t) that belong to a row of r. */
const correlated = fc
  .record({
    from: pick(
      's',
      's join t on t.d = s.d',
      's left join t on t.d = s.d',
      's left join t on t.d = r.b',
      's semi join t on t.d = s.d',
      's anti join t on t.d = r.c',
      's full join (select d as td from t where t.e = r.a) x on s.d = x.td',
      '(select a, d from s union all select d, e from t where t.e = r.b) s',
      '(select distinct a, d from s where s.d <= r.c) s',
    ),
    where: pick(...CORRELATIONS),
    more: pick(
      '',
      ' and exists (select 1 from w where w.k = s.a)',
      ' and exists (select 1 from w where w.k = s.a and w.b = r.b)',
      ' and s.d in (select w.b from w where w.k < r.a)',
      ' and s.d not in (select w.b from w where w.k = r.a)',
      ' and s.a = (select max(w.k) from w where w.b = r.b)',
    ),
  })
  .map(({ from, where, more }) => `from ${from} where (${where})${more}`);

const scalar = fc
  .record({
    body: correlated,
    shape: pick(
      'select count(*) BODY',
      'select count(s.d) + r.a BODY',
      'select max(s.d) BODY',
      'select sum(s.d) BODY having count(*) > 1',
      'select min(s.d) BODY group by s.a order by 1 limit 1',
      'select s.d BODY order by s.d, s.a limit 1',
      'select s.d + r.b BODY order by s.d desc, s.a limit 1 offset 1',
      'select count(*) from (select distinct s.d BODY) x',
      'select max(x.n) from (select count(*) as n BODY group by s.a) x',
      'select max(n) from (select row_number() over (partition by s.a order by s.d) as n BODY) x',
      'select sum(n) from (select count(*) as n BODY group by rollup (s.a)) x',
      'with z as (select s.a, s.d BODY) select count(*) from z z1 join z z2 on z1.a = z2.d',
    ),
  })
  .map(({ body, shape }) => `(${shape.replace('BODY', body)})`);

const condition = fc.oneof(
  fc.tuple(pick('', 'not '), correlated).map(([not, body]) => `${not}exists (select s.a ${body})`),
  fc
    .tuple(pick('r.b in', 'r.b not in', 'r.c = any', 'r.c < all', '1 + r.a in'), correlated)
    .map(([test, body]) => `${test} (select s.d ${body})`),
  fc.tuple(correlated).map(([body]) => `r.a in (select s.d + r.b ${body})`),
  fc.tuple(scalar).map(([value]) => `r.b <= ${value}`),
  fc
    .tuple(pick('in', 'not in'), correlated)
    .map(([word, body]) => `(r.a = 1 or r.b ${word} (select s.d ${body}))`),
);

const query = fc.oneof(
  condition.map((where) => `select r.a, r.b from r where ${where}`),
  scalar.map((value) => `select r.a, r.c, ${value} as v from r`),
  fc
    .tuple(pick('cross join', 'left join'), correlated, pick('', ' order by s.a, s.d limit 2'))
    .map(([join, body, limit]) => {
      const on = join === 'left join' ? ' on true' : '';
      return `select r.a, x.d, x.e from r ${join} lateral (select s.d, s.a + r.b as e ${body}${limit}) x${on}`;
    }),
  condition.map((having) => {
    const grouped = having.replaceAll('r.c', 'r.b');
    return `select r.a, r.b, count(*) from r group by r.a, r.b having ${grouped}`;
  }),
  fc
    .tuple(pick('left', 'semi', 'anti', 'right'), condition)
    .map(([kind, on]) =>
      kind === 'semi' || kind === 'anti'
        ? `select r.a from r ${kind} join t as u on u.d = r.a and ${on}`
        : `select r.a, u.d from r ${kind} join t as u on u.d = r.a and ${on}`,
    ),
);

function answer(plan: LogicalPlan, columns: readonly OutputColumn[], rows: TestRows): string[] {
  return interpret(plan, rows)
    .map((row) => keyOf(columns.map(({ id }): LiteralValue => row.get(id) ?? null)))
    .sort();
}

test('a query means the same without dependent joins', async () => {
  const property = fc.asyncProperty(query, arbitraryRows, async (sql, rows) => {
    const bound = await bind(sql, { catalog: SMALL_CATALOG });
    const plan = unnestedPlan(bound);
    const got = answer(plan, bound.columns, rows);
    const expected = answer(bound.plan, bound.columns, rows);
    expect(got, `${printLogical(bound.plan)}\n\n${printLogical(plan)}`).toEqual(expected);
  });
  await fc.assert(property, { numRuns: Number(process.env['WINDROW_RUNS'] ?? 300) });
});
