import {
  type CatalogEntry,
  didYouMean,
  type Expr,
  type LiteralValue,
  SqlError,
  type SqlType,
  type TableFunctionArguments,
  type TableProvider,
  toSqlError,
} from '@windrow/core';
import type {
  Argument,
  CallExpression,
  Identifier,
  Query,
  TableFunction,
  TableName,
  TablePath,
} from '@windrow/parser';
import { nameOfCall } from './arguments.ts';
import type { Binder } from './binder.ts';
import { bindError } from './errors.ts';
import { constantValue } from './overload.ts';
import { constantScope } from './scope.ts';
import { visitSyntax } from './syntax.ts';

/** A view of the catalog. */
export type ViewEntry = Extract<CatalogEntry, { readonly kind: 'view' }>;

/** What was found, or the error that reading it gives, which is thrown where it is needed. */
type Found<T> = { readonly value: T } | { readonly error: SqlError };

/**
 * Everything outside the statement that binding needs and that takes time to find: files behind paths,
 * tables behind table functions, texts of views. It is gathered first, so that binding itself waits for
 * nothing.
 */
export interface ResolvedSources {
  readonly tables: Map<TablePath | TableFunction, Found<TableProvider>>;
  readonly views: Map<ViewEntry, Found<Query>>;
}

export const noSources = (): ResolvedSources => ({ tables: new Map(), views: new Map() });

/** What a look-up found. @throws SqlError that it met. */
export function unwrap<T>(found: Found<T>): T {
  if ('error' in found) throw found.error;
  return found.value;
}

type TableNode = TablePath | TableFunction | TableName;

/** All tables that a syntax tree mentions, those in subqueries too. */
function tablesIn(tree: unknown): readonly TableNode[] {
  const tables: TableNode[] = [];
  visitSyntax(tree, (node) => {
    const { kind } = node;
    if (kind === 'tablePath' || kind === 'tableFunction' || kind === 'tableName') tables.push(node);
    return true;
  });
  return tables;
}

/** Fills `binder.sources` with everything that a syntax tree and its views refer to. */
export async function resolveSources(binder: Binder, tree: unknown): Promise<void> {
  const { sources } = binder;
  const paths = new Map<string, Promise<Found<TableProvider>>>();
  const waiting: Promise<void>[] = [];
  const pending: unknown[] = [tree];
  while (pending.length > 0) {
    for (const table of tablesIn(pending.pop())) {
      if (table.kind === 'tableName') {
        const query = viewQuery(binder, table);
        if (query !== undefined) pending.push(query);
      } else if (table.kind === 'tablePath') {
        const opened = paths.get(table.path) ?? openPath(binder, table);
        paths.set(table.path, opened);
        waiting.push(opened.then((found) => void sources.tables.set(table, found)));
      } else {
        waiting.push(openFunction(binder, table));
      }
    }
  }
  await Promise.all(waiting);
}

/** The query of a view that is met for the first time. */
function viewQuery(binder: Binder, table: TableName): Query | undefined {
  const { sources, context } = binder;
  const entry = context.catalog.lookup(table.name.parts.map((part) => part.name));
  if (entry?.kind !== 'view' || sources.views.has(entry)) return undefined;
  try {
    const query = context.parseQuery(entry.sql);
    sources.views.set(entry, { value: query });
    return query;
  } catch (thrown) {
    sources.views.set(entry, { error: toSqlError(thrown) });
    return undefined;
  }
}

async function openPath(binder: Binder, table: TablePath): Promise<Found<TableProvider>> {
  try {
    return { value: await binder.context.openPath(table.path) };
  } catch (thrown) {
    return { error: located(thrown, table.span) };
  }
}

const located = (thrown: unknown, span: Identifier['span']): SqlError => {
  const error = toSqlError(thrown);
  return error.span === undefined
    ? new SqlError(error.code, error.message, { ...error.toData(), span, cause: error.cause })
    : error;
};

/** Functions whose arguments are constants become providers; the others depend on rows beside them. */
async function openFunction(binder: Binder, table: TableFunction): Promise<void> {
  const definition = binder.context.functions.table(nameOfCall(table.call));
  if (definition === undefined) return;
  let args: TableFunctionArguments;
  try {
    args = foldArguments(binder, table.call, definition.namedParameters);
  } catch (thrown) {
    // Columns of other tables cannot be found yet: the call is bound again beside them.
    const error = toSqlError(thrown);
    if (error.sqlState !== '42703' && error.sqlState !== '42P01')
      binder.sources.tables.set(table, { error });
    return;
  }
  try {
    binder.sources.tables.set(table, { value: await definition.bind(args) });
  } catch (thrown) {
    binder.sources.tables.set(table, { error: located(thrown, table.call.span) });
  }
}

function foldArguments(
  binder: Binder,
  call: CallExpression,
  namedParameters: readonly string[],
): TableFunctionArguments {
  const positional: LiteralValue[] = [];
  const positionalTypes: SqlType[] = [];
  const named = new Map<string, LiteralValue>();
  for (const { name, value } of call.arguments.map(asNamed)) {
    const expr = binder.expression(value, constantScope(`the arguments of ${nameOfCall(call)}`));
    const folded = foldArgument(binder, expr);
    if (folded === undefined) {
      throw bindError(
        '22023',
        `an argument of ${nameOfCall(call)} must be a constant`,
        value.span,
        'Write the value itself, or use a parameter.',
      );
    }
    if (name === null) {
      positional.push(folded);
      positionalTypes.push(expr.type);
      continue;
    }
    const known = namedParameters.find((p) => p.toLowerCase() === name.name.toLowerCase());
    if (known === undefined) {
      throw bindError(
        '42883',
        `${nameOfCall(call)} has no parameter "${name.name}"`,
        name.span,
        didYouMean(name.name, namedParameters) ??
          (namedParameters.length === 0
            ? 'It has no named parameters.'
            : `It has ${namedParameters.join(', ')}.`),
      );
    }
    named.set(known, folded);
  }
  return { positional, positionalTypes, named };
}

/** `name = value` in place of `name := value`: among constants a comparison would say nothing. */
function asNamed({ name, value }: Argument): Pick<Argument, 'name' | 'value'> {
  const isNamed =
    name === null &&
    value.kind === 'binary' &&
    value.operator === '=' &&
    value.left.kind === 'columnReference' &&
    value.left.path.length === 1;
  return isNamed ? { name: value.left.path[0], value: value.right } : { name, value };
}

/** The value of a constant; a struct comes as a map from its field names. */
function foldArgument(binder: Binder, expr: Expr): LiteralValue | undefined {
  if (expr.kind === 'call' && expr.function === 'list_value') {
    const items = expr.args.map((arg) => foldArgument(binder, arg));
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  if (expr.kind === 'call' && expr.function === 'struct_pack') {
    const map: [LiteralValue, LiteralValue][] = [];
    for (let i = 0; i + 1 < expr.args.length; i += 2) {
      const [name, arg] = [expr.args[i], expr.args[i + 1]];
      const value = arg === undefined ? undefined : foldArgument(binder, arg);
      if (name?.kind !== 'literal' || value === undefined) return undefined;
      map.push([name.value, value]);
    }
    return { map };
  }
  return constantValue(binder.context, expr);
}
