import { type Expr, isReference, physicalType, visitExpr } from '@windrow/core';

/*
 * What operators cost, in microseconds of one core. All constants of the cost model stand here, as
 * nanoseconds per row or byte, taken from measured runs over 6 million rows:
 *
 *   fused filter and sum           14 ms → 1 ns per operation
 *   top 100                       4.5 ms → 0.75 ns a row
 *   aggregate, 4 groups            27 ms → 2 ns a row and 0.4 ns per aggregate
 *   aggregate, 1 M int64 keys     122 ms → 20 ns a row, of which 14 find the group
 *   aggregate, 100 k string keys  308 ms → 50 ns a row
 *   join with 1.5 M build rows     97 ms → 13 ns for each row of either side
 *   LIKE '%a%b%'                   63 ms → 10 ns a row
 *   rank, lag, running sum        306 ms → 51 ns a row
 *   sort by two columns           350 ms → 58 ns a row, 2.6 per row and comparison level
 *
 * Costs compare plans; they do not predict times.
 */
const NS = 1e-3;

const BYTE_READ = 0.05;
const BYTE_COPIED = 0.25;
const ROW_EMITTED = 1;
const FIXED_OPERATION = 0.8;
const WIDE_OPERATION = 3;
const STRING_OPERATION = 10;
const GLOBAL_UPDATE = 0.4;
const DIRECT_LOOKUP = 2;
const HASH_LOOKUP = 9;
const PARTITIONED_LOOKUP = 14;
const STRING_KEY = 30;
const GROUP_CREATED = 20;
const BUILD_ROW = 12;
const KEY_FILTER = 2;
const PROBE_CACHED = 4;
const PROBE_UNCACHED = 30;
const PARTITION_ROW = 6;
const NESTED_PAIR = 0.5;
const SORT_LEVEL = 2.6;
const TOP_ROW = 0.75;
const WINDOW_FUNCTION = 6;

/** Bytes of a hash table that stay near the core: the second-level cache, and the last-level share. */
const NEAR_CACHE_BYTES = 1 << 20;
const FAR_CACHE_BYTES = 16 << 20;

/** Bytes that a hash table adds to a row: its hash, its slot and slack. */
const HASH_ENTRY_BYTES = 16;

/** Groups up to which states are indexed directly, and up to which one table a thread stays in cache. */
const DIRECT_GROUPS = 1024;
const CACHED_GROUPS = 50_000;

/** Nanoseconds to evaluate an expression for one row. */
export function expressionNs(expr: Expr): number {
  let total = 0;
  visitExpr(expr, (node) => {
    if (node.kind === 'call' || node.kind === 'cast') {
      const types = node.kind === 'call' ? node.args.map((arg) => arg.type) : [node.input.type];
      total += operationNs([...types, node.type]);
    }
    if (node.kind === 'conditional') total += FIXED_OPERATION * node.operands.length;
    return true;
  });
  return total;
}

function operationNs(types: readonly Expr['type'][]): number {
  if (types.some(isReference)) return STRING_OPERATION;
  return types.some((type) => physicalType(type) === 'i128') ? WIDE_OPERATION : FIXED_OPERATION;
}

const sumNs = (exprs: readonly Expr[]): number =>
  exprs.reduce((sum, expr) => sum + expressionNs(expr), 0);

export const scanCost = (rows: number, rowBytes: number): number =>
  rows * rowBytes * BYTE_READ * NS;

/** A condition of a filter, and the share of rows for which it is true. */
export interface FilterStep {
  readonly expr: Expr;
  readonly share: number;
}

/** Conditions tested one after the other, each for the rows that the ones before let through. */
export function filterCost(rows: number, steps: readonly FilterStep[]): number {
  let cost = 0;
  let remaining = rows;
  for (const { expr, share } of steps) {
    cost += remaining * expressionNs(expr) * NS;
    remaining *= share;
  }
  return cost;
}

/** A projection: the expressions, for every row that comes in. */
export const evaluationCost = (rows: number, exprs: readonly Expr[]): number =>
  rows * sumNs(exprs) * NS;

export const unionCost = (rows: number): number => rows * ROW_EMITTED * NS * 0.1;

export type AggregateStrategy = 'global' | 'direct' | 'hash' | 'partitioned';

/** The cheapest way to find the states of about `groups` groups. */
export function aggregateStrategy(keyCount: number, groups: number): AggregateStrategy {
  if (keyCount === 0) return 'global';
  if (groups <= DIRECT_GROUPS) return 'direct';
  return groups <= CACHED_GROUPS ? 'hash' : 'partitioned';
}

const LOOKUP_NS: Readonly<Record<AggregateStrategy, number>> = {
  global: 0,
  direct: DIRECT_LOOKUP,
  hash: HASH_LOOKUP,
  partitioned: PARTITIONED_LOOKUP,
};

export interface AggregateShape {
  readonly strategy: AggregateStrategy;
  readonly rows: number;
  readonly groups: number;
  readonly keys: readonly Expr[];
  readonly arguments: readonly Expr[];
  readonly aggregates: number;
}

