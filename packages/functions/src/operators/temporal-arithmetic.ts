import {
  BIGINT,
  type CodeBuilder,
  DATE,
  DOUBLE,
  type EmitValue,
  INTEGER,
  INTERVAL,
  type IntervalValue,
  isInteger,
  isNumeric,
  type Local,
  type ResolvedSignature,
  type ScalarOverload,
  type SqlType,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  typeName,
} from '@windrow/core';
import { addToInstant } from '../datetime/add-interval.ts';
import { DATE_INFINITY, TIMESTAMP_INFINITY } from '../datetime/units.ts';
import { emitted } from '../define.ts';
import { bind, type Code, push, when } from '../emit/code.ts';
import { subtractOverflows } from '../emit/int128.ts';
import { callKernel } from '../emit/kernel-call.ts';
import { first } from '../emit/value.ts';
import { family } from '../resolve.ts';
import { jsOverload } from '../vector/overload.ts';
import { INT64, INTERVALS, rowwise } from '../vector/rows.ts';
import {
  emitIntervalNegate,
  emitIntervalProduct,
  emitIntervalScaled,
  emitIntervalSum,
  intervalOf,
} from './interval-emit.ts';

type Operation = 'add' | 'sub';
const SIGNS = { add: '+', sub: '-' } as const satisfies Record<Operation, string>;

/** Raises 22008, naming operation, operands and type. */
function raiseOutOfRange(
  b: CodeBuilder,
  sign: string,
  args: readonly EmitValue[],
  returns: SqlType,
): void {
  const message = `{0} ${sign} {1} is out of range for ${typeName(returns)}`;
  b.raise({ sqlState: '22008', message }, args);
}

const isInstant = (type: SqlType): boolean => type.kind === 'timestamp' && type.zoned;
const isWallTime = (type: SqlType): boolean => type.kind === 'timestamp' && !type.zoned;
const isSpan = (type: SqlType): boolean => type.kind === 'interval' || type.kind === 'null';

/** Operand and result types of `x + y` and `x - y` with x a date, time, timestamp or interval. */
function movedBy(x: SqlType, y: SqlType): ResolvedSignature | undefined {
  if (x.kind === 'date' && isInteger(y)) return { args: [DATE, INTEGER], returns: DATE };
  if (!isSpan(y)) return undefined;
  switch (x.kind) {
    case 'date':
      return { args: [TIMESTAMP, INTERVAL], returns: TIMESTAMP };
    case 'timestamp':
      return x.zoned ? undefined : { args: [TIMESTAMP, INTERVAL], returns: TIMESTAMP };
    case 'time':
      return { args: [TIME, INTERVAL], returns: TIME };
    case 'interval':
      return { args: [INTERVAL, INTERVAL], returns: INTERVAL };
    default:
      return undefined;
  }
}

/** `x + y`, either order. */
function sumTypes(x: SqlType, y: SqlType): ResolvedSignature | undefined {
  if (x.kind === 'date' && y.kind === 'time') return { args: [DATE, TIME], returns: TIMESTAMP };
  if (x.kind === 'null' && y.kind === 'null') return undefined;
  return movedBy(x, y);
}

function swapped(resolved: ResolvedSignature | undefined): ResolvedSignature | undefined {
  return resolved && { args: [...resolved.args].reverse(), returns: resolved.returns };
}

/** Overloads of `+` beside numbers. */
export const temporalSums: readonly ScalarOverload[] = [
  emitted(
    family('(DATE | TIME | TIMESTAMP | INTERVAL, INTEGER | INTERVAL | TIME) → …', 2, ([x, y]) =>
      sumTypes(x as SqlType, y as SqlType),
    ),
    (b, args, returns) => emitMove(b, 'add', args, returns, args),
    { raises: true },
  ),
  emitted(
    family('(INTEGER | INTERVAL | TIME, DATE | TIME | TIMESTAMP) → …', 2, ([x, y]) =>
      sumTypes(x as SqlType, y as SqlType) === undefined
        ? swapped(sumTypes(y as SqlType, x as SqlType))
        : undefined,
    ),
    (b, args, returns) => emitMove(b, 'add', [...args].reverse(), returns, args),
    { raises: true },
  ),
  instantMoved('(TIMESTAMPTZ, INTERVAL) → TIMESTAMPTZ', 'add', false),
  instantMoved('(INTERVAL, TIMESTAMPTZ) → TIMESTAMPTZ', 'add', true),
];

