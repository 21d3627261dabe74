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
  type IntervalValue,
  type LiteralValue,
  physicalType,
  REAL,
  SharedMemory,
  SMALLINT,
  type SqlType,
  TINYINT,
  typeName,
  UBIGINT,
  UINTEGER,
  USMALLINT,
  UTINYINT,
  UUID,
  VARCHAR,
  writeVector,
} from '@windrow/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kernels } from './module.ts';
import { PHYSICAL_TYPE_CODES } from './physical.ts';
import {
  SORT_ENTRY_BYTES,
  SORT_RANGE_BYTES,
  SORT_WITHIN_SCRATCH_BYTES,
  sortRangeTableBytes,
  sortScratchBytes,
  writeFullSortRange,
} from './sort.ts';
import { createSortProgram, type SortColumn } from './sort-program.ts';

const memory = SharedMemory.create();
const k = kernels(memory);

function withArena<T>(body: (arena: Arena) => T): T {
  const arena = new Arena(memory, memory.newOwner());
  try {
    return body(arena);
  } finally {
    arena.release();
  }
}

interface Key {
  readonly type: SqlType;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
  readonly values: readonly LiteralValue[];
}

/** Writes the key's values as chunks of `chunkRows` rows. */
function columnOf(arena: Arena, key: Key, chunkRows: number): SortColumn {
  const type = physicalType(key.type);
  const chunks: FlatVector[] = [];
  for (let row = 0; row < key.values.length; row += chunkRows)
    chunks.push(writeVector(arena, key.type, key.values.slice(row, row + chunkRows)));
  const table = arena.allocate(chunks.length * 8);
  memory.u32.set(
    chunks.flatMap((chunk) => [chunk.values, chunk.validity]),
    table >>> 2,
  );
  const range = arena.allocateZeroed(SORT_RANGE_BYTES);
  for (const chunk of chunks) {
    // Each chunk alone and then merged, as threads do it.
    const own = arena.allocateZeroed(SORT_RANGE_BYTES);
    const { values, validity, length } = chunk;
    k.sortKeyRange(PHYSICAL_TYPE_CODES[type], values, validity, length, own);
    k.sortKeyRangeMerge(PHYSICAL_TYPE_CODES[type], range, own);
  }
  const { descending, nullsFirst } = key;
  const hasNulls = chunks.some((chunk) => chunk.validity !== 0);
  return { type, descending, nullsFirst, table, hasNulls, range };
}

/** The order of rows by the kernels. */
function sortedRows(keys: readonly Key[], chunkRows = 65536): number[] {
  return withArena((arena) => {
    const rows = keys[0]!.values.length;
    const program = createSortProgram(
      arena,
      keys.map((key) => columnOf(arena, key, chunkRows)),
    );
    const entries = arena.allocate(rows * SORT_ENTRY_BYTES);
    for (let row = 0; row < rows; row += chunkRows) {
      const at = entries + row * SORT_ENTRY_BYTES;
      k.sortEncodeRows(program.address, row / chunkRows, 0, Math.min(chunkRows, rows - row), at);
    }
    k.sortEntries(program.address, 0, entries, rows, arena.allocate(sortScratchBytes(rows)));
    const ids = arena.allocate(rows * 4);
    k.sortRowIds(entries, rows, ids);
    return Array.from(memory.u32.subarray(ids >>> 2, (ids >>> 2) + rows)).map(
      (id) => (id >>> 16) * chunkRows + (id & 0xffff),
    );
  });
}

const bytesOf = (value: LiteralValue): Uint8Array =>
  typeof value === 'string' ? new TextEncoder().encode(value) : (value as Uint8Array);

const microsOf = (value: LiteralValue): bigint => {
  const { months, days, micros } = value as IntervalValue;
  return (BigInt(months) * 30n + BigInt(days)) * 86_400_000_000n + micros;
};

/** SQL order of two values that are not NULL, by the definition. */
function compareValues(type: SqlType, a: LiteralValue, b: LiteralValue): number {
  switch (type.kind) {
    case 'varchar':
    case 'blob':
      return Buffer.compare(bytesOf(a), bytesOf(b));
    case 'interval':
      return Number(microsOf(a) > microsOf(b)) - Number(microsOf(a) < microsOf(b));
    case 'float32':
    case 'float64': {
      const [x, y] = [a as number, b as number];
      if (Number.isNaN(x) || Number.isNaN(y))
        return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
      return Number(x > y) - Number(x < y);
    }
    default:
      return Number(a! > b!) - Number(a! < b!);
  }
}

