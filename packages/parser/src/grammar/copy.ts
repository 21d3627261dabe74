import type { Expression } from '../ast/expression.ts';
import type {
  CopyFrom,
  CopyTable,
  CopyTo,
  ExportDatabase,
  ImportDatabase,
} from '../ast/statement.ts';
import type { Option } from '../ast/table-definition.ts';
import type { Cursor } from './cursor.ts';
import { optionalOptions } from './option.ts';

/** `COPY t | (query) TO target`, `COPY t FROM source`. */
export function copy(cursor: Cursor): CopyTo | CopyFrom {
  const startIndex = cursor.index;
  cursor.expect('copy');
  if (cursor.at('(')) {
    const source = cursor.grammar.queryTerm(cursor);
    if (source.kind !== 'query') return cursor.fail('a query in parentheses');
    cursor.expect('to');
    return { kind: 'copyTo', source, ...ending(cursor), span: cursor.span(startIndex) };
  }
  const table = copyTable(cursor);
  if (cursor.accept('from')) {
    const { target: source, options } = ending(cursor);
    return { kind: 'copyFrom', table, source, options, span: cursor.span(startIndex) };
  }
  if (!cursor.accept('to')) cursor.fail('FROM or TO');
  return { kind: 'copyTo', source: table, ...ending(cursor), span: cursor.span(startIndex) };
}

function copyTable(cursor: Cursor): CopyTable {
  const startIndex = cursor.index;
  const name = cursor.qualifiedName('a table or a query in parentheses');
  const columns = cursor.optionalNames();
  return { kind: 'copyTable', name, columns, span: cursor.span(startIndex) };
}

/** The path and `[WITH] (options)`. */
function ending(cursor: Cursor): { target: Expression; options: readonly Option[] } {
  const target = cursor.grammar.expression(cursor);
  cursor.accept('with');
  return { target, options: optionalOptions(cursor) };
}

/** `EXPORT DATABASE 'dir' [(options)]`. */
export function exportDatabase(cursor: Cursor): ExportDatabase {
  const startIndex = cursor.index;
  cursor.expectWords('export', 'database');
  const directory = cursor.string('a directory').value;
  const options = optionalOptions(cursor);
  return { kind: 'exportDatabase', directory, options, span: cursor.span(startIndex) };
}

/** `IMPORT DATABASE 'dir'`. */
export function importDatabase(cursor: Cursor): ImportDatabase {
  const startIndex = cursor.index;
  cursor.expectWords('import', 'database');
  const directory = cursor.string('a directory').value;
  return { kind: 'importDatabase', directory, span: cursor.span(startIndex) };
}
