import type { Batch, ColumnId, Expr } from '@windrow/core';
import { kernels } from '@windrow/kernels';
import { flatten } from '../../expression/flatten.ts';
import { createProjector, type Projector } from '../../expression/projector.ts';
import type { TaskContext } from '../../operator.ts';
import { layoutOf } from '../../runtime/layout.ts';
import type { RowStore } from '../../runtime/row-store.ts';
import { codesOf } from './join-codes.ts';
import type { Pairs } from './join-columns.ts';
import type { JoinTable } from './join-table.ts';
import type { MatchFinder, PairOptions, ProbedBatch } from './match-finder.ts';
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

/** Finds build rows by the table of their keys. */
export class Prober implements MatchFinder {
  readonly heads: MatchFinder['heads'];
  readonly #context: TaskContext;
  readonly #spec: ProbeSpec;
  readonly #projector: Projector;
  readonly #checkResidual: ((batch: Batch, pairs: CandidatePairs) => number) | undefined;

  constructor(context: TaskContext, spec: ProbeSpec, store: RowStore) {
    this.#context = context;
    this.#spec = spec;
    this.#projector = createProjector(context, spec.keys, layoutOf(spec.columns));
    const { table, residual } = spec;
    const isChecked = table.coding.kind === 'hashed' || residual !== undefined;
    this.heads = isChecked ? 'nothing' : table.unique ? 'unique' : 'exact';
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

  /** In the order of probe rows, and for each of build rows. */
  eachPairs(
    probed: ProbedBatch,
    take: (pairs: Pairs) => void,
    { outer = false }: PairOptions,
  ): void {
    const { memory, batchArena, batchRows } = this.#context;
    const { batch, heads } = probed;
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
