import type { ColumnStatistics, LiteralValue } from '@windrow/core';
import { isUnsignedInteger } from '@windrow/core';
import type { ParquetColumn } from './columns.ts';
import type { ColumnChunk } from './footer.ts';

/**
 * What a column chunk's statistics say of its values, min and max as exact literals. A truncated text
 * bound stays a bound: a minimum by itself, a maximum because writers round it up.
 */
export function chunkStatistics(chunk: ColumnChunk, column: ParquetColumn): ColumnStatistics {
  const { statistics } = chunk;
  if (statistics === undefined) return {};
  const useDeprecated = hasSignedOrder(column);
  const minBytes = statistics.min ?? (useDeprecated ? statistics.deprecatedMin : undefined);
  const maxBytes = statistics.max ?? (useDeprecated ? statistics.deprecatedMax : undefined);
  const min = minBytes === undefined ? undefined : decodePlain(minBytes, column);
  const max = maxBytes === undefined ? undefined : decodePlain(maxBytes, column);
  const nullCount = column.nullable ? statistics.nullCount : 0;
  return {
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(nullCount !== undefined && { nullCount }),
    ...(statistics.distinctCount !== undefined && { distinctCount: statistics.distinctCount }),
  };
}

/** The older min and max compared bytes as signed, which is right for signed numbers only. */
function hasSignedOrder({ element, type }: ParquetColumn): boolean {
  switch (element.type) {
    case 'BOOLEAN':
    case 'FLOAT':
    case 'DOUBLE':
      return true;
    case 'INT32':
    case 'INT64':
      return !isUnsignedInteger(type);
    default:
      return false;
  }
}

const UNIT_FACTOR = { ms: 1000n, us: 1n, ns: 1000n } as const;
const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/** The value of a PLAIN-encoded bound; undefined when it cannot be read or has no SQL order. */
function decodePlain(bytes: Uint8Array, column: ParquetColumn): LiteralValue | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (column.element.type) {
    case 'BOOLEAN':
      return bytes.length === 1 ? bytes[0] === 1 : undefined;
    case 'INT32':
      return bytes.length === 4 ? fromInt32(view, column) : undefined;
    case 'INT64':
      return bytes.length === 8 ? fromInt64(view, column) : undefined;
    case 'FLOAT':
      return bytes.length === 4 ? number(view.getFloat32(0, true)) : undefined;
    case 'DOUBLE':
      return bytes.length === 8 ? number(view.getFloat64(0, true)) : undefined;
    case 'BYTE_ARRAY':
    case 'FIXED_LEN_BYTE_ARRAY':
      return fromBytes(bytes, column);
    default:
      return undefined;
  }
}

/** A NaN bound says nothing. */
const number = (value: number): number | undefined => (Number.isNaN(value) ? undefined : value);

function fromInt32(view: DataView, { type }: ParquetColumn): LiteralValue | undefined {
  switch (type.kind) {
    case 'decimal':
      return BigInt(view.getInt32(0, true));
    case 'time':
      return BigInt(view.getInt32(0, true)) * 1000n;
    default:
      return isUnsignedInteger(type) ? view.getUint32(0, true) : view.getInt32(0, true);
  }
}

function fromInt64(view: DataView, { type, element }: ParquetColumn): LiteralValue | undefined {
  if (isUnsignedInteger(type)) return view.getBigUint64(0, true);
  const value = view.getBigInt64(0, true);
  if (type.kind !== 'timestamp' && type.kind !== 'time') return value;
  if (type.kind === 'timestamp' && type.unit === 'ns') return value;
  const unit = storedUnit(element);
  return unit === 'ns' ? floorDivide(value, 1000n) : value * UNIT_FACTOR[unit];
}

/** The unit in which a file stores times and instants. */
export function storedUnit({ logical, converted }: ParquetColumn['element']): 'ms' | 'us' | 'ns' {
  if (logical?.kind === 'time' || logical?.kind === 'timestamp') return logical.unit;
  return converted === 'TIMESTAMP_MILLIS' || converted === 'TIME_MILLIS' ? 'ms' : 'us';
}

function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value % divisor < 0n ? quotient - 1n : quotient;
}

function fromBytes(bytes: Uint8Array, { type }: ParquetColumn): LiteralValue | undefined {
  if (type.kind === 'decimal') return fromBigEndian(bytes);
  if (type.kind === 'blob') return bytes.slice();
  if (type.kind !== 'varchar') return undefined;
  try {
    return strictUtf8.decode(bytes);
  } catch {
    // A bound cut in the middle of a character is no text.
    return undefined;
  }
}

function fromBigEndian(bytes: Uint8Array): bigint | undefined {
  if (bytes.length === 0 || bytes.length > 16) return undefined;
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return BigInt.asIntN(bytes.length * 8, value);
}
