import {
  type Address,
  Arena,
  assert,
  bitmapBytes,
  type FlatVector,
  type FrameBounds,
  isReference,
  type Span,
  type SqlType,
  widthBytes,
} from '@windrow/core';
import { kernels } from '@windrow/kernels';
import type { ExpressionContext } from '../expression/context.ts';
import {
  type BlockLayout,
  blockLayout,
  INPUT_VALIDITY,
  INPUT_VALUES,
  OUTPUT_VALIDITY,
  OUTPUT_VALUES,
} from './argument-block.ts';
import { frameModule } from './frame-code.ts';
import { FAN_OUT_SHIFT } from './frame-tree-code.ts';
import { FAILED } from './function-builder.ts';
import { FusedPlan } from './fused-plan.ts';
import type { InputAccess } from './input-code.ts';
import { type CompiledModule, cachedModule, registryKey } from './module-cache.ts';
import { takeRaisedError } from './raised-error.ts';
import {
  layoutStates,
  type SharedState,
  type StateLayout,
  type StateRequest,
} from './state-layout.ts';
import { type StateUpdate, updatesShape } from './update-loop.ts';

/** An aggregate over window frames; arguments are named by their position among the input vectors. */
export interface FrameAggregateCall {
  readonly function: string;
  readonly overload: number;
  readonly args: readonly number[];
  readonly returns: SqlType;
  /** Position of a BOOLEAN input; rows where it is not true are not seen. */
  readonly filter?: number | undefined;
  readonly span?: Span | undefined;
}

export interface FrameInput {
  /** Rows whose frames are computed. */
  readonly rows: number;
  /** Flat vectors of `inputRows` rows, in frame order. */
  readonly inputs: readonly FlatVector[];
  readonly inputRows: number;
  /**
   * The frame of row `i` is the concatenation of its parts, in order: one part without EXCLUDE, two or
   * three with it. Parts of a row do not overlap.
   */
  readonly frames: readonly FrameBounds[];
  /** States of the rows before all frames, which every frame takes in first. */
  readonly before?: FrameTotals;
}

/** States over some rows, one address for each of the kinds of states that are followed apart. */
export type FrameTotals = readonly Address[];

/** Aggregates over the frames of rows. */
export interface FrameAggregates {
  /**
   * One vector of `rows` values per call, in `arena`. Frames are followed from row to row where that is
   * cheap (they grow, or they slide and the states can give rows back exactly); otherwise each is put
   * together from the nodes of a segment tree over all rows. Cost: O(rows), or O(rows · log rows).
   */
  evaluate(input: FrameInput, arena: Arena): readonly FlatVector[];
  /** States over all rows of the inputs, in `arena`; referenced bytes stay where they are. */
  totals(rows: number, inputs: readonly FlatVector[], arena: Arena): FrameTotals;
  /** The states of several runs of rows, one behind the other, in `arena`. */
  join(totals: readonly FrameTotals[], arena: Arena): FrameTotals;
}

/**
 * Prepares aggregates of the `state` kind over frames. Calls over the same frames belong together: equal
 * states are computed once.
 */
export function createFrameAggregates(
  context: ExpressionContext,
  calls: readonly FrameAggregateCall[],
  inputTypes: readonly SqlType[],
): FrameAggregates {
  const requests = calls.map(({ args, filter, ...call }): StateRequest<number> => {
    const argTypes = args.map((arg) => {
      const type = inputTypes[arg];
      assert(type !== undefined, 'an argument is among the inputs');
      return type;
    });
    return { ...call, args, argTypes, filter };
  });
  // States that slide would have to wait for those that do not, so they are followed apart.
  const { finishes } = layoutStates(context.functions, requests, String);
  const slides = finishes.map(({ state }) => canSlide(state));
  const groups = [true, false].flatMap((slide) => {
    const positions = calls.flatMap((_, i) => (slides[i] === slide ? [i] : []));
    if (positions.length === 0) return [];
    const own = positions.map((position) => requests[position]!);
    return [{ positions, group: new FrameGroup(context, own, inputTypes) }];
  });
  return {
    evaluate(input, arena) {
      const results = new Array<FlatVector>(calls.length);
      for (const { positions, group } of groups) {
        const before = input.before?.[groups.findIndex((each) => each.group === group)];
        const vectors = group.evaluate(input, before, arena);
        positions.forEach((position, i) => {
          results[position] = vectors[i]!;
        });
      }
      return results;
    },
    totals: (rows, inputs, arena) => groups.map(({ group }) => group.total(rows, inputs, arena)),
    join: (totals, arena) =>
      groups.map(({ group }, i) =>
        group.join(
          totals.map((each) => each[i]!),
          arena,
        ),
      ),
  };
}

