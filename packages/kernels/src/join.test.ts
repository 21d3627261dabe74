import {
  Arena,
  BIGINT,
  DOUBLE,
  HUGEINT,
  INTEGER,
  type LiteralValue,
  physicalType,
  SharedMemory,
  type SqlType,
  VARCHAR,
  writeVector,
} from '@windrow/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  JOIN_ENTRY_BYTES,
  JOIN_FILTER_BYTES,
  JOIN_KEY_BYTES,
  JOIN_SLOT_BYTES,
  JOIN_TABLE_BYTES,
  type JoinTableKind,
  writeJoinFilter,
  writeJoinKey,
  writeJoinTable,
} from './join.ts';
import { kernels } from './module.ts';
import { PHYSICAL_TYPE_CODES } from './physical.ts';

const memory = SharedMemory.create();
const k = kernels(memory);
const NONE = 0xffffffff;

function withArena<T>(body: (arena: Arena) => T): T {
  const arena = new Arena(memory, memory.newOwner());
  try {
    return body(arena);
  } finally {
    arena.release();
  }
}

const u32At = (address: number, count: number): number[] => [
  ...memory.u32.subarray(address >>> 2, (address >>> 2) + count),
];

const put = (arena: Arena, values: Uint8Array): number => {
  const address = arena.allocate(values.length);
  memory.u8.set(values, address);
  return address;
};
const putU32 = (arena: Arena, values: readonly number[]): number =>
  put(arena, new Uint8Array(Uint32Array.from(values).buffer));
const putU64 = (arena: Arena, values: readonly bigint[]): number =>
  put(arena, new Uint8Array(BigUint64Array.from(values).buffer));

interface TableShape {
  readonly kind: JoinTableKind;
  /** Number of regions, as a power of two. */
  readonly regionBits: number;
  /** Greatest code plus one, for direct tables. */
  readonly codes: number;
}

/** Builds a table of the codes; row i has id `i`. */
function buildTable(arena: Arena, codes: readonly bigint[], shape: TableShape): number {
  const { kind } = shape;
  const regions = 2 ** shape.regionBits;
  const shift = Math.max(0, Math.ceil(Math.log2(shape.codes)) - shape.regionBits);
  const regionSlots = kind === 'direct' ? 2 ** shift : codes.length + 1;
  const slotCount = kind === 'direct' ? shape.codes : regions * regionSlots;
  const slots = arena.allocate(slotCount * JOIN_SLOT_BYTES[kind]);
  const regionShift = kind === 'direct' ? shift : 32 - shape.regionBits;
  const table = arena.allocate(JOIN_TABLE_BYTES);
  writeJoinTable(memory, table, { kind, slots, slotCount, regionSlots, regionShift });

  const entries = arena.allocate(codes.length * JOIN_ENTRY_BYTES);
  expect(k.joinEntries(putU64(arena, codes), 0, codes.length, 0, entries)).toBe(codes.length);
  const grouped = arena.allocate(codes.length * JOIN_ENTRY_BYTES);
  const ends = arena.allocate(regions * 4);
  k.joinScatter(table, entries, codes.length, regions, ends, grouped);
  let start = 0;
  u32At(ends, regions).forEach((end, region) => {
    if (kind !== 'direct' || region * regionSlots < slotCount) {
      const own = grouped + start * JOIN_ENTRY_BYTES;
      const words = k.joinFillRegion(table, region, own, end - start);
      k.joinFinishRegion(table, region, own, arena.allocate(words * 4));
    }
    start = end;
  });
  return table;
}

/** All pairs of probe row and build row, as the kernels find them in steps of `capacity`. */
function joinedPairs(
  build: readonly bigint[],
  probe: readonly bigint[],
  shape: TableShape,
  options: { readonly capacity: number; readonly outer: boolean },
): [number, number][] {
  return withArena((arena) => {
    const table = buildTable(arena, build, shape);
    const heads = arena.allocate(probe.length * 4);
    const retries = arena.allocate(probe.length * 4);
    const found = k.joinProbe(table, putU64(arena, probe), 0, probe.length, heads, retries);
    expect(found).toBe(u32At(heads, probe.length).filter((head) => head !== NONE).length);
    const cursor = arena.allocateZeroed(8);
    const { capacity, outer } = options;
    const rows = arena.allocate(capacity * 4 + 4);
    const ids = arena.allocate(capacity * 4 + 4);
    const pairs: [number, number][] = [];
    for (;;) {
      const count = k.joinExpand(heads, probe.length, outer ? 1 : 0, cursor, capacity, rows, ids);
      const buildIds = u32At(ids, count);
      pairs.push(
        ...u32At(rows, count).map((row, pair): [number, number] => [row, buildIds[pair]!]),
      );
      if (count < capacity) return pairs;
    }
  });
}

