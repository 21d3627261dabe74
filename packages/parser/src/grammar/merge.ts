import type { QualifiedName } from '../ast/name.ts';
import type { With } from '../ast/query.ts';
import type { Merge, MergeAction, MergeClause } from '../ast/row-change.ts';
import { assignment } from './assignment.ts';
import type { Cursor } from './cursor.ts';
import { returningClause } from './insert.ts';
import { joinConstraint } from './table.ts';
import { targetAlias } from './update.ts';

/** `MERGE INTO t USING s ON c WHEN …`. */
export function merge(cursor: Cursor, list: With | null, startIndex: number): Merge {
  cursor.expectWords('merge', 'into');
  const table = cursor.qualifiedName('a table');
  const alias = targetAlias(cursor);
  cursor.expect('using');
  const source = cursor.grammar.tableReference(cursor);
  const constraint = joinConstraint(cursor);
  const clauses: [MergeClause, ...MergeClause[]] = [mergeClause(cursor)];
  while (cursor.at('when')) clauses.push(mergeClause(cursor));
  const returning = returningClause(cursor);
  const span = cursor.span(startIndex);
  return { kind: 'merge', with: list, table, alias, source, constraint, clauses, returning, span };
}

function mergeClause(cursor: Cursor): MergeClause {
  const startIndex = cursor.index;
  cursor.expect('when');
  const match = matchKind(cursor);
  const condition = cursor.accept('and') ? cursor.grammar.expression(cursor) : null;
  cursor.expect('then');
  const action = mergeAction(cursor);
  return { kind: 'mergeClause', match, condition, action, span: cursor.span(startIndex) };
}

function matchKind(cursor: Cursor): MergeClause['match'] {
  if (cursor.accept('matched')) return 'matched';
  cursor.expectWords('not', 'matched');
  if (!cursor.accept('by')) return 'notMatchedByTarget';
  const word = cursor.label('SOURCE or TARGET').name.toLowerCase();
  if (word === 'source') return 'notMatchedBySource';
  if (word === 'target') return 'notMatchedByTarget';
  cursor.skip(-1);
  return cursor.fail('SOURCE or TARGET');
}

function mergeAction(cursor: Cursor): MergeAction {
  const startIndex = cursor.index;
  if (cursor.accept('update')) return mergeUpdate(cursor, startIndex);
  if (cursor.accept('insert')) return mergeInsert(cursor, startIndex);
  if (cursor.accept('delete')) return { kind: 'mergeDelete', span: cursor.span(startIndex) };
  if (cursor.acceptWords('do', 'nothing'))
    return { kind: 'mergeDoNothing', span: cursor.span(startIndex) };
  if (!cursor.accept('error')) return cursor.fail('UPDATE, INSERT, DELETE, DO NOTHING or ERROR');
  const message = cursor.isOperandStart(0) ? cursor.grammar.expression(cursor) : null;
  return { kind: 'mergeError', message, span: cursor.span(startIndex) };
}

/** `UPDATE SET a = e`, `UPDATE *`, `UPDATE SET *`, `UPDATE BY NAME`, `UPDATE`. */
function mergeUpdate(cursor: Cursor, startIndex: number): MergeAction {
  const isSet = cursor.accept('set');
  const isAll = cursor.accept('*') || cursor.acceptWords('by', 'name') || !isSet;
  const assignments = isAll ? null : cursor.list(assignment);
  return { kind: 'mergeUpdate', assignments, span: cursor.span(startIndex) };
}

/** `INSERT [(a, b)] VALUES (…)`, `INSERT *`, `INSERT BY NAME`, `INSERT DEFAULT VALUES`, `INSERT`. */
function mergeInsert(cursor: Cursor, startIndex: number): MergeAction {
  const column = (): QualifiedName => cursor.qualifiedName('a column name', 'column');
  if (cursor.accept('*') || cursor.acceptWords('by', 'name'))
    return { kind: 'mergeInsert', columns: [], values: null, span: cursor.span(startIndex) };
  if (cursor.acceptWords('default', 'values'))
    return { kind: 'mergeInsert', columns: [], values: 'default', span: cursor.span(startIndex) };
  const columns = cursor.at('(') ? cursor.parenthesized(column) : [];
  if (columns.length === 0 && !cursor.at('values'))
    return { kind: 'mergeInsert', columns, values: null, span: cursor.span(startIndex) };
  cursor.expect('values');
  const values = cursor.parenthesized(() => cursor.grammar.expression(cursor));
  return { kind: 'mergeInsert', columns, values, span: cursor.span(startIndex) };
}
