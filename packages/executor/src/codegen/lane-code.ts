import type { CodeBuilder, Local, PhysicalType, WasmType } from '@windrow/core';
import { physicalType, unreachable, widthBytes } from '@windrow/core';
import {
  type BlockLayout,
  INPUT_CONSTANT_VALID,
  INPUT_VALIDITY,
  INPUT_VALUES,
} from './argument-block.ts';
import type { FunctionBuilder } from './function-builder.ts';
import { type FusedCall, type FusedInput, type FusedNode, inputsOf } from './fused-plan.ts';
import type { InputAccess } from './input-code.ts';
import { LaneOperations, Lanes, laneKind, SIMD } from './lane-operations.ts';
import { operationSignature } from './opcodes.ts';
import type { RowCode } from './row-code.ts';
import { wordsOf } from './words.ts';

/** Rows that one turn of a loop over lanes handles. */
export const LANE_ROWS = 4;

/** Thrown inside the recording of a call that has no four-row form; never leaves this file. */
const SCALAR_ONLY: unique symbol = Symbol('scalar only');

/** Where four rows of the inputs are read, and what the scalar code around has prepared. */
export interface LaneEnvironment {
  readonly code: RowCode;
  readonly block: BlockLayout;
  readonly inputs: readonly InputAccess[];
  /** Number of the first row, a multiple of four. */
  readonly row: Local;
}

/** A condition on four rows. */
export interface LaneCondition {
  /** Leaves an i32 with bit `i` set where the condition is true for row `i` of the four. */
  push(): void;
}

/** True where every condition is; they are asked in order, all of them. */
export const allOf = (b: FunctionBuilder, conditions: readonly LaneCondition[]): LaneCondition => ({
  push() {
    conditions.forEach((condition, i) => {
      condition.push();
      if (i > 0) b.op('i32.and');
    });
  },
});

/**
 * Conditions on four rows at a time. The functions' scalar code is run against a recorder that puts
 * SIMD instructions in the place of scalar ones; what it cannot follow (branches, calls, types without
 * lanes, NULL handling beyond propagation) is left to scalar code.
 */
export class LaneCode {
  readonly #b: FunctionBuilder;
  readonly #environment: LaneEnvironment;
  readonly #operations: LaneOperations;
  readonly #known = new Map<number, Lanes | undefined>();

  constructor(b: FunctionBuilder, environment: LaneEnvironment) {
    this.#b = b;
    this.#environment = environment;
    this.#operations = new LaneOperations(b);
  }

  /** The node's truth for four rows, or undefined when only scalar code can tell. */
  condition(node: FusedNode): LaneCondition | undefined {
    if (node.kind === 'conditional') {
      if (node.operator !== 'and' && node.operator !== 'or') return undefined;
      const operands = node.operands.map((operand) => this.condition(operand));
      if (!operands.every((operand) => operand !== undefined)) return undefined;
      const operation = node.operator === 'and' ? 'i32.and' : 'i32.or';
      return {
        push: () => {
          operands.forEach((operand, i) => {
            operand.push();
            if (i > 0) this.#b.op(operation);
          });
        },
      };
    }
    const value = node.strict ? this.#lanes(node) : undefined;
    if (value === undefined) return undefined;
    const mask = this.#operations.mask(value);
    return {
      push: () => {
        mask.push();
        this.#b.simd(SIMD['i32x4.bitmask']);
        for (const input of inputsOf(node)) this.#andValid(input);
      },
    };
  }

  /** Clears the bits of rows where the input is NULL. */
  #andValid(input: number): void {
    const { code, block, inputs, row } = this.#environment;
    const access = inputs[input];
    if (access?.nullable !== true) return;
    const b = this.#b;
    if (access.encoding === 'constant') {
      b.i32(0);
      b.get(code.scope.argument(block.input(input) + INPUT_CONSTANT_VALID));
      b.op('i32.sub');
    } else {
      b.get(code.scope.argument(block.input(input) + INPUT_VALIDITY));
      b.get(row);
      b.i32(3);
      b.op('i32.shr_u');
      b.op('i32.add');
      b.load('i32.load8_u');
      b.get(row);
      b.i32(LANE_ROWS);
      b.op('i32.and');
      b.op('i32.shr_u');
    }
    b.op('i32.and');
  }

  /** Undefined when the node has no four-row form. */
  #lanes(node: FusedNode): Lanes | undefined {
    if (this.#known.has(node.id)) return this.#known.get(node.id);
    const lanes = this.#newLanes(node);
    this.#known.set(node.id, lanes);
    return lanes;
  }

  #newLanes(node: FusedNode): Lanes | undefined {
    switch (node.kind) {
      case 'input':
        return this.#input(node);
      case 'literal':
        return this.#splatScalar(node);
      case 'call':
        return node.strict ? this.#call(node) : undefined;
      case 'conditional':
        return undefined;
      default:
        return unreachable(node);
    }
  }

  /** A value of one word that scalar code has before the loop. */
  #splatScalar(node: FusedNode): Lanes | undefined {
    const [word, ...others] = wordsOf(node.type);
    const kind = word && laneKind(word.type);
    if (kind === undefined || others.length > 0) return undefined;
    const [scalar] = this.#environment.code.value(node);
    return scalar && this.#operations.splat(kind, () => this.#b.get(scalar));
  }

  #input(node: FusedInput): Lanes | undefined {
    const { code, block, inputs, row } = this.#environment;
    const access = inputs[node.input];
    if (access === undefined || access.selected || access.encoding === 'dictionary')
      return undefined;
    if (access.encoding === 'constant') return this.#splatScalar(node);
    const load = LOADS[physicalType(access.type)];
    const [word] = wordsOf(access.type);
    const kind = word && laneKind(word.type);
    if (load === undefined || kind === undefined) return undefined;
    const base = code.scope.argument(block.input(node.input) + INPUT_VALUES);
    return new Lanes(this.#b, kind, false, (register) => {
      code.scope.pushElementAddress(base, row, widthBytes(access.type));
      load(this.#b, register);
    });
  }

  #call(node: FusedCall): Lanes | undefined {
    const recorder = new LaneRecorder(this.#b, this.#operations);
    const args = node.args.map((arg) => {
      const lanes = this.#lanes(arg);
      return lanes && { locals: [recorder.bind(lanes)], type: arg.type };
    });
    if (!args.every((arg) => arg !== undefined)) return undefined;
    try {
      node.emit(recorder, args, node.type);
      return recorder.result();
    } catch (thrown) {
      if (thrown === SCALAR_ONLY) return undefined;
      throw thrown;
    }
  }
}

