import type { Address, Arena, Field, FlatVector } from '@windrow/core';
import { assert, physicalType, type SqlType, widthBytes } from '@windrow/core';
import { kernels, PHYSICAL_TYPE_CODES } from '@windrow/kernels';
import { DictionaryBuilder } from '../../dictionary-builder.ts';
import { isOrdered } from '../../pruning.ts';
import type { ChunkStatistics, Codec, ColumnChunk, ParquetType, SchemaElement } from '../footer.ts';
import { ENCODING } from '../page.ts';
import { ThriftWriter } from '../thrift.ts';
import { compress } from './compress.ts';
import { checkDigits, type PhysicalPart, physicalPart } from './physical-part.ts';

/** A column chunk's pages, and what the footer says of them; offsets count from its first page. */
export interface EncodedColumn {
  readonly pages: readonly Uint8Array[];
  readonly chunk: ColumnChunk;
}

/** Rows of a data page: a multiple of 64, so that pages begin at whole words of bitmaps. */
const PAGE_ROWS = 20480;
/** A page of text has about so many bytes at most. */
const PAGE_BYTES = 1048576;
/** A dictionary with more entries, or more than half as many as values, is given up. */
const MAX_DICTIONARY_ENTRIES = 32768;
const MAX_DICTIONARY_BYTES = 1048576;
const SAMPLE_VALUES = 4096;
/** Longer bounds are not worth their place in a footer. */
const MAX_BOUND_BYTES = 128;

/** Encodes one column of a row group, given as consecutive parts of its rows. */
export function encodeColumn(
  parts: readonly FlatVector[],
  field: Field,
  element: SchemaElement,
  codec: Codec,
  arena: Arena,
): EncodedColumn {
  const mark = arena.mark();
  const stored = element.type;
  assert(stored !== undefined, 'a leaf has a storage type');
  const spelled = parts.map((part) => (part.type.kind === 'enum' ? spellOut(part, arena) : part));
  const physical = spelled.map((part) => physicalPart(part, stored, arena));
  const writer = new ColumnWriter({ field, element, stored, codec, parts: physical }, arena);
  const encoded = writer.encode(statisticsOf(spelled, stored, field, arena));
  arena.rewind(mark);
  return encoded;
}

/** Text of an enum's codes. */
function spellOut(part: FlatVector, arena: Arena): FlatVector {
  assert(part.type.kind === 'enum', 'codes are spelled out');
  const names = part.type.values.map((name) => {
    const bytes = new TextEncoder().encode(name);
    const address = arena.allocate(bytes.length);
    arena.memory.u8.set(bytes, address);
    return { address, bytes: bytes.length };
  });
  const table = arena.allocate(Math.max(1, names.length) * 8);
  names.forEach(({ address, bytes }, code) => {
    arena.memory.u32[(table >>> 2) + code * 2] = address;
    arena.memory.u32[(table >>> 2) + code * 2 + 1] = bytes;
  });
  const values = arena.allocate(part.length * 8);
  kernels(arena.memory).gather8(table, part.values, part.length, values);
  return { ...part, type: { kind: 'varchar' }, values };
}

interface ColumnInput {
  readonly field: Field;
  readonly element: SchemaElement;
  readonly stored: ParquetType;
  readonly codec: Codec;
  readonly parts: readonly PhysicalPart[];
}

/** Rows of a part that make a page. */
interface PageRows {
  readonly part: PhysicalPart;
  readonly from: number;
  readonly rows: number;
}

/** The values of a page, those of NULLs left out. */
interface PageValues extends PageRows {
  readonly values: Address;
  readonly count: number;
}

interface ColumnDictionary {
  /** PLAIN-encoded entries. */
  readonly start: Address;
  readonly end: Address;
  readonly count: number;
  /** Codes (u32) of each page's values. */
  readonly codes: readonly Address[];
}

class ColumnWriter {
  readonly #input: ColumnInput;
  readonly #arena: Arena;
  readonly #pages: Uint8Array[] = [];
  #uncompressedBytes = 0;
  #compressedBytes = 0;

  constructor(input: ColumnInput, arena: Arena) {
    this.#input = input;
    this.#arena = arena;
  }

