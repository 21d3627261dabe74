import { type Family, type Fragment, text } from './fragment.ts';
import type { Random } from './random.ts';

/** A column that an expression may name. */
export interface ScopeColumn {
  readonly sql: string;
  readonly family: Family;
}

export const FAMILIES: readonly Family[] = [
  'boolean',
  'integer',
  'decimal',
  'double',
  'text',
  'date',
  'timestamp',
  'interval',
];

/** `$x` stands for an expression of family x; `$same` for one of the family that is made. */
const OPERATIONS: Readonly<Record<Family, readonly string[]>> = {
  boolean: [
    '($boolean and $boolean)',
    '($boolean or $boolean)',
    '(not $boolean)',
    '($boolean is not true)',
    '($boolean is false)',
    '($integer between $integer and $integer)',
    '($double not between $double and $double)',
    '($text between $text and $text)',
    '($integer in (1, 2, 3, 5))',
    '($integer not in (0, 4, null))',
    '($integer in ($integer, $integer))',
    "($text in ('a', 'abc', 'Zürich', ''))",
    "($text not in ('b', 'prefix shared one'))",
    "($date in (date '2020-02-29', date '2020-03-01'))",
    "($text like '%a%')",
    "($text like 'prefix%')",
    "($text not like '_')",
    "($text like '%shared%one')",
    "($text ilike 'A%')",
    'starts_with($text, $text)',
    'contains($text, $text)',
    'isnan($double)',
    '($integer = $decimal)',
    '($integer < $double)',
    '($decimal >= $double)',
    '($date < $timestamp)',
  ],
  integer: [
    '($integer + $integer)',
    '($integer - $integer)',
    '($integer * 3)',
    '($integer // $integer)',
    '($integer % 7)',
    '($integer % $integer)',
    '(- $integer)',
    'abs($integer)',
    'sign($integer)',
    'length($text)',
    'strpos($text, $text)',
    'ascii($text)',
    'cast($boolean as integer)',
    'cast($decimal as integer)',
    'try_cast($double as bigint)',
    'try_cast($integer as tinyint)',
    'try_cast($text as integer)',
    'extract(year from $date)',
    'extract(month from $timestamp)',
    'extract(dow from $date)',
    'extract(hour from $timestamp)',
    'week($date)',
    "date_diff('day', $date, $date)",
    "date_diff('hour', $timestamp, $timestamp)",
    '($date - $date)',
    '($integer & 6)',
    '($integer | 1)',
    'xor($integer, 3)',
    'cast($integer as bigint)',
    'cast($integer as hugeint)',
    'least($integer, $integer)',
    'greatest($integer, 2, $integer)',
  ],
  decimal: [
    '($decimal + $decimal)',
    '($decimal - $integer)',
    '($decimal * 1.5)',
    '($decimal % 3)',
    '(- $decimal)',
    'abs($decimal)',
    'round($decimal, 1)',
    'floor($decimal)',
    'ceil($decimal)',
    'trunc($decimal)',
    'cast($integer as decimal(18, 3))',
    'try_cast($double as decimal(12, 2))',
    'cast($decimal as decimal(16, 1))',
    'greatest($decimal, $decimal)',
  ],
  double: [
    '($double + $double)',
    '($double - $integer)',
    '($double * $double)',
    '($double / 4)',
    '($integer / $integer)',
    '($decimal / 2)',
    '(- $double)',
    'abs($double)',
    'round($double, 1)',
    'round($double)',
    'floor($double)',
    'ceil($double)',
    'trunc($double)',
    'sqrt(abs($double))',
    'exp(- abs($double))',
    'atan($double)',
    'cast($integer as double)',
    'cast($decimal as double)',
    'try_cast($double as float)',
    'try_cast($text as double)',
    'greatest($double, $double)',
    'least($double, $double)',
    'pow($integer, 2)',
  ],
  text: [
    '($text || $text)',
    "($text || '-' || $text)",
    'upper($text)',
    'lower($text)',
    'trim($text)',
    'ltrim($text)',
    'reverse($text)',
    'substring($text, 2, 3)',
    'substring($text, $integer, 2)',
    'left($text, 2)',
    'right($text, 3)',
    "replace($text, 'a', 'xyz')",
    "lpad($text, 6, '*')",
    "rpad($text, 4, 'é')",
    'repeat($text, 2)',
    "concat($text, $integer, 'z')",
    "concat_ws('/', $text, $text)",
    'cast($integer as varchar)',
    'cast($decimal as varchar)',
    'cast($boolean as varchar)',
    'cast($date as varchar)',
    'cast($timestamp as varchar)',
    'cast($double as varchar)',
    "strftime($timestamp, '%Y-%m-%d %H:%M')",
    "split_part($text, ' ', 2)",
    'least($text, $text)',
    'dayname($date)',
  ],
  date: [
    '($date + 3)',
    '($date - 40)',
    'cast($timestamp as date)',
    'last_day($date)',
    'greatest($date, $date)',
    'try_cast($text as date)',
  ],
  timestamp: [
    "($timestamp + interval '1 day 02:00:00')",
    "($timestamp - interval '3 months')",
    "($date + interval '1 month')",
    '($timestamp + $interval)',
    "date_trunc('hour', $timestamp)",
    "date_trunc('month', $timestamp)",
    "date_trunc('week', $timestamp)",
    'cast($date as timestamp)',
    'least($timestamp, $timestamp)',
  ],
  interval: [
    '($timestamp - $timestamp)',
    '($interval + $interval)',
    "(interval '1 hour' * cast($integer % 5 as integer))",
    '(- $interval)',
  ],
};

