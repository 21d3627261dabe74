import {
  type EvalContext,
  type IntervalValue,
  isValidAt,
  type ResultVector,
  setValidAt,
} from '@windrow/core';
import { DATE_PARTS, type DatePart, kernels } from '@windrow/kernels';
import { type Argument, FLOAT64, INT32, INT64, INTERVALS, kernelArgument } from '../vector/rows.ts';
import { localColumn } from './local-column.ts';
import type { SpecialPart } from './parts.ts';
import { timeZone } from './time-zone.ts';
import {
  DATE_INFINITY,
  floorDivide,
  MICROS_PER_SECOND,
  SECONDS_PER_DAY,
  TIMESTAMP_INFINITY,
} from './units.ts';

/** Writes a part of every row as BIGINT; rows without it (infinite ones) become NULL. */
export function readPart(
  context: EvalContext,
  part: DatePart,
  source: Argument,
  result: ResultVector,
): void {
  const kernel = kernels(context.memory);
  const code = DATE_PARTS[part];
  const { length, values: out, validity } = result;
  switch (source.type.kind) {
    case 'date': {
      const { values, step } = kernelArgument(source);
      kernel.dateParts(code, values, step, length, out, validity);
      return;
    }
    case 'timestamp': {
      const { values, step } = localColumn(context, source, length, validity);
      kernel.timestampParts(code, values, step, length, out, validity);
      return;
    }
    case 'time': {
      const read = INT64.reader(context.memory, source);
      writeRows(context, result, (row) => kernel.timePart(code, read(row)));
      return;
    }
    default: {
      const read = INTERVALS.reader(context.memory, source);
      writeRows(context, result, (row) => {
        const { months, days, micros } = read(row);
        return kernel.intervalPart(code, months, days, micros);
      });
    }
  }
}

function writeRows(
  context: EvalContext,
  result: ResultVector,
  compute: (row: number) => bigint,
): void {
  const write = INT64.writer(context, result);
  for (let row = 0; row < result.length; row++) {
    if (isValidAt(context.memory, result.validity, row)) write(row, compute(row));
  }
}

/** Writes a part that is a number of seconds or days (DOUBLE), or about the zone (BIGINT). */
export function readSpecialPart(
  context: EvalContext,
  part: SpecialPart,
  source: Argument,
  result: ResultVector,
): void {
  const { memory, session } = context;
  const compute = specialReader(context, part, source, session.timeZone);
  const isDouble = result.type.kind === 'float64';
  const writeDouble = FLOAT64.writer(context, result);
  const writeLong = INT64.writer(context, result);
  for (let row = 0; row < result.length; row++) {
    if (!isValidAt(memory, result.validity, row)) continue;
    const value = compute(row);
    if (value === null) setValidAt(memory, result.validity, row, false);
    else if (isDouble) writeDouble(row, value);
    else writeLong(row, BigInt(Math.trunc(value)));
  }
}

const SECONDS_PER_MONTH = 30 * SECONDS_PER_DAY;
const SECONDS_PER_YEAR = 365.25 * SECONDS_PER_DAY;
/** The Julian day of 1970-01-01, counted from midnight. */
const JULIAN_EPOCH = 2_440_588;

function specialReader(
  { memory }: EvalContext,
  part: SpecialPart,
  source: Argument,
  zone: string,
): (row: number) => number | null {
  if (part !== 'epoch' && part !== 'julian') return zoneReader(memory, part, source, zone);
  const seconds = secondsReader(memory, source);
  if (part === 'epoch') return seconds;
  return (row) => {
    const value = seconds(row);
    return value === null ? null : value / SECONDS_PER_DAY + JULIAN_EPOCH;
  };
}

/** Seconds since 1970, of the day, or of an interval (a year 365.25 days, a month 30). */
function secondsReader(
  memory: EvalContext['memory'],
  source: Argument,
): (row: number) => number | null {
  switch (source.type.kind) {
    case 'date': {
      const read = INT32.reader(memory, source);
      return (row) => (Math.abs(read(row)) === DATE_INFINITY ? null : read(row) * SECONDS_PER_DAY);
    }
    case 'timestamp':
    case 'time': {
      const read = INT64.reader(memory, source);
      return (row) => {
        const micros = read(row);
        const isInfinite = micros === TIMESTAMP_INFINITY || micros === -TIMESTAMP_INFINITY;
        return isInfinite ? null : Number(micros) / 1e6;
      };
    }
    default: {
      const read = INTERVALS.reader(memory, source);
      return (row) => intervalSeconds(read(row));
    }
  }
}

function intervalSeconds({ months, days, micros }: IntervalValue): number {
  const years = Math.trunc(months / 12);
  const whole =
    years * SECONDS_PER_YEAR + (months % 12) * SECONDS_PER_MONTH + days * SECONDS_PER_DAY;
  return whole + Number(micros) / 1e6;
}

/** The offset of the session's zone at an instant; wall times have none, which counts as 0. */
function zoneReader(
  memory: EvalContext['memory'],
  part: SpecialPart,
  source: Argument,
  zone: string,
): (row: number) => number | null {
  if (source.type.kind !== 'timestamp' || !source.type.zoned) return () => 0;
  const read = INT64.reader(memory, source);
  return (row) => {
    const offset = timeZone(zone).offsetAt(Number(floorDivide(read(row), MICROS_PER_SECOND)));
    if (part === 'timezone_hour') return Math.trunc(offset / 3600);
    return part === 'timezone_minute' ? Math.trunc((offset % 3600) / 60) : offset;
  };
}