function compareRows(keys: readonly Key[], a: number, b: number): number {
  for (const { type, values, descending, nullsFirst } of keys) {
    const [x, y] = [values[a]!, values[b]!];
    if (x === null && y === null) continue;
    if (x === null) return nullsFirst ? -1 : 1;
    if (y === null) return nullsFirst ? 1 : -1;
    const order = compareValues(type, x, y);
    if (order !== 0) return descending ? -order : order;
  }
  return 0;
}

/** The order of rows by a stable comparison sort. */
const expectedRows = (keys: readonly Key[]): number[] =>
  keys[0]!.values.map((_, row) => row).sort((a, b) => compareRows(keys, a, b));

const uuidOf = (value: bigint): string =>
  value
    .toString(16)
    .padStart(32, '0')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');

const interval = fc.record({
  months: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer()),
  days: fc.oneof(fc.integer({ min: -60, max: 60 }), fc.integer()),
  micros: fc.oneof(
    fc.constantFrom(-1n, 0n, 86_400_000_000n),
    fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
  ),
});

/** Strings that share prefixes, hold NULs, and end inside and outside the encoded blocks. */
const text = fc.oneof(
  fc.constantFrom('', 'a', 'a\0', 'a\0b', 'ab'),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.nat(40).map((n) => 'common prefix'.repeat(3).slice(0, n)),
  fc.tuple(fc.nat(3), fc.nat(3)).map(([a, b]) => `http://example.org/${a}/long/path/to/some/${b}`),
);

/** Values of each type: mostly few distinct ones, so that ties and repeated prefixes happen. */
const TYPES: readonly (readonly [SqlType, fc.Arbitrary<LiteralValue>])[] = [
  [BOOLEAN, fc.boolean()],
  [TINYINT, fc.integer({ min: -128, max: 127 })],
  [SMALLINT, fc.integer({ min: -32768, max: 32767 })],
  [INTEGER, fc.oneof(fc.integer(), fc.integer({ min: -3, max: 3 }))],
  [BIGINT, fc.oneof(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.bigInt(-2n, 2n))],
  [HUGEINT, fc.oneof(fc.bigInt(-(2n ** 127n), 2n ** 127n - 1n), fc.bigInt(-2n, 2n))],
  [UTINYINT, fc.integer({ min: 0, max: 255 })],
  [USMALLINT, fc.integer({ min: 0, max: 65535 })],
  [UINTEGER, fc.integer({ min: 0, max: 4294967295 })],
  [UBIGINT, fc.oneof(fc.bigInt(0n, 2n ** 64n - 1n), fc.bigInt(0n, 3n))],
  [REAL, fc.oneof(fc.float(), fc.constantFrom(0, -0, Number.NaN, 1, 2))],
  [DOUBLE, fc.oneof(fc.double(), fc.constantFrom(0, -0, Number.NaN, 1, 2, 3))],
  [VARCHAR, text],
  [BLOB, fc.uint8Array({ maxLength: 40 })],
  [INTERVAL, interval],
  [UUID, fc.bigInt(0n, 2n ** 128n - 1n).map(uuidOf)],
];

const keyOf = (rows: number, nullable: boolean): fc.Arbitrary<Key> =>
  fc.constantFrom(...TYPES).chain(([type, value]) =>
    fc.record({
      type: fc.constant(type),
      descending: fc.boolean(),
      nullsFirst: fc.boolean(),
      values: fc.array(nullable ? fc.option(value, { freq: 5 }) : value, {
        minLength: rows,
        maxLength: rows,
      }),
    }),
  );

const keysOf = (maxRows: number): fc.Arbitrary<Key[]> =>
  fc
    .tuple(fc.nat(maxRows), fc.integer({ min: 1, max: 4 }))
    .chain(([rows, count]) =>
      fc.tuple(...Array.from({ length: count }, () => fc.boolean().chain((n) => keyOf(rows, n)))),
    );

