import type { Chunk, ColumnPredicate, LiteralValue, Schema } from '@windrow/core';
import { Arena, BIGINT, readRow, SharedMemory, VARCHAR, writeVector } from '@windrow/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columnOf, TEST_TYPES, vectorOf } from '../test-support-values.ts';
import { MemoryTable } from './memory-table.ts';
import { memorySink } from './sink.ts';
import { memorySource } from './source.ts';

const memory = SharedMemory.create(1 << 30);
const schemaOf = (...fields: readonly [string, Schema['fields'][number]['type']][]): Schema => ({
  fields: fields.map(([name, type]) => ({ name, type, nullable: true })),
});

/** Partitions read in place: the table's own memory, not the scan helper's. */
function chunksOf(table: MemoryTable, predicates: readonly ColumnPredicate[] = []): Chunk[] {
  const columns = table.schema.fields.map((_, ordinal) => ordinal);
  const description = table.scan({ columns, predicates });
  // As a thread gets it.
  const reader = memorySource.open(structuredClone(description), { memory });
  const scratch = new Arena(memory, memory.newOwner());
  return description.partitions.map((_, partition) => reader.read(partition, scratch));
}

const rowsOf = (
  table: MemoryTable,
  predicates: readonly ColumnPredicate[] = [],
): LiteralValue[][] =>
  chunksOf(table, predicates).flatMap(({ length, columns }) =>
    Array.from({ length }, (_, row) => columns.map((column) => readRow(memory, column, row))),
  );

/** Runs with an arena whose pages are given back. */
function withArena<T>(use: (arena: Arena) => T): T {
  const arena = new Arena(memory, memory.newOwner(), 65536);
  try {
    return use(arena);
  } finally {
    arena.release();
  }
}

const bigints = (length: number, value: (row: number) => bigint): bigint[] =>
  Array.from({ length }, (_, row) => value(row));

describe('append', () => {
  test.each(TEST_TYPES.map((type) => [type.kind, type] as const))(
    'keeps what any vectors of type %s hold',
    (_, type) => {
      const chunk = fc.integer({ min: 0, max: 130 }).chain((length) => columnOf(type, length));
      fc.assert(
        fc.property(fc.array(chunk, { maxLength: 4 }), (chunks) => {
          const before = memory.usedBytes;
          const table = MemoryTable.create(memory, schemaOf(['x', type]));
          withArena((arena) => {
            for (const column of chunks) {
              const columns = [vectorOf(column, type, arena)];
              table.append({ length: column.values.length, columns });
            }
          });
          const expected = chunks.flatMap(({ values }) => values.map((value) => [value]));
          expect(rowsOf(table)).toEqual(expected);
          expect(table.rowCount).toBe(expected.length);
          table.drop();
          expect(memory.usedBytes).toBe(before);
        }),
        { numRuns: 40 },
      );
    },
  );

  test('splits a large chunk into partitions and keeps the order', () => {
    withArena((arena) => {
      const table = MemoryTable.create(memory, schemaOf(['n', BIGINT]));
      const values = bigints(200000, BigInt);
      table.append({ length: 200000, columns: [writeVector(arena, BIGINT, values)] });
      expect(table.scan({ columns: [0], predicates: [] }).partitions.map((p) => p.rows)).toEqual([
        65472, 65472, 65472, 3584,
      ]);
      expect(rowsOf(table).map(([value]) => value)).toEqual(values);
      table.drop();
    });
  });

  test('a chunk that does not fit leaves the table as it was', () => {
    const small = SharedMemory.create(40 * 65536);
    const arena = new Arena(small, small.newOwner(), 65536);
    const table = MemoryTable.create(small, schemaOf(['n', BIGINT]));
    const chunk = { length: 60000, columns: [writeVector(arena, BIGINT, bigints(60000, BigInt))] };
    table.append({ length: 1, columns: [writeVector(arena, BIGINT, [7n])] });
    const used = small.usedBytes;
    expect(() => {
      for (;;) table.append(chunk);
    }).toThrow('out of memory');
    const rows = table.rowCount;
    expect((rows - 1) % 60000).toBe(0);
    expect(() => table.append(chunk)).toThrow('out of memory');
    expect(table.rowCount).toBe(rows);
    expect(table.statistics().columns[0]).toMatchObject({ min: 0n, nullCount: 0 });
    table.truncate();
    expect(small.usedBytes).toBeLessThan(used);
  });

  test('refuses NULL in a column that is declared NOT NULL, before adding anything', () => {
    withArena((arena) => {
      const schema = { fields: [{ name: 'n', type: BIGINT, nullable: false }] };
      const table = MemoryTable.create(memory, schema);
      const columns = [writeVector(arena, BIGINT, [1n, null])];
      expect(() => table.append({ length: 2, columns })).toThrow(
        'NULL in column "n", which is declared NOT NULL',
      );
      expect(table.rowCount).toBe(0);
      table.drop();
    });
  });
});