/** Overloads of `-` beside numbers. */
export const temporalDifferences: readonly ScalarOverload[] = [
  emitted(
    family('(DATE | TIME | TIMESTAMP | INTERVAL, INTEGER | INTERVAL) → …', 2, ([x, y]) =>
      movedBy(x as SqlType, y as SqlType),
    ),
    (b, args, returns) => emitMove(b, 'sub', args, returns, args),
    { raises: true },
  ),
  instantMoved('(TIMESTAMPTZ, INTERVAL) → TIMESTAMPTZ', 'sub', false),
  emitted(
    family('(DATE, DATE) → BIGINT', 2, ([x, y]) =>
      x?.kind === 'date' && y?.kind === 'date'
        ? { args: [DATE, DATE], returns: BIGINT }
        : undefined,
    ),
    emitDaysBetween,
    { raises: true },
  ),
  emitted(
    family('(TIMESTAMP, TIMESTAMP) → INTERVAL', 2, ([x, y]) =>
      instantOperands(x as SqlType, y as SqlType),
    ),
    emitTimeBetween,
    { raises: true },
  ),
];

/** Two timestamps, or a timestamp and a date, at least one a timestamp. */
function instantOperands(x: SqlType, y: SqlType): ResolvedSignature | undefined {
  const isPoint = (type: SqlType): boolean => type.kind === 'timestamp' || type.kind === 'date';
  if (!isPoint(x) || !isPoint(y)) return undefined;
  if (isInstant(x) || isInstant(y)) return { args: [TIMESTAMPTZ, TIMESTAMPTZ], returns: INTERVAL };
  if (isWallTime(x) || isWallTime(y)) return { args: [TIMESTAMP, TIMESTAMP], returns: INTERVAL };
  return undefined;
}

/** An instant moved by an interval: days and months by the clocks of the session's zone. */
function instantMoved(display: string, operation: Operation, isReversed: boolean): ScalarOverload {
  const sign = operation === 'add' ? 1 : -1;
  const move = (zone: string) => (instant: bigint, interval: IntervalValue) =>
    addToInstant(instant, interval, sign, zone);
  return jsOverload(
    family(display, 2, ([x, y]) => {
      const [point, span] = isReversed ? [y, x] : [x, y];
      if (point === undefined || span === undefined) return undefined;
      if (!isInstant(point) || !isSpan(span)) return undefined;
      const types = [TIMESTAMPTZ, INTERVAL];
      return { args: isReversed ? types.reverse() : types, returns: TIMESTAMPTZ };
    }),
    (context, args, result) => {
      const ordered = isReversed ? [...args].reverse() : args;
      const compute = move(context.session.timeZone);
      rowwise([INT64, INTERVALS], INT64, compute)(context, ordered, result);
    },
    { raises: true },
  );
}

/** Leaves `x ± y` with the point first; `shown` are the operands as they were written. */
function emitMove(
  b: CodeBuilder,
  operation: Operation,
  [x, y]: readonly EmitValue[],
  returns: SqlType,
  shown: readonly EmitValue[],
): void {
  const overflow = (): void => raiseOutOfRange(b, SIGNS[operation], shown, returns);
  const kind = x?.type.kind;
  if (kind === 'interval') {
    emitIntervalSum(b, operation, intervalOf(x), intervalOf(y), overflow);
  } else if (kind === 'time') {
    const { micros } = intervalOf(y);
    const part: Code = operation === 'add' ? micros : ['i64.sub', 0, micros];
    callKernel(
      b,
      'timeAddMicros',
      [
        ['i64', first(x)],
        ['i64', part],
      ],
      'i64',
    );
  } else if (kind === 'timestamp') {
    emitTimestampMove(b, operation, first(x), y as EmitValue, overflow);
  } else if (y?.type.kind === 'time') {
    emitDateAtTime(b, first(x), first(y), overflow);
  } else {
    emitDateMove(b, operation, first(x), first(y), overflow);
  }
}

