import {
  type AggregateImplementation,
  assert,
  type FunctionRegistry,
  isReference,
  type LoadOperation,
  type Local,
  type Span,
  type SqlType,
  type StateCells,
  type StateDefinition,
  type StateSlot,
  type StoreOperation,
  typeName,
  type WasmType,
} from '@windrow/core';
import type { FunctionBuilder } from './function-builder.ts';

/** One aggregate over arguments of whatever kind (expressions, positions of vectors). */
export interface StateRequest<Argument> {
  readonly function: string;
  readonly overload: number;
  readonly args: readonly Argument[];
  readonly argTypes: readonly SqlType[];
  readonly filter: Argument | undefined;
  readonly returns: SqlType;
  readonly span?: Span | undefined;
}

/** A state that one or more aggregates finish from. */
export interface SharedState<Argument> {
  readonly definition: StateDefinition;
  /** Identifies definition and argument types within a registry. */
  readonly shape: string;
  readonly args: readonly Argument[];
  readonly argTypes: readonly SqlType[];
  readonly filter: Argument | undefined;
  /** NULL arguments are seen, not skipped. */
  readonly handlesNulls: boolean;
  readonly slots: readonly PlacedSlot[];
  readonly span: Span | undefined;
}

/** A slot and its offset from the start of the group's states. */
export interface PlacedSlot {
  readonly slot: StateSlot;
  readonly offsetBytes: number;
}

/** How one aggregate's value is made from the state that serves it. */
export interface StateFinish<Argument> {
  readonly state: SharedState<Argument>;
  readonly implementation: Extract<AggregateImplementation, { kind: 'state' }>;
  readonly shape: string;
  readonly argTypes: readonly SqlType[];
  readonly returns: SqlType;
  readonly span: Span | undefined;
}

/** The states of a group side by side. */
export interface StateLayout<Argument> {
  readonly states: readonly SharedState<Argument>[];
  /** One per request, in order. */
  readonly finishes: readonly StateFinish<Argument>[];
  /** A multiple of 8. */
  readonly stateBytes: number;
}

interface Candidate<Argument> {
  readonly request: StateRequest<Argument>;
  readonly implementation: StateFinish<Argument>['implementation'];
  readonly definition: StateDefinition;
  readonly handlesNulls: boolean;
  /** Equal for states that see the same values of the same rows. */
  readonly source: string;
}

/**
 * Lays out the states of aggregates. States of one name over the same source are kept once, and one that
 * a larger state covers is left out; `keyOf` tells arguments apart.
 */
export function layoutStates<Argument>(
  functions: FunctionRegistry,
  requests: readonly StateRequest<Argument>[],
  keyOf: (argument: Argument) => string,
): StateLayout<Argument> {
  const candidates = requests.map((request) => candidateOf(functions, request, keyOf));
  const states = new Map<string, SharedState<Argument>>();
  let offset = 0;
  const finishes = candidates.map((candidate): StateFinish<Argument> => {
    const server = serverOf(candidate, candidates);
    const key = `${server.definition.name}|${server.source}`;
    let state = states.get(key);
    if (state === undefined) {
      const slots = server.definition.slots.map((slot): PlacedSlot => {
        const { bytes } = SLOTS[slot.type];
        const offsetBytes = Math.ceil(offset / bytes) * bytes;
        offset = offsetBytes + bytes;
        return { slot, offsetBytes };
      });
      state = sharedState(server, slots);
      states.set(key, state);
    }
    const { request, implementation } = candidate;
    const types = request.argTypes.map(typeName).join();
    return {
      state,
      implementation,
      shape: `${request.function}#${request.overload}<${types}>:${typeName(request.returns)}`,
      argTypes: request.argTypes,
      returns: request.returns,
      span: request.span,
    };
  });
  return { states: [...states.values()], finishes, stateBytes: Math.ceil(offset / 8) * 8 };
}

function candidateOf<Argument>(
  functions: FunctionRegistry,
  request: StateRequest<Argument>,
  keyOf: (argument: Argument) => string,
): Candidate<Argument> {
  const definition = functions.aggregate(request.function);
  const implementation = definition?.overloads[request.overload]?.implementation;
  assert(definition && implementation, `the aggregate ${request.function} is registered`);
  assert(implementation.kind === 'state', `${request.function} keeps a state of constant size`);
  const handlesNulls = definition.nulls === 'handles';
  const filter = request.filter === undefined ? '' : keyOf(request.filter);
  return {
    request,
    implementation,
    definition: implementation.state(request.argTypes, request.returns),
    handlesNulls,
    source: `${request.args.map(keyOf).join()}|${filter}|${handlesNulls}`,
  };
}

