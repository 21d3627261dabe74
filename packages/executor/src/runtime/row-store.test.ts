import {
  Arena,
  type Batch,
  INTEGER,
  type LiteralValue,
  readRow,
  type SharedMemory,
  type Vector,
  writeVector,
} from '@windrow/core';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { batches, COLUMN_TYPES } from '../testing/arbitraries.test.support.ts';
import { batchOf, testContext } from '../testing/batches.test.support.ts';
import { testFunctions } from './fixture.test.support.ts';
import { hashRows } from './hash.ts';
import { PartitionedRowsWriter, partitionChunks } from './partitioned-rows.ts';
import { inMorselOrder, NO_ROW, RowStore, RowStoreWriter } from './row-store.ts';
import { firstRows, sliceBatches } from './slice.ts';

const context = testContext(testFunctions);
const { memory } = context;
afterAll(() => context.release());

const readRows = (
  from: SharedMemory,
  { columns, length }: { readonly columns: readonly Vector[]; readonly length: number },
): LiteralValue[][] =>
  Array.from({ length }, (_, row) => columns.map((vector) => readRow(from, vector, row)));

/** The rows that a batch selects. */
const rowsOf = ({ columns, selection, length }: Batch): LiteralValue[][] =>
  Array.from({ length }, (_, i) => {
    const row = selection === 0 ? i : memory.u32[selection / 4 + i]!;
    return columns.map((vector) => readRow(memory, vector, row));
  });

/** Runs `body` with batches in an arena whose memory is overwritten as soon as each has been used. */
function withBatches(
  specs: readonly Parameters<typeof batchOf>[1][],
  selections: readonly (readonly number[] | undefined)[],
  body: (batch: Batch) => void,
): void {
  specs.forEach((columns, i) => {
    const arena = new Arena(memory, memory.newOwner(), 65536);
    const first = arena.allocate(8);
    body(batchOf(arena, columns, selections[i]));
    memory.u8.fill(0xee, first, arena.allocate(8));
    context.batchArena.reset();
    arena.release();
  });
}

const someBatches = fc.array(batches, { minLength: 1, maxLength: 8 });

describe('RowStoreWriter', () => {
  it('gives all chunks of a morsel its number', () => {
    const arena = new Arena(memory, memory.newOwner());
    const writer = new RowStoreWriter({ memory, batchArena: arena }, arena, [INTEGER]);
    const append = (from: number, length: number): void => {
      const values = Array.from({ length }, (_, i) => from + i);
      writer.append({ length, selection: 0, columns: [writeVector(arena, INTEGER, values)] });
    };
    // More rows than the first blocks hold, so that blocks end inside morsels.
    for (let row = 0; row < 5000; row += 500) append(row, 500);
    writer.endMorsel(3);
    append(0, 700);
    writer.endMorsel(4);
    const chunks = writer.finish();
    const rowsIn = (morsel: number): number =>
      chunks
        .filter((chunk) => chunk.morsel === morsel)
        .reduce((sum, { length }) => sum + length, 0);
    expect(chunks.length).toBeGreaterThan(2);
    expect([rowsIn(3), rowsIn(4)]).toEqual([5000, 700]);
    expect(inMorselOrder([chunks])).toEqual(chunks);
    arena.release();
  });

  it('keeps rows of any encoding, and finds them again by id', () => {
    fc.assert(
      fc.property(someBatches, fc.nat(), (specs, seed) => {
        const arena = new Arena(memory, memory.newOwner(), 65536);
        const writer = new RowStoreWriter(context, arena, COLUMN_TYPES);
        const expected: LiteralValue[][] = [];
        const columns = specs.map((spec) => spec.columns);
        const selections = specs.map((spec) => spec.selection);
        let morsel = 0;
        withBatches(columns, selections, (batch) => {
          expected.push(...rowsOf(batch));
          if (batch.length > 0) writer.append(batch);
          if (batch.length % 2 === 0) writer.endMorsel(morsel++);
        });
        const chunks = writer.finish();
        expect(chunks.flatMap((chunk) => readRows(memory, chunk))).toEqual(expected);
        if (expected.length === 0) return;

        const store = new RowStore(memory, arena, chunks);
        const ids = chunks.flatMap(({ length }, chunk) =>
          Array.from({ length }, (_, row) => chunk * 65536 + row),
        );
        const picked = Array.from({ length: 70 }, (_, i) => (i * 31 + seed) % (ids.length + 1));
        const address = arena.allocate(picked.length * 4);
        memory.u32.set(
          picked.map((i) => ids[i] ?? NO_ROW),
          address / 4,
        );
        COLUMN_TYPES.forEach((_, column) => {
          const gathered = store.gather(column, address, picked.length, arena, { missing: true });
          const found = readRows(memory, { columns: [gathered], length: picked.length });
          expect(found.flat()).toEqual(picked.map((i) => expected[i]?.[column] ?? null));
        });
        arena.release();
      }),
      { numRuns: 60 },
    );
  });
});

describe('PartitionedRowsWriter', () => {
  it('distributes rows by their hashes, each partition in the order of the rows', () => {
    fc.assert(
      fc.property(
        someBatches,
        fc.constantFrom(0, 3, 8),
        fc.nat(5000),
        (specs, bits, expectedRows) => {
          const arena = new Arena(memory, memory.newOwner(), 65536);
          const writer = new PartitionedRowsWriter(context, arena, {
            types: COLUMN_TYPES,
            bits,
            expectedRows,
          });
          const expected = Array.from({ length: 1 << bits }, (): LiteralValue[][] => []);
          withBatches(
            specs.map((spec) => spec.columns),
            [],
            (batch) => {
              if (batch.length === 0) return;
              const hashes = hashRows(
                context,
                [batch.columns[0]!, batch.columns[4]!],
                batch.length,
              );
              rowsOf(batch).forEach((row, i) => {
                const hash = memory.u32[hashes / 4 + 2 * i + 1]!;
                expected[hash & ((1 << bits) - 1)]!.push(row);
              });
              writer.append(batch.columns, hashes, batch.length);
            },
          );
          const rows = writer.finish();
          expect(rows.rows).toBe(expected.flat().length);
          const found = expected.map((_, partition) =>
            partitionChunks(memory, rows, partition).flatMap((chunk) => readRows(memory, chunk)),
          );
          expect(found).toEqual(expected);
          arena.release();
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('slices', () => {
  it('cut chunks into batches wherever validity bits lie', () => {
    fc.assert(
      fc.property(batches, fc.integer({ min: 1, max: 100 }), ({ columns }, batchRows) => {
        const arena = new Arena(memory, memory.newOwner(), 65536);
        const batch = batchOf(arena, columns);
        const found: LiteralValue[][] = [];
        for (const slice of sliceBatches({ ...context, batchRows }, batch)) {
          expect(slice.length).toBeLessThanOrEqual(batchRows);
          found.push(...rowsOf(slice));
        }
        expect(found).toEqual(rowsOf(batch));
        const rows = Math.min(batchRows, batch.length);
        expect(rowsOf(firstRows(context, batch, rows))).toEqual(found.slice(0, rows));
        context.batchArena.reset();
        arena.release();
      }),
      { numRuns: 60 },
    );
  });
});