function emitTimestampMove(
  b: CodeBuilder,
  operation: Operation,
  timestamp: Local,
  interval: EmitValue,
  overflow: () => void,
): void {
  const { months, days, micros } = intervalOf(interval);
  const isSum = operation === 'add';
  callKernel(
    b,
    'timestampAddInterval',
    [
      ['i64', timestamp],
      ['i32', isSum ? months : ['i32.sub', 0, months]],
      ['i32', isSum ? days : ['i32.sub', 0, days]],
      ['i64', isSum ? micros : ['i64.sub', 0, micros]],
    ],
    'i64',
  );
  const result = b.local('i64');
  b.set(result);
  when(b, ['i64.eq', result, -(2n ** 63n)], overflow);
  b.get(result);
}

const isInfiniteDate = (days: Local): Code => [
  'i32.or',
  ['i32.eq', days, DATE_INFINITY],
  ['i32.eq', days, -DATE_INFINITY],
];

function emitDateMove(
  b: CodeBuilder,
  operation: Operation,
  date: Local,
  days: Local,
  overflow: () => void,
): void {
  const moved = bind(b, 'i64', [
    `i64.${operation}`,
    ['i64.extend_i32_s', date],
    ['i64.extend_i32_s', days],
  ]);
  const infinite = bind(b, 'i32', isInfiniteDate(date));
  const largest = BigInt(DATE_INFINITY) - 1n;
  const isOutside: Code = ['i64.gt_u', ['i64.add', moved, largest], 2n * largest];
  when(b, ['i32.and', isOutside, ['i32.eqz', infinite]], overflow);
  push(b, ['select', date, ['i32.wrap_i64', moved], infinite]);
}

const DAY_MICROS = 86_400_000_000n;
/** The last whole day on either side that a timestamp can reach. */
const MAX_WHOLE_DAYS = 106_751_990;

function emitDateAtTime(b: CodeBuilder, date: Local, time: Local, overflow: () => void): void {
  const isOutside: Code = ['i32.gt_u', ['i32.add', date, MAX_WHOLE_DAYS], 2 * MAX_WHOLE_DAYS];
  const infinite = bind(b, 'i32', isInfiniteDate(date));
  when(b, ['i32.and', isOutside, ['i32.eqz', infinite]], overflow);
  const start: Code = ['i64.mul', ['i64.extend_i32_s', date], DAY_MICROS];
  const infinity: Code = ['select', TIMESTAMP_INFINITY, -TIMESTAMP_INFINITY, ['i32.gt_s', date, 0]];
  push(b, ['select', infinity, ['i64.add', start, time], infinite], 'i64');
}

function emitDaysBetween(b: CodeBuilder, args: readonly EmitValue[], returns: SqlType): void {
  const [x, y] = [first(args[0]), first(args[1])];
  when(b, ['i32.or', isInfiniteDate(x), isInfiniteDate(y)], () =>
    raiseOutOfRange(b, '-', args, returns),
  );
  push(b, ['i64.sub', ['i64.extend_i32_s', x], ['i64.extend_i32_s', y]]);
}

const isInfiniteTimestamp = (value: Local): Code => [
  'i32.or',
  ['i64.eq', value, TIMESTAMP_INFINITY],
  ['i64.eq', value, -TIMESTAMP_INFINITY],
];

