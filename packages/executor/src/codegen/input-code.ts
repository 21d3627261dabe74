import { assert, type Local, type SqlType, unreachable, widthBytes } from '@windrow/core';
import {
  type BlockLayout,
  INPUT_CONSTANT_VALID,
  INPUT_INDICES,
  INPUT_VALIDITY,
  INPUT_VALUES,
} from './argument-block.ts';
import type { RowScope } from './row-scope.ts';
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

/** Emits the reading of inputs and literals, whose addresses stand in the argument block. */
export class InputCode {
  readonly #scope: RowScope;
  readonly #block: BlockLayout;
  readonly #inputs: readonly InputAccess[];
  readonly #rows: RowNumbers;

  constructor(
    scope: RowScope,
    environment: {
      readonly block: BlockLayout;
      readonly inputs: readonly InputAccess[];
      readonly rows: RowNumbers;
    },
  ) {
    this.#scope = scope;
    this.#block = environment.block;
    this.#inputs = environment.inputs;
    this.#rows = environment.rows;
  }

  isNullable(input: number): boolean {
    return this.#inputs[input]?.nullable === true;
  }

  /** The words of the input's value in this row. */
  value(input: number): readonly Local[] {
    const access = this.#access(input);
    const scope = this.#scope;
    const offset = this.#block.input(input);
    const base = scope.argument(offset + INPUT_VALUES);
    const words = wordsOf(access.type);
    const width = widthBytes(access.type);
    switch (access.encoding) {
      case 'constant':
        return words.map((word, i) =>
          scope.hoisted(`constant ${input}.${i}`, word.type, () => {
            scope.b.get(base);
            scope.b.load(word.load, word.offsetBytes);
          }),
        );
      case 'flat':
        return this.#load(words, () => scope.pushElementAddress(base, this.#index(access), width));
      case 'dictionary': {
        const indices = scope.argument(offset + INPUT_INDICES);
        const entry = scope.bind('i32', () => {
          scope.pushElementAddress(indices, this.#index(access), 4);
          scope.b.load('i32.load');
        });
        return this.#load(words, () => scope.pushElementAddress(base, entry, width));
      }
      default:
        return unreachable(access.encoding);
    }
  }

  /** 1 where the input, which may be NULL, is valid. */
  valid(input: number): Local {
    const access = this.#access(input);
    const { b } = this.#scope;
    const offset = this.#block.input(input);
    if (access.encoding === 'constant') return this.#scope.argument(offset + INPUT_CONSTANT_VALID);
    const bitmap = this.#scope.argument(offset + INPUT_VALIDITY);
    const index = this.#index(access);
    return this.#scope.bind('i32', () => {
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

  literal(literal: number, type: SqlType): readonly Local[] {
    const { b } = this.#scope;
    const offset = this.#block.literal(literal);
    return wordsOf(type).map((word, i) =>
      this.#scope.hoisted(`literal ${literal}.${i}`, word.type, () => {
        b.get(b.parameters[0]!);
        b.load(word.load, offset + word.offsetBytes);
      }),
    );
  }

  #access(input: number): InputAccess {
    const access = this.#inputs[input];
    assert(access !== undefined, 'every input has an access');
    return access;
  }

  #index(access: InputAccess): Local {
    return access.selected ? this.#rows.row : this.#rows.position;
  }

  #load(words: readonly Word[], pushAddress: () => void): Local[] {
    return words.map((word) =>
      this.#scope.bind(word.type, () => {
        pushAddress();
        this.#scope.b.load(word.load, word.offsetBytes);
      }),
    );
  }
}
