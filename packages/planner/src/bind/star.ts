import { type ColumnRef, type Expr, type SqlError, typeName } from '@windrow/core';
import type {
  Columns,
  Expression,
  Identifier,
  QualifiedName,
  SelectItem,
  Star,
  StarFilter,
  StarReplacement,
} from '@windrow/parser';
import { columnRef } from '../expr/structure.ts';
import { type Binder, callScalar } from './binder.ts';
import { bindError, typeError, unknownColumn, unsupported } from './errors.ts';
import { textLiteral } from './literal.ts';
import { constantValue } from './overload.ts';
import {
  constantScope,
  type ExpressionScope,
  lookupColumn,
  type NameScope,
  sameName,
  tablesNamed,
  type VisibleColumn,
  visibleColumns,
} from './scope.ts';
import { visitSyntax } from './syntax.ts';

/** A column of the SELECT list, before it is bound. */
export interface Item {
  readonly name: string | undefined;
  /** The alias as written; the names that other clauses may use. */
  readonly alias: string | undefined;
  readonly node: Expression;
  /** A column that needs no binding: one of a `*`. */
  readonly column: VisibleColumn | undefined;
  readonly choice: ExpressionScope['columnChoice'];
}

/** One column of a `*`, replaced or renamed. */
interface StarColumn {
  readonly column: VisibleColumn;
  readonly name: string;
  readonly replacement: Expression | undefined;
}

/** The SELECT list with `*` and COLUMNS(…) written out. */
export const expandItems = (
  binder: Binder,
  items: readonly SelectItem[],
  names: NameScope,
): readonly Item[] => items.flatMap((item) => expandItem(binder, item, names));

function expandItem(binder: Binder, item: SelectItem, names: NameScope): readonly Item[] {
  const { expression, alias } = item;
  if (expression.kind === 'star') return expandStar(binder, expression, names);
  const selections = columnsIn(expression);
  if (selections.length === 0) {
    return [
      {
        name: alias?.name ?? nameOfExpression(expression),
        alias: alias?.name,
        node: expression,
        column: undefined,
        choice: undefined,
      },
    ];
  }
  return expandColumns(binder, item, selections, names);
}

/** The name that an expression brings along: a column's own. */
function nameOfExpression(node: Expression): string | undefined {
  if (node.kind === 'columnReference') return node.path.at(-1)?.name;
  if (node.kind === 'fieldAccess') return node.field.name;
  return undefined;
}

function expandStar(binder: Binder, node: Star, names: NameScope): readonly Item[] {
  const struct = structOf(node, names);
  if (struct !== undefined) return structItems(binder, node, struct, names);
  return starColumns(binder, node, names).map(({ column, name, replacement }) => ({
    name,
    alias: replacement === undefined ? undefined : name,
    node: replacement ?? node,
    column: replacement === undefined ? column : undefined,
    choice: undefined,
  }));
}

/** `s.*` of a struct column, where no table has that name. */
function structOf(node: Star, names: NameScope): Expression | undefined {
  const { of } = node;
  if (of === null) return undefined;
  if (of.kind !== 'columnReference') return of;
  return tablesNamed(names, of.path).length === 0 && lookupColumn(names, of.path) !== undefined
    ? of
    : undefined;
}

/** One item for each field; the struct is bound once to learn its type, and again with each item. */
function structItems(
  binder: Binder,
  node: Star,
  struct: Expression,
  names: NameScope,
): readonly Item[] {
  const { type } = binder.expression(struct, { ...constantScope('SELECT'), names });
  if (type.kind !== 'struct')
    throw typeError(`.* needs a table or a struct, not ${typeName(type)}`, node.span);
  if (node.replace.length > 0 || node.rename.length > 0 || node.like !== null)
    throw unsupported('REPLACE, RENAME and LIKE over a struct', node.span, 'Name the fields.');
  const excluded = (name: string): boolean =>
    node.exclude.some((path) => sameName(path.parts.at(-1)?.name ?? '', name));
  return type.fields
    .filter((field) => !excluded(field.name))
    .map(({ name }) => {
      const field: Identifier = { kind: 'identifier', name, quoted: true, span: node.span };
      const access: Expression = { kind: 'fieldAccess', base: struct, field, span: node.span };
      return { name, alias: undefined, node: access, column: undefined, choice: undefined };
    });
}

