import {
  type AggregateFunction,
  type FunctionDefinition,
  type FunctionRegistry,
  type ScalarFunction,
  SqlError,
  type TableFunction,
  type WindowFunction,
} from '@windrow/core';
import { castImplementation } from './cast/index.ts';
import { library } from './library.ts';

/** A registry that user functions can join and leave. */
export interface MutableFunctionRegistry extends FunctionRegistry {
  /**
   * Adds a definition. A user's function hides the library's of the same kind and name until it is
   * dropped.
   * @throws SqlError `bind` 42723 when a user's function of that kind has the name already.
   */
  register(definition: FunctionDefinition): void;
  /** Takes a user's function of that name away, whatever its kind; false when there is none. */
  drop(name: string): boolean;
}

export interface RegistryOptions {
  /** What the registry begins with; the whole library by default. */
  readonly definitions?: readonly FunctionDefinition[];
}

type Kind = FunctionDefinition['kind'];

/** Definitions by lower-case name, aliases included. */
class NameTable {
  readonly #byName = new Map<string, FunctionDefinition>();

  get(kind: Kind, name: string): FunctionDefinition | undefined {
    return this.#byName.get(`${kind} ${name.toLowerCase()}`);
  }

  /** Returns the first name that is taken, and then adds nothing. */
  add(definition: FunctionDefinition): string | undefined {
    const names = [definition.name, ...definition.aliases];
    const taken = names.find((name) => this.get(definition.kind, name) !== undefined);
    if (taken !== undefined) return taken;
    for (const name of names) {
      this.#byName.set(`${definition.kind} ${name.toLowerCase()}`, definition);
    }
    return undefined;
  }

  remove(definition: FunctionDefinition): void {
    for (const name of [definition.name, ...definition.aliases])
      this.#byName.delete(`${definition.kind} ${name.toLowerCase()}`);
  }

  definitions(): Set<FunctionDefinition> {
    return new Set(this.#byName.values());
  }
}

/** Puts the library's functions, or the given ones, behind their names. */
export function createRegistry(options: RegistryOptions = {}): MutableFunctionRegistry {
  const builtIn = new NameTable();
  const user = new NameTable();
  for (const definition of options.definitions ?? library) {
    const taken = builtIn.add(definition);
    if (taken !== undefined)
      throw new SqlError('internal', `two ${definition.kind} functions are named ${taken}`);
  }
  const lookup = (kind: Kind, name: string): FunctionDefinition | undefined =>
    user.get(kind, name) ?? builtIn.get(kind, name);

  return {
    scalar: (name) => lookup('scalar', name) as ScalarFunction | undefined,
    aggregate: (name) => lookup('aggregate', name) as AggregateFunction | undefined,
    window: (name) => lookup('window', name) as WindowFunction | undefined,
    table: (name) => lookup('table', name) as TableFunction | undefined,
    cast: (from, to, castOptions) => castImplementation(from, to, castOptions),
    *all() {
      yield* user.definitions();
      yield* builtIn.definitions();
    },
    register(definition) {
      const taken = user.add(definition);
      if (taken !== undefined) {
        throw new SqlError('bind', `a user function named "${taken}" exists already`, {
          sqlState: '42723',
          hint: 'Drop it first, or choose another name.',
        });
      }
    },
    drop(name) {
      const kinds: readonly Kind[] = ['scalar', 'aggregate', 'window', 'table'];
      const found = kinds.flatMap((kind) => user.get(kind, name) ?? []);
      for (const definition of found) user.remove(definition);
      return found.length > 0;
    },
  };
}
