import {
  type Arena,
  type FlatVector,
  type IntervalValue,
  type LiteralValue,
  type MapValue,
  readRow,
  type SharedMemory,
  type StructValue,
  textBytes,
  VARCHAR,
  writeText,
} from '@windrow/core';

/**
 * Nested values as text that is equal exactly when the values are: for keys, which compare bytes.
 * NULL inside a value equals NULL, −0.0 equals 0.0, NaN equals NaN. References under NULL are empty.
 * Cost: one plain value and one string a row.
 */
export function canonicalBytes(
  context: { readonly memory: SharedMemory; readonly batchArena: Arena },
  vector: FlatVector,
): FlatVector {
  const { memory, batchArena } = context;
  const { length } = vector;
  const values = batchArena.allocateZeroed(length * 8);
  for (let row = 0; row < length; row++) {
    const value = readRow(memory, vector, row);
    if (value === null) continue;
    const text = canonicalText(value);
    const bytes = textBytes(text);
    const address = batchArena.allocate(bytes);
    writeText(memory, address, text, bytes);
    memory.u32[values / 4 + row * 2] = address;
    memory.u32[values / 4 + row * 2 + 1] = bytes;
  }
  return { ...vector, type: VARCHAR, values, stable: false };
}

const DAY_MICROS = 86_400_000_000n;

/** Values of one type never look alike unless they are equal: texts are quoted, the rest has no comma. */
function canonicalText(value: LiteralValue): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return value === 0 ? '0' : String(value);
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (value instanceof Uint8Array) return `x${Buffer.from(value).toString('hex')}`;
  if (Array.isArray(value)) {
    const elements = value as readonly LiteralValue[];
    return `[${elements.map(canonicalText).join(',')}]`;
  }
  const other = value as IntervalValue | StructValue | MapValue;
  if ('micros' in other) {
    const days = BigInt(other.months) * 30n + BigInt(other.days);
    return String(days * DAY_MICROS + other.micros);
  }
  if ('struct' in other) return `(${other.struct.map(canonicalText).join(',')})`;
  const entries = other.map.map(([key, entry]) => `${canonicalText(key)}:${canonicalText(entry)}`);
  return `{${entries.join(',')}}`;
}
