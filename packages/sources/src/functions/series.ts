import {
  type IntervalValue,
  SqlError,
  type TableFunction,
  type TableFunctionArguments,
  type TableProvider,
} from '@windrow/core';
import { countSteps, momentsBetween, SeriesTable } from '../series/series-table.ts';

/** Rows of a series of moments at most: they are listed when the query is bound. */
const MAX_MOMENTS = 10_000_000;

const DAY_MICROS = 86_400_000_000n;

/** range (end left out) and generate_series (end included) in FROM. */
export const SERIES_FUNCTIONS: readonly TableFunction[] = [
  series('range', false),
  series('generate_series', true),
];

function series(name: string, inclusive: boolean): TableFunction {
  return {
    kind: 'table',
    name,
    aliases: [],
    doc: {
      summary: `Numbers or moments from start to end, ${inclusive ? 'with' : 'without'} the end.`,
      examples: [{ sql: `sum(x) from ${name}(3) t(x)`, result: inclusive ? '6' : '3' }],
      source: 'DuckDB, PostgreSQL',
    },
    namedParameters: [],
    bind: async (args) => {
      const { positionalTypes } = args;
      const isMoment =
        positionalTypes[0]?.kind === 'date' || positionalTypes[0]?.kind === 'timestamp';
      return isMoment ? momentTable(name, args, inclusive) : numberTable(name, args, inclusive);
    },
  };
}

function numberTable(
  name: string,
  { positional }: TableFunctionArguments,
  inclusive: boolean,
): TableProvider {
  const numbers = positional.map((value) => {
    const isInteger = typeof value === 'bigint' || Number.isInteger(value);
    if (isInteger) return BigInt(value as bigint | number);
    throw new SqlError('type', `${name} takes integers, or dates and an interval`);
  });
  const [first, second, step = 1n] = numbers;
  if (first === undefined || numbers.length > 3) {
    throw new SqlError('bind', `${name} takes one to three arguments`, { sqlState: '42883' });
  }
  const [start, end] = second === undefined ? [0n, first] : [first, second];
  const rows = countSteps(start, end, step, { inclusive });
  return SeriesTable.ofSteps(name, { start, step, rows });
}

function momentTable(
  name: string,
  { positional, positionalTypes }: TableFunctionArguments,
  inclusive: boolean,
): TableProvider {
  const [start, end] = positional.slice(0, 2).map((value, index) => {
    const type = positionalTypes[index];
    if (type?.kind === 'date') return BigInt(value as number) * DAY_MICROS;
    if (type?.kind === 'timestamp' && type.unit === 'us') return value as bigint;
    throw new SqlError('type', `${name} takes two dates or timestamps and an interval`);
  });
  if (start === undefined || end === undefined || positionalTypes[2]?.kind !== 'interval') {
    throw new SqlError('type', `${name} takes two dates or timestamps and an interval`);
  }
  const step = positional[2] as IntervalValue;
  const moments = momentsBetween(start, end, step, { inclusive, limit: MAX_MOMENTS });
  return SeriesTable.ofMoments(name, BigInt64Array.from(moments));
}