/** The candidate whose state serves this one: the first that covers it and is not covered itself. */
function serverOf<Argument>(
  candidate: Candidate<Argument>,
  all: readonly Candidate<Argument>[],
): Candidate<Argument> {
  const covers = (larger: Candidate<Argument>, smaller: Candidate<Argument>): boolean =>
    larger.source === smaller.source &&
    larger.definition.covers?.includes(smaller.definition.name) === true;
  const larger = all.filter((other) => covers(other, candidate));
  return larger.find((other) => !all.some((third) => covers(third, other))) ?? candidate;
}

function sharedState<Argument>(
  { request, definition, handlesNulls }: Candidate<Argument>,
  slots: readonly PlacedSlot[],
): SharedState<Argument> {
  const { args, argTypes, filter, span } = request;
  const defaultType = argTypes.find(isReference);
  const shape = `${definition.name}<${argTypes.map(typeName).join()}>${handlesNulls ? 'h' : ''}`;
  return {
    definition,
    shape,
    args,
    argTypes,
    filter,
    handlesNulls,
    span,
    slots: slots.map(({ slot, offsetBytes }) => {
      const of = slot.of ?? defaultType;
      return { slot: of === undefined ? slot : { ...slot, of }, offsetBytes };
    }),
  };
}

interface SlotKind {
  readonly type: Exclude<WasmType, 'v128' | 'f32'>;
  readonly bytes: number;
  readonly load: LoadOperation;
  readonly store: StoreOperation;
}

const SLOTS: Readonly<Record<StateSlot['type'], SlotKind>> = {
  i32: { type: 'i32', bytes: 4, load: 'i32.load', store: 'i32.store' },
  i64: { type: 'i64', bytes: 8, load: 'i64.load', store: 'i64.store' },
  f64: { type: 'f64', bytes: 8, load: 'f64.load', store: 'f64.store' },
  ref: { type: 'i64', bytes: 8, load: 'i64.load', store: 'i64.store' },
};

function placed(slots: readonly PlacedSlot[], name: string): PlacedSlot {
  const found = slots.find(({ slot }) => slot.name === name);
  assert(found !== undefined, `the state has a slot ${name}`);
  return found;
}

/** The cells of a state in memory, at offsets from `base`. */
export function memoryCells(slots: readonly PlacedSlot[], base: Local): StateCells {
  return {
    load(b, name) {
      const { slot, offsetBytes } = placed(slots, name);
      b.get(base);
      b.load(SLOTS[slot.type].load, offsetBytes);
    },
    store(b, name, value) {
      const { slot, offsetBytes } = placed(slots, name);
      b.get(base);
      value();
      b.store(SLOTS[slot.type].store, offsetBytes);
    },
  };
}

/** The cells of a state in locals, for loops that work on one state only. */
export class LocalCells implements StateCells {
  readonly #slots: readonly PlacedSlot[];
  readonly #locals: ReadonlyMap<string, Local>;

  constructor(b: FunctionBuilder, slots: readonly PlacedSlot[]) {
    this.#slots = slots;
    this.#locals = new Map(slots.map(({ slot }) => [slot.name, b.local(SLOTS[slot.type].type)]));
  }

  load(b: Pick<FunctionBuilder, 'get'>, name: string): void {
    b.get(this.#local(name));
  }

  store(b: Pick<FunctionBuilder, 'set'>, name: string, value: () => void): void {
    value();
    b.set(this.#local(name));
  }

  /** Takes the cells over from the state at `base`. */
  read(b: FunctionBuilder, base: Local): void {
    this.#transfer(b, memoryCells(this.#slots, base), this);
  }

  /** Puts the cells back into the state at `base`. */
  write(b: FunctionBuilder, base: Local): void {
    this.#transfer(b, this, memoryCells(this.#slots, base));
  }

  /** Sets all cells to zero, as those of a new state are. */
  clear(b: FunctionBuilder): void {
    for (const { slot } of this.#slots) {
      const local = this.#local(slot.name);
      if (local.type === 'f64') b.f64(0);
      else if (local.type === 'i64') b.i64(0n);
      else b.i32(0);
      b.set(local);
    }
  }

  #local(name: string): Local {
    const local = this.#locals.get(name);
    assert(local !== undefined, `the state has a slot ${name}`);
    return local;
  }

  #transfer(b: FunctionBuilder, from: StateCells, to: StateCells): void {
    for (const { slot } of this.#slots) to.store(b, slot.name, () => from.load(b, slot.name));
  }
}
