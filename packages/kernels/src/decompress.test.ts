import { Arena, SharedMemory } from '@windrow/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kernels } from './module.ts';
import { SNAPPY_TABLE_BYTES } from './parquet-encode.ts';

/*
 * Compressed blocks are made from their elements by the formats' documents, and are worth what these say
 * byte by byte.
 */

const memory = SharedMemory.create();
const arena = new Arena(memory, memory.newOwner());
const kernel = kernels(memory);

/** Frames of `zstd -1`, `-19` and `-3 --no-check` over 150 of these words. */
const WORDS =
  'the quick brown fox jumps over the lazy dog while seven wizards box five dozen liquor jugs';
const REFERENCE_FRAMES = [
  [
    'KLUv/QRIDQoA8s8pFJBXByQUnhY9h8O6NtmfmZmZkzvkTfdm8I3IORbZZKwrIXhezHmRc6xzXnSPiuMG4Slj',
    'Bt/ijRUVDL6ReGKm80XOsZjO84IKXQnBTcYNwlNN924QAiA9YtXpqguA9AjHk6Z7u9LGTDCeOJ7oSgg23bv9',
    'EWmZwTdiNwhPWc6xzovlHMtyjmV3nnIApEe485TjiRUVVlTYnafMdNVZNxk33ZvpfDHT+RI8IBASgpSjPt1C',
    'ANOAUhBi1YbtGb43dEog4uRoTQAmh+RsgClP9gIHQQAmOMBq0D2DWAvtiPv2GF440LMh+AaW4PDMgAAyOglO',
    'PceXjzASurK+VQq8somK1l7OcUYunyESGVgmGE9WiwTRIDiEWVDe6zmXZMCVtQBk1K8g+XHE5KlnMEfMWtZK',
    'O8DLXFwBOOYhU9h4rkABZfGaDQ==',
  ].join(''),
  [
    'KLUv/QRoZQcAQsUQEbA9sEk2hAztBrKIYhgWMhYRz9GLD+LGg9qSUxv5DlunXdI/rGMKni0+aAUJiYZtemDz',
    '1hV4dnFktxyb7HP0XVx9BF+okStIkr3WEBBiFHO8ARFgEGhgkrIy7B2BGLqlwpkUKNy5L63zz6ZJmhzcTVNJ',
    'xrgHpXcyB+MfkcyBhfz4c4K+W07jxdKvYIulTMQWj/rwTofPTF6rdNeHv88njLmDliED6FAavrRMqMoUl7fx',
    'WaJuGeyrxRIr93LHuxeUN5ChgTEbafsQigSg8mn628HKoJrWg9WILy5KH+VLIMingfhOhFWaQgVl8ZoN',
  ].join(''),
  [
    'KLUv/QBYVQgAMkcWFpAlbqCV1jb6xN/whdtb0HV3d/PdFROt6rjPsfskaJUgdjTa9ql4nIJgx5MtNF7sqIXJ',
    '6icBlzPrjXcKIg37HDShBACcBOyoBN3ZNJxRpedU8bhW9TPangFYqMHWpCZ7rQEgAoKQsvQRxEyHjQ23sBuB',
    'EN2iwN7/BumykrBFutz5VIQDvbQRN06LkrQE2JBkUO0PlYSAm8TF8EnKrt8fiydvgO3IBYeW7xG2YlmHDFMc',
    'ITXfOCCd3arWWYxbofYKzAegaLVDX4SkSRlsrjUnGtV/iy58OXvRcHPaAgYSvSdPInJEJW4tyOWfz/qLC78C',
    'FiyFqHUQ0XJrBzslKXF5TZra+VSJCxU=',
  ].join(''),
];

type Decompress = (at: number, end: number, out: number, outEnd: number) => number;

/** Decompresses into exactly `size` bytes; undefined when refused. Bytes behind the output stay. */
function decompressed(
  input: readonly number[],
  size: number,
  run: Decompress,
): number[] | undefined {
  arena.reset();
  const at = arena.allocate(input.length + 64);
  memory.u8.set(input, at);
  const out = arena.allocate(size + 64);
  memory.u8.fill(0xa5, out, out + size + 64);
  const isDone = run(at, at + input.length, out, out + size);
  const behind = [...memory.u8.subarray(out + size, out + size + 64)];
  expect(behind.every((byte) => byte === 0xa5)).toBe(true);
  return isDone === 1 ? [...memory.u8.subarray(out, out + size)] : undefined;
}

/** Bytes, then a copy of what lies some way back; a draw says how far. */
interface Element {
  readonly literal: readonly number[];
  readonly back: number;
  readonly length: number;
}

