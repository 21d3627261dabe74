import {
  assert,
  type Catalog,
  type CatalogEntry,
  type SqlType,
  type TableProvider,
  type TableStatistics,
} from '@windrow/core';

/** Columns by name; a type in a list of one is NOT NULL. */
export type Columns = Readonly<Record<string, SqlType | readonly [SqlType]>>;

/** A table without rows to read: its schema and statistics are all that planning needs. */
export function table(columns: Columns, statistics: Partial<TableStatistics> = {}): TableProvider {
  const fields = Object.entries(columns).map(([name, type]) =>
    'kind' in type ? { name, type, nullable: true } : { name, type: type[0], nullable: false },
  );
  return {
    schema: { fields },
    statistics: () => ({ rowCount: 1000, exact: true, columns: [], ...statistics }),
    supports: () => 'no',
    scan: ({ columns: ordinals }) => {
      assert(
        ordinals.every((i) => i in fields),
        'a scan asks for columns that exist',
      );
      const totals = {
        files: 0,
        filesTotal: 0,
        rowGroups: 0,
        rowGroupsTotal: 0,
        bytes: 0,
        bytesTotal: 0,
      };
      return { source: 'test', spec: undefined, partitions: [], totals };
    },
  };
}

/** A catalog of tables and of views given as text. */
export function testCatalog(
  tables: Readonly<Record<string, Columns | TableProvider>>,
  views: Readonly<Record<string, string>> = {},
): Catalog {
  const entries = new Map<string, CatalogEntry>();
  for (const [name, given] of Object.entries(tables)) {
    const provider = isProvider(given) ? given : table(given);
    entries.set(name.toLowerCase(), { kind: 'table', name, provider });
  }
  for (const [name, sql] of Object.entries(views)) {
    entries.set(name.toLowerCase(), { kind: 'view', name, sql, columnNames: undefined });
  }
  return {
    lookup: (path) => {
      const isKnownSchema = path.length === 1 || (path.length === 2 && path[0] === 'main');
      return isKnownSchema ? entries.get((path.at(-1) ?? '').toLowerCase()) : undefined;
    },
    names: () => [...entries.values()].map((entry) => entry.name),
  };
}

const isProvider = (given: Columns | TableProvider): given is TableProvider =>
  typeof given['scan'] === 'function';
