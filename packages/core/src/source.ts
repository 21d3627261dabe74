import type { Arena, SharedMemory } from './memory.ts';
import type { LiteralValue, Schema } from './schema.ts';
import type { Vector } from './vector.ts';

/** What is known of a column; every member may be missing. min and max are inclusive, NULLs and NaNs apart. */
export interface ColumnStatistics {
  readonly min?: LiteralValue;
  readonly max?: LiteralValue;
  readonly nullCount?: number;
  /** Estimated number of distinct non-NULL values. */
  readonly distinctCount?: number;
  /** Mean size of a value, for strings. */
  readonly averageBytes?: number;
}

export interface TableStatistics {
  readonly rowCount: number;
  /** True when rowCount is exact. */
  readonly exact: boolean;
  /** By ordinal of the schema. */
  readonly columns: readonly ColumnStatistics[];
}

/** A conjunct that a source may use: one column against constants. `column` is an ordinal of the schema. */
export type ColumnPredicate =
  | {
      readonly kind: 'compare';
      readonly column: number;
      readonly operator: '=' | '<>' | '<' | '<=' | '>' | '>=';
      readonly value: LiteralValue;
    }
  | { readonly kind: 'in'; readonly column: number; readonly values: readonly LiteralValue[] }
  | { readonly kind: 'isNull' | 'isNotNull'; readonly column: number };

/** exact: the scan returns only rows that pass; inexact: it may leave rows out, the filter stays. */
export type FilterSupport = 'exact' | 'inexact' | 'no';

export interface ScanRequest {
  /** Ordinals wanted, in the order wanted. May be empty (count only). */
  readonly columns: readonly number[];
  /** Conjuncts; the provider skips partitions that cannot match. */
  readonly predicates: readonly ColumnPredicate[];
}

/** A piece of a scan that one worker reads at a time. */
export interface ScanPartition {
  readonly rows: number;
  readonly bytes: number;
}

/** Read amounts for EXPLAIN ANALYZE: of how much, how much is read. */
export interface ScanTotals {
  readonly files: number;
  readonly filesTotal: number;
  readonly rowGroups: number;
  readonly rowGroupsTotal: number;
  readonly bytes: number;
  readonly bytesTotal: number;
}

/** A pruned scan as plain data; `spec` belongs to the source named by `source`. */
export interface ScanDescription {
  readonly source: string;
  readonly spec: unknown;
  readonly partitions: readonly ScanPartition[];
  readonly totals: ScanTotals;
}

/**
 * A table that can be read. `scan` is called at plan time on the main thread; the description it returns
 * is opened on the worker threads through the {@link ScanSource} of that name.
 */
export interface TableProvider {
  readonly schema: Schema;
  statistics(): TableStatistics;
  supports(predicate: ColumnPredicate): FilterSupport;
  scan(request: ScanRequest): ScanDescription;
}

/** Rows of one partition; columns are flat, constant or dictionary vectors of `length` rows. */
export interface Chunk {
  readonly length: number;
  readonly columns: readonly Vector[];
}

export interface ScanContext {
  readonly memory: SharedMemory;
}

/** Reads partitions of one scan on one thread. Synchronous: it runs inside a worker's morsel loop. */
export interface PartitionReader {
  /**
   * The rows of a partition, in order, allocated in `arena` (or stable table memory), valid until the
   * caller resets the arena.
   * @throws SqlError `io` naming file and place when the input is damaged.
   */
  read(partition: number, arena: Arena): Chunk;
  close(): void;
}

/** The worker side of a source. */
export interface ScanSource {
  readonly name: string;
  /** Prepares what the first read needs (loading a decoder); awaited once per thread before any open. */
  initialize?(): Promise<void>;
  open(description: ScanDescription, context: ScanContext): PartitionReader;
}

/** Where rows go; plain data, opened on the thread that writes. */
export interface SinkDescription {
  readonly sink: string;
  readonly spec: unknown;
  readonly schema: Schema;
  /** May several threads write, each its own files? */
  readonly parallel: boolean;
}

/** What a writer did. Files are final names, renamed into place by `close`. */
export interface WriteReport {
  readonly files: readonly string[];
  readonly rows: number;
  readonly bytes: number;
  /** What the sink's owner needs to take over what was written: plain data, known to the sink alone. */
  readonly data?: unknown;
}

export interface SinkWriter {
  /**
   * Columns are dense (no selection); vectors are valid during the call only. `position` is the place of
   * the rows in their pipeline's source: with it, a parallel sink can keep the order of the rows.
   */
  write(chunk: Chunk, position?: { readonly morsel: number }): void;
  close(): WriteReport;
  /** Removes what was written, also after `close`. */
  abort(): void;
}

/** The worker side of a sink. */
export interface Sink {
  readonly name: string;
  initialize?(): Promise<void>;
  open(
    description: SinkDescription,
    context: ScanContext & { readonly thread: number },
  ): SinkWriter;
}

/** What can be read and written by name on a worker. */
export interface SourceRegistry {
  source(name: string): ScanSource;
  sink(name: string): Sink;
  initialize(): Promise<void>;
}
