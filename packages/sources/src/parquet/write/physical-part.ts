import type { Address, Arena, FlatVector, SqlType } from '@windrow/core';
import { physicalType, readValue, SqlError, widthBytes } from '@windrow/core';
import { kernels } from '@windrow/kernels';
import type { ParquetType } from '../footer.ts';

/** Rows of a column as Parquet stores their values, rows without a value included. */
export interface PhysicalPart {
  readonly values: Address;
  /** Bytes of a value; references are 8, booleans 1. */
  readonly width: number;
  readonly validity: Address;
  readonly length: number;
}

const WIDTHS: Readonly<Record<ParquetType, number>> = {
  BOOLEAN: 1,
  INT32: 4,
  INT64: 8,
  INT96: 12,
  FLOAT: 4,
  DOUBLE: 8,
  BYTE_ARRAY: 8,
  FIXED_LEN_BYTE_ARRAY: 16,
};

/** Converts a vector's values to the storage type's own, where they differ. */
export function physicalPart(vector: FlatVector, stored: ParquetType, arena: Arena): PhysicalPart {
  const { length, validity } = vector;
  const width = WIDTHS[stored];
  return { values: convert(vector, stored, width, arena), width, validity, length };
}

function convert(
  { type, values, length }: FlatVector,
  stored: ParquetType,
  width: number,
  arena: Arena,
): Address {
  const exports = kernels(arena.memory);
  const own = widthBytes(type);
  if (stored === 'FIXED_LEN_BYTE_ARRAY') {
    const out = arena.allocate(length * 16);
    // Swapping the words of a UUID is its own inverse.
    if (type.kind === 'uuid') exports.uuidsFromBytes(values, length, out);
    else exports.bigEndianFromIntegers(values, own, length, out);
    return out;
  }
  if (type.kind === 'timestamp' && type.unit === 's') {
    const out = arena.allocate(length * 8);
    arena.memory.u8.copyWithin(out, values, values + length * 8);
    exports.multiplyI64(out, length, 1000n);
    return out;
  }
  if (own === width || physicalType(type) === 'ref') return values;
  const out = arena.allocate(length * width);
  exports.resizeIntegers(values, own, type.kind.startsWith('u') ? 0 : 1, length, width, out);
  return out;
}

const MAX_DECIMAL_38 = 10n ** 38n;

/** @throws SqlError 22003 when a bound of a HUGEINT column has more than Parquet's 38 digits. */
export function checkDigits(type: SqlType, bound: Address, column: string, arena: Arena): void {
  if (type.kind !== 'hugeint') return;
  const value = readValue(arena.memory, type, bound) as bigint;
  if (value > -MAX_DECIMAL_38 && value < MAX_DECIMAL_38) return;
  throw new SqlError(
    'execution',
    `column "${column}" has integers of more than 38 digits, which Parquet cannot hold`,
    { sqlState: '22003' },
  );
}