describe('text', () => {
  const words = ['alpha', 'beta', 'gamma'];
  const column = (values: readonly LiteralValue[], arena: Arena) => ({
    length: values.length,
    columns: [writeVector(arena, VARCHAR, values)],
  });
  const kinds = (table: MemoryTable) => chunksOf(table).map(({ columns }) => columns[0]?.kind);

  test('with few values is kept as codes of one dictionary', () => {
    withArena((arena) => {
      const table = MemoryTable.create(memory, schemaOf(['w', VARCHAR]));
      const values = Array.from({ length: 70000 }, (_, row) => words[row % 3] ?? null);
      table.append(column(values, arena));
      table.append(column(['delta', null], arena));
      expect(kinds(table)).toEqual(['dictionary', 'dictionary']);
      const [first, second] = chunksOf(table).map(({ columns }) => columns[0]);
      expect(first?.kind === 'dictionary' && first.dictionary).toBe(
        second?.kind === 'dictionary' && second.dictionary,
      );
      expect(rowsOf(table).map(([value]) => value)).toEqual([...values, 'delta', null]);
      expect(table.statistics().columns[0]).toMatchObject({
        min: 'alpha',
        max: 'gamma',
        nullCount: 1,
        distinctCount: 4,
      });
      table.drop();
    });
  });

  test('with many values is kept as values, also where it began with few', () => {
    withArena((arena) => {
      const table = MemoryTable.create(memory, schemaOf(['w', VARCHAR]));
      const repeated = Array.from({ length: 3000 }, (_, row) => words[row % 3] ?? null);
      const unique = Array.from({ length: 30000 }, (_, row) => `value ${row}`);
      table.append(column(repeated, arena));
      table.append(column(unique, arena));
      expect(kinds(table)).toEqual(['flat']);
      expect(rowsOf(table).map(([value]) => value)).toEqual([...repeated, ...unique]);
      table.drop();
    });
  });
});

test('prunes partitions by their bounds and counts what is left', () => {
  withArena((arena) => {
    const table = MemoryTable.create(memory, schemaOf(['n', BIGINT]));
    table.append({
      length: 200000,
      columns: [writeVector(arena, BIGINT, bigints(200000, BigInt))],
    });
    const predicates: ColumnPredicate[] = [
      { kind: 'compare', column: 0, operator: '>=', value: 190000n },
    ];
    const { totals } = table.scan({ columns: [0], predicates });
    expect(totals).toMatchObject({ rowGroups: 2, rowGroupsTotal: 4 });
    expect(rowsOf(table, predicates).length).toBe(200000 - 2 * 65472);
    table.drop();
  });
});

test('forks share rows but not what is added later', () => {
  withArena((arena) => {
    const used = memory.usedBytes;
    const chunk = (values: readonly string[]) => ({
      length: values.length,
      columns: [writeVector(arena, VARCHAR, values)],
    });
    const table = MemoryTable.create(memory, schemaOf(['w', VARCHAR]));
    table.append(chunk(['a', 'b']));
    const fork = table.fork();
    table.append(chunk(['c']));
    fork.append(chunk(['d', 'a']));
    expect(rowsOf(table)).toEqual([['a'], ['b'], ['c']]);
    table.drop();
    expect(rowsOf(fork)).toEqual([['a'], ['b'], ['d'], ['a']]);
    fork.drop();
    arena.release();
    expect(memory.usedBytes).toBe(used);
  });
});

