import {
  civilFromDays,
  INTERVAL,
  type IntervalValue,
  type ScalarFunction,
  type VectorEvaluate,
} from '@windrow/core';
import { example, scalar } from '../define.ts';
import { family } from '../resolve.ts';
import { jsOverload } from '../vector/overload.ts';
import { INT64, INTERVALS, rowwise } from '../vector/rows.ts';
import { daysInMonth } from './calendar.ts';
import { comparedType } from './difference.ts';
import { floorDivide, floorModulo, MICROS_PER_DAY, TIMESTAMP_INFINITY } from './units.ts';
import { utcToLocal } from './zone-conversion.ts';

/**
 * Years, months, days and the rest from the earlier to the later wall time, negated when the first is
 * the earlier one. Days are borrowed from the earlier one's month.
 */
function ageBetween(later: bigint, earlier: bigint): IntervalValue {
  if (later < earlier) {
    const { months, days, micros } = ageBetween(earlier, later);
    return { months: -months, days: -days, micros: -micros };
  }
  const [end, start] = [fieldsOf(later), fieldsOf(earlier)];
  let months = (end.year - start.year) * 12 + end.month - start.month;
  let days = end.day - start.day;
  let micros = end.micros - start.micros;
  if (micros < 0n) {
    micros += MICROS_PER_DAY;
    days -= 1;
  }
  if (days < 0) {
    days += daysInMonth(start.year, start.month);
    months -= 1;
  }
  return { months, days, micros };
}

function fieldsOf(local: bigint): { year: number; month: number; day: number; micros: bigint } {
  const date = civilFromDays(Number(floorDivide(local, MICROS_PER_DAY)));
  return { ...date, micros: floorModulo(local, MICROS_PER_DAY) };
}

const isInfinite = (micros: bigint): boolean =>
  micros === TIMESTAMP_INFINITY || micros === -TIMESTAMP_INFINITY;

/** With one argument, from it to the beginning of today; instants by the session's zone. */
const evaluateAge: VectorEvaluate = (context, args, result) => {
  const { timeZone, nowMicros } = context.session;
  const type = args[0]?.type;
  const isInstant = type?.kind === 'timestamp' && type.zoned;
  const local = (micros: bigint): bigint =>
    isInstant ? (utcToLocal(micros, timeZone) ?? micros) : micros;
  const now = utcToLocal(nowMicros, timeZone) ?? nowMicros;
  const today = now - floorModulo(now, MICROS_PER_DAY);
  const age = (later: bigint, earlier: bigint): IntervalValue | null =>
    isInfinite(later) || isInfinite(earlier) ? null : ageBetween(later, earlier);
  const evaluate =
    args.length === 1
      ? rowwise([INT64], INTERVALS, (x) => age(today, local(x)))
      : rowwise([INT64, INT64], INTERVALS, (x, y) => age(local(x), local(y)));
  evaluate(context, args, result);
};

/** `age`. */
export const ageFunctions: readonly ScalarFunction[] = [
  scalar({
    name: 'age',
    category: 'date and time',
    doc: {
      summary:
        'Years, months and days between two timestamps, the later one first; with one argument, up to today.',
      examples: [
        example("age(TIMESTAMP '2001-04-10', TIMESTAMP '1957-06-13')", '43 years 9 months 27 days'),
      ],
      source: 'PostgreSQL',
    },
    volatility: 'stable',
    overloads: [1, 2].map((arity) =>
      jsOverload(
        family(`(${Array(arity).fill('TIMESTAMP').join(', ')}) → INTERVAL`, arity, ([a, b]) => {
          const type = comparedType(a, b ?? { kind: 'null' });
          if (type?.kind !== 'timestamp') return undefined;
          return { args: Array(arity).fill(type), returns: INTERVAL };
        }),
        evaluateAge,
        { returnsNull: true },
      ),
    ),
  }),
];
