import {
  type Address,
  type Batch,
  isReference,
  type SqlType,
  UBIGINT,
  type Vector,
  widthBytes,
} from '@windrow/core';
import type { AggregateStates } from '../../codegen/aggregate-states.ts';
import { selectRows } from '../../expression/flatten.ts';
import type { TaskContext } from '../../operator.ts';
import { comparableVector } from '../../runtime/comparable.ts';
import {
  type PartitionedRows,
  partitionChunks,
  SHORT_TEXT_BYTES,
} from '../../runtime/partitioned-rows.ts';
import { sliceBatches } from '../../runtime/slice.ts';
import { type PartChunk, SpillingPartitions } from '../../spill/spilling-partitions.ts';
import type { Aggregation } from './aggregation.ts';
import { GroupRows, openStates } from './group-rows.ts';
import { GroupTable } from './group-table.ts';
import { hashKeys, type KeyRows } from './key-encoder.ts';
import { layOutKey } from './key-layout.ts';

/*
 * Rows that are grouped later, distributed over hash partitions: their keys, the columns that the
 * aggregates read, and their hashes where hashing them again would mean reading strings again.
 */

/** Partitions: few enough to write to all at a time, enough for the groups of each to stay in the cache. */
export const PARTITION_BITS = 8;

const PARTITIONS = 1 << PARTITION_BITS;

/** Groups of partition p are `entries[starts[p]] … entries[starts[p + 1]]`, all u32; plain data. */
export interface PartitionedGroups {
  readonly entries: Address;
  readonly starts: Address;
}

const keepsHashes = ({ keys }: Aggregation): boolean => keys.some(({ type }) => isReference(type));

function distributedTypes(aggregation: Aggregation): SqlType[] {
  const { keys, read } = aggregation;
  const types = [...keys, ...read].map(({ type }) => type);
  return keepsHashes(aggregation) ? [...types, UBIGINT] : types;
}

/** Puts a batch of distributed rows into groups. */
export function addDistributed(
  context: TaskContext,
  group: GroupRows,
  { aggregation, batch }: { readonly aggregation: Aggregation; readonly batch: Batch },
): void {
  const { columns, length } = batch;
  const keyCount = aggregation.keys.length;
  const keys = columns.slice(0, keyCount);
  const read = columns.slice(keyCount, keyCount + aggregation.read.length);
  const rows = { length, selection: 0, columns: read };
  group.addHashed(
    keyRows(context, keys, { hashes: columns[keyCount + read.length], length }),
    rows,
  );
}

function keyRows(
  context: TaskContext,
  columns: readonly Vector[],
  { hashes, length }: { readonly hashes: Vector | undefined; readonly length: number },
): KeyRows {
  if (hashes?.kind !== 'flat') return hashKeys(context, columns, length);
  const compared = columns.map((column) => comparableVector(context, column, length));
  return { length, columns, compared, hashes: hashes.values };
}

/**
 * Distributes one thread's rows. When they take much memory and have far fewer groups, they are grouped
 * partition by partition and their memory is used again: rows without end need room for their groups.
 */
export class RowDistributor {
  readonly #context: TaskContext;
  readonly #aggregation: Aggregation;
  readonly #rows: SpillingPartitions;
  readonly #maxBytes: number;
  readonly #spills: boolean;
  #tables: PartitionTables | undefined;
  #drains = true;

  constructor(
    context: TaskContext,
    aggregation: Aggregation,
    options: {
      readonly expectedRows: number;
      readonly maxBytes: number;
      /** May rows go to files? */
      readonly spills: boolean;
    },
  ) {
    this.#context = context;
    this.#aggregation = aggregation;
    this.#maxBytes = options.maxBytes;
    this.#spills = options.spills;
    const types = distributedTypes(aggregation);
    let rowBytes = 0;
    for (const type of types) {
      rowBytes += isReference(type) ? 8 + SHORT_TEXT_BYTES : widthBytes(type);
    }
    const expectedRows = Math.min(options.expectedRows, options.maxBytes / rowBytes);
    this.#rows = new SpillingPartitions(context, { types, bits: PARTITION_BITS, expectedRows });
  }

