import { rmSync } from 'node:fs';
import {
  type Address,
  Arena,
  type ColumnRef,
  physicalType,
  type SharedMemory,
  type SqlType,
  widthBytes,
} from '@windrow/core';
import {
  createSortProgram,
  kernels,
  PHYSICAL_TYPE_CODES,
  SORT_ENTRY_BYTES,
  SORT_RANGE_BYTES,
  type SortColumn,
} from '@windrow/kernels';
import type { OutputColumn, PhysicalPlan } from '@windrow/planner';
import type { KeyedColumns, KeyedLayout, SpilledKeyedRows } from '../operators/keyed-rows.ts';
import { collect, rowsStream } from '../operators/rows.ts';
import { chooseSplitters, createRangeTable } from '../operators/sort/sort-ranges.ts';
import type { SortColumnOrder } from '../operators/sort/sort-rows.ts';
import type { Query } from '../runtime/query.ts';
import { countRows, inMorselOrder, RowStore } from '../runtime/row-store.ts';
import type { Stream } from '../runtime/stream.ts';
import { neededBytes, spillableBytes } from './spill.ts';
import type { SpilledChunk } from './spill-file.ts';
import { isSpilled, type KeptChunk } from './spilling-rows.ts';
import type { SplitBy } from './split-sink.ts';
import { Survey } from './survey.ts';

/*
 * What an operator does when its rows have left memory: it cuts them into parts such that rows of equal
 * keys stay together, and is run again for each part, whose result goes to a file.
 */

/** Rows of one part, in their order. */
export type Part = readonly SpilledChunk[];

const MAX_PART_BITS = 8;

/** A part should take no more of the memory that there is, so that it need not be cut again. */
const PART_SHARE = 1 / 3;

/** Rows of a part that a thread collects before they are written. */
const MIN_WRITE_BYTES = 1 << 18;
const MAX_WRITE_BYTES = 32 << 20;

const rowBytes = (columns: readonly OutputColumn[]): number =>
  columns.reduce((sum, { type }) => sum + widthBytes(type), 0);

/** Memory that kept rows would take. */
export function sizeOf(
  chunks: readonly KeptChunk[],
  columns: readonly OutputColumn[],
): { readonly rows: number; readonly bytes: number } {
  const width = rowBytes(columns);
  const bytes = chunks.reduce(
    (sum, chunk) => sum + (isSpilled(chunk) ? chunk.bytes : chunk.length * width),
    0,
  );
  return { rows: countRows(chunks), bytes };
}

/** How many parts rows have to be cut into. */
export function partCount(
  memory: SharedMemory,
  size: { readonly rows: number; readonly bytes: number },
): number {
  const wanted = Math.ceil(neededBytes(size) / (spillableBytes(memory) * PART_SHARE));
  return Math.max(2, Math.min(2 ** MAX_PART_BITS, wanted));
}

/** Cuts rows into `count` parts at most; some may have no rows. The rows' files are removed. */
export async function splitRows(
  query: Query,
  chunks: readonly KeptChunk[],
  options: {
    readonly nodeId: number;
    readonly columns: readonly OutputColumn[];
    readonly by: SplitBy;
    readonly count: number;
  },
): Promise<Part[]> {
  const { nodeId, columns, by, count } = options;
  const size = sizeOf(chunks, columns);
  const morselRows = Math.ceil((writeBytes(query) * size.rows) / Math.max(1, size.bytes));
  const stream = rowsStream(chunks, columns, nodeId, { isAuxiliary: true, morselRows });
  const types = columns.map(({ type }) => type);
  const parts = await splitStream(query, stream, { nodeId, types, by, count, ordered: true });
  removeChunks(chunks);
  return parts;
}

/** Cuts the rows of a stream, with keys where that is said. `ordered`: the rows of a part keep their order. */
export async function splitStream(
  query: Query,
  stream: Stream,
  options: {
    readonly nodeId: number;
    readonly types: readonly SqlType[];
    readonly keyed?: KeyedColumns;
    readonly by: SplitBy;
    readonly count: number;
    readonly ordered: boolean;
  },
): Promise<Part[]> {
  const { count, ...cut } = options;
  const bits = Math.ceil(Math.log2(count));
  const maxBytes = writeBytes(query);
  const results = await query.run(stream, { kind: 'split', ...cut, bits, maxBytes });
  const parts = Array.from({ length: 1 << bits }, (): SpilledChunk[][] => results.map(() => []));
  results.forEach((result, thread) => {
    for (const { part, chunk } of result) parts[part]![thread]!.push(chunk);
  });
  return parts.map((part) => inMorselOrder(part));
}

/** Memory for rows of a part before they are written, for each thread. */
function writeBytes({ memory, threads }: Query): number {
  const share = spillableBytes(memory) / 8 / threads;
  return Math.min(MAX_WRITE_BYTES, Math.max(MIN_WRITE_BYTES, share));
}

/** Removes the files in which the chunks lie. */
export function removeChunks(chunks: readonly KeptChunk[]): void {
  const files = new Set(chunks.filter(isSpilled).map(({ file }) => file));
  for (const file of files) rmSync(file, { force: true });
}

/** Kept rows as columns of a stream: those of the input, then one for each computed key. */
export function keptColumns(kept: KeyedLayout, input: readonly OutputColumn[]): OutputColumn[] {
  const { columns } = kept;
  const first = Math.min(0, ...input.map(({ id }) => id)) - 1;
  return columns.types.map((type, position) => {
    const from = columns.kept[position];
    if (from !== undefined) return input[from]!;
    return { id: first - position, name: `key ${position}`, type, nullable: true };
  });
}

