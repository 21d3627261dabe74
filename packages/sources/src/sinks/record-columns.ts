import type { Address, Arena, Chunk, FlatVector, SqlType, Vector } from '@windrow/core';
import { kernels, RECORD_COLUMN, RECORD_COLUMN_BYTES, RECORD_KINDS } from '@windrow/kernels';
import { denseRows } from '../dense-rows.ts';
import { columnText, type FormatValue } from '../text/column-text.ts';

/** How a column is written into records of text. */
export interface RecordColumn {
  readonly type: SqlType;
  readonly kind: keyof typeof RECORD_KINDS;
  /** Reference of what stands before its values. */
  readonly prefix?: bigint;
  readonly format?: FormatValue | undefined;
}

/** Columns of a chunk as texts, in the layout of the kernels that write records. */
export interface RecordColumns {
  readonly address: Address;
  /** Bytes of all texts. */
  readonly textBytes: number;
}

/** Makes the texts of all columns of a chunk. */
export function recordColumns(
  chunk: Chunk,
  columns: readonly RecordColumn[],
  arena: Arena,
): RecordColumns {
  const { memory } = arena;
  const address = arena.allocateZeroed(columns.length * RECORD_COLUMN_BYTES);
  let textBytes = 0;
  columns.forEach((column, index) => {
    const vector = denseVector(chunk.columns[index] as Vector, chunk.length, arena);
    const refs = columnText(vector, arena, column.format);
    textBytes += kernels(memory).referenceBytes(refs, vector.validity, chunk.length);
    const word = (address + index * RECORD_COLUMN_BYTES) >>> 2;
    memory.u32[word + RECORD_COLUMN.refs] = refs;
    memory.u32[word + RECORD_COLUMN.validity] = vector.validity;
    memory.u32[word + RECORD_COLUMN.kind] = RECORD_KINDS[column.kind];
    memory.u64[(word + RECORD_COLUMN.prefix) >>> 1] = column.prefix ?? 0n;
  });
  return { address, textBytes };
}

/** The column as a flat vector. */
export function denseVector(vector: Vector, length: number, arena: Arena): FlatVector {
  const { type } = vector;
  return { kind: 'flat', type, length, ...denseRows(vector, 0, length, arena), stable: false };
}
