import { BIGINT, type Expr, isNested, type TableProvider, typeName } from '@windrow/core';
import type { Identifier, TableFunction } from '@windrow/parser';
import type { LogicalPlan, NamedExpr, OutputColumn } from '../logical.ts';
import { bindArguments, nameOfCall } from './arguments.ts';
import { attach } from './attach.ts';
import { type Binder, newColumn } from './binder.ts';
import { bindError, typeError, unsupported } from './errors.ts';
import { chooseOverload, unknownFunction } from './overload.ts';
import { constantScope, EMPTY_NAMES, type QueryScope, type Relation } from './scope.ts';
import { unwrap } from './sources.ts';

/** Functions that turn lists into rows; the others have providers or give a list themselves. */
const LIST_FUNCTIONS: Readonly<Record<string, { readonly outer: boolean }>> = {
  unnest: { outer: false },
  explode: { outer: false },
  explode_outer: { outer: true },
};

type ScanOf = (
  binder: Binder,
  table: string,
  provider: TableProvider,
  node: { readonly span: Identifier['span'] },
) => Relation;

/**
 * A function in FROM. With constant arguments it has become a provider; `unnest`, and list functions
 * over columns of the tables to the left, repeat rows by lists.
 */
export function bindTableFunction(
  binder: Binder,
  node: TableFunction,
  scope: QueryScope,
  scanOf: ScanOf,
): Relation {
  const name = nameOfCall(node.call);
  const listFunction = LIST_FUNCTIONS[name.toLowerCase()];
  if (listFunction !== undefined) return bindUnnest(binder, node, scope, listFunction.outer);
  const found = binder.sources.tables.get(node);
  if (found !== undefined) {
    if (node.ordinality) {
      throw unsupported(
        `WITH ORDINALITY of ${name}`,
        node.span,
        'Number the rows with row_number() OVER ().',
      );
    }
    return scanOf(binder, name, unwrap(found), node);
  }
  const definition = binder.context.functions.scalar(name);
  if (definition === undefined) {
    if (binder.context.functions.table(name) === undefined)
      throw unknownFunction(binder.context, name, node.call.name.span);
    // Binding the arguments names the column that is not there, or that is not a constant.
    listArguments(binder, node, scope);
    throw unsupported(
      `${name} over columns of other tables`,
      node.span,
      'Give it constants or parameters.',
    );
  }
  const { args, joins } = listArguments(binder, node, scope);
  const chosen = chooseOverload(binder.context, definition, args, node.span);
  const list: Expr = {
    kind: 'call',
    function: definition.name,
    overload: chosen.overload,
    args: chosen.args,
    type: chosen.returns,
    span: node.span,
  };
  return unnestOf(binder, node, attach(ONE_ROW, joins), [list], [definition.name], false);
}

/** One row without columns: what a SELECT without FROM reads. */
export const ONE_ROW: LogicalPlan = { kind: 'values', output: [], rows: [[]] };

function listArguments(binder: Binder, node: TableFunction, scope: QueryScope) {
  const base = constantScope(`the arguments of ${nameOfCall(node.call)}`, scope.ctes);
  const names = scope.outer ?? EMPTY_NAMES;
  const inner = { ...base, names };
  return { args: bindArguments(binder, node.call, inner), joins: inner.joins };
}

function bindUnnest(
  binder: Binder,
  node: TableFunction,
  scope: QueryScope,
  outer: boolean,
): Relation {
  const { args, joins } = listArguments(binder, node, scope);
  if (args.length === 0) throw bindError('42883', 'unnest needs a list', node.span);
  const names = args.map(() => 'unnest');
  return unnestOf(binder, node, attach(ONE_ROW, joins), args, names, outer);
}

function unnestOf(
  binder: Binder,
  node: TableFunction,
  input: LogicalPlan,
  lists: readonly Expr[],
  names: readonly string[],
  outer: boolean,
): Relation {
  const named = lists.map((expr, i): NamedExpr => {
    const { type } = expr;
    if (type.kind !== 'list' && type.kind !== 'array') {
      const span = expr.span ?? node.span;
      if (isNested(type))
        throw unsupported(`unnest of a ${type.kind}`, span, 'Select its fields one by one.');
      throw typeError(`unnest needs a list, not ${typeName(type)}`, span);
    }
    return { output: newColumn(binder, names[i] ?? 'unnest', type.element, true), expr };
  });
  const ordinality: OutputColumn | undefined = node.ordinality
    ? newColumn(binder, 'ordinality', BIGINT, false)
    : undefined;
  const columns = named.map((entry) => entry.output);
  if (ordinality !== undefined) columns.push(ordinality);
  return { plan: { kind: 'unnest', input, lists: named, ordinality, outer }, columns };
}
