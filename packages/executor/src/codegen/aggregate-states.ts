import {
  type Address,
  type Arena,
  assert,
  type Batch,
  type Expr,
  isReference,
  type Literal,
  type Vector,
} from '@windrow/core';
import type { AggregateCall } from '@windrow/planner';
import type { ExpressionContext, Layout } from '../expression/context.ts';
import { ExpressionAnalysis } from '../expression/expression-facts.ts';
import { expressionKey } from '../expression/expression-key.ts';
import { createFilter, type Filter } from '../expression/filter.ts';
import { Programs } from '../expression/program.ts';
import type { ProgramPlan } from '../expression/program-plan.ts';
import { FusedLoop } from './fused-loop.ts';
import { KeptReferences } from './kept-references.ts';
import type { LoopInput } from './loop-inputs.ts';
import { StateFunctions } from './state-functions.ts';
import { layoutStates, type StateLayout } from './state-layout.ts';
import { type StateUpdate, updateGroupsTerminal, updateSingleTerminal } from './update-loop.ts';

/**
 * The states of a list of aggregates side by side, `stateBytes` (a multiple of 8) per group. A state
 * starts as zero bytes; its address is 8-byte aligned.
 */
export interface AggregateStates {
  readonly stateBytes: number;
  /** States hold references; see {@link persistReferences}. */
  readonly hasReferences: boolean;
  /** All rows of the batch that satisfy the predicate go into one state. */
  updateSingle(batch: Batch, state: Address): void;
  /** Row `i` of the batch, counted after its selection, goes into `states[i]`, a u32 address. */
  update(batch: Batch, states: Address): void;
  /** `into[i]` takes `from[i]` in, u32 addresses; `from` is unchanged and may be dropped. */
  merge(into: Address, from: Address, count: number): void;
  /** One dense vector of `count` rows per aggregate, in the batch arena. */
  finish(states: Address, count: number): readonly Vector[];
  /**
   * Copies the bytes that references of these states point to, unless they lie in `arena` already or
   * outlive the query anyway. To be called with the states touched (duplicates allowed) before the
   * batch's memory is reused, always with the same arena.
   */
  persistReferences(states: Address, count: number, arena: Arena): void;
}

export interface AggregateOptions {
  /** Rows for which it is not true are left out; `updateSingle` only. */
  readonly predicate?: Expr | undefined;
}

/**
 * Prepares aggregates of the `state` kind for this thread. DISTINCT and ORDER BY inside the call are
 * the operator's business. Equal states over equal arguments and filters are kept once.
 */
export function createAggregateStates(
  context: ExpressionContext,
  aggregates: readonly AggregateCall[],
  layout: Layout,
  options: AggregateOptions = {},
): AggregateStates {
  const analysis = new ExpressionAnalysis(context.functions);
  const states = layoutStates(
    context.functions,
    aggregates.map(({ args, filter, ...call }) => ({
      function: call.function,
      overload: call.overload,
      args: args.map((arg) => (filter === undefined ? arg : guarded(arg, filter, analysis))),
      argTypes: args.map((arg) => arg.type),
      filter,
      returns: call.output.type,
      span: call.span,
    })),
    expressionKey,
  );
  const functions = new StateFunctions(context, states);
  const updates = new StateUpdates(context, states, { analysis, layout, ...options });
  const slots = states.states.flatMap((state) =>
    state.slots.flatMap(({ slot: { type, of }, offsetBytes }) => {
      if (type !== 'ref') return [];
      assert(of !== undefined, 'a state with references knows their type');
      return [{ offsetBytes, of }];
    }),
  );
  const kept = new KeptReferences(slots);
  return {
    stateBytes: states.stateBytes,
    hasReferences: slots.length > 0,
    updateSingle: (batch, state) => updates.single(batch, state),
    update: (batch, addresses) => updates.groups(batch, addresses),
    merge: (into, from, count) => functions.merge(into, from, count),
    finish: (addresses, count) => functions.finish(addresses, count),
    persistReferences(addresses, count, arena) {
      if (updates.takeUnstable()) kept.keep(addresses, count, arena);
    },
  };
}

/**
 * The argument of an aggregate with a filter. One that could fail on vectors is evaluated only for the
 * rows that pass, which a CASE does; generated code sees to it by itself.
 */
function guarded(arg: Expr, filter: Expr, analysis: ExpressionAnalysis): Expr {
  if (!analysis.facts(arg).hasRaisingVectorCall) return arg;
  const { type } = arg;
  const otherwise: Literal = { kind: 'literal', value: null, type };
  return { kind: 'conditional', operator: 'case', operands: [filter, arg, otherwise], type };
}

interface UpdateOptions extends AggregateOptions {
  readonly analysis: ExpressionAnalysis;
  readonly layout: Layout;
}

/** The loops that bring rows into states. */
class StateUpdates {
  readonly #single: Programs<UpdateLoop>;
  readonly #groups: Programs<UpdateLoop>;
  /** Two loops, since one would run out of registers: the predicate alone fills them in SIMD. */
  readonly #filter: Filter | undefined;
  /** References to bytes that may vanish have gone in since they were last kept. */
  #isUnstable = false;

  constructor(
    context: ExpressionContext,
    states: StateLayout<Expr>,
    { analysis, layout, predicate }: UpdateOptions,
  ) {
    const exprs = states.states.flatMap(({ args, filter }) =>
      filter === undefined ? args : [...args, filter],
    );
    const programs = (isSingle: boolean): Programs<UpdateLoop> =>
      new Programs(context, {
        layout,
        analysis,
        exprs,
        build: (plan) => updateLoop(context, plan, states, isSingle),
      });
    this.#single = programs(true);
    this.#groups = programs(false);
    this.#filter = predicate && createFilter(context, predicate, layout);
  }

  single(batch: Batch, state: Address): void {
    const rest = batch.length === 0 ? batch : (this.#filter?.select(batch) ?? batch);
    this.#run(this.#single, rest, state);
  }

  groups(batch: Batch, states: Address): void {
    this.#run(this.#groups, batch, states);
  }

  takeUnstable(): boolean {
    const isUnstable = this.#isUnstable;
    this.#isUnstable = false;
    return isUnstable;
  }

  #run(programs: Programs<UpdateLoop>, batch: Batch, states: Address): void {
    if (batch.length === 0) return;
    const { run, built } = programs.start(batch);
    const inputs = run.inputs(built.stage);
    if (!inputs.every(isStable)) this.#isUnstable = true;
    const { loop } = built;
    const prepared = loop.prepare(inputs, batch.selection, batch.length);
    loop.setWord('states', states);
    loop.run(prepared, batch.selection !== 0, batch.length);
  }
}

const isStable = ({ vector }: LoopInput): boolean => vector.stable || !isReference(vector.type);

interface UpdateLoop {
  readonly stage: ReturnType<ProgramPlan['stage']>;
  readonly loop: FusedLoop;
}

function updateLoop(
  context: ExpressionContext,
  plan: ProgramPlan,
  states: StateLayout<Expr>,
  isSingle: boolean,
): UpdateLoop {
  const stage = plan.stage();
  const updates = states.states.map((state): StateUpdate => {
    const filter = state.filter && plan.node(stage, state.filter);
    const isGuarded = filter !== undefined;
    return { state, filter, args: state.args.map((arg) => plan.node(stage, arg, isGuarded)) };
  });
  const terminal = isSingle ? updateSingleTerminal(updates) : updateGroupsTerminal(updates);
  return { stage, loop: new FusedLoop(context, stage.plan, terminal) };
}
