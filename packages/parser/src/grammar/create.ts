import type {
  CreateIndex,
  CreateSchema,
  CreateSequence,
  CreateType,
  CreateView,
} from '../ast/definition.ts';
import type { Expression } from '../ast/expression.ts';
import type { Identifier, QualifiedName } from '../ast/name.ts';
import type { Query } from '../ast/query.ts';
import type { Statement } from '../ast/statement.ts';
import type { CreateTable, CreateTableAs } from '../ast/table-definition.ts';
import type { Tag } from '../lexer/token.ts';
import { tableElements } from './column-definition.ts';
import { createMacro } from './create-macro.ts';
import type { Cursor } from './cursor.ts';
import { options } from './option.ts';
import { atQuery } from './query-start.ts';
import { tableStorage } from './table-storage.ts';
import { typeName } from './type-name.ts';
import { unsupported } from './unsupported.ts';
import { sortItem } from './window.ts';

/** What stands between CREATE and the kind of object, and where the statement began. */
export interface CreateHead {
  readonly startIndex: number;
  readonly orReplace: boolean;
  readonly temporary: boolean;
}

type CreateRule = (cursor: Cursor, head: CreateHead) => Statement;

const RULES: ReadonlyMap<Tag, CreateRule> = new Map<Tag, CreateRule>([
  ['table', (cursor, head) => createTable(cursor, head, false)],
  ['external', createExternalTable],
  ['view', (cursor, head) => createView(cursor, head, false, false)],
  ['recursive', createRecursiveView],
  ['materialized', createMaterializedView],
  ['schema', createSchema],
  ['database', createSchema],
  ['sequence', createSequence],
  ['type', createType],
  ['index', createIndex],
  ['unique', createIndex],
  ['macro', createMacro],
  ['function', createMacro],
]);

/** CREATE of anything. */
export function create(cursor: Cursor): Statement {
  const startIndex = cursor.index;
  cursor.expect('create');
  const orReplace = cursor.acceptWords('or', 'replace');
  const isLocal = cursor.accept('local');
  const temporary = cursor.accept('temp') || cursor.accept('temporary');
  if (isLocal && !temporary) cursor.fail('TEMPORARY');
  const word = cursor.atAny(RULES);
  if (word === undefined) return unsupported(cursor, startIndex);
  return RULES.get(word)!(cursor, { startIndex, orReplace, temporary });
}

function ifNotExists(cursor: Cursor): boolean {
  return cursor.acceptWords('if', 'not', 'exists');
}

/** A modifier that this kind of object does not have. */
function reject(cursor: Cursor, head: CreateHead, modifier: 'orReplace' | 'temporary'): void {
  if (head[modifier])
    cursor.fail(modifier === 'temporary' ? 'TABLE, VIEW or MACRO' : 'TABLE or VIEW');
}

// --- Tables --------------------------------------------------------------------------------------

function createExternalTable(cursor: Cursor, head: CreateHead): Statement {
  cursor.skip();
  return createTable(cursor, head, true);
}

function createTable(
  cursor: Cursor,
  head: CreateHead,
  external: boolean,
): CreateTable | CreateTableAs {
  cursor.expect('table');
  const { startIndex, ...modifiers } = head;
  const exists = { ifNotExists: ifNotExists(cursor) };
  const name = cursor.qualifiedName('a table');
  const common = { name, ...modifiers, ...exists, external };
  if (cursor.accept('like')) {
    const table = cursor.qualifiedName('a table');
    const elements = [{ kind: 'likeTable', table, span: table.span } as const];
    const storage = tableStorage(cursor);
    return { kind: 'createTable', ...common, elements, storage, span: cursor.span(startIndex) };
  }
  // (a, b) AS query names columns only; (a INTEGER, …) defines them.
  const isNameList = cursor.at('(') && atNameList(cursor);
  const columns = isNameList ? cursor.optionalNames() : [];
  const elements = !isNameList && cursor.at('(') ? tableElements(cursor) : [];
  const storage = tableStorage(cursor);
  if (elements.length === 0 && (cursor.accept('as') || columns.length > 0)) {
    if (columns.length > 0 && !cursor.at('(') && !atQuery(cursor)) cursor.expect('as');
    const query = cursor.grammar.query(cursor);
    const withData = withDataClause(cursor);
    const span = cursor.span(startIndex);
    return { kind: 'createTableAs', ...common, columns, storage, query, withData, span };
  }
  if (elements.length === 0 && storage === null) cursor.fail('columns in parentheses or AS');
  return { kind: 'createTable', ...common, elements, storage, span: cursor.span(startIndex) };
}

/** Is the parenthesis a list of bare names? */
function atNameList(cursor: Cursor): boolean {
  let at = 0;
  do {
    if (!cursor.isName(at + 1)) return false;
    at += 2;
  } while (cursor.tagAhead(at) === ',');
  return cursor.tagAhead(at) === ')';
}

function withDataClause(cursor: Cursor): boolean {
  if (cursor.acceptWords('with', 'no', 'data')) return false;
  cursor.acceptWords('with', 'data');
  return true;
}

// --- Views ---------------------------------------------------------------------------------------

