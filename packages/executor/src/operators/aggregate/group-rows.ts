import type { Address, Batch, ColumnId, Expr, Vector } from '@windrow/core';
import type { AggregateCall } from '@windrow/planner';
import { type AggregateStates, createAggregateStates } from '../../codegen/aggregate-states.ts';
import type { TaskContext } from '../../operator.ts';
import { layoutOf } from '../../runtime/layout.ts';
import { DirectStates } from './direct-states.ts';
import { GroupTable } from './group-table.ts';
import { encodeKeys, hashKeys, type KeyRows } from './key-encoder.ts';
import type { KeyLayout } from './key-layout.ts';

const NO_STATES: AggregateStates = {
  stateBytes: 0,
  hasReferences: false,
  updateSingle() {},
  update() {},
  merge() {},
  finish: () => [],
  persistReferences() {},
};

/**
 * The states of aggregates over batches of these columns; DISTINCT groups without aggregates. The
 * predicate is for `updateSingle` only.
 */
export const openStates = (
  context: TaskContext,
  aggregates: readonly AggregateCall[],
  input: readonly ColumnId[],
  predicate?: Expr,
): AggregateStates =>
  aggregates.length === 0
    ? NO_STATES
    : createAggregateStates(context, aggregates, layoutOf(input), { predicate });

/** Puts rows into a group table and updates the states of their groups, on one thread. */
export class GroupRows {
  readonly table: GroupTable;
  readonly states: AggregateStates;
  readonly #context: TaskContext;
  readonly #direct: DirectStates;

  constructor(context: TaskContext, table: GroupTable, states: AggregateStates) {
    this.#context = context;
    this.table = table;
    this.states = states;
    this.#direct = new DirectStates(context);
  }

  /** With a table of its own; `input` are the columns of the batches that the aggregates read. */
  static open(
    context: TaskContext,
    layout: KeyLayout,
    options: {
      readonly aggregates: readonly AggregateCall[];
      readonly input: readonly ColumnId[];
    },
  ): GroupRows {
    const states = openStates(context, options.aggregates, options.input);
    return new GroupRows(context, GroupTable.create(context, layout, states.stateBytes), states);
  }

  /** Rows of a batch with their key columns, which are dense. */
  add(keys: readonly Vector[], batch: Batch): void {
    const { length } = batch;
    const states =
      this.#direct.find(keys, length, (columns, rows) => this.#findKeys(columns, rows)) ??
      this.#findKeys(keys, length);
    this.#update(batch, states);
  }

  /** As {@link add}, for keys that have been hashed. */
  addHashed(keys: KeyRows, batch: Batch): void {
    this.#update(batch, this.#find(keys));
  }

  #findKeys(columns: readonly Vector[], length: number): Address {
    return this.#find(hashKeys(this.#context, columns, length));
  }

  #find(keys: KeyRows): Address {
    return this.table.find(encodeKeys(this.#context, this.table.layout, keys));
  }

  #update(batch: Batch, states: Address): void {
    this.states.update(batch, states);
    if (!this.states.hasReferences) return;
    this.states.persistReferences(states, batch.length, this.#context.taskArena);
  }
}
