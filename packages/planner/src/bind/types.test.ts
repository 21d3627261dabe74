import { expect, test } from 'vitest';
import { typed } from '../testing/bind.ts';

test.each([
  ['1', '1: INTEGER'],
  ['2147483648', '2147483648: BIGINT'],
  ['9223372036854775808', '9223372036854775808: HUGEINT'],
  ['-9223372036854775808', '-9223372036854775808: BIGINT'],
  ['170141183460469231731687303715884105728', '1.7014118346046923e+38: DOUBLE'],
  ['0xff', '255: INTEGER'],
  ['1.50', '1.50: DECIMAL(3,2)'],
  ['.5', '0.5: DECIMAL(1,1)'],
  ['5.', '5: DECIMAL(1,0)'],
  ['0.1234567890123456789012345678901234567890', '0.12345678901234568: DOUBLE'],
  ['1e3', '1000: DOUBLE'],
  [`'x'`, `'x': VARCHAR`],
  [`x'1F00'`, 'BLOB (2 bytes): BLOB'],
  ['null', 'NULL: "NULL"'],
  ['true', 'true: BOOLEAN'],
  [`date '2020-01-01'`, `CAST('2020-01-01' AS DATE): DATE`],
  [`interval '3' day`, `INTERVAL '3 days': INTERVAL`],
  [`interval 1 day 2 hours`, `INTERVAL '1 days 02:00:00': INTERVAL`],
  [`interval '1-2' year to month`, `INTERVAL '14 months': INTERVAL`],
  [`interval '-3 04:05:06.7' day to second`, `INTERVAL '-3 days -04:05:06.7': INTERVAL`],
  [`interval '4:05' minute to second`, `INTERVAL '00:04:05': INTERVAL`],
  [`interval '1 year 2 days'`, `CAST('1 year 2 days' AS INTERVAL): INTERVAL`],
  [`interval (a) hours`, `INTERVAL '01:00:00' * CAST(a AS BIGINT): INTERVAL`],
  [`(1, 'a')`, `struct_pack('', 1, '', 'a'): STRUCT("" INTEGER, "" VARCHAR)`],
  [`{'x': a, y: 1.5}`, `struct_pack('x', a, 'y', 1.5): STRUCT(x INTEGER, y DECIMAL(2,1))`],
  [`struct_pack(x := a, b)`, `struct_pack('x', a, 'b', b): STRUCT(x INTEGER, b VARCHAR)`],
  ['[1, a, 2.5]', 'list_value(1.0, CAST(a AS DECIMAL(11,1)), 2.5): DECIMAL(11,1)[]'],
])('literal %s', async (sql, expected) => {
  expect(await typed(sql)).toBe(expected);
});

