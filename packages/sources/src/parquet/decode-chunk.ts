import type { Address, Arena, FlatVector, Vector } from '@windrow/core';
import { bitmapBytes, isReference, widthBytes } from '@windrow/core';
import { type KernelExports, kernels } from '@windrow/kernels';
import { gatherOf } from '../dense-rows.ts';
import type { ParquetColumn } from './columns.ts';
import { type ByteRange, decompress, KNOWN_CODECS } from './decompress.ts';
import type { ColumnChunk } from './footer.ts';
import { ENCODING, type Page, readPages } from './page.ts';
import { type FixedStorage, fixedStorage } from './physical-values.ts';

/** What is wrong with the bytes of a chunk; the caller gives it file and place. */
export class MalformedChunk extends Error {}

/** A column chunk in memory. 64 readable bytes follow. */
export interface ChunkBytes extends ByteRange {
  readonly column: ParquetColumn;
  readonly chunk: ColumnChunk;
  readonly rowCount: number;
}

/** Can {@link decodeChunk} be tried? It knows flat columns, and the codecs and encodings in use today. */
export function isDecodable({ column, chunk }: Pick<ChunkBytes, 'column' | 'chunk'>): boolean {
  const { element, type } = column;
  if (column.leaf === undefined || !KNOWN_CODECS.includes(chunk.codec)) return false;
  if (type.kind === 'null') return false;
  return !(element.type === 'BYTE_ARRAY' && type.kind === 'decimal');
}

/**
 * The values of a column chunk as a vector in `arena`; text that is stored with a dictionary throughout is
 * a dictionary vector. undefined when a page uses something that is not decoded here.
 * @throws MalformedChunk | ThriftError when the bytes are not what the format demands.
 */
export function decodeChunk(bytes: ChunkBytes, arena: Arena): Vector | undefined {
  const { start, end, chunk } = bytes;
  const pages = readPages(arena.memory.u8.subarray(start, end), chunk.valueCount);
  const data = pages.filter(({ kind }) => kind !== 'dictionary');
  if (!data.every((page) => isKnownPage(page, bytes.column))) return undefined;
  const storage = fixedStorage(bytes.column, arena);
  const isFixed =
    bytes.column.element.type !== 'BYTE_ARRAY' && bytes.column.element.type !== 'BOOLEAN';
  if (isFixed && storage === undefined) return undefined;
  return new ChunkDecoder(bytes, storage, arena).decode(pages, data);
}

const DICTIONARY_ENCODINGS: readonly number[] = [ENCODING.plainDictionary, ENCODING.rleDictionary];
const isDictionaryPage = ({ encoding }: Page): boolean => DICTIONARY_ENCODINGS.includes(encoding);

const INTEGER_ENCODINGS: readonly number[] = [
  ENCODING.plain,
  ENCODING.deltaBinaryPacked,
  ENCODING.byteStreamSplit,
];
const KNOWN_ENCODINGS: Readonly<Record<string, readonly number[]>> = {
  BOOLEAN: [ENCODING.plain, ENCODING.rle],
  INT32: INTEGER_ENCODINGS,
  INT64: INTEGER_ENCODINGS,
  INT96: [ENCODING.plain],
  FLOAT: [ENCODING.plain, ENCODING.byteStreamSplit],
  DOUBLE: [ENCODING.plain, ENCODING.byteStreamSplit],
  BYTE_ARRAY: [ENCODING.plain, ENCODING.deltaLengthByteArray, ENCODING.deltaByteArray],
  FIXED_LEN_BYTE_ARRAY: [ENCODING.plain, ENCODING.byteStreamSplit],
};

function isKnownPage(page: Page, { element }: ParquetColumn): boolean {
  const levels = element.repetition === 'REQUIRED' || page.levelEncoding === ENCODING.rle;
  const values = KNOWN_ENCODINGS[element.type ?? '']?.includes(page.encoding) ?? false;
  return levels && (values || isDictionaryPage(page));
}

/** Values of a dictionary page, in the vector's own form. */
interface Dictionary {
  readonly values: Address;
  readonly count: number;
}

/** A page that unpacks to more than this is malformed, whatever its header says. */
const MAX_PAGE_BYTES = 1073741824;

class ChunkDecoder {
  readonly #bytes: ChunkBytes;
  readonly #storage: FixedStorage | undefined;
  readonly #arena: Arena;
  readonly #kernels: KernelExports;
  readonly #width: number;
  readonly #nullable: boolean;
  readonly #validity: Address;
  #nullCount = 0;

  constructor(bytes: ChunkBytes, storage: FixedStorage | undefined, arena: Arena) {
    this.#bytes = bytes;
    this.#storage = storage;
    this.#arena = arena;
    this.#kernels = kernels(arena.memory);
    this.#width = widthBytes(bytes.column.type);
    this.#nullable = bytes.column.element.repetition === 'OPTIONAL';
    // Levels are stored with a byte to spare behind the last.
    this.#validity = this.#nullable ? arena.allocate(bitmapBytes(bytes.rowCount) + 8) : 0;
  }

