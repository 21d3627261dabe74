import { Arena, readText, SharedMemory, VARCHAR, writeVector } from '@windrow/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kernels } from './module.ts';

/*
 * Encodings of Parquet, written and read bit by bit as parquet-format's Encodings.md describes them.
 */

const memory = SharedMemory.create();
const arena = new Arena(memory, memory.newOwner());
const kernel = kernels(memory);

/** Bytes in memory, with room behind them. */
function placed(bytes: readonly number[]): { at: number; end: number } {
  const at = arena.allocate(bytes.length + 64);
  memory.u8.set(bytes, at);
  return { at, end: at + bytes.length };
}

const words = (address: number, count: number): number[] => [
  ...memory.u32.subarray(address >>> 2, (address >>> 2) + count),
];

function varint(value: bigint): number[] {
  const low = Number(value & 127n);
  return value < 128n ? [low] : [low | 128, ...varint(value >> 7n)];
}

const zigzag = (value: bigint): bigint => BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));

/** Values of `width` bits, the least significant first. */
function packed(values: readonly bigint[], width: number): number[] {
  const bytes = new Array<number>(Math.ceil((values.length * width) / 8)).fill(0);
  values.forEach((value, index) => {
    for (let bit = 0; bit < width; bit++) {
      const at = index * width + bit;
      if (((value >> BigInt(bit)) & 1n) === 1n) bytes[at >>> 3]! |= 1 << (at & 7);
    }
  });
  return bytes;
}

/** Runs of equal values and bit-packed groups of 8, as drawn. */
const hybridRuns = (width: number) => {
  const value = fc.integer({ min: 0, max: 2 ** Math.min(width, 31) - 1 });
  return fc.array(
    fc.oneof(
      fc.record({ value, repeats: fc.integer({ min: 1, max: 200 }) }),
      fc.record({ group: fc.array(value, { minLength: 8, maxLength: 8 }) }),
      fc.record({ group: fc.array(value, { minLength: 24, maxLength: 24 }) }),
    ),
    { minLength: 1, maxLength: 8 },
  );
};

type Run =
  | { readonly value: number; readonly repeats: number }
  | { readonly group: readonly number[] };

function hybrid(runs: readonly Run[], width: number): { values: number[]; bytes: number[] } {
  const values: number[] = [];
  const bytes: number[] = [];
  for (const run of runs) {
    if ('group' in run) {
      values.push(...run.group);
      bytes.push(...varint(BigInt(((run.group.length / 8) << 1) | 1)));
      bytes.push(...packed(run.group.map(BigInt), width));
    } else {
      values.push(...Array.from({ length: run.repeats }, () => run.value));
      bytes.push(...varint(BigInt(run.repeats << 1)));
      for (let byte = 0; byte < Math.ceil(width / 8); byte++)
        bytes.push((run.value / 256 ** byte) & 255);
    }
  }
  return { values, bytes };
}

const widthAndRuns = fc
  .integer({ min: 1, max: 32 })
  .chain((width) => fc.tuple(fc.constant(width), hybridRuns(width)));

