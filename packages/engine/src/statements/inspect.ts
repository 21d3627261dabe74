import {
  type Field,
  isNumeric,
  type LiteralValue,
  SqlError,
  typeName,
  VARCHAR,
} from '@windrow/core';
import type {
  DescribeStatement,
  RelationTarget,
  ShowStatement,
  SummarizeStatement,
} from '@windrow/parser';
import { schemaOf } from '@windrow/planner';
import { type Database, parseQuery, type StatementContext } from '../database.ts';
import type { Execution } from '../execution.ts';
import { SETTING_NAMES } from '../settings.ts';
import type { Handler } from './handler.ts';
import { existing, pathOf, shownName } from './names.ts';
import { SETTING_FIELDS, settingRows } from './set.ts';
import { quotedName, quotedText } from './sql-text.ts';

const textFields = (...names: string[]): Field[] =>
  names.map((name) => ({ name, type: VARCHAR, nullable: true }));

/** The columns of a relation, as DuckDB lays them out. */
export const describe: Handler<DescribeStatement> = async (db, statement, context) => {
  const { target } = statement;
  switch (target.kind) {
    case 'describeInput':
    case 'describeOutput':
    case 'describeFunction':
      throw new SqlError('unsupported', 'only relations can be described', {
        span: target.span,
        hint: 'DESCRIBE takes a table, a file or a query.',
      });
    default:
      return describeColumns(db, await fieldsOf(db, target, context), context);
  }
};

function describeColumns(
  db: Database,
  fields: readonly Field[],
  context: StatementContext,
): Execution {
  const shown = textFields('column_name', 'column_type', 'null', 'key', 'default', 'extra');
  const rows = fields.map(({ name, type, nullable }) => [
    name,
    typeName(type),
    nullable ? 'YES' : 'NO',
    null,
    null,
    null,
  ]);
  return db.rows(shown, rows, context);
}

/** Statistics of every column, computed by one query over the relation. */
export const summarize: Handler<SummarizeStatement> = async (db, statement, context) => {
  if (statement.stats) {
    throw new SqlError('unsupported', 'SUMMARIZE … STATS is not supported yet', {
      span: statement.span,
      hint: 'Leave STATS out, or select skewness() and kurtosis().',
    });
  }
  const fields = await fieldsOf(db, statement.target, context);
  const text = fields
    .map((field) => `select ${summaryOf(field)} from ${relationText(statement.target, context)}`)
    .join(' union all ');
  return db.query(parseQuery(text), { ...context, text });
};

function summaryOf({ name, type }: Field): string {
  const column = quotedName(name);
  const number = (sql: string): string => (isNumeric(type) ? `(${sql})::varchar` : 'null::varchar');
  return [
    `${quotedText(name)} as column_name`,
    `${quotedText(typeName(type))} as column_type`,
    `min(${column})::varchar as "min"`,
    `max(${column})::varchar as "max"`,
    `approx_count_distinct(${column}) as approx_unique`,
    `${number(`avg(${column})`)} as "avg"`,
    `${number(`stddev(${column})`)} as std`,
    `${number(`quantile_cont(${column}, 0.25)`)} as q25`,
    `${number(`quantile_cont(${column}, 0.5)`)} as q50`,
    `${number(`quantile_cont(${column}, 0.75)`)} as q75`,
    'count(*) as "count"',
    `(100.0 * (count(*) - count(${column})) / count(*))::decimal(9,2) as null_percentage`,
  ].join(', ');
}

export const show: Handler<ShowStatement> = async (db, statement, context) => {
  const { subject, name, like } = statement;
  const rows = (fields: Field[], found: LiteralValue[][]): Execution =>
    db.rows(fields, filterLike(found, like), context);
  switch (subject) {
    case 'tables':
      return rows(
        textFields('name'),
        relations(db, name === null ? undefined : shownName(name)).map(({ entry }) => [entry.name]),
      );
    case 'views':
      return rows(
        textFields('name'),
        relations(db, undefined)
          .filter(({ entry }) => entry.kind === 'view')
          .map(({ entry }) => [entry.name]),
      );
    case 'allTables':
      return rows(
        textFields('schema', 'name', 'kind'),
        relations(db, undefined).map(({ schema, entry }) => [schema, entry.name, entry.kind]),
      );
    case 'schemas':
      return rows(
        textFields('name'),
        db.catalog.schemas().map((schema) => [schema]),
      );
    case 'functions':
      return rows(
        textFields('name', 'kind', 'description'),
        [...db.functions.all()]
          .map((definition) => [definition.name, definition.kind, definition.doc.summary])
          .sort((a, b) => ((a[0] ?? '') < (b[0] ?? '') ? -1 : 1)),
      );
    case 'settings':
      return rows([...SETTING_FIELDS], settingRows(db));
    case 'columns':
    case 'name': {
      if (name === null) break;
      const setting = SETTING_NAMES.find((known) => known === shownName(name).toLowerCase());
      if (subject === 'name' && setting !== undefined) {
        return rows(textFields(setting), [[String(db.settings[setting])]]);
      }
      existing(db, name);
      const query = parseQuery(`from ${pathOf(name).map(quotedName).join('.')}`);
      return describeColumns(db, schemaOf(await db.bind(query, context)).fields, context);
    }
    default:
  }
  throw new SqlError('unsupported', `SHOW ${subject} is not supported yet`, {
    span: statement.span,
    hint: 'There are SHOW TABLES, VIEWS, SCHEMAS, FUNCTIONS, SETTINGS, COLUMNS FROM and ALL TABLES.',
  });
};

const relations = (db: Database, schema: string | undefined) =>
  db.catalog
    .entries()
    .filter((entry) => schema === undefined || entry.schema.toLowerCase() === schema.toLowerCase());

/** The rows whose first column is LIKE the pattern. */
function filterLike(rows: LiteralValue[][], pattern: string | null): LiteralValue[][] {
  if (pattern === null) return rows;
  const source = pattern
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('%', '.*')
    .replaceAll('_', '.');
  const matches = new RegExp(`^${source}$`, 'is');
  return rows.filter(([first]) => matches.test(String(first)));
}

async function fieldsOf(
  db: Database,
  target: RelationTarget,
  context: StatementContext,
): Promise<readonly Field[]> {
  const text = `select * from ${relationText(target, context)}`;
  return schemaOf(await db.bind(parseQuery(text), { ...context, text })).fields;
}

/** The target as something that may stand after FROM. */
function relationText(target: RelationTarget, context: StatementContext): string {
  const text = context.text.slice(target.span.start, target.span.end);
  return target.kind === 'query' ? `(${text})` : text;
}
