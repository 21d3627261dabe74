import type { EmitValue, Local, SqlType, WasmType } from '@windrow/core';
import { assert, unreachable, widthBytes } from '@windrow/core';
import {
  type BlockLayout,
  INPUT_CONSTANT_VALID,
  INPUT_INDICES,
  INPUT_VALIDITY,
  INPUT_VALUES,
} from './argument-block.ts';
import type { FunctionBuilder } from './function-builder.ts';
import {
  branchesOf,
  type FusedCall,
  type FusedConditional,
  type FusedInput,
  type FusedNode,
  nullableNodes,
} from './fused-plan.ts';
import { type Word, wordsOf } from './words.ts';

/** How the code reads an input. */
export interface InputAccess {
  readonly type: SqlType;
  readonly encoding: 'flat' | 'dictionary' | 'constant';
  /** Read at the selected row's number instead of its position; never for constants. */
  readonly selected: boolean;
  readonly nullable: boolean;
}

/** The two ways to count rows: `position` after the selection, `row` in the columns. */
export interface RowNumbers {
  readonly position: Local;
  readonly row: Local;
}

/** What a piece of straight-line code has computed; code in branches sees it, but not the reverse. */
interface Scope {
  readonly parent: Scope | undefined;
  readonly locals: Map<string, readonly Local[]>;
}

/** Computing a value of at most this cost is cheaper than jumping over it. */
const EAGER_COST = 16;

/**
 * Emits the code of one row: values of nodes into locals, each computed once, and with them, where a
 * value can be NULL, an i32 local that says whether it is valid. What a value's locals hold under a NULL
 * is unspecified, and never passed to code that can fail.
 */
export class RowCode {
  readonly b: FunctionBuilder;
  readonly #block: BlockLayout;
  readonly #inputs: readonly InputAccess[];
  readonly #rows: RowNumbers;
  readonly #nullable: readonly boolean[];
  /** Locals set before the loop. */
  readonly #hoisted: Map<string, Local>;
  #scope: Scope = { parent: undefined, locals: new Map() };