/** The columns of `*` or `t.*` after EXCLUDE, LIKE, REPLACE and RENAME. */
function starColumns(binder: Binder, node: Star, names: NameScope): readonly StarColumn[] {
  let columns = columnsOfStar(node, names);
  for (const name of node.exclude) {
    findStarColumn(columns, name, names);
    columns = columns.filter((column) => !matches(column, name));
  }
  if (node.like !== null) {
    const accepts = nameFilter(binder, node.like);
    columns = columns.filter((column) => accepts(column.name));
    if (columns.length === 0) throw noColumns(node.like.span);
  }
  for (const { name } of node.replace) findStarColumn(columns, name, names);
  for (const { from } of node.rename) findStarColumn(columns, from, names);
  return columns.map((column) => {
    const replaced = node.replace.find((r: StarReplacement) => matches(column, r.name));
    const renamed = node.rename.find((r) => matches(column, r.from));
    return {
      column,
      name: renamed?.to.name ?? column.name,
      replacement: replaced?.expression,
    };
  });
}

function columnsOfStar(node: Star, names: NameScope): readonly VisibleColumn[] {
  const { of } = node;
  if (of === null) {
    if (names.tables.length === 0) {
      throw bindError('42703', '* needs a FROM clause', node.span, 'Name the values to select.');
    }
    return names.columns;
  }
  if (of.kind !== 'columnReference')
    throw bindError('42601', '* follows a table or a struct', node.span);
  const tables = tablesNamed(names, of.path);
  const [table] = tables;
  if (table === undefined) {
    const [first, ...rest] = of.path;
    const missing: Identifier = { ...(rest.at(-1) ?? first), name: '*' };
    throw unknownColumn(names, [first, missing], []);
  }
  return tables.flatMap((t) => visibleColumns(t.path.at(-1), t.columns));
}

const matches = (column: VisibleColumn, name: QualifiedName): boolean => {
  const [last, table] = name.parts.map((part) => part.name).reverse();
  return (
    sameName(column.name, last ?? '') &&
    (table === undefined || (column.table !== undefined && sameName(column.table, table)))
  );
};

function findStarColumn(
  columns: readonly VisibleColumn[],
  name: QualifiedName,
  names: NameScope,
): void {
  if (columns.some((column) => matches(column, name))) return;
  throw unknownColumn(names, name.parts, []);
}

const noColumns = (span: Star['span']): SqlError =>
  bindError('42703', 'the selection matches no column', span, 'Check the pattern of names.');

/** LIKE and its relatives over column names, which are known now. */
function nameFilter(binder: Binder, filter: StarFilter): (name: string) => boolean {
  const names = {
    like: 'like',
    ilike: 'ilike',
    glob: 'glob',
    similar: 'similar_to',
    regex: 'regexp_matches',
  };
  const scope = constantScope('a selection of columns');
  const pattern = binder.expression(filter.pattern, scope);
  const escapeChar = filter.escape === null ? [] : [binder.expression(filter.escape, scope)];
  const plain = names[filter.operator];
  const name = escapeChar.length === 0 ? plain : `${plain}_escape`;
  return (column) => {
    const args = [textLiteral(column, filter.span), pattern, ...escapeChar];
    return isTrueConstant(binder, callScalar(binder, name, args, filter.span)) !== filter.negated;
  };
}

function isTrueConstant(binder: Binder, expr: Expr): boolean {
  const value = constantValue(binder.context, expr);
  if (value === undefined) {
    throw bindError(
      '22023',
      'a selection of columns must be constant',
      expr.span ?? { start: 0, end: 0 },
    );
  }
  return value === true;
}

/** All COLUMNS(…) of an expression, not those of its subqueries. */
function columnsIn(tree: unknown): readonly Columns[] {
  const found: Columns[] = [];
  visitSyntax(tree, (node) => {
    if (node.kind === 'columns') found.push(node);
    return node.kind !== 'query' && node.kind !== 'columns';
  });
  return found;
}

