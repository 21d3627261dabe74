import { type Address, bitmapBytes, type Local, type Span, writeValue } from '@windrow/core';
import type { ExpressionContext } from '../expression/context.ts';
import {
  type BlockLayout,
  blockLayout,
  INPUT_CONSTANT_VALID,
  INPUT_INDICES,
  INPUT_VALIDITY,
  INPUT_VALUES,
  OUTPUT_VALIDITY,
  OUTPUT_VALUES,
  type WordArgument,
} from './argument-block.ts';
import { FAILED, type FunctionBuilder } from './function-builder.ts';
import type { FusedPlan } from './fused-plan.ts';
import type { InputAccess, RowNumbers } from './input-code.ts';
import { LaneCode, type LaneCondition } from './lane-code.ts';
import { emitLanes, type LaneLocals } from './lane-loop.ts';
import { type InputSource, inputSource, type LoopInput } from './loop-inputs.ts';
import { ModuleBuilder } from './module-builder.ts';
import { type CompiledModule, cachedModule, registryKey } from './module-cache.ts';
import { takeRaisedError } from './raised-error.ts';
import { RowCode } from './row-code.ts';

/** What a loop does with the values of a row. */
export interface LoopTerminal {
  /** Says everything about the code that the plan does not. */
  readonly shape: string;
  /** Output columns in the argument block. */
  readonly outputs: number;
  /** Spans of what the terminal itself emits; it gives raise sites the number `-1 - index`. */
  readonly spans?: readonly (Span | undefined)[];
  /** Writes the function's body; it leaves an i32 that is not negative. */
  emit(loop: LoopCode): void;
}

/** What a terminal is written with. */
export interface LoopCode {
  readonly b: FunctionBuilder;
  readonly code: RowCode;
  readonly block: BlockLayout;
  readonly rows: RowNumbers;
  /** Runs `body` for every row. */
  eachRow(body: () => void): void;
  /** Conditions on four rows at a time; only where the batch has no selection. */
  readonly lanes: LaneCode | undefined;
  /**
   * Runs `body` for every four rows, the condition's bits (see {@link LaneCondition}) in a local that the
   * body may change. Instead of {@link eachRow}; `position` is the body's to set.
   */
  eachLanes(condition: LaneCondition, body: (lanes: LaneLocals) => void): void;
}

/** Inputs written into the argument block, and the variant of the loop that reads them. */
export interface PreparedInputs {
  readonly sources: readonly InputSource[];
  readonly accesses: readonly InputAccess[];
}

/**
 * One generated loop over a batch, in as many variants as the encodings of its inputs call for.
 *
 * For NULLs there are two variants at a time: one for batches without any, and one for those inputs that
 * have had some so far; a bitmap of ones stands in where such an input has none in a batch.
 */
export class FusedLoop {
  readonly #context: ExpressionContext;
  readonly #plan: FusedPlan;
  readonly #terminal: LoopTerminal;
  readonly #shape: string;
  readonly #layout: BlockLayout;
  readonly #block: Address;
  readonly #variants = new Map<string, CompiledModule>();
  readonly #hadNulls: boolean[];
  #ones: Address = 0;
  #onesBits = 0;

