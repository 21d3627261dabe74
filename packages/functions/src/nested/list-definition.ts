import {
  commonType,
  INTEGER,
  type LiteralValue,
  type ScalarFunction,
  type ScalarOverload,
  type SqlType,
} from '@windrow/core';
import { example, scalar } from '../define.ts';
import { withoutLiteralTypes } from '../resolve.ts';
import type { Argument } from '../vector/rows.ts';

type ListType = SqlType & { readonly kind: 'list' | 'array' };

export const isList = (type: SqlType | undefined): type is ListType =>
  type?.kind === 'list' || type?.kind === 'array';

/** Element type of a list argument. */
export const elementTypeOf = (arg: Argument | undefined): SqlType =>
  isList(arg?.type) ? arg.type.element : INTEGER;

/**
 * The type that the elements of a list and a value beside it share; a text literal is of the elements'
 * type, unless the list is empty. Undefined: there is no list, or no such type.
 */
export function sharedElement(
  args: readonly SqlType[],
  constants: readonly (LiteralValue | undefined)[],
  places: { readonly list: number; readonly value: number },
): SqlType | undefined {
  const source = args[places.list];
  const value = withoutLiteralTypes(args, constants)[places.value];
  const own = source?.kind === 'null' ? source : isList(source) ? source.element : undefined;
  if (args.length !== 2 || own === undefined || value === undefined) return undefined;
  const element = commonType(own, value);
  return element?.kind === 'null' ? args[places.value] : element;
}

interface ListFunctionOptions {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly examples: readonly (readonly [sql: string, result: string])[];
  readonly overloads: readonly ScalarOverload[];
  readonly nulls?: 'handles';
}

/** A definition in the category of lists. */
export const listFunction = (options: ListFunctionOptions): ScalarFunction =>
  scalar({
    name: options.name,
    aliases: options.aliases ?? [],
    category: 'lists',
    doc: {
      summary: options.summary,
      examples: options.examples.map(([sql, result]) => example(sql, result)),
      source: 'DuckDB',
    },
    nulls: options.nulls ?? 'propagate',
    overloads: options.overloads,
  });
