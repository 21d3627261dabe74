import type {
  CodeBuilder,
  EmitValue,
  LoadOperation,
  Local,
  RaiseSite,
  SqlType,
  StoreOperation,
  WasmOperation,
  WasmType,
} from '@windrow/core';
import { assert } from '@windrow/core';
import { ERROR_OPERANDS_OFFSET, ERROR_SITE_OFFSET, MAX_RAISE_OPERANDS } from './argument-block.ts';
import { ByteWriter } from './byte-writer.ts';
import * as opcode from './opcodes.ts';

/** A place in generated code that can fail. `node` numbers the expression it belongs to. */
export interface RaiseRecord {
  readonly site: RaiseSite;
  readonly operandTypes: readonly SqlType[];
  readonly node: number;
}

/** What a function needs from the module around it. */
export interface ModuleScope {
  typeIndex(parameters: readonly WasmType[], results: readonly WasmType[]): number;
  importKernel(name: string, parameters: readonly WasmType[], results: readonly WasmType[]): number;
  /** Numbers of raise sites are unique within a module, from 0. */
  addRaise(record: RaiseRecord): number;
}

/** The result of every generated function that has failed. */
export const FAILED = -1;

const STORE_OF = {
  i32: 'i32.store',
  i64: 'i64.store',
  f32: 'f32.store',
  f64: 'f64.store',
} as const satisfies Partial<Record<WasmType, StoreOperation>>;

const WORD_BYTES = { i32: 4, i64: 8, f32: 4, f64: 8, v128: 16 } as const;

/**
 * Encodes the body of one function.
 *
 * Parameter 0 is the address of the argument block, which also holds the error cell; the result is an
 * i32. Code that has to run once, before the loops, is written by {@link hoist} from wherever the need
 * for it is noticed.
 */
export class FunctionBuilder implements CodeBuilder {
  readonly parameters: readonly Local[];
  /** Number of the expression being emitted, for raise sites. */
  node = 0;
  /** Has the function being emitted said that it raises? If not, it may be run on NULLs' remains. */
  mayRaise = true;
  readonly #scope: ModuleScope;
  readonly #localTypes: WasmType[] = [];
  readonly #prologue = new ByteWriter();
  #code = new ByteWriter();
  /** Locals that are set before the loops only, each by the code that computes it. */
  readonly #invariants = new Set<number>();
  readonly #hoisted = new Map<string, Local>();
  /** Where the code of each invariant value begins, for those on top of the stack. */
  #invariantTop: number[] = [];
  /** Enclosing blocks, loops and ifs. */
  #depth = 0;

  constructor(scope: ModuleScope, parameters: readonly WasmType[]) {
    this.#scope = scope;
    this.parameters = parameters.map((type, index) => ({ index, type }));
  }