  /** The rows of a batch with their keys, which are dense. */
  append({ columns, selection, length }: Batch, keys: readonly Vector[]): void {
    const context = this.#context;
    const { hashes } = hashKeys(context, keys, length);
    const values: Vector[] = this.#aggregation.read.map(({ position }) =>
      selectRows(context, columns[position]!, selection, length),
    );
    if (keepsHashes(this.#aggregation)) {
      values.push({
        kind: 'flat',
        type: UBIGINT,
        length,
        values: hashes,
        validity: 0,
        stable: true,
      });
    }
    const rows = this.#rows;
    rows.append([...keys, ...values], hashes, length);
    if (this.#spills && context.spill.isShort(rows.rows, rows.bytes)) rows.spill();
    else if (this.#drains && rows.bytes > this.#maxBytes) this.#drain();
  }

  finish(): {
    readonly rows: PartitionedRows | undefined;
    readonly spilled: readonly PartChunk[];
    readonly drained: PartitionedGroups | undefined;
  } {
    if (this.#spills && this.#context.spill.isForced) this.#rows.spill();
    return { ...this.#rows.finish(), drained: this.#tables?.finish() };
  }

  #drain(): void {
    this.#tables ??= new PartitionTables(this.#context, this.#aggregation);
    const tables = this.#tables;
    const before = tables.count;
    this.#rows.takeRows((rows) => {
      tables.add(rows);
      // Rows that are mostly groups of their own take less room than their groups.
      this.#drains = (tables.count - before) * 2 < rows.rows;
    });
  }
}

/** A group table for each partition, on one thread. */
class PartitionTables {
  readonly #context: TaskContext;
  readonly #aggregation: Aggregation;
  readonly #states: AggregateStates;
  readonly #tables: readonly GroupTable[];

  constructor(context: TaskContext, aggregation: Aggregation) {
    const { keys, aggregates, readIds } = aggregation;
    const layout = layOutKey(keys.map(({ type }) => type));
    const states = openStates(context, aggregates, readIds);
    this.#context = context;
    this.#aggregation = aggregation;
    this.#states = states;
    this.#tables = Array.from({ length: PARTITIONS }, () =>
      GroupTable.create(context, layout, states.stateBytes),
    );
  }

  get count(): number {
    return this.#tables.reduce((sum, table) => sum + table.count, 0);
  }

  /** Groups the rows, whose memory is then free. */
  add(rows: PartitionedRows): void {
    const context = this.#context;
    const aggregation = this.#aggregation;
    const { batchArena, memory } = context;
    const mark = batchArena.mark();
    this.#tables.forEach((table, partition) => {
      const group = new GroupRows(context, table, this.#states);
      for (const chunk of partitionChunks(memory, rows, partition)) {
        const columns = chunk.columns.map((column) => ({ ...column, stable: false }));
        for (const batch of sliceBatches(context, { ...chunk, columns })) {
          addDistributed(context, group, { aggregation, batch });
          batchArena.rewind(mark);
        }
      }
      context.checkCancelled();
    });
  }

  finish(): PartitionedGroups {
    const { memory, taskArena } = this.#context;
    const entries = taskArena.allocate(this.count * 4);
    const starts = taskArena.allocate((PARTITIONS + 1) * 4);
    let start = 0;
    this.#tables.forEach((table, partition) => {
      const { groups } = table;
      memory.u32[starts / 4 + partition] = start;
      const to = entries + start * 4;
      memory.u8.copyWithin(to, groups.entries, groups.entries + groups.count * 4);
      start += groups.count;
      table.close();
    });
    memory.u32[starts / 4 + PARTITIONS] = start;
    return { entries, starts };
  }
}
