import type {
  Chunk,
  ColumnPredicate,
  LiteralValue,
  ScanDescription,
  ScanRequest,
  SharedMemory,
  SqlType,
  TableProvider,
  Vector,
} from '@windrow/core';
import { Arena, readRow, typesEqual } from '@windrow/core';
import { expect } from 'vitest';
import { compareLiterals, isOrdered, matchesValue } from './pruning.ts';
import { createSourceRegistry } from './registry.ts';

const registry = createSourceRegistry();

/** Every statement that holds for all providers, checked for one of them. */
export function checkProviderContract(
  provider: TableProvider,
  memory: SharedMemory,
  expected: readonly (readonly LiteralValue[])[],
): void {
  const all = provider.schema.fields.map((_, ordinal) => ordinal);
  const read = (request: Partial<ScanRequest>) => scan(provider, memory, request);
  const rows = read({ columns: all });
  expect(sorted(rows)).toEqual(sorted(expected));
  checkStatistics(provider, rows);
  checkColumns(read, all, rows);
  checkDescriptions(provider, memory, all, rows);
  for (const predicate of predicatesFor(provider, rows)) {
    checkPredicate(provider, read, predicate, rows);
  }
}

type Read = (request: Partial<ScanRequest>) => LiteralValue[][];

function scan(
  provider: TableProvider,
  memory: SharedMemory,
  request: Partial<ScanRequest>,
): LiteralValue[][] {
  const description = provider.scan({
    columns: request.columns ?? [],
    predicates: request.predicates ?? [],
  });
  return readAll(
    description,
    memory,
    (request.columns ?? []).map((ordinal) => provider.schema.fields[ordinal]!.type),
  );
}

/** Reads a description as a worker would: from a copy of it, partition by partition. */
function readAll(
  description: ScanDescription,
  memory: SharedMemory,
  types: readonly SqlType[],
  order: readonly number[] = description.partitions.map((_, index) => index),
): LiteralValue[][] {
  const arena = new Arena(memory, memory.newOwner());
  const copy = structuredClone(description);
  const reader = registry.source(copy.source).open(copy, { memory });
  const parts = order.map((partition) => {
    const chunk = reader.read(partition, arena);
    checkChunk(chunk, memory, types);
    const rows = Array.from({ length: chunk.length }, (_, row) =>
      chunk.columns.map((column) => readRow(memory, column, row)),
    );
    arena.reset();
    return { partition, rows };
  });
  reader.close();
  arena.release();
  parts.sort((a, b) => a.partition - b.partition);
  return parts.flatMap((part) => part.rows);
}

function checkChunk(chunk: Chunk, memory: SharedMemory, types: readonly SqlType[]): void {
  expect(chunk.columns.length).toBe(types.length);
  chunk.columns.forEach((column: Vector, index) => {
    expect(column.length).toBe(chunk.length);
    expect(typesEqual(column.type, types[index]!)).toBe(true);
    if (column.kind !== 'dictionary') return;
    // Indices are in range also where the row is NULL.
    const indices = memory.u32.subarray(
      column.indices >>> 2,
      (column.indices >>> 2) + chunk.length,
    );
    expect(indices.every((entry) => entry < column.dictionary.length)).toBe(true);
  });
}

const text = (row: readonly LiteralValue[]): string =>
  JSON.stringify(row, (_, value) => {
    if (typeof value === 'bigint') return `${value}n`;
    return value instanceof Uint8Array ? [...value] : Object.is(value, -0) ? '-0' : value;
  });

const sorted = (rows: readonly (readonly LiteralValue[])[]): string[] => rows.map(text).sort();

function checkStatistics(provider: TableProvider, rows: readonly LiteralValue[][]): void {
  const { columns, rowCount, exact } = provider.statistics();
  expect(columns.length).toBe(provider.schema.fields.length);
  if (exact) expect(rowCount).toBe(rows.length);
  columns.forEach(({ min, max, nullCount }, ordinal) => {
    const values = rows.map((row) => row[ordinal] ?? null);
    const nulls = values.filter((value) => value === null).length;
    if (nullCount !== undefined) expect(nullCount).toBe(nulls);
    if (!provider.schema.fields[ordinal]!.nullable) expect(nulls).toBe(0);
    for (const value of values) {
      if (value === null || Number.isNaN(value)) continue;
      if (min !== undefined) expect(compareLiterals(min, value)).toBeLessThanOrEqual(0);
      if (max !== undefined) expect(compareLiterals(value, max)).toBeLessThanOrEqual(0);
    }
  });
}

