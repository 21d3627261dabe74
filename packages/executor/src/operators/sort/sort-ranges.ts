import type { Address, Arena, SharedMemory } from '@windrow/core';
import { kernels, SORT_ENTRY_BYTES, sortRangeTableBytes } from '@windrow/kernels';
import type { Query } from '../../runtime/query.ts';
import { withPages } from '../pages.ts';
import type { BlockLayout } from '../stored-rows.ts';
import { type EntrySegment, partsOfRange, startsOfRanges } from './entry-segments.ts';

/** Rows that a range should have: its entries and their scratch stay near the second-level cache. */
const RANGE_ROWS = 131072;

/** A range of more rows is split once more, if only ties are left in it. */
const HEAVY_ROWS = 2 * RANGE_ROWS;

/** Ranges for each thread, so that threads end together though ranges differ. */
const RANGES_PER_THREAD = 4;

const MAX_RANGES = 4096;

/** Sampled rows for each range. */
const SAMPLES_PER_RANGE = 32;

/** Entries to be sorted by many tasks. */
interface SegmentsToSort {
  readonly nodeId: number;
  readonly program: Address;
  /** Level of the key from which on rows differ. */
  readonly level: number;
  readonly segments: readonly EntrySegment[];
  /** The segments' rows where entries are still to be made of them (at level 0), a block a segment. */
  readonly blocks?: BlockLayout;
  /** Gets the row ids in order. */
  readonly ids: Address;
}

/** What a sample says of where rows lie. */
interface Ranges {
  readonly count: number;
  /** See `sortRangeTable` of the kernels. */
  readonly table: Address;
  /** Does range r have a single word? */
  readonly isSingleWord: readonly boolean[];
}

/**
 * Sorts entries, stably in the order of segments. Splitters from a sample cut the words into ranges; each
 * segment is grouped by range on its own; then each range collects its entries from all segments and sorts
 * them. A word that very many rows share is a range of its own, which is sorted like this by the next level.
 */
export async function sortSegments(query: Query, work: SegmentsToSort): Promise<void> {
  const { nodeId, program, level, segments, blocks, ids } = work;
  const { memory } = query;
  const ranges = createRanges(query, work);
  const rangeCount = ranges.count;
  await withPages(query, segments.length * rangeCount * 4, async (ends) => {
    const round = { nodeId, program, level, segments, rangeCount, ends };
    const { table: rangeTable } = ranges;
    await query.runTasks(
      { kind: 'sortScatter', ...round, rangeTable, ...(blocks === undefined ? {} : { blocks }) },
      segments.length,
    );
    const starts = startsOfRanges(memory, round);
    const isHeavy = (range: number): boolean =>
      starts[range + 1]! - starts[range]! > HEAVY_ROWS &&
      ranges.isSingleWord[range]! &&
      level + 1 < kernels(memory).sortWordLevels(program);
    const all = Array.from({ length: rangeCount }, (_, range) => range);
    const light = all.filter((range) => !isHeavy(range));
    await query.runTasks({ kind: 'sortRange', ...round, ranges: light, starts, ids }, light.length);
    for (const range of all.filter(isHeavy)) {
      await sortSegments(query, {
        nodeId,
        program,
        level: level + 1,
        segments: partsOfRange(memory, round, range),
        ids: ids + starts[range]! * 4,
      });
    }
  });
}

/** Splitters between ranges of about equally many rows, from rows at even distances. */
function createRanges(query: Query, work: SegmentsToSort): Ranges {
  const { arena, threads } = query;
  const rows = work.segments.reduce((sum, segment) => sum + segment.rows, 0);
  const wanted = Math.max(threads * RANGES_PER_THREAD, Math.ceil(rows / RANGE_ROWS));
  const ranges = Math.min(wanted, MAX_RANGES);
  const words = sampleWords(query, work, Math.min(rows, ranges * SAMPLES_PER_RANGE));
  const splitters = chooseSplitters(words, ranges);
  const { count, table } = createRangeTable(arena, splitters);
  const isSingleWord = Array.from(
    { length: count },
    (_, range) => range > 0 && splitters[range - 1]! + 1n === splitters[range],
  );
  return { count, table, isSingleWord };
}

/** Splitters, ascending, between at most `ranges` ranges of about equally many of the ascending words. */
export function chooseSplitters(words: BigUint64Array, ranges: number): BigUint64Array {
  const chosen = new Set<bigint>();
  for (let range = 1; range < ranges; range++) {
    const word = words[Math.floor((range * words.length) / ranges)]!;
    // A word that comes up twice has many rows: it becomes a range of its own.
    if (chosen.has(word) && word < 0xffffffffffffffffn) chosen.add(word + 1n);
    chosen.add(word);
  }
  return BigUint64Array.from(chosen).sort();
}

/** See `sortRangeTable` of the kernels; there is one range more than splitters. */
export function createRangeTable(
  arena: Arena,
  splitters: BigUint64Array,
): { readonly count: number; readonly table: Address } {
  const { memory } = arena;
  const count = splitters.length + 1;
  const at = arena.allocate(splitters.length * 8);
  memory.u64.set(splitters, at >>> 3);
  const table = arena.allocate(sortRangeTableBytes(count));
  kernels(memory).sortRangeTable(at, count, table);
  return { count, table };
}

/** The words of some rows, ascending. */
function sampleWords(query: Query, work: SegmentsToSort, samples: number): BigUint64Array {
  const { memory, arena } = query;
  const { program, level, segments, blocks } = work;
  const k = kernels(memory);
  const rows = segments.reduce((sum, segment) => sum + segment.rows, 0);
  const words = new BigUint64Array(samples);
  const entry = arena.allocate(SORT_ENTRY_BYTES);
  const chunks = blocks === undefined ? undefined : chunkWalk(memory, blocks);
  let segment = 0;
  let segmentEnd = segments[0]!.rows;
  for (let sample = 0; sample < samples; sample++) {
    const row = Math.floor((sample * rows) / samples);
    if (chunks !== undefined) {
      const { chunk, offset } = chunks(row);
      k.sortEncodeRows(program, chunk, offset, 1, entry);
    } else {
      while (row >= segmentEnd) segmentEnd += segments[++segment]!.rows;
      const { address, rows: length } = segments[segment]!;
      const from = address + (row - (segmentEnd - length)) * SORT_ENTRY_BYTES;
      memory.u8.copyWithin(entry, from, from + SORT_ENTRY_BYTES);
      k.sortEncode(program, level, entry, 1);
    }
    words[sample] = memory.u64[entry >>> 3]!;
  }
  return words.sort();
}

/** Finds the chunks of rows that are asked for in ascending order. */
function chunkWalk(
  memory: SharedMemory,
  { chunkLengths }: BlockLayout,
): (row: number) => { readonly chunk: number; readonly offset: number } {
  const lengthOf = (chunk: number): number => memory.u32[(chunkLengths >>> 2) + chunk]!;
  let chunk = 0;
  let start = 0;
  return (row) => {
    while (row >= start + lengthOf(chunk)) start += lengthOf(chunk++);
    return { chunk, offset: row - start };
  };
}
