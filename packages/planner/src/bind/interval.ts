import { type Expr, INTERVAL, type Span, SqlError } from '@windrow/core';
import type { IntervalLiteral, IntervalPart, IntervalUnit } from '@windrow/parser';
import { type Binder, callScalar } from './binder.ts';
import { castTo, isTextLiteral } from './convert.ts';
import { bindError } from './errors.ts';
import { addIntervals, intervalLiteral, intervalOf, textLiteral } from './literal.ts';
import type { ExpressionScope } from './scope.ts';

/** INTERVAL: quantities that are written out become one value, others are multiplied. */
export function bindInterval(binder: Binder, node: IntervalLiteral, scope: ExpressionScope): Expr {
  const parts = node.parts.map((part) => bindIntervalPart(binder, part, scope));
  return parts.reduce((sum, part) => {
    const [a, b] = [intervalValue(sum), intervalValue(part)];
    return a !== undefined && b !== undefined
      ? intervalLiteral(addIntervals(a, b), node.span)
      : callScalar(binder, 'add', [sum, part], node.span);
  });
}

const intervalValue = (expr: Expr) =>
  expr.kind === 'literal' &&
  typeof expr.value === 'object' &&
  expr.value !== null &&
  'micros' in expr.value
    ? expr.value
    : undefined;

function bindIntervalPart(binder: Binder, part: IntervalPart, scope: ExpressionScope): Expr {
  const { unit, to, span } = part;
  const value = binder.expression(part.value, scope);
  if (unit === null) return castTo(value, INTERVAL);
  const text = isTextLiteral(value) ? String(value.value).trim() : undefined;
  if (to !== null) return compoundInterval(text, unit, to, span);
  const whole =
    value.kind === 'literal' && typeof value.value === 'number' && Number.isInteger(value.value)
      ? BigInt(value.value)
      : text !== undefined && /^[+-]?\d+$/.test(text)
        ? BigInt(text)
        : undefined;
  if (whole !== undefined) {
    const interval = intervalOf(whole, unit);
    if (interval === undefined)
      throw bindError('22008', `an interval of ${whole} ${unit}s is out of range`, span);
    return intervalLiteral(interval, span);
  }
  // Unit words are part of the interval text, so that `'1 day 2 hours' HOUR` stays an error.
  if (text !== undefined) return castTo(textLiteral(`${text} ${unit}`, span), INTERVAL);
  const one = intervalLiteral(intervalOf(1n, unit) ?? { months: 0, days: 0, micros: 0n }, span);
  return callScalar(binder, 'multiply', [one, value], span);
}

/** `'1-2' YEAR TO MONTH`, `'3 04:05:06.7' DAY TO SECOND` and the forms between. */
function compoundInterval(
  text: string | undefined,
  unit: IntervalUnit,
  to: IntervalUnit,
  span: Span,
): Expr {
  const bad = (): never => {
    throw new SqlError(
      'execution',
      `'${text ?? ''}' is not an interval ${unit.toUpperCase()} TO ${to.toUpperCase()}`,
      { span, sqlState: '22007' },
    );
  };
  const match =
    /^([+-]?)(?:(\d+)-(\d+)|(?:(\d+)(?:\s+|$))?(?:(\d+)(?::(\d+)(?::(\d+)(?:\.(\d{1,6}))?)?)?)?)$/.exec(
      text ?? '',
    );
  if (match === null) return bad();
  const [, sign, years, months, days, a, b, c, fraction] = match;
  const number = (digits: string | undefined): number => Number(digits ?? 0);
  const factor = sign === '-' ? -1 : 1;
  if (unit === 'year' && to === 'month') {
    if (years === undefined) return bad();
    const total = factor * (number(years) * 12 + number(months));
    return intervalLiteral({ months: total, days: 0, micros: 0n }, span);
  }
  if (years !== undefined) return bad();
  // Without a day the clock starts at the first unit named: `'4:05' MINUTE TO SECOND`.
  const order: readonly IntervalUnit[] = ['hour', 'minute', 'second'];
  const start = unit === 'day' ? 0 : order.indexOf(unit);
  if (start < 0 || (unit !== 'day' && days !== undefined)) return bad();
  const clock = [0, 0, 0];
  for (const [i, digits] of [a, b, c].entries()) {
    if (digits !== undefined) clock[start + i] = number(digits);
  }
  const [hours = 0, minutes = 0, seconds = 0] = clock;
  const micros =
    BigInt((hours * 60 + minutes) * 60 + seconds) * 1_000_000n +
    BigInt((fraction ?? '').padEnd(6, '0'));
  return intervalLiteral(
    { months: 0, days: factor * number(days), micros: BigInt(factor) * micros },
    span,
  );
}
