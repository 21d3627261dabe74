import type { FunctionDoc, TableFunction, TableProvider } from '@windrow/core';
import type { PathOptions } from '../files/file-columns.ts';
import { CallArguments } from './arguments.ts';

/** A table function over {@link CallArguments}. */
export function defineTableFunction(definition: {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly doc: FunctionDoc;
  readonly parameters: readonly string[];
  open(args: CallArguments): Promise<TableProvider> | TableProvider;
}): TableFunction {
  const { name, aliases = [], doc, parameters, open } = definition;
  return {
    kind: 'table',
    name,
    aliases,
    doc,
    namedParameters: parameters,
    bind: async (args) => open(new CallArguments(name, args)),
  };
}

/** Parameters of all readers of files. */
export const PATH_PARAMETERS: readonly string[] = [
  'hive_partitioning',
  'hive_types',
  'filename',
  'union_by_name',
];

/** The values of {@link PATH_PARAMETERS}. */
export function pathOptions(
  args: CallArguments,
): PathOptions & { readonly unionByName: boolean | undefined } {
  const types = args.columns('hive_types');
  return {
    hivePartitioning: args.boolean('hive_partitioning'),
    hiveTypes: types && new Map(types.map(({ name, type }) => [name.toLowerCase(), type])),
    filename: args.boolean('filename'),
    unionByName: args.boolean('union_by_name'),
  };
}