/** Forms that every family has. */
const COMMON: readonly string[] = [
  'case when $boolean then $same else $same end',
  'case when $boolean then $same when $boolean then $same end',
  'case $integer when 1 then $same when 2 then $same else $same end',
  'coalesce($same, $same)',
  'nullif($same, $same)',
  'if($boolean, $same, $same)',
];

const COMPARISONS: readonly string[] = ['=', '<>', '<', '<=', '>', '>='].concat([
  'is distinct from',
  'is not distinct from',
]);

// DuckDB gives constant NULLs types of its own in decimal arithmetic: no such literal.
const LITERALS: Readonly<Record<Family, readonly string[]>> = {
  boolean: ['true', 'false', 'null::boolean'],
  integer: ['0', '1', '2', '-3', '7', '100', 'null::integer', '5::smallint', '2::bigint'],
  decimal: ['0.0', '1.5', '-2.25', '10.00', '3::decimal(18,3)'],
  double: ['0::double', '1.5e0', '-2.5e0', '2::float', "'nan'::double", '1e1'],
  text: ["''", "'a'", "'abc'", "'prefix shared one'", 'null::varchar', "'é'", "'12'"],
  date: ["date '2020-02-29'", "date '2020-03-05'", 'null::date', "date '1969-12-31'"],
  timestamp: [
    "timestamp '2020-01-15 12:30:00'",
    'null::timestamp',
    "timestamp '2020-03-01 00:00:00.5'",
  ],
  interval: ["interval '1 day'", "interval '90 minutes'", 'null::interval', "interval '1 month'"],
};

/** What replaces an expression first when a failing query is made smaller. */
const simplest = (family: Family): readonly string[] => LITERALS[family].slice(0, 2);

/** A random expression of a family over the columns of a scope. */
export function expression(
  random: Random,
  family: Family,
  columns: readonly ScopeColumn[],
  depth: number,
): Fragment {
  if (depth <= 0 || random.chance(25)) return leaf(random, family, columns);
  const operation = operationOf(random, family);
  const parts = operation.split(/(\$[a-z]+)/).map((part) => {
    if (!part.startsWith('$')) return part;
    return expression(random, familyNamed(part.slice(1), family), columns, depth - 1);
  });
  return { parts, family, simpler: simplest(family) };
}

function operationOf(random: Random, family: Family): string {
  if (random.chance(15)) return random.pick(COMMON);
  if (family !== 'boolean' || random.chance(50)) return random.pick(OPERATIONS[family]);
  const operand = random.pick(FAMILIES);
  if (random.chance(20)) return `($${operand} is ${random.pick(['', 'not '])}null)`;
  return `($${operand} ${random.pick(COMPARISONS)} $${operand})`;
}

const familyNamed = (name: string, own: Family): Family =>
  name === 'same' ? own : (name as Family);

function leaf(random: Random, family: Family, columns: readonly ScopeColumn[]): Fragment {
  const fitting = columns.filter((column) => column.family === family);
  const isColumn = fitting.length > 0 && !random.chance(20);
  const sql = isColumn ? random.pick(fitting).sql : random.pick(LITERALS[family]);
  return isColumn ? { parts: [sql], family } : { ...text(sql), family, simpler: simplest(family) };
}
