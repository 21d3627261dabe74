import type { ColumnPredicate, ColumnStatistics, LiteralValue, SqlType } from '@windrow/core';
import { isFloat, physicalType } from '@windrow/core';

/**
 * Order of two non-NULL values of one type, as SQL orders them; undefined when the type has no order
 * that statistics could follow (nested values, intervals). NaN is the greatest float; text is ordered
 * by its UTF-8 bytes, which is by code point.
 */
export function compareLiterals(a: LiteralValue, b: LiteralValue): number | undefined {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (typeof a === 'number' && typeof b === 'number') {
    if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
    if (Number.isNaN(b)) return -1;
    return a < b ? -1 : a > b ? 1 : 0;
  }
  const ordered = (value: LiteralValue) =>
    typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean';
  if (ordered(a) && ordered(b)) {
    const [x, y] = [a as bigint, b as bigint];
    return x < y ? -1 : x > y ? 1 : 0;
  }
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareBytes(a, b);
  return undefined;
}

/** Unsigned byte order, the shorter of two equal beginnings first. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const common = Math.min(a.length, b.length);
  for (let i = 0; i < common; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** UTF-16 order differs from code point order between surrogates and U+E000…U+FFFF only. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const common = Math.min(a.length, b.length);
  let i = 0;
  while (i < common && a.charCodeAt(i) === b.charCodeAt(i)) i += 1;
  if (i === common) return a.length - b.length;
  const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
  const rank = (unit: number) => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);
  return rank(x) - rank(y);
}

/** Types whose values statistics can bound. */
export function isOrdered(type: SqlType): boolean {
  const physical = physicalType(type);
  if (physical === 'interval') return false;
  if (physical === 'ref') return type.kind === 'varchar' || type.kind === 'blob';
  return type.kind !== 'enum' && type.kind !== 'null';
}

/**
 * May a row of a piece with these statistics pass the predicate? Always true when in doubt.
 *
 * NaN lies outside min and max and is greater than any number, so that a float column is never
 * pruned from above.
 */
export function mayMatch(
  predicate: ColumnPredicate,
  type: SqlType,
  statistics: ColumnStatistics | undefined,
  rowCount: number,
): boolean {
  if (rowCount === 0) return false;
  if (statistics === undefined) return true;
  const { nullCount } = statistics;
  switch (predicate.kind) {
    case 'isNull':
      return nullCount !== 0;
    case 'isNotNull':
      return nullCount !== rowCount;
    case 'compare':
      if (nullCount === rowCount || predicate.value === null) return false;
      return mayCompare(predicate.operator, predicate.value, type, statistics);
    case 'in':
      if (nullCount === rowCount) return false;
      return predicate.values.some(
        (value) => value !== null && mayCompare('=', value, type, statistics),
      );
  }
}

type ComparisonOperator = Extract<ColumnPredicate, { kind: 'compare' }>['operator'];

function mayCompare(
  operator: ComparisonOperator,
  value: LiteralValue,
  type: SqlType,
  { min, max }: ColumnStatistics,
): boolean {
  if (!isOrdered(type)) return true;
  const nanPossible = isFloat(type);
  if (nanPossible && Number.isNaN(value)) return true;
  const fromMin = min === undefined ? undefined : compareLiterals(value, min);
  const fromMax = max === undefined ? undefined : compareLiterals(value, max);
  const notBelowMin = fromMin === undefined || fromMin >= 0;
  const notAboveMax = fromMax === undefined || fromMax <= 0;
  switch (operator) {
    case '=':
      return notBelowMin && notAboveMax;
    case '<>':
      return nanPossible || !(fromMin === 0 && fromMax === 0);
    case '<':
      return fromMin === undefined || fromMin > 0;
    case '<=':
      return notBelowMin;
    case '>':
      return nanPossible || fromMax === undefined || fromMax < 0;
    case '>=':
      return nanPossible || notAboveMax;
  }
}

/** Does a row with this value pass? Exact, for columns that are constant within a file. */
export function matchesValue(predicate: ColumnPredicate, value: LiteralValue): boolean {
  switch (predicate.kind) {
    case 'isNull':
      return value === null;
    case 'isNotNull':
      return value !== null;
    case 'in':
      return (
        value !== null &&
        predicate.values.some((item) => item !== null && compareLiterals(value, item) === 0)
      );
    case 'compare': {
      if (value === null || predicate.value === null) return false;
      const order = compareLiterals(value, predicate.value);
      return order !== undefined && satisfies(predicate.operator, order);
    }
  }
}

function satisfies(operator: ComparisonOperator, order: number): boolean {
  switch (operator) {
    case '=':
      return order === 0;
    case '<>':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

/** The statistics of two pieces together; what one of them does not know is unknown. */
export function mergeStatistics(a: ColumnStatistics, b: ColumnStatistics): ColumnStatistics {
  const pick = (x: LiteralValue | undefined, y: LiteralValue | undefined, sign: number) => {
    if (x === undefined || y === undefined) return undefined;
    const order = compareLiterals(x, y);
    return order === undefined ? undefined : order * sign <= 0 ? x : y;
  };
  const min = pick(a.min, b.min, 1);
  const max = pick(a.max, b.max, -1);
  return {
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(a.nullCount !== undefined &&
      b.nullCount !== undefined && { nullCount: a.nullCount + b.nullCount }),
  };
}
