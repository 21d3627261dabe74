import { type Address, bitmapBytes, isReference, type Vector, widthBytes } from '@windrow/core';
import { kernels } from '@windrow/kernels';
import type { ExpressionContext } from '../expression/context.ts';
import { type BlockLayout, blockLayout, OUTPUT_VALIDITY, OUTPUT_VALUES } from './argument-block.ts';
import { FAILED, type FunctionBuilder } from './function-builder.ts';
import { ModuleBuilder } from './module-builder.ts';
import { type CompiledModule, cachedModule, registryKey } from './module-cache.ts';
import { takeRaisedError } from './raised-error.ts';
import { memoryCells, type StateFinish, type StateLayout } from './state-layout.ts';
import { wordsOf } from './words.ts';

/** Merging and finishing of arrays of states, by generated code. */
export class StateFunctions {
  readonly #context: ExpressionContext;
  readonly #layout: StateLayout<unknown>;
  readonly #block: BlockLayout;
  readonly #address: Address;
  #module: CompiledModule | undefined;

  constructor(context: ExpressionContext, layout: StateLayout<unknown>) {
    this.#context = context;
    this.#layout = layout;
    this.#block = blockLayout({ inputs: 0, outputs: layout.finishes.length, literals: 0 });
    this.#address = context.taskArena.allocateZeroed(this.#block.bytes);
  }

  /** `into[i]` takes `from[i]` in. */
  merge(into: Address, from: Address, count: number): void {
    this.#set(this.#block.word('states'), into);
    this.#set(this.#block.word('from'), from);
    this.#run('merge', count);
  }

  /** One vector of `count` values per aggregate, in the batch arena. */
  finish(states: Address, count: number): readonly Vector[] {
    const { batchArena, memory } = this.#context;
    const { finishes } = this.#layout;
    const places = finishes.map(({ returns }, i) => {
      const values = batchArena.allocate(count * widthBytes(returns));
      const validBytes = batchArena.allocate(count);
      this.#set(this.#block.output(i) + OUTPUT_VALUES, values);
      this.#set(this.#block.output(i) + OUTPUT_VALIDITY, validBytes);
      return { values, validBytes };
    });
    this.#set(this.#block.word('states'), states);
    this.#run('finish', count);
    return finishes.map(({ returns: type }, i) => {
      const { values, validBytes } = places[i]!;
      const bitmap = batchArena.allocate(bitmapBytes(count));
      const k = kernels(memory);
      k.packBits(validBytes, count, bitmap);
      const validity = k.bitmapAllSet(bitmap, count) === 1 ? 0 : bitmap;
      // What states refer to has been made to last as long as they do.
      return { kind: 'flat', type, length: count, values, validity, stable: isReference(type) };
    });
  }

  #set(offset: number, value: number): void {
    this.#context.memory.u32[(this.#address + offset) >>> 2] = value;
  }

  #run(name: 'merge' | 'finish', count: number): void {
    this.#module ??= cachedModule(this.#context.memory, this.#shape(), () => this.#build());
    if (this.#module.functions[name]!(this.#address, count) !== FAILED) return;
    const { raises } = this.#module;
    throw takeRaisedError(this.#context.memory, this.#address, raises, (node) => {
      const { states, finishes } = this.#layout;
      return (name === 'merge' ? states : finishes)[node]?.span;
    });
  }

  #shape(): string {
    const { states, finishes } = this.#layout;
    const offsets = states.map(
      ({ shape, slots }) => `${shape}@${slots.map((slot) => slot.offsetBytes).join()}`,
    );
    const ends = finishes.map(({ shape, state }) => `${shape}<${states.indexOf(state)}`);
    const registry = registryKey(this.#context.functions);
    return `${registry}|states ${offsets.join(';')}|${ends.join(';')}`;
  }

  #build(): ModuleBuilder {
    const module = new ModuleBuilder();
    this.#emitMerge(module.function('merge', ['i32', 'i32']));
    this.#emitFinish(module.function('finish', ['i32', 'i32']));
    return module;
  }

  #emitMerge(b: FunctionBuilder): void {
    const into = b.local('i32');
    const from = b.local('i32');
    eachState(b, (pushWord) => {
      pushWord(this.#block.word('states'));
      b.set(into);
      pushWord(this.#block.word('from'));
      b.set(from);
      this.#layout.states.forEach(({ definition, slots }, i) => {
        b.node = i;
        definition.merge(b, memoryCells(slots, into), memoryCells(slots, from));
      });
    });
    b.i32(0);
  }

  #emitFinish(b: FunctionBuilder): void {
    const state = b.local('i32');
    eachState(b, (pushWord, index) => {
      pushWord(this.#block.word('states'));
      b.set(state);
      this.#layout.finishes.forEach((finish, i) => {
        b.node = i;
        emitFinish(b, finish, memoryCells(finish.state.slots, state), {
          index,
          pushValues: () => pushArgument(b, this.#block.output(i) + OUTPUT_VALUES),
          pushValidity: () => pushArgument(b, this.#block.output(i) + OUTPUT_VALIDITY),
        });
      });
    });
    b.i32(0);
  }
}

function pushArgument(b: FunctionBuilder, offset: number): void {
  b.get(b.parameters[0]!);
  b.load('i32.load', offset);
}

/** A loop below the count; `pushWord` leaves element `index` of the u32 array at an argument. */
function eachState(
  b: FunctionBuilder,
  body: (pushWord: (offset: number) => void, index: FunctionBuilder['parameters'][number]) => void,
): void {
  const index = b.local('i32');
  const count = b.parameters[1]!;
  const pushWord = (offset: number): void => {
    pushArgument(b, offset);
    b.get(index);
    b.i32(2);
    b.op('i32.shl');
    b.op('i32.add');
    b.load('i32.load');
  };
  b.block((_, exitIf) => {
    b.get(count);
    b.op('i32.eqz');
    exitIf();
    b.loop((_again, againIf) => {
      body(pushWord, index);
      b.get(index);
      b.i32(1);
      b.op('i32.add');
      b.tee(index);
      b.get(count);
      b.op('i32.lt_u');
      againIf();
    });
  });
}

/** Emits one aggregate's value at `index` of its output, and a byte that says whether it is valid. */
export function emitFinish(
  b: FunctionBuilder,
  { implementation, argTypes, returns }: StateFinish<unknown>,
  cells: Parameters<typeof implementation.finish>[1],
  output: {
    readonly index: FunctionBuilder['parameters'][number];
    readonly pushValues: () => void;
    readonly pushValidity: () => void;
  },
): void {
  const words = wordsOf(returns);
  const values = words.map((word) => b.local(word.type));
  const valid = b.local('i32');
  const address = b.local('i32');
  implementation.finish(b, cells, returns, argTypes);
  b.set(valid);
  for (const value of [...values].reverse()) b.set(value);
  output.pushValues();
  b.get(output.index);
  b.i32(widthBytes(returns));
  b.op('i32.mul');
  b.op('i32.add');
  b.set(address);
  words.forEach((word, i) => {
    b.get(address);
    b.get(values[i]!);
    b.store(word.store, word.offsetBytes);
  });
  output.pushValidity();
  b.get(output.index);
  b.op('i32.add');
  b.get(valid);
  b.store('i32.store8');
}
