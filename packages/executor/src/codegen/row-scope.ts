import type { Local, WasmType } from '@windrow/core';
import type { FunctionBuilder } from './function-builder.ts';

/** What a piece of straight-line code has computed; code in branches sees it, but not the reverse. */
interface Scope {
  readonly parent: Scope | undefined;
  readonly locals: Map<string, readonly Local[]>;
}

/** Remembers in which locals the code of one row has put what, so that nothing is computed twice. */
export class RowScope {
  readonly b: FunctionBuilder;
  /** Locals set before the loop; shared by all scopes of one function. */
  readonly #hoisted: Map<string, Local>;
  #scope: Scope = { parent: undefined, locals: new Map() };

  constructor(b: FunctionBuilder, hoisted: Map<string, Local>) {
    this.b = b;
    this.#hoisted = hoisted;
  }

  /** Runs `write` for code that is not always executed: what it computes is forgotten afterwards. */
  branch(write: () => void): void {
    const outer = this.#scope;
    this.#scope = { parent: outer, locals: new Map() };
    write();
    this.#scope = outer;
  }

  known(key: string): readonly Local[] | undefined {
    for (let scope: Scope | undefined = this.#scope; scope; scope = scope.parent) {
      const locals = scope.locals.get(key);
      if (locals !== undefined) return locals;
    }
    return undefined;
  }

  remember(key: string, locals: readonly Local[]): readonly Local[] {
    this.#scope.locals.set(key, locals);
    return locals;
  }

  /** A fresh local with what `write` leaves on the stack. */
  bind(type: WasmType, write: () => void): Local {
    const local = this.b.local(type);
    write();
    this.b.set(local);
    return local;
  }

  /** A local that `write` leaves a value for, computed once in this row. */
  once(key: string, type: WasmType, write: () => void): Local {
    const [known] = this.known(key) ?? [];
    if (known !== undefined) return known;
    const local = this.bind(type, write);
    this.remember(key, [local]);
    return local;
  }

  /** A local that `write` leaves a value for, computed once, before the loops. */
  hoisted(key: string, type: WasmType, write: () => void): Local {
    let local = this.#hoisted.get(key);
    if (local === undefined) {
      local = this.b.invariant(type, write);
      this.#hoisted.set(key, local);
    }
    return local;
  }

  /** A word of the argument block. */
  argument(offsetBytes: number): Local {
    return this.hoisted(`argument ${offsetBytes}`, 'i32', () => {
      this.b.get(this.b.parameters[0]!);
      this.b.load('i32.load', offsetBytes);
    });
  }

  /** Conjunction of two truth values. */
  both(x: Local, y: Local): Local {
    if (x.index === y.index) return x;
    const key = `${Math.min(x.index, y.index)} and ${Math.max(x.index, y.index)}`;
    return this.once(key, 'i32', () => {
      this.b.get(x);
      this.b.get(y);
      this.b.op('i32.and');
    });
  }

  /** Leaves `base + index × width`; the product is shared by all arrays of that width. */
  pushElementAddress(base: Local, index: Local, width: number): void {
    const shift = Math.log2(width);
    const scaled =
      shift === 0
        ? index
        : this.once(`${index.index} << ${shift}`, 'i32', () => {
            this.b.get(index);
            this.b.i32(shift);
            this.b.op('i32.shl');
          });
    this.b.get(base);
    this.b.get(scaled);
    this.b.op('i32.add');
  }
}