function createRecursiveView(cursor: Cursor, head: CreateHead): Statement {
  cursor.skip();
  return createView(cursor, head, true, false);
}

function createMaterializedView(cursor: Cursor, head: CreateHead): Statement {
  reject(cursor, head, 'temporary');
  cursor.skip();
  return createView(cursor, head, false, true);
}

function createView(
  cursor: Cursor,
  head: CreateHead,
  recursive: boolean,
  materialized: boolean,
): CreateView {
  cursor.expect('view');
  const { startIndex, ...modifiers } = head;
  const exists = ifNotExists(cursor);
  const name = cursor.qualifiedName('a view');
  const columns = cursor.optionalNames();
  const comment = cursor.accept('comment') ? cursor.string().value : null;
  cursor.expect('as');
  const query: Query = cursor.grammar.query(cursor);
  const span = cursor.span(startIndex);
  return {
    kind: 'createView',
    name,
    ...modifiers,
    ifNotExists: exists,
    recursive,
    materialized,
    columns,
    comment,
    query,
    span,
  };
}

// --- Schemas, sequences, types, indexes ----------------------------------------------------------

function createSchema(cursor: Cursor, head: CreateHead): CreateSchema {
  reject(cursor, head, 'temporary');
  cursor.skip();
  const exists = ifNotExists(cursor);
  const name = cursor.qualifiedName('a schema', 'schema');
  const { location, comment } = schemaProperties(cursor);
  const { startIndex, orReplace } = head;
  const span = cursor.span(startIndex);
  return { kind: 'createSchema', name, orReplace, ifNotExists: exists, location, comment, span };
}

function schemaProperties(cursor: Cursor): Pick<CreateSchema, 'location' | 'comment'> {
  let location: string | null = null;
  let comment: string | null = null;
  for (;;) {
    if (location === null && cursor.accept('location')) location = cursor.string().value;
    else if (comment === null && cursor.accept('comment')) comment = cursor.string().value;
    else return { location, comment };
  }
}

function createSequence(cursor: Cursor, head: CreateHead): CreateSequence {
  cursor.skip();
  const { startIndex, ...modifiers } = head;
  const exists = ifNotExists(cursor);
  const name = cursor.qualifiedName('a sequence');
  const settings = sequenceSettings(cursor);
  const span = cursor.span(startIndex);
  return { kind: 'createSequence', name, ...modifiers, ifNotExists: exists, ...settings, span };
}

function sequenceSettings(
  cursor: Cursor,
): Pick<CreateSequence, 'increment' | 'minValue' | 'maxValue' | 'start' | 'cycle'> {
  let increment: Expression | null = null;
  let minValue: Expression | null = null;
  let maxValue: Expression | null = null;
  let start: Expression | null = null;
  let cycle: boolean | null = null;
  for (;;) {
    if (cursor.accept('increment')) {
      cursor.accept('by');
      increment = cursor.grammar.expression(cursor);
    } else if (cursor.accept('minvalue')) minValue = cursor.grammar.expression(cursor);
    else if (cursor.accept('maxvalue')) maxValue = cursor.grammar.expression(cursor);
    else if (cursor.accept('start')) {
      cursor.accept('with');
      start = cursor.grammar.expression(cursor);
    } else if (cursor.accept('cycle')) cycle = true;
    else if (cursor.acceptWords('no', 'cycle')) cycle = false;
    else if (!cursor.acceptWords('no', 'minvalue') && !cursor.acceptWords('no', 'maxvalue'))
      return { increment, minValue, maxValue, start, cycle };
  }
}

function createType(cursor: Cursor, head: CreateHead): CreateType {
  cursor.skip();
  const { startIndex, ...modifiers } = head;
  const exists = ifNotExists(cursor);
  const name = cursor.qualifiedName('a type', 'type');
  cursor.expect('as');
  const definition = typeDefinition(cursor);
  const span = cursor.span(startIndex);
  return { kind: 'createType', name, ...modifiers, ifNotExists: exists, definition, span };
}

function typeDefinition(cursor: Cursor): CreateType['definition'] {
  if (!cursor.at('enum') || cursor.tagAhead(1) !== '(' || !atQuery(cursor, 2))
    return typeName(cursor);
  cursor.skip();
  const open = cursor.index;
  cursor.skip();
  const query = cursor.grammar.query(cursor);
  cursor.expectClose(')', open);
  return query;
}

function createIndex(cursor: Cursor, head: CreateHead): CreateIndex {
  reject(cursor, head, 'temporary');
  reject(cursor, head, 'orReplace');
  const unique = cursor.accept('unique');
  cursor.expect('index');
  const exists = ifNotExists(cursor);
  const name: QualifiedName | null = cursor.at('on') ? null : cursor.qualifiedName('an index');
  cursor.expect('on');
  const table = cursor.qualifiedName('a table');
  const method: Identifier | null = cursor.accept('using') ? cursor.name('an index method') : null;
  const keys = cursor.parenthesized(() => sortItem(cursor));
  const settings = cursor.accept('with') ? options(cursor) : [];
  const span = cursor.span(head.startIndex);
  return {
    kind: 'createIndex',
    name,
    unique,
    ifNotExists: exists,
    table,
    method,
    keys,
    options: settings,
    span,
  };
}
