import type { TimeUnit } from '@windrow/core';

export const MICROS_PER_SECOND = 1_000_000n;
export const MICROS_PER_DAY = 86_400_000_000n;
export const SECONDS_PER_DAY = 86_400;

/** How many of the unit make a second. */
export const PER_SECOND: Readonly<Record<TimeUnit, bigint>> = {
  s: 1n,
  ms: 1_000n,
  us: 1_000_000n,
  ns: 1_000_000_000n,
};

/** Digits of a second's fraction in the unit. */
export const FRACTION_DIGITS: Readonly<Record<TimeUnit, number>> = { s: 0, ms: 3, us: 6, ns: 9 };

/** Infinite dates and timestamps are the extremes of their integers; the sign is the direction. */
export const DATE_INFINITY: number = 2 ** 31 - 1;
export const TIMESTAMP_INFINITY: bigint = 2n ** 63n - 1n;

/** Days from 1970 that timestamps of any unit may reach: years −290307 to 294246. */
export const MAX_TIMESTAMP_DAYS: number = 106_751_991;

/** Quotient toward −∞. */
export function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value % divisor < 0n ? quotient - 1n : quotient;
}

/** Remainder of {@link floorDivide}, never negative. */
export function floorModulo(value: bigint, divisor: bigint): bigint {
  const rest = value % divisor;
  return rest < 0n ? rest + divisor : rest;
}
