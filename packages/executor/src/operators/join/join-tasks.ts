import { type Address, assert, type FlatVector } from '@windrow/core';
import { JOIN_ENTRY_BYTES, kernels } from '@windrow/kernels';
import type { Returns, TaskContext, TaskRunner } from '../../operator.ts';
import type { OperatorData } from '../../runtime/stream.ts';
import type { BlockLayout } from '../stored-rows.ts';
import { codesOf, type KeyCoding } from './join-codes.ts';

/** What the two rounds of building a table share. */
interface TableBuild extends OperatorData {
  /** The table's header. */
  readonly table: Address;
  readonly blocks: BlockLayout;
  readonly regions: number;
  /** Entries of all rows; those of a block, grouped by region, lie at the block's row start. */
  readonly entries: Address;
  /** A u32 for each region of each block: where it ends among the block's entries. */
  readonly ends: Address;
}

/** A task a block: codes of its rows, grouped by region. */
export interface JoinScatterTaskSpec extends TableBuild {
  readonly kind: 'joinScatter';
  readonly coding: KeyCoding;
  /** Tables of the key columns' chunks, one a key. */
  readonly columns: readonly Address[];
  /** Join filters that get the codes. */
  readonly filters: readonly Address[];
}

/**
 * A task a region: fills it from all blocks. Returns the words of its lists (0: no code occurs twice), or
 * −1 when the codes crowd into the region.
 */
export interface JoinRegionTaskSpec extends TableBuild, Returns<number> {
  readonly kind: 'joinRegion';
}

export function openJoinScatter(spec: JoinScatterTaskSpec, context: TaskContext): TaskRunner {
  const { blocks, regions, table, filters } = spec;
  const { memory, batchArena } = context;
  const k = kernels(memory);
  return {
    run(block) {
      const start = blocks.rowStarts[block]!;
      const rows = blocks.rowStarts[block + 1]! - start;
      const entries = batchArena.allocate(rows * JOIN_ENTRY_BYTES);
      let count = 0;
      for (
        let chunk = blocks.chunkStarts[block]!;
        chunk < blocks.chunkStarts[block + 1]!;
        chunk++
      ) {
        count += encodeChunk(context, spec, chunk, entries + count * JOIN_ENTRY_BYTES);
      }
      for (const filter of filters) k.joinFilterAdd(filter, entries, count);
      const ends = spec.ends + block * regions * 4;
      const out = spec.entries + start * JOIN_ENTRY_BYTES;
      k.joinScatter(table, entries, count, regions, ends, out);
      return undefined;
    },
  };
}

/** Writes the entries of a chunk's rows that can match; returns how many. */
function encodeChunk(
  context: TaskContext,
  { coding, columns, blocks }: JoinScatterTaskSpec,
  chunk: number,
  entries: Address,
): number {
  const { memory, batchArena } = context;
  const { u32 } = memory;
  const length = u32[(blocks.chunkLengths >>> 2) + chunk]!;
  const mark = batchArena.mark();
  const keys = columns.map((column, key): FlatVector => {
    const entry = (column >>> 2) + chunk * 2;
    const { type } = coding.keys[key]!;
    const [values, validity] = [u32[entry]!, u32[entry + 1]!];
    return { kind: 'flat', type, length, values, validity, stable: true };
  });
  const { codes, matchable } = codesOf(context, coding, keys, length);
  const count = kernels(memory).joinEntries(codes, matchable, length, chunk * 65536, entries);
  batchArena.rewind(mark);
  return count;
}

export function openJoinRegion(spec: JoinRegionTaskSpec, context: TaskContext): TaskRunner<number> {
  const { blocks, regions, table } = spec;
  const { memory, batchArena, taskArena } = context;
  const { u32 } = memory;
  const k = kernels(memory);
  return {
    run(region) {
      const pieces = blocks.rowStarts.slice(0, -1).map((rowStart, block) => {
        const end = (spec.ends >>> 2) + block * regions + region;
        const from = region === 0 ? 0 : u32[end - 1]!;
        return {
          address: spec.entries + (rowStart + from) * JOIN_ENTRY_BYTES,
          count: u32[end]! - from,
        };
      });
      const count = pieces.reduce((sum, piece) => sum + piece.count, 0);
      const entries = batchArena.allocate(count * JOIN_ENTRY_BYTES);
      let at = entries;
      for (const piece of pieces) {
        const bytes = piece.count * JOIN_ENTRY_BYTES;
        memory.u8.copyWithin(at, piece.address, piece.address + bytes);
        at += bytes;
      }
      const words = k.joinFillRegion(table, region, entries, count);
      if (words < 0) return words;
      const lists = words === 0 ? 0 : taskArena.allocate(words * 4);
      assert(lists % 4 === 0, 'lists are addressed by word');
      k.joinFinishRegion(table, region, entries, lists);
      return words;
    },
  };
}
