import { didYouMean, nearestNames, type Span, SqlError } from '@windrow/core';
import type { Identifier } from '@windrow/parser';
import type { NameScope } from './scope.ts';

/** Names that a hint lists at most. */
const LISTED = 20;

const listed = (names: readonly string[]): string =>
  names.length > LISTED
    ? `${names.slice(0, LISTED).join(', ')} and ${names.length - LISTED} more`
    : names.join(', ');

/** `1 column`, `2 columns`. */
export const counted = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? '' : 's'}`;

/** `unsupported`: known, but not built; the hint names the nearest way that works. */
export const unsupported = (what: string, span: Span, hint: string): SqlError =>
  new SqlError('unsupported', `${what} is not supported`, { span, hint });

/** A mistake of meaning; 42601 is one of form that only binding can see, so its code is `syntax`. */
export const bindError = (sqlState: string, message: string, span: Span, hint?: string): SqlError =>
  new SqlError(sqlState === '42601' ? 'syntax' : 'bind', message, { span, sqlState, hint });

export const typeError = (message: string, span: Span | undefined, hint?: string): SqlError =>
  new SqlError('type', message, { span, hint });

/** 42P20 */
export const windowError = (message: string, span: Span, hint?: string): SqlError =>
  bindError('42P20', message, span, hint);

/** 42803 */
export const groupingError = (message: string, span: Span | undefined, hint?: string): SqlError =>
  new SqlError('bind', message, { span, sqlState: '42803', hint });

/** 42702: which tables the name could mean. */
export function ambiguousColumn(names: NameScope, name: Identifier): SqlError {
  const candidates = names.tables
    .filter((t) => t.columns.some((c) => c.name.toLowerCase() === name.name.toLowerCase()))
    .flatMap(({ path }) => (path.length === 0 ? [] : [`"${path.at(-1)}.${name.name}"`]));
  const hint =
    new Set(candidates).size > 1
      ? `Write ${candidates.join(' or ')}.`
      : 'Give the columns different names with AS.';
  return bindError('42702', `column "${name.name}" is ambiguous`, name.span, hint);
}

/** 42703 for a column, 42P01 for the table that qualifies it. */
export function unknownColumn(
  names: NameScope,
  path: readonly Identifier[],
  aliases: readonly string[],
): SqlError {
  const [first, second] = path;
  const span = { start: first?.span.start ?? 0, end: path.at(-1)?.span.end ?? 0 };
  if (first === undefined) return bindError('42703', 'a column name is missing', span);
  const levels: NameScope[] = [];
  for (let level: NameScope | undefined = names; level !== undefined; level = level.outer)
    levels.push(level);
  const tables = levels.flatMap((level) => level.tables);
  if (second !== undefined) {
    const table = tables.find((t) => t.path.at(-1)?.toLowerCase() === first.name.toLowerCase());
    if (table !== undefined) {
      const columns = table.columns.map((c) => c.name);
      return bindError(
        '42703',
        `column "${second.name}" does not exist in table "${table.path.at(-1)}"`,
        second.span,
        columnHint(second.name, columns, table.path.at(-1)),
      );
    }
    const tableNames = tables.flatMap((t) => t.path.at(-1) ?? []);
    return bindError(
      '42P01',
      `table "${first.name}" is not in FROM`,
      first.span,
      didYouMean(first.name, tableNames) ??
        (tableNames.length === 0
          ? 'FROM has no table with a name.'
          : `FROM has ${listed(tableNames)}.`),
    );
  }
  const columns = levels.flatMap((level) => level.columns.map((c) => c.name));
  const only = tables.length === 1 ? tables[0] : undefined;
  const hint =
    only === undefined
      ? (didYouMean(first.name, [...columns, ...aliases]) ?? tablesHint(tables))
      : columnHint(first.name, [...columns, ...aliases], only.path.at(-1));
  return bindError('42703', `column "${first.name}" does not exist`, span, hint);
}

function columnHint(name: string, columns: readonly string[], table: string | undefined): string {
  const near = nearestNames(name, columns);
  const all = columnsOfTable(table, columns);
  return near.length === 0 ? all : `did you mean ${near.map((n) => `"${n}"`).join(', ')}? ${all}`;
}

const tablesHint = (tables: NameScope['tables']): string =>
  tables.length === 0
    ? 'The query has no FROM; write text in single quotes.'
    : tables
        .map(({ path, columns }) =>
          columnsOfTable(
            path.at(-1),
            columns.map((c) => c.name),
          ),
        )
        .join(' ');

/** A subquery in FROM need not have a name. */
const columnsOfTable = (table: string | undefined, columns: readonly string[]): string =>
  table === undefined
    ? `The subquery has columns ${listed(columns)}.`
    : `Table "${table}" has columns ${listed(columns)}.`;

/** 42P01 */
export const unknownTable = (name: string, span: Span, known: Iterable<string>): SqlError => {
  const names = [...known];
  const hint =
    didYouMean(name, names) ??
    (names.length === 0 ? 'There are no tables yet.' : `There are ${listed(names)}.`);
  return bindError('42P01', `table "${name}" does not exist`, span, hint);
};
