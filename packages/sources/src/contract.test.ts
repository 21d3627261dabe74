import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LiteralValue, SqlType } from '@windrow/core';
import {
  Arena,
  BIGINT,
  BLOB,
  BOOLEAN,
  DATE,
  DOUBLE,
  decimal,
  SharedMemory,
  TIMESTAMP,
  VARCHAR,
  writeVector,
} from '@windrow/core';
import { RecordBatchStreamWriter } from 'apache-arrow';
import { describe, expect, test } from 'vitest';
import { toRecordBatch } from './arrow/record-batch.ts';
import { ArrowTable } from './arrow/table.ts';
import { CsvTable } from './csv/table.ts';
import { JsonTable } from './json/table.ts';
import { MemoryTable } from './memory/memory-table.ts';
import { openPath } from './open-path.ts';
import { ParquetTable } from './parquet/table.ts';
import { createSourceRegistry } from './registry.ts';
import { fileSink } from './sinks/file-sink.ts';
import { scanRows, testDirectory } from './test-support.ts';
import { checkProviderContract } from './test-support-contract.ts';
import { duckdbRun } from './test-support-duckdb.ts';
import { SequenceTable } from './values/sequence-table.ts';
import { ValuesTable } from './values/values-table.ts';

const memory = SharedMemory.create(1 << 30);
const directory = testDirectory();
const registry = createSourceRegistry();

const DAY = 86400000000n;
const COLUMNS: readonly (readonly [string, SqlType, (row: number) => LiteralValue])[] = [
  ['id', BIGINT, (row) => BigInt(row) * 3n - 500n],
  ['group', VARCHAR, (row) => ['a', 'b', 'ä', null][row % 4] ?? null],
  ['name', VARCHAR, (row) => (row % 11 === 0 ? null : `name ${row}`)],
  ['x', DOUBLE, (row) => (row % 13 === 0 ? null : row / 8 - 50)],
  ['flag', BOOLEAN, (row) => (row % 5 === 0 ? null : row % 2 === 0)],
  ['day', DATE, (row) => row - 300],
  ['at', TIMESTAMP, (row) => BigInt(row) * DAY + 1n],
];
const ROWS = 330;
const fields = COLUMNS.map(([name, type]) => ({ name, type, nullable: true }));
const rows = Array.from({ length: ROWS }, (_, row) => COLUMNS.map(([, , value]) => value(row)));

/** Hands the rows over in batches. */
function inBatches(
  use: (chunk: { length: number; columns: ReturnType<typeof writeVector>[] }) => void,
  columns = COLUMNS,
): void {
  for (let from = 0; from < ROWS; from += 200) {
    const arena = new Arena(memory, memory.newOwner(), 65536);
    const length = Math.min(200, ROWS - from);
    use({
      length,
      columns: columns.map(([, type, value]) =>
        writeVector(
          arena,
          type,
          Array.from({ length }, (_, row) => value(from + row)),
        ),
      ),
    });
    arena.release();
  }
}

function writeFiles(target: string, options: Readonly<Record<string, LiteralValue>>): string {
  const path = join(directory, target);
  const sink = fileSink(path, { fields }, new Map(Object.entries(options)));
  const writer = registry.sink(sink.sink).open(sink, { memory, thread: 0 });
  inBatches((chunk) => writer.write(chunk));
  writer.close();
  return path;
}