  /** The plan is complete; its literals are written into the argument block here. */
  constructor(context: ExpressionContext, plan: FusedPlan, terminal: LoopTerminal) {
    this.#context = context;
    this.#plan = plan;
    this.#terminal = terminal;
    this.#shape = `${registryKey(context.functions)}|${terminal.shape}|${plan.shape}|`;
    this.#hadNulls = plan.inputs.map(() => false);
    this.#layout = blockLayout({
      inputs: plan.inputs.length,
      outputs: terminal.outputs,
      literals: plan.literals.length,
    });
    this.#block = context.taskArena.allocateZeroed(this.#layout.bytes);
    plan.literals.forEach(({ type, value }, i) => {
      const address = this.#block + this.#layout.literal(i);
      if (value !== null) writeValue(context.taskArena, type, value, address);
    });
  }

  setWord(name: WordArgument, address: Address): void {
    this.#store(this.#layout.word(name), address);
  }

  setOutput(index: number, values: Address, validity: Address): void {
    this.#store(this.#layout.output(index) + OUTPUT_VALUES, values);
    this.#store(this.#layout.output(index) + OUTPUT_VALIDITY, validity);
  }

  /** Chooses the variant for the inputs, in the plan's order, and writes their addresses. */
  prepare(inputs: readonly LoopInput[], selection: Address, length: number): PreparedInputs {
    const sources = inputs.map((input) => inputSource(this.#context, input, selection, length));
    const isNullable = sources.map(({ validity, isNull }) => isNull || validity !== 0);
    isNullable.forEach((nullable, i) => {
      if (nullable) this.#hadNulls[i] = true;
    });
    const anyNull = isNullable.includes(true);
    const accesses = sources.map((source, i): InputAccess => {
      const nullable = anyNull && this.#hadNulls[i] === true;
      this.#writeInput(i, source, nullable);
      const { type, encoding, selected } = source;
      return { type, encoding, selected, nullable };
    });
    this.setWord('selection', selection);
    return { sources, accesses };
  }

  /**
   * Runs the loop over `length` rows of what was prepared last; returns what the terminal leaves.
   * @throws SqlError `execution` where the code raised, with the span of the call at fault.
   */
  run({ accesses }: PreparedInputs, isSelected: boolean, length: number): number {
    const variant = `${isSelected ? 'selected' : 'dense'}:${accesses.map(accessKey).join('')}`;
    let compiled = this.#variants.get(variant);
    if (compiled === undefined) {
      compiled = cachedModule(this.#context.memory, this.#shape + variant, () =>
        this.#build(accesses, isSelected),
      );
      this.#variants.set(variant, compiled);
    }
    const result = compiled.functions['run']!(this.#block, length);
    if (result !== FAILED) return result;
    throw takeRaisedError(this.#context.memory, this.#block, compiled.raises, (id) => {
      if (id < 0) return this.#terminal.spans?.[-1 - id];
      const node = this.#plan.nodes[id];
      return node?.kind === 'call' ? node.span : undefined;
    });
  }

  #store(offset: number, value: number): void {
    this.#context.memory.u32[(this.#block + offset) >>> 2] = value;
  }

  #writeInput(index: number, source: InputSource, nullable: boolean): void {
    const offset = this.#layout.input(index);
    const ones = nullable && source.validity === 0 ? this.#allValid(source.rows) : 0;
    this.#store(offset + INPUT_VALUES, source.values);
    this.#store(offset + INPUT_VALIDITY, source.validity || ones);
    this.#store(offset + INPUT_INDICES, source.indices);
    this.#store(offset + INPUT_CONSTANT_VALID, source.isNull ? 0 : 1);
  }

  /** A bitmap of at least `bits` ones. */
  #allValid(bits: number): Address {
    if (bits > this.#onesBits) {
      const bytes = bitmapBytes(bits * 2);
      this.#ones = this.#context.taskArena.allocate(bytes);
      this.#context.memory.fill(0xff, this.#ones, bytes);
      this.#onesBits = bytes * 8;
    }
    return this.#ones;
  }

  #build(inputs: readonly InputAccess[], isSelected: boolean): ModuleBuilder {
    const module = new ModuleBuilder();
    const b = module.function('run', ['i32', 'i32']);
    const position = b.local('i32');
    const rows = { position, row: isSelected ? b.local('i32') : position };
    const { nodes } = this.#plan;
    const block = this.#layout;
    const code = new RowCode(b, { block, nodes, inputs, rows, hoisted: new Map() });
    const first = b.local('i32');
    this.#terminal.emit({
      b,
      code,
      block,
      rows,
      eachRow: (body) => emitRows(b, { code, block, rows }, body),
      lanes: isSelected ? undefined : new LaneCode(b, { code, block, inputs, row: first }),
      eachLanes: (condition, body) => emitLanes(b, first, condition, body),
    });
    return module;
  }
}

/** A letter for the encoding, in capitals where the input is read under the selection, `?` for nullable. */
function accessKey({ encoding, selected, nullable }: InputAccess): string {
  const letter = { flat: 'f', dictionary: 'd', constant: 'c' }[encoding];
  return `${selected ? letter.toUpperCase() : letter}${nullable ? '?' : ''}`;
}

/** The loop over positions below the count, and what they mean under a selection. */
function emitRows(
  b: FunctionBuilder,
  loop: Pick<LoopCode, 'code' | 'block' | 'rows'>,
  body: () => void,
): void {
  const { position, row } = loop.rows;
  const count: Local = b.parameters[1]!;
  b.block((_, exitIf) => {
    b.get(count);
    b.op('i32.eqz');
    exitIf();
    b.loop((_again, againIf) => {
      if (row !== position) {
        const selection = loop.code.scope.argument(loop.block.word('selection'));
        loop.code.scope.pushElementAddress(selection, position, 4);
        b.load('i32.load');
        b.set(row);
      }
      body();
      b.get(position);
      b.i32(1);
      b.op('i32.add');
      b.tee(position);
      b.get(count);
      b.op('i32.lt_u');
      againIf();
    });
  });
}
