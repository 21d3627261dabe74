import type { CreateMacro, MacroOverload, MacroParameter } from '../ast/definition.ts';
import type { Expression } from '../ast/expression.ts';
import type { Query } from '../ast/query.ts';
import type { AliasColumn } from '../ast/table-reference.ts';
import type { TypeName } from '../ast/type-name.ts';
import type { CreateHead } from './create.ts';
import type { Cursor } from './cursor.ts';
import { atQuery } from './query-start.ts';
import { aliasColumns } from './table-alias.ts';
import { typeName } from './type-name.ts';

/** CREATE MACRO with its overloads, and CREATE FUNCTION with RETURN or AS. */
export function createMacro(cursor: Cursor, head: CreateHead): CreateMacro {
  cursor.skip();
  const { startIndex, ...modifiers } = head;
  const exists = cursor.acceptWords('if', 'not', 'exists');
  const name = cursor.qualifiedName('a name', 'function');
  const overloads = cursor.list(overload);
  const span = cursor.span(startIndex);
  return { kind: 'createMacro', name, ...modifiers, ifNotExists: exists, overloads, span };
}

function overload(cursor: Cursor): MacroOverload {
  const startIndex = cursor.index;
  const parameters = parameterList(cursor);
  const { returns, returnsTable } = returnsClause(cursor);
  if (!cursor.accept('return')) cursor.expect('as');
  cursor.accept('return');
  const body = macroBody(cursor);
  const span = cursor.span(startIndex);
  return { kind: 'macroOverload', parameters, returns, returnsTable, body, span };
}

function parameterList(cursor: Cursor): readonly MacroParameter[] {
  const open = cursor.index;
  cursor.expect('(');
  const parameters = cursor.at(')') ? [] : cursor.list(parameter);
  cursor.expectClose(')', open);
  return parameters;
}

function parameter(cursor: Cursor): MacroParameter {
  const startIndex = cursor.index;
  const name = cursor.name('a parameter');
  const isTyped = cursor.isName(0);
  const type = isTyped ? typeName(cursor) : null;
  const hasDefault = cursor.accept(':=') || cursor.accept('=>') || cursor.accept('default');
  const defaultValue = hasDefault ? cursor.grammar.expression(cursor) : null;
  return { kind: 'macroParameter', name, type, defaultValue, span: cursor.span(startIndex) };
}

/** `RETURNS type`, `RETURNS TABLE [(columns)]`. */
function returnsClause(cursor: Cursor): {
  returns: TypeName | null;
  returnsTable: readonly AliasColumn[];
} {
  if (!cursor.accept('returns')) return { returns: null, returnsTable: [] };
  if (!cursor.accept('table')) return { returns: typeName(cursor), returnsTable: [] };
  return { returns: null, returnsTable: cursor.at('(') ? aliasColumns(cursor) : [] };
}

/** `TABLE query`, a query, or an expression; `(SELECT …)` is a scalar subquery. */
function macroBody(cursor: Cursor): Expression | Query {
  if (cursor.accept('table')) return cursor.grammar.query(cursor);
  return atQuery(cursor) ? cursor.grammar.query(cursor) : cursor.grammar.expression(cursor);
}