describe('the hybrid of runs and bit-packed groups', () => {
  it('is read', () => {
    fc.assert(
      fc.property(widthAndRuns, fc.nat(7), ([width, runs], less) => {
        arena.reset();
        const { values, bytes } = hybrid(runs, width);
        const { at, end } = placed(bytes);
        const out = arena.allocate(values.length * 4 + 64);
        const count = Math.max(1, values.length - less);
        const limit = Math.max(...values) + 1;
        const next = kernel.parquetHybrid(at, end, width, count, limit, out) >>> 0;
        expect(next).toBeGreaterThan(at);
        expect(next).toBeLessThanOrEqual(end);
        expect(words(out, count)).toEqual(values.slice(0, count));
        // More values than there are, fewer bytes than they need.
        expect(kernel.parquetHybrid(at, end, width, values.length + 9, limit, out)).toBe(0);
        expect(kernel.parquetHybrid(at, end - 1, width, values.length, limit, out)).toBe(0);
        const largest = Math.max(...values.slice(0, count));
        if (largest > 0) expect(kernel.parquetHybrid(at, end, width, count, largest, out)).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('is read as levels, into the middle of a bitmap', () => {
    fc.assert(
      fc.property(hybridRuns(1), fc.nat(20), (runs, from) => {
        arena.reset();
        const { values, bytes } = hybrid(runs, 1);
        const { at, end } = placed(bytes);
        const bitmap = arena.allocateZeroed(((from + values.length) >>> 3) + 64);
        expect(kernel.parquetLevels(at, end, values.length, bitmap, from) >>> 0).toBe(end);
        expect(kernel.parquetValidLevels()).toBe(values.filter((level) => level === 1).length);
        const bit = (row: number) => (memory.u8[bitmap + (row >>> 3)]! >>> (row & 7)) & 1;
        expect(values.map((_, row) => bit(from + row))).toEqual(values);
        expect(Array.from({ length: from }, (_, row) => bit(row))).not.toContain(1);
      }),
      { numRuns: 200 },
    );
  });

  it('is written so that it is read back', () => {
    const drawn = fc.integer({ min: 1, max: 20 }).chain((width) =>
      fc.tuple(
        fc.constant(width),
        fc
          .array(
            fc.tuple(
              fc.nat(2 ** width - 1),
              fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 40 })),
            ),
            { maxLength: 60 },
          )
          .map((runs) => runs.flatMap(([value, n]) => Array.from({ length: n }, () => value))),
      ),
    );
    fc.assert(
      fc.property(drawn, ([width, values]) => {
        arena.reset();
        const codes = arena.allocate(values.length * 4);
        memory.u32.set(values, codes >>> 2);
        const count = values.length;
        const room = 24 + Math.ceil((count * (width + 1)) / 8) + Math.ceil(count / 4);
        const out = arena.allocate(room);
        const end = kernel.parquetPutHybrid(codes, count, width, out) >>> 0;
        expect(end - out).toBeLessThanOrEqual(room);
        const back = arena.allocate(count * 4 + 64);
        if (count === 0) return;
        expect(kernel.parquetHybrid(out, end, width, count, 2 ** width, back) >>> 0).toBe(end);
        expect(words(back, count)).toEqual(values);
      }),
      { numRuns: 300 },
    );
  });
});

/** DELTA_BINARY_PACKED: blocks of 128 in 4 parts, each part as wide as its largest delta. */
function deltas(values: readonly bigint[], bits: 32 | 64): number[] {
  const wrap = (value: bigint) => BigInt.asIntN(bits, value);
  const bytes = [...varint(128n), ...varint(4n), ...varint(BigInt(values.length))];
  bytes.push(...varint(zigzag(values[0] ?? 0n)));
  for (let from = 1; from < values.length; from += 128) {
    const block = values.slice(from, from + 128);
    const differences = block.map((value, i) => wrap(value - (values[from + i - 1] ?? 0n)));
    const least = [...differences].sort((a, b) => (a < b ? -1 : 1))[0] ?? 0n;
    const offsets = differences.map((delta) => BigInt.asUintN(bits, delta - least));
    bytes.push(...varint(zigzag(least)));
    const parts = [0, 32, 64, 96].map((at) => offsets.slice(at, at + 32));
    const widths = parts.map((part) => Math.max(0, ...part.map((n) => n.toString(2).length)));
    bytes.push(...widths);
    parts.forEach((part, i) => {
      if (part.length === 0) return;
      const filled = [...part, ...new Array<bigint>(32 - part.length).fill(0n)];
      bytes.push(...packed(filled, widths[i] ?? 0));
    });
  }
  return bytes;
}

const longs = fc.array(fc.oneof(fc.bigInt(-100n, 100n), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)), {
  minLength: 1,
  maxLength: 300,
});
const ints = fc.array(fc.oneof(fc.bigInt(-100n, 100n), fc.bigInt(-(2n ** 31n), 2n ** 31n - 1n)), {
  minLength: 1,
  maxLength: 300,
});

describe('deltas', () => {
  it('are read as integers of 8 and of 4 bytes', () => {
    fc.assert(
      fc.property(longs, ints, (wide, narrow) => {
        arena.reset();
        const a = placed(deltas(wide, 64));
        const out = arena.allocate(wide.length * 8 + 1100);
        expect(kernel.parquetDeltas(a.at, a.end, wide.length, 8, out) >>> 0).toBe(a.end);
        expect([...memory.i64.subarray(out >>> 3, (out >>> 3) + wide.length)]).toEqual(wide);
        const b = placed(deltas(narrow, 32));
        const small = arena.allocate(narrow.length * 4 + 1100);
        expect(kernel.parquetDeltas(b.at, b.end, narrow.length, 4, small) >>> 0).toBe(b.end);
        const found = memory.i32.subarray(small >>> 2, (small >>> 2) + narrow.length);
        expect([...found].map(BigInt)).toEqual(narrow);
      }),
      { numRuns: 200 },
    );
  });

  it('are read as lengths of texts', () => {
    const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }), {
      minLength: 1,
      maxLength: 200,
    });
    fc.assert(
      fc.property(texts, (values) => {
        arena.reset();
        const encoded = values.map((text) => [...Buffer.from(text)]);
        const lengths = encoded.map(({ length }) => BigInt(length));
        const { at, end } = placed([...deltas(lengths, 32), ...encoded.flat()]);
        const scratch = arena.allocate(values.length * 4 + 1100);
        const refs = arena.allocate(values.length * 8);
        const next = kernel.parquetDeltaLengths(at, end, values.length, scratch, refs) >>> 0;
        expect(next).toBe(end);
        expect(values.map((_, i) => textAt(refs, i))).toEqual(values);
        expect(kernel.parquetDeltaLengths(at, end - 1, values.length, scratch, refs)).toBe(0);
      }),
      { numRuns: 100 },
    );
  });
});

