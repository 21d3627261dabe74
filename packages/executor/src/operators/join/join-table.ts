import { type Address, isReference, physicalType } from '@windrow/core';
import {
  JOIN_ENTRY_BYTES,
  JOIN_KEY_BYTES,
  JOIN_SLOT_BYTES,
  JOIN_TABLE_BYTES,
  type JoinTableKind,
  type JoinTableLayout,
  readSortRange,
  writeJoinKey,
  writeJoinTable,
} from '@windrow/kernels';
import type { Query } from '../../runtime/query.ts';
import { measureKeys } from '../key-ranges.ts';
import { withPages } from '../pages.ts';
import { blockCount, type StoredRows } from '../stored-rows.ts';
import type { KeyCoding } from './join-codes.ts';
import { type CodePart, createJoinFilters, type JoinFilter } from './join-filter.ts';
import type { BuildKeyTable } from './pair-checks.ts';

/** A filled table; plain data. */
export interface JoinTable {
  readonly address: Address;
  readonly coding: KeyCoding;
  /** No code occurs twice, so that a probe row has at most one match. */
  readonly unique: boolean;
  readonly filters: readonly JoinFilter[];
}

/** A key column among the kept columns of the build side. */
export interface BuildKey extends BuildKeyTable {
  readonly column: number;
}

/** Rows of a region: its slots and entries fit into the second-level cache. */
const REGION_ROWS = 32768;

const MAX_REGION_BITS = 12;

/** Slots of hashed tables for each row. */
const SLOTS_PER_ROW = 2;

/** A direct table may have so many codes for each row, as it takes no more memory than a hashed one. */
const DIRECT_CODES_PER_ROW = 8;

/** Up to so many codes a table is always direct. */
const MIN_DIRECT_CODES = 16384;

/** What the codes of a key are like. */
interface CodingPlan {
  readonly coding: KeyCoding;
  /** Codes are below it, when it is known. */
  readonly codeCount: bigint | undefined;
  /** Of exact codes, a part a key column. */
  readonly parts: readonly CodePart[];
}

/**
 * Builds the table of the build side's rows: codes are computed and grouped by region block by block, then
 * the regions are filled side by side. Rows of equal keys keep the order of their chunks.
 */
export async function buildJoinTable(
  query: Query,
  rows: StoredRows,
  options: { readonly keys: readonly BuildKey[]; readonly nodeId: number },
): Promise<JoinTable> {
  const plan = await planCoding(query, rows, options);
  const wanted = Math.ceil(Math.log2(Math.max(1, rows.rows / REGION_ROWS)));
  const table = await fillTable(query, rows, options, plan, Math.min(wanted, MAX_REGION_BITS));
  // Codes crowd into few regions: a single region has room for all, wherever they lie.
  return table ?? (await fillTable(query, rows, options, plan, 0))!;
}

async function planCoding(
  query: Query,
  rows: StoredRows,
  { keys, nodeId }: { readonly keys: readonly BuildKey[]; readonly nodeId: number },
): Promise<CodingPlan> {
  const coding: KeyCoding = { kind: 'hashed', keys };
  const hashed: CodingPlan = { coding, codeCount: undefined, parts: [] };
  if (keys.some(({ type }) => isReference(type))) return hashed;
  const columns = keys.map(({ column }) => column);
  const ranges = await measureKeys(query, rows, { columns, nodeId });
  const layouts = query.arena.allocate(keys.length * JOIN_KEY_BYTES);
  let shift = 0;
  let codeCount = 1n;
  const parts: CodePart[] = [];
  for (const [index, key] of keys.entries()) {
    const { validRows, nulls, least, greatest } = readSortRange(query.memory, ranges[index]!);
    if (validRows === 0) return hashed;
    const span = greatest - least;
    const nullMatches = key.nullSafe && nulls > 0;
    const last = nullMatches ? span + 1n : span;
    const bits = bitLength(last);
    if (shift + bits > 64) return hashed;
    codeCount = (last + 1n) << BigInt(shift);
    const layout = { type: physicalType(key.type), nullMatches, base: least, span, shift };
    writeJoinKey(query.memory, layouts + index * JOIN_KEY_BYTES, layout);
    parts.push({ type: key.type, codeCount: last + 1n, shift, bits });
    shift += bits;
  }
  return { coding: { kind: 'exact', layouts, keys }, codeCount, parts };
}

/** Bits of a code from 0 to `greatest`. */
const bitLength = (greatest: bigint): number => (greatest === 0n ? 0 : greatest.toString(2).length);

async function fillTable(
  query: Query,
  rows: StoredRows,
  { keys, nodeId }: { readonly keys: readonly BuildKey[]; readonly nodeId: number },
  plan: CodingPlan,
  regionBits: number,
): Promise<JoinTable | undefined> {
  const { memory, arena } = query;
  const { blocks } = rows;
  const layout = planLayout(rows.rows, plan, regionBits);
  const bytes = layout.slotCount * JOIN_SLOT_BYTES[layout.kind];
  const slots = memory.allocatePages(bytes, query.owner);
  const table = arena.allocate(JOIN_TABLE_BYTES);
  writeJoinTable(memory, table, { ...layout, slots });
  const regions = Math.ceil(layout.slotCount / layout.regionSlots);
  const { coding } = plan;
  const columns = keys.map((key) => key.table);
  const { parts } = plan;
  const filters = createJoinFilters(query, rows.rows, { parts, tableBytes: bytes });
  let words: readonly number[] = [];
  await withPages(query, rows.rows * JOIN_ENTRY_BYTES, async (entries) => {
    await withPages(query, blockCount(blocks) * regions * 4, async (ends) => {
      const build = { nodeId, table, blocks, regions, entries, ends };
      const addresses = filters.map(({ address }) => address);
      const scatter = {
        kind: 'joinScatter',
        ...build,
        coding,
        columns,
        filters: addresses,
      } as const;
      const size = { rows: rows.rows };
      await query.runTasks(scatter, blockCount(blocks), size);
      words = await query.runTasks({ kind: 'joinRegion', ...build }, regions, size);
    });
  });
  if (words.some((count) => count < 0)) {
    memory.freePages(slots, bytes);
    return undefined;
  }
  return { address: table, coding, unique: words.every((count) => count === 0), filters };
}

function planLayout(
  rows: number,
  { codeCount }: CodingPlan,
  regionBits: number,
): Omit<JoinTableLayout, 'slots'> {
  const directCodes = Math.max(MIN_DIRECT_CODES, rows * DIRECT_CODES_PER_ROW);
  if (codeCount !== undefined && codeCount <= directCodes) {
    const slotCount = Number(codeCount);
    const regionShift = Math.max(0, bitLength(codeCount - 1n) - regionBits);
    return { kind: 'direct', slotCount, regionSlots: 2 ** regionShift, regionShift };
  }
  const kind: JoinTableKind =
    codeCount !== undefined && codeCount <= 2n ** 32n ? 'compact' : 'wide';
  const regions = 2 ** regionBits;
  const regionSlots = Math.ceil((rows * SLOTS_PER_ROW) / regions) + 1;
  const slotCount = regions * regionSlots;
  return { kind, slotCount, regionSlots, regionShift: 32 - regionBits };
}
