import {
  Arena,
  BIGINT,
  BLOB,
  BOOLEAN,
  DOUBLE,
  type FlatVector,
  HUGEINT,
  INTEGER,
  INTERVAL,
  type LiteralValue,
  physicalType,
  REAL,
  SharedMemory,
  SMALLINT,
  type SqlType,
  UBIGINT,
  UUID,
  VARCHAR,
  writeVector,
} from '@windrow/core';
import { describe, expect, it } from 'vitest';
import { kernels } from './module.ts';
import { PHYSICAL_TYPE_CODES } from './physical.ts';

const memory = SharedMemory.create();
const arena = new Arena(memory, memory.newOwner());
const k = kernels(memory);

function hashesOf(vector: FlatVector, combineWith?: readonly bigint[]): bigint[] {
  const { type, values, validity, length } = vector;
  const out = arena.allocate(length * 8);
  if (combineWith !== undefined) memory.u64.set(combineWith, out / 8);
  const code = PHYSICAL_TYPE_CODES[physicalType(type)];
  k.hashColumn(code, values, validity, length, combineWith === undefined ? 0 : 1, out);
  return [...memory.u64.subarray(out / 8, out / 8 + length)];
}

const hashes = (type: SqlType, values: readonly LiteralValue[]): bigint[] =>
  hashesOf(writeVector(arena, type, values));

describe('equal values hash alike, others do not', () => {
  const interval = (months: number, days: number, micros: bigint) => ({ months, days, micros });
  const cases: readonly (readonly [SqlType, readonly LiteralValue[], readonly LiteralValue[]])[] = [
    [DOUBLE, [0, -0, Number.NaN, Number.NaN], [1, -1, Number.POSITIVE_INFINITY]],
    [REAL, [0, -0], [0.5, Number.NaN]],
    [INTERVAL, [interval(1, 0, 0n), interval(0, 30, 0n)], [interval(0, 31, 0n)]],
    [INTERVAL, [interval(0, 1, -1n), interval(0, 0, 86_399_999_999n)], [interval(0, 1, 1n)]],
    [BOOLEAN, [true, true], [false]],
    [SMALLINT, [-1, -1], [0, 1]],
    [INTEGER, [7, 7], [-7]],
    [BIGINT, [1n << 40n, 1n << 40n], [1n << 41n, -1n]],
    [UBIGINT, [(1n << 64n) - 1n, (1n << 64n) - 1n], [0n]],
    [HUGEINT, [1n << 100n, 1n << 100n], [1n << 99n, 0n, -1n]],
    [
      UUID,
      ['00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000001'],
      ['00000000-0000-0001-0000-000000000000'],
    ],
    [VARCHAR, ['abc', 'abc'], ['abd', 'abcabc', '', 'ab', 'abc\0']],
    [BLOB, [new Uint8Array([0, 0]), new Uint8Array([0, 0])], [new Uint8Array([0])]],
  ];
  it.each(cases)('%j', (type, alike, others) => {
    const [first, ...rest] = hashes(type, [...alike, ...others, null]);
    const same = alike.length - 1;
    for (let i = 0; i < rest.length; i++) {
      if (type.kind === 'float64' && i > 0 && i < 3) continue;
      if (i < same) expect(rest[i]).toBe(first);
      else expect(rest[i]).not.toBe(first);
    }
    if (type.kind === 'float64') expect(rest[1]).toBe(rest[2]);
  });
});

it('sees every byte of a string', () => {
  const text = 'abcdefghijklmnopqrstuvwxyz';
  for (let length = 1; length <= text.length; length++) {
    const base = text.slice(0, length);
    const variants = Array.from(base, (_, i) => `${base.slice(0, i)}#${base.slice(i + 1)}`);
    expect(new Set(hashes(VARCHAR, [base, ...variants])).size).toBe(length + 1);
  }
});

it('spreads consecutive numbers over high and low bits', () => {
  const found = hashes(
    BIGINT,
    Array.from({ length: 65536 }, (_, i) => BigInt(i)),
  );
  for (const shift of [0n, 20n, 56n]) {
    const buckets = new Uint32Array(256);
    for (const hash of found) buckets[Number((hash >> shift) & 255n)]! += 1;
    // 256 expected in each, with a standard deviation of 16.
    expect(Math.min(...buckets)).toBeGreaterThan(160);
    expect(Math.max(...buckets)).toBeLessThan(352);
  }
});

it('combines columns in order, whatever their encoding', () => {
  const first = hashes(INTEGER, [1, 2, null, 1]);
  const second = writeVector(arena, VARCHAR, ['x', null, 'y', 'x']);
  const expected = hashesOf(second, first);
  expect(expected[0]).toBe(expected[3]);
  expect(new Set(expected).size).toBe(3);

  const entries = writeVector(arena, VARCHAR, ['y', 'x']);
  const entryHashes = arena.allocate(16);
  k.hashColumn(PHYSICAL_TYPE_CODES.ref, entries.values, 0, 2, 0, entryHashes);
  const indices = arena.allocate(16);
  memory.u32.set([1, 0, 0, 1], indices / 4);
  const out = arena.allocate(32);
  memory.u64.set(first, out / 8);
  k.hashIndices(entryHashes, indices, second.validity, 4, 1, out);
  expect([...memory.u64.subarray(out / 8, out / 8 + 4)]).toEqual(expected);

  memory.u64.set(first, out / 8);
  k.hashConstant(entryHashes + 8, 4, 1, out);
  expect(memory.u64[out / 8]).toBe(expected[0]);
  expect(memory.u64[out / 8 + 1]).not.toBe(expected[1]);
});
