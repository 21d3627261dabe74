import { ThriftError, ThriftReader, type ThriftStruct, type ThriftValue } from './thrift.ts';

/** Encodings of values and levels, by their number in the format. */
export const ENCODING = {
  plain: 0,
  plainDictionary: 2,
  rle: 3,
  deltaBinaryPacked: 5,
  deltaLengthByteArray: 6,
  deltaByteArray: 7,
  rleDictionary: 8,
  byteStreamSplit: 9,
} as const;

/** A page of a column chunk; positions are offsets from the chunk's first byte. */
export interface Page {
  readonly kind: 'dictionary' | 'data' | 'dataV2';
  readonly start: number;
  readonly end: number;
  readonly uncompressedBytes: number;
  readonly valueCount: number;
  readonly encoding: number;
  /** Of data pages of version 1. */
  readonly levelEncoding: number;
  /** Of data pages of version 2: bytes of levels ahead of the values, and whether those are compressed. */
  readonly repetitionBytes: number;
  readonly definitionBytes: number;
  readonly compressed: boolean;
}

const PAGE_KINDS = { 0: 'data', 2: 'dictionary', 3: 'dataV2' } as const;

/**
 * The pages of a column chunk, by their headers. Index pages are left out.
 * @throws ThriftError when a header is malformed, or a page lies outside the chunk.
 */
export function readPages(chunk: Uint8Array, valueCount: number): Page[] {
  const pages: Page[] = [];
  let values = 0;
  for (let offset = 0; offset < chunk.length && values < valueCount; ) {
    const reader = new ThriftReader(chunk, offset);
    const header = reader.readStruct();
    const compressedBytes = count(header.fields[3]);
    const end = reader.offset + compressedBytes;
    if (end > chunk.length) throw new ThriftError('a page lies outside its column chunk');
    const page = decodePage(header, reader.offset, end);
    if (page !== undefined) {
      pages.push(page);
      if (page.kind !== 'dictionary') values += page.valueCount;
    }
    offset = end;
  }
  if (values !== valueCount) {
    throw new ThriftError(`its pages have ${values} values where ${valueCount} are expected`);
  }
  return pages;
}

function decodePage(header: ThriftStruct, start: number, end: number): Page | undefined {
  const kind = PAGE_KINDS[header.fields[1] as keyof typeof PAGE_KINDS];
  if (kind === undefined) return undefined;
  const fields = { data: 5, dictionary: 7, dataV2: 8 } as const;
  const own = header.fields[fields[kind]];
  if (typeof own !== 'object' || !('fields' in own)) {
    throw new ThriftError('a page has no header of its kind');
  }
  const isV2 = kind === 'dataV2';
  return {
    kind,
    start,
    end,
    uncompressedBytes: count(header.fields[2]),
    valueCount: count(own.fields[1]),
    encoding: count(own.fields[isV2 ? 4 : 2]),
    levelEncoding: kind === 'data' ? count(own.fields[3]) : ENCODING.rle,
    definitionBytes: isV2 ? count(own.fields[5]) : 0,
    repetitionBytes: isV2 ? count(own.fields[6]) : 0,
    compressed: own.fields[7] !== false,
  };
}

function count(value: ThriftValue | undefined): number {
  if (typeof value === 'number' && value >= 0 && value < 2 ** 31) return value;
  throw new ThriftError('a page header is malformed');
}