export function aggregateCost(shape: AggregateShape): number {
  const { strategy, rows, groups, keys } = shape;
  const strings = keys.filter((key) => isReference(key.type)).length;
  const keyNs = strategy === 'direct' ? 0 : strings * STRING_KEY;
  const rowNs =
    LOOKUP_NS[strategy] +
    keyNs +
    shape.aggregates * GLOBAL_UPDATE +
    sumNs(keys) +
    sumNs(shape.arguments);
  return (rows * rowNs + groups * GROUP_CREATED) * NS;
}

/** Two inputs of a join as its cost sees them. */
export interface JoinShape {
  readonly buildRows: number;
  readonly buildRowBytes: number;
  readonly probeRows: number;
  readonly probeRowBytes: number;
  readonly outputRows: number;
}

/** Bytes of the hash table over the build side. */
const hashTableBytes = (shape: JoinShape): number =>
  shape.buildRows * (shape.buildRowBytes + HASH_ENTRY_BYTES);

/**
 * Looking up the probe rows at `lookupNs` each: where few of them have a match, a filter of the build
 * side's keys keeps the others away.
 */
function probeNs({ probeRows, outputRows }: JoinShape, lookupNs: number): number {
  const matched = Math.min(probeRows, outputRows);
  return Math.min(probeRows * lookupNs, probeRows * KEY_FILTER + matched * lookupNs);
}

/** One shared table, probed where it lies; the larger it is, the further away. */
function broadcastNs(shape: JoinShape): number {
  const bytes = hashTableBytes(shape);
  const far =
    bytes <= NEAR_CACHE_BYTES
      ? 0
      : Math.min(
          1,
          Math.log2(bytes / NEAR_CACHE_BYTES) / Math.log2(FAR_CACHE_BYTES / NEAR_CACHE_BYTES),
        );
  const lookup = PROBE_CACHED + far * (PROBE_UNCACHED - PROBE_CACHED);
  return shape.buildRows * (BUILD_ROW + shape.buildRowBytes * BYTE_COPIED) + probeNs(shape, lookup);
}

/** Both sides are split by hash first, so that every table is small. */
function partitionedNs(shape: JoinShape): number {
  return (
    shape.buildRows * (BUILD_ROW + PARTITION_ROW + shape.buildRowBytes * BYTE_COPIED) +
    probeNs(shape, PROBE_CACHED + PARTITION_ROW + shape.probeRowBytes * BYTE_COPIED)
  );
}

export type JoinDistribution = 'broadcast' | 'partitioned';

export const joinDistribution = (shape: JoinShape): JoinDistribution =>
  broadcastNs(shape) <= partitionedNs(shape) ? 'broadcast' : 'partitioned';

export function hashJoinCost(shape: JoinShape): number {
  const { outputRows, buildRowBytes, probeRowBytes } = shape;
  const emitted = outputRows * (ROW_EMITTED + (buildRowBytes + probeRowBytes) * BYTE_COPIED);
  return (Math.min(broadcastNs(shape), partitionedNs(shape)) + emitted) * NS;
}

export function nestedLoopCost(shape: JoinShape, condition: Expr | undefined): number {
  const pairNs = NESTED_PAIR + (condition === undefined ? 0 : expressionNs(condition));
  const kept = shape.buildRows * shape.buildRowBytes * BYTE_COPIED;
  return (shape.probeRows * shape.buildRows * pairNs + kept + shape.outputRows * ROW_EMITTED) * NS;
}

const levels = (rows: number): number => Math.log2(Math.max(2, rows));

export function sortCost(rows: number, rowBytes: number, keys: readonly Expr[]): number {
  const rowNs = levels(rows) * SORT_LEVEL + rowBytes * BYTE_COPIED + sumNs(keys);
  return rows * rowNs * NS;
}

export function topNCost(rows: number, count: number, keys: readonly Expr[]): number {
  // A row enters the heap with probability count ÷ rows seen so far.
  const entering = Math.min(rows, count * (1 + Math.log(Math.max(1, rows / Math.max(1, count)))));
  return (rows * (TOP_ROW + sumNs(keys)) + entering * levels(count) * SORT_LEVEL) * NS;
}

export interface WindowShape {
  readonly rows: number;
  readonly rowBytes: number;
  readonly keys: readonly Expr[];
  readonly functions: number;
  /** The input comes partitioned and sorted as this window needs it. */
  readonly presorted: boolean;
}

export function windowCost(shape: WindowShape): number {
  const { rows, rowBytes, keys, functions, presorted } = shape;
  const arranged = presorted ? 0 : sortCost(rows, rowBytes, keys);
  return arranged + rows * functions * WINDOW_FUNCTION * NS;
}

/** Everything that keeps its rows: a materialized common table expression, a build side. */
export const materializeCost = (rows: number, rowBytes: number): number =>
  rows * (ROW_EMITTED + rowBytes * BYTE_COPIED) * NS;

/** Costs of reading what {@link materializeCost} kept. */
export const rereadCost = (rows: number): number => rows * ROW_EMITTED * 0.1 * NS;

export const unnestCost = (rowsOut: number, rowBytes: number): number =>
  rowsOut * (ROW_EMITTED + rowBytes * BYTE_COPIED) * NS;