  encode(statistics: ChunkStatistics): EncodedColumn {
    const pages = this.#pageRows().map((page) => this.#pageValues(page));
    const dictionary = this.#dictionary(pages);
    if (dictionary !== undefined) this.#writeDictionary(dictionary);
    const dataPageOffset = this.#compressedBytes;
    for (const [index, page] of pages.entries()) this.#writePage(page, dictionary, index);
    const { element, stored, codec, parts } = this.#input;
    const valueEncodings = dictionary === undefined ? [] : [ENCODING.rleDictionary];
    const chunk: ColumnChunk = {
      type: stored,
      path: [element.name],
      encodings: [ENCODING.plain, ENCODING.rle, ...valueEncodings],
      codec,
      valueCount: parts.reduce((rows, part) => rows + part.length, 0),
      uncompressedBytes: this.#uncompressedBytes,
      compressedBytes: this.#compressedBytes,
      dataPageOffset,
      dictionaryPageOffset: dictionary === undefined ? undefined : 0,
      statistics,
    };
    return { pages: this.#pages, chunk };
  }

  #pageRows(): PageRows[] {
    return this.#input.parts.flatMap((part) => {
      const rows = this.#rowsOfPage(part);
      return Array.from({ length: Math.ceil(part.length / rows) }, (_, page) => ({
        part,
        from: page * rows,
        rows: Math.min(rows, part.length - page * rows),
      }));
    });
  }

  #rowsOfPage({ values, validity, length }: PhysicalPart): number {
    if (this.#input.stored !== 'BYTE_ARRAY' || length === 0) return PAGE_ROWS;
    const bytes = kernels(this.#arena.memory).referenceBytes(values, validity, length);
    const rows = Math.floor(PAGE_BYTES / (bytes / length + 4));
    return Math.max(64, Math.min(PAGE_ROWS, rows - (rows % 64)));
  }

  #pageValues(page: PageRows): PageValues {
    const { part, from, rows } = page;
    const values = part.values + from * part.width;
    if (part.validity === 0) return { ...page, values, count: rows };
    const out = this.#arena.allocate(rows * part.width);
    const { compactValues } = kernels(this.#arena.memory);
    const count = compactValues(values, part.width, part.validity, from, rows, out);
    return { ...page, values: out, count };
  }

  /** A dictionary of all values, where they repeat. */
  #dictionary(pages: readonly PageValues[]): ColumnDictionary | undefined {
    const total = pages.reduce((sum, { count }) => sum + count, 0);
    if (total < 64) return undefined;
    const limit = Math.min(MAX_DICTIONARY_ENTRIES, total >>> 1);
    const mark = this.#arena.mark();
    const { stored } = this.#input;
    const found =
      stored === 'BYTE_ARRAY'
        ? this.#textDictionary(pages, limit)
        : stored === 'INT32' || stored === 'INT64' || stored === 'DOUBLE' || stored === 'FLOAT'
          ? this.#fixedDictionary(pages, limit)
          : undefined;
    if (found === undefined) this.#arena.rewind(mark);
    return found;
  }

  #textDictionary(pages: readonly PageValues[], limit: number): ColumnDictionary | undefined {
    const builder = new DictionaryBuilder(this.#arena, { capacity: 256, limit, copies: false });
    const codes: Address[] = [];
    let seen = 0;
    for (const { values: refs, count } of pages) {
      const out = this.#arena.allocate(count * 4);
      const sampled = seen === 0 ? Math.min(count, SAMPLE_VALUES) : count;
      if (!builder.encode({ refs, validity: 0, count: sampled }, out)) return undefined;
      if (builder.entryCount > (seen + sampled) / 2) return undefined;
      if (!builder.encode({ refs, validity: 0, from: sampled, count }, out)) return undefined;
      seen += count;
      codes.push(out);
    }
    const exports = kernels(this.#arena.memory);
    const { entries, entryCount: count } = builder;
    const bytes = exports.referenceBytes(entries, 0, count) + count * 4;
    if (bytes > MAX_DICTIONARY_BYTES) return undefined;
    const start = this.#arena.allocate(bytes);
    const end = exports.parquetPutByteArrays(entries, count, start) >>> 0;
    return { start, end, count, codes };
  }

  #fixedDictionary(pages: readonly PageValues[], limit: number): ColumnDictionary | undefined {
    const width = pages[0]?.part.width ?? 8;
    const mask = 2 ** Math.ceil(Math.log2(limit * 2)) - 1;
    const slots = this.#arena.allocateZeroed((mask + 1) * 4);
    const start = this.#arena.allocate(limit * width);
    const codes: Address[] = [];
    let count = 0;
    let seen = 0;
    const { dictionaryEncodeFixed } = kernels(this.#arena.memory);
    for (const page of pages) {
      const out = this.#arena.allocate(page.count * 4);
      const sampled = seen === 0 ? Math.min(page.count, SAMPLE_VALUES) : page.count;
      for (const [from, to] of [
        [0, sampled],
        [sampled, page.count],
      ] as const) {
        const values = page.values + from * width;
        const rows = to - from;
        count = dictionaryEncodeFixed(
          values,
          width,
          rows,
          start,
          count,
          limit,
          slots,
          mask,
          out + from * 4,
        );
        if (count < 0) return undefined;
        seen += rows;
        if (count > seen / 2) return undefined;
      }
      codes.push(out);
    }
    return { start, end: start + count * width, count, codes };
  }

  #writeDictionary({ start, end, count }: ColumnDictionary): void {
    const body = compress(this.#input.codec, { start, end }, this.#arena);
    this.#add(end - start, body, (header) => {
      header.i32(1, 2);
      header.i32(2, end - start);
      header.i32(3, body.length);
      header.struct(7, () => {
        header.i32(1, count);
        header.i32(2, ENCODING.plain);
      });
    });
  }

  #writePage(page: PageValues, dictionary: ColumnDictionary | undefined, index: number): void {
    const mark = this.#arena.mark();
    const start = this.#arena.allocate(this.#pageRoom(page, dictionary));
    const afterLevels = this.#putLevels(page, start);
    const end =
      dictionary === undefined
        ? this.#putPlain(page, afterLevels)
        : this.#putCodes(page, dictionary, dictionary.codes[index] ?? 0, afterLevels);
    const body = compress(this.#input.codec, { start, end }, this.#arena);
    const encoding = dictionary === undefined ? ENCODING.plain : ENCODING.rleDictionary;
    this.#add(end - start, body, (header) => {
      header.i32(1, 0);
      header.i32(2, end - start);
      header.i32(3, body.length);
      header.struct(5, () => {
        header.i32(1, page.rows);
        header.i32(2, encoding);
        header.i32(3, ENCODING.rle);
        header.i32(4, ENCODING.rle);
      });
    });
    this.#arena.rewind(mark);
  }

  /** Room for a page's levels and values. */
  #pageRoom(
    { rows, values, count, part }: PageValues,
    dictionary: ColumnDictionary | undefined,
  ): number {
    const levels = rows / 8 + 64;
    if (dictionary !== undefined) return levels + count * 3 + 64;
    if (this.#input.stored !== 'BYTE_ARRAY') return levels + count * part.width + 64;
    return levels + kernels(this.#arena.memory).referenceBytes(values, 0, count) + count * 4;
  }

  /** Which rows have values: one run where all do, else the bitmap, behind their length in bytes. */
  #putLevels({ part, from, rows, count }: PageValues, out: Address): Address {
    if (this.#input.element.repetition === 'REQUIRED') return out;
    const { memory } = this.#arena;
    let end = out + 4;
    if (count === rows) {
      end = putVarint(memory.u8, end, rows << 1);
      memory.u8[end++] = 1;
    } else {
      const bytes = Math.ceil(rows / 8);
      end = putVarint(memory.u8, end, (bytes << 1) | 1);
      const bits = part.validity + from / 8;
      memory.u8.copyWithin(end, bits, bits + bytes);
      end += bytes;
    }
    memory.view.setUint32(out, end - out - 4, true);
    return end;
  }

  #putPlain({ values, count, part }: PageValues, out: Address): Address {
    const exports = kernels(this.#arena.memory);
    switch (this.#input.stored) {
      case 'BYTE_ARRAY':
        return exports.parquetPutByteArrays(values, count, out) >>> 0;
      case 'BOOLEAN': {
        const bits = this.#arena.allocate(count / 8 + 72);
        exports.packBits(values, count, bits);
        const bytes = Math.ceil(count / 8);
        this.#arena.memory.u8.copyWithin(out, bits, bits + bytes);
        return out + bytes;
      }
      default:
        this.#arena.memory.u8.copyWithin(out, values, values + count * part.width);
        return out + count * part.width;
    }
  }

  #putCodes(
    { count }: PageValues,
    dictionary: ColumnDictionary,
    codes: Address,
    out: Address,
  ): Address {
    const width = dictionary.count <= 1 ? 0 : Math.ceil(Math.log2(dictionary.count));
    this.#arena.memory.u8[out] = width;
    return kernels(this.#arena.memory).parquetPutHybrid(codes, count, width, out + 1) >>> 0;
  }

  #add(plainBytes: number, body: Uint8Array, write: (header: ThriftWriter) => void): void {
    const thrift = new ThriftWriter();
    thrift.bare(() => write(thrift));
    const header = thrift.bytes().slice();
    this.#pages.push(header, body);
    this.#uncompressedBytes += header.length + plainBytes;
    this.#compressedBytes += header.length + body.length;
  }
}

