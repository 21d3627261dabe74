import type { PipeOperator } from '../ast/pipe.ts';
import type { QueryBody } from '../ast/query.ts';
import type { SelectItem } from '../ast/select.ts';
import type { Tag } from '../lexer/token.ts';
import { assignment } from './assignment.ts';
import type { Cursor } from './cursor.ts';
import { pivotClause, unpivotClause } from './pivot.ts';
import { limitClauses, orderByClause } from './query-clauses.ts';
import { sample } from './sample.ts';
import { selectItem } from './select-item.ts';
import { intersectOperator, unionOperator } from './set-operator.ts';
import { starRename } from './star.ts';
import { joinStep } from './table.ts';
import { namedWindow } from './window.ts';

/** One or more `|> operator`. */
export function pipeOperators(cursor: Cursor): [PipeOperator, ...PipeOperator[]] {
  cursor.expect('|>');
  const operators: [PipeOperator, ...PipeOperator[]] = [pipeOperator(cursor)];
  while (cursor.accept('|>')) operators.push(pipeOperator(cursor));
  return operators;
}

type PipeRule = (cursor: Cursor, startIndex: number) => PipeOperator;

const RULES: ReadonlyMap<Tag, PipeRule> = new Map<Tag, PipeRule>([
  ['where', where],
  ['select', select],
  ['aggregate', aggregate],
  ['extend', extend],
  ['set', set],
  ['drop', drop],
  ['rename', rename],
  ['as', as],
  ['pivot', pivot],
  ['unpivot', unpivot],
  ['order', orderBy],
  ['limit', limit],
  ['offset', limit],
  ['tablesample', tableSample],
  ['distinct', distinct],
]);

function pipeOperator(cursor: Cursor): PipeOperator {
  const startIndex = cursor.index;
  const word = cursor.atAny(RULES);
  if (word !== undefined) return RULES.get(word)!(cursor, startIndex);
  const join = joinStep(cursor);
  if (join !== null) return { kind: 'pipeJoin', ...join, span: cursor.span(startIndex) };
  return setOperation(cursor, startIndex) ?? cursor.fail('a pipe operator');
}

function where(cursor: Cursor, startIndex: number): PipeOperator {
  cursor.skip();
  const condition = cursor.grammar.expression(cursor);
  return { kind: 'pipeWhere', condition, span: cursor.span(startIndex) };
}

function select(cursor: Cursor, startIndex: number): PipeOperator {
  cursor.skip();
  const distinct = cursor.accept('distinct');
  const items = cursor.listWithTrailingComma(selectItem);
  const windows = cursor.accept('window') ? cursor.list(namedWindow) : [];
  return { kind: 'pipeSelect', distinct, items, windows, span: cursor.span(startIndex) };
}

function aggregate(cursor: Cursor, startIndex: number): PipeOperator {
  cursor.skip();
  const items: readonly SelectItem[] = cursor.at('group')
    ? []
    : cursor.listWithTrailingComma(selectItem);
  const groupBy = cursor.acceptWords('group', 'by') ? cursor.listWithTrailingComma(selectItem) : [];
  return { kind: 'pipeAggregate', items, groupBy, span: cursor.span(startIndex) };
}

function extend(cursor: Cursor, startIndex: number): PipeOperator {
  cursor.skip();
  const items = cursor.listWithTrailingComma(selectItem);
  return { kind: 'pipeExtend', items, span: cursor.span(startIndex) };
}

function set(cursor: Cursor, startIndex: number): PipeOperator {
  cursor.skip();
  const assignments = cursor.list(assignment);
  return { kind: 'pipeSet', assignments, span: cursor.span(startIndex) };
}

function drop(cursor: Cursor, startIndex: number): PipeOperator {
  cursor.skip();
  const columns = cursor.list(() => cursor.name('a column name', 'column'));
  return { kind: 'pipeDrop', columns, span: cursor.span(startIndex) };
}

function rename(cursor: Cursor, startIndex: number): PipeOperator {
  cursor.skip();
  const items = cursor.list(starRename);
  return { kind: 'pipeRename', items, span: cursor.span(startIndex) };
}

function as(cursor: Cursor, startIndex: number): PipeOperator {
  cursor.skip();
  const alias = cursor.label();
  return { kind: 'pipeAs', alias, span: cursor.span(startIndex) };
}

function pivot(cursor: Cursor, startIndex: number): PipeOperator {
  cursor.skip();
  return { kind: 'pipePivot', pivot: pivotClause(cursor), span: cursor.span(startIndex) };
}

function unpivot(cursor: Cursor, startIndex: number): PipeOperator {
  cursor.skip();
  return { kind: 'pipeUnpivot', unpivot: unpivotClause(cursor), span: cursor.span(startIndex) };
}

function orderBy(cursor: Cursor, startIndex: number): PipeOperator {
  cursor.expectWords('order', 'by');
  return { kind: 'pipeOrderBy', orderBy: orderByClause(cursor), span: cursor.span(startIndex) };
}

function limit(cursor: Cursor, startIndex: number): PipeOperator {
  const { limit, offset, limitBy } = limitClauses(cursor);
  if (limitBy !== null) cursor.fail('LIMIT without BY');
  return { kind: 'pipeLimit', limit, offset, span: cursor.span(startIndex) };
}

function tableSample(cursor: Cursor, startIndex: number): PipeOperator {
  cursor.skip();
  return { kind: 'pipeSample', sample: sample(cursor), span: cursor.span(startIndex) };
}

function distinct(cursor: Cursor, startIndex: number): PipeOperator {
  cursor.skip();
  return { kind: 'pipeDistinct', span: cursor.span(startIndex) };
}

/** `UNION ALL (q), (q)`. */
function setOperation(cursor: Cursor, startIndex: number): PipeOperator | null {
  const operator = unionOperator(cursor) ?? intersectOperator(cursor);
  if (operator === null) return null;
  const operands: [QueryBody, ...QueryBody[]] = cursor.list(() => cursor.grammar.queryTerm(cursor));
  return { kind: 'pipeSetOperation', ...operator, operands, span: cursor.span(startIndex) };
}