/** Columns come in the order asked for, repeated or not at all; rows are there without columns too. */
function checkColumns(read: Read, all: readonly number[], rows: readonly LiteralValue[][]): void {
  expect(read({ columns: [] }).length).toBe(rows.length);
  const backwards = [...all].reverse();
  expect(read({ columns: backwards })).toEqual(rows.map((row) => [...row].reverse()));
  const [first] = all;
  if (first === undefined) return;
  expect(read({ columns: [first, first] })).toEqual(rows.map((row) => [row[first], row[first]]));
}

function checkDescriptions(
  provider: TableProvider,
  memory: SharedMemory,
  all: readonly number[],
  rows: readonly LiteralValue[][],
): void {
  const description = provider.scan({ columns: all, predicates: [] });
  const { partitions, totals } = description;
  expect(totals.rowGroups).toBe(partitions.length);
  expect(totals.rowGroupsTotal).toBe(partitions.length);
  expect(totals.files).toBe(totals.filesTotal);
  expect(totals.bytes).toBeLessThanOrEqual(totals.bytesTotal);
  expect(totals.bytes).toBe(partitions.reduce((sum, { bytes }) => sum + bytes, 0));
  if (provider.statistics().exact && partitions.length > 0) {
    const counted = partitions.reduce((sum, partition) => sum + partition.rows, 0);
    expect(Math.abs(counted - rows.length)).toBeLessThanOrEqual(partitions.length);
  }
  // Threads claim partitions in any order.
  const types = all.map((ordinal) => provider.schema.fields[ordinal]!.type);
  const backwards = partitions.map((_, index) => index).reverse();
  expect(readAll(description, memory, types, backwards)).toEqual(rows);
}

/** Predicates over values that occur, and beside them. */
function predicatesFor(
  provider: TableProvider,
  rows: readonly LiteralValue[][],
): ColumnPredicate[] {
  return provider.schema.fields.flatMap(({ type }, column): ColumnPredicate[] => {
    const values = [...new Set(rows.map((row) => row[column] ?? null))].filter(
      (value) => value !== null && isOrdered(type),
    );
    const some = [values[0], values.at(-1)].filter((value) => value !== undefined);
    const operators = ['=', '<>', '<', '<=', '>', '>='] as const;
    return [
      { kind: 'isNull', column },
      { kind: 'isNotNull', column },
      { kind: 'in', column, values: [null, ...some.slice(0, 2)] },
      ...some.flatMap((value) =>
        operators.map((operator) => ({ kind: 'compare', column, operator, value }) as const),
      ),
    ];
  });
}

/** A scan gives all rows that pass; with an exact answer none that do not. */
function checkPredicate(
  provider: TableProvider,
  read: Read,
  predicate: ColumnPredicate,
  rows: readonly LiteralValue[][],
): void {
  const support = provider.supports(predicate);
  const columns = provider.schema.fields.map((_, ordinal) => ordinal);
  const found = sorted(read({ columns, predicates: [predicate] }));
  const passing = sorted(
    rows.filter((row) => matchesValue(predicate, row[predicate.column] ?? null)),
  );
  if (support === 'exact') {
    expect(found).toEqual(passing);
    return;
  }
  const counts = new Map<string, number>();
  for (const row of found) counts.set(row, (counts.get(row) ?? 0) + 1);
  for (const row of passing) {
    const left = counts.get(row) ?? 0;
    expect(
      left,
      `${JSON.stringify(predicate, (_, v) => (typeof v === 'bigint' ? `${v}n` : v))} loses ${row}`,
    ).toBeGreaterThan(0);
    counts.set(row, left - 1);
  }
}
