import { formatTimestamp } from '@windrow/core';
import { timeZone } from '../datetime/time-zone.ts';
import { floorDivide, MICROS_PER_SECOND, TIMESTAMP_INFINITY } from '../datetime/units.ts';

/** An instant (µs since the epoch) as wall time of a zone with its offset: `2020-01-01 12:00:00+02`. */
export function formatZonedTimestamp(instant: bigint, zoneName: string): string {
  if (instant === TIMESTAMP_INFINITY || instant === -TIMESTAMP_INFINITY)
    return formatTimestamp(instant, 'us');
  const offset = timeZone(zoneName).offsetAt(Number(floorDivide(instant, MICROS_PER_SECOND)));
  const local = formatTimestamp(instant + BigInt(offset) * MICROS_PER_SECOND, 'us');
  return `${local}${formatOffset(offset)}`;
}

/** `+02`, `-03:30`, with seconds only where there are some. */
export function formatOffset(offsetSeconds: number): string {
  const magnitude = Math.abs(offsetSeconds);
  const parts = [Math.floor(magnitude / 3600), Math.floor(magnitude / 60) % 60, magnitude % 60];
  while (parts.length > 1 && parts.at(-1) === 0) parts.pop();
  const text = parts.map((part) => String(part).padStart(2, '0')).join(':');
  return `${offsetSeconds < 0 ? '-' : '+'}${text}`;
}
