import type { TableProvider } from '@windrow/core';
import { SqlError } from '@windrow/core';
import type {
  DerivedTable,
  Identifier,
  LateralView,
  ParenthesizedTable,
  Sample,
  Select,
  TableAlias,
  TableName,
  TablePath,
  TableReference,
} from '@windrow/parser';
import { literal } from '../expr/structure.ts';
import type { LogicalPlan, OutputColumn } from '../logical.ts';
import { nameOfCall } from './arguments.ts';
import { joinLaterally } from './attach.ts';
import { type Binder, newColumn } from './binder.ts';
import { bindError, counted, unknownTable, unsupported } from './errors.ts';
import { bindJoin, rejectSameName } from './join.ts';
import { bindPivot } from './pivot.ts';
import {
  type FromRelation,
  lookupCte,
  namesOf,
  type QueryScope,
  type Relation,
  visibleColumns,
} from './scope.ts';
import { unwrap, type ViewEntry } from './sources.ts';
import { bindTableFunction, ONE_ROW } from './table-function.ts';
import { bindUnpivot } from './unpivot.ts';

/** The FROM clause of a SELECT, LATERAL VIEWs included; each item may read columns of those before it. */
export function bindFrom(binder: Binder, select: Select, scope: QueryScope): FromRelation {
  const [first, ...others] = [...select.from, ...select.lateralViews.map(viewAsTable)];
  if (first === undefined) return { plan: ONE_ROW, tables: [], columns: [] };
  return others.reduce(
    (left, table) => {
      const right = bindTable(binder, table, lateralScope(left, scope));
      rejectSameName(left, right, table.span);
      const join = { joinKind: 'inner', condition: literal(true), mark: undefined } as const;
      return beside(left, right, joinLaterally(left.plan, right.plan, join));
    },
    bindTable(binder, first, scope),
  );
}

/** Spark's `LATERAL VIEW [OUTER] f(x) t AS a` is a table function that reads the tables before it. */
function viewAsTable(view: LateralView): TableReference {
  const { call, span, columns } = view;
  const [first] = call.name.parts;
  const name: Identifier = view.outer ? { ...first, name: `${first.name}_outer` } : first;
  const table: Identifier = view.table ?? { ...first, name: first.name };
  return {
    kind: 'tableFunction',
    call: { ...call, name: { ...call.name, parts: [name] } },
    lateral: true,
    ordinality: false,
    alias: {
      kind: 'tableAlias',
      name: table,
      columns: columns.map((column) => ({
        kind: 'aliasColumn',
        name: column,
        type: null,
        span: column.span,
      })),
      span,
    },
    sample: null,
    span,
  };
}

/** What the next item of FROM sees: the tables to its left, then what the query sees outside. */
const lateralScope = (left: FromRelation, scope: QueryScope): QueryScope => ({
  ...scope,
  outer: namesOf(left, scope.outer),
});

const beside = (left: FromRelation, right: FromRelation, plan: LogicalPlan): FromRelation => ({
  plan,
  tables: [...left.tables, ...right.tables],
  columns: [...left.columns, ...right.columns],
});

/** One item of FROM. */
export function bindTable(binder: Binder, node: TableReference, scope: QueryScope): FromRelation {
  switch (node.kind) {
    case 'tableName':
      return bindTableName(binder, node, scope);
    case 'tablePath':
      return bindTablePath(binder, node);
    case 'derivedTable':
      return bindDerived(binder, node, scope);
    case 'tableFunction':
      rejectSample(node.sample);
      return aliased(bindTableFunction(binder, node, scope, scanOf), node.alias, [
        nameOfCall(node.call),
      ]);
    case 'join':
      return bindJoin(binder, node, scope, bindTable);
    case 'parenthesizedTable':
      return bindParenthesized(binder, node, scope);
    case 'pivotTable':
      return aliased(
        bindPivot(binder, bindTable(binder, node.source, scope), node.pivot, scope),
        node.alias,
        [],
      );
    case 'unpivotTable':
      return aliased(
        bindUnpivot(binder, bindTable(binder, node.source, scope), node.unpivot),
        node.alias,
        [],
      );
    case 'matchRecognize':
      throw unsupported(
        'MATCH_RECOGNIZE',
        node.span,
        'Compare neighbouring rows with lag and lead in a window.',
      );
  }
}

function rejectSample(sample: Sample | null): void {
  if (sample === null) return;
  throw unsupported(
    'TABLESAMPLE',
    sample.span,
    'Filter with random() < 0.1, or ORDER BY random() LIMIT n.',
  );
}