describe('all providers keep the contract', { timeout: 120_000 }, () => {
  test('memory', () => {
    const table = MemoryTable.create(memory, { fields });
    inBatches((chunk) => table.append(chunk));
    checkProviderContract(table, memory, rows);
    table.drop();
  });

  test('values', () => checkProviderContract(new ValuesTable(fields, rows), memory, rows));

  test('sequences', () => {
    const sequence = { name: 'n', type: BIGINT, start: 10n, step: -3n, count: 500 };
    const values = Array.from({ length: 500 }, (_, row) => [10n - 3n * BigInt(row)]);
    checkProviderContract(new SequenceTable(sequence), memory, values);
  });

  test('a long sequence is read in pieces, and only those that a predicate leaves', async () => {
    const sequence = { name: 'n', type: BIGINT, start: 0n, step: 2n, count: 200000 };
    const table = new SequenceTable(sequence);
    const rowsRead = await scanRows(table, registry.source('sequence'), {}, memory);
    expect(rowsRead.every(([value], row) => value === BigInt(row) * 2n)).toBe(true);
    expect(rowsRead.length).toBe(200000);
    const { totals } = table.scan({
      columns: [0],
      predicates: [{ kind: 'compare', column: 0, operator: '>', value: 390000n }],
    });
    expect(totals).toMatchObject({ rowGroups: 2, rowGroupsTotal: 4 });
  });

  test('Parquet', async () => {
    const path = writeFiles('a.parquet', { row_group_size: 100n });
    checkProviderContract(await openPath(path, memory), memory, rows);
  });

  test('Parquet in hive directories, with file names and row numbers', () => {
    const path = writeFiles('hive', { format: 'parquet', partition_by: ['group', 'flag'] });
    const table = ParquetTable.open([path]);
    const order = table.schema.fields.map(({ name }) => fields.findIndex((f) => f.name === name));
    // What a directory's name says is text.
    const asText = (value: LiteralValue) => (typeof value === 'boolean' ? String(value) : value);
    const expected = rows.map((row) => order.map((ordinal) => asText(row[ordinal] ?? null)));
    checkProviderContract(table, memory, expected);
  });

  test('Parquet with the numbers of rows', () => {
    const path = writeFiles('numbered.parquet', { row_group_size: 150n });
    const table = ParquetTable.open([path], { fileRowNumber: true });
    checkProviderContract(
      table,
      memory,
      rows.map((row, index) => [...row, BigInt(index)]),
    );
  });

  test('Parquet files of different columns, by name', async () => {
    const paths = ['u1.parquet', 'u2.parquet'].map((name) => join(directory, name));
    await duckdbRun(`copy (select i as a, i::varchar as b from range(5) t(i)) to '${paths[0]}'`);
    await duckdbRun(`copy (select i as a, i / 2.0 as c from range(3) t(i)) to '${paths[1]}'`);
    const table = ParquetTable.open(paths, { unionByName: true, filename: true });
    const first = [0, 1, 2, 3, 4].map((i) => [BigInt(i), String(i), null, paths[0]!]);
    const second = [0, 1, 2].map((i) => [BigInt(i), null, i / 2, paths[1]!]);
    checkProviderContract(table, memory, [...first, ...second]);
  });

  test('Parquet by DuckDB', async () => {
    const path = join(directory, 'd.parquet');
    await duckdbRun(
      `copy (select i as id, case when i % 3 = 0 then null else i * 1.5::double end as x, (i % 5)::varchar as g, ` +
        `cast(i as decimal(9, 2)) as d9, cast(i as decimal(18, 2)) as d18, cast(-i as decimal(38, 2)) as d38, ` +
        `('\\x0' || (i % 8))::blob as b from range(600) t(i)) to '${path}' (row_group_size 200)`,
    );
    const expected = Array.from({ length: 600 }, (_, i) => [
      BigInt(i),
      i % 3 === 0 ? null : i * 1.5,
      String(i % 5),
      BigInt(i) * 100n,
      BigInt(i) * 100n,
      BigInt(-i) * 100n,
      new Uint8Array([i % 8]),
    ]);
    const table = ParquetTable.open([path]);
    const types = [BIGINT, DOUBLE, VARCHAR, decimal(9, 2), decimal(18, 2), decimal(38, 2), BLOB];
    expect(table.schema.fields.map(({ type }) => type)).toEqual(types);
    checkProviderContract(table, memory, expected);
  });

  test('CSV, cut into small pieces', async () => {
    const path = writeFiles('a.csv', {});
    const table = await CsvTable.open([path], { pieceBytes: 4000 }, memory);
    checkProviderContract(table, memory, rows);
  });

  test('JSON, cut into small pieces, in lines and in an array', async () => {
    const lines = writeFiles('a.json', {});
    checkProviderContract(
      await JsonTable.open([lines], { pieceBytes: 4000 }, memory),
      memory,
      rows,
    );
    const array = writeFiles('b.json', { array: true });
    checkProviderContract(
      await JsonTable.open([array], { pieceBytes: 4000 }, memory),
      memory,
      rows,
    );
  });

  test('Arrow files and streams', () => {
    checkProviderContract(ArrowTable.open([writeFiles('a.arrow', {})]), memory, rows);
    const writer = new RecordBatchStreamWriter();
    inBatches((chunk) => writer.write(toRecordBatch(memory, chunk, { fields })));
    const path = join(directory, 'a.arrows');
    writeFileSync(path, writer.finish().toUint8Array(true));
    checkProviderContract(ArrowTable.open([path]), memory, rows);
  });

  test('files in directories of dates and numbers', async () => {
    const target = join(directory, 'days');
    for (const day of [1, 2]) {
      const path = join(target, `day=2024-01-0${day}`, `hour=${day}`);
      mkdirSync(path, { recursive: true });
      writeFileSync(join(path, 'x.csv'), `n\n${day}\n`);
    }
    const table = await openPath(target, memory);
    checkProviderContract(table, memory, [
      [1n, 19723, 1n],
      [2n, 19724, 2n],
    ]);
    expect(table.schema.fields.map(({ type }) => type)).toEqual([BIGINT, DATE, BIGINT]);
  });
});
