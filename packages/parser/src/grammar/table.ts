import type { Identifier } from '../ast/name.ts';
import type { Query } from '../ast/query.ts';
import type { Sample } from '../ast/select.ts';
import type {
  DerivedTable,
  Join,
  JoinConstraint,
  JoinType,
  TableAlias,
  TableReference,
  TableVersion,
} from '../ast/table-reference.ts';
import type { Tag } from '../lexer/token.ts';
import { call } from './call.ts';
import type { Cursor } from './cursor.ts';
import { matchRecognize } from './match-recognize.ts';
import { pivotSuffix, unpivotSuffix } from './pivot.ts';
import { atQuery, atQueryContinuation } from './query-start.ts';
import { sample } from './sample.ts';
import { tableAlias } from './table-alias.ts';

/** One element of FROM, with all its joins. */
export function tableReference(cursor: Cursor): TableReference {
  const startIndex = cursor.index;
  const outer = cursor.openTree();
  const table = joins(cursor, joinOperand(cursor), startIndex);
  cursor.closeTree(outer);
  return table;
}

// --- Joins ---------------------------------------------------------------------------------------

/** A join without its left side. */
type JoinStep = Pick<Join, 'joinType' | 'asof' | 'right' | 'constraint' | 'tolerance'>;

function joins(cursor: Cursor, first: TableReference, startIndex: number): TableReference {
  let left = first;
  for (let step = joinStep(cursor); step !== null; step = joinStep(cursor)) {
    cursor.wrap();
    const { joinType, asof, right, constraint, tolerance } = step;
    const span = cursor.span(startIndex);
    left = { kind: 'join', joinType, asof, left, right, constraint, tolerance, span };
  }
  return left;
}

/** A join and its right side, if one begins here. */
export function joinStep(cursor: Cursor): JoinStep | null {
  const startIndex = cursor.index;
  const head = joinHead(cursor);
  if (head === null) return null;
  const { natural, ...kind } = head;
  const naturalSpan = cursor.span(startIndex);
  const rightIndex = cursor.index;
  let right = joinOperand(cursor);
  if (kind.joinType === 'cross' || kind.joinType === 'positional')
    return { ...kind, right, constraint: null, tolerance: null };
  if (natural)
    return {
      ...kind,
      right,
      constraint: { kind: 'joinNatural', span: naturalSpan },
      tolerance: null,
    };
  // a JOIN b JOIN c ON … ON …: the inner pair is joined first.
  if (!cursor.at('on') && !cursor.at('using')) {
    cursor.enter();
    right = joins(cursor, right, rightIndex);
    cursor.leave();
  }
  if (kind.joinType === 'inner' && cursor.profile.joinWithoutCondition && !atConstraint(cursor))
    return { ...kind, joinType: 'cross', right, constraint: null, tolerance: null };
  const constraint = joinConstraint(cursor);
  const tolerance =
    kind.asof && cursor.accept('tolerance') ? cursor.grammar.expression(cursor) : null;
  return { ...kind, right, constraint, tolerance };
}

function atConstraint(cursor: Cursor): boolean {
  return cursor.at('on') || (cursor.at('using') && cursor.tagAhead(1) === '(');
}

/** ON or USING. */
export function joinConstraint(cursor: Cursor): JoinConstraint {
  const startIndex = cursor.index;
  if (cursor.accept('on')) {
    const condition = cursor.grammar.expression(cursor);
    return { kind: 'joinOn', condition, span: cursor.span(startIndex) };
  }
  if (!cursor.accept('using')) return cursor.fail('ON or USING');
  const columns = cursor.parenthesized(() => cursor.name('a column name', 'column'));
  return { kind: 'joinUsing', columns, span: cursor.span(startIndex) };
}

interface JoinHead {
  readonly joinType: JoinType;
  readonly asof: boolean;
  readonly natural: boolean;
}

/** Moves over the words up to JOIN. */
function joinHead(cursor: Cursor): JoinHead | null {
  if (cursor.acceptWords('cross', 'join')) return head('cross');
  if (cursor.acceptWords('positional', 'join')) return head('positional');
  const natural = cursor.accept('natural');
  const asof = cursor.acceptIf(!natural, 'asof');
  const startIndex = cursor.index;
  const joinType = joinWords(cursor);
  if (natural || asof || cursor.index > startIndex) cursor.expect('join');
  else if (!cursor.accept('join')) return null;
  return { joinType, asof, natural };
}

function head(joinType: JoinType): JoinHead {
  return { joinType, asof: false, natural: false };
}