/** A table, view or common table expression. */
function bindTableName(binder: Binder, node: TableName, scope: QueryScope): FromRelation {
  rejectSample(node.sample);
  if (node.version !== null)
    throw unsupported('a table version', node.version.span, 'Read the table as it is now.');
  const path = node.name.parts.map((part) => part.name);
  const name = path.at(-1) ?? '';
  const cte = path.length === 1 ? lookupCte(scope.ctes, name) : undefined;
  if (cte !== undefined) {
    const output = cte.columns.map((c) => newColumn(binder, c.name, c.type, c.nullable));
    const plan: LogicalPlan = { kind: 'cteScan', cteId: cte.cteId, name: cte.name, output };
    return aliased({ plan, columns: output }, node.alias, [name]);
  }
  const entry = binder.context.catalog.lookup(path);
  if (entry === undefined) {
    throw unknownTable(path.join('.'), node.name.span, [
      ...cteNames(scope),
      ...binder.context.catalog.names(),
    ]);
  }
  return entry.kind === 'table'
    ? aliased(scanOf(binder, entry.name, entry.provider, node.name), node.alias, path)
    : aliased(bindView(binder, entry, node), node.alias, path);
}

function cteNames(scope: QueryScope): string[] {
  const names: string[] = [];
  for (let at = scope.ctes; at !== undefined; at = at.next) names.push(at.entry.name);
  return names;
}

/** A view is bound anew at each use; what went wrong inside is told with the view's name. */
function bindView(binder: Binder, entry: ViewEntry, node: TableName): Relation {
  const { span } = node.name;
  if (binder.openViews.has(entry)) {
    throw bindError(
      '42P19',
      `view "${entry.name}" refers to itself`,
      span,
      'A view can only be recursive through WITH RECURSIVE.',
    );
  }
  binder.openViews.add(entry);
  try {
    const found = binder.sources.views.get(entry);
    if (found === undefined) throw bindError('42P01', `view "${entry.name}" was not read`, span);
    const { plan, columns } = binder.query(unwrap(found), { outer: undefined, ctes: undefined });
    const named = columns.map((column, i) => ({
      ...column,
      name: entry.columnNames?.[i] ?? column.name,
    }));
    return { plan, columns: named };
  } catch (thrown) {
    if (!(thrown instanceof SqlError) || thrown.code === 'internal') throw thrown;
    if (thrown.sqlState === '42P19') throw thrown;
    throw new SqlError(thrown.code, `view "${entry.name}" cannot be read: ${thrown.message}`, {
      span,
      hint: thrown.hint,
      sqlState: thrown.sqlState,
      cause: thrown,
    });
  } finally {
    binder.openViews.delete(entry);
  }
}

/** All columns of a provider; those that nobody reads are pruned later. */
function scanOf(
  binder: Binder,
  table: string,
  provider: TableProvider,
  node: { readonly span: Identifier['span'] },
): Relation {
  const { fields } = provider.schema;
  const output = fields.map((f) => newColumn(binder, f.name, f.type, f.nullable));
  const ordinals = fields.map((_, i) => i);
  return {
    plan: { kind: 'scan', table, provider, ordinals, output, span: node.span },
    columns: output,
  };
}

function bindTablePath(binder: Binder, node: TablePath): FromRelation {
  rejectSample(node.sample);
  const found = binder.sources.tables.get(node);
  if (found === undefined) throw bindError('42P01', `"${node.path}" was not opened`, node.span);
  const relation = scanOf(binder, node.path, unwrap(found), node);
  return aliased(relation, node.alias, [fileName(node.path)]);
}

/** `data/flights.csv.gz` is the table flights. */
const fileName = (path: string): string => {
  const base = path.split(/[/\\]/).at(-1) ?? path;
  const stem = base.split('.')[0] ?? '';
  return stem === '' ? base : stem;
};

function bindDerived(binder: Binder, node: DerivedTable, scope: QueryScope): FromRelation {
  rejectSample(node.sample);
  return aliased(binder.query(node.query, scope), node.alias, []);
}

/** `(a JOIN b …) AS t`: one table of all visible columns. */
function bindParenthesized(
  binder: Binder,
  node: ParenthesizedTable,
  scope: QueryScope,
): FromRelation {
  rejectSample(node.sample);
  const inner = bindTable(binder, node.source, scope);
  if (node.alias === null) return inner;
  return aliased({ plan: inner.plan, columns: inner.columns }, node.alias, []);
}

/** A relation as a table of FROM, under its alias or its own path. */
export function aliased(
  relation: Relation,
  alias: TableAlias | null,
  path: readonly string[],
): FromRelation {
  const names = alias?.columns ?? [];
  if (names.length > relation.columns.length) {
    const extra = names[relation.columns.length] ?? alias;
    throw bindError(
      '42P10',
      `table "${alias?.name.name}" has ${counted(relation.columns.length, 'column')} but ${counted(names.length, 'name')}`,
      extra?.span ?? { start: 0, end: 0 },
    );
  }
  const typed = names.find((name) => name.type !== null);
  if (typed !== undefined) {
    throw unsupported('a type in a table alias', typed.span, 'Cast the column in SELECT.');
  }
  const columns: readonly OutputColumn[] = relation.columns.map((column, i) => {
    const name = names[i]?.name.name;
    return name === undefined ? column : { ...column, name };
  });
  const own = alias === null ? path : [alias.name.name];
  return {
    plan: relation.plan,
    tables: [{ path: own, columns }],
    columns: visibleColumns(own.at(-1), columns),
  };
}
