import type {
  IntervalValue,
  LiteralValue,
  SqlType,
  TableFunction,
  TableFunctionArguments,
  TableProvider,
} from '@windrow/core';
import {
  BIGINT,
  civilFromDays,
  daysFromCivil,
  isInteger,
  SqlError,
  TIMESTAMP,
} from '@windrow/core';
import { SequenceTable } from '../values/sequence-table.ts';
import { ValuesTable } from '../values/values-table.ts';

const EXAMPLES = {
  range: [{ sql: 'SELECT sum(range) FROM range(4)', result: '6' }],
  generate_series: [
    { sql: 'SELECT sum(generate_series) FROM generate_series(1, 4)', result: '10' },
  ],
} as const;

const sequenceFunction = (name: 'range' | 'generate_series'): TableFunction => {
  const inclusive = name === 'generate_series';
  const end = inclusive ? 'including' : 'excluding';
  return {
    kind: 'table',
    name,
    aliases: [],
    doc: {
      summary: `Integers or timestamps from a start (0) to an end, ${end} it, by a step (1).`,
      examples: EXAMPLES[name],
      source: 'PostgreSQL generate_series; DuckDB range',
    },
    namedParameters: [],
    bind: async (args) => sequenceTable(name, args, inclusive),
  };
};

export const range: TableFunction = sequenceFunction('range');
export const generateSeries: TableFunction = sequenceFunction('generate_series');

function sequenceTable(
  name: string,
  args: TableFunctionArguments,
  inclusive: boolean,
): TableProvider {
  const { positional, positionalTypes } = args;
  if (positional.length < 1 || positional.length > 3) {
    throw invalid(name, 'takes an end, or a start, an end and a step');
  }
  const temporal = positionalTypes[0]?.kind === 'date' || positionalTypes[0]?.kind === 'timestamp';
  if (positional.includes(null)) {
    return new SequenceTable({
      name,
      type: temporal ? TIMESTAMP : BIGINT,
      start: 0n,
      step: 1n,
      count: 0,
    });
  }
  return temporal
    ? temporalSequence(name, args, inclusive)
    : integerSequence(name, args, inclusive);
}

function integerSequence(
  name: string,
  { positional, positionalTypes }: TableFunctionArguments,
  inclusive: boolean,
): TableProvider {
  if (!positionalTypes.every(isInteger))
    throw invalid(name, 'takes integers, or timestamps and an interval');
  const values = positional.map((value) => BigInt(value as number | bigint));
  const [start, end, step] =
    values.length === 1
      ? [0n, values[0] ?? 0n, 1n]
      : [values[0] ?? 0n, values[1] ?? 0n, values[2] ?? 1n];
  if (step === 0n) throw invalid(name, 'cannot count by 0');
  return new SequenceTable({
    name,
    type: BIGINT,
    start,
    step,
    count: countOf(start, end, step, inclusive),
  });
}

/** Values from start to end by step. */
function countOf(start: bigint, end: bigint, step: bigint, inclusive: boolean): number {
  const distance = step > 0n ? end - start : start - end;
  const size = step > 0n ? step : -step;
  if (distance < 0n) return 0;
  const whole = distance / size;
  return Number(inclusive || distance % size !== 0n ? whole + 1n : whole);
}

/** More values than this are not listed one by one, as steps of months have to be. */
const MAX_LISTED = 1000000;
const MICROS_PER_DAY = 86400000000n;

function temporalSequence(
  name: string,
  { positional, positionalTypes }: TableFunctionArguments,
  inclusive: boolean,
): TableProvider {
  const [first, last, interval] = positional;
  if (positional.length !== 3 || positionalTypes[2]?.kind !== 'interval') {
    throw invalid(name, 'over timestamps takes a start, an end and an interval');
  }
  const start = micros(first as LiteralValue, positionalTypes[0] as SqlType, name);
  const end = micros(last as LiteralValue, positionalTypes[1] as SqlType, name);
  const { months, days, micros: rest } = interval as IntervalValue;
  const step = BigInt(days) * MICROS_PER_DAY + rest;
  if (months === 0) {
    if (step === 0n) throw invalid(name, 'cannot count by 0');
    return new SequenceTable({
      name,
      type: TIMESTAMP,
      start,
      step,
      count: countOf(start, end, step, inclusive),
    });
  }
  if ((months > 0 && step < 0n) || (months < 0 && step > 0n)) {
    throw invalid(name, 'cannot count by an interval of both signs');
  }
  const rows: LiteralValue[][] = [];
  for (let index = 0; ; index++) {
    const value = addMonths(start, months * index) + step * BigInt(index);
    const passed = months > 0 ? value > end : value < end;
    if (passed || (value === end && !inclusive)) break;
    if (rows.length === MAX_LISTED) throw invalid(name, `has more than ${MAX_LISTED} values`);
    rows.push([value]);
  }
  return new ValuesTable([{ name, type: TIMESTAMP, nullable: false }], rows);
}

/** A date or timestamp in microseconds. */
function micros(value: LiteralValue, type: SqlType, name: string): bigint {
  if (type.kind === 'date') return BigInt(value as number) * MICROS_PER_DAY;
  if (type.kind === 'timestamp' && type.unit === 'us') return value as bigint;
  throw invalid(name, 'takes integers, or timestamps and an interval');
}

/** The same day of another month, or its last day when it is shorter. */
function addMonths(value: bigint, months: number): bigint {
  const days = Number(
    (value - (((value % MICROS_PER_DAY) + MICROS_PER_DAY) % MICROS_PER_DAY)) / MICROS_PER_DAY,
  );
  const { year, month, day } = civilFromDays(days);
  const total = year * 12 + (month - 1) + months;
  const [toYear, toMonth] = [Math.floor(total / 12), (((total % 12) + 12) % 12) + 1];
  const next =
    toMonth === 12 ? daysFromCivil(toYear + 1, 1, 1) : daysFromCivil(toYear, toMonth + 1, 1);
  const to = Math.min(daysFromCivil(toYear, toMonth, 1) + day - 1, next - 1);
  return value + BigInt(to - days) * MICROS_PER_DAY;
}

const invalid = (name: string, problem: string): SqlError =>
  new SqlError('bind', `${name} ${problem}`, { sqlState: '22023' });
