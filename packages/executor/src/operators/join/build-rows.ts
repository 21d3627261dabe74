import type { Address, Batch, SqlType } from '@windrow/core';
import { kernels } from '@windrow/kernels';
import type { Source, TaskContext } from '../../operator.ts';
import type { Query } from '../../runtime/query.ts';
import type { RowChunk } from '../../runtime/row-store.ts';
import { sliceBatches } from '../../runtime/slice.ts';
import type { SourceData } from '../../runtime/stream.ts';
import { type BlockLayout, blockCount, type StoredRows } from '../stored-rows.ts';
import { type JoinColumn, probeOnlyBatch } from './join-columns.ts';

/** Rows of the build side that have, or have no, match; columns of the probe side are NULL. */
export interface BuildRowsSourceSpec extends SourceData {
  readonly kind: 'buildRows';
  readonly chunks: readonly RowChunk[];
  readonly blocks: BlockLayout;
  /** See {@link createMatchFlags}. */
  readonly matched: Address;
  /** 1: rows with a match, 0: those without. */
  readonly wanted: 0 | 1;
  /** The probe side's columns as `build`, and the build side's as `probe`: positions in the chunks. */
  readonly output: readonly JoinColumn[];
}

/**
 * A byte for each build row, zero, which probing threads set for a match: no two values are ever written,
 * so that they need not be atomic. The result is a table of the bytes of each chunk, two u32 a chunk.
 */
export function createMatchFlags(query: Query, { store, rows }: StoredRows): Address {
  const { memory, arena } = query;
  const table = arena.allocate(store.chunks.length * 8);
  let flags = arena.allocateZeroed(rows);
  store.chunks.forEach(({ length }, chunk) => {
    memory.u32.set([flags, 0], table / 4 + chunk * 2);
    flags += length;
  });
  return table;
}

/** The source of build rows by their match flags. */
export function buildRowsSource(
  rows: StoredRows,
  options: Pick<BuildRowsSourceSpec, 'nodeId' | 'matched' | 'wanted'> & {
    readonly columns: readonly JoinColumn[];
    readonly types: readonly SqlType[];
  },
): BuildRowsSourceSpec {
  const { nodeId, matched, wanted, columns, types } = options;
  const output = columns.map(
    (column, index): JoinColumn =>
      column.kind === 'build'
        ? { kind: 'probe', position: column.column }
        : { kind: 'build', column: 0, type: types[index]! },
  );
  const { store, blocks } = rows;
  const { chunks } = store;
  const morsels = blockCount(blocks);
  return { kind: 'buildRows', nodeId, morsels, chunks, blocks, matched, wanted, output };
}

export function openBuildRows(spec: BuildRowsSourceSpec, context: TaskContext): Source {
  const { chunks, blocks, matched, wanted, output } = spec;
  const { memory, batchArena } = context;
  const k = kernels(memory);
  return {
    *batches(morsel): Iterable<Batch> {
      for (
        let chunk = blocks.chunkStarts[morsel]!;
        chunk < blocks.chunkStarts[morsel + 1]!;
        chunk++
      ) {
        let flags = memory.u32[matched / 4 + chunk * 2]!;
        for (const batch of sliceBatches(context, chunks[chunk]!)) {
          const probeRows = batchArena.allocate(batch.length * 4);
          const count = k.joinRowsByByte(flags, wanted, batch.length, probeRows);
          flags += batch.length;
          yield probeOnlyBatch(context, output, batch, { probeRows, count });
        }
      }
    },
  };
}
