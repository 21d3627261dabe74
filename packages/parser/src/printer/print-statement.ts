import type { AstNode } from '../ast/node.ts';
import type { BeginTransaction } from '../ast/session.ts';
import { printSettingValue } from './print-definition.ts';
import { type PrintRules, words } from './printer.ts';

type Printed = Extract<
  AstNode,
  {
    kind:
      | 'insert'
      | 'partitionValue'
      | 'onConflict'
      | 'assignment'
      | 'update'
      | 'delete'
      | 'merge'
      | 'mergeClause'
      | 'mergeUpdate'
      | 'mergeInsert'
      | 'mergeDelete'
      | 'mergeDoNothing'
      | 'mergeError'
      | 'copyTo'
      | 'copyFrom'
      | 'copyTable'
      | 'exportDatabase'
      | 'importDatabase'
      | 'explain'
      | 'describe'
      | 'describeInput'
      | 'describeOutput'
      | 'describeFunction'
      | 'summarize'
      | 'show'
      | 'set'
      | 'reset'
      | 'setVariable'
      | 'declareVariable'
      | 'pragma'
      | 'use'
      | 'prepare'
      | 'execute'
      | 'executeImmediate'
      | 'executeArgument'
      | 'deallocate'
      | 'begin'
      | 'commit'
      | 'rollback'
      | 'savepoint'
      | 'releaseSavepoint'
      | 'attach'
      | 'detach'
      | 'analyze'
      | 'cacheTable'
      | 'uncacheTable'
      | 'clearCache'
      | 'checkpoint'
      | 'vacuum'
      | 'refresh'
      | 'killQuery'
      | 'callStatement'
      | 'unsupported';
  }
>;