/** A reproducible generator for tests of many rows. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const ascending = (type: SqlType, values: readonly LiteralValue[]): Key => ({
  type,
  descending: false,
  nullsFirst: false,
  values,
});

describe('sortEntries', () => {
  it.each(TYPES.map(([type, value]) => [typeName(type), type, value] as const))(
    'orders %s as SQL does',
    (_name, type, value) => {
      const key = fc.record({
        type: fc.constant(type),
        descending: fc.boolean(),
        nullsFirst: fc.boolean(),
        values: fc.array(fc.option(value, { freq: 6 }), { minLength: 1, maxLength: 60 }),
      });
      fc.assert(
        fc.property(key, (one) => {
          expect(sortedRows([one], 7)).toEqual(expectedRows([one]));
        }),
        { numRuns: 60 },
      );
    },
  );

  it('orders by several keys, stably, whatever the chunks', () => {
    fc.assert(
      fc.property(keysOf(80), fc.constantFrom(1, 3, 65536), (keys, chunkRows) => {
        if (keys[0]!.values.length === 0) return;
        expect(sortedRows(keys, chunkRows)).toEqual(expectedRows(keys));
      }),
      { numRuns: 150 },
    );
  });

  /** Shapes of many rows that take each way through the radix sort. */
  const shapes: Readonly<Record<string, (random: () => number, row: number) => LiteralValue>> = {
    'few values': (random) => Math.floor(random() * 5),
    'sixteen bits': (random) => Math.floor(random() * 65536),
    'all of a double': (random) => (random() - 0.5) * 10 ** Math.floor(random() * 300 - 150),
    'small steps': (random, row) => row + Math.floor(random() * 3),
    ascending: (_random, row) => row,
    descending: (_random, row) => -row,
    'one far away': (random, row) => (row === 77 ? 1e300 : random()),
    'powers of two': (random) => 2 ** Math.floor(random() * 1000 - 500),
    constant: () => 42,
  };
  it.each(Object.entries(shapes))('sorts many rows: %s', (_name, valueAt) => {
    const random = randomNumbers(7);
    const key = ascending(
      DOUBLE,
      Array.from({ length: 30000 }, (_, row) => valueAt(random, row)),
    );
    const second = ascending(
      INTEGER,
      key.values.map(() => Math.floor(random() * 100)),
    );
    expect(sortedRows([key])).toEqual(expectedRows([key]));
    expect(sortedRows([key, second], 4096)).toEqual(expectedRows([key, second]));
  });

  it('compares whole strings where long prefixes are equal', () => {
    const random = randomNumbers(3);
    const values = Array.from({ length: 3000 }, () => {
      const tail = Math.floor(random() * 40);
      return `${random() < 0.5 ? 'x' : 'y'}${'same'.repeat(20)}${'z'.repeat(tail)}`;
    });
    const keys = [
      { ...ascending(VARCHAR, values), descending: true },
      ascending(
        INTEGER,
        values.map(() => Math.floor(random() * 3)),
      ),
    ];
    expect(sortedRows(keys)).toEqual(expectedRows(keys));
  });
});

describe('createSortProgram', () => {
  const programOf = (keys: readonly Key[]) =>
    withArena((arena) =>
      createSortProgram(
        arena,
        keys.map((key) => columnOf(arena, key, 65536)),
      ),
    );

  it('packs narrow columns into one word', () => {
    const keys = [
      ascending(INTEGER, [1000, 1001, null, 1023]),
      ascending(BIGINT, [5n, 6n, 7n, 2n ** 40n - 1n]),
      ascending(VARCHAR, ['a', 'b', 'c', 'd']),
    ];
    // One flag and five bits, 40 bits (from 5 to 2⁴⁰ − 1), one byte.
    expect(programOf(keys)).toMatchObject({ levels: 1, bits: 1 + 5 + 40 + 8 });
  });

  it('leaves out what all rows share', () => {
    expect(programOf([ascending(DOUBLE, [1, 1, 1])])).toMatchObject({ levels: 1, bits: 0 });
    expect(programOf([ascending(INTEGER, [null, null])])).toMatchObject({ levels: 1, bits: 0 });
    expect(programOf([ascending(BIGINT, [0n, 1n << 20n, 3n << 20n])])).toMatchObject({ bits: 2 });
    const text = ascending(VARCHAR, ['Customer#000000001', 'Customer#000000372']);
    expect(programOf([text])).toMatchObject({ levels: 1, bits: 24 });
  });
});