const textAt = (refs: number, index: number): string => {
  const word = (refs >>> 2) + index * 2;
  return readText(memory, memory.u32[word]!, memory.u32[word + 1]!);
};

describe('plain values', () => {
  it('of bytes behind their length are written and read back', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 50 }), (values) => {
        arena.reset();
        const { values: refs } = writeVector(arena, VARCHAR, values);
        const encoded = values.map((text) => [...Buffer.from(text)]);
        const size = encoded.reduce((sum, { length }) => sum + 4 + length, 0);
        const out = arena.allocate(size + 64);
        const end = kernel.parquetPutByteArrays(refs, values.length, out) >>> 0;
        const naive = encoded.flatMap((bytes) => [
          ...[0, 8, 16, 24].map((shift) => (bytes.length >>> shift) & 255),
          ...bytes,
        ]);
        expect([...memory.u8.subarray(out, end)]).toEqual(naive);
        if (values.length === 0) return;
        const back = arena.allocate(values.length * 8);
        expect(kernel.parquetByteArrays(out, end, values.length, back) >>> 0).toBe(end);
        expect(values.map((_, i) => textAt(back, i))).toEqual(values);
        expect(kernel.parquetByteArrays(out, end - 1, values.length, back)).toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  it('are put together from streams of their bytes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(4, 8),
        fc.array(fc.bigInt(0n, 2n ** 64n - 1n), { minLength: 1, maxLength: 70 }),
        (width, values) => {
          arena.reset();
          const byteOf = (value: bigint, i: number) => Number((value >> BigInt(8 * i)) & 255n);
          const streams = Array.from({ length: width }, (_, i) =>
            values.map((value) => byteOf(value, i)),
          );
          const { at } = placed(streams.flat());
          const out = arena.allocate(values.length * width + 64);
          kernel.parquetStreamSplit(at, values.length, width, out);
          const naive = values.flatMap((value) => streams.map((_, i) => byteOf(value, i)));
          expect([...memory.u8.subarray(out, out + values.length * width)]).toEqual(naive);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('move to the rows that have one, and back', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(1 as const, 2 as const, 4 as const, 8 as const, 16 as const),
        fc.array(fc.boolean(), { maxLength: 300 }),
        fc.nat(20),
        (width, valid, from) => {
          arena.reset();
          const rows = valid.length;
          const dense = valid.filter(Boolean).length;
          const bitmap = arena.allocateZeroed(((from + rows) >>> 3) + 64);
          valid.forEach((isValid, row) => {
            if (isValid) memory.u8[bitmap + ((from + row) >>> 3)]! |= 1 << ((from + row) & 7);
          });
          const values = arena.allocate(rows * width + 64);
          const bytes = Array.from({ length: dense * width }, (_, i) => (i * 37 + 11) & 255);
          memory.u8.set(bytes, values);
          kernel.spreadValues(values, width, bitmap, from, rows, dense);
          let next = 0;
          valid.forEach((isValid, row) => {
            if (!isValid) return;
            const at = values + row * width;
            const wanted = bytes.slice(next * width, (next + 1) * width);
            expect([...memory.u8.subarray(at, at + width)]).toEqual(wanted);
            next += 1;
          });
          const back = arena.allocate(rows * width + 64);
          expect(kernel.compactValues(values, width, bitmap, from, rows, back)).toBe(dense);
          expect([...memory.u8.subarray(back, back + dense * width)]).toEqual(bytes);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('are numbered by a dictionary that grows from call to call', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(4 as const, 8 as const),
        fc.array(fc.array(fc.integer({ min: -20, max: 20 }), { maxLength: 60 }), { maxLength: 4 }),
        fc.constantFrom(8, 64),
        (width, batches, maxEntries) => {
          arena.reset();
          const slotCount = 256;
          const slots = arena.allocateZeroed(slotCount * 4);
          const entries = arena.allocate(maxEntries * width + 64);
          const known: number[] = [];
          for (const batch of batches) {
            const values = arena.allocate(batch.length * width + 64);
            batch.forEach((value, i) => {
              if (width === 4) memory.i32[(values >>> 2) + i] = value;
              else memory.i64[(values >>> 3) + i] = BigInt(value);
            });
            const codes = arena.allocate(batch.length * 4 + 64);
            const before = known.length;
            for (const value of batch) if (!known.includes(value)) known.push(value);
            const count = kernel.dictionaryEncodeFixed(
              values,
              width,
              batch.length,
              entries,
              before,
              maxEntries,
              slots,
              slotCount - 1,
              codes,
            );
            expect(count).toBe(known.length > maxEntries ? -1 : known.length);
            if (count < 0) return;
            const found = words(codes, batch.length).map((code) =>
              width === 4
                ? memory.i32[(entries >>> 2) + code]
                : Number(memory.i64[(entries >>> 3) + code]),
            );
            expect(found).toEqual(batch);
            expect(words(codes, batch.length)).toEqual(batch.map((v) => known.indexOf(v)));
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
