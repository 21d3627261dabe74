import { INTEGER, type ScalarFunction, type ScalarOverload, type SqlType } from '@windrow/core';
import { example, scalar } from '../define.ts';
import type { Argument } from '../vector/rows.ts';

type ListType = SqlType & { readonly kind: 'list' | 'array' };

export const isList = (type: SqlType | undefined): type is ListType =>
  type?.kind === 'list' || type?.kind === 'array';

/** Element type of a list argument. */
export const elementTypeOf = (arg: Argument | undefined): SqlType =>
  isList(arg?.type) ? arg.type.element : INTEGER;

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
