import type {
  DescribeStatement,
  RelationTarget,
  ShowStatement,
  ShowSubject,
  SummarizeStatement,
} from '../ast/inspection.ts';
import type { QualifiedName } from '../ast/name.ts';
import type { Tag } from '../lexer/token.ts';
import { call } from './call.ts';
import type { Cursor } from './cursor.ts';
import { atQuery } from './query-start.ts';

/** A table, file, table function or query, without alias. */
export function relationTarget(cursor: Cursor): RelationTarget {
  const startIndex = cursor.index;
  if (cursor.at('(') || atQuery(cursor)) return cursor.grammar.query(cursor);
  if (cursor.atString) {
    const path = cursor.string().value;
    return { kind: 'tablePath', path, alias: null, sample: null, span: cursor.span(startIndex) };
  }
  const name = cursor.qualifiedName('a table or a query');
  const bare = { alias: null, sample: null } as const;
  if (!cursor.at('(')) return { kind: 'tableName', name, version: null, ...bare, span: name.span };
  const called = call(cursor, name, startIndex);
  const span = cursor.span(startIndex);
  return { kind: 'tableFunction', call: called, lateral: false, ordinality: false, ...bare, span };
}

/** DESCRIBE, DESC. */
export function describe(cursor: Cursor): DescribeStatement {
  const startIndex = cursor.index;
  cursor.skip();
  const isMeant = cursor.isName(1);
  const extended = cursor.acceptIf(isMeant, 'extended') || cursor.acceptIf(isMeant, 'formatted');
  const target = describeTarget(cursor);
  return { kind: 'describe', target, extended, span: cursor.span(startIndex) };
}

function describeTarget(cursor: Cursor): DescribeStatement['target'] {
  const startIndex = cursor.index;
  for (const word of ['input', 'output'] as const) {
    if (!cursor.at(word) || !cursor.isName(1)) continue;
    cursor.skip();
    const name = cursor.name('a prepared statement');
    const kind = word === 'input' ? 'describeInput' : 'describeOutput';
    return { kind, name, span: cursor.span(startIndex) };
  }
  if (cursor.at('function') && cursor.isName(1)) {
    cursor.skip();
    const name = cursor.qualifiedName('a function', 'function');
    return { kind: 'describeFunction', name, span: cursor.span(startIndex) };
  }
  // DESCRIBE TABLE t is no query `TABLE t`, and DESCRIBE QUERY q is the query itself.
  if (cursor.at('table')) cursor.skip();
  else if (cursor.at('query') && atQuery(cursor, 1)) cursor.skip();
  return relationTarget(cursor);
}

/** SUMMARIZE. */
export function summarize(cursor: Cursor): SummarizeStatement {
  const startIndex = cursor.index;
  cursor.expect('summarize');
  if (cursor.at('table')) cursor.skip();
  const target = relationTarget(cursor);
  const stats = cursor.accept('stats');
  return { kind: 'summarize', target, stats, span: cursor.span(startIndex) };
}

/** Subjects in one word that may be followed by FROM or IN and LIKE. */
const SUBJECTS: ReadonlyMap<Tag, ShowSubject> = new Map<Tag, ShowSubject>([
  ['tables', 'tables'],
  ['schemas', 'schemas'],
  ['databases', 'schemas'],
  ['catalogs', 'catalogs'],
  ['columns', 'columns'],
  ['functions', 'functions'],
  ['views', 'views'],
  ['settings', 'settings'],
  ['session', 'settings'],
  ['partitions', 'partitions'],
]);

/** SHOW. */
export function show(cursor: Cursor): ShowStatement {
  const startIndex = cursor.index;
  cursor.expect('show');
  const { subject, name } = showSubject(cursor);
  const like = cursor.accept('like') ? cursor.string('a pattern').value : null;
  return { kind: 'show', subject, name, like, span: cursor.span(startIndex) };
}

function showSubject(cursor: Cursor): { subject: ShowSubject; name: QualifiedName | null } {
  if (cursor.acceptWords('all', 'tables')) return { subject: 'allTables', name: null };
  if (cursor.accept('all')) return { subject: 'settings', name: null };
  if (cursor.acceptWords('create', 'table'))
    return { subject: 'createTable', name: cursor.qualifiedName('a table') };
  if (cursor.acceptWords('create', 'view'))
    return { subject: 'createView', name: cursor.qualifiedName('a view') };
  if (cursor.acceptWords('stats', 'for'))
    return { subject: 'statistics', name: cursor.qualifiedName('a table') };
  if (cursor.acceptWords('time', 'zone')) return { subject: 'name', name: timeZoneName(cursor) };
  const word = cursor.atAny(SUBJECTS);
  if (word === undefined)
    return { subject: 'name', name: cursor.qualifiedName('a name', 'setting') };
  cursor.skip();
  const isDirect = word === 'partitions' && cursor.isName(0);
  const from = isDirect || cursor.accept('from') || cursor.accept('in');
  return { subject: SUBJECTS.get(word)!, name: from ? cursor.qualifiedName('a name') : null };
}

/** `SHOW TIME ZONE` shows the setting `timezone`. */
function timeZoneName(cursor: Cursor): QualifiedName {
  const span = cursor.span(cursor.index - 2);
  return {
    kind: 'qualifiedName',
    parts: [{ kind: 'identifier', name: 'timezone', quoted: false, span }],
    span,
  };
}
