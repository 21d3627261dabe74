import type {
  Chunk,
  ColumnPredicate,
  ColumnStatistics,
  FilterSupport,
  ScanDescription,
  ScanRequest,
  Schema,
  SharedMemory,
  SqlType,
  TableProvider,
  TableStatistics,
  Vector,
} from '@windrow/core';
import {
  Arena,
  assert,
  PAGE_BYTES,
  SqlError,
  typeName,
  typesEqual,
  unreachable,
  widthBytes,
} from '@windrow/core';
import { kernels } from '@windrow/kernels';
import { denseRows } from '../dense-rows.ts';
import { isOrdered, mayMatch } from '../pruning.ts';
import {
  type ColumnProfile,
  EMPTY_PROFILE,
  mergeProfiles,
  profileStatistics,
} from './column-profile.ts';
import type { StoredColumn, StoredPartition } from './partition.ts';
import { type BuilderColumn, PartitionBuilder } from './partition-builder.ts';
import { SharedPages } from './shared-pages.ts';
import { TextDictionary } from './text-dictionary.ts';

/** Name of the scan source that reads memory tables. */
export const MEMORY_SOURCE = 'memory';

/** What a memory scan tells its readers: the partitions' vectors, in the order of the scan's columns. */
export interface MemoryScan {
  readonly partitions: readonly Chunk[];
}

interface HeldPartition {
  readonly stored: StoredPartition;
  readonly pages: SharedPages;
}

/** The partition that rows are added to; a table that has been forked must not add to a shared one. */
interface Tail {
  readonly builder: PartitionBuilder;
  readonly pages: SharedPages;
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
  #columns: readonly BuilderColumn[];
  #partitions: readonly HeldPartition[] = [];
  #tail: Tail | undefined;

  /** An empty table. */
  constructor(memory: SharedMemory, schema: Schema) {
    this.schema = schema;
    this.#memory = memory;
    this.#columns = newColumns(memory, schema);
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
    const scratch = new Arena(this.#memory, this.#memory.newOwner(), PAGE_BYTES);
    const before = { partitions: this.#partitions, tail: this.#tail };
    const undo = this.#tail?.builder.savepoint();
    try {
      this.#checkNulls(chunk, scratch);
      this.#appendRows(chunk, scratch);
    } catch (thrown) {
      const kept = new Set([...before.partitions, before.tail].map((held) => held?.pages));
      for (const { pages } of this.#held()) if (!kept.has(pages)) pages.release();
      this.#partitions = before.partitions;
      this.#tail = before.tail;
      undo?.();
      throw thrown;
    } finally {
      scratch.release();
    }
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
    const fork = new MemoryTable(this.#memory, this.schema);
    for (const pages of fork.#pages()) pages.release();
    fork.#columns = this.#columns;
    fork.#partitions = this.#partitions;
    for (const pages of fork.#pages()) pages.retain();
    return fork;
  }

  statistics(): TableStatistics {
    const stored = this.#stored();
    return {
      rowCount: stored.reduce((rows, partition) => rows + partition.rowCount, 0),
      exact: true,
      columns: this.#columns.map((column, ordinal) => {
        const profiles = stored.map(({ columns }) => columns[ordinal]?.profile ?? EMPTY_PROFILE);
        return columnStatistics(column, profiles.reduce(mergeProfiles, EMPTY_PROFILE));
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
    const partitions = kept.map((partition) => ({
      length: partition.rowCount,
      columns: columns.map((ordinal) => this.#vector(partition, ordinal)),
    }));
    const rows = (of: readonly StoredPartition[]) => of.reduce((sum, p) => sum + p.rowCount, 0);
    const spec: MemoryScan = { partitions };
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
    return [...this.#held().map(({ pages }) => pages), ...dictionaries];
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

  #appendRows(chunk: Chunk, scratch: Arena): void {
    for (let from = 0; from < chunk.length; ) {
      if (this.#tail?.builder.isFull === true) this.#sealTail();
      this.#tail ??= this.#newTail();
      from += this.#tail.builder.append(chunk.columns, from, chunk.length - from, scratch);
    }
  }

  #newTail(): Tail {
    const builder = new PartitionBuilder(this.#memory, this.#columns);
    return { builder, pages: new SharedPages(this.#memory, builder.owner) };
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

  #checkNulls({ columns, length }: Chunk, scratch: Arena): void {
    this.schema.fields.forEach(({ name, nullable }, ordinal) => {
      if (nullable || length === 0) return;
      const { validity } = denseRows(columns[ordinal] as Vector, 0, length, scratch);
      if (validity === 0) return;
      if (kernels(this.#memory).bitmapAllSet(validity, length) === 1) return;
      throw new SqlError('execution', `NULL in column "${name}", which is declared NOT NULL`, {
        sqlState: '23502',
      });
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

  #vector({ columns, rowCount: length }: StoredPartition, ordinal: number): Vector {
    const stored = columns[ordinal] as StoredColumn;
    const type = this.#type(ordinal);
    const { data, validity } = stored;
    switch (stored.kind) {
      case 'values':
        return { kind: 'flat', type, length, values: data, validity, stable: true };
      case 'codes': {
        const dictionary = this.#columns[ordinal]?.dictionary?.vector();
        assert(dictionary !== undefined, 'codes have a dictionary');
        return {
          kind: 'dictionary',
          type,
          length,
          indices: data,
          validity,
          dictionary,
          stable: true,
        };
      }
      default:
        return unreachable(stored.kind);
    }
  }
}

function newColumns(memory: SharedMemory, schema: Schema): BuilderColumn[] {
  return schema.fields.map(({ type }) => ({
    type,
    dictionary: type.kind === 'varchar' ? new TextDictionary(memory, type) : undefined,
  }));
}

function columnStatistics(
  { type, dictionary }: BuilderColumn,
  profile: ColumnProfile,
): ColumnStatistics {
  const statistics = profileStatistics(profile, type);
  if (dictionary?.isOpen !== true) return statistics;
  return { ...statistics, distinctCount: dictionary.entryCount };
}