  decode(pages: readonly Page[], data: readonly Page[]): Vector {
    const { rowCount } = this.#bytes;
    const { type } = this.#bytes.column;
    if (this.#bytes.chunk.valueCount !== rowCount) {
      throw new MalformedChunk('it does not have the values of its row group');
    }
    const dictionaryPage = pages.find(({ kind }) => kind === 'dictionary');
    const dictionary = dictionaryPage === undefined ? undefined : this.#dictionary(dictionaryPage);
    const asCodes = dictionary !== undefined && isReference(type) && data.every(isDictionaryPage);
    const width = asCodes ? 4 : this.#width;
    const values = this.#arena.allocate(rowCount * width);
    let row = 0;
    for (const page of data) {
      if (row + page.valueCount > rowCount) throw new MalformedChunk('it has too many values');
      const { range, present } = this.#openPage(page, row);
      const to = values + row * width;
      if (isDictionaryPage(page)) this.#readCodes(range, present, dictionary, { to, asCodes });
      else this.#readValues(page, range, present, to);
      if (present < page.valueCount) {
        const { valueCount } = page;
        this.#kernels.spreadValues(to, width, this.#validity, row, valueCount, present);
      }
      row += page.valueCount;
    }
    const validity = this.#nullCount === 0 ? 0 : this.#validity;
    const shared = { type, length: rowCount, validity, stable: false } as const;
    if (!asCodes) return { kind: 'flat', ...shared, values };
    return {
      kind: 'dictionary',
      ...shared,
      indices: values,
      dictionary: this.#entries(dictionary),
    };
  }