test.each([
  // An integer literal takes the type beside it when it fits, else both go to a wider one.
  ['k + 1', 'k + 1: SMALLINT'],
  ['k + 100000', 'CAST(k AS INTEGER) + 100000: INTEGER'],
  ['1::integer + k', '1 + CAST(k AS INTEGER): INTEGER'],
  ['k = 1', 'k = 1: BOOLEAN'],
  ['k = 100000', 'CAST(k AS INTEGER) = 100000: BOOLEAN'],
  ['k in (1, 2)', 'k IN (1, 2): BOOLEAN'],
  ['coalesce(k, 0)', 'coalesce(k, 0): SMALLINT'],
  ['k + v', 'CAST(k AS BIGINT) + v: BIGINT'],
  // Literals that a decimal or integer column holds exactly leave the column as it is.
  ['v = 1.0', 'v = 1: BOOLEAN'],
  ['v > 1.5', 'CAST(v AS DECIMAL(20,1)) > 1.5: BOOLEAN'],
  ['n = 1', 'n = 1.00: BOOLEAN'],
  ['n > 0.5', 'n > 0.50: BOOLEAN'],
  ['n > 1.001', 'CAST(n AS DECIMAL(11,3)) > 1.001: BOOLEAN'],
  ['n between 1 and 2.5', 'n >= 1.00 AND n <= 2.50: BOOLEAN'],
  [
    'case when true then n else 0 end',
    'CASE WHEN true THEN CAST(n AS DECIMAL(12,2)) ELSE 0.00 END: DECIMAL(12,2)',
  ],
  // Untyped text takes the type that the context asks for.
  [`d > '2020-01-01'`, `d > CAST('2020-01-01' AS DATE): BOOLEAN`],
  [`d in ('2020-01-01', null)`, `d IN (CAST('2020-01-01' AS DATE), NULL): BOOLEAN`],
  [`d - '2020-01-01'`, `d - CAST('2020-01-01' AS DATE): BIGINT`],
  [`v = '5'`, `v = CAST('5' AS BIGINT): BOOLEAN`],
  [`'a' = 'b'`, `'a' = 'b': BOOLEAN`],
  [`date_part('year', d)`, `date_part('year', d): BIGINT`],
  [
    `case when true then d else '2020-01-01' end`,
    `CASE WHEN true THEN d ELSE CAST('2020-01-01' AS DATE) END: DATE`,
  ],
  // NULL takes any type.
  ['v = null', 'v = NULL: BOOLEAN'],
  ['coalesce(null, v)', 'coalesce(NULL, v): BIGINT'],
  ['nullif(v, 1)', 'CASE WHEN v = 1 THEN NULL ELSE v END: BIGINT'],
  // Text takes in what CASE has beside it.
  [
    `case when true then lower('a') else v end`,
    `CASE WHEN true THEN lower('a') ELSE CAST(v AS VARCHAR) END: VARCHAR`,
  ],
  ['v = true', 'v = CAST(true AS BIGINT): BOOLEAN'],
])('beside others: %s', async (sql, expected) => {
  expect(await typed(sql, 'small, u')).toBe(expected);
});

test.each([
  ['a::smallint', 'CAST(a AS SMALLINT): SMALLINT'],
  ['a::integer', 'a: INTEGER'],
  ['null::date', 'NULL: DATE'],
  ['1::decimal(5, 2)', '1.00: DECIMAL(5,2)'],
  ['try_cast(b as integer)', 'TRY_CAST(b AS INTEGER): INTEGER'],
  ['b::decimal', 'CAST(b AS DECIMAL(18,3)): DECIMAL(18,3)'],
  ['b::numeric(7)', 'CAST(b AS DECIMAL(7,0)): DECIMAL(7,0)'],
  ['b::timestamp(3)', 'CAST(b AS TIMESTAMP_MS): TIMESTAMP_MS'],
  ['b::timestamp with time zone', 'CAST(b AS TIMESTAMP WITH TIME ZONE): TIMESTAMP WITH TIME ZONE'],
  ['b::float(53)', 'CAST(b AS DOUBLE): DOUBLE'],
  ['b::integer[]', 'CAST(b AS INTEGER[]): INTEGER[]'],
  ['b::double[3]', 'CAST(b AS DOUBLE[3]): DOUBLE[3]'],
  [
    'b::struct(x int, y text)',
    'CAST(b AS STRUCT(x INTEGER, y VARCHAR)): STRUCT(x INTEGER, y VARCHAR)',
  ],
  ['b::map(text, bigint)', 'CAST(b AS MAP(VARCHAR, BIGINT)): MAP(VARCHAR, BIGINT)'],
  [`b::enum('x', 'y')`, `CAST(b AS ENUM('x', 'y')): ENUM('x', 'y')`],
])('cast %s', async (sql, expected) => {
  expect(await typed(sql)).toBe(expected);
});

