import type { TimeUnit } from '@windrow/core';
import type { ArrowColumn, ArrowType } from './arrow-column.ts';

/*
 * The Arrow C data interface in a 32-bit memory, as producers compiled to WebAssembly lay it out.
 *
 * ArrowArray   0 length i64, 8 null_count i64, 16 offset i64, 24 n_buffers i64, 32 n_children i64,
 *              40 buffers, 44 children, 48 dictionary
 * ArrowSchema  0 format, 4 name, 8 metadata, 16 flags i64, 24 n_children i64, 32 children, 36 dictionary
 */

/**
 * The columns of a struct array (a record batch) exported by a module, as views of its memory: valid
 * until the module frees the array or its memory grows.
 */
export function columnsFromFfi(memory: ArrayBuffer, array: number, schema: number): ArrowColumn[] {
  const view = new DataView(memory);
  const count = Number(view.getBigInt64(array + 32, true));
  const arrays = view.getUint32(array + 40 + 4, true);
  const schemas = view.getUint32(schema + 32, true);
  return Array.from({ length: count }, (_, index) =>
    columnFromFfi(
      view,
      view.getUint32(arrays + 4 * index, true),
      view.getUint32(schemas + 4 * index, true),
    ),
  );
}

function columnFromFfi(view: DataView, array: number, schema: number): ArrowColumn {
  const length = Number(view.getBigInt64(array, true));
  const nullCount = Number(view.getBigInt64(array + 8, true));
  const offset = Number(view.getBigInt64(array + 16, true));
  const buffers = view.getUint32(array + 40, true);
  const buffer = (index: number, bytes: number): Uint8Array => {
    const address = view.getUint32(buffers + 4 * index, true);
    return new Uint8Array(view.buffer, address, address === 0 ? 0 : bytes);
  };
  const dictionaryArray = view.getUint32(array + 48, true);
  const type = typeFromFfi(view, schema);
  const rows = offset + length;
  const hasValidity = view.getUint32(buffers, true) !== 0 && type.kind !== 'null';
  const validity = hasValidity ? buffer(0, Math.ceil(rows / 8)) : undefined;
  const shared = {
    ...{ type, length, offset, bitOffset: offset, nullCount, validity },
    ...{ children: [], variadic: [] },
  };
  if (type.kind === 'utf8' || type.kind === 'binary') {
    const width = type.wideOffsets ? 8 : 4;
    const offsets = buffer(1, (rows + 1) * width);
    const last = new DataView(offsets.buffer, offsets.byteOffset, offsets.byteLength);
    const bytes = offsets.length === 0 ? 0 : last.getUint32(rows * width, true);
    return { ...shared, offsets, values: buffer(2, bytes), dictionary: undefined };
  }
  return {
    ...shared,
    offsets: undefined,
    values: type.kind === 'null' ? new Uint8Array() : buffer(1, Math.ceil(rows * valueBytes(type))),
    dictionary:
      dictionaryArray === 0
        ? undefined
        : columnFromFfi(view, dictionaryArray, view.getUint32(schema + 36, true)),
  };
}

/** Bytes a row takes in the values buffer; an eighth for bits. */
function valueBytes(type: ArrowType): number {
  switch (type.kind) {
    case 'boolean':
      return 1 / 8;
    case 'integer':
    case 'float':
    case 'decimal':
    case 'fixedBinary':
      return type.bytes;
    case 'date':
      return type.unit === 'day' ? 4 : 8;
    case 'time':
      return type.unit === 's' || type.unit === 'ms' ? 4 : 8;
    case 'timestamp':
    case 'duration':
      return 8;
    case 'interval':
      return type.unit === 'yearMonth' ? 4 : type.unit === 'dayTime' ? 8 : 16;
    case 'dictionary':
      return type.index.bytes;
    default:
      return 0;
  }
}

const SIMPLE_FORMATS: Readonly<Record<string, ArrowType>> = {
  n: { kind: 'null' },
  b: { kind: 'boolean' },
  c: { kind: 'integer', bytes: 1, signed: true },
  C: { kind: 'integer', bytes: 1, signed: false },
  s: { kind: 'integer', bytes: 2, signed: true },
  S: { kind: 'integer', bytes: 2, signed: false },
  i: { kind: 'integer', bytes: 4, signed: true },
  I: { kind: 'integer', bytes: 4, signed: false },
  l: { kind: 'integer', bytes: 8, signed: true },
  L: { kind: 'integer', bytes: 8, signed: false },
  e: { kind: 'float', bytes: 2 },
  f: { kind: 'float', bytes: 4 },
  g: { kind: 'float', bytes: 8 },
  z: { kind: 'binary', wideOffsets: false },
  Z: { kind: 'binary', wideOffsets: true },
  u: { kind: 'utf8', wideOffsets: false },
  U: { kind: 'utf8', wideOffsets: true },
  tdD: { kind: 'date', unit: 'day' },
  tdm: { kind: 'date', unit: 'ms' },
  tiM: { kind: 'interval', unit: 'yearMonth' },
  tiD: { kind: 'interval', unit: 'dayTime' },
  tin: { kind: 'interval', unit: 'monthDayNano' },
};
const UNITS: Readonly<Record<string, TimeUnit>> = { s: 's', m: 'ms', u: 'us', n: 'ns' };

function typeFromFfi(view: DataView, schema: number): ArrowType {
  const type = typeFromFormat(cString(view, view.getUint32(schema, true)));
  const dictionary = view.getUint32(schema + 36, true);
  if (dictionary === 0) return type;
  if (type.kind !== 'integer') return { kind: 'unsupported', name: 'dictionary' };
  return { kind: 'dictionary', index: type, value: typeFromFfi(view, dictionary) };
}

function typeFromFormat(format: string): ArrowType {
  const simple = SIMPLE_FORMATS[format];
  if (simple !== undefined) return simple;
  const unsupported: ArrowType = { kind: 'unsupported', name: format };
  if (format.startsWith('d:')) {
    const [precision = 0, scale = 0, bits = 128] = format.slice(2).split(',').map(Number);
    const bytes = bits / 8;
    if (bytes !== 4 && bytes !== 8 && bytes !== 16) return unsupported;
    return { kind: 'decimal', bytes, precision, scale };
  }
  if (format.startsWith('w:')) return { kind: 'fixedBinary', bytes: Number(format.slice(2)) };
  const unit = UNITS[format[2] ?? ''];
  if (unit === undefined) return unsupported;
  if (format.startsWith('tt')) return { kind: 'time', unit };
  if (format.startsWith('tD')) return { kind: 'duration', unit };
  if (format.startsWith('ts')) return { kind: 'timestamp', unit, zoned: format.length > 4 };
  return unsupported;
}

function cString(view: DataView, address: number): string {
  let end = address;
  while (view.getUint8(end) !== 0) end += 1;
  return new TextDecoder().decode(new Uint8Array(view.buffer, address, end - address));
}
