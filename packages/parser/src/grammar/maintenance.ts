import type { Identifier } from '../ast/name.ts';
import type {
  Analyze,
  Attach,
  CacheTable,
  CallStatement,
  Checkpoint,
  ClearCache,
  Detach,
  KillQuery,
  Refresh,
  UncacheTable,
  Vacuum,
} from '../ast/statement.ts';
import { call } from './call.ts';
import type { Cursor } from './cursor.ts';
import { optionalOptions, options } from './option.ts';
import { atQuery } from './query-start.ts';

/** `ATTACH [OR REPLACE] [DATABASE] [IF NOT EXISTS] 'path' [AS a] [(options)]`. */
export function attach(cursor: Cursor): Attach {
  const startIndex = cursor.index;
  cursor.expect('attach');
  const orReplace = cursor.acceptWords('or', 'replace');
  cursor.accept('database');
  const ifNotExists = cursor.acceptWords('if', 'not', 'exists');
  const path = cursor.string('a path').value;
  const alias = cursor.accept('as') ? cursor.label() : null;
  const settings = optionalOptions(cursor);
  const span = cursor.span(startIndex);
  return { kind: 'attach', path, alias, orReplace, ifNotExists, options: settings, span };
}

/** `DETACH [DATABASE] [IF EXISTS] a`. */
export function detach(cursor: Cursor): Detach {
  const startIndex = cursor.index;
  cursor.expect('detach');
  if (cursor.at('database') && (cursor.isName(1) || cursor.tagAhead(1) === 'if')) cursor.skip();
  const ifExists = cursor.acceptWords('if', 'exists');
  const name = cursor.name('a database', 'schema');
  return { kind: 'detach', name, ifExists, span: cursor.span(startIndex) };
}

/** `ANALYZE [TABLE] [t [(columns)]] [COMPUTE STATISTICS [FOR [ALL] COLUMNS [a, b]]]`. */
export function analyze(cursor: Cursor): Analyze {
  const startIndex = cursor.index;
  cursor.expect('analyze');
  const isTable = cursor.accept('table');
  const table = isTable || !cursor.atEnd ? cursor.qualifiedName('a table') : null;
  let columns: readonly Identifier[] = cursor.optionalNames();
  if (isTable && cursor.acceptWords('compute', 'statistics')) {
    const isAll = cursor.acceptWords('for', 'all', 'columns');
    if (!isAll && cursor.acceptWords('for', 'columns'))
      columns = cursor.list(() => cursor.name('a column name', 'column'));
  }
  return { kind: 'analyze', table, columns, span: cursor.span(startIndex) };
}

/** `VACUUM [ANALYZE] [t [(columns)]]`. */
export function vacuum(cursor: Cursor): Vacuum {
  const startIndex = cursor.index;
  cursor.expect('vacuum');
  const isAnalyzing = cursor.accept('analyze');
  const table = cursor.atEnd ? null : cursor.qualifiedName('a table');
  const columns = cursor.optionalNames();
  return { kind: 'vacuum', analyze: isAnalyzing, table, columns, span: cursor.span(startIndex) };
}

/** `[FORCE] CHECKPOINT [a]`. */
export function checkpoint(cursor: Cursor): Checkpoint {
  const startIndex = cursor.index;
  const force = cursor.accept('force');
  cursor.expect('checkpoint');
  const name = cursor.atEnd ? null : cursor.name('a database', 'schema');
  return { kind: 'checkpoint', force, name, span: cursor.span(startIndex) };
}

/** `CACHE [LAZY] TABLE t [OPTIONS (…)] [[AS] query]`. */
export function cacheTable(cursor: Cursor): CacheTable {
  const startIndex = cursor.index;
  cursor.expect('cache');
  const lazy = cursor.accept('lazy');
  cursor.expect('table');
  const name = cursor.qualifiedName('a table');
  const settings = cursor.accept('options') ? options(cursor) : [];
  const hasQuery = cursor.accept('as') || atQuery(cursor);
  const query = hasQuery ? cursor.grammar.query(cursor) : null;
  return {
    kind: 'cacheTable',
    name,
    lazy,
    options: settings,
    query,
    span: cursor.span(startIndex),
  };
}

/** `UNCACHE TABLE [IF EXISTS] t`. */
export function uncacheTable(cursor: Cursor): UncacheTable {
  const startIndex = cursor.index;
  cursor.expectWords('uncache', 'table');
  const ifExists = cursor.acceptWords('if', 'exists');
  const name = cursor.qualifiedName('a table');
  return { kind: 'uncacheTable', name, ifExists, span: cursor.span(startIndex) };
}

/** `CLEAR CACHE`. */
export function clearCache(cursor: Cursor): ClearCache {
  const startIndex = cursor.index;
  cursor.expectWords('clear', 'cache');
  return { kind: 'clearCache', span: cursor.span(startIndex) };
}

/** `REFRESH MATERIALIZED VIEW v`, `REFRESH TABLE t`. */
export function refresh(cursor: Cursor): Refresh {
  const startIndex = cursor.index;
  cursor.expect('refresh');
  const isView = cursor.acceptWords('materialized', 'view');
  if (!isView) cursor.expect('table');
  const name = cursor.qualifiedName(isView ? 'a view' : 'a table');
  const object = isView ? 'materializedView' : 'table';
  return { kind: 'refresh', object, name, span: cursor.span(startIndex) };
}

/** `KILL QUERY id`. */
export function killQuery(cursor: Cursor): KillQuery {
  const startIndex = cursor.index;
  cursor.expectWords('kill', 'query');
  const id = cursor.grammar.expression(cursor);
  return { kind: 'killQuery', id, span: cursor.span(startIndex) };
}

/** `CALL f(…)`. */
export function callStatement(cursor: Cursor): CallStatement {
  const startIndex = cursor.index;
  cursor.expect('call');
  const callIndex = cursor.index;
  const name = cursor.qualifiedName('a function', 'tableFunction');
  const called = call(cursor, name, callIndex);
  return { kind: 'callStatement', call: called, span: cursor.span(startIndex) };
}
