import type { Address, Arena, FlatVector, SqlType } from '@windrow/core';
import {
  formatLiteral,
  isSignedInteger,
  isValidAt,
  type LiteralValue,
  physicalType,
  readValue,
  type TimeUnit,
  textBytes,
  widthBytes,
  writeText,
} from '@windrow/core';
import { kernels } from '@windrow/kernels';

const PER_SECOND: Readonly<Record<TimeUnit, readonly [bigint, number]>> = {
  s: [1n, 0],
  ms: [1000n, 3],
  us: [1000000n, 6],
  ns: [1000000000n, 9],
};

/** How a value is written where kernels do not write it. */
export type FormatValue = (value: LiteralValue) => string;

/**
 * References to the text of each value, as CAST AS VARCHAR writes it (instants in UTC), or as `format`
 * does. What lies under a NULL means nothing.
 */
export function columnText(vector: FlatVector, arena: Arena, format?: FormatValue): Address {
  const { type, length, values } = vector;
  if (format !== undefined) return textByValue(vector, arena, Array(length).keys(), format);
  const exports = kernels(arena.memory);
  const refs = (): Address => arena.allocate(length * 8);
  const byKernel = (maxBytes: number, write: (bytes: Address, out: Address) => void): Address => {
    const out = refs();
    write(arena.allocate(length * maxBytes), out);
    return out;
  };
  switch (type.kind) {
    case 'varchar':
    case 'json':
      return values;
    case 'int8':
    case 'int16':
    case 'int32':
    case 'int64':
    case 'uint8':
    case 'uint16':
    case 'uint32':
    case 'uint64': {
      const width = widthBytes(type);
      const signed = isSignedInteger(type) ? 1 : 0;
      return byKernel(20, (bytes, out) =>
        exports.formatIntegers(values, width, length, width, signed, bytes, out),
      );
    }
    case 'decimal':
      if (physicalType(type) !== 'i64') break;
      return byKernel(21, (bytes, out) =>
        exports.formatDecimals(values, 8, length, type.scale, bytes, out),
      );
    case 'time':
      return byKernel(15, (bytes, out) => exports.formatTimes(values, 8, length, bytes, out));
    case 'date':
    case 'timestamp':
      return temporalText(vector, type, arena);
    default:
      break;
  }
  return textByValue(vector, arena, Array(length).keys(), (value) => formatLiteral(value, type));
}

/** Years beyond 1 to 9999 are left over by the kernels. */
function temporalText(
  vector: FlatVector,
  type: Extract<SqlType, { kind: 'timestamp' }> | { readonly kind: 'date' | string },
  arena: Arena,
): Address {
  const { length, values } = vector;
  const exports = kernels(arena.memory);
  const rest = arena.allocate((length + 1) * 4);
  const out = arena.allocate(length * 8);
  if ('unit' in type) {
    const [perSecond, digits] = PER_SECOND[type.unit];
    const suffix = arena.allocate(4);
    writeText(arena.memory, suffix, '+00', 3);
    const bytes = arena.allocate(length * 32);
    const suffixBytes = type.zoned ? 3 : 0;
    exports.formatTimestamps(
      values,
      8,
      length,
      perSecond,
      digits,
      suffix,
      suffixBytes,
      bytes,
      out,
      rest,
    );
  } else {
    exports.formatDates(values, 4, length, arena.allocate(length * 10), out, rest);
  }
  const left: number[] = [];
  for (let at = rest >>> 2; arena.memory.u32[at] !== 0xffffffff; at++) {
    left.push(arena.memory.u32[at] ?? 0);
  }
  return textByValue(vector, arena, left, (value) => formatLiteral(value, vector.type), out);
}

function textByValue(
  { type, length, values, validity }: FlatVector,
  arena: Arena,
  rows: Iterable<number>,
  format: FormatValue,
  out: Address = arena.allocateZeroed(length * 8),
): Address {
  const { memory } = arena;
  const width = widthBytes(type);
  for (const row of rows) {
    if (!isValidAt(memory, validity, row)) continue;
    const text = format(readValue(memory, type, values + row * width));
    const bytes = textBytes(text);
    const address = arena.allocate(bytes);
    writeText(memory, address, text, bytes);
    memory.u32[(out >>> 2) + row * 2] = address;
    memory.u32[(out >>> 2) + row * 2 + 1] = bytes;
  }
  return out;
}