test('a scan described before an append reads what was there then', () => {
  withArena((arena) => {
    const table = MemoryTable.create(memory, schemaOf(['n', BIGINT]));
    const append = (values: readonly LiteralValue[]) =>
      table.append({ length: values.length, columns: [writeVector(arena, BIGINT, values)] });
    append([1n, 2n]);
    const description = table.scan({ columns: [0], predicates: [] });
    for (let round = 0; round < 12; round++) append([null, ...bigints(1000, BigInt)]);
    const chunk = memorySource.open(description, { memory }).read(0, arena);
    expect(chunk.length).toBe(2);
    expect([0, 1].map((row) => readRow(memory, chunk.columns[0]!, row))).toEqual([1n, 2n]);
    table.drop();
  });
});

describe('attach', () => {
  interface Morsel {
    readonly morsel: number;
    readonly values: readonly LiteralValue[];
  }

  /** Writes morsels on "threads" of their own and attaches what they report. */
  function write(table: MemoryTable, threads: readonly (readonly Morsel[])[]): number {
    const { type } = table.schema.fields[0]!;
    const reports = threads.map((morsels, thread) => {
      const writer = memorySink.open(table.sink(), { memory, thread });
      for (const { morsel, values } of morsels) {
        withArena((arena) => {
          for (let from = 0; from < values.length; from += 4096) {
            const part = values.slice(from, from + 4096);
            writer.write(
              { length: part.length, columns: [writeVector(arena, type, part)] },
              { morsel },
            );
          }
        });
      }
      return writer.close();
    });
    return table.attach(reports);
  }

  const words = (morsel: number, count: number, distinct: number): Morsel => ({
    morsel,
    values: Array.from({ length: count }, (_, row) =>
      row % 7 === 0 ? null : `${distinct > 100 ? morsel : ''}word ${row % distinct}`,
    ),
  });

  test.each([
    ['few values', 5, 'dictionary'],
    ['many values', 100000, 'flat'],
  ])('rows of all threads come in the order of their morsels: %s', (_, distinct, kind) => {
    const used = memory.usedBytes;
    const table = MemoryTable.create(memory, schemaOf(['w', VARCHAR]));
    withArena((arena) => {
      table.append({ length: 2, columns: [writeVector(arena, VARCHAR, ['first', null])] });
    });
    const threads = [
      [words(0, 70000, distinct), words(2, 100, distinct), words(5, 40000, distinct)],
      [words(1, 60000, distinct), words(3, 50, distinct), words(4, 0, distinct)],
    ];
    expect(write(table, threads)).toBe(170150);
    const inOrder = threads.flat().sort((a, b) => a.morsel - b.morsel);
    const expected = ['first', null, ...inOrder.flatMap(({ values }) => values)];
    expect(rowsOf(table).map(([value]) => value)).toEqual(expected);
    expect(chunksOf(table).at(-1)?.columns[0]?.kind).toBe(kind);
    const statistics = table.statistics().columns[0];
    const exact = new Set(expected).size - 1;
    expect(statistics?.nullCount).toBe(expected.filter((value) => value === null).length);
    expect(Math.abs((statistics?.distinctCount ?? 0) / exact - 1)).toBeLessThan(0.05);
    table.drop();
    expect(memory.usedBytes).toBe(used);
  });

  test('nothing stays when threads give up, or rows are refused', () => {
    const used = memory.usedBytes;
    const schema = { fields: [{ name: 'w', type: VARCHAR, nullable: false }] };
    const table = MemoryTable.create(memory, schema);
    const writer = memorySink.open(table.sink(), { memory, thread: 0 });
    withArena((arena) => {
      writer.write({ length: 1, columns: [writeVector(arena, VARCHAR, ['a'])] });
      const columns = [writeVector(arena, VARCHAR, [null])];
      expect(() => writer.write({ length: 1, columns })).toThrow('declared NOT NULL');
    });
    writer.abort();
    table.drop();
    expect(memory.usedBytes).toBe(used);
  });
});

test('distinct values are counted within two percent', () => {
  withArena((arena) => {
    const table = MemoryTable.create(memory, schemaOf(['n', BIGINT]));
    const values = bigints(100000, (row) => BigInt(row % 30000));
    table.append({ length: 100000, columns: [writeVector(arena, BIGINT, values)] });
    const estimate = table.statistics().columns[0]?.distinctCount ?? 0;
    expect(Math.abs(estimate / 30000 - 1)).toBeLessThan(0.05);
    table.drop();
  });
});
