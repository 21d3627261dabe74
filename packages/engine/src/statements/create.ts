import { type Field, type Schema, SqlError } from '@windrow/core';
import type { CreateSchema, CreateTable, CreateTableAs, CreateView, Query } from '@windrow/parser';
import { bindTableDefinition, schemaOf } from '@windrow/planner';
import { MemoryTable } from '@windrow/sources';
import type { Database, StatementContext } from '../database.ts';
import { freeEntry } from './drop.ts';
import type { Handler } from './handler.ts';
import { mayCreate, pathOf, shownName } from './names.ts';
import { changed, counted } from './outcome.ts';

export const createTable: Handler<CreateTable> = async (db, statement, context) => {
  refuseStorage(statement);
  if (mayCreate(db, statement.name, statement)) {
    const { schema, columns } = bindTableDefinition(statement, db.bindContext(context));
    const table = MemoryTable.create(db.memory, schema);
    replace(db, statement, { kind: 'table', name: lastName(statement), provider: table, columns });
  }
  return changed(db, 'CREATE TABLE', context);
};

/** The rows are written before the name is given, so that a failure leaves no table behind. */
export const createTableAs: Handler<CreateTableAs> = async (db, statement, context) => {
  refuseStorage(statement);
  if (!mayCreate(db, statement.name, statement)) return counted(db, 'CREATE TABLE', 0n, context);
  const bound = await db.bind(statement.query, context);
  const schema = renamed(schemaOf(bound), statement);
  const table = MemoryTable.create(db.memory, schema);
  try {
    const count = statement.withData ? await db.fill(table, bound, context) : 0n;
    replace(db, statement, { kind: 'table', name: lastName(statement), provider: table });
    return counted(db, 'CREATE TABLE', count, context);
  } catch (error) {
    table.drop();
    throw error;
  }
};

/** Bound at once, so that a view which cannot work is refused; bound again at each use. */
export const createView: Handler<CreateView> = async (db, statement, context) => {
  if (statement.materialized || statement.recursive) {
    throw new SqlError('unsupported', 'only plain views are supported', {
      span: statement.span,
      hint: 'CREATE TABLE … AS keeps a result.',
    });
  }
  if (mayCreate(db, statement.name, statement)) {
    const { fields } = schemaOf(await db.bind(statement.query, context));
    if (statement.columns.length > fields.length) {
      throw new SqlError(
        'bind',
        `the view names ${statement.columns.length} columns, its query has ${fields.length}`,
        {
          span: statement.columns[fields.length]?.span ?? statement.span,
          sqlState: '42P10',
        },
      );
    }
    replace(db, statement, {
      kind: 'view',
      name: lastName(statement),
      sql: textOf(statement.query, context),
      columnNames:
        statement.columns.length === 0 ? undefined : statement.columns.map((c) => c.name),
    });
  }
  return changed(db, 'CREATE VIEW', context);
};

export const createSchema: Handler<CreateSchema> = async (db, statement, context) => {
  const name = pathOf(statement.name).at(-1) ?? '';
  if (!db.catalog.hasSchema(name)) {
    db.catalog.addSchema(name);
  } else if (!statement.ifNotExists) {
    throw new SqlError('bind', `schema "${name}" exists already`, {
      span: statement.name.span,
      sqlState: '42P06',
      hint: 'IF NOT EXISTS leaves it.',
    });
  }
  return changed(db, 'CREATE SCHEMA', context);
};

type Creates = CreateTable | CreateTableAs | CreateView;

function replace(
  db: Database,
  statement: Creates,
  entry: Parameters<Database['catalog']['put']>[1],
): void {
  const path = pathOf(statement.name);
  const old = db.catalog.lookup(path);
  db.catalog.put(path, entry, statement.name.span);
  if (old !== undefined) freeEntry(db, old);
}

const lastName = (statement: Creates): string => pathOf(statement.name).at(-1) ?? '';

const textOf = (query: Query, context: StatementContext): string =>
  context.text.slice(query.span.start, query.span.end);

/** Columns as the list after the table's name calls them; untyped NULLs become INTEGER. */
function renamed(schema: Schema, statement: CreateTableAs): Schema {
  const { columns } = statement;
  if (columns.length > 0 && columns.length !== schema.fields.length) {
    throw new SqlError(
      'bind',
      `"${shownName(statement.name)}" names ${columns.length} columns, its query has ${schema.fields.length}`,
      { span: statement.name.span, sqlState: '42601' },
    );
  }
  const fields = schema.fields.map(
    (field, index): Field => ({
      name: columns[index]?.name ?? field.name,
      type: field.type.kind === 'null' ? { kind: 'int32' } : field.type,
      nullable: true,
    }),
  );
  const seen = new Set<string>();
  for (const { name } of fields) {
    if (seen.has(name.toLowerCase())) {
      throw new SqlError('bind', `the table would have two columns named "${name}"`, {
        span: statement.query.span,
        sqlState: '42701',
        hint: 'Give one of them another name with AS.',
      });
    }
    seen.add(name.toLowerCase());
  }
  return { fields };
}

/** Tables lie in memory; files are written by COPY. */
function refuseStorage(statement: CreateTable | CreateTableAs): void {
  if (statement.storage === null && !statement.external) return;
  throw new SqlError('unsupported', 'tables stored in files are not supported yet', {
    span: statement.storage?.span ?? statement.span,
    hint: "Write files with COPY … TO, and read them with CREATE VIEW … AS FROM 'path'.",
  });
}
