import {
  type Address,
  assert,
  type Batch,
  type PhysicalType,
  type SqlType,
  unreachable,
} from '@windrow/core';
import { createSortProgram, kernels, SORT_ENTRY_BYTES, type SortColumn } from '@windrow/kernels';
import { flatten } from '../expression/flatten.ts';
import type { PipelineSink, Returns, TaskContext } from '../operator.ts';
import { createKeyed, type KeyedColumns } from '../operators/keyed-rows.ts';
import { hashRows } from '../runtime/hash.ts';
import type { OperatorData } from '../runtime/stream.ts';
import { type PartChunk, SpillingPartitions } from './spilling-partitions.ts';

/** Cuts rows into parts, which go to a file. Rows of a part keep their order. */
export interface SplitSinkSpec extends OperatorData, Returns<readonly PartChunk[]> {
  readonly kind: 'split';
  /** Of the rows that are cut. */
  readonly types: readonly SqlType[];
  /** How the rows are made of the input's; absent: they are the input's. */
  readonly keyed?: KeyedColumns;
  readonly by: SplitBy;
  /** There are at most 2^bits parts. */
  readonly bits: number;
  /** Memory that the rows of a thread may take before they are written. */
  readonly maxBytes: number;
  /** Do the rows of a part keep their order? Then all are written at the end of a morsel. */
  readonly ordered: boolean;
}

/** What says to which part a row belongs: rows of equal keys belong to the same. */
export type SplitBy =
  /** Hashes of columns; those of different levels are independent. */
  | { readonly kind: 'hash'; readonly columns: readonly number[]; readonly level: number }
  /** The place of sort keys among splitters: parts are in the order of the keys. */
  | {
      readonly kind: 'range';
      readonly keys: readonly RangeKey[];
      /** See `sortRangeTable` of the kernels. */
      readonly table: Address;
      readonly count: number;
    };

/** A sort key; `range` is over all rows. */
export interface RangeKey extends Pick<SortColumn, 'descending' | 'nullsFirst' | 'range'> {
  readonly column: number;
  readonly type: PhysicalType;
}

export function openSplit(
  spec: SplitSinkSpec,
  context: TaskContext,
): PipelineSink<readonly PartChunk[]> {
  const { types, bits, maxBytes, ordered } = spec;
  const hashesOf = createHashes(spec.by, context);
  const toKeyed =
    spec.keyed === undefined ? (batch: Batch) => batch : createKeyed(context, spec.keyed);
  const expectedRows = maxBytes / (types.length * 8);
  const rows = new SpillingPartitions(context, { types, bits, expectedRows });
  return {
    push(batch: Batch, { morsel }): void {
      const { columns, selection, length } = toKeyed(batch);
      const flat = columns.map((column) => flatten(context, column, selection, length));
      rows.append(flat, hashesOf({ length, selection: 0, columns: flat }), length);
      if (rows.bytes > maxBytes) rows.spill(morsel);
    },
    // Two threads may have rows of a part: morsels tell how they follow each other.
    endMorsel({ morsel }): void {
      if (ordered) rows.spill(morsel);
    },
    finish(): readonly PartChunk[] {
      rows.spill();
      return rows.finish().spilled;
    },
  };
}

/** Makes hashes whose bits from 32 on are the parts of rows; batches are dense and flat. */
function createHashes(by: SplitBy, context: TaskContext): (batch: Batch) => Address {
  switch (by.kind) {
    case 'hash': {
      const { columns, level } = by;
      return (batch) => {
        const keys = columns.map((column) => batch.columns[column]!);
        const hashes = hashRows(context, keys, batch.length);
        kernels(context.memory).partitionRehash(hashes, batch.length, level);
        return hashes;
      };
    }
    case 'range':
      return createRanges(by, context);
    default:
      return unreachable(by);
  }
}

function createRanges(
  { keys, table, count }: SplitBy & { readonly kind: 'range' },
  context: TaskContext,
): (batch: Batch) => Address {
  const { memory, taskArena, batchArena } = context;
  const k = kernels(memory);
  // The program reads a chunk by these tables; it is always the batch at hand.
  const tables = keys.map(() => taskArena.allocate(8));
  const { address: program } = createSortProgram(
    taskArena,
    keys.map((key, index) => ({ ...key, table: tables[index]!, hasNulls: true })),
  );
  return ({ columns, length }) => {
    keys.forEach(({ column }, index) => {
      const vector = columns[column]!;
      assert(vector.kind === 'flat', 'batches to be split are flat');
      memory.u32.set([vector.values, vector.validity], tables[index]! >>> 2);
    });
    const entries = batchArena.allocate(length * SORT_ENTRY_BYTES);
    const scattered = batchArena.allocate(length * SORT_ENTRY_BYTES);
    const numbers = batchArena.allocate(length * 2);
    const ends = batchArena.allocate(count * 4);
    const hashes = batchArena.allocate(length * 8);
    k.sortEncodeRows(program, 0, 0, length, entries);
    k.sortScatterByRange(entries, length, table, numbers, ends, scattered);
    k.partitionByNumber(numbers, length, hashes);
    return hashes;
  };
}
