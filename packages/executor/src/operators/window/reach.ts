import type { FunctionRegistry } from '@windrow/core';
import type { BoundSpec, FrameSpec, WindowCallSpec } from './window-spec.ts';

/**
 * How a frame is computed for a part of a partition: from rows near by, from the state of the earlier
 * parts on, or from the state of all parts.
 */
export type FrameReach =
  | { readonly kind: 'near'; readonly before: number; readonly after: number }
  | { readonly kind: 'running' | 'whole' };

/** What the functions of a window look at around a part of a partition. */
export interface Reach {
  /** Rows before and behind the part. */
  readonly before: number;
  readonly after: number;
  /** Parts must not separate peers. */
  readonly cutsBetweenPeers: boolean;
  /** There are frames that need the states of other parts. */
  readonly needsTotals: boolean;
}

interface CallReach {
  readonly before: number;
  readonly after: number;
  readonly peers: boolean;
  readonly totals: boolean;
}

const NOTHING: CallReach = { before: 0, after: 0, peers: false, totals: false };

/** Farther than this, a part would be mostly its surroundings. */
const MAX_HALO_ROWS = 1 << 20;

/** What the calls look at; undefined when one of them needs its whole partition. */
export function reachOf(
  functions: FunctionRegistry,
  calls: readonly WindowCallSpec[],
): Reach | undefined {
  let reach = { before: 0, after: 0, cutsBetweenPeers: false, needsTotals: false };
  for (const call of calls) {
    const own = call.aggregate ? aggregateReach(functions, call) : functionReach(functions, call);
    if (own === undefined) return undefined;
    reach = {
      before: Math.max(reach.before, own.before),
      after: Math.max(reach.after, own.after),
      cutsBetweenPeers: reach.cutsBetweenPeers || own.peers,
      needsTotals: reach.needsTotals || own.totals,
    };
  }
  return reach.before + reach.after > MAX_HALO_ROWS ? undefined : reach;
}

function aggregateReach(functions: FunctionRegistry, call: WindowCallSpec): CallReach | undefined {
  const frame = frameReach(call.frame);
  if (frame === undefined) return undefined;
  if (frame.kind === 'near') return { ...NOTHING, before: frame.before, after: frame.after };
  const overload = functions.aggregate(call.function)?.overloads[call.overload];
  if (overload?.implementation.kind !== 'state') return undefined;
  if (call.distinct || call.orderBy.length > 0) return undefined;
  // A state may refer to the bytes of a value, which outlive the part only if they are a kept row's.
  if (call.args.some(({ kind }) => kind === 'literal')) return undefined;
  return {
    ...NOTHING,
    totals: true,
    peers: frame.kind === 'running' && call.frame.unit !== 'rows',
  };
}

function functionReach(functions: FunctionRegistry, call: WindowCallSpec): CallReach | undefined {
  if (call.ignoreNulls || call.orderBy.length > 0) return undefined;
  const definition = functions.window(call.function);
  switch (definition?.reach) {
    case 'place':
      return NOTHING;
    case 'peers':
      return { ...NOTHING, peers: true };
    case 'offset': {
      const [, offset] = call.args;
      const rows = offset === undefined ? 1 : literalRows(offset);
      if (rows === undefined) return undefined;
      return { ...NOTHING, before: Math.abs(rows), after: Math.abs(rows) };
    }
    case undefined: {
      const frame = definition?.usesFrame === true ? frameReach(call.frame) : undefined;
      if (frame?.kind !== 'near') return undefined;
      return { ...NOTHING, before: frame.before, after: frame.after };
    }
  }
}

/** How a frame can be computed for a part; undefined when it needs the whole partition. */
export function frameReach({ unit, start, end, exclude }: FrameSpec): FrameReach | undefined {
  if (exclude !== 'noOthers') return undefined;
  if (start.kind === 'unboundedPreceding') {
    if (end.kind === 'unboundedFollowing') return { kind: 'whole' };
    return end.kind === 'currentRow' ? { kind: 'running' } : undefined;
  }
  const first = distance(start);
  const last = distance(end);
  if (unit !== 'rows' || first === undefined || last === undefined) return undefined;
  return {
    kind: 'near',
    before: Math.max(0, -first, -last),
    after: Math.max(0, first, last),
  };
}

/** Rows from the current one to a bound, negative before it. */
function distance(bound: BoundSpec): number | undefined {
  switch (bound.kind) {
    case 'currentRow':
      return 0;
    case 'preceding':
    case 'following': {
      const rows = literalRows(bound.offset);
      return rows === undefined || bound.kind === 'following' ? rows : -rows;
    }
    case 'unboundedPreceding':
    case 'unboundedFollowing':
      return undefined;
  }
}

/** A whole number written in the query. */
function literalRows(input: WindowCallSpec['args'][number]): number | undefined {
  if (input.kind !== 'literal') return undefined;
  const { value } = input;
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  const rows = Number(value);
  return Number.isSafeInteger(rows) ? rows : undefined;
}
