import type { LiteralValue, MapValue, SqlType, TableFunctionArguments } from '@windrow/core';
import { SqlError } from '@windrow/core';
import { type TimeFormat, timeFormat } from '../text/time-format.ts';
import { typeOfName } from './type-name.ts';

/** The arguments of a call of a table function, read by what they are to be; absent or NULL: undefined. */
export class CallArguments {
  readonly #name: string;
  readonly #args: TableFunctionArguments;

  constructor(name: string, args: TableFunctionArguments) {
    this.#name = name;
    this.#args = args;
  }

  /** The first argument: a path, or a list of them. */
  paths(): readonly string[] {
    const [first, ...others] = this.#args.positional;
    if (others.length > 0) throw this.#invalid('takes one path, or a list of paths');
    if (typeof first === 'string') return [first];
    const isPath = (item: LiteralValue): item is string => typeof item === 'string';
    if (Array.isArray(first) && first.length > 0 && first.every(isPath)) return first;
    throw this.#invalid("needs a path, as in 'data/*.parquet', or a list of paths");
  }

  /** The first argument: one path or pattern. */
  path(): string {
    const [path, ...others] = this.paths();
    if (path === undefined || others.length > 0) throw this.#invalid('takes one path');
    return path;
  }

  text(name: string): string | undefined {
    const value = this.#named(name);
    if (value === undefined || typeof value === 'string') return value;
    throw this.#wrong(name, 'text');
  }

  /** A text of at most one character; `none` as well as the empty text mean that there is none. */
  character(name: string): string | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const character = text === '\\t' ? '\t' : text;
    if (character.length > 1 || character.charCodeAt(0) > 127) {
      throw this.#wrong(name, 'one ASCII character');
    }
    return character;
  }

  boolean(name: string): boolean | undefined {
    const value = this.#named(name);
    if (value === undefined || typeof value === 'boolean') return value;
    if (value === 0 || value === 1) return value === 1;
    throw this.#wrong(name, 'true or false');
  }

  integer(name: string): number | undefined {
    const value = this.#named(name);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && Number.isInteger(value)) return value;
    if (typeof value === 'bigint' && BigInt.asIntN(53, value) === value) return Number(value);
    throw this.#wrong(name, 'an integer');
  }

  oneOf<T extends string>(name: string, values: readonly T[]): T | undefined {
    const text = this.text(name)?.toLowerCase();
    if (text === undefined) return undefined;
    const found = values.find((value) => value === text);
    if (found === undefined) throw this.#wrong(name, `one of ${values.join(', ')}`);
    return found;
  }

  /** A text, or a list of texts. */
  texts(name: string): readonly string[] | undefined {
    const value = this.#named(name);
    if (value === undefined) return undefined;
    if (typeof value === 'string') return [value];
    const isText = (item: LiteralValue): item is string => typeof item === 'string';
    if (Array.isArray(value) && value.every(isText)) return value;
    throw this.#wrong(name, 'text or a list of texts');
  }

  format(name: string): TimeFormat | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : timeFormat(text);
  }

  /** A struct of names and types: `{'a': 'INTEGER', 'b': 'VARCHAR'}`. */
  columns(name: string): { readonly name: string; readonly type: SqlType }[] | undefined {
    const value = this.#named(name);
    if (value === undefined) return undefined;
    if (!isMap(value)) throw this.#wrong(name, "a struct such as {'a': 'INTEGER'}");
    return value.map.map(([key, type]) => {
      if (typeof type !== 'string') throw this.#wrong(name, 'a struct of type names');
      return { name: String(key), type: typeOfName(type) };
    });
  }

  /** Types by lower-case column name, or a list of types by position. */
  types(name: string): ReadonlyMap<string, SqlType> | readonly SqlType[] | undefined {
    const value = this.#named(name);
    if (Array.isArray(value)) return this.texts(name)?.map(typeOfName);
    const columns = this.columns(name);
    return columns && new Map(columns.map((column) => [column.name.toLowerCase(), column.type]));
  }

  #named(name: string): LiteralValue | undefined {
    return this.#args.named.get(name) ?? undefined;
  }

  #wrong(parameter: string, expected: string): SqlError {
    return this.#invalid(`takes ${expected} as ${parameter}`);
  }

  #invalid(problem: string): SqlError {
    return new SqlError('bind', `${this.#name} ${problem}`, { sqlState: '22023' });
  }
}

function isMap(value: LiteralValue): value is MapValue {
  return typeof value === 'object' && value !== null && 'map' in value;
}