function putVarint(u8: Uint8Array, at: Address, value: number): Address {
  let end = at;
  let rest = value;
  while (rest >= 128) {
    u8[end++] = (rest & 127) | 128;
    rest >>>= 7;
  }
  u8[end++] = rest;
  return end;
}

/** Bounds and NULL count of the parts together. */
function statisticsOf(
  parts: readonly FlatVector[],
  stored: ParquetType,
  field: Field,
  arena: Arena,
): ChunkStatistics {
  const exports = kernels(arena.memory);
  const { memory } = arena;
  let nullCount = 0;
  let bounds: { min: Address; max: Address } | undefined;
  const type = parts[0]?.type ?? field.type;
  const code = PHYSICAL_TYPE_CODES[physicalType(type)];
  // The bounds of the parts, as a column of their own.
  const width = widthBytes(type);
  const all = arena.allocate(parts.length * 2 * width + 16);
  let found = 0;
  for (const { values, validity, length } of parts) {
    if (validity !== 0) nullCount += length - exports.bitmapCountSet(validity, length);
    if (!isOrdered(type)) continue;
    const out = arena.allocate(32);
    if (exports.columnBounds(code, values, validity, length, out) === 0) continue;
    memory.u8.copyWithin(all + found * width, out, out + width);
    memory.u8.copyWithin(all + (found + 1) * width, out + 16, out + 16 + width);
    found += 2;
  }
  if (found > 0) {
    const out = arena.allocate(32);
    exports.columnBounds(code, all, 0, found, out);
    bounds = { min: out, max: out + 16 };
  }
  const bytesOf = (address: Address): Uint8Array | undefined => {
    checkDigits(type, address, field.name, arena);
    return boundBytes(address, type, stored, arena);
  };
  const min = bounds && bytesOf(bounds.min);
  const max = bounds && bytesOf(bounds.max);
  const both = min !== undefined && max !== undefined;
  return {
    nullCount,
    distinctCount: undefined,
    min: both ? min : undefined,
    max: both ? max : undefined,
    deprecatedMin: undefined,
    deprecatedMax: undefined,
    minExact: both ? true : undefined,
    maxExact: both ? true : undefined,
  };
}

/** A bound as PLAIN encoding has it; undefined when it is too long. */
function boundBytes(
  address: Address,
  type: SqlType,
  stored: ParquetType,
  arena: Arena,
): Uint8Array | undefined {
  const { memory } = arena;
  if (physicalType(type) === 'ref') {
    const bytes = memory.u32[(address >>> 2) + 1] ?? 0;
    const start = memory.u32[address >>> 2] ?? 0;
    return bytes > MAX_BOUND_BYTES ? undefined : memory.u8.slice(start, start + bytes);
  }
  const one = {
    kind: 'flat',
    type,
    length: 1,
    values: address,
    validity: 0,
    stable: false,
  } as const;
  const { values, width } = physicalPart(one, stored, arena);
  return memory.u8.slice(values, values + width);
}