const byte = fc.integer({ min: 0, max: 255 });
const literal = fc.oneof(
  { weight: 5, arbitrary: fc.array(byte, { maxLength: 20 }) },
  fc.integer({ min: 50, max: 700 }).map((n) => Array.from({ length: n }, (_, i) => (i * 31) & 255)),
);
const elements = fc.array(
  fc.record({
    literal,
    back: fc.nat(0xffff),
    length: fc.oneof(fc.integer({ min: 4, max: 20 }), fc.integer({ min: 21, max: 600 })),
  }),
  { maxLength: 30 },
);

/** Writes elements; `copy` gets distances that lie inside what there is. */
function build(
  of: readonly Element[],
  put: (element: Element, distance: number, isLast: boolean) => void,
): number[] {
  const plain: number[] = [];
  of.forEach((element, index) => {
    plain.push(...element.literal);
    const isLast = index === of.length - 1;
    const distance = plain.length === 0 || isLast ? 0 : 1 + (element.back % plain.length);
    put(element, distance, isLast);
    if (distance === 0) return;
    for (let i = 0; i < element.length; i++) plain.push(plain[plain.length - distance] ?? 0);
  });
  return plain;
}

const little = (value: number, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, i) => (value / 256 ** i) & 255);

function varint(value: number): number[] {
  const low = value & 127;
  return value < 128 ? [low] : [low | 128, ...varint(value >>> 7)];
}

function snappyLiteral(bytes: readonly number[]): number[] {
  const size = bytes.length - 1;
  if (bytes.length === 0) return [];
  if (size < 60) return [size << 2, ...bytes];
  const width = size < 256 ? 1 : 2;
  return [(59 + width) << 2, ...little(size, width), ...bytes];
}

/** Copies of at most 64 bytes, in the shortest of the three forms or in a longer one. */
function snappyCopies(distance: number, length: number, longer: boolean): number[] {
  const bytes: number[] = [];
  for (let left = length; left > 0; ) {
    const size = Math.min(64, left);
    if (!longer && size >= 4 && size <= 11 && distance < 2048) {
      bytes.push(1 | ((size - 4) << 2) | ((distance >>> 8) << 5), distance & 255);
    } else if (longer) bytes.push(3 | ((size - 1) << 2), ...little(distance, 4));
    else bytes.push(2 | ((size - 1) << 2), ...little(distance, 2));
    left -= size;
  }
  return bytes;
}

describe('snappy', () => {
  it('decompresses blocks of any elements', () => {
    fc.assert(
      fc.property(elements, fc.boolean(), (of, longer) => {
        const body: number[] = [];
        const plain = build(of, ({ literal, length }, distance) => {
          body.push(...snappyLiteral(literal));
          if (distance > 0) body.push(...snappyCopies(distance, length, longer));
        });
        const input = [...varint(plain.length), ...body];
        expect(decompressed(input, plain.length, kernel.snappyDecompress)).toEqual(plain);
        // Another size, or an end too early, is malformed.
        expect(decompressed(input, plain.length + 1, kernel.snappyDecompress)).toBeUndefined();
        if (plain.length > 0) {
          const cut = input.slice(0, -1);
          expect(decompressed(cut, plain.length, kernel.snappyDecompress)).toBeUndefined();
        }
      }),
      { numRuns: 200 },
    );
  });

  it('reads back what it compresses', () => {
    const text = fc.oneof(
      fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3000 }),
      fc.array(byte, { maxLength: 500 }),
      fc
        .tuple(fc.array(byte, { minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 3000 }))
        .map(([piece, times]) => Array.from({ length: times }, () => piece).flat()),
    );
    fc.assert(
      fc.property(text, (plain) => {
        arena.reset();
        const at = arena.allocate(plain.length + 64);
        memory.u8.set(plain, at);
        const out = arena.allocate(32 + Math.ceil((plain.length * 7) / 6));
        const table = arena.allocate(SNAPPY_TABLE_BYTES);
        const end = kernel.snappyCompress(at, at + plain.length, out, table) >>> 0;
        const block = [...memory.u8.subarray(out, end)];
        expect(decompressed(block, plain.length, kernel.snappyDecompress)).toEqual(plain);
      }),
      { numRuns: 100 },
    );
  });
});

/** A length of LZ4: 15 in the token, then bytes that are added up to the first below 255. */
function lz4Length(length: number): { nibble: number; more: number[] } {
  if (length < 15) return { nibble: length, more: [] };
  const rest = length - 15;
  const more = [...Array.from({ length: Math.floor(rest / 255) }, () => 255), rest % 255];
  return { nibble: 15, more };
}