  local(type: WasmType): Local {
    this.#localTypes.push(type);
    return { index: this.parameters.length + this.#localTypes.length - 1, type };
  }

  get(local: Local): void {
    this.#push(this.#invariants.has(local.index));
    this.#withIndex(opcode.LOCAL_GET, local.index);
  }

  set(local: Local): void {
    this.#invariantTop = [];
    this.#withIndex(opcode.LOCAL_SET, local.index);
  }

  tee(local: Local): void {
    this.#invariantTop = [];
    this.#withIndex(opcode.LOCAL_TEE, local.index);
  }

  i32(value: number): void {
    this.#push(true);
    this.#code.byte(opcode.I32_CONST);
    this.#code.signed(value);
  }

  i64(value: bigint): void {
    this.#push(true);
    this.#code.byte(opcode.I64_CONST);
    this.#code.signed64(value);
  }

  f32(value: number): void {
    this.#push(true);
    this.#code.byte(opcode.F32_CONST);
    this.#code.float32(value);
  }

  f64(value: number): void {
    this.#push(true);
    this.#code.byte(opcode.F64_CONST);
    this.#code.float64(value);
  }

  op(operation: WasmOperation): void {
    if (this.#hoistOperation(operation)) return;
    this.#invariantTop = [];
    this.#code.append(opcode.operationBytes(operation));
  }

  load(operation: LoadOperation, offsetBytes = 0): void {
    this.#memory(opcode.LOADS[operation], offsetBytes);
  }

  store(operation: StoreOperation, offsetBytes = 0): void {
    this.#memory(opcode.STORES[operation], offsetBytes);
  }

  if(results: readonly WasmType[], then: () => void, otherwise?: () => void): void {
    this.#open(opcode.IF, results);
    then();
    if (otherwise !== undefined) {
      this.#invariantTop = [];
      this.#code.byte(opcode.ELSE);
      otherwise();
    }
    this.#close();
  }

  block(body: (exit: () => void, exitIf: () => void) => void): void {
    this.#open(opcode.BLOCK, []);
    body(...this.#jumps());
    this.#close();
  }

  loop(body: (again: () => void, againIf: () => void) => void): void {
    this.#open(opcode.LOOP, []);
    body(...this.#jumps());
    this.#close();
  }

  callKernel(name: string, parameters: readonly WasmType[], results: readonly WasmType[]): void {
    this.#invariantTop = [];
    this.#withIndex(opcode.CALL, this.#scope.importKernel(name, parameters, results));
  }

  raise(site: RaiseSite, operands: readonly EmitValue[] = []): void {
    assert(this.mayRaise, `a function that raises says so: ${site.message}`);
    assert(operands.length <= MAX_RAISE_OPERANDS, 'the error cell holds all operands');
    const operandTypes = operands.map((operand) => operand.type);
    const number = this.#scope.addRaise({ site, operandTypes, node: this.node });
    const block = this.parameters[0]!;
    operands.forEach((operand, i) => {
      let offset = ERROR_OPERANDS_OFFSET + i * 16;
      for (const local of operand.locals) {
        assert(local.type !== 'v128', 'an operand is a scalar');
        this.get(block);
        this.get(local);
        this.store(STORE_OF[local.type], offset);
        offset += WORD_BYTES[local.type];
      }
    });
    this.get(block);
    this.i32(number + 1);
    this.store('i32.store', ERROR_SITE_OFFSET);
    this.return(FAILED);
  }

  /** Ends the function with a constant. */
  return(result: number): void {
    this.i32(result);
    this.#invariantTop = [];
    this.#code.byte(opcode.RETURN);
  }

  /**
   * A local that keeps what `write` leaves, computed once, before the loops. Pure operations over such
   * locals and constants are moved there as well, wherever they are written.
   */
  invariant(type: WasmType, write: () => void): Local {
    const local = this.local(type);
    this.hoist(() => {
      write();
      this.set(local);
    });
    this.#invariants.add(local.index);
    return local;
  }

  /** Writes code that runs once, at the start of the function, in the order of the calls. */
  hoist(write: () => void): void {
    const code = this.#code;
    const depth = this.#depth;
    const top = this.#invariantTop;
    this.#code = this.#prologue;
    this.#depth = 0;
    this.#invariantTop = [];
    write();
    this.#code = code;
    this.#depth = depth;
    this.#invariantTop = top;
  }

  /** A SIMD instruction, by its number in the specification, with immediates. */
  simd(code: number, immediates: readonly number[] = []): void {
    this.#invariantTop = [];
    this.#code.byte(opcode.SIMD_PREFIX);
    this.#code.unsigned(code);
    this.#code.append(immediates);
  }

  /** The function as it stands in the code section, its size first. Ends the building. */
  encode(): Uint8Array {
    assert(this.#depth === 0, 'all blocks are closed');
    const body = new ByteWriter();
    const runs = runLengths(this.#localTypes);
    body.unsigned(runs.length);
    for (const { type, count } of runs) {
      body.unsigned(count);
      body.byte(opcode.TYPE_CODES[type]);
    }
    body.append(this.#prologue.bytes);
    body.append(this.#code.bytes);
    body.byte(opcode.END);
    return body.bytes;
  }

  #push(isInvariant: boolean): void {
    if (isInvariant) this.#invariantTop.push(this.#code.length);
    else this.#invariantTop = [];
  }

  /** Inside a loop: computes the operation before it, when its operands are known there. */
  #hoistOperation(operation: WasmOperation): boolean {
    const signature = opcode.operationSignature(operation);
    const top = this.#invariantTop;
    if (signature === undefined || top.length < signature.operands || this.#depth === 0)
      return false;
    const start = top[top.length - signature.operands]!;
    const operands = this.#code.cut(start);
    const key = `${operation} ${operands.join()}`;
    let local = this.#hoisted.get(key);
    if (local === undefined) {
      local = this.invariant(signature.result, () => {
        this.#code.append(operands);
        this.#code.append(opcode.operationBytes(operation));
      });
      this.#hoisted.set(key, local);
    }
    top.length -= signature.operands;
    this.get(local);
    return true;
  }

  #withIndex(code: number, index: number): void {
    this.#code.byte(code);
    this.#code.unsigned(index);
  }

  #memory([code, alignment]: readonly [number, number], offsetBytes: number): void {
    this.#invariantTop = [];
    this.#code.byte(code);
    this.#code.unsigned(alignment);
    this.#code.unsigned(offsetBytes);
  }

  #open(code: number, results: readonly WasmType[]): void {
    this.#invariantTop = [];
    this.#code.byte(code);
    const [first, ...others] = results;
    if (first === undefined) this.#code.byte(opcode.EMPTY_BLOCK_TYPE);
    else if (others.length === 0) this.#code.byte(opcode.TYPE_CODES[first]);
    else this.#code.signed(this.#scope.typeIndex([], results));
    this.#depth += 1;
  }

  #close(): void {
    this.#invariantTop = [];
    this.#code.byte(opcode.END);
    this.#depth -= 1;
  }

  /** Branches to the block opened last, from any depth inside it. */
  #jumps(): [() => void, () => void] {
    const target = this.#depth;
    const jump = (code: number) => (): void => {
      this.#invariantTop = [];
      this.#withIndex(code, this.#depth - target);
    };
    return [jump(opcode.BR), jump(opcode.BR_IF)];
  }
}

/** Neighbouring locals of one type are declared together. */
function runLengths(types: readonly WasmType[]): { type: WasmType; count: number }[] {
  const runs: { type: WasmType; count: number }[] = [];
  for (const type of types) {
    const last = runs.at(-1);
    if (last?.type === type) last.count += 1;
    else runs.push({ type, count: 1 });
  }
  return runs;
}
