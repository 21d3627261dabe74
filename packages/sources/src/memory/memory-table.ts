import type {
  Chunk,
  ColumnPredicate,
  FilterSupport,
  OwnerId,
  ScanDescription,
  ScanRequest,
  Schema,
  SharedMemory,
  SinkDescription,
  SqlType,
  TableProvider,
  TableStatistics,
  Vector,
  WriteReport,
} from '@windrow/core';
import { Arena, assert, PAGE_BYTES, typeName, typesEqual, widthBytes } from '@windrow/core';
import { isOrdered, mayMatch } from '../pruning.ts';
import { EMPTY_PROFILE, mergeProfiles, profileStatistics } from './column-profile.ts';
import { checkNotNull } from './not-null.ts';
import type { StoredPartition } from './partition.ts';
import { PartitionBuilder } from './partition-builder.ts';
import { describeScan } from './scan.ts';
import { SharedPages } from './shared-pages.ts';
import { MEMORY_SINK, type MemoryWrite } from './sink.ts';
import { TableColumn } from './table-column.ts';
import { piecesInOrder, takeColumns, translateColumn, writtenVectors } from './take-over.ts';

/** Name of the scan source that reads memory tables. */
export const MEMORY_SOURCE = 'memory';

interface HeldPartition {
  readonly stored: StoredPartition;
  /** Of the partition itself, and of a dictionary that its text lies in. */
  readonly pages: readonly SharedPages[];
}

/** Statistics of the rows that a table had: planning a query asks for them several times. */
interface KnownStatistics {
  readonly partitions: readonly HeldPartition[];
  readonly tailRows: number;
  readonly statistics: TableStatistics;
}

/** The partition that rows are added to; it is sealed before it is shared with a fork. */
interface Tail {
  readonly builder: PartitionBuilder;
  readonly pages: readonly SharedPages[];
}

/**
 * A table in shared memory: partitions of about 65,536 rows, text with few distinct values as codes of
 * one dictionary a column, statistics kept while rows come in.
 *
 * Rows are only ever added, and stored rows never move, so that a scan described before an append reads
 * what was there then. {@link truncate} and {@link drop} free memory: the caller sees to it that no scan
 * of the table runs.
 */
export class MemoryTable implements TableProvider {
  readonly schema: Schema;
  readonly #memory: SharedMemory;
  #columns: readonly TableColumn[];
  #partitions: readonly HeldPartition[] = [];
  #tail: Tail | undefined;
  #known: KnownStatistics | undefined;

  /** An empty table. */
  static create(memory: SharedMemory, schema: Schema): MemoryTable {
    return new MemoryTable(memory, schema, newColumns(memory, schema));
  }

  private constructor(memory: SharedMemory, schema: Schema, columns: readonly TableColumn[]) {
    this.schema = schema;
    this.#memory = memory;
    this.#columns = columns;
  }

  get rowCount(): number {
    return this.#stored().reduce((rows, { rowCount }) => rows + rowCount, 0);
  }

  /** Memory that the table's pages take, dictionaries included; pages shared with forks count in full. */
  get sizeBytes(): number {
    return this.#pages().reduce((sum, { owner }) => sum + this.#memory.ownedBytes(owner), 0);
  }

