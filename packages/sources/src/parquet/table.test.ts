import { copyFileSync, mkdtempSync, rmSync, truncateSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ColumnPredicate, SqlError } from '@windrow/core';
import { describe, expect, test } from 'vitest';
import { datasetPath, scanRows } from '../test-support.ts';
import { fileMetadata } from './file-metadata.ts';
import { parquetSource } from './source.ts';
import { ParquetTable } from './table.ts';

const FLIGHTS = datasetPath('flights-3m.parquet');
const before = (value: bigint): ColumnPredicate => ({
  kind: 'compare',
  column: 0,
  operator: '<',
  value,
});

test('a file that has changed is read anew', () => {
  const directory = mkdtempSync(join(tmpdir(), 'windrow-parquet-'));
  try {
    const path = join(directory, 'flights.parquet');
    copyFileSync(FLIGHTS, path);
    const footers = [1, 2].map(() => fileMetadata(path).footer);
    expect(footers[0]).toBe(footers[1]);
    copyFileSync(FLIGHTS, path);
    utimesSync(path, 1, 1);
    expect(fileMetadata(path).footer).not.toBe(footers[0]);
    truncateSync(path, 1000);
    expect(() => fileMetadata(path)).toThrow(SqlError);
    rmSync(path);
    expect(() => fileMetadata(path)).toThrow('flights.parquet');
  } finally {
    rmSync(directory, { recursive: true });
  }
});

describe('flights-3m.parquet', () => {
  test('has the schema and the statistics of its footer', () => {
    const table = ParquetTable.open([FLIGHTS]);
    expect(table.schema.fields.map(({ name, type }) => [name, type.kind])).toEqual([
      ['date', 'timestamp'],
      ['delay', 'int64'],
      ['distance', 'int64'],
      ['origin', 'varchar'],
      ['destination', 'varchar'],
    ]);
    const statistics = table.statistics();
    expect(statistics.rowCount).toBe(3000000);
    expect(statistics.columns[1]).toMatchObject({ min: -1116n, max: 1688n, nullCount: 0 });
    expect(statistics.columns[3]).toMatchObject({ min: 'ABE', max: 'YAK' });
  });

  test('reads only the row groups that a predicate leaves', async () => {
    const table = ParquetTable.open([FLIGHTS]);
    const predicates = [before(978400000000000n)];
    const { totals } = table.scan({ columns: [0, 3], predicates });
    expect(totals).toMatchObject({ rowGroups: 1, rowGroupsTotal: 11, bytesTotal: 13493022 });
    expect(totals.bytes).toBe(132223 + 216748);
    const rows = await scanRows(table, parquetSource, { columns: [0, 3], predicates });
    expect(rows.length).toBe(272727);
    expect(rows[0]).toEqual([978307260000000n, 'LAS']);
  });

  test('counts rows without reading a byte', () => {
    const { totals, partitions } = ParquetTable.open([FLIGHTS]).scan({
      columns: [],
      predicates: [],
    });
    expect(totals.bytes).toBe(0);
    expect(partitions.reduce((sum, { rows }) => sum + rows, 0)).toBe(3000000);
  });
});