/** Print rules for statements that change rows, look, set and administer. */
export const STATEMENT_RULES: PrintRules<Printed> = {
  insert: (node, printer) =>
    words(
      node.with !== null && printer.print(node.with),
      'INSERT',
      node.orAction !== null && `OR ${node.orAction.toUpperCase()}`,
      node.overwrite ? 'OVERWRITE' : 'INTO',
      printer.print(node.table),
      node.partition.length > 0 && `PARTITION ${printer.brackets(node.partition)}`,
      node.alias !== null && `AS ${printer.label(node.alias)}`,
      printer.brackets(node.columns),
      node.byName && 'BY NAME',
      node.source === null ? 'DEFAULT VALUES' : printer.print(node.source),
      node.onConflict !== null && printer.print(node.onConflict),
      printer.clause('RETURNING', node.returning),
    ),
  partitionValue: ({ column, value }, printer) =>
    words(printer.name(column), printer.optional('=', value)),
  onConflict: ({ target, targetWhere, assignments, where }, printer) =>
    words(
      'ON CONFLICT',
      printer.brackets(target),
      printer.optional('WHERE', targetWhere),
      assignments === null ? 'DO NOTHING' : `DO UPDATE SET ${printer.list(assignments)}`,
      printer.optional('WHERE', where),
    ),
  assignment: ({ targets, row, value }, printer) => {
    const list = printer.list(targets);
    return `${row ? `(${list})` : list} = ${printer.print(value)}`;
  },
  update: (node, printer) =>
    words(
      node.with !== null && printer.print(node.with),
      `UPDATE ${printer.print(node.table)}`,
      node.alias !== null && `AS ${printer.label(node.alias)}`,
      `SET ${printer.list(node.assignments)}`,
      printer.clause('FROM', node.from),
      printer.optional('WHERE', node.where),
      printer.clause('RETURNING', node.returning),
    ),
  delete: (node, printer) =>
    words(
      node.with !== null && printer.print(node.with),
      `DELETE FROM ${printer.print(node.table)}`,
      node.alias !== null && `AS ${printer.label(node.alias)}`,
      printer.clause('USING', node.using),
      printer.optional('WHERE', node.where),
      printer.clause('RETURNING', node.returning),
    ),
  merge: (node, printer) =>
    words(
      node.with !== null && printer.print(node.with),
      `MERGE INTO ${printer.print(node.table)}`,
      node.alias !== null && `AS ${printer.label(node.alias)}`,
      `USING ${printer.print(node.source)}`,
      printer.print(node.constraint),
      ...node.clauses.map((clause) => printer.print(clause)),
      printer.clause('RETURNING', node.returning),
    ),
  mergeClause: ({ match, condition, action }, printer) =>
    words(MATCHES[match], printer.optional('AND', condition), `THEN ${printer.print(action)}`),
  mergeUpdate: ({ assignments }, printer) =>
    assignments === null ? 'UPDATE *' : `UPDATE SET ${printer.list(assignments)}`,
  mergeInsert: ({ columns, values }, printer) => {
    if (values === 'default') return 'INSERT DEFAULT VALUES';
    if (values === null) return 'INSERT *';
    return words('INSERT', printer.brackets(columns), `VALUES (${printer.list(values)})`);
  },
  mergeDelete: () => 'DELETE',
  mergeDoNothing: () => 'DO NOTHING',
  mergeError: ({ message }, printer) => words('ERROR', message !== null && printer.print(message)),

  copyTo: ({ source, target, options }, printer) => {
    const text = printer.print(source);
    return words(
      'COPY',
      source.kind === 'query' ? `(${text})` : text,
      `TO ${printer.print(target)}`,
      printer.brackets(options),
    );
  },
  copyFrom: ({ table, source, options }, printer) =>
    words(`COPY ${printer.print(table)} FROM ${printer.print(source)}`, printer.brackets(options)),
  copyTable: ({ name, columns }, printer) =>
    words(printer.print(name), printer.nameBrackets(columns)),
  exportDatabase: ({ directory, options }, printer) =>
    words(`EXPORT DATABASE ${printer.string(directory)}`, printer.brackets(options)),
  importDatabase: ({ directory }, printer) => `IMPORT DATABASE ${printer.string(directory)}`,

  explain: ({ statement, analyze, verbose, logical, format }, printer) =>
    words(
      'EXPLAIN',
      analyze && 'ANALYZE',
      verbose && 'VERBOSE',
      logical && 'LOGICAL',
      format !== 'text' && `(FORMAT ${format})`,
      printer.print(statement),
    ),
  describe: ({ target, extended }, printer) => {
    const text = printer.print(target);
    return words('DESCRIBE', extended && 'EXTENDED', target.kind === 'query' ? `(${text})` : text);
  },
  describeInput: ({ name }, printer) => `INPUT ${printer.name(name)}`,
  describeOutput: ({ name }, printer) => `OUTPUT ${printer.name(name)}`,
  describeFunction: ({ name }, printer) => `FUNCTION ${printer.print(name)}`,
  summarize: ({ target, stats }, printer) => {
    const text = printer.print(target);
    return words('SUMMARIZE', target.kind === 'query' ? `(${text})` : text, stats && 'STATS');
  },
  show: ({ subject, name, like }, printer) => {
    const text = name === null ? null : printer.print(name);
    const isDirect = text !== null && DIRECT_SUBJECTS.has(subject);
    return words(
      'SHOW',
      SUBJECTS[subject],
      text !== null && (isDirect ? text : `FROM ${text}`),
      printer.optionalString('LIKE', like),
    );
  },

  set: ({ scope, name, values }, printer) =>
    words(
      'SET',
      scope?.toUpperCase() ?? null,
      `${printer.print(name)} = ${values.map((value) => printSettingValue(value, printer)).join(', ')}`,
    ),
  reset: ({ scope, name }, printer) =>
    words('RESET', scope?.toUpperCase() ?? null, name === null ? 'ALL' : printer.print(name)),
  setVariable: ({ name, value }, printer) =>
    value === null
      ? `RESET VARIABLE ${printer.name(name)}`
      : `SET VARIABLE ${printer.name(name)} = ${printer.print(value)}`,
  declareVariable: ({ name, orReplace, type, defaultValue }, printer) =>
    words(
      'DECLARE',
      orReplace && 'OR REPLACE',
      `VARIABLE ${printer.name(name)}`,
      type !== null && printer.print(type),
      printer.optional('=', defaultValue),
    ),
  pragma: ({ name, arguments: list, assigned }, printer) => {
    const values = list.map((value) => printSettingValue(value, printer)).join(', ');
    const suffix = list.length === 0 ? '' : assigned ? ` = ${values}` : `(${values})`;
    return `PRAGMA ${printer.name(name)}${suffix}`;
  },
  use: ({ name }, printer) => `USE ${printer.print(name)}`,

  prepare: ({ name, parameterTypes, statement }, printer) =>
    words(
      `PREPARE ${printer.name(name)}`,
      printer.brackets(parameterTypes),
      `AS ${printer.print(statement)}`,
    ),
  execute: ({ name, arguments: list }, printer) =>
    words(`EXECUTE ${printer.name(name)}`, printer.brackets(list)),
  executeImmediate: ({ statement, arguments: list }, printer) =>
    words(`EXECUTE IMMEDIATE ${printer.print(statement)}`, printer.clause('USING', list)),
  executeArgument: ({ name, value }, printer) =>
    words(name !== null && `${printer.name(name)} :=`, printer.print(value)),
  deallocate: ({ name }, printer) => `DEALLOCATE ${name === null ? 'ALL' : printer.name(name)}`,

  begin: printBegin,
  commit: () => 'COMMIT',
  rollback: ({ savepoint }, printer) =>
    savepoint === null ? 'ROLLBACK' : `ROLLBACK TO SAVEPOINT ${printer.name(savepoint)}`,
  savepoint: ({ name }, printer) => `SAVEPOINT ${printer.name(name)}`,
  releaseSavepoint: ({ name }, printer) => `RELEASE SAVEPOINT ${printer.name(name)}`,

  attach: ({ path, alias, orReplace, ifNotExists, options }, printer) =>
    words(
      'ATTACH',
      orReplace && 'OR REPLACE',
      ifNotExists && 'IF NOT EXISTS',
      printer.string(path),
      alias !== null && `AS ${printer.label(alias)}`,
      printer.brackets(options),
    ),
  detach: ({ name, ifExists }, printer) =>
    words('DETACH DATABASE', ifExists && 'IF EXISTS', printer.name(name)),
  analyze: ({ table, columns }, printer) =>
    words('ANALYZE', table !== null && printer.print(table), printer.nameBrackets(columns)),
  cacheTable: ({ name, lazy, options, query }, printer) =>
    words(
      'CACHE',
      lazy && 'LAZY',
      `TABLE ${printer.print(name)}`,
      options.length > 0 && `OPTIONS ${printer.brackets(options)}`,
      printer.optional('AS', query),
    ),
  uncacheTable: ({ name, ifExists }, printer) =>
    words('UNCACHE TABLE', ifExists && 'IF EXISTS', printer.print(name)),
  clearCache: () => 'CLEAR CACHE',
  checkpoint: ({ force, name }, printer) =>
    words(force && 'FORCE', 'CHECKPOINT', name !== null && printer.name(name)),
  vacuum: ({ analyze, table, columns }, printer) =>
    words(
      'VACUUM',
      analyze && 'ANALYZE',
      table !== null && printer.print(table),
      printer.nameBrackets(columns),
    ),
  refresh: ({ object, name }, printer) =>
    `REFRESH ${object === 'table' ? 'TABLE' : 'MATERIALIZED VIEW'} ${printer.print(name)}`,
  killQuery: ({ id }, printer) => `KILL QUERY ${printer.print(id)}`,
  callStatement: ({ call }, printer) => `CALL ${printer.print(call)}`,
  unsupported: ({ construct }) => construct,
};