const nestedLoop = (
  build: readonly bigint[],
  probe: readonly bigint[],
  outer: boolean,
): [number, number][] =>
  probe.flatMap((code, row): [number, number][] => {
    const ids = build.flatMap((other, id) => (other === code ? [id] : []));
    return (outer && ids.length === 0 ? [NONE] : ids).map((id) => [row, id]);
  });

describe('join tables', () => {
  const shapes: readonly (readonly [JoinTableKind, fc.Arbitrary<bigint>])[] = [
    ['direct', fc.bigInt(0n, 50n)],
    ['compact', fc.oneof(fc.bigInt(0n, 20n), fc.bigInt(0n, 2n ** 32n - 1n))],
    ['wide', fc.oneof(fc.bigInt(0n, 20n), fc.bigInt(0n, 2n ** 64n - 1n))],
  ];
  it.each(shapes)('finds in a %s table what a nested loop finds', (kind, code) => {
    fc.assert(
      fc.property(
        fc.array(code, { maxLength: 60 }),
        fc.array(code, { maxLength: 60 }),
        fc.nat(3),
        fc.record({ capacity: fc.integer({ min: 1, max: 9 }), outer: fc.boolean() }),
        (build, probe, regionBits, options) => {
          const shape = { kind, regionBits, codes: 51 };
          expect(joinedPairs(build, probe, shape, options)).toEqual(
            nestedLoop(build, probe, options.outer),
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  it('fills regions to the last slot and wraps within them', () => {
    // All 40 codes and, with one slot more, every probe of a missing code goes all the way round.
    const build = Array.from({ length: 40 }, (_, i) => BigInt(i * 7));
    const probe = Array.from({ length: 300 }, (_, i) => BigInt(i));
    for (const kind of ['compact', 'wide'] as const) {
      const shape = { kind, regionBits: 0, codes: 0 };
      expect(joinedPairs(build, probe, shape, { capacity: 1000, outer: false })).toEqual(
        nestedLoop(build, probe, false),
      );
    }
  });

  it('says when a region has too few slots', () => {
    withArena((arena) => {
      const codes = putU64(arena, [1n, 2n, 3n, 3n]);
      const entries = arena.allocate(64);
      k.joinEntries(codes, 0, 4, 0, entries);
      const fill = (slotCount: number): number => {
        const slots = arena.allocate(slotCount * 16);
        const table = arena.allocate(JOIN_TABLE_BYTES);
        const shape = { kind: 'wide', slots, slotCount, regionSlots: slotCount } as const;
        writeJoinTable(memory, table, { ...shape, regionShift: 32 });
        return k.joinFillRegion(table, 0, entries, 4);
      };
      expect([fill(3), fill(4)]).toEqual([-1, 3]);
    });
  });

  it('has pairs without expansion where no code occurs twice', () => {
    withArena((arena) => {
      const build = [5n, 1n, 9n];
      const table = buildTable(arena, build, { kind: 'compact', regionBits: 1, codes: 0 });
      const heads = arena.allocate(64);
      const matchable = put(arena, Uint8Array.of(1, 0, 1, 1));
      k.joinProbe(table, putU64(arena, [9n, 9n, 7n, 5n]), matchable, 4, heads, arena.allocate(64));
      expect(u32At(heads, 4)).toEqual([2, NONE, NONE, 0]);
      const rows = arena.allocate(64);
      expect(k.joinWithoutHead(heads, 4, rows)).toBe(2);
      expect(u32At(rows, 2)).toEqual([1, 2]);
      expect(k.joinPairs(heads, 4, rows, heads)).toBe(2);
      expect([u32At(rows, 2), u32At(heads, 2)]).toEqual([
        [0, 3],
        [2, 0],
      ]);
    });
  });
});

describe('join filters', () => {
  it.each([true, false])('let all rows pass that have a match (exact: %s)', (exact) => {
    const code = exact ? fc.bigInt(0n, 99n) : fc.bigInt(0n, 2n ** 64n - 1n);
    const build = fc.array(code, { maxLength: 30 });
    const probe = fc.array(fc.record({ code, isMatchable: fc.boolean() }), { maxLength: 60 });
    fc.assert(
      fc.property(build, probe, (build, probe) => {
        withArena((arena) => {
          const filter = arena.allocate(JOIN_FILTER_BYTES);
          const bits = arena.allocateZeroed(16);
          writeJoinFilter(memory, filter, { bits, bitCount: 100, exact });
          const entries = arena.allocate(build.length * JOIN_ENTRY_BYTES);
          k.joinEntries(putU64(arena, build), 0, build.length, 0, entries);
          k.joinFilterAdd(filter, entries, build.length);
          const codes = putU64(
            arena,
            probe.map((row) => row.code),
          );
          const flags = put(
            arena,
            Uint8Array.from(probe.map(({ isMatchable }) => Number(isMatchable))),
          );
          const rows = arena.allocate(probe.length * 4);
          const passed = arena.allocate(probe.length * 8);
          const count = k.joinFilter(filter, codes, flags, probe.length, rows, passed);
          const found = u32At(rows, count);
          const matching = probe.flatMap((row, i) =>
            row.isMatchable && build.includes(row.code) ? [i] : [],
          );
          expect(found).toEqual(exact ? matching : expect.arrayContaining(matching));
          found.forEach((row, i) => {
            expect(probe[row]!.isMatchable).toBe(true);
            expect(memory.u64[(passed >>> 3) + i]).toBe(probe[row]!.code);
          });
        });
      }),
    );
  });

  it('keep most rows without a match out', () => {
    withArena((arena) => {
      const codes = Array.from({ length: 1000 }, (_, i) => BigInt(i) * 12345678901n);
      const filter = arena.allocate(JOIN_FILTER_BYTES);
      writeJoinFilter(memory, filter, {
        bits: arena.allocateZeroed(2000),
        bitCount: 16_000,
        exact: false,
      });
      const entries = arena.allocate(1000 * JOIN_ENTRY_BYTES);
      k.joinEntries(putU64(arena, codes), 0, 1000, 0, entries);
      k.joinFilterAdd(filter, entries, 1000);
      const others = putU64(
        arena,
        codes.map((code) => code + 1n),
      );
      const [rows, passed] = [arena.allocate(4000), arena.allocate(8000)];
      expect(k.joinFilter(filter, others, 0, 1000, rows, passed)).toBeLessThan(100);
    });
  });
});

describe('join filters of one key', () => {
  const value = fc.option(fc.bigInt(-40n, 40n));

  it.each([
    { exact: true, nullMatches: false },
    { exact: true, nullMatches: true },
    { exact: false, nullMatches: false },
  ])('agree with codes, under a selection or without: %o', ({ exact, nullMatches }) => {
    const probe = fc.array(fc.record({ value, isSelected: fc.boolean() }), { maxLength: 80 });
    const build = fc.array(value, { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(build, probe, fc.boolean(), (build, probe, isSelected) => {
        withArena((arena) => {
          const known = build.filter((key) => key !== null);
          const [least, greatest] = [-30n, 30n];
          const inRange = known.filter((key) => key >= least && key <= greatest);
          const key = arena.allocate(JOIN_KEY_BYTES);
          const base = least + 2n ** 63n;
          const span = greatest - least;
          writeJoinKey(memory, key, { type: 'i64', nullMatches, base, span, shift: 5 });
          const filter = arena.allocate(JOIN_FILTER_BYTES);
          const bits = arena.allocateZeroed(16);
          const part = { shift: 5, bits: 6 };
          writeJoinFilter(memory, filter, { bits, bitCount: exact ? 62 : 128, exact, part });
          const hasNull = nullMatches && known.length < build.length;
          const codes = [
            ...inRange.map((each) => each - least),
            ...(hasNull ? [span + 1n] : []),
          ].map((code) => (code << 5n) | 31n);
          const entries = arena.allocate(codes.length * JOIN_ENTRY_BYTES);
          k.joinEntries(putU64(arena, codes), 0, codes.length, 0, entries);
          k.joinFilterAdd(filter, entries, codes.length);

          const vector = writeVector(
            arena,
            BIGINT,
            probe.map((row) => row.value),
          );
          const wanted = probe.flatMap((row, i) => (!isSelected || row.isSelected ? [i] : []));
          const rows = arena.allocate(probe.length * 4);
          const count = k.joinFilterKey(
            key,
            filter,
            vector.values,
            vector.validity,
            isSelected ? putU32(arena, wanted) : 0,
            wanted.length,
            rows,
          );
          const matching = wanted.filter((row) => {
            const found = probe[row]!.value;
            return found === null ? hasNull : inRange.includes(found);
          });
          const found = u32At(rows, count);
          expect(found).toEqual(exact ? matching : expect.arrayContaining(matching));
        });
      }),
    );
  });
});

describe('joinCodes', () => {
  /** Codes and flags of one row per value. */
  const codesOf = (
    columns: readonly {
      readonly type: SqlType;
      readonly values: readonly LiteralValue[];
      readonly base: bigint;
      readonly span: bigint;
      readonly shift: number;
      readonly nullMatches?: boolean;
    }[],
  ) =>
    withArena((arena) => {
      const count = columns[0]!.values.length;
      const codes = arena.allocate(count * 8);
      const matchable = arena.allocate(count);
      const key = arena.allocate(JOIN_KEY_BYTES);
      let matches = 0;
      columns.forEach((column, index) => {
        const { type, base, span, shift, nullMatches = false } = column;
        writeJoinKey(memory, key, { type: physicalType(type), nullMatches, base, span, shift });
        const { values, validity } = writeVector(arena, type, column.values);
        matches = k.joinCodes(key, index === 0 ? 1 : 0, values, validity, count, codes, matchable);
      });
      const flags = [...memory.u8.subarray(matchable, matchable + count)];
      expect(matches).toBe(flags.filter((flag) => flag === 1).length);
      return flags.map((flag, row) => (flag === 1 ? memory.u64[(codes >>> 3) + row]! : undefined));
    });
  const SIGN = 2n ** 63n;

  it('subtracts the smallest value and drops what is out of range', () => {
    const column = { type: INTEGER, values: [9, 10, 14, 15, -5, null], base: SIGN + 10n };
    expect(codesOf([{ ...column, span: 4n, shift: 0 }])).toEqual([
      undefined,
      0n,
      4n,
      undefined,
      undefined,
      undefined,
    ]);
    expect(codesOf([{ ...column, span: 4n, shift: 0, nullMatches: true }]).at(-1)).toBe(5n);
  });

  it('puts several columns side by side', () => {
    const first = { type: BIGINT, values: [1n, 2n, 3n, 9n], base: SIGN + 1n, span: 2n, shift: 0 };
    const second = {
      type: HUGEINT,
      values: [2n ** 100n, 2n ** 100n + 3n, null, 2n ** 100n],
      base: 2n ** 127n + 2n ** 100n,
      span: 3n,
      shift: 2,
    };
    expect(codesOf([first, second])).toEqual([0n, 1n + (3n << 2n), undefined, undefined]);
  });

  it('has one code for both zeros and one for NaN', () => {
    const values = [0, -0, Number.NaN, -Number.NaN];
    const [zero, negative, nan, other] = codesOf([
      { type: DOUBLE, values, base: 0n, span: 2n ** 64n - 1n, shift: 0 },
    ]);
    expect(zero).toBe(negative);
    expect(nan).toBe(other);
    expect(zero).not.toBe(nan);
  });
});

describe('pairs', () => {
  it.each([
    [VARCHAR, ['a', 'bb', null, 'a longer text'], ['a', 'bc', null, 'a longer text']],
    [DOUBLE, [0, 1, null, Number.NaN], [-0, 2, null, Number.NaN]],
    [HUGEINT, [2n ** 90n, -1n, null, 5n], [2n ** 90n, 1n, null, 5n]],
  ] as const)('compares keys of type %o', (type, probe, build) => {
    withArena((arena) => {
      const { values, validity } = writeVector(arena, type, probe);
      const chunk = writeVector(arena, type, build);
      // Chunk 1 of two, to see the upper half of an id used.
      const table = putU32(arena, [0, 0, chunk.values, chunk.validity]);
      const rows = putU32(arena, [0, 1, 2, 3]);
      const ids = putU32(
        arena,
        [0, 1, 2, 3].map((id) => (1 << 16) | id),
      );
      const code = PHYSICAL_TYPE_CODES[physicalType(type)];
      const compare = (nullMatches: number, flags: number[]) => {
        const equal = put(arena, Uint8Array.from(flags));
        k.joinCompareKeys(code, nullMatches, values, validity, rows, table, ids, 4, equal);
        return [...memory.u8.subarray(equal, equal + 4)];
      };
      expect(compare(0, [1, 1, 1, 1])).toEqual([1, 0, 0, 1]);
      expect(compare(1, [0, 1, 1, 1])).toEqual([0, 0, 1, 1]);
      const kept = put(arena, Uint8Array.of(1, 0, 0, 1));
      expect(k.joinKeepPairs(kept, 4, rows, ids)).toBe(2);
      expect(u32At(rows, 2)).toEqual([0, 3]);
    });
  });

  it('tells true from unknown conditions', () => {
    withArena((arena) => {
      const values = put(arena, Uint8Array.of(1, 0, 1, 1));
      const validity = put(arena, Uint8Array.of(0b1011));
      const mark = (rows: number): number[][] => {
        const flags = [arena.allocateZeroed(8), arena.allocateZeroed(8)] as const;
        k.joinMarkTruth(values, validity, rows, 4, ...flags);
        return flags.map((at) => [...memory.u8.subarray(at, at + 4)]);
      };
      expect(mark(0)).toEqual([
        [1, 0, 0, 1],
        [0, 0, 1, 0],
      ]);
      expect(mark(putU32(arena, [2, 2, 2, 0]))).toEqual([
        [1, 0, 1, 0],
        [0, 0, 1, 0],
      ]);
    });
  });

  it('numbers rows from a first one', () => {
    withArena((arena) => {
      const rows = putU32(arena, [4, 7]);
      k.joinOffsetRows(rows, 2, 10, rows);
      expect(u32At(rows, 2)).toEqual([14, 17]);
      k.joinOffsetRows(0, 2, 5, rows);
      expect(u32At(rows, 2)).toEqual([5, 6]);
    });
  });

  it('marks NULLs', () => {
    withArena((arena) => {
      const flags = put(arena, Uint8Array.of(1, 0, 0, 0));
      k.joinMarkNulls(put(arena, Uint8Array.of(0b1011)), 4, flags);
      k.joinMarkNulls(0, 4, flags);
      expect([...memory.u8.subarray(flags, flags + 4)]).toEqual([1, 0, 1, 0]);
    });
  });

  it('marks rows on both sides', () => {
    withArena((arena) => {
      const flags = arena.allocateZeroed(8);
      expect(k.joinMarkRows(putU32(arena, [1, 3, 1]), 3, flags)).toBe(1);
      expect(k.joinMarkRows(putU32(arena, [3]), 1, flags)).toBe(1);
      const rows = arena.allocate(16);
      expect(k.joinRowsByByte(flags, 0, 4, rows)).toBe(2);
      expect(u32At(rows, 2)).toEqual([0, 2]);
      expect(k.joinRowsByByte(flags, 1, 4, rows)).toBe(2);
      const chunks = [arena.allocateZeroed(8), arena.allocateZeroed(8)];
      const table = putU32(arena, [chunks[0]!, 0, chunks[1]!, 0]);
      k.joinMarkBuild(putU32(arena, [2, NONE, (1 << 16) | 5]), 3, table);
      expect(chunks.map((at) => [...memory.u8.subarray(at, at + 8)])).toEqual([
        [0, 0, 1, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 1, 0, 0],
      ]);
    });
  });
});