  /**
   * Adds the rows of a chunk by deep copy; all of them, or none when it throws.
   * @throws SqlError 23502 for a NULL in a column that is not nullable, `resource` out of memory.
   */
  append(chunk: Chunk): void {
    this.#checkTypes(chunk);
    this.#atomically((scratch) => {
      checkNotNull(chunk, this.schema, scratch);
      this.#appendRows(chunk.columns, 0, chunk.length, scratch);
    });
  }

  /** Where threads write rows that {@link attach} then takes over. */
  sink(): SinkDescription {
    return { sink: MEMORY_SINK, spec: undefined, schema: this.schema, parallel: true };
  }

  /**
   * Adds what threads wrote to {@link sink}, in the order of their morsels, mostly without copying;
   * all of it, or nothing when it throws. Either way the reports are used up.
   * @returns the number of rows added.
   */
  attach(reports: readonly WriteReport[]): number {
    const writes = reports.map((report) => report.data as MemoryWrite);
    const pages = writtenPages(writes, this.#memory);
    try {
      this.#atomically((scratch) => this.#takeOver(writes, pages, scratch));
    } finally {
      for (const written of pages.values()) written.release();
    }
    return reports.reduce((rows, report) => rows + report.rows, 0);
  }

  /** Frees all rows. No scan of the table may be running. */
  truncate(): void {
    this.drop();
    this.#columns = newColumns(this.#memory, this.schema);
  }

  /** Frees all memory; the table must not be used any more. No scan of it may be running. */
  drop(): void {
    for (const pages of this.#pages()) pages.release();
    this.#partitions = [];
    this.#tail = undefined;
  }

  /**
   * A second table with the same rows, at the cost of a few words a partition: the snapshot of a
   * transaction. Either may be appended to and dropped without the other seeing it.
   */
  fork(): MemoryTable {
    this.#sealTail();
    const columns = this.#columns.map((column) => column.fork());
    const fork = new MemoryTable(this.#memory, this.schema, columns);
    fork.#partitions = this.#partitions;
    for (const pages of fork.#pages()) pages.retain();
    return fork;
  }

  statistics(): TableStatistics {
    const [partitions, tailRows] = [this.#partitions, this.#tail?.builder.rowCount ?? 0];
    if (this.#known?.partitions !== partitions || this.#known.tailRows !== tailRows) {
      this.#known = { partitions, tailRows, statistics: this.#computeStatistics() };
    }
    return this.#known.statistics;
  }

  #computeStatistics(): TableStatistics {
    const stored = this.#stored();
    return {
      rowCount: stored.reduce((rows, partition) => rows + partition.rowCount, 0),
      exact: true,
      columns: this.#columns.map((column, ordinal) => {
        const profiles = stored.map(({ columns }) => columns[ordinal]?.profile ?? EMPTY_PROFILE);
        return column.statistics(profiles.reduce(mergeProfiles, EMPTY_PROFILE), this.#memory);
      }),
    };
  }

  supports(predicate: ColumnPredicate): FilterSupport {
    const comparesValues = predicate.kind === 'compare' || predicate.kind === 'in';
    return comparesValues && !isOrdered(this.#type(predicate.column)) ? 'no' : 'inexact';
  }

  scan({ columns, predicates }: ScanRequest): ScanDescription {
    const stored = this.#stored();
    const widths = columns.map((ordinal) => widthBytes(this.#type(ordinal)));
    const rowBytes = widths.reduce((sum, width) => sum + width, 0);
    const kept = stored.filter((partition) => this.#mayMatch(partition, predicates));
    const rows = (of: readonly StoredPartition[]) => of.reduce((sum, p) => sum + p.rowCount, 0);
    const scanned = columns.map((ordinal) => ({
      type: this.#type(ordinal),
      dictionary: this.#columns[ordinal]?.dictionary?.vector(),
    }));
    const spec = describeScan(kept, scanned, columns);
    return {
      source: MEMORY_SOURCE,
      spec,
      partitions: kept.map(({ rowCount }) => ({ rows: rowCount, bytes: rowCount * rowBytes })),
      totals: {
        files: 0,
        filesTotal: 0,
        rowGroups: kept.length,
        rowGroupsTotal: stored.length,
        bytes: rows(kept) * rowBytes,
        bytesTotal: rows(stored) * rowBytes,
      },
    };
  }

  #type(ordinal: number): SqlType {
    const field = this.schema.fields[ordinal];
    assert(field !== undefined, `column ${ordinal} is one of the table's`);
    return field.type;
  }

  #held(): readonly (HeldPartition | Tail)[] {
    return this.#tail === undefined ? this.#partitions : [...this.#partitions, this.#tail];
  }

  #pages(): SharedPages[] {
    const dictionaries = this.#columns.flatMap(({ dictionary }) => dictionary?.pages ?? []);
    return [...this.#held().flatMap(({ pages }) => pages), ...dictionaries];
  }

  #stored(): StoredPartition[] {
    const stored = this.#partitions.map((partition) => partition.stored);
    if (this.#tail !== undefined) stored.push(this.#tail.builder.snapshot());
    return stored;
  }

  #sealTail(): void {
    if (this.#tail === undefined) return;
    const { builder, pages } = this.#tail;
    this.#partitions = [...this.#partitions, { stored: builder.snapshot(), pages }];
    this.#tail = undefined;
  }

  /** Runs with scratch memory; when it throws, the rows are what they were. */
  #atomically(change: (scratch: Arena) => void): void {
    const scratch = new Arena(this.#memory, this.#memory.newOwner(), PAGE_BYTES);
    const before = { partitions: this.#partitions, tail: this.#tail };
    const kept = new Set(this.#held().flatMap(({ pages }) => pages));
    const undo = this.#tail?.builder.savepoint();
    try {
      change(scratch);
    } catch (thrown) {
      for (const pages of this.#held().flatMap((held) => held.pages)) {
        if (!kept.has(pages)) pages.release();
      }
      this.#partitions = before.partitions;
      this.#tail = before.tail;
      undo?.();
      throw thrown;
    } finally {
      scratch.release();
    }
  }

  #appendRows(columns: readonly Vector[], from: number, count: number, scratch: Arena): void {
    for (let row = from; row < from + count; ) {
      if (this.#tail?.builder.isFull === true) this.#sealTail();
      this.#tail ??= this.#newTail();
      row += this.#tail.builder.append(columns, row, from + count - row, scratch);
    }
  }

  #newTail(): Tail {
    const builder = new PartitionBuilder(this.#memory, this.#columns);
    return { builder, pages: [new SharedPages(this.#memory, builder.owner)] };
  }

  #takeOver(
    writes: readonly MemoryWrite[],
    pages: ReadonlyMap<OwnerId, SharedPages>,
    scratch: Arena,
  ): void {
    const types = this.schema.fields.map((field) => field.type);
    const translations = new Map(
      writes.map((write) => {
        const rows = write.partitions.reduce((sum, { stored }) => sum + stored.rowCount, 0);
        return [write, takeColumns(this.#columns, write.columns, rows, scratch)] as const;
      }),
    );
    for (const piece of piecesInOrder(writes)) {
      const { write, stored, from, rowCount } = piece;
      if (!piece.whole) {
        this.#appendRows(writtenVectors(piece, types), from, rowCount, scratch);
        continue;
      }
      this.#sealTail();
      const columns = stored.columns.map((column, ordinal) => {
        const translation = translations.get(write)?.[ordinal];
        return translateColumn(column, write.columns[ordinal], translation, stored, this.#memory);
      });
      const owners = write.columns.flatMap(({ dictionary }, ordinal) =>
        translations.get(write)?.[ordinal] === undefined ? (dictionary?.owner ?? []) : [],
      );
      const held = [stored.owner, ...owners].flatMap((owner) => pages.get(owner)?.retain() ?? []);
      this.#partitions = [...this.#partitions, { stored: { ...stored, columns }, pages: held }];
    }
  }

  #checkTypes({ columns }: Chunk): void {
    const { fields } = this.schema;
    assert(columns.length === fields.length, `rows have the table's ${fields.length} columns`);
    columns.forEach((column, ordinal) => {
      const type = this.#type(ordinal);
      const types = `${typeName(column.type)} and ${typeName(type)}`;
      assert(typesEqual(column.type, type), `column ${ordinal} has the table's type: ${types}`);
    });
  }

  #mayMatch(
    { columns, rowCount }: StoredPartition,
    predicates: readonly ColumnPredicate[],
  ): boolean {
    return predicates.every((predicate) => {
      const type = this.#type(predicate.column);
      const profile = columns[predicate.column]?.profile ?? EMPTY_PROFILE;
      return mayMatch(predicate, type, profileStatistics(profile, type), rowCount);
    });
  }
}

const newColumns = (memory: SharedMemory, { fields }: Schema): TableColumn[] =>
  fields.map(({ type }) => TableColumn.create(memory, type));

/** The pages that threads wrote to, held by the caller. */
function writtenPages(
  writes: readonly MemoryWrite[],
  memory: SharedMemory,
): Map<OwnerId, SharedPages> {
  const owners = writes.flatMap(({ partitions, columns }) => [
    ...partitions.map(({ stored }) => stored.owner),
    ...columns.flatMap(({ dictionary }) => dictionary?.owner ?? []),
  ]);
  return new Map(owners.map((owner) => [owner, new SharedPages(memory, owner)]));
}
