import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Chunk, LiteralValue, ScanRequest, ScanSource, TableProvider } from '@windrow/core';
import { Arena, readRow, SharedMemory } from '@windrow/core';
import { afterAll } from 'vitest';

/** Path of a file of the vega-datasets package. */
export const datasetPath = (name: string): string =>
  fileURLToPath(new URL(`../../../node_modules/vega-datasets/data/${name}`, import.meta.url));

/** A directory for the files of a test file; it is removed afterwards. */
export function testDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'windrow-sources-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** The rows of a chunk as arrays of literals. */
export function rowsOf(chunk: Chunk, arena: Arena): LiteralValue[][] {
  return Array.from({ length: chunk.length }, (_, row) =>
    chunk.columns.map((column) => readRow(arena.memory, column, row)),
  );
}

/** All rows of a scan, in the order of its partitions, read on this thread. */
export async function scanRows(
  provider: TableProvider,
  source: ScanSource,
  request: Partial<ScanRequest> = {},
  memory: SharedMemory = SharedMemory.create(1 << 30),
): Promise<LiteralValue[][]> {
  const arena = new Arena(memory, memory.newOwner());
  const columns = request.columns ?? provider.schema.fields.map((_, ordinal) => ordinal);
  const description = provider.scan({ columns, predicates: request.predicates ?? [] });
  await source.initialize?.();
  const reader = source.open(description, { memory: arena.memory });
  const rows: LiteralValue[][] = [];
  for (let partition = 0; partition < description.partitions.length; partition++) {
    for (const row of rowsOf(reader.read(partition, arena), arena)) rows.push(row);
    arena.reset();
  }
  reader.close();
  arena.release();
  return rows;
}