  constructor(
    b: FunctionBuilder,
    environment: {
      readonly block: BlockLayout;
      readonly nodes: readonly FusedNode[];
      readonly inputs: readonly InputAccess[];
      readonly rows: RowNumbers;
      /** Shared by all row codes of one function. */
      readonly hoisted: Map<string, Local>;
    },
  ) {
    this.b = b;
    this.#block = environment.block;
    this.#inputs = environment.inputs;
    this.#rows = environment.rows;
    this.#hoisted = environment.hoisted;
    this.#nullable = nullableNodes(
      environment.nodes,
      (input) => environment.inputs[input]?.nullable === true,
    );
  }

  isNullable(node: FusedNode): boolean {
    return this.#nullable[node.id] === true;
  }

  /** The node's value, in locals that are not to be changed. */
  value(node: FusedNode): readonly Local[] {
    const key = `v${node.id}`;
    const known = this.#lookup(key);
    if (known !== undefined) return known;
    switch (node.kind) {
      case 'input':
        return this.#remember(key, this.#loadInput(node));
      case 'literal':
        return this.#remember(key, this.#loadLiteral(node.literal, node.type));
      case 'call':
        return this.#call(node);
      case 'conditional':
        return this.#conditional(node);
      default:
        return unreachable(node);
    }
  }

  /** An i32 local, 1 = valid; undefined when the node is never NULL. */
  valid(node: FusedNode): Local | undefined {
    if (!this.isNullable(node)) return undefined;
    const key = `n${node.id}`;
    const known = this.#lookup(key)?.[0];
    if (known !== undefined) return known;
    if (node.kind === 'input') return this.#keepValid(node, this.#loadValidity(node));
    if (node.kind === 'literal') return this.#keepValid(node, this.#zero());
    if (node.kind === 'call' && isPlain(node)) {
      return this.#keepValid(node, this.#allValid(node.args));
    }
    this.value(node);
    const [valid] = this.#lookup(key) ?? [];
    assert(valid !== undefined, 'a value that may be NULL says whether it is');
    return valid;
  }

  emitValue(node: FusedNode): EmitValue {
    return { locals: this.value(node), type: node.type, valid: this.valid(node) };
  }

  /** Leaves 1 on the stack where the BOOLEAN node is true, 0 where it is false or NULL. */
  pushTruth(node: FusedNode): void {
    if (node.kind === 'conditional' && node.operator === 'and') {
      this.pushAllTrue(node.operands);
    } else if (node.kind === 'conditional' && node.operator === 'or') {
      this.#pushAnyTrue(node.operands);
    } else {
      this.b.get(this.#only(node));
      this.#andValid(node);
    }
  }

  /** Leaves 1 on the stack where all nodes are valid; false when none of them can be NULL. */
  pushAllValid(nodes: readonly FusedNode[]): boolean {
    const valid = this.#allValid(nodes);
    if (valid === undefined) return false;
    this.b.get(valid);
    return true;
  }

  /** Runs `write` for code that is not always executed: what it computes is forgotten afterwards. */
  branch(write: () => void): void {
    const outer = this.#scope;
    this.#scope = { parent: outer, locals: new Map() };
    write();
    this.#scope = outer;
  }

  /** A local that `write` leaves a value for, once, before the loops. */
  hoisted(key: string, type: WasmType, write: () => void): Local {
    let local = this.#hoisted.get(key);
    if (local === undefined) {
      local = this.b.invariant(type, write);
      this.#hoisted.set(key, local);
    }
    return local;
  }

  /** A word of the argument block, read once. */
  argument(offsetBytes: number): Local {
    return this.hoisted(`a${offsetBytes}`, 'i32', () => {
      this.b.get(this.b.parameters[0]!);
      this.b.load('i32.load', offsetBytes);
    });
  }

  /** Leaves `base + index × width`. */
  pushElementAddress(base: Local, index: Local, width: number): void {
    this.b.get(base);
    this.b.get(this.#scaled(index, Math.log2(width)));
    this.b.op('i32.add');
  }

  #lookup(key: string): readonly Local[] | undefined {
    for (let scope: Scope | undefined = this.#scope; scope; scope = scope.parent) {
      const locals = scope.locals.get(key);
      if (locals !== undefined) return locals;
    }
    return undefined;
  }

  #remember(key: string, locals: readonly Local[]): readonly Local[] {
    this.#scope.locals.set(key, locals);
    return locals;
  }

  #keepValid(node: FusedNode, valid: Local | undefined): Local | undefined {
    if (valid !== undefined) this.#remember(`n${node.id}`, [valid]);
    return valid;
  }

  /** The single local of a one-word value. */
  #only(node: FusedNode): Local {
    const [local] = this.value(node);
    assert(local !== undefined, 'a value has a word');
    return local;
  }

  /** A fresh local with what `write` leaves on the stack. */
  #bind(type: WasmType, write: () => void): Local {
    const local = this.b.local(type);
    write();
    this.b.set(local);
    return local;
  }

  #zero(): Local {
    return this.hoisted('zero', 'i32', () => this.b.i32(0));
  }

  /** `index << shift`, computed once for all inputs of that width. */
  #scaled(index: Local, shift: number): Local {
    if (shift === 0) return index;
    const key = `s${index.index}<<${shift}`;
    const known = this.#lookup(key)?.[0];
    if (known !== undefined) return known;
    const scaled = this.#bind('i32', () => {
      this.b.get(index);
      this.b.i32(shift);
      this.b.op('i32.shl');
    });
    this.#remember(key, [scaled]);
    return scaled;
  }

  #access(input: number): InputAccess {
    const access = this.#inputs[input];
    assert(access !== undefined, 'every input has an access');
    return access;
  }

  /** Where a flat or dictionary input is read for this row. */
  #index(access: InputAccess): Local {
    return access.selected ? this.#rows.row : this.#rows.position;
  }

  #loadWords(words: readonly Word[], pushAddress: () => void): Local[] {
    return words.map((word) =>
      this.#bind(word.type, () => {
        pushAddress();
        this.b.load(word.load, word.offsetBytes);
      }),
    );
  }

  #loadInput(node: FusedInput): readonly Local[] {
    const access = this.#access(node.input);
    const offset = this.#block.input(node.input);
    const base = this.argument(offset + INPUT_VALUES);
    const words = wordsOf(access.type);
    switch (access.encoding) {
      case 'constant':
        return words.map((word, i) =>
          this.hoisted(`c${node.input}.${i}`, word.type, () => {
            this.b.get(base);
            this.b.load(word.load, word.offsetBytes);
          }),
        );
      case 'flat':
        return this.#loadWords(words, () =>
          this.pushElementAddress(base, this.#index(access), widthBytes(access.type)),
        );
      case 'dictionary': {
        const indices = this.argument(offset + INPUT_INDICES);
        const entry = this.#bind('i32', () => {
          this.pushElementAddress(indices, this.#index(access), 4);
          this.b.load('i32.load');
        });
        const width = widthBytes(access.type);
        return this.#loadWords(words, () => this.pushElementAddress(base, entry, width));
      }
      default:
        return unreachable(access.encoding);
    }
  }

  #loadValidity(node: FusedInput): Local {
    const access = this.#access(node.input);
    const offset = this.#block.input(node.input);
    if (access.encoding === 'constant') return this.argument(offset + INPUT_CONSTANT_VALID);
    const bitmap = this.argument(offset + INPUT_VALIDITY);
    const index = this.#index(access);
    const { b } = this;
    return this.#bind('i32', () => {
      b.get(bitmap);
      b.get(index);
      b.i32(3);
      b.op('i32.shr_u');
      b.op('i32.add');
      b.load('i32.load8_u');
      b.get(index);
      b.i32(7);
      b.op('i32.and');
      b.op('i32.shr_u');
      b.i32(1);
      b.op('i32.and');
    });
  }

  #loadLiteral(literal: number, type: SqlType): readonly Local[] {
    const offset = this.#block.literal(literal);
    return wordsOf(type).map((word, i) =>
      this.hoisted(`l${literal}.${i}`, word.type, () => {
        this.b.get(this.b.parameters[0]!);
        this.b.load(word.load, offset + word.offsetBytes);
      }),
    );
  }

  /** Conjunction of the nodes' validities; undefined when none of them can be NULL. */
  #allValid(nodes: readonly FusedNode[]): Local | undefined {
    let all: Local | undefined;
    for (const node of nodes) {
      const valid = this.valid(node);
      if (valid !== undefined) all = all === undefined ? valid : this.#and(all, valid);
    }
    return all;
  }

  #and(a: Local, c: Local): Local {
    if (a.index === c.index) return a;
    const key = `&${Math.min(a.index, c.index)},${Math.max(a.index, c.index)}`;
    const known = this.#lookup(key)?.[0];
    if (known !== undefined) return known;
    const both = this.#bind('i32', () => {
      this.b.get(a);
      this.b.get(c);
      this.b.op('i32.and');
    });
    this.#remember(key, [both]);
    return both;
  }

  /** With a truth value on the stack: clears it where the node is NULL. */
  #andValid(node: FusedNode): void {
    const valid = this.valid(node);
    if (valid === undefined) return;
    this.b.get(valid);
    this.b.op('i32.and');
  }

  #call(node: FusedCall): readonly Local[] {
    const { b } = this;
    const args = node.args.map((arg) => ({
      locals: this.value(arg),
      type: arg.type,
      valid: node.handlesNulls ? this.valid(arg) : undefined,
    }));
    const results = wordsOf(node.type).map((word) => b.local(word.type));
    const resultValid = node.returnsNull ? b.local('i32') : undefined;
    const emit = (): void => {
      b.node = node.id;
      b.mayRaise = node.callRaises;
      node.emit(b, args, node.type);
      b.mayRaise = true;
      if (resultValid !== undefined) b.set(resultValid);
      for (const local of [...results].reverse()) b.set(local);
    };
    const argsValid = node.handlesNulls || isPlain(node) ? undefined : this.#allValid(node.args);
    if (argsValid === undefined) {
      emit();
      if (resultValid !== undefined) this.#keepValid(node, resultValid);
    } else {
      b.get(argsValid);
      b.if([], emit, resultValid && (() => this.#setConstant(resultValid, 0)));
      this.#keepValid(node, resultValid ?? argsValid);
    }
    return this.#remember(`v${node.id}`, results);
  }

  #setConstant(local: Local, value: number): void {
    this.b.i32(value);
    this.b.set(local);
  }

  #conditional(node: FusedConditional): readonly Local[] {
    switch (node.operator) {
      case 'and':
      case 'or':
        return this.#junction(node, node.operator);
      case 'case':
        return this.#case(node);
      case 'coalesce':
        return this.#coalesce(node);
      default:
        return unreachable(node.operator);
    }
  }

  /** Leaves 1 where all nodes are true; those that can fail are asked only while the others are true. */
  pushAllTrue(nodes: readonly FusedNode[]): void {
    const [first, ...others] = nodes;
    if (first === undefined) {
      this.b.i32(1);
      return;
    }
    this.pushTruth(first);
    this.#pushRest(others, {
      join: 'i32.and',
      rest: (from) => this.pushAllTrue(from),
      decided: 0,
    });
  }

  #pushAnyTrue(nodes: readonly FusedNode[]): void {
    const [first, ...others] = nodes;
    if (first === undefined) {
      this.b.i32(0);
      return;
    }
    this.pushTruth(first);
    this.#pushRest(others, {
      join: 'i32.or',
      rest: (from) => this.#pushAnyTrue(from),
      decided: 1,
    });
  }

  /** With the first truth on the stack: joins the cheap ones, then jumps over the others once decided. */
  #pushRest(
    nodes: readonly FusedNode[],
    how: {
      readonly join: 'i32.and' | 'i32.or';
      readonly rest: (nodes: readonly FusedNode[]) => void;
      readonly decided: 0 | 1;
    },
  ): void {
    const lazyFrom = nodes.findIndex((node) => !isEager(node));
    const eager = lazyFrom < 0 ? nodes : nodes.slice(0, lazyFrom);
    for (const node of eager) {
      this.pushTruth(node);
      this.b.op(how.join);
    }
    if (lazyFrom < 0) return;
    const lazy = (): void => this.branch(() => how.rest(nodes.slice(lazyFrom)));
    const decided = (): void => this.b.i32(how.decided);
    if (how.decided === 0) this.b.if(['i32'], lazy, decided);
    else this.b.if(['i32'], decided, lazy);
  }

  /**
   * AND and OR in three-valued logic. An operand that decides (false for AND, true for OR) makes the
   * result valid, whatever the others are; operands that can fail are left out once one has decided.
   */
  #junction(node: FusedConditional, operator: 'and' | 'or'): readonly Local[] {
    const { b } = this;
    if (!this.isNullable(node)) {
      const value = this.#bind('i32', () => this.pushTruth(node));
      return this.#remember(`v${node.id}`, [value]);
    }
    const decided = b.local('i32');
    const allValid = b.local('i32');
    this.#setConstant(decided, 0);
    this.#setConstant(allValid, 1);
    node.operands.forEach((operand, i) => {
      const take = (): void => {
        this.#pushDecides(operand, operator);
        b.get(decided);
        b.op('i32.or');
        b.set(decided);
        const valid = this.valid(operand);
        if (valid === undefined) return;
        b.get(valid);
        b.get(allValid);
        b.op('i32.and');
        b.set(allValid);
      };
      if (i === 0 || isEager(operand)) {
        take();
      } else {
        b.get(decided);
        b.op('i32.eqz');
        b.if([], () => this.branch(take));
      }
    });
    const valid = this.#bind('i32', () => {
      b.get(decided);
      b.get(allValid);
      b.op('i32.or');
    });
    this.#keepValid(node, valid);
    const value = this.#bind('i32', () => {
      b.get(decided);
      if (operator === 'and') b.op('i32.eqz');
    });
    return this.#remember(`v${node.id}`, [value]);
  }

  /** Leaves 1 where the operand alone settles the junction. */
  #pushDecides(operand: FusedNode, operator: 'and' | 'or'): void {
    if (operator === 'or') {
      this.pushTruth(operand);
      return;
    }
    this.b.get(this.#only(operand));
    this.b.op('i32.eqz');
    this.#andValid(operand);
  }

  #case(node: FusedConditional): readonly Local[] {
    const isSimple =
      wordsOf(node.type).length === 1 &&
      branchesOf(node.operands).every(isEager) &&
      node.operands.every((operand) => !operand.raises) &&
      node.cost <= 2 * EAGER_COST;
    return isSimple ? this.#caseBySelect(node) : this.#caseByBranches(node);
  }

  /** All branches are computed, the last condition first, so that the first true one wins. */
  #caseBySelect(node: FusedConditional): readonly Local[] {
    const { b, operands } = { b: this.b, operands: node.operands };
    const otherwise = operands.at(-1)!;
    let value = this.#only(otherwise);
    let valid = this.valid(otherwise);
    for (let i = operands.length - 3; i >= 0; i -= 2) {
      const condition = this.#bind('i32', () => this.pushTruth(operands[i]!));
      const then = operands[i + 1]!;
      const thenValue = this.#only(then);
      const thenValid = this.valid(then);
      if (thenValid !== undefined || valid !== undefined) {
        const before = valid;
        valid = this.#bind('i32', () => {
          this.#getOrOne(thenValid);
          this.#getOrOne(before);
          b.get(condition);
          b.op('select');
        });
      }
      const before = value;
      value = this.#bind(value.type, () => {
        b.get(thenValue);
        b.get(before);
        b.get(condition);
        b.op('select');
      });
    }
    this.#keepValid(node, valid);
    return this.#remember(`v${node.id}`, [value]);
  }

  #getOrOne(local: Local | undefined): void {
    if (local === undefined) this.b.i32(1);
    else this.b.get(local);
  }

  #caseByBranches(node: FusedConditional): readonly Local[] {
    const { b } = this;
    const target = this.#target(node);
    const from = (index: number): void => {
      const then = node.operands[index + 1];
      if (then === undefined) {
        this.#assign(target, node.operands[index]!);
        return;
      }
      this.pushTruth(node.operands[index]!);
      b.if(
        [],
        () => this.branch(() => this.#assign(target, then)),
        () => this.branch(() => from(index + 2)),
      );
    };
    from(0);
    this.#keepValid(node, target.valid);
    return this.#remember(`v${node.id}`, target.locals);
  }

  /** The first operand that is valid; the others after it are not computed. */
  #coalesce(node: FusedConditional): readonly Local[] {
    const { b } = this;
    const [first, ...others] = node.operands;
    assert(first !== undefined, 'COALESCE has an operand');
    const valid = b.local('i32');
    const target = { locals: wordsOf(node.type).map((word) => b.local(word.type)), valid };
    this.#assign(target, first);
    const rest = (from: number): void => {
      const next = others[from];
      if (next === undefined) return;
      b.get(valid);
      b.op('i32.eqz');
      b.if([], () =>
        this.branch(() => {
          this.#assign(target, next);
          rest(from + 1);
        }),
      );
    };
    if (this.isNullable(first)) rest(0);
    if (this.isNullable(node)) this.#keepValid(node, valid);
    return this.#remember(`v${node.id}`, target.locals);
  }

  /** Fresh locals that several branches assign to. */
  #target(node: FusedNode): { locals: readonly Local[]; valid: Local | undefined } {
    return {
      locals: wordsOf(node.type).map((word) => this.b.local(word.type)),
      valid: this.isNullable(node) ? this.b.local('i32') : undefined,
    };
  }

  #assign(
    target: { readonly locals: readonly Local[]; readonly valid: Local | undefined },
    node: FusedNode,
  ): void {
    const values = this.value(node);
    target.locals.forEach((local, i) => {
      this.b.get(values[i]!);
      this.b.set(local);
    });
    if (target.valid === undefined) return;
    this.#getOrOne(this.valid(node));
    this.b.set(target.valid);
  }
}

/** Evaluated for all rows, NULLs below not looked at. */
const isPlain = (node: FusedCall): boolean =>
  !(node.handlesNulls || node.returnsNull || node.callRaises);

const isEager = (node: FusedNode): boolean => !node.raises && node.cost <= EAGER_COST;
