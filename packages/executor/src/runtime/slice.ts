import {
  type Arena,
  type Batch,
  bitmapBytes,
  type Chunk,
  isReference,
  type SharedMemory,
  type SqlType,
  unreachable,
  type Vector,
  widthBytes,
} from '@windrow/core';
import { kernels } from '@windrow/kernels';

/** Where slices are made. */
interface SliceContext {
  readonly memory: SharedMemory;
  readonly batchArena: Arena;
  readonly batchRows: number;
}

/** A batch's columns should stay in a core's second-level cache while one loop after the other reads them. */
const BATCH_BYTES = 1 << 20;
/** What a reference points to, as a guess. */
const REFERENCED_BYTES = 32;

/**
 * Rows of a batch with columns of these types: many, since each batch costs its share of JavaScript, but
 * no more than a cache holds. A power of two of at least 1024, or `batchRows` where that is less.
 */
export function rowsOfBatch(
  { batchRows }: Pick<SliceContext, 'batchRows'>,
  types: readonly SqlType[],
): number {
  let rowBytes = 0;
  for (const type of types)
    rowBytes += widthBytes(type) + (isReference(type) ? REFERENCED_BYTES : 0);
  const rows = 2 ** Math.floor(Math.log2(BATCH_BYTES / Math.max(1, rowBytes)));
  return Math.min(batchRows, Math.max(1024, rows));
}

/**
 * A chunk's rows in order as batches of at most `batchRows`. Values stay where they are; validity that
 * does not start at a whole word is moved, into the batch arena.
 */
export function* sliceBatches(context: SliceContext, chunk: Chunk): Iterable<Batch> {
  const { length } = chunk;
  const step = rowsOfBatch(
    context,
    chunk.columns.map(({ type }) => type),
  );
  for (let from = 0; from < length; from += step) {
    const rows = Math.min(step, length - from);
    const columns =
      rows === length
        ? chunk.columns
        : chunk.columns.map((column) => sliceVector(context, column, from, rows));
    yield { length: rows, selection: 0, columns };
  }
}

/** The first `rows` rows of a batch. */
export const firstRows = (
  context: Pick<SliceContext, 'memory' | 'batchArena'>,
  batch: Batch,
  rows: number,
): Batch => {
  if (rows === batch.length) return batch;
  if (batch.selection !== 0) return { ...batch, length: rows };
  const columns = batch.columns.map((column) => sliceVector(context, column, 0, rows));
  return { length: rows, selection: 0, columns };
};

/** Rows `from … from + length` of a vector. */
export function sliceVector<V extends Vector>(
  context: Pick<SliceContext, 'memory' | 'batchArena'>,
  vector: V,
  from: number,
  length: number,
): V {
  switch (vector.kind) {
    case 'constant':
      return { ...vector, length };
    case 'flat': {
      const values = vector.values + from * widthBytes(vector.type);
      const validity = sliceValidity(context, vector.validity, from, length);
      return { ...vector, length, values, validity };
    }
    case 'dictionary': {
      const indices = vector.indices + from * 4;
      const validity = sliceValidity(context, vector.validity, from, length);
      return { ...vector, length, indices, validity };
    }
    default:
      return unreachable(vector);
  }
}

function sliceValidity(
  { memory, batchArena }: Pick<SliceContext, 'memory' | 'batchArena'>,
  validity: number,
  from: number,
  length: number,
): number {
  if (validity === 0) return 0;
  if (from % 64 === 0) return validity + from / 8;
  const out = batchArena.allocate(bitmapBytes(length));
  kernels(memory).bitmapSlice(validity, from, length, out);
  return out;
}