const canSlide = ({ definition }: SharedState<number>): boolean =>
  definition.remove !== undefined && definition.removesExactly === true;

/** Following frames may take this many rows per row before a tree is worth building. */
const FOLLOW_ROWS = 32;
/** With a tree, steps of up to this many rows are still made row by row. */
const TREE_LIMIT = 24;
const NO_LIMIT = 0xffffffff;
const SCRATCH_BLOCK_BYTES = 65536;
/** Starts and ends of up to three parts, then the levels of the tree. */
const FRAMES_BYTES = 3 * 8;
const MAX_LEVELS = Math.ceil(32 / FAN_OUT_SHIFT);

class FrameGroup {
  readonly #context: ExpressionContext;
  readonly #layout: StateLayout<number>;
  readonly #plan = new FusedPlan();
  readonly #updates: readonly StateUpdate[];
  readonly #slides: boolean;
  readonly #block: BlockLayout;
  readonly #address: Address;
  readonly #table: Address;
  readonly #shape: string;
  /** The state of no rows. */
  readonly #none: Address;

  constructor(
    context: ExpressionContext,
    requests: readonly StateRequest<number>[],
    inputTypes: readonly SqlType[],
  ) {
    this.#context = context;
    this.#layout = layoutStates(context.functions, requests, String);
    const node = (input: number) => this.#plan.input(input, inputTypes[input]!);
    this.#updates = this.#layout.states.map((state) => ({
      state,
      args: state.args.map(node),
      filter: state.filter === undefined ? undefined : node(state.filter),
    }));
    this.#slides = this.#layout.states.every(canSlide);
    this.#block = blockLayout({
      inputs: this.#plan.inputs.length,
      outputs: requests.length,
      literals: 0,
    });
    this.#address = context.taskArena.allocateZeroed(this.#block.bytes);
    this.#table = context.taskArena.allocateZeroed(FRAMES_BYTES + MAX_LEVELS * 4);
    this.#none = context.taskArena.allocateZeroed(this.#layout.stateBytes);
    this.#set(this.#block.word('frames'), this.#table);
    this.#set(this.#block.word('levels'), this.#table + FRAMES_BYTES);
    const finishes = this.#layout.finishes.map(
      ({ shape, state }) => `${shape}<${this.#layout.states.indexOf(state)}`,
    );
    this.#shape = [
      registryKey(context.functions),
      `frames ${this.#slides ? 'sliding' : ''}`,
      updatesShape(this.#updates),
      finishes.join(';'),
      this.#plan.shape,
    ].join('|');
  }

  total(rows: number, inputs: readonly FlatVector[], arena: Arena): Address {
    const into = arena.allocateZeroed(this.#layout.stateBytes);
    this.#run(this.#prepareInputs(inputs), 'total', rows, into);
    return into;
  }

  join(states: readonly Address[], arena: Arena): Address {
    const into = arena.allocateZeroed(this.#layout.stateBytes);
    const module = this.#prepareInputs([]);
    for (const state of states) this.#run(module, 'join', into, state);
    return into;
  }

  evaluate(
    { rows, inputs, inputRows, frames }: FrameInput,
    before: Address | undefined,
    arena: Arena,
  ): readonly FlatVector[] {
    const module = this.#prepareInputs(inputs);
    this.#set(this.#block.word('states'), before ?? this.#none);
    frames.forEach(({ starts, ends }, part) => {
      this.#context.memory.u32[(this.#table >>> 2) + part * 2] = starts;
      this.#context.memory.u32[(this.#table >>> 2) + part * 2 + 1] = ends;
    });
    const places = this.#layout.finishes.map(({ returns }, i) => {
      const values = arena.allocate(rows * widthBytes(returns));
      const validBytes = arena.allocate(rows);
      this.#set(this.#block.output(i) + OUTPUT_VALUES, values);
      this.#set(this.#block.output(i) + OUTPUT_VALIDITY, validBytes);
      return { values, validBytes };
    });
    const { memory, taskArena } = this.#context;
    const scratch = new Arena(memory, taskArena.owner, SCRATCH_BLOCK_BYTES);
    try {
      const needsTree = this.#followCost(rows, frames) > FOLLOW_ROWS * rows;
      if (needsTree) this.#buildTree(module, inputRows, scratch);
      const limit = needsTree ? TREE_LIMIT : NO_LIMIT;
      this.#run(module, 'evaluate', rows, frames.length, limit);
    } finally {
      scratch.release();
    }
    return this.#layout.finishes.map(({ returns: type }, i): FlatVector => {
      const { values, validBytes } = places[i]!;
      const validity = this.#packValidity(validBytes, rows, arena);
      const stable = isReference(type) && inputs.every((input) => input.stable);
      return { kind: 'flat', type, length: rows, values, validity, stable };
    });
  }

  #set(offset: number, value: number): void {
    this.#context.memory.u32[(this.#address + offset) >>> 2] = value;
  }

  #prepareInputs(inputs: readonly FlatVector[]): CompiledModule {
    const accesses = this.#plan.inputs.map(({ register, type }, i): InputAccess => {
      const { values, validity } = inputs[register] ?? { values: 0, validity: 0 };
      this.#set(this.#block.input(i) + INPUT_VALUES, values);
      this.#set(this.#block.input(i) + INPUT_VALIDITY, validity);
      return { type, encoding: 'flat', selected: false, nullable: validity !== 0 };
    });
    const nullable = accesses.map((access) => (access.nullable ? '?' : '.')).join('');
    const parts = {
      plan: this.#plan,
      block: this.#block,
      layout: this.#layout,
      updates: this.#updates,
      slides: this.#slides,
    };
    return cachedModule(this.#context.memory, `${this.#shape}|${nullable}`, () =>
      frameModule(parts, accesses),
    );
  }

  /** Rows taken in and given back when frames are followed without a tree. */
  #followCost(rows: number, frames: readonly FrameBounds[]): number {
    const k = kernels(this.#context.memory);
    const [first, ...others] = frames;
    if (first === undefined) return 0;
    if (others.length === 0) {
      return k.frameCost(first.starts, first.ends, rows, this.#slides ? 1 : 0);
    }
    return frames.reduce((sum, { starts, ends }) => sum + k.frameRows(starts, ends, rows), 0);
  }

  #buildTree(module: CompiledModule, rows: number, scratch: Arena): void {
    const { u32 } = this.#context.memory;
    let size = rows;
    for (let level = 0; size > 1; level++) {
      const nodes = Math.ceil(size / (1 << FAN_OUT_SHIFT));
      const address = scratch.allocate(nodes * this.#layout.stateBytes);
      u32[((this.#table + FRAMES_BYTES) >>> 2) + level] = address;
      this.#run(module, 'build', size, level);
      size = nodes;
    }
  }

  #run(module: CompiledModule, name: string, ...rest: readonly number[]): void {
    if (module.functions[name]!(this.#address, ...rest) !== FAILED) return;
    const { memory } = this.#context;
    throw takeRaisedError(memory, this.#address, module.raises, (node) => {
      const { states, finishes } = this.#layout;
      return node < 0 ? states[-1 - node]?.span : finishes[node]?.span;
    });
  }

  #packValidity(validBytes: Address, rows: number, arena: Arena): Address {
    const k = kernels(this.#context.memory);
    const bitmap = arena.allocate(bitmapBytes(rows));
    k.packBits(validBytes, rows, bitmap);
    return k.bitmapAllSet(bitmap, rows) === 1 ? 0 : bitmap;
  }
}
