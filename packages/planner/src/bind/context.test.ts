import { BIGINT, INTEGER, type LiteralValue, type SqlType, VARCHAR } from '@windrow/core';
import { parseExpression } from '@windrow/parser';
import { expect, test } from 'vitest';
import { printExpr } from '../explain/print-expr.ts';
import { bind, failure, plan, testContext } from '../testing/bind.ts';
import { dedent } from '../testing/dedent.ts';
import { bindExpression } from './bind.ts';
import { SPARK_BIND_DIALECT } from './context.ts';

const parameters = (
  values: Readonly<Record<string, readonly [LiteralValue, SqlType]>>,
): ReadonlyMap<string, { readonly value: LiteralValue; readonly type: SqlType }> =>
  new Map(Object.entries(values).map(([key, [value, type]]) => [key, { value, type }]));

test('parameters take the type beside them', async () => {
  const given = parameters({ 1: ['2020-01-01', VARCHAR], 2: [3n, BIGINT] });
  expect(
    await plan('select d from u where d > $1 and a < $2 limit $2', { parameters: given }),
  ).toBe(
    dedent(`
      Limit 3
        Project d
          Filter d > CAST('2020-01-01' AS DATE) AND a < 3
            Scan u: a, d, n
    `),
  );
});

test('a missing parameter names what is there', async () => {
  const given = parameters({ low: [1, INTEGER] });
  expect(await failure('select a from t where a > $lo', { parameters: given })).toBe(
    'bind 42P02: parameter $lo has no value at [$lo] | did you mean "low"?',
  );
});

test('Spark orders NULLs by direction and converts text', async () => {
  const sql = `select a from t where a = b order by a, c desc, b desc nulls first`;
  expect(await plan(sql, { dialect: SPARK_BIND_DIALECT })).toBe(
    dedent(`
      Sort a nulls first, c desc, b desc nulls first
        Project a, c, b
          Filter a = CAST(b AS INTEGER)
            Scan t: a, b, c
    `),
  );
  const { columns } = await bind('select b::decimal as d, b::timestamp as t from t', {
    dialect: SPARK_BIND_DIALECT,
  });
  expect(columns.map((column) => column.type)).toEqual([
    { kind: 'decimal', precision: 10, scale: 0 },
    { kind: 'timestamp', unit: 'us', zoned: true },
  ]);
});

test('an expression over given columns', () => {
  const column = { id: 7, name: 'x', type: INTEGER, nullable: true };
  const expr = bindExpression(parseExpression('x + 1 > 3'), testContext(''), [column]);
  expect(printExpr(expr)).toBe('x + 1 > 3');
  expect(() => bindExpression(parseExpression('sum(x)'), testContext(''), [column])).toThrow(
    'aggregate functions are not allowed in this expression',
  );
});

test('columns without a name are called by their text, else by their meaning', async () => {
  const sql = 'select  a  +\n 1, count( * ) from t group by a';
  const named = await bind(sql);
  expect(named.columns.map((column) => column.name)).toEqual(['a + 1', 'count( * )']);
  const unnamed = await bind(sql, { text: undefined });
  expect(unnamed.columns.map((column) => column.name)).toEqual(['a + 1', 'count_star()']);
});

test('a long list binds in time that grows with its length', async () => {
  const items = Array.from({ length: 10_000 }, (_, i) => i).join(', ');
  const started = performance.now();
  await bind(`select a from t where a in (${items})`);
  expect(performance.now() - started).toBeLessThan(5000);
});
