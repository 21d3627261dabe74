import type { Batch, ColumnId, Expr } from '@windrow/core';
import { kernels } from '@windrow/kernels';
import { flatten } from '../../expression/flatten.ts';
import { createProjector, type Projector } from '../../expression/projector.ts';
import type { TaskContext } from '../../operator.ts';
import { comparableVector } from '../../runtime/comparable.ts';
import { layoutOf } from '../../runtime/layout.ts';
import { NO_ROW, type RowStore } from '../../runtime/row-store.ts';
import { codesOf, type RowCodes } from './join-codes.ts';
import { type Pairs, rowsOfColumns } from './join-columns.ts';
import type { JoinFilter } from './join-filter.ts';
import type { JoinTable } from './join-table.ts';
import type { MatchFinder, PairOptions, ProbedBatch } from './match-finder.ts';
import {
  type BuildKeyTable,
  type CandidatePairs,
  createConditionCheck,
  createTruthCheck,
  keepEqualKeys,
  type PairCondition,
} from './pair-checks.ts';
import { Selectivity } from './selectivity.ts';

/** What finding the matches of probe rows needs; plain data. */
export interface ProbeSpec {
  /** Column ids of the probe side's batches. */
  readonly columns: readonly ColumnId[];
  readonly keys: readonly Expr[];
  readonly table: JoinTable;
  /** Only where codes are hashes or NULLs need a second look. */
  readonly keyTables: readonly BuildKeyTable[];
  readonly residual: PairCondition | undefined;
  /** Nobody asks for rows without a match; rows have been through the filters of single keys. */
  readonly dropsMisses: boolean;
}

type FoundHeads = Pick<ProbedBatch, 'heads' | 'matches'>;

/** Finds build rows by the table of their keys. */
export class Prober implements MatchFinder {
  readonly heads: MatchFinder['heads'];
  readonly markMembership?: NonNullable<MatchFinder['markMembership']>;
  readonly #context: TaskContext;
  readonly #spec: ProbeSpec;
  readonly #projector: Projector;
  /** One over whole codes, unless rows have been through it. */
  readonly #filter: JoinFilter | undefined;
  readonly #selectivity = new Selectivity();
  readonly #checkResidual: ((batch: Batch, pairs: CandidatePairs) => number) | undefined;

  constructor(context: TaskContext, spec: ProbeSpec, store: RowStore) {
    this.#context = context;
    this.#spec = spec;
    this.#projector = createProjector(context, spec.keys, layoutOf(spec.columns));
    const { table, residual, dropsMisses } = spec;
    this.#filter = table.filters.find(
      ({ key, isWhole }) => isWhole && !(dropsMisses && key !== undefined),
    );
    const isChecked = table.coding.kind === 'hashed' || residual !== undefined;
    this.heads = isChecked ? 'nothing' : table.unique ? 'unique' : 'exact';
    if (residual === undefined) return;
    this.#checkResidual = createConditionCheck(context, store, residual);
    const checkTruth = createTruthCheck(context, store, residual);
    this.markMembership = (probed, flags) => {
      this.#eachCandidates(probed, false, (candidates) => {
        const count = this.#keepEqual(probed, candidates);
        checkTruth(probed.batch, { ...candidates, count }, flags);
      });
    };
  }

  probe(batch: Batch): ProbedBatch {
    const { length } = batch;
    const encoded = this.#projector
      .evaluate(batch)
      .map((vector) => comparableVector(this.#context, vector, length));
    const keys = encoded.map((vector) => flatten(this.#context, vector, 0, length));
    const rowCodes = codesOf(this.#context, this.#spec.table.coding, keys, length, encoded);
    if (this.#filter === undefined || !this.#selectivity.isWorthwhile) {
      return { batch, keys, ...this.#probeAll(rowCodes, length) };
    }
    return this.#probeFiltered(this.#filter, rowCodes, { batch, keys });
  }

  #probeAll({ codes, matchable }: RowCodes, length: number): FoundHeads {
    const { memory, batchArena } = this.#context;
    const { address } = this.#spec.table;
    const heads = batchArena.allocate(length * 4);
    const retries = batchArena.allocate(length * 4);
    const matches = kernels(memory).joinProbe(address, codes, matchable, length, heads, retries);
    return { heads, matches };
  }

  /** Looks up only what passes the filter. */
  #probeFiltered(
    filter: JoinFilter,
    { codes, matchable }: RowCodes,
    { batch, keys }: Pick<ProbedBatch, 'batch' | 'keys'>,
  ): ProbedBatch {
    const { memory, batchArena } = this.#context;
    const { length, columns } = batch;
    const k = kernels(memory);
    const rows = batchArena.allocate(length * 4);
    const passedCodes = batchArena.allocate(length * 8);
    const count = k.joinFilter(filter.address, codes, matchable, length, rows, passedCodes);
    this.#selectivity.note(length, count);
    const passed = this.#probeAll({ codes: passedCodes, matchable: 0, count }, count);
    if (this.#spec.dropsMisses) {
      const selection = rowsOfColumns(this.#context, batch, { probeRows: rows, count });
      const passedKeys = keys.map((key) => flatten(this.#context, key, rows, count));
      return { batch: { length: count, selection, columns }, keys: passedKeys, ...passed };
    }
    const heads = batchArena.allocate(length * 4);
    memory.u32.fill(NO_ROW, heads / 4, heads / 4 + length);
    k.scatter(4, passed.heads, rows, count, heads);
    return { batch, keys, heads, matches: passed.matches };
  }

  /** In the order of probe rows, and for each of them of build rows. */
  eachPairs(
    probed: ProbedBatch,
    take: (pairs: Pairs) => void,
    { outer = false }: PairOptions,
  ): void {
    const { batch } = probed;
    this.#eachCandidates(probed, outer, (candidates) => {
      const equal = { ...candidates, count: this.#keepEqual(probed, candidates) };
      const count = this.#checkResidual?.(batch, equal) ?? equal.count;
      if (count > 0) take({ ...equal, count, missing: outer });
    });
  }

  /** Hands over what the heads of a batch expand to, some pairs at a time. */
  #eachCandidates(
    { batch, heads }: ProbedBatch,
    outer: boolean,
    take: (pairs: CandidatePairs) => void,
  ): void {
    const { memory, batchArena, batchRows } = this.#context;
    const capacity = Math.max(batch.length, batchRows);
    const cursor = batchArena.allocateZeroed(8);
    const probeRows = batchArena.allocate(capacity * 4);
    const buildRows = batchArena.allocate(capacity * 4);
    const k = kernels(memory);
    for (let count = capacity; count === capacity; ) {
      this.#context.checkCancelled();
      const mark = batchArena.mark();
      count = k.joinExpand(
        heads,
        batch.length,
        outer ? 1 : 0,
        cursor,
        capacity,
        probeRows,
        buildRows,
      );
      take({ probeRows, buildRows, count });
      batchArena.rewind(mark);
    }
  }

  /** Drops candidates whose keys only have the same code. */
  #keepEqual({ keys }: ProbedBatch, pairs: CandidatePairs): number {
    const { keyTables, table } = this.#spec;
    if (table.coding.kind === 'exact' || pairs.count === 0) return pairs.count;
    return keepEqualKeys(this.#context, keyTables, keys, pairs);
  }
}
