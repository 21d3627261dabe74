import type { Address, Batch, ColumnId, Expr, FlatVector } from '@windrow/core';
import { kernels } from '@windrow/kernels';
import { flatten } from '../../expression/flatten.ts';
import { createProjector, type Projector } from '../../expression/projector.ts';
import type { TaskContext } from '../../operator.ts';
import { layoutOf } from '../../runtime/layout.ts';
import type { RowStore } from '../../runtime/row-store.ts';
import { codesOf } from './join-codes.ts';
import type { Pairs } from './join-columns.ts';
import type { JoinTable } from './join-table.ts';
import {
  type BuildKeyTable,
  type CandidatePairs,
  createConditionCheck,
  keepEqualKeys,
  type PairCondition,
} from './pair-checks.ts';

/** What finding the matches of probe rows needs; plain data. */
export interface ProbeSpec {
  /** Column ids of the probe side's batches. */
  readonly columns: readonly ColumnId[];
  readonly keys: readonly Expr[];
  readonly table: JoinTable;
  /** Only where codes are hashes or NULLs need a second look. */
  readonly keyTables: readonly BuildKeyTable[];
  readonly residual: PairCondition | undefined;
}

/** A batch with what the table has for it. */
export interface ProbedBatch {
  readonly batch: Batch;
  readonly keys: readonly FlatVector[];
  /** A u32 a row, as kernels expand it; of a unique table the build row or NO_ROW. */
  readonly heads: Address;
  /** Rows with a head. */
  readonly matches: number;
}

/** Finds the build rows of probe rows, one thread's instance. */
export class Prober {
  /** Heads alone do not decide: pairs are to be compared, or have a condition. */
  readonly checked: boolean;
  readonly #context: TaskContext;
  readonly #spec: ProbeSpec;
  readonly #projector: Projector;
  readonly #checkResidual: ((batch: Batch, pairs: CandidatePairs) => number) | undefined;

  constructor(context: TaskContext, spec: ProbeSpec, store: RowStore) {
    this.#context = context;
    this.#spec = spec;
    this.#projector = createProjector(context, spec.keys, layoutOf(spec.columns));
    this.checked = spec.table.coding.kind === 'hashed' || spec.residual !== undefined;
    this.#checkResidual = spec.residual && createConditionCheck(context, store, spec.residual);
  }

  probe(batch: Batch): ProbedBatch {
    const { memory, batchArena } = this.#context;
    const { table } = this.#spec;
    const { length } = batch;
    const keys = this.#projector
      .evaluate(batch)
      .map((vector) => flatten(this.#context, vector, 0, length));
    const { codes, matchable } = codesOf(this.#context, table.coding, keys, length);
    const heads = batchArena.allocate(length * 4);
    const retries = batchArena.allocate(length * 4);
    const k = kernels(memory);
    const matches = k.joinProbe(table.address, codes, matchable, length, heads, retries);
    return { batch, keys, heads, matches };
  }

  /** All pairs of a batch at once, where the table is unique and nothing is to be checked. */
  uniquePairs({ batch, heads, matches }: ProbedBatch): Pairs {
    if (matches === batch.length) {
      return { count: matches, probeRows: 0, buildRows: heads, missing: false };
    }
    const { memory, batchArena } = this.#context;
    const probeRows = batchArena.allocate(batch.length * 4);
    const count = kernels(memory).joinPairs(heads, batch.length, probeRows, heads);
    return { count, probeRows, buildRows: heads, missing: false };
  }

  /**
   * Hands over the pairs that match, some at a time, in the order of probe rows; with `outer` (only where
   * nothing is to be checked), rows without a match as well. What `take` allocates is dropped after it.
   */
  eachPairs(
    probed: ProbedBatch,
    take: (pairs: Pairs) => void,
    options: { readonly outer: boolean } = { outer: false },
  ): void {
    const { memory, batchArena, batchRows } = this.#context;
    const { batch, heads } = probed;
    const { outer } = options;
    const capacity = Math.max(batch.length, batchRows);
    const cursor = batchArena.allocateZeroed(8);
    const probeRows = batchArena.allocate(capacity * 4);
    const buildRows = batchArena.allocate(capacity * 4);
    const k = kernels(memory);
    for (let expanded = capacity; expanded === capacity; ) {
      this.#context.checkCancelled();
      const mark = batchArena.mark();
      expanded = k.joinExpand(
        heads,
        batch.length,
        outer ? 1 : 0,
        cursor,
        capacity,
        probeRows,
        buildRows,
      );
      const count = this.#keep(probed, { probeRows, buildRows, count: expanded });
      if (count > 0) take({ probeRows, buildRows, count, missing: outer });
      batchArena.rewind(mark);
    }
  }

  /** Drops candidates with the condition alone: for pairs that were found another way. */
  keepByCondition(batch: Batch, pairs: CandidatePairs): number {
    return this.#checkResidual === undefined ? pairs.count : this.#checkResidual(batch, pairs);
  }

  #keep({ batch, keys }: ProbedBatch, pairs: CandidatePairs): number {
    const { keyTables, table } = this.#spec;
    const equal =
      table.coding.kind === 'hashed'
        ? keepEqualKeys(this.#context, keyTables, keys, pairs)
        : pairs.count;
    return this.keepByCondition(batch, { ...pairs, count: equal });
  }
}