const MATCHES = {
  matched: 'WHEN MATCHED',
  notMatchedByTarget: 'WHEN NOT MATCHED BY TARGET',
  notMatchedBySource: 'WHEN NOT MATCHED BY SOURCE',
} as const;

const SUBJECTS = {
  tables: 'TABLES',
  allTables: 'ALL TABLES',
  schemas: 'SCHEMAS',
  catalogs: 'CATALOGS',
  columns: 'COLUMNS',
  functions: 'FUNCTIONS',
  views: 'VIEWS',
  settings: 'SETTINGS',
  partitions: 'PARTITIONS',
  createTable: 'CREATE TABLE',
  createView: 'CREATE VIEW',
  statistics: 'STATS FOR',
  name: '',
} as const;

/** Subjects whose name follows them without FROM. */
const DIRECT_SUBJECTS: ReadonlySet<string> = new Set([
  'createTable',
  'createView',
  'statistics',
  'name',
]);

const ISOLATION_LEVELS = {
  readUncommitted: 'READ UNCOMMITTED',
  readCommitted: 'READ COMMITTED',
  repeatableRead: 'REPEATABLE READ',
  serializable: 'SERIALIZABLE',
  snapshot: 'SNAPSHOT',
} as const;

function printBegin({ readOnly, isolation }: BeginTransaction): string {
  const modes = [
    isolation === null ? null : `ISOLATION LEVEL ${ISOLATION_LEVELS[isolation]}`,
    readOnly === null ? null : readOnly ? 'READ ONLY' : 'READ WRITE',
  ].filter((mode) => mode !== null);
  return words('BEGIN TRANSACTION', modes.join(', '));
}
