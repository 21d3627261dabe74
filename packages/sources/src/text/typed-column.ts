import type { Address, Arena, FlatVector, SharedMemory, SqlType } from '@windrow/core';
import {
  bitmapBytes,
  isNested,
  isValidAt,
  physicalType,
  readText,
  widthBytes,
  writeValue,
} from '@windrow/core';
import { kernels } from '@windrow/kernels';
import { jsonParser } from './json-value.ts';
import { type TextFormats, textParser } from './parse-text.ts';

/** Text of one column: references into memory, 0 where NULL. */
export interface TextColumn {
  readonly refs: Address;
  readonly length: number;
}

/** Told of a value that is not of its column's type; it throws, or the row counts as NULL. */
export type OnBadValue = (row: number, text: string) => void;

/**
 * A vector of the type's values from their texts. Usual spellings are parsed in kernels, the others one
 * by one. Text stays where it is: the vector refers to it.
 */
export function typedColumn(
  column: TextColumn,
  { type, formats }: { readonly type: SqlType; readonly formats: TextFormats },
  arena: Arena,
  onBad: OnBadValue,
): FlatVector {
  const { refs, length } = column;
  const { memory } = arena;
  const bitmap = arena.allocate(bitmapBytes(length));
  const nulls = kernels(memory).validityFromRefs(refs, length, bitmap);
  const validity = nulls === 0 ? 0 : bitmap;
  const shared = { kind: 'flat', type, length, validity, stable: false } as const;
  if (type.kind === 'varchar' || (type.kind === 'json' && formats.jsonIsChecked === true)) {
    return { ...shared, values: refs };
  }
  const values = arena.allocate(length * widthBytes(type));
  const rest = parseUsual(column, { type, formats }, values, arena);
  const parse = isNested(type) ? jsonParser(type, formats) : textParser(type, formats);
  const width = widthBytes(type);
  for (const row of rest) {
    if (!isValidAt(memory, validity, row)) continue;
    const text = textAt(memory, refs, row);
    const value = parse(text);
    if (value === undefined || value === null) onBad(row, text);
    else writeValue(arena, type, value, values + row * width);
  }
  return { ...shared, values };
}

/** The text behind a reference. */
export function textAt(memory: SharedMemory, refs: Address, row: number): string {
  const word = (refs >>> 2) + row * 2;
  return readText(memory, memory.u32[word] ?? 0, memory.u32[word + 1] ?? 0);
}

/** Parses what kernels can; returns the rows that are left. */
function parseUsual(
  { refs, length }: TextColumn,
  { type, formats }: { readonly type: SqlType; readonly formats: TextFormats },
  values: Address,
  arena: Arena,
): Iterable<number> {
  const { memory } = arena;
  const exports = kernels(memory);
  const rest = arena.allocate(length * 4);
  const left = (count: number): Uint32Array =>
    memory.u32.subarray(rest >>> 2, (rest >>> 2) + count);
  const pointed = formats.decimalSeparator === '.';
  switch (type.kind) {
    case 'int8':
    case 'int16':
    case 'int32':
    case 'int64':
    case 'uint8':
    case 'uint16':
    case 'uint32':
    case 'uint64': {
      const signed = type.kind.startsWith('u') ? 0 : 1;
      return left(exports.parseIntegers(refs, 8, length, widthBytes(type), signed, values, rest));
    }
    case 'float64':
      if (!pointed) break;
      return left(exports.parseDoubles(refs, 8, length, values, rest));
    case 'float32': {
      if (!pointed) break;
      const doubles = arena.allocate(length * 8);
      const count = exports.parseDoubles(refs, 8, length, doubles, rest);
      // Rounding twice differs from rounding once only where a double is no exact reading of the text.
      const { f32, f64 } = memory;
      for (let row = 0; row < length; row++)
        f32[(values >>> 2) + row] = f64[(doubles >>> 3) + row] ?? 0;
      return left(count);
    }
    case 'decimal':
      if (!pointed || physicalType(type) !== 'i64') break;
      return left(exports.parseDecimals(refs, 8, length, type.precision, type.scale, values, rest));
    case 'date':
      if (formats.date !== undefined) break;
      return left(exports.parseDates(refs, 8, length, values, rest));
    case 'time':
      return left(exports.parseTimes(refs, 8, length, values, rest));
    case 'timestamp':
      if (formats.timestamp !== undefined || type.unit !== 'us') break;
      return left(exports.parseTimestamps(refs, 8, length, values, rest));
    default:
      break;
  }
  return Array(length).keys();
}
