import {
  type Expr,
  type Field,
  isNumeric,
  NULL_TYPE,
  type Schema,
  type Span,
  type SqlType,
  typeName,
} from '@windrow/core';
import type {
  ColumnDefinition,
  CreateTable,
  Expression,
  Insert,
  Query,
  Values,
} from '@windrow/parser';
import { ColumnIds } from '../column-ids.ts';
import type { BoundQuery, NamedExpr, OutputColumn } from '../logical.ts';
import { bindExpression, bindQuery, bindTypeName } from './bind.ts';
import type { BindContext, WriteTarget } from './context.ts';
import { DEFAULT_BIND_DIALECT } from './context.ts';
import { castTo, conversionCost, implicitly } from './convert.ts';
import { bindError, typeError, unsupported } from './errors.ts';

/**
 * The rows that an INSERT adds, with exactly the target's columns: missing ones are filled with their
 * defaults, the others converted to the column's type.
 *
 * @throws SqlError `bind` 42703, 42701, 42601 for wrong columns, `type` 42804 for values that do not fit.
 */
export async function bindInsert(
  statement: Insert,
  target: WriteTarget,
  context: BindContext,
): Promise<BoundQuery> {
  rejectUnsupported(statement);
  if (statement.source === null) return defaultRow(target, context);
  const bound = await bindQuery(withDefaults(statement.source, statement, target), context);
  const places = insertPlaces(statement, target, bound);
  const ids = ColumnIds.after(bound.plan);
  const columns: OutputColumn[] = [];
  const expressions = target.columns.map(({ name, type, nullable, defaultValue }, index) => {
    const source = bound.columns[places.indexOf(index)];
    const expr =
      source === undefined
        ? defaultOf(defaultValue, type, context)
        : assigned(source, { name, type }, statement.source?.span ?? statement.span);
    const output: OutputColumn = { id: ids.next(), name, type, nullable };
    columns.push(output);
    return { output, expr } satisfies NamedExpr;
  });
  return { plan: { kind: 'project', input: bound.plan, expressions }, columns };
}

/** The query with DEFAULT in its VALUES written out as what it stands for. */
function withDefaults(query: Query, statement: Insert, target: WriteTarget): Query {
  const { body } = query;
  if (body.kind !== 'values') return query;
  const written = statement.columns.map((name) => name.parts.at(-1)?.name.toLowerCase());
  const columns =
    written.length === 0
      ? target.columns
      : written.map((name) => target.columns.find((c) => c.name.toLowerCase() === name));
  const rows = body.rows.map((row) =>
    row.map((cell, i): Expression => {
      if (cell.kind !== 'defaultValue') return cell;
      return columns[i]?.defaultValue ?? { kind: 'nullLiteral', span: cell.span };
    }),
  );
  return { ...query, body: { ...body, rows: rows as unknown as Values['rows'] } };
}

function rejectUnsupported(statement: Insert): void {
  const { span } = statement;
  if (statement.onConflict !== null || statement.orAction !== null) {
    throw unsupported('ON CONFLICT', span, 'Remove what is there already with ANTI JOIN.');
  }
  if (statement.returning.length > 0) {
    throw unsupported('RETURNING', span, 'Select the rows after inserting them.');
  }
  if (statement.overwrite || statement.partition.length > 0) {
    throw unsupported('INSERT OVERWRITE', span, 'Use CREATE OR REPLACE TABLE … AS.');
  }
  if (statement.with !== null) {
    throw unsupported('WITH before INSERT', span, 'Write it behind INSERT INTO t, before SELECT.');
  }
}

/** For each column of the query, the number of the target column that it goes to. */
function insertPlaces(statement: Insert, target: WriteTarget, bound: BoundQuery): number[] {
  const { columns: written, byName, span } = statement;
  const indexOf = (name: string, at: Span): number => {
    const index = target.columns.findIndex((c) => c.name.toLowerCase() === name.toLowerCase());
    if (index >= 0) return index;
    const known = target.columns.map((column) => column.name).join(', ');
    throw bindError(
      '42703',
      `table "${target.name}" has no column "${name}"`,
      at,
      `It has ${known}.`,
    );
  };
  const places = byName
    ? bound.columns.map(({ name }) => indexOf(name, span))
    : written.length > 0
      ? written.map((name) => indexOf(name.parts.at(-1)?.name ?? '', name.span))
      : target.columns.map((_, index) => index);
  const twice = places.find((place, index) => places.indexOf(place) !== index);
  if (twice !== undefined) {
    throw bindError('42701', `column "${target.columns[twice]?.name}" is named twice`, span);
  }
  if (places.length !== bound.columns.length) {
    throw bindError(
      '42601',
      `INSERT has ${bound.columns.length} values for ${places.length} columns`,
      statement.source?.span ?? span,
      'Name the columns: INSERT INTO t (a, b) …',
    );
  }
  return places;
}

