import {
  type Address,
  type Batch,
  BOOLEAN,
  bitmapBytes,
  type FlatVector,
  SqlError,
  unreachable,
} from '@windrow/core';
import { kernels } from '@windrow/kernels';
import type { PhysicalJoinKind } from '@windrow/planner';
import type { Push, StreamOperator, TaskContext } from '../../operator.ts';
import type { RowStore } from '../../runtime/row-store.ts';
import { type JoinColumn, type Pairs, pairColumns, probeOnlyBatch } from './join-columns.ts';
import type { MatchFinder, PairOptions, ProbedBatch } from './match-finder.ts';
import type { MarkUnknown } from './null-aware.ts';
import type { MembershipFlags } from './pair-checks.ts';

/** What a join makes of its matches; plain data. */
export interface JoinOutput {
  readonly joinKind: PhysicalJoinKind;
  /** The columns that go up, without the mark. */
  readonly output: readonly JoinColumn[];
  /** Where among the columns that go up the mark is; −1: nowhere. */
  readonly markAt: number;
  /** Table of a byte a build row, set where it has a match; 0 where nobody asks. */
  readonly matched: Address;
}

/** The parts of a join on one thread. */
export interface JoinParts {
  readonly output: JoinOutput;
  readonly finder: MatchFinder;
  readonly store: RowStore;
  /** Where membership is three-valued. */
  readonly markUnknown: MarkUnknown | undefined;
}

export const cardinalityError = (): SqlError =>
  new SqlError('execution', 'more than one row returned by a subquery used as an expression', {
    sqlState: '21000',
    hint: 'Add LIMIT 1, or an aggregate, to the subquery.',
  });

/** What each kind of join makes of the matches that a finder finds. */
export function createJoinOperator(context: TaskContext, parts: JoinParts): StreamOperator {
  const join = new JoinKinds(context, parts);
  return { push: (batch, next) => join.push(batch, next) };
}

/** One thread's instance. */
class JoinKinds {
  readonly #context: TaskContext;
  readonly #output: JoinOutput;
  readonly #finder: MatchFinder;
  readonly #store: RowStore;
  readonly #markUnknown: MarkUnknown | undefined;

  constructor(context: TaskContext, parts: JoinParts) {
    this.#context = context;
    this.#output = parts.output;
    this.#finder = parts.finder;
    this.#store = parts.store;
    this.#markUnknown = parts.markUnknown;
  }

  push(batch: Batch, next: Push): void {
    const probed = this.#finder.probe(batch);
    const { joinKind } = this.#output;
    switch (joinKind) {
      case 'inner':
      case 'buildOuter':
        this.#pushMatches(probed, next);
        return;
      case 'probeOuter':
      case 'fullOuter':
        this.#pushOuter(probed, next);
        return;
      case 'single':
        this.#pushSingle(probed, next);
        return;
      case 'probeSemi':
        this.#pushRows(probed, 1, next);
        return;
      case 'probeAnti':
        this.#pushRows(probed, 0, next);
        return;
      case 'mark':
        this.#pushMarked(probed, next);
        return;
      case 'buildSemi':
      case 'buildAnti':
        this.#eachPairs(probed, () => undefined);
        return;
      default:
        unreachable(joinKind);
    }
  }

  /** All matches, noted on the build side where somebody asks. */
  #eachPairs(probed: ProbedBatch, take: (pairs: Pairs) => void, options: PairOptions = {}): void {
    if (probed.matches === 0) return;
    const noteAndTake = (pairs: Pairs): void => {
      this.#noteMatches(pairs);
      take(pairs);
    };
    if (this.#finder.heads === 'unique') noteAndTake(this.#uniquePairs(probed));
    else this.#finder.eachPairs(probed, noteAndTake, options);
  }

  #noteMatches({ buildRows, count }: Pairs): void {
    const { matched } = this.#output;
    if (matched === 0) return;
    kernels(this.#context.memory).joinMarkBuild(buildRows, count, matched);
  }

