import { mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Arena,
  BIGINT,
  type Chunk,
  INTEGER,
  type LiteralValue,
  list,
  readRow,
  SharedMemory,
  type SqlType,
  VARCHAR,
  writeVector,
} from '@windrow/core';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { testFunctions } from '../runtime/fixture.test.support.ts';
import { RowStoreWriter } from '../runtime/row-store.ts';
import { batches } from '../testing/arbitraries.test.support.ts';
import { batchOf, testContext } from '../testing/batches.test.support.ts';
import { SpillFile, SpillReader } from './spill-file.ts';

const context = testContext(testFunctions);
const { memory } = context;
const directory = mkdtempSync(join(tmpdir(), 'windrow-spill-file-'));
afterAll(() => {
  context.release();
  rmSync(directory, { recursive: true, force: true });
});

let files = 0;
const newFile = (from: SharedMemory): SpillFile => {
  files += 1;
  return new SpillFile(new Arena(from, from.newOwner()), join(directory, `${files}.rows`));
};

const rowsOf = (from: SharedMemory, { columns, length }: Chunk): LiteralValue[][] =>
  Array.from({ length }, (_, row) => columns.map((vector) => readRow(from, vector, row)));

describe('SpillFile', () => {
  it('gives back what was written, wherever it is read to', () => {
    fc.assert(
      fc.property(fc.array(batches, { minLength: 1, maxLength: 5 }), (specs) => {
        const arena = new Arena(memory, memory.newOwner(), 65536);
        const file = newFile(memory);
        const reader = new SpillReader(memory);
        const written = specs.map(({ columns, selection }) => {
          const batch = batchOf(arena, columns, selection);
          const types = batch.columns.map(({ type }) => type);
          const writer = new RowStoreWriter({ memory, batchArena: arena }, arena, types);
          writer.append(batch);
          writer.endMorsel(7);
          const chunks = writer.finish();
          const rows = chunks.map((chunk) => rowsOf(memory, chunk));
          return { rows, chunks: chunks.map((chunk) => file.write(chunk)) };
        });
        file.close();
        // Nothing that was written may be needed any more.
        const end = arena.allocate(8);
        arena.release();
        memory.u8.fill(0xee, end - 1024, end);
        for (const { rows, chunks } of written.reverse()) {
          expect(chunks.map((chunk) => rowsOf(memory, reader.read(chunk, arena)))).toEqual(rows);
          expect(chunks.every(({ morsel }) => morsel === 7)).toBe(true);
        }
        reader.close();
        arena.release();
      }),
      { numRuns: 60 },
    );
  });

  const nested: readonly (readonly [string, SqlType, readonly LiteralValue[]])[] = [
    ['lists', list(INTEGER), [[1, 2], null, [], [null, 3]]],
    ['lists of text', list(VARCHAR), [['a', 'longer than eight bytes'], [''], null, [null]]],
    ['lists of lists', list(list(BIGINT)), [[[1n], []], [null, [2n, null]], null, []]],
    [
      'structs',
      {
        kind: 'struct',
        fields: [
          { name: 's', type: VARCHAR },
          { name: 'n', type: INTEGER },
        ],
      },
      [{ struct: ['text', 1] }, { struct: [null, null] }, null],
    ],
    [
      'maps',
      { kind: 'map', key: VARCHAR, value: list(INTEGER) },
      [
        {
          map: [
            ['a key of some length', [1, 2]],
            ['b', null],
          ],
        },
        null,
        { map: [] },
      ],
    ],
  ];

  it.each(nested)('keeps %s with all that they refer to', (_name, type, values) => {
    const from = SharedMemory.create();
    const arena = new Arena(from, from.newOwner(), 65536);
    const columns = [{ ...writeVector(arena, type, values), stable: true }];
    const chunk = { length: values.length, morsel: 0, columns };
    const before = rowsOf(from, chunk);
    const file = newFile(from);
    const written = file.write(chunk);
    file.close();
    from.u8.fill(0xee, columns[0]!.values, columns[0]!.values + 1024);
    arena.release();
    // Other rows are read first, so that these come to lie elsewhere.
    const target = new Arena(from, from.newOwner(), 65536);
    target.allocate(100_000);
    const reader = new SpillReader(from);
    expect(rowsOf(from, reader.read(written, target))).toEqual(before);
    reader.close();
  });

  it('says which file cannot be made', () => {
    const path = join(directory, 'missing', '1.rows');
    expect(() => new SpillFile(new Arena(memory, memory.newOwner()), path)).toThrow(
      expect.objectContaining({
        code: 'io',
        message: `cannot create the temporary file "${path}": no such file or directory`,
        hint: 'SET temp_directory to a directory with room, or raise memoryLimit.',
      }),
    );
  });

  it('says which file cannot be read', () => {
    const arena = new Arena(memory, memory.newOwner(), 65536);
    const columns = [{ ...writeVector(arena, INTEGER, [1, 2, 3]), stable: true }];
    const file = newFile(memory);
    const chunk = file.write({ length: 3, morsel: 0, columns });
    file.close();
    expect(statSync(file.path).size).toBe(chunk.bytes);
    truncateSync(file.path, 0);
    const reader = new SpillReader(memory);
    expect(() => reader.read(chunk, arena)).toThrow('is as long as what was written');
    reader.close();
    rmSync(file.path);
    expect(() => new SpillReader(memory).read(chunk, arena)).toThrow(
      `cannot read the temporary file "${file.path}": no such file or directory`,
    );
  });
});