export const columnRef = ({ id, name, type, nullable }: OutputColumn): ColumnRef => ({
  kind: 'column',
  id,
  name,
  type,
  nullable,
});

/** Rows of a part in the place of a node of the plan. */
export interface PartInput {
  readonly plan: PhysicalPlan;
  readonly rows: readonly KeptChunk[];
  readonly columns: readonly OutputColumn[];
}

/**
 * Runs an operator for one part after the other, and keeps what it makes in a file, which the stream reads.
 * The parts' files are removed.
 */
export async function runParts(
  query: Query,
  options: {
    readonly nodeId: number;
    readonly parts: readonly (readonly PartInput[])[];
    /** Columns of what `run` returns. */
    readonly columns: readonly OutputColumn[];
    /** Part of a part is as good: it is cut again when it does not fit into memory. */
    readonly mayCut: boolean;
    readonly run: (part: Query, index: number) => Promise<Stream>;
  },
): Promise<Stream> {
  const { nodeId, parts, columns, mayCut, run } = options;
  const made: KeptChunk[] = [];
  for (const [index, part] of parts.entries()) {
    const inputs = part.map(
      (input) =>
        [input.plan, rowsStream(input.rows, input.columns, nodeId, { isAuxiliary: true })] as const,
    );
    const chunks = await query.runPart(
      new Map(inputs),
      async (partQuery) =>
        collect(partQuery, await run(partQuery, index), { nodeId, policy: 'always' }),
      { mayCut },
    );
    made.push(...chunks);
  }
  for (const input of parts.flat()) removeChunks(input.rows);
  return rowsStream(made, columns, nodeId, { isAuxiliary: true });
}

/**
 * Cuts rows into parts that follow each other in the order of sort keys, which have been surveyed while the
 * rows were kept. Undefined when all keys are equal.
 */
export async function splitByRange(
  query: Query,
  kept: SpilledKeyedRows,
  options: {
    readonly nodeId: number;
    readonly columns: readonly OutputColumn[];
    readonly order: readonly SortColumnOrder[];
  },
): Promise<Part[] | undefined> {
  const { nodeId, columns, order } = options;
  const { memory, arena } = query;
  const surveys = [...kept.surveys, surveyInMemory(query, kept, order)];
  const ranges = mergeRanges(query, surveys, order, columns);
  const sample = new RowStore(
    memory,
    arena,
    surveys.flatMap((survey) => survey.sample),
  );
  const keys = order.map(({ column, descending, nullsFirst }, key) => {
    const type = physicalType(columns[column]!.type);
    return { column, type, descending, nullsFirst, range: ranges[key]! };
  });
  const sorted = keys.map((key, index): SortColumn => ({ ...key, ...sample.table(index) }));
  const program = createSortProgram(arena, sorted);
  if (program.levels === 1 && program.bits === 0) return undefined;
  const count = partCount(memory, sizeOf(kept.chunks, columns));
  const words = wordsOf(query, program.address, sample);
  const splitters = chooseSplitters(words, count);
  const { table, count: rangeCount } = createRangeTable(arena, splitters);
  const by: SplitBy = { kind: 'range', keys, table, count: rangeCount };
  const parts = await splitRows(query, kept.chunks, { nodeId, columns, by, count: rangeCount });
  query.freeKept(kept.owner);
  return parts.filter((part) => part.length > 0);
}

/** Threads that had rows in memory to the end have not surveyed them. */
function surveyInMemory(
  query: Query,
  { chunks }: SpilledKeyedRows,
  order: readonly SortColumnOrder[],
): ReturnType<Survey['finish']> {
  const { memory, arena, owner } = query;
  const batchArena = new Arena(memory, owner);
  const survey = new Survey(
    { memory, batchArena },
    arena,
    order.map(({ column }) => column),
  );
  for (const chunk of chunks) if (!isSpilled(chunk)) survey.add(chunk);
  const result = survey.finish();
  batchArena.release();
  return result;
}

function mergeRanges(
  { memory, arena }: Query,
  surveys: readonly ReturnType<Survey['finish']>[],
  order: readonly SortColumnOrder[],
  columns: readonly OutputColumn[],
): number[] {
  const k = kernels(memory);
  return order.map(({ column }, key) => {
    const type = PHYSICAL_TYPE_CODES[physicalType(columns[column]!.type)];
    const range = arena.allocateZeroed(SORT_RANGE_BYTES);
    for (const { ranges } of surveys) k.sortKeyRangeMerge(type, range, ranges[key]!);
    return range;
  });
}

/** The first words of the sampled rows' keys, ascending. */
function wordsOf({ memory, owner }: Query, program: Address, { chunks }: RowStore): BigUint64Array {
  const arena = new Arena(memory, owner);
  const k = kernels(memory);
  const words = new BigUint64Array(countRows(chunks));
  let next = 0;
  chunks.forEach(({ length }, chunk) => {
    const entries = arena.allocate(length * SORT_ENTRY_BYTES);
    k.sortEncodeRows(program, chunk, 0, length, entries);
    for (let row = 0; row < length; row++) {
      words[next++] = memory.u64[(entries + row * SORT_ENTRY_BYTES) >>> 3]!;
    }
    arena.reset();
  });
  arena.release();
  return words.sort();
}
