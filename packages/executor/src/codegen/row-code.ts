import type { EmitValue, Local } from '@windrow/core';
import { assert, unreachable } from '@windrow/core';
import type { BlockLayout } from './argument-block.ts';
import { conditionalCode } from './conditional-code.ts';
import type { FunctionBuilder } from './function-builder.ts';
import { type FusedCall, type FusedNode, isEager, nullableNodes } from './fused-plan.ts';
import { type InputAccess, InputCode, type RowNumbers } from './input-code.ts';
import { RowScope } from './row-scope.ts';
import { wordsOf } from './words.ts';

/** A value in locals that are not to be changed; `valid` is an i32, undefined when it is never NULL. */
export interface Computed {
  readonly locals: readonly Local[];
  readonly valid: Local | undefined;
}

/**
 * Emits the code of one row: values of nodes into locals, each computed once, and with them, where a
 * value can be NULL, an i32 local that says whether it is valid. What a value's locals hold under a NULL
 * is unspecified, and never passed to code that can fail.
 */
export class RowCode {
  readonly b: FunctionBuilder;
  readonly scope: RowScope;
  readonly #inputs: InputCode;
  readonly #nullable: readonly boolean[];

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
    this.scope = new RowScope(b, environment.hoisted);
    this.#inputs = new InputCode(this.scope, environment);
    this.#nullable = nullableNodes(environment.nodes, (input) => this.#inputs.isNullable(input));
  }

  isNullable(node: FusedNode): boolean {
    return this.#nullable[node.id] === true;
  }

  /** The words of the node's value. */
  value(node: FusedNode): readonly Local[] {
    const known = this.scope.known(valueKey(node));
    if (known !== undefined) return known;
    switch (node.kind) {
      case 'input':
        return this.scope.remember(valueKey(node), this.#inputs.value(node.input));
      case 'literal':
        return this.#inputs.literal(node.literal, node.type);
      case 'call':
        return this.#keep(node, this.#call(node));
      case 'conditional':
        return this.#keep(node, conditionalCode(this, node));
      default:
        return unreachable(node);
    }
  }

  /** 1 where the node is valid; undefined when it is never NULL. */
  valid(node: FusedNode): Local | undefined {
    if (!this.isNullable(node)) return undefined;
    const [known] = this.scope.known(validKey(node)) ?? [];
    if (known !== undefined) return known;
    if (node.kind === 'literal') return this.scope.hoisted('zero', 'i32', () => this.b.i32(0));
    if (node.kind === 'input') return this.#keepValid(node, this.#inputs.valid(node.input));
    if (node.kind === 'call' && isPlain(node)) {
      return this.#keepValid(node, this.allValid(node.args));
    }
    this.value(node);
    const [valid] = this.scope.known(validKey(node)) ?? [];
    assert(valid !== undefined, 'a value that may be NULL says whether it is');
    return valid;
  }

  /** The single word of a value. */
  word(node: FusedNode): Local {
    const [local] = this.value(node);
    assert(local !== undefined, 'a value has a word');
    return local;
  }

  emitValue(node: FusedNode): EmitValue {
    return { locals: this.value(node), type: node.type, valid: this.valid(node) };
  }

  /** 1 where all nodes are valid; undefined when none of them can be NULL. */
  allValid(nodes: readonly FusedNode[]): Local | undefined {
    let all: Local | undefined;
    for (const node of nodes) {
      const valid = this.valid(node);
      if (valid !== undefined) all = all === undefined ? valid : this.scope.both(all, valid);
    }
    return all;
  }

  /** Leaves 1 on the stack where the BOOLEAN node is true, 0 where it is false or NULL. */
  pushTruth(node: FusedNode): void {
    if (node.kind === 'conditional' && node.operator === 'and') {
      this.pushAllTrue(node.operands);
    } else if (node.kind === 'conditional' && node.operator === 'or') {
      this.#pushAnyTrue(node.operands);
    } else {
      this.b.get(this.word(node));
      this.andValid(node);
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
    const lazy = this.#joinEager(others, 'i32.and');
    if (lazy.length === 0) return;
    const rest = (): void => this.scope.branch(() => this.pushAllTrue(lazy));
    this.b.if(['i32'], rest, () => this.b.i32(0));
  }

  /** With a truth value on the stack: clears it where the node is NULL. */
  andValid(node: FusedNode): void {
    const valid = this.valid(node);
    if (valid === undefined) return;
    this.b.get(valid);
    this.b.op('i32.and');
  }

  #pushAnyTrue(nodes: readonly FusedNode[]): void {
    const [first, ...others] = nodes;
    if (first === undefined) {
      this.b.i32(0);
      return;
    }
    this.pushTruth(first);
    const lazy = this.#joinEager(others, 'i32.or');
    if (lazy.length === 0) return;
    const rest = (): void => this.scope.branch(() => this.#pushAnyTrue(lazy));
    this.b.if(['i32'], () => this.b.i32(1), rest);
  }

  /** With a truth value on the stack: joins those before the first that is better jumped over; returns the rest. */
  #joinEager(nodes: readonly FusedNode[], operation: 'i32.and' | 'i32.or'): readonly FusedNode[] {
    const lazyFrom = nodes.findIndex((node) => !isEager(node));
    const eager = lazyFrom < 0 ? nodes : nodes.slice(0, lazyFrom);
    for (const node of eager) {
      this.pushTruth(node);
      this.b.op(operation);
    }
    return nodes.slice(eager.length);
  }

  #keep(node: FusedNode, { locals, valid }: Computed): readonly Local[] {
    this.#keepValid(node, valid);
    return this.scope.remember(valueKey(node), locals);
  }

  #keepValid(node: FusedNode, valid: Local | undefined): Local | undefined {
    if (valid !== undefined) this.scope.remember(validKey(node), [valid]);
    return valid;
  }

  #call(node: FusedCall): Computed {
    const { b } = this;
    const args = node.args.map((arg) => ({
      locals: this.value(arg),
      type: arg.type,
      valid: node.handlesNulls ? this.valid(arg) : undefined,
    }));
    const locals = wordsOf(node.type).map((word) => b.local(word.type));
    const resultValid = node.returnsNull ? b.local('i32') : undefined;
    const emit = (): void => {
      b.node = node.id;
      b.mayRaise = node.callRaises;
      node.emit(b, args, node.type);
      b.mayRaise = true;
      if (resultValid !== undefined) b.set(resultValid);
      for (const local of [...locals].reverse()) b.set(local);
    };
    if (isPlain(node)) {
      // Its validity, that of the arguments, is worked out only when somebody asks.
      emit();
      return { locals, valid: undefined };
    }
    const argsValid = node.handlesNulls ? undefined : this.allValid(node.args);
    if (argsValid === undefined) {
      emit();
      return { locals, valid: resultValid };
    }
    b.get(argsValid);
    const setInvalid = (valid: Local) => (): void => {
      b.i32(0);
      b.set(valid);
    };
    b.if([], emit, resultValid && setInvalid(resultValid));
    return { locals, valid: resultValid ?? argsValid };
  }
}

const valueKey = (node: FusedNode): string => `value ${node.id}`;
const validKey = (node: FusedNode): string => `valid ${node.id}`;

/** Evaluated for all rows, NULLs below not looked at. */
const isPlain = (node: FusedCall): boolean =>
  !(node.handlesNulls || node.returnsNull || node.callRaises);