  /** The dictionary as a vector; at least one entry, because NULLs point at it. */
  #entries({ values, count }: Dictionary): FlatVector {
    const { type } = this.#bytes.column;
    const some = count > 0 ? values : this.#arena.allocateZeroed(this.#width);
    const length = Math.max(1, count);
    return { kind: 'flat', type, length, values: some, validity: 0, stable: false };
  }

  /** Decompresses a data page and reads its levels: where its values are, and how many. */
  #openPage(page: Page, row: number): { readonly range: ByteRange; readonly present: number } {
    const { start: chunkStart, chunk } = this.#bytes;
    const body = { start: chunkStart + page.start, end: chunkStart + page.end };
    if (page.kind === 'dataV2') {
      const levels = page.repetitionBytes + page.definitionBytes;
      const from = body.start + levels;
      if (from > body.end || levels > page.uncompressedBytes)
        throw new MalformedChunk('its levels are cut');
      const packed = { start: from, end: body.end };
      const range = page.compressed
        ? this.#unpack(packed, page.uncompressedBytes - levels)
        : packed;
      const levelRange = { start: body.start + page.repetitionBytes, end: from };
      return { range, present: this.#readLevels(levelRange, page.valueCount, row) };
    }
    const range =
      chunk.codec === 'UNCOMPRESSED' ? body : this.#unpack(body, page.uncompressedBytes);
    if (!this.#nullable) return { range, present: page.valueCount };
    if (range.end - range.start < 4) throw new MalformedChunk('its levels are cut');
    const bytes = this.#arena.memory.view.getUint32(range.start, true);
    const from = range.start + 4 + bytes;
    if (from > range.end) throw new MalformedChunk('its levels are cut');
    const present = this.#readLevels({ start: range.start + 4, end: from }, page.valueCount, row);
    return { range: { start: from, end: range.end }, present };
  }

  #unpack(range: ByteRange, bytes: number): ByteRange {
    const { codec } = this.#bytes.chunk;
    // What a compressor may do is bounded; what a damaged header may claim is not.
    const plausible = Math.min(MAX_PAGE_BYTES, 65536 + (range.end - range.start) * 65536);
    if (bytes > plausible) throw new MalformedChunk(`a page claims to have ${bytes} bytes`);
    if (bytes === 0) return { start: range.start, end: range.start };
    const unpacked = decompress(codec, range, bytes, this.#arena);
    if (unpacked === undefined) throw new MalformedChunk(`its ${codec} data is malformed`);
    return unpacked;
  }

  /** Stores the validity of a page's rows; returns how many have values. */
  #readLevels(range: ByteRange, rows: number, row: number): number {
    if (!this.#nullable) return rows;
    const end = this.#kernels.parquetLevels(range.start, range.end, rows, this.#validity, row);
    if (end === 0 && rows > 0) throw new MalformedChunk('its levels are malformed');
    const present = rows === 0 ? 0 : this.#kernels.parquetValidLevels();
    this.#nullCount += rows - present;
    return present;
  }

  #dictionary(page: Page): Dictionary {
    if (page.encoding !== ENCODING.plain && page.encoding !== ENCODING.plainDictionary) {
      throw new MalformedChunk('its dictionary is not in plain encoding');
    }
    const { start, chunk } = this.#bytes;
    const body = { start: start + page.start, end: start + page.end };
    const range =
      chunk.codec === 'UNCOMPRESSED' ? body : this.#unpack(body, page.uncompressedBytes);
    // A value takes a bit at least.
    if (page.valueCount > (range.end - range.start) * 8)
      throw new MalformedChunk('its dictionary is cut');
    const values = this.#arena.allocate(page.valueCount * this.#width);
    this.#readValues({ ...page, encoding: ENCODING.plain }, range, page.valueCount, values);
    return { values, count: page.valueCount };
  }

  /** Codes of a dictionary: themselves, or the values they stand for. */
  #readCodes(
    { start, end }: ByteRange,
    count: number,
    dictionary: Dictionary | undefined,
    { to, asCodes }: { readonly to: Address; readonly asCodes: boolean },
  ): void {
    if (count === 0) return;
    if (dictionary === undefined) throw new MalformedChunk('its dictionary is missing');
    if (start >= end) throw new MalformedChunk('its codes are cut');
    const bits = this.#arena.memory.u8[start] ?? 0;
    const codes = asCodes ? to : this.#arena.allocate(count * 4);
    const read = this.#kernels.parquetHybrid(start + 1, end, bits, count, dictionary.count, codes);
    if (read === 0) throw new MalformedChunk('its codes are malformed');
    if (!asCodes) gatherOf(this.#kernels, this.#width)(dictionary.values, codes, count, to);
  }

  /** `count` values one behind the other, in the vector's own form. */
  #readValues(page: Page, range: ByteRange, count: number, to: Address): void {
    switch (this.#bytes.column.element.type) {
      case 'BOOLEAN':
        this.#readBooleans(page, range, count, to);
        break;
      case 'BYTE_ARRAY':
        this.#readByteArrays(page, range, count, to);
        break;
      default:
        this.#readFixed(page, range, count, to);
    }
  }

  #readBooleans({ encoding }: Page, { start, end }: ByteRange, count: number, to: Address): void {
    if (encoding === ENCODING.plain) {
      if (start + Math.ceil(count / 8) > end) throw new MalformedChunk('its values are cut');
      this.#kernels.unpackBits(start, count, to);
      return;
    }
    // Behind the length of the runs.
    const codes = this.#arena.allocate(count * 4);
    const read = this.#kernels.parquetHybrid(start + 4, end, 1, count, 2, codes);
    if (read === 0 && count > 0) throw new MalformedChunk('its values are malformed');
    this.#kernels.resizeIntegers(codes, 4, 0, count, 1, to);
  }

  #readFixed({ encoding }: Page, { start, end }: ByteRange, count: number, to: Address): void {
    const storage = this.#storage as FixedStorage;
    const bytes = count * storage.width;
    let from = start;
    if (encoding === ENCODING.deltaBinaryPacked) {
      from = this.#arena.allocate(bytes);
      const read = this.#kernels.parquetDeltas(start, end, count, storage.width, from);
      if (read === 0 && count > 0) throw new MalformedChunk('its values are malformed');
    } else {
      if (start + bytes > end) throw new MalformedChunk('its values are cut');
      if (encoding === ENCODING.byteStreamSplit) {
        from = this.#arena.allocate(bytes);
        this.#kernels.parquetStreamSplit(start, count, storage.width, from);
      }
    }
    storage.convert(from, count, to);
  }

  #readByteArrays({ encoding }: Page, { start, end }: ByteRange, count: number, to: Address): void {
    const read =
      encoding === ENCODING.plain
        ? this.#kernels.parquetByteArrays(start, end, count, to)
        : encoding === ENCODING.deltaLengthByteArray
          ? this.#kernels.parquetDeltaLengths(
              start,
              end,
              count,
              this.#arena.allocate(count * 4),
              to,
            )
          : this.#readIncremental(start, end, count, to);
    if (read === 0 && count > 0) throw new MalformedChunk('its values are malformed');
    const { type } = this.#bytes.column;
    if (type.kind !== 'blob' && this.#kernels.refsAreUtf8(to, count) === 0) {
      throw new MalformedChunk('its text is not valid UTF-8');
    }
  }

  #readIncremental(start: Address, end: Address, count: number, to: Address): Address {
    if (count === 0) return start;
    const prefixes = this.#arena.allocate(count * 4);
    const suffixes = this.#kernels.parquetDeltas(start, end, count, 4, prefixes) >>> 0;
    if (suffixes === 0) return 0;
    const lengths = this.#arena.allocate(count * 4);
    const read = this.#kernels.parquetDeltaLengths(suffixes, end, count, lengths, to);
    const bytes = read === 0 ? -1 : this.#kernels.parquetIncrementalBytes(prefixes, to, count);
    if (bytes < 0) return 0;
    this.#kernels.parquetIncremental(prefixes, to, count, this.#arena.allocate(bytes), to);
    return read;
  }
}
