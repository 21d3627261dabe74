import { type LiteralValue, SqlError } from '@windrow/core';
import {
  type CopyFrom,
  type CopyTo,
  type Expression,
  type Option,
  parseStatement,
} from '@windrow/parser';
import { bindInsert, schemaOf } from '@windrow/planner';
import { fileSink } from '@windrow/sources';
import { constantValue } from '../constants.ts';
import { type Database, parseQuery, type StatementContext } from '../database.ts';
import type { Handler } from './handler.ts';
import { appendTo, notWritable } from './insert.ts';
import { existing, pathOf, writeTargetOf } from './names.ts';
import { counted } from './outcome.ts';
import { quotedList, quotedPath, quotedText } from './sql-text.ts';

/** Writes a query or a table to files; what fails leaves nothing under the final names. */
export const copyTo: Handler<CopyTo> = async (db, statement, context) => {
  const target = textArgument(db, statement.target, context);
  const { source } = statement;
  const query =
    source.kind === 'query'
      ? source
      : parseQuery(`select ${quotedList(source.columns)} from ${quotedPath(pathOf(source.name))}`);
  const bound = await db.bind(query, context);
  const sink = fileSink(target, schemaOf(bound), optionValues(db, statement.options, context), {
    span: statement.target.span,
  });
  const { reports } = await db.write(bound, sink, context);
  const rows = reports.reduce((sum, report) => sum + BigInt(report.rows), 0n);
  return counted(db, 'COPY', rows, context);
};

/** Reads files into a table: all rows or none. */
export const copyFrom: Handler<CopyFrom> = async (db, statement, context) => {
  const { name, columns } = statement.table;
  const entry = existing(db, name);
  if (entry.kind !== 'table') throw notWritable(name);
  const path = textArgument(db, statement.source, context);
  const options = optionValues(db, statement.options, context);
  const format = String(options.get('format') ?? formatOf(path));
  options.delete('format');
  const named = [...options].map(([key, value]) => `, ${key} := ${literalText(value)}`).join('');
  const insertText =
    `insert into ${quotedPath(pathOf(name))} ${columns.length === 0 ? '' : `(${quotedList(columns)})`} ` +
    `select * from read_${format}(${quotedText(path)}${named})`;
  const insert = parseStatement(insertText);
  if (insert.kind !== 'insert') throw new SqlError('internal', 'the text is an INSERT');
  const inner = { ...context, text: insertText };
  const bound = await bindInsert(insert, writeTargetOf(entry), db.bindContext(inner));
  return counted(db, 'COPY', await appendTo(db, name, bound, inner), context);
};

function formatOf(path: string): string {
  if (/\.(json|ndjson|jsonl)(\.\w+)?$/i.test(path)) return 'json';
  return /\.parquet$/i.test(path) ? 'parquet' : 'csv';
}

function textArgument(db: Database, expression: Expression, context: StatementContext): string {
  const { value } = constantValue(db, expression, context);
  if (typeof value === 'string') return value;
  throw new SqlError('type', 'COPY takes a path as text', { span: expression.span });
}

/** Options by lower-case name. A bare word means itself, a list of words a list, no value true. */
function optionValues(
  db: Database,
  options: readonly Option[],
  context: StatementContext,
): Map<string, LiteralValue> {
  return new Map(
    options.map(({ name, value }) => [
      name,
      value === null ? true : optionValue(db, value, context),
    ]),
  );
}

function optionValue(db: Database, value: Expression, context: StatementContext): LiteralValue {
  switch (value.kind) {
    case 'columnReference':
      return value.path.map((part) => part.name).join('.');
    case 'row':
      return value.items.map((element) => optionValue(db, element, context));
    default:
      return constantValue(db, value, context).value;
  }
}

function literalText(value: LiteralValue): string {
  return typeof value === 'string' ? quotedText(value) : String(value);
}
