import type { IntervalValue, LiteralValue, MapValue, SqlType, StructValue } from '@windrow/core';

const DAY_MICROS = 86_400_000_000n;

/** Microseconds of an interval with months of 30 days, by which intervals are ordered. */
const intervalLength = ({ months, days, micros }: IntervalValue): bigint =>
  BigInt(months * 30 + days) * DAY_MICROS + micros;

/**
 * The sign of `a − b` by the order of SQL, for values as plain data. Inside nested values NULL equals
 * NULL and is the greatest; lists are compared element by element, the shorter one first.
 */
export function compareValues(type: SqlType, a: LiteralValue, b: LiteralValue): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  switch (type.kind) {
    case 'float32':
    case 'float64':
      return compareFloats(a as number, b as number);
    case 'varchar':
    case 'json':
      return Buffer.compare(Buffer.from(a as string), Buffer.from(b as string));
    case 'blob':
      return Buffer.compare(a as Uint8Array, b as Uint8Array);
    case 'interval':
      return order(intervalLength(a as IntervalValue), intervalLength(b as IntervalValue));
    case 'enum':
      return type.values.indexOf(a as string) - type.values.indexOf(b as string);
    case 'list':
    case 'array':
      return compareLists(type.element, a as readonly LiteralValue[], b as readonly LiteralValue[]);
    case 'struct': {
      const [x, y] = [(a as StructValue).struct, (b as StructValue).struct];
      return firstDifference(
        type.fields.map((field, i) => compareValues(field.type, x[i] ?? null, y[i] ?? null)),
      );
    }
    case 'map': {
      const [x, y] = [(a as MapValue).map, (b as MapValue).map];
      const entry = (side: MapValue['map'], part: 0 | 1): LiteralValue[] =>
        side.map((pair) => pair[part]);
      const keys = compareLists(type.key, entry(x, 0), entry(y, 0));
      return keys === 0 ? compareLists(type.value, entry(x, 1), entry(y, 1)) : keys;
    }
    default:
      return order(a as number | bigint | string | boolean, b as typeof a & (number | string));
  }
}

const order = <T extends number | bigint | string | boolean>(a: T, b: T): number =>
  a < b ? -1 : a > b ? 1 : 0;

function compareFloats(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return order(a, b);
}

const firstDifference = (signs: readonly number[]): number => signs.find((sign) => sign !== 0) ?? 0;

function compareLists(
  element: SqlType,
  a: readonly LiteralValue[],
  b: readonly LiteralValue[],
): number {
  const common = Math.min(a.length, b.length);
  for (let i = 0; i < common; i++) {
    const sign = compareValues(element, a[i] ?? null, b[i] ?? null);
    if (sign !== 0) return sign;
  }
  return a.length - b.length;
}
