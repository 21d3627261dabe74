import { Arena, SharedMemory } from '@windrow/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COPY_SLACK_BYTES, NOT_FALSE, NOT_TRUE, TRUE } from './gather.ts';
import { kernels } from './module.ts';

const memory = SharedMemory.create();
const k = kernels(memory);
const NONE = 0xffffffff;

/** Runs `body` over a fresh arena that puts bytes, words and bitmaps into the memory. */
function withArena(
  body: (put: (bytes: Uint8Array) => number, room: (bytes: number) => number) => void,
) {
  const arena = new Arena(memory, memory.newOwner());
  const room = (bytes: number): number => {
    const address = arena.allocate(bytes + 8);
    memory.u8.fill(0xa5, address, address + bytes + 8);
    return address;
  };
  body((bytes) => {
    const address = room(bytes.length);
    memory.u8.set(bytes, address);
    return address;
  }, room);
  arena.release();
}

const u32 = (values: readonly number[]): Uint8Array =>
  new Uint8Array(Uint32Array.from(values).buffer);

const bitmap = (bits: readonly boolean[]): Uint8Array => {
  const bytes = new Uint8Array(Math.ceil(bits.length / 64) * 8);
  bits.forEach((bit, i) => {
    if (bit) bytes[i >> 3]! |= 1 << (i & 7);
  });
  return bytes;
};

const bitsAt = (address: number, count: number): boolean[] =>
  Array.from({ length: count }, (_, i) => ((memory.u8[address + (i >> 3)]! >> (i & 7)) & 1) === 1);

const bytesAt = (address: number, count: number): number[] => [
  ...memory.u8.subarray(address, address + count),
];

/** Bits of a source column and row numbers into it, some of them NONE. */
const rowsOfColumn = fc.array(fc.boolean(), { minLength: 1, maxLength: 200 }).chain((bits) =>
  fc.record({
    bits: fc.constant(bits),
    rows: fc.array(fc.nat(bits.length - 1), { maxLength: 200 }),
    missing: fc.nat(3),
  }),
);

describe.each([1, 2, 4, 8, 16] as const)('values of %i bytes', (width) => {
  const column = (count: number): Uint8Array =>
    Uint8Array.from({ length: count * width }, (_, i) => (i * 37 + (i >> 3)) & 255);

  it('are gathered by row number, none giving zero', () => {
    fc.assert(
      fc.property(rowsOfColumn, ({ bits, rows, missing }) =>
        withArena((put, room) => {
          const source = column(bits.length);
          const wanted = rows.map((row, i) => (missing > 0 && i % 3 === missing - 1 ? NONE : row));
          const values = put(source);
          const out = room(rows.length * width);
          k[`gather${width}`](values, put(u32(rows)), rows.length, out);
          const at = (row: number): number[] =>
            row === NONE
              ? new Array<number>(width).fill(0)
              : [...source.subarray(row * width, (row + 1) * width)];
          expect(bytesAt(out, rows.length * width)).toEqual(rows.flatMap(at));
          expect(memory.u8[out + rows.length * width]).toBe(0xa5);
          k[`gather${width}OrZero`](values, put(u32(wanted)), rows.length, out);
          expect(bytesAt(out, rows.length * width)).toEqual(wanted.flatMap(at));
        }),
      ),
    );
  });

  it('are filled and scattered', () => {
    withArena((put, room) => {
      const source = column(5);
      const values = put(source);
      const out = room(7 * width);
      k[`fill${width}`](values + width, 7, out);
      const second = [...source.subarray(width, 2 * width)];
      expect(bytesAt(out, 7 * width)).toEqual(Array.from({ length: 7 }, () => second).flat());
      expect(memory.u8[out + 7 * width]).toBe(0xa5);
      k.scatter(width, values, put(u32([6, 0, 3])), 3, out);
      expect(bytesAt(out, width)).toEqual(second);
      expect(bytesAt(out + 6 * width, width)).toEqual([...source.subarray(0, width)]);
      expect(bytesAt(out + 5 * width, width)).toEqual(second);
    });
  });
});

it('gathers bits by row number', () => {
  fc.assert(
    fc.property(rowsOfColumn, ({ bits, rows, missing }) =>
      withArena((put, room) => {
        const wanted = rows.map((row, i) => (missing > 0 && i % 3 === missing - 1 ? NONE : row));
        const source = put(bitmap(bits));
        const out = room(bitmap(bits).length + rows.length);
        k.gatherBits(source, put(u32(rows)), rows.length, out);
        expect(bitsAt(out, rows.length)).toEqual(rows.map((row) => bits[row]));
        k.gatherBitsOrZero(source, put(u32(wanted)), rows.length, out);
        expect(bitsAt(out, rows.length)).toEqual(wanted.map((row) => row !== NONE && bits[row]));
        k.gatherBitsOrZero(0, put(u32(wanted)), rows.length, out);
        expect(bitsAt(out, rows.length)).toEqual(wanted.map((row) => row !== NONE));
      }),
    ),
  );
});

