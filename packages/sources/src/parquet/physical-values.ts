import type { Address, Arena, SqlType, TimeUnit } from '@windrow/core';
import { physicalType, widthBytes } from '@windrow/core';
import { type KernelExports, kernels } from '@windrow/kernels';
import type { ParquetColumn } from './columns.ts';
import { storedUnit } from './statistics.ts';

/** How values of a fixed width are stored, and how they become a vector's values. */
export interface FixedStorage {
  /** Bytes of a stored value. */
  readonly width: number;
  /** Writes `count` stored values that lie at `from` as values of the vector. */
  convert(from: Address, count: number, to: Address): void;
}

const WIDTHS: Readonly<Partial<Record<string, number>>> = {
  INT32: 4,
  INT64: 8,
  INT96: 12,
  FLOAT: 4,
  DOUBLE: 8,
};

const UNITS_PER_SECOND: Readonly<Record<TimeUnit, bigint>> = {
  s: 1n,
  ms: 1000n,
  us: 1000000n,
  ns: 1000000000n,
};

/** The storage of a column of fixed width; undefined for others, and for what has no reading here. */
export function fixedStorage(column: ParquetColumn, arena: Arena): FixedStorage | undefined {
  const { element, type } = column;
  const exports = kernels(arena.memory);
  if (element.type === 'FIXED_LEN_BYTE_ARRAY') {
    return fixedLengthStorage(element.typeLength ?? 0, type, exports);
  }
  const width = WIDTHS[element.type ?? ''];
  if (width === undefined) return undefined;
  if (element.type === 'INT96') {
    return { width, convert: (from, count, to) => exports.parquetInt96(from, count, to) };
  }
  const target = widthBytes(type);
  const resize = (from: Address, count: number, to: Address): void =>
    exports.resizeIntegers(from, width, type.kind.startsWith('u') ? 0 : 1, count, target, to);
  const [factor, divisor] = unitChange(column);
  return {
    width,
    convert: (from, count, to) => {
      resize(from, count, to);
      if (factor > 1n) exports.multiplyI64(to, count, factor);
      if (divisor > 1n) exports.floorDivideI64(to, count, divisor);
    },
  };
}

/** Times and instants are stored in a unit of their own. */
function unitChange({ element, type }: ParquetColumn): readonly [bigint, bigint] {
  if (type.kind !== 'time' && type.kind !== 'timestamp') return [1n, 1n];
  const from = UNITS_PER_SECOND[storedUnit(element)];
  const to = UNITS_PER_SECOND[type.kind === 'timestamp' ? type.unit : 'us'];
  return to > from ? [to / from, 1n] : [1n, from / to];
}

function fixedLengthStorage(
  width: number,
  type: SqlType,
  exports: KernelExports,
): FixedStorage | undefined {
  if (width <= 0) return undefined;
  switch (type.kind) {
    case 'decimal': {
      if (width > 16) return undefined;
      const target = physicalType(type) === 'i64' ? 8 : 16;
      return {
        width,
        convert: (from, count, to) =>
          exports.integersFromBigEndian(from, width, width, count, target, to),
      };
    }
    case 'uuid':
      return { width, convert: (from, count, to) => exports.uuidsFromBytes(from, count, to) };
    case 'float32':
      return { width, convert: (from, count, to) => exports.floatsFromHalves(from, count, to) };
    case 'interval':
      return { width, convert: (from, count, to) => exports.parquetIntervals(from, count, to) };
    case 'blob':
      return {
        width,
        convert: (from, count, to) => exports.refsFromStride(from, width, count, to),
      };
    default:
      return undefined;
  }
}
