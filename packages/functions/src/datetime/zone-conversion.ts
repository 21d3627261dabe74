import { isUtc, timeZone } from './time-zone.ts';
import { floorDivide, MICROS_PER_SECOND, TIMESTAMP_INFINITY } from './units.ts';

/** Infinite timestamps stay; null: the result leaves the range. Values are microseconds. */
type Move = (micros: bigint, zoneName: string) => bigint | null;

const isInfinite = (micros: bigint): boolean =>
  micros === TIMESTAMP_INFINITY || micros === -TIMESTAMP_INFINITY;

const inRange = (micros: bigint): bigint | null =>
  micros < TIMESTAMP_INFINITY && micros > -TIMESTAMP_INFINITY ? micros : null;

/** An instant's wall time in the zone. */
export const utcToLocal: Move = (micros, zoneName) => {
  if (isInfinite(micros) || isUtc(zoneName)) return micros;
  const seconds = Number(floorDivide(micros, MICROS_PER_SECOND));
  return inRange(micros + BigInt(timeZone(zoneName).offsetAt(seconds)) * MICROS_PER_SECOND);
};

/** The instant of a wall time in the zone. */
export const localToUtc: Move = (micros, zoneName) => {
  if (isInfinite(micros) || isUtc(zoneName)) return micros;
  const seconds = Number(floorDivide(micros, MICROS_PER_SECOND));
  const moved = timeZone(zoneName).toInstant(seconds) - seconds;
  return inRange(micros + BigInt(moved) * MICROS_PER_SECOND);
};