test.each([
  ['not (a > 1) is unknown', 'NOT a > 1 IS NULL: BOOLEAN'],
  ['(a > 1) is not true', 'a > 1 IS NOT TRUE: BOOLEAN'],
  ['a is not null', 'a IS NOT NULL: BOOLEAN'],
  ['a is distinct from 1', 'a IS DISTINCT FROM 1: BOOLEAN'],
  ['a <=> c', 'CAST(a AS DOUBLE) IS NOT DISTINCT FROM c: BOOLEAN'],
  ['a between symmetric 3 and 1', 'a >= 3 AND a <= 1 OR a >= 1 AND a <= 3: BOOLEAN'],
  ['a not between 1 and 2', 'NOT (a >= 1 AND a <= 2): BOOLEAN'],
  [`b not like 'x%' escape '!'`, `NOT like_escape(b, 'x%', '!'): BOOLEAN`],
  [`b like any ('a', 'b')`, `b LIKE 'a' OR b LIKE 'b': BOOLEAN`],
  [`b not ilike all ('a', 'b')`, `NOT b ILIKE 'a' AND NOT b ILIKE 'b': BOOLEAN`],
  [`b similar to 'x'`, `b SIMILAR TO 'x': BOOLEAN`],
  [`b !~* 'x'`, `NOT regexp_matches(b, 'x', 'i'): BOOLEAN`],
  [`b ^@ 'x'`, `starts_with(b, 'x'): BOOLEAN`],
  ['a not in (1)', 'NOT a = 1: BOOLEAN'],
  ['a in (1, c)', 'CAST(a AS DOUBLE) = 1 OR CAST(a AS DOUBLE) = c: BOOLEAN'],
  [`(a, b) = (1, 'x')`, `a IS NOT DISTINCT FROM 1 AND b IS NOT DISTINCT FROM 'x': BOOLEAN`],
  [
    '(a, c) > (1, 2)',
    'coalesce(1 < a, 1 IS NOT NULL AND a IS NULL) OR a IS NOT DISTINCT FROM 1 AND coalesce(2 < c, 2 IS NOT NULL AND c IS NULL): BOOLEAN',
  ],
  [
    `(a, b) in ((1, 'x'), (2, 'y'))`,
    `a IS NOT DISTINCT FROM 1 AND b IS NOT DISTINCT FROM 'x' OR a IS NOT DISTINCT FROM 2 AND b IS NOT DISTINCT FROM 'y': BOOLEAN`,
  ],
  ['if(a > 1, 2)', 'CASE WHEN a > 1 THEN 2 END: INTEGER'],
  ['nvl2(a, 1, 0)', 'CASE WHEN a IS NOT NULL THEN 1 ELSE 0 END: INTEGER'],
  [
    `decode(a, 1, 'x', null, 'y', 'z')`,
    `CASE WHEN a IS NOT DISTINCT FROM 1 THEN 'x' WHEN a IS NOT DISTINCT FROM NULL THEN 'y' ELSE 'z' END: VARCHAR`,
  ],
  ['zeroifnull(c)', 'coalesce(c, 0): DOUBLE'],
  ['nullifzero(a)', 'CASE WHEN a = 0 THEN NULL ELSE a END: INTEGER'],
  ['b.lower()', 'lower(b): VARCHAR'],
  ['main.lower(b)', 'lower(b): VARCHAR'],
  ['b[2]', 'substring(b, 2, 1): VARCHAR'],
  ['[a, 2][1]', 'list_extract(list_value(a, 2), 1): INTEGER'],
  [`{'x': a}['x']`, `struct_extract(struct_pack('x', a), 'x'): INTEGER`],
  [`({'x': a}).x`, `struct_extract(struct_pack('x', a), 'x'): INTEGER`],
  [
    'case a when 1 then 2.5 when 2 then 1 end',
    'CASE WHEN a = 1 THEN 2.5 WHEN a = 2 THEN 1.0 END: DECIMAL(11,1)',
  ],
])('operator %s', async (sql, expected) => {
  expect(await typed(sql)).toBe(expected);
});