describe('LZ4', () => {
  it('decompresses blocks of any sequences', () => {
    fc.assert(
      fc.property(elements, (of) => {
        const input: number[] = [];
        const body = of.length === 0 ? [{ literal: [], back: 0, length: 4 }] : of;
        // A copy needs bytes before it, so the first sequence has some.
        const sequences = body.map((element, i) =>
          i === 0 && element.literal.length === 0 ? { ...element, literal: [7] } : element,
        );
        const plain = build(sequences, ({ literal, length }, distance, isLast) => {
          const run = lz4Length(literal.length);
          const match = isLast ? { nibble: 0, more: [] } : lz4Length(length - 4);
          input.push((run.nibble << 4) | match.nibble, ...run.more, ...literal);
          if (!isLast) input.push(...little(distance, 2), ...match.more);
        });
        expect(decompressed(input, plain.length, kernel.lz4Decompress)).toEqual(plain);
        expect(decompressed(input, plain.length + 1, kernel.lz4Decompress)).toBeUndefined();
        expect(decompressed(input, plain.length - 1, kernel.lz4Decompress)).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });
});

const zstd: Decompress = (at, end, out, outEnd) =>
  kernel.zstdDecompress(at, end, out, outEnd, arena.allocate(kernel.zstdScratchBytes()));

/** A frame of raw and run-length blocks, by RFC 8878 §3.1; its content size in 4 bytes. */
function zstdFrame(blocks: readonly { readonly bytes: readonly number[]; readonly run: number }[]) {
  const plain = blocks.flatMap(({ bytes, run }) =>
    run > 0 ? Array.from({ length: run }, () => bytes[0] ?? 0) : bytes,
  );
  const body = blocks.flatMap(({ bytes, run }, index) => {
    const isLast = index === blocks.length - 1 ? 1 : 0;
    const header = isLast | ((run > 0 ? 1 : 0) << 1) | ((run > 0 ? run : bytes.length) << 3);
    return [...little(header, 3), ...(run > 0 ? [bytes[0] ?? 0] : bytes)];
  });
  const singleSegment = 0x20;
  const fourByteSize = 0x80;
  const header = [singleSegment | fourByteSize, ...little(plain.length, 4)];
  return { plain, frame: [0x28, 0xb5, 0x2f, 0xfd, ...header, ...body] };
}

describe('Zstandard', () => {
  const blocks = fc.array(
    fc.record({ bytes: literal, run: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 400 })) }),
    { minLength: 1, maxLength: 8 },
  );

  it('decompresses raw and run-length blocks, frame after frame', () => {
    fc.assert(
      fc.property(blocks, blocks, (a, b) => {
        const [first, second] = [zstdFrame(a), zstdFrame(b)];
        const plain = [...first.plain, ...second.plain];
        const input = [...first.frame, ...second.frame];
        expect(decompressed(input, plain.length, zstd)).toEqual(plain);
        expect(decompressed(input, plain.length + 1, zstd)).toBeUndefined();
        expect(decompressed(input.slice(0, -1), plain.length, zstd)).toBeUndefined();
      }),
      { numRuns: 100 },
    );
  });

  // Written by the reference program: Huffman literals, and sequences by FSE tables.
  it('decompresses what the reference implementation wrote', () => {
    const words = WORDS.split(' ');
    let state = 7;
    const text = Array.from({ length: 150 }, () => {
      state = Number((BigInt(state) * 1103515245n + 12345n) & 0x7fffffffn);
      return words[(state >>> 16) % words.length];
    }).join(' ');
    for (const frame of REFERENCE_FRAMES) {
      const input = [...Buffer.from(frame, 'base64')];
      const found = decompressed(input, text.length, zstd);
      expect(Buffer.from(found ?? []).toString()).toBe(text);
    }
  });
});

describe('untrusted bytes', () => {
  it.each([
    ['snappy', kernel.snappyDecompress],
    ['LZ4', kernel.lz4Decompress],
    ['Zstandard', zstd],
  ])('%s never writes beyond its output', (_, run) => {
    const input = fc.oneof(
      fc.array(byte, { maxLength: 200 }),
      // Past the magic number, into the headers.
      fc.array(byte, { maxLength: 200 }).map((rest) => [0x28, 0xb5, 0x2f, 0xfd, ...rest]),
    );
    fc.assert(
      fc.property(input, fc.nat(300), (bytes, size) => {
        const found = decompressed(bytes, size, run);
        expect(found === undefined || found.length === size).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