/**
 * The value as the column's type. More is converted than in an expression: every number into every
 * number, with a check of its range, and text both ways.
 */
function assigned(
  source: OutputColumn,
  column: { readonly name: string; readonly type: SqlType },
  span: Span,
): Expr {
  const { id, type, name, nullable } = source;
  const expr: Expr = { kind: 'column', id, type, name, nullable };
  const isText = column.type.kind === 'varchar' || type.kind === 'varchar';
  const areNumbers = isNumeric(column.type) && isNumeric(type);
  const widens = conversionCost(expr, column.type, DEFAULT_BIND_DIALECT) !== undefined;
  const narrows =
    conversionCost({ ...expr, type: column.type }, type, DEFAULT_BIND_DIALECT) !== undefined;
  if (isText || areNumbers || widens || narrows) return castTo(expr, column.type);
  throw typeError(
    `column "${column.name}" is ${typeName(column.type)}, the value ${typeName(type)}`,
    span,
    `Cast it: CAST(… AS ${typeName(column.type)}).`,
  );
}

function defaultOf(value: Expression | undefined, type: SqlType, context: BindContext): Expr {
  if (value === undefined) return { kind: 'literal', value: null, type };
  const { span } = value;
  return implicitly(bindExpression(value, context), type, {
    what: 'the default',
    span,
    dialect: DEFAULT_BIND_DIALECT,
  });
}

/** INSERT … DEFAULT VALUES: one row. */
function defaultRow(target: WriteTarget, context: BindContext): BoundQuery {
  const ids = new ColumnIds();
  const columns = target.columns.map(({ name, type, nullable }) => ({
    id: ids.next(),
    name,
    type,
    nullable,
  }));
  const expressions = target.columns.map(({ type, defaultValue }, index) => ({
    output: columns[index]!,
    expr: defaultOf(defaultValue, type, context),
  }));
  const input = { kind: 'values', output: [], rows: [[]] } as const;
  return { plan: { kind: 'project', input, expressions }, columns };
}

/** What CREATE TABLE declares. */
export interface TableDefinition {
  readonly schema: Schema;
  readonly columns: WriteTarget['columns'];
}

/**
 * The columns of a CREATE TABLE.
 * @throws SqlError `bind` 42701 for a name that is there twice, `unsupported` for constraints that would
 * not be kept.
 */
export function bindTableDefinition(statement: CreateTable, context: BindContext): TableDefinition {
  const definitions = statement.elements.map((element) => {
    if (element.kind === 'columnDefinition') return bindColumn(element, context);
    throw unsupported(
      'a table constraint',
      element.span,
      'NOT NULL and DEFAULT of columns are kept.',
    );
  });
  if (definitions.length === 0) {
    throw bindError('42601', 'a table needs at least one column', statement.span);
  }
  const seen = new Set<string>();
  definitions.forEach(({ name }, index) => {
    if (seen.has(name.toLowerCase())) {
      const span = statement.elements[index]?.span ?? statement.span;
      throw bindError('42701', `the table has two columns named "${name}"`, span);
    }
    seen.add(name.toLowerCase());
  });
  const fields = definitions.map(({ name, type, nullable }): Field => ({ name, type, nullable }));
  return { schema: { fields }, columns: definitions };
}

function bindColumn(
  column: ColumnDefinition,
  context: BindContext,
): WriteTarget['columns'][number] {
  if (column.type === null) {
    throw unsupported('a column without a type', column.span, 'Give it a type.');
  }
  const type = bindTypeName(column.type, context);
  let nullable = true;
  let defaultValue: Expression | undefined;
  for (const constraint of column.constraints) {
    switch (constraint.kind) {
      case 'notNull':
        nullable = false;
        break;
      case 'nullable':
        nullable = true;
        break;
      case 'columnDefault':
        defaultOf(constraint.expression, type, context);
        defaultValue = constraint.expression;
        break;
      case 'columnComment':
        break;
      default:
        throw unsupported(
          'this constraint',
          constraint.span,
          'NOT NULL and DEFAULT are kept; check the rest by a query.',
        );
    }
  }
  const { name } = column.name;
  return { name, type: type.kind === 'null' ? NULL_TYPE : type, nullable, defaultValue };
}