  /** All pairs of a batch at once, from unique heads. */
  #uniquePairs({ batch, heads, matches }: ProbedBatch): Pairs {
    if (matches === batch.length) {
      return { count: matches, probeRows: 0, buildRows: heads, missing: false };
    }
    const { memory, batchArena } = this.#context;
    const probeRows = batchArena.allocate(batch.length * 4);
    const count = kernels(memory).joinPairs(heads, batch.length, probeRows, heads);
    return { count, probeRows, buildRows: heads, missing: false };
  }

  #pushMatches(probed: ProbedBatch, next: Push): void {
    this.#eachPairs(probed, (pairs) => this.#pushPairs(probed.batch, pairs, next));
  }

  #pushPairs(batch: Batch, pairs: Pairs, next: Push): void {
    const columns = pairColumns(this.#context, this.#store, this.#output.output, batch, pairs);
    next({ length: pairs.count, selection: 0, columns });
  }

  #pushOuter(probed: ProbedBatch, next: Push): void {
    const { batch, heads } = probed;
    if (this.#finder.heads === 'nothing') {
      this.#pushFoundOuter(probed, next, () => undefined);
      return;
    }
    const take = (pairs: Pairs): void => {
      this.#noteMatches(pairs);
      this.#pushPairs(batch, pairs, next);
    };
    const missing = probed.matches < batch.length;
    if (this.#finder.heads === 'exact') this.#finder.eachPairs(probed, take, { outer: true });
    else take({ count: batch.length, probeRows: 0, buildRows: heads, missing });
  }

  /** Matches first, then the rows that had none; `onRepeated` learns of second matches. */
  #pushFoundOuter(probed: ProbedBatch, next: Push, onRepeated: () => void): void {
    const { memory, batchArena } = this.#context;
    const k = kernels(memory);
    const { batch } = probed;
    const flags = batchArena.allocateZeroed(batch.length);
    this.#eachPairs(probed, (pairs) => {
      if (k.joinMarkRows(pairs.probeRows, pairs.count, flags) > 0) onRepeated();
      this.#pushPairs(batch, pairs, next);
    });
    this.#pushSelected(batch, flags, 0, next);
  }

  #pushSingle(probed: ProbedBatch, next: Push): void {
    if (this.#finder.heads === 'unique') {
      this.#pushOuter(probed, next);
      return;
    }
    this.#pushFoundOuter(probed, next, () => {
      throw cardinalityError();
    });
  }

  /** The rows with (1) or without (0) a match; a row whose match is unknown counts as matching. */
  #pushRows(probed: ProbedBatch, wanted: 0 | 1, next: Push): void {
    const { memory, batchArena } = this.#context;
    const k = kernels(memory);
    const { batch, heads } = probed;
    if (this.#finder.heads !== 'nothing' && this.#markUnknown === undefined) {
      const probeRows = batchArena.allocate(batch.length * 4);
      const count =
        wanted === 1
          ? k.joinPairs(heads, batch.length, probeRows, heads)
          : k.joinWithoutHead(heads, batch.length, probeRows);
      this.#pushProbeRows(batch, { probeRows, count }, next);
      return;
    }
    const flags = this.#matchFlags(probed);
    this.#markUnknown?.(probed, flags);
    this.#pushSelected(batch, flags, wanted, next);
  }

  /** A byte for each row of the batch: has it a match? */
  #matchFlags(probed: ProbedBatch): Address {
    const { memory, batchArena } = this.#context;
    const k = kernels(memory);
    const flags = batchArena.allocateZeroed(probed.batch.length);
    const mark = ({ probeRows, count }: Pairs): void => {
      if (probeRows === 0) memory.fill(1, flags, count);
      else k.joinMarkRows(probeRows, count, flags);
    };
    this.#eachPairs(probed, mark, { any: true });
    return flags;
  }

  #pushSelected(batch: Batch, flags: Address, wanted: 0 | 1, next: Push): void {
    const { memory, batchArena } = this.#context;
    const probeRows = batchArena.allocate(batch.length * 4);
    const count = kernels(memory).joinRowsByByte(flags, wanted, batch.length, probeRows);
    this.#pushProbeRows(batch, { probeRows, count }, next);
  }

  #pushProbeRows(
    batch: Batch,
    rows: { readonly probeRows: Address; readonly count: number },
    next: Push,
  ): void {
    if (rows.count === 0) return;
    const all = rows.count === batch.length ? { probeRows: 0, count: rows.count } : rows;
    next(probeOnlyBatch(this.#context, this.#output.output, batch, all));
  }

  #pushMarked(probed: ProbedBatch, next: Push): void {
    const { batch } = probed;
    const { length } = batch;
    const { matched, unknown } = this.#membership(probed);
    const validity = unknown === 0 ? 0 : this.#knownRows(matched, unknown, length);
    const values = matched;
    const mark: FlatVector = {
      kind: 'flat',
      type: BOOLEAN,
      length,
      values,
      validity,
      stable: true,
    };
    const { output, markAt } = this.#output;
    const rows = { count: length, probeRows: 0, buildRows: 0, missing: false };
    const columns = pairColumns(this.#context, this.#store, output, batch, rows);
    if (markAt >= 0) columns.splice(markAt, 0, mark);
    next({ length, selection: 0, columns });
  }

  /** Bytes of rows that match, and of those whose membership is unknown if they do not (0: of none). */
  #membership(probed: ProbedBatch): MembershipFlags {
    const { batchArena } = this.#context;
    const { length } = probed.batch;
    if (this.#finder.markMembership !== undefined) {
      const flags = {
        matched: batchArena.allocateZeroed(length),
        unknown: batchArena.allocateZeroed(length),
      };
      this.#finder.markMembership(probed, flags);
      return flags;
    }
    const matched = this.#matchFlags(probed);
    if (this.#markUnknown === undefined) return { matched, unknown: 0 };
    const unknown = batchArena.allocateZeroed(length);
    this.#markUnknown(probed, unknown);
    return { matched, unknown };
  }

  /** Bitmap of the rows that match or are not unknown. */
  #knownRows(matched: Address, unknown: Address, length: number): Address {
    const { memory, batchArena } = this.#context;
    const k = kernels(memory);
    const bytes = bitmapBytes(length);
    const unknownBits = batchArena.allocate(bytes);
    const validity = batchArena.allocate(bytes);
    k.packBits(unknown, length, unknownBits);
    k.packBits(matched, length, validity);
    for (let word = 0; word < bytes / 4; word++) {
      memory.u32[validity / 4 + word]! |= ~memory.u32[unknownBits / 4 + word]!;
    }
    return validity;
  }
}