type LaneLoad = (b: FunctionBuilder, register: number) => void;

/** With an address on the stack: four values of 1 or 2 bytes, widened to 32 bits. */
const loadNarrow =
  (isSigned: boolean, isByte: boolean): LaneLoad =>
  (b) => {
    b.simd(isByte ? SIMD['v128.load32_zero'] : SIMD['v128.load64_zero'], [0, 0]);
    const sign = isSigned ? 's' : 'u';
    if (isByte) b.simd(SIMD[`i16x8.extend_low_i8x16_${sign}`]);
    b.simd(SIMD[`i32x4.extend_low_i16x8_${sign}`]);
  };

const loadWhole: LaneLoad = (b, register) => b.simd(SIMD['v128.load'], [0, register * 16]);

const LOADS: Readonly<Partial<Record<PhysicalType, LaneLoad>>> = {
  bool: loadNarrow(false, true),
  i8: loadNarrow(true, true),
  u8: loadNarrow(false, true),
  i16: loadNarrow(true, false),
  u16: loadNarrow(false, false),
  i32: loadWhole,
  u32: loadWhole,
  f32: loadWhole,
  i64: loadWhole,
  u64: loadWhole,
  f64: loadWhole,
};

/** Locals of recorded code are numbered apart from those of the function. */
const FIRST_RECORDED_LOCAL = 1_000_000;

/** Follows the code that a function emits for one row, with four rows in the place of each value. */
class LaneRecorder implements CodeBuilder {
  readonly #b: FunctionBuilder;
  readonly #operations: LaneOperations;
  readonly #locals: (Lanes | undefined)[] = [];
  readonly #stack: Lanes[] = [];

  constructor(b: FunctionBuilder, operations: LaneOperations) {
    this.#b = b;
    this.#operations = operations;
  }

  /** A local that holds the value. */
  bind(lanes: Lanes): Local {
    const index = FIRST_RECORDED_LOCAL + this.#locals.push(lanes) - 1;
    return { index, type: lanes.kind === 'mask' ? 'i32' : lanes.kind };
  }

  /** What the code has left on the stack: one value. */
  result(): Lanes {
    const value = this.#pop();
    if (this.#stack.length > 0) throw SCALAR_ONLY;
    return value;
  }

  local(type: WasmType): Local {
    return { index: FIRST_RECORDED_LOCAL + this.#locals.push(undefined) - 1, type };
  }

  get(local: Local): void {
    const value = this.#locals[local.index - FIRST_RECORDED_LOCAL];
    if (value === undefined) throw SCALAR_ONLY;
    this.#stack.push(value);
  }

  set(local: Local): void {
    this.#locals[local.index - FIRST_RECORDED_LOCAL] = this.#pop();
  }

  tee(local: Local): void {
    this.set(local);
    this.get(local);
  }

  i32(value: number): void {
    this.#stack.push(this.#operations.splat('i32', () => this.#b.i32(value)));
  }

  i64(value: bigint): void {
    this.#stack.push(this.#operations.splat('i64', () => this.#b.i64(value)));
  }

  f32(value: number): void {
    this.#stack.push(this.#operations.splat('f32', () => this.#b.f32(value)));
  }

  f64(value: number): void {
    this.#stack.push(this.#operations.splat('f64', () => this.#b.f64(value)));
  }

  op(operation: Parameters<CodeBuilder['op']>[0]): void {
    if (operation === 'drop') {
      this.#pop();
      return;
    }
    if (operation === 'select') {
      const condition = this.#pop();
      const otherwise = this.#pop();
      this.#stack.push(this.#operations.select(this.#pop(), otherwise, condition));
      return;
    }
    const count = operationSignature(operation)?.operands;
    if (count === undefined) throw SCALAR_ONLY;
    const operands = Array.from({ length: count }, () => this.#pop()).reverse();
    const result = this.#operations.apply(operation, operands);
    if (result === undefined) throw SCALAR_ONLY;
    this.#stack.push(result);
  }

  load(): never {
    throw SCALAR_ONLY;
  }

  store(): never {
    throw SCALAR_ONLY;
  }

  if(): never {
    throw SCALAR_ONLY;
  }

  block(): never {
    throw SCALAR_ONLY;
  }

  loop(): never {
    throw SCALAR_ONLY;
  }

  callKernel(): never {
    throw SCALAR_ONLY;
  }

  raise(): never {
    throw SCALAR_ONLY;
  }

  #pop(): Lanes {
    const value = this.#stack.pop();
    if (value === undefined) throw SCALAR_ONLY;
    return value;
  }
}