it('packs, unpacks, combines, slices, tests and scatters bitmaps', () => {
  const arbitrary = fc.record({
    a: fc.array(fc.boolean(), { maxLength: 300 }),
    seed: fc.integer(),
    from: fc.nat(300),
  });
  fc.assert(
    fc.property(arbitrary, ({ a, seed, from }) =>
      withArena((put, room) => {
        const { length } = a;
        const b = a.map((_, i) => ((seed >> (i % 31)) & 1) === 1);
        const first = put(bitmap(a));
        const second = put(bitmap(b));
        const out = room(length + 64);
        k.bitmapAnd(first, second, length, out);
        expect(bitsAt(out, length)).toEqual(a.map((bit, i) => bit && b[i]));
        k.bitmapOr(first, second, length, out);
        expect(bitsAt(out, length)).toEqual(a.map((bit, i) => bit || b[i]));
        expect(k.bitmapAllSet(first, length)).toBe(a.every(Boolean) ? 1 : 0);
        expect(k.bitmapAllSet(put(bitmap(a.map(() => true))), length)).toBe(1);
        k.unpackBits(first, length, out);
        expect(bytesAt(out, length)).toEqual(a.map(Number));
        const packed = room(length + 8);
        k.packBits(out, length, packed);
        const words = Math.ceil(length / 64) * 8;
        expect(bytesAt(packed, words)).toEqual([...bitmap(a)]);
        const start = Math.min(from, length);
        k.bitmapSlice(first, start, length - start, out);
        expect(bitsAt(out, length - start)).toEqual(a.slice(start));
      }),
    ),
  );
  withArena((put) => {
    const out = put(bitmap([true, true, false, false]));
    k.scatterBits(put(bitmap([false, true])), put(u32([1, 2])), 2, out);
    expect(bitsAt(out, 4)).toEqual([true, false, true, false]);
    k.scatterBits(0, put(u32([3])), 1, out);
    expect(bitsAt(out, 4)).toEqual([true, false, true, true]);
  });
});

it('selects positions, or the entries of a selection, by truth or by bits', () => {
  withArena((put, room) => {
    const values = put(Uint8Array.from([1, 0, 1, 0, 1]));
    const validity = put(bitmap([true, true, false, false, true]));
    const selection = put(u32([7, 9, 11, 13, 15]));
    const out = room(20);
    const selected = (count: number): number[] => [
      ...memory.u32.subarray(out / 4, out / 4 + count),
    ];
    expect(selected(k.selectByTruth(values, 0, 0, 5, TRUE, out))).toEqual([0, 2, 4]);
    expect(selected(k.selectByTruth(values, validity, 0, 5, TRUE, out))).toEqual([0, 4]);
    expect(selected(k.selectByTruth(values, validity, 0, 5, NOT_TRUE, out))).toEqual([1, 2, 3]);
    expect(selected(k.selectByTruth(values, validity, selection, 5, NOT_FALSE, out))).toEqual([
      7, 11, 13, 15,
    ]);
    expect(selected(k.selectByBits(validity, selection, 5, 0, out))).toEqual([11, 13]);
    expect(selected(k.selectByBits(validity, 0, 5, 1, out))).toEqual([0, 1, 4]);
  });
});

it('copies what references refer to', () => {
  withArena((put, room) => {
    const texts = ['alpha', '', 'gamma delta'].map((text) => new TextEncoder().encode(text));
    const refs = put(u32(texts.flatMap((text) => [put(text), text.length])));
    const validity = put(bitmap([true, true, false]));
    expect(k.referenceBytes(refs, 0, 3)).toBe(16);
    expect(k.referenceBytes(refs, validity, 3)).toBe(5);
    const bytes = room(16 + COPY_SLACK_BYTES);
    const out = room(24);
    expect(k.copyReferences(refs, validity, 0, 3, out, bytes) >>> 0).toBe(bytes + 5);
    expect([...memory.u32.subarray(out / 4, out / 4 + 6)]).toEqual([bytes, 5, bytes + 5, 0, 0, 0]);
    k.copyReferences(refs, 0, put(u32([2, 0, 1])), 3, out, bytes);
    expect(bytesAt(bytes, 16)).toEqual([...new TextEncoder().encode('gamma deltaalpha')]);
    expect([...memory.u32.subarray(out / 4, out / 4 + 6)]).toEqual([
      ...[bytes + 11, 5],
      ...[bytes + 16, 0],
      ...[bytes, 11],
    ]);
    k.copyReferences(refs, 0, 0, 3, refs, bytes);
    const [, , , , address, length] = memory.u32.subarray(refs / 4, refs / 4 + 6);
    expect(bytesAt(address!, length!)).toEqual([...texts[2]!]);
  });
});

it('references follow their bytes, empty ones to nowhere', () => {
  withArena((put) => {
    const refs = put(u32([...[1000, 5], ...[77, 0], ...[4_000_000_000, 1]]));
    k.moveReferences(refs, 3, 64);
    const moved = [...memory.u32.subarray(refs / 4, refs / 4 + 6)];
    expect(moved).toEqual([...[1064, 5], ...[0, 0], ...[4_000_000_064, 1]]);
    k.moveReferences(refs, 3, -1064);
    expect(memory.u32[refs / 4]).toBe(0);
  });
});
