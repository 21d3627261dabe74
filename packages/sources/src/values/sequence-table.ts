import type {
  Arena,
  Chunk,
  ColumnPredicate,
  ColumnStatistics,
  FilterSupport,
  PartitionReader,
  ScanDescription,
  ScanRequest,
  ScanSource,
  Schema,
  SqlType,
  TableProvider,
  TableStatistics,
} from '@windrow/core';
import { assert } from '@windrow/core';
import { kernels } from '@windrow/kernels';
import { mayMatch } from '../pruning.ts';

/** Name of the scan source that counts. */
export const SEQUENCE_SOURCE = 'sequence';

const PARTITION_ROWS = 65536;

/** An arithmetic sequence of a type stored as int64; plain data. */
export interface Sequence {
  readonly name: string;
  readonly type: SqlType;
  readonly start: bigint;
  readonly step: bigint;
  readonly count: number;
}

interface SequenceScan {
  readonly type: SqlType;
  readonly step: bigint;
  readonly pieces: readonly { readonly start: bigint; readonly count: number }[];
  /** How often the scan has the column: it may be asked for more than once, or only counted. */
  readonly columns: number;
}

/** A table of one column that counts from a start by a step. */
export class SequenceTable implements TableProvider {
  readonly schema: Schema;
  readonly #sequence: Sequence;

  constructor(sequence: Sequence) {
    this.#sequence = sequence;
    const { name, type } = sequence;
    this.schema = { fields: [{ name, type, nullable: false }] };
  }

  statistics(): TableStatistics {
    const { count } = this.#sequence;
    const bounds = count === 0 ? { nullCount: 0 } : this.#bounds(0, count);
    return { rowCount: count, exact: true, columns: [{ ...bounds, distinctCount: count }] };
  }

  supports(): FilterSupport {
    return 'inexact';
  }

  scan({ columns, predicates }: ScanRequest): ScanDescription {
    const { type, start, step, count } = this.#sequence;
    const total = Math.ceil(count / PARTITION_ROWS);
    const pieces = Array.from({ length: total }, (_, index) => index * PARTITION_ROWS)
      .map((from) => ({ from, rows: Math.min(PARTITION_ROWS, count - from) }))
      .filter(({ from, rows }) => this.#mayMatch(predicates, from, rows))
      .map(({ from, rows }) => ({ start: start + step * BigInt(from), count: rows }));
    const spec: SequenceScan = { type, step, pieces, columns: columns.length };
    return {
      source: SEQUENCE_SOURCE,
      spec,
      partitions: pieces.map((piece) => ({ rows: piece.count, bytes: 0 })),
      totals: {
        files: 0,
        filesTotal: 0,
        rowGroups: pieces.length,
        rowGroupsTotal: total,
        bytes: 0,
        bytesTotal: 0,
      },
    };
  }

  #bounds(from: number, rows: number): ColumnStatistics {
    const { start, step } = this.#sequence;
    const first = start + step * BigInt(from);
    const last = first + step * BigInt(rows - 1);
    return step > 0n
      ? { min: first, max: last, nullCount: 0 }
      : { min: last, max: first, nullCount: 0 };
  }

  #mayMatch(predicates: readonly ColumnPredicate[], from: number, rows: number): boolean {
    const bounds = this.#bounds(from, rows);
    return predicates.every((predicate) => mayMatch(predicate, this.#sequence.type, bounds, rows));
  }
}

/** Counts. */
export const sequenceSource: ScanSource = {
  name: SEQUENCE_SOURCE,
  open: (description: ScanDescription): PartitionReader => {
    const { type, step, pieces, columns } = description.spec as SequenceScan;
    return {
      read: (partition: number, arena: Arena): Chunk => {
        const piece = pieces[partition];
        assert(piece !== undefined, `partition ${partition} is one of the scan's`);
        const { start, count: length } = piece;
        if (columns === 0) return { length, columns: [] };
        const values = arena.allocate(length * 8);
        kernels(arena.memory).sequenceI64(start, step, length, values);
        const column = { kind: 'flat', type, length, values, validity: 0, stable: false } as const;
        return { length, columns: Array.from({ length: columns }, () => column) };
      },
      close: () => undefined,
    };
  },
};