/** INNER, LEFT [OUTER | SEMI | ANTI], RIGHT [OUTER], FULL [OUTER], SEMI, ANTI, or nothing. */
function joinWords(cursor: Cursor): JoinType {
  if (cursor.accept('inner')) return 'inner';
  if (cursor.accept('left')) {
    if (cursor.accept('semi')) return 'semi';
    if (cursor.accept('anti')) return 'anti';
    cursor.accept('outer');
    return 'left';
  }
  if (cursor.accept('semi')) return 'semi';
  if (cursor.accept('anti')) return 'anti';
  for (const side of ['right', 'full'] as const) {
    if (!cursor.accept(side)) continue;
    cursor.accept('outer');
    return side;
  }
  return 'inner';
}

/** A table with the PIVOT, UNPIVOT and MATCH_RECOGNIZE behind it. */
function joinOperand(cursor: Cursor): TableReference {
  const startIndex = cursor.index;
  return tableSuffixes(cursor, primary(cursor), startIndex);
}

function tableSuffixes(cursor: Cursor, first: TableReference, startIndex: number): TableReference {
  let table = first;
  for (;;) {
    const next = cursor.tagAhead(1);
    if (cursor.at('pivot') && next === '(') table = pivotSuffix(cursor, table, startIndex);
    else if (cursor.at('unpivot') && (next === '(' || next === 'include' || next === 'exclude'))
      table = unpivotSuffix(cursor, table, startIndex);
    else if (cursor.at('match_recognize')) table = matchRecognize(cursor, table, startIndex);
    else return table;
    cursor.wrap();
  }
}

// --- Tables --------------------------------------------------------------------------------------

function primary(cursor: Cursor): TableReference {
  cursor.want('relation');
  cursor.want('tableFunction');
  const startIndex = cursor.index;
  if (cursor.atName && cursor.tagAhead(1) === ':') return prefixAlias(cursor);
  if (cursor.atString) {
    const path = cursor.string().value;
    return { kind: 'tablePath', path, ...decoration(cursor), span: cursor.span(startIndex) };
  }
  switch (cursor.tag) {
    case '(':
      return parenthesis(cursor);
    case 'lateral':
      cursor.skip();
      if (cursor.at('(')) return lateralQuery(cursor, startIndex);
      return namedTable(cursor, startIndex, true);
    case 'values':
      if (cursor.tagAhead(1) === '(') return valuesTable(cursor);
      break;
    case 'table':
      if (cursor.tagAhead(1) === '(') return wrappedFunction(cursor);
      break;
  }
  return namedTable(cursor, startIndex, false);
}

/** `t: source`, the same as `source AS t`. */
function prefixAlias(cursor: Cursor): TableReference {
  const startIndex = cursor.index;
  const name: Identifier = cursor.name();
  cursor.skip();
  const table = primary(cursor);
  const canTakeAlias = 'alias' in table && table.alias === null;
  if (!canTakeAlias) return cursor.fail('a table without a second alias');
  const alias: TableAlias = { kind: 'tableAlias', name, columns: [], span: name.span };
  return { ...table, alias, span: cursor.span(startIndex) };
}

/** A table, or a table function, by name. */
function namedTable(cursor: Cursor, startIndex: number, lateral: boolean): TableReference {
  const nameIndex = cursor.index;
  const name = cursor.qualifiedName('a table');
  if (cursor.tag === '(' || lateral) {
    const called = call(cursor, name, nameIndex);
    return functionTable(cursor, called, startIndex, lateral);
  }
  const version = tableVersion(cursor);
  const rest = decoration(cursor);
  return { kind: 'tableName', name, version, ...rest, span: cursor.span(startIndex) };
}

function functionTable(
  cursor: Cursor,
  called: ReturnType<typeof call>,
  startIndex: number,
  lateral: boolean,
): TableReference {
  const ordinality = cursor.acceptWords('with', 'ordinality');
  const rest = decoration(cursor);
  const span = cursor.span(startIndex);
  return { kind: 'tableFunction', call: called, lateral, ordinality, ...rest, span };
}

/** `TABLE(f(…))`. */
function wrappedFunction(cursor: Cursor): TableReference {
  const startIndex = cursor.index;
  cursor.skip();
  const open = cursor.index;
  cursor.skip();
  const callIndex = cursor.index;
  const name = cursor.qualifiedName('a table function', 'tableFunction');
  const called = call(cursor, name, callIndex);
  cursor.expectClose(')', open);
  return functionTable(cursor, called, startIndex, false);
}