describe('rows within a limit', () => {
  /** Keys of one chunk of rows, some of which are short enough texts to be encoded whole. */
  const cases = keysOf(400).filter((keys) => keys[0]!.values.length > 0);

  it('are those that do not come after the limit', () => {
    fc.assert(
      fc.property(cases, fc.nat(), fc.boolean(), (keys, seed, inclusive) => {
        const count = keys[0]!.values.length;
        const limitRow = seed % count;
        withArena((arena) => {
          const columns = keys.map((key) => columnOf(arena, key, 65536));
          for (const { range, type } of columns) writeFullSortRange(memory, range, type);
          const { address: program } = createSortProgram(
            arena,
            columns.map((column) => ({ ...column, hasNulls: true })),
          );
          const levels = k.sortWordLevels(program);
          const limits = arena.allocate(levels * 8);
          k.sortRowWords(program, levels, limitRow, arena.allocate(16), limits);
          const rows = arena.allocate(count * 4);
          const rowsAt = (length: number) => [
            ...memory.u32.subarray(rows >>> 2, (rows >>> 2) + length),
          ];
          const first = memory.u32.subarray(columns[0]!.table >>> 2, (columns[0]!.table >>> 2) + 2);
          const found = k.sortFirstKeyWithin(
            program,
            memory.u64[limits >>> 3]!,
            first[0]!,
            first[1]!,
            count,
            rows,
          );
          const candidates = rowsAt(found);
          const scratch = arena.allocate(SORT_WITHIN_SCRATCH_BYTES);
          const flag = inclusive ? 1 : 0;
          const kept = k.sortRowsWithin(program, limits, levels, flag, rows, found, scratch);
          const order = keys[0]!.values.map((_, row) => compareRows(keys, row, limitRow));
          const wanted = order.flatMap((o, row) => (o < 0 || (inclusive && o === 0) ? [row] : []));
          expect(candidates).toEqual(expect.arrayContaining(wanted));
          const isExact = keys.every(({ type }) => type.kind !== 'varchar' && type.kind !== 'blob');
          if (isExact) expect(rowsAt(kept)).toEqual(wanted);
          // Texts are told apart by their first bytes alone, and count as equal else.
          else if (inclusive) expect(rowsAt(kept)).toEqual(expect.arrayContaining(wanted));
          else for (const row of rowsAt(kept)) expect(order[row]).toBeLessThan(0);
        });
      }),
      { numRuns: 200 },
    );
  });

  it('have peers', () => {
    const keys = [
      ascending(INTEGER, [1, 2, 2, 2, null, null]),
      ascending(VARCHAR, 'abbcdd'.split('')),
    ];
    withArena((arena) => {
      const columns = keys.map((key) => columnOf(arena, key, 4));
      const { address: program } = createSortProgram(arena, columns);
      const ids = arena.allocate(24);
      memory.u32.set([0, 1, 2, 3, 0x10000, 0x10001], ids >>> 2);
      const peersAt = (position: number) =>
        k.sortCountPeers(program, ids, position, 6, arena.allocate(32));
      expect([0, 1, 2, 3, 4, 5].map(peersAt)).toEqual([1, 2, 1, 1, 2, 1]);
    });
  });
});

describe('sortScatterByRange', () => {
  it('groups by splitters and keeps the order within a range', () => {
    const word = fc.oneof(fc.bigInt(0n, 40n), fc.bigInt(0n, 2n ** 64n - 1n));
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 100 }),
        fc.array(word, { maxLength: 7 }),
        (words, unsorted) => {
          const limits = unsorted.sort((a, b) => Number(a > b) - Number(a < b));
          const rangeCount = limits.length + 1;
          withArena((arena) => {
            const entries = arena.allocate(words.length * SORT_ENTRY_BYTES);
            const out = arena.allocate(words.length * SORT_ENTRY_BYTES);
            const splitters = arena.allocate(64);
            const ends = arena.allocate(32);
            words.forEach((value, row) => {
              memory.u64[(entries >>> 3) + row * 2] = value;
              memory.u32[(entries >>> 2) + row * 4 + 2] = row;
            });
            memory.u64.set(limits, splitters >>> 3);
            const ranges = arena.allocate(words.length * 2);
            const table = arena.allocate(sortRangeTableBytes(rangeCount));
            k.sortRangeTable(splitters, rangeCount, table);
            k.sortScatterByRange(entries, words.length, table, ranges, ends, out);
            const rangeOf = (value: bigint) => limits.filter((limit) => limit <= value).length;
            const expected = words
              .map((value, row) => ({ range: rangeOf(value), row }))
              .sort((a, b) => a.range - b.range);
            const ids = arena.allocate(words.length * 4);
            k.sortRowIds(out, words.length, ids);
            const rows = [...memory.u32.subarray(ids >>> 2, (ids >>> 2) + words.length)];
            expect(rows).toEqual(expected.map(({ row }) => row));
            const found = [...memory.u32.subarray(ends >>> 2, (ends >>> 2) + rangeCount)];
            expect(found).toEqual(
              found.map((_, range) => expected.filter((one) => one.range <= range).length),
            );
          });
        },
      ),
    );
  });
});
