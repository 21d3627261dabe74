import type { CodeBuilder, EmitValue, Local } from '@windrow/core';
import { bind, type Code, push, when } from '../emit/code.ts';
import { checkedArithmetic } from '../emit/integer.ts';

/** The fields of an interval in generated code. */
export interface IntervalLocals {
  readonly months: Local;
  readonly days: Local;
  readonly micros: Local;
}

export function intervalOf(value: EmitValue | undefined): IntervalLocals {
  const [months, days, micros] = value?.locals ?? [];
  if (months === undefined || days === undefined || micros === undefined)
    throw new RangeError('an interval has three words');
  return { months, days, micros };
}

/** Leaves `x op y`, field by field; `overflow` raises. */
export function emitIntervalSum(
  b: CodeBuilder,
  operation: 'add' | 'sub',
  x: IntervalLocals,
  y: IntervalLocals,
  overflow: () => void,
): void {
  checkedArithmetic(b, 'i32', operation, { x: x.months, y: y.months, overflow });
  checkedArithmetic(b, 'i32', operation, { x: x.days, y: y.days, overflow });
  checkedArithmetic(b, 'i64', operation, { x: x.micros, y: y.micros, overflow });
}

/** Leaves the interval with all signs turned. */
export function emitIntervalNegate(b: CodeBuilder, x: IntervalLocals, overflow: () => void): void {
  const zero = { months: bind(b, 'i32', 0), days: bind(b, 'i32', 0), micros: bind(b, 'i64', 0) };
  emitIntervalSum(b, 'sub', zero, x, overflow);
}

/** Leaves the interval times an i64, field by field. */
export function emitIntervalProduct(
  b: CodeBuilder,
  x: IntervalLocals,
  factor: Local,
  overflow: () => void,
): void {
  for (const field of [x.months, x.days]) {
    const wide = bind(b, 'i64', ['i64.extend_i32_s', field]);
    checkedArithmetic(b, 'i64', 'mul', { x: wide, y: factor, overflow });
    const product = b.local('i64');
    b.set(product);
    when(b, ['i64.ne', ['i64.extend32_s', product], product], overflow);
    push(b, ['i32.wrap_i64', product]);
  }
  checkedArithmetic(b, 'i64', 'mul', { x: x.micros, y: factor, overflow });
}

const DAYS_PER_MONTH = 30;
const DAY_MICROS = 86_400_000_000;

/**
 * Leaves the interval times or divided by an f64. Fractions of months become days (30 a month), those of
 * days microseconds, rounded to the nearest.
 */
export function emitIntervalScaled(
  b: CodeBuilder,
  operation: 'mul' | 'div',
  x: IntervalLocals,
  factor: Local,
  overflow: () => void,
): void {
  const scaled = (field: Code): Local => bind(b, 'f64', [`f64.${operation}`, field, factor]);
  const exactMonths = scaled(['f64.convert_i32_s', x.months]);
  const months = bind(b, 'f64', ['f64.trunc', exactMonths]);
  const restOfMonths: Code = ['f64.mul', ['f64.sub', exactMonths, months], DAYS_PER_MONTH];
  const exactDays = bind(b, 'f64', [
    'f64.add',
    scaled(['f64.convert_i32_s', x.days]),
    restOfMonths,
  ]);
  const wholeDays = bind(b, 'f64', ['f64.trunc', exactDays]);
  const restOfDays: Code = ['f64.mul', ['f64.sub', exactDays, wholeDays], DAY_MICROS];
  const carried = bind(b, 'f64', ['f64.nearest', restOfDays]);
  // A rest that rounds to a whole day is one.
  const isWholeDay: Code = ['f64.eq', ['f64.abs', carried], DAY_MICROS];
  const extraDay: Code = ['select', ['f64.div', carried, DAY_MICROS], 0, isWholeDay];
  const days = bind(b, 'f64', ['f64.add', wholeDays, extraDay]);
  const ownMicros: Code = ['f64.nearest', scaled(['f64.convert_i64_s', x.micros])];
  const micros = bind(b, 'f64', ['f64.add', ownMicros, ['select', 0, carried, isWholeDay]]);
  const isInside: Code = [
    'i32.and',
    ['i32.and', isBelow(months, 2 ** 31), isBelow(days, 2 ** 31)],
    isBelow(micros, 2 ** 63),
  ];
  when(b, ['i32.eqz', isInside], overflow);
  push(b, ['i32.trunc_sat_f64_s', months]);
  push(b, ['i32.trunc_sat_f64_s', days]);
  push(b, ['i64.trunc_sat_f64_s', micros]);
}

/** Condition: |value| < limit, false for NaN. */
const isBelow = (value: Local, limit: number): Code => ['f64.lt', ['f64.abs', value], limit];