/** `VALUES (1) t(a)` without parentheses around it. */
function valuesTable(cursor: Cursor): TableReference {
  const startIndex = cursor.index;
  const body = cursor.grammar.queryTerm(cursor);
  const query: Query = {
    kind: 'query',
    with: null,
    body,
    orderBy: null,
    limitBy: null,
    limit: null,
    offset: null,
    distribution: null,
    span: body.span,
  };
  return derivedTable(cursor, query, startIndex, false);
}

function lateralQuery(cursor: Cursor, startIndex: number): TableReference {
  const open = cursor.index;
  cursor.skip();
  cursor.enter();
  const query = cursor.grammar.query(cursor);
  cursor.leave();
  cursor.expectClose(')', open);
  return derivedTable(cursor, query, startIndex, true);
}

function derivedTable(
  cursor: Cursor,
  query: Query,
  startIndex: number,
  lateral: boolean,
): DerivedTable {
  const rest = decoration(cursor);
  return { kind: 'derivedTable', query, lateral, ...rest, span: cursor.span(startIndex) };
}

/** Alias and sample, in either order. */
function decoration(cursor: Cursor): { alias: TableAlias | null; sample: Sample | null } {
  const early = cursor.accept('tablesample') ? sample(cursor) : null;
  const alias = tableAlias(cursor);
  const late = early === null && cursor.accept('tablesample') ? sample(cursor) : null;
  return { alias, sample: early ?? late };
}

const VERSION_UNITS: ReadonlyMap<Tag, TableVersion['unit']> = new Map<Tag, TableVersion['unit']>([
  ['version', 'version'],
  ['timestamp', 'timestamp'],
]);

/** `AT (VERSION => 3)`, `[FOR] VERSION AS OF 3`, and the same with TIMESTAMP. */
function tableVersion(cursor: Cursor): TableVersion | null {
  const startIndex = cursor.index;
  if (cursor.tag === 'at' && cursor.tagAhead(1) === '(') {
    cursor.skip();
    const open = cursor.index;
    cursor.skip();
    const unit = VERSION_UNITS.get(cursor.expectAny(VERSION_UNITS, 'VERSION or TIMESTAMP'))!;
    cursor.expect('=>');
    const value = cursor.grammar.expression(cursor);
    cursor.expectClose(')', open);
    return { kind: 'tableVersion', unit, value, span: cursor.span(startIndex) };
  }
  const offset = cursor.tag === 'for' ? 1 : 0;
  const unit = VERSION_UNITS.get(cursor.tagAhead(offset) as Tag);
  const isVersion = cursor.tagAhead(offset + 1) === 'as' && cursor.tagAhead(offset + 2) === 'of';
  if (unit === undefined || !isVersion) return null;
  cursor.skip(offset + 3);
  const value = cursor.grammar.expression(cursor);
  return { kind: 'tableVersion', unit, value, span: cursor.span(startIndex) };
}

// --- Parentheses ---------------------------------------------------------------------------------

function parenthesis(cursor: Cursor): TableReference {
  const startIndex = cursor.index;
  const content = parenthesisContent(cursor);
  return decorated(cursor, content, startIndex);
}

/** Alias and sample behind a parenthesis; without them it leaves no node. */
function decorated(
  cursor: Cursor,
  content: Query | TableReference,
  startIndex: number,
): TableReference {
  if (content.kind === 'query') return derivedTable(cursor, content, startIndex, false);
  const rest = decoration(cursor);
  if (rest.alias === null && rest.sample === null) return content;
  const span = cursor.span(startIndex);
  return { kind: 'parenthesizedTable', source: content, ...rest, span };
}

/**
 * A query or joined tables between parentheses. As in expressions, what follows an inner parenthesis
 * decides which of them it was, and no text is read twice.
 */
function parenthesisContent(cursor: Cursor): Query | TableReference {
  const open = cursor.index;
  cursor.expect('(');
  cursor.enter();
  const content = atQuery(cursor) ? cursor.grammar.query(cursor) : queryOrTables(cursor);
  cursor.leave();
  cursor.expectClose(')', open);
  return content;
}

function queryOrTables(cursor: Cursor): Query | TableReference {
  if (cursor.tag !== '(') return tableReference(cursor);
  const startIndex = cursor.index;
  const content = parenthesisContent(cursor);
  if (content.kind === 'query') {
    if (cursor.at(')')) return content;
    if (atQueryContinuation(cursor)) return cursor.grammar.queryFrom(cursor, content, startIndex);
  }
  const first = decorated(cursor, content, startIndex);
  return joins(cursor, tableSuffixes(cursor, first, startIndex), startIndex);
}