/** Days and microseconds from one timestamp to another, both with the sign of the difference. */
function emitTimeBetween(b: CodeBuilder, args: readonly EmitValue[], returns: SqlType): void {
  const [x, y] = [first(args[0]), first(args[1])];
  const difference = bind(b, 'i64', ['i64.sub', x, y]);
  const isInfinite: Code = ['i32.or', isInfiniteTimestamp(x), isInfiniteTimestamp(y)];
  when(b, ['i32.or', isInfinite, subtractOverflows(x, y, difference)], () =>
    raiseOutOfRange(b, '-', args, returns),
  );
  push(b, 0);
  push(b, ['i32.wrap_i64', ['i64.div_s', difference, DAY_MICROS]]);
  push(b, ['i64.rem_s', difference, DAY_MICROS]);
}

/** `-interval`. */
export const intervalNegation: ScalarOverload = emitted(
  family('(INTERVAL) → INTERVAL', 1, ([type]) =>
    type?.kind === 'interval' ? { args: [INTERVAL], returns: INTERVAL } : undefined,
  ),
  (b, args, returns) =>
    emitIntervalNegate(b, intervalOf(args[0]), () =>
      b.raise(
        { sqlState: '22008', message: `-({0}) is out of range for ${typeName(returns)}` },
        args,
      ),
    ),
  { raises: true },
);

/** Integers multiply exactly, other numbers as DOUBLE. */
function scaledTypes(
  interval: SqlType | undefined,
  factor: SqlType | undefined,
  isExact: boolean,
): ResolvedSignature | undefined {
  if (interval?.kind !== 'interval' || factor === undefined) return undefined;
  if (!isNumeric(factor) && factor.kind !== 'null') return undefined;
  const hasExactFactor = isInteger(factor) && factor.kind !== 'hugeint';
  if (isExact !== hasExactFactor) return undefined;
  return { args: [INTERVAL, isExact ? BIGINT : DOUBLE], returns: INTERVAL };
}

function emitScaled(
  b: CodeBuilder,
  args: readonly EmitValue[],
  returns: SqlType,
  [interval, factor]: readonly EmitValue[],
): void {
  const overflow = (): void => raiseOutOfRange(b, '*', args, returns);
  if (factor?.type.kind === 'int64')
    emitIntervalProduct(b, intervalOf(interval), first(factor), overflow);
  else emitIntervalScaled(b, 'mul', intervalOf(interval), first(factor), overflow);
}

/** Overloads of `*` with an interval on either side. */
export const intervalProducts: readonly ScalarOverload[] = [true, false].flatMap((isExact) => [
  emitted(
    family('(INTERVAL, number) → INTERVAL', 2, ([x, y]) => scaledTypes(x, y, isExact)),
    (b, args, returns) => emitScaled(b, args, returns, args),
    { raises: true },
  ),
  emitted(
    family('(number, INTERVAL) → INTERVAL', 2, ([x, y]) => swapped(scaledTypes(y, x, isExact))),
    (b, args, returns) => emitScaled(b, args, returns, [...args].reverse()),
    { raises: true },
  ),
]);

/** `interval / number`; NULL by zero. */
export const intervalQuotient: ScalarOverload = emitted(
  family('(INTERVAL, number) → INTERVAL', 2, ([x, y]) =>
    x?.kind === 'interval' && y !== undefined && (isNumeric(y) || y.kind === 'null')
      ? { args: [INTERVAL, DOUBLE], returns: INTERVAL }
      : undefined,
  ),
  (b, args, returns) => {
    const divisor = first(args[1]);
    const isZero = bind(b, 'i32', ['f64.eq', divisor, 0]);
    const safe = bind(b, 'f64', ['select', 1, divisor, isZero]);
    emitIntervalScaled(b, 'div', intervalOf(args[0]), safe, () =>
      raiseOutOfRange(b, '/', args, returns),
    );
    push(b, ['i32.eqz', isZero]);
  },
  { raises: true, returnsNull: true },
);
