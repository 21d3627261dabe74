import type { LiteralValue, SqlType, TimeUnit } from '@windrow/core';

const TICKS_PER_DAY: Readonly<Record<TimeUnit, number>> = {
  s: 86_400,
  ms: 86_400e3,
  us: 86_400e6,
  ns: 86_400e9,
};

/** Bytes of a string that count towards its place; a double has room for six. */
const PREFIX_BYTES = 6;

const encoder = new TextEncoder();

/**
 * The place of a value on a line that all types of one family share, so that ranges can be interpolated
 * and casts within the family keep their place: numbers by value, dates and timestamps in days, strings
 * by their first bytes. Undefined for NULL, NaN and types without a line.
 */
export function scaleOf(value: LiteralValue | undefined, type: SqlType): number | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number') return Number.isNaN(value) ? undefined : value;
  if (typeof value === 'bigint') {
    if (type.kind === 'decimal') return Number(value) / 10 ** type.scale;
    if (type.kind === 'timestamp') return Number(value) / TICKS_PER_DAY[type.unit];
    return Number(value);
  }
  if (typeof value === 'string') {
    if (type.kind === 'enum') return type.values.indexOf(value);
    const bytes = encoder.encode(value.slice(0, PREFIX_BYTES));
    let place = 0;
    for (let i = 0; i < PREFIX_BYTES; i++) place = place * 256 + (bytes[i] ?? 0);
    return place;
  }
  return undefined;
}

/** Do values of the type lie one unit (or 10^-scale) apart, so that a range bounds their number? */
export function gapOf(type: SqlType): number | undefined {
  switch (type.kind) {
    case 'boolean':
    case 'enum':
    case 'date':
    case 'int8':
    case 'int16':
    case 'int32':
    case 'int64':
    case 'hugeint':
    case 'uint8':
    case 'uint16':
    case 'uint32':
    case 'uint64':
      return 1;
    case 'decimal':
      return 10 ** -type.scale;
    case 'timestamp':
      return 1 / TICKS_PER_DAY[type.unit];
    default:
      return undefined;
  }
}