/** The expression once for each selected column; several COLUMNS in it move in step. */
function expandColumns(
  binder: Binder,
  item: SelectItem,
  selections: readonly Columns[],
  names: NameScope,
): readonly Item[] {
  const chosen = selections.map((node) => selectedColumns(binder, node, names));
  const [first = []] = chosen;
  const uneven = selections.find((_, i) => chosen[i]?.length !== first.length);
  if (uneven !== undefined) {
    throw bindError(
      '42601',
      'COLUMNS of one expression must select the same number of columns',
      uneven.span,
      'Use the same selection in each of them.',
    );
  }
  return first.map(({ name }, i) => {
    const choice = new Map<Columns, ColumnRef>();
    for (const [k, node] of selections.entries()) {
      const column = chosen[k]?.[i]?.column;
      if (column !== undefined) choice.set(node, columnRef(column));
    }
    return {
      name: item.alias?.name ?? name,
      alias: item.alias?.name,
      node: item.expression,
      column: undefined,
      choice,
    };
  });
}

type SelectedColumn = Pick<StarColumn, 'column' | 'name'>;

/** The columns that a COLUMNS(…) selects. */
function selectedColumns(
  binder: Binder,
  node: Columns,
  names: NameScope,
): readonly SelectedColumn[] {
  if (node.spliced) {
    throw unsupported('*COLUMNS(…)', node.span, 'Name the arguments one by one.');
  }
  const { selector, of } = node;
  if (selector.kind === 'star') {
    const star: Star =
      of === null
        ? selector
        : { ...selector, of: { kind: 'columnReference', path: of.parts, span: of.span } };
    const columns = starColumns(binder, star, names);
    if (columns.length === 0) throw noColumns(node.span);
    return columns;
  }
  const all = of === null ? names.columns : columnsOfStar(starOf(of), names);
  const columns = selectFrom(binder, node, all, names);
  if (columns.length === 0) throw noColumns(node.span);
  return columns;
}

const starOf = (of: QualifiedName): Star => ({
  kind: 'star',
  of: { kind: 'columnReference', path: of.parts, span: of.span },
  exclude: [],
  replace: [],
  rename: [],
  like: null,
  span: of.span,
});

function selectFrom(
  binder: Binder,
  node: Columns,
  all: readonly VisibleColumn[],
  names: NameScope,
): readonly SelectedColumn[] {
  const { selector } = node;
  const withNames = (columns: readonly VisibleColumn[]): readonly SelectedColumn[] =>
    columns.map((column) => ({ column, name: column.name }));
  if (selector.kind === 'stringLiteral') {
    const accepts = nameFilter(binder, {
      kind: 'starFilter',
      operator: 'regex',
      negated: false,
      pattern: selector,
      escape: null,
      span: selector.span,
    });
    return withNames(all.filter((column) => accepts(column.name)));
  }
  if (selector.kind === 'lambda') {
    const [parameter] = selector.parameters;
    return withNames(
      all.filter((column) => {
        const name = textLiteral(column.name, parameter.span);
        const scope: ExpressionScope = {
          ...constantScope('a selection of columns'),
          aliases: {
            first: true,
            names: [parameter.name],
            resolve: (wanted) => (sameName(wanted, parameter.name) ? name : undefined),
          },
        };
        return isTrueConstant(binder, binder.expression(selector.body, scope));
      }),
    );
  }
  if (selector.kind === 'list') {
    return selector.items.flatMap((item) => {
      const name =
        item.kind === 'stringLiteral'
          ? item.value
          : item.kind === 'columnReference'
            ? item.path.at(-1)?.name
            : undefined;
      const found = all.filter((column) => name !== undefined && sameName(column.name, name));
      if (found.length === 0) {
        const missing: Identifier = {
          kind: 'identifier',
          name: name ?? '',
          quoted: true,
          span: item.span,
        };
        throw unknownColumn(names, [missing], []);
      }
      return withNames(found);
    });
  }
  throw bindError(
    '42601',
    'COLUMNS takes *, a regular expression, a list of names or a lambda',
    selector.span,
  );
}
