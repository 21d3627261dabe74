import type { Expr } from '@windrow/core';
import type { Expression, OrderBy, Select, SortItem, WindowSpecification } from '@windrow/parser';
import { columnRef } from '../expr/structure.ts';
import type { OutputColumn } from '../logical.ts';
import { nameOfCall } from './arguments.ts';
import { type BoundFilter, bindFilter } from './attach.ts';
import type { Binder } from './binder.ts';
import { bindCollated, collate } from './collate.ts';
import { ErrorCollector } from './error-collector.ts';
import { bindError, windowError } from './errors.ts';
import { bindGroupBy, type Grouping, positionOf } from './group-by.ts';
import {
  type AggregateSink,
  type AliasScope,
  type ExpressionScope,
  type FromRelation,
  lookupColumn,
  type NamedWindows,
  namesOf,
  type PendingJoin,
  type QueryScope,
  sameName,
  type UnnestSink,
  type WindowSink,
} from './scope.ts';
import { rejectFill } from './sort.ts';
import { expandItems, type Item } from './star.ts';
import { someNode } from './syntax.ts';
import { inheritWindow } from './window-call.ts';

/** What a key of ORDER BY or DISTINCT ON orders by: an item of the SELECT list or something else. */
export type OrderTarget =
  | { readonly kind: 'item'; readonly index: number }
  | { readonly kind: 'expr'; readonly expr: Expr; readonly node: Expression };

export interface BoundOrder {
  readonly target: OrderTarget;
  readonly order: Pick<SortItem, 'direction' | 'nulls' | 'span'>;
}

/** All clauses of a SELECT bound over its FROM, before they are put on top of each other. */
export interface BoundClauses {
  readonly from: FromRelation;
  readonly where: BoundFilter | undefined;
  readonly isAggregated: boolean;
  readonly grouping: Grouping;
  readonly keyScope: ExpressionScope;
  /** Subqueries of the grouping keys; those of aggregate arguments are in `aggregates`. */
  readonly keyJoins: readonly PendingJoin[];
  readonly aggregates: AggregateSink;
  readonly having: BoundFilter | undefined;
  readonly items: readonly { readonly item: Item; readonly expr: Expr }[];
  /** Subqueries of the SELECT list, ORDER BY and window functions. */
  readonly joins: readonly PendingJoin[];
  readonly windows: WindowSink;
  readonly qualify: BoundFilter | undefined;
  readonly unnests: UnnestSink;
  /** Undefined: no DISTINCT; without targets: whole rows. */
  readonly distinct: readonly OrderTarget[] | undefined;
  readonly orderBy: readonly BoundOrder[];
}

const NO_GROUPING: Grouping = { keys: [], sets: undefined, keyOfItem: new Map() };

/** Binds the clauses of a SELECT. @throws SqlError the first error in the order of the text. */
export function bindClauses(
  binder: Binder,
  select: Select,
  from: FromRelation,
  scope: QueryScope,
  orderBy: OrderBy | null,
): BoundClauses {
  const names = namesOf(from, scope.outer);
  const items = expandItems(binder, select.items, names);
  const aggregates: AggregateSink = { calls: new Map(), joins: [], groupings: [] };
  const windows: WindowSink = { entries: new Map() };
  const unnests: UnnestSink = { lists: [] };
  const joins: PendingJoin[] = [];
  const keyJoins: PendingJoin[] = [];
  const errors = new ErrorCollector();
  const base: ExpressionScope = {
    names,
    ctes: scope.ctes,
    clause: 'SELECT',
    joins,
    aggregates: undefined,
    windows: undefined,
    unnests: undefined,
    aliases: undefined,
    namedWindows: errors.attempt(() => nameWindows(select)),
    columnChoice: undefined,
  };
  let keyOfItem: Grouping['keyOfItem'] = new Map();
  const list = createItemBinder(binder, items, base, (index) => keyOfItem.get(index));
  const output = { ...base, joins, aggregates, windows, unnests };
  const aliases = list.aliasesBefore(items.length);
  const filter = (clause: string, node: Expression | null, inner: ExpressionScope) =>
    node === null
      ? undefined
      : errors.attempt(() => bindFilter(binder, node, { ...inner, clause, aliases }));

  const where = filter('WHERE', select.where, base);
  const keyScope: ExpressionScope = { ...base, clause: 'GROUP BY', joins: keyJoins, aliases };
  const { groupBy } = select;
  const grouping =
    groupBy === null
      ? NO_GROUPING
      : errors.attempt(() =>
          bindGroupBy(binder, groupBy, groupByItems(binder, items, list, base), keyScope),
        );
  keyOfItem = grouping?.keyOfItem ?? keyOfItem;
  const bound = items.map((item, i) => ({
    item,
    expr: errors.attempt(() => list.bind(i, output)),
  }));
  const having = filter('HAVING', select.having, { ...base, aggregates });
  const qualify = filter('QUALIFY', select.qualify, { ...base, aggregates, windows });
  const orderScope: ExpressionScope = { ...output, aliases: { ...aliases, first: true } };
  const distinct = errors.attempt(() => bindDistinct(binder, select, items, orderScope));
  const order = errors.attempt(() => bindOrder(binder, orderBy, items, orderScope)) ?? [];
  errors.throwFirst();
  if (windows.entries.size === 0) rejectQualify(select);
  const isAggregated =
    groupBy !== null ||
    select.having !== null ||
    aggregates.calls.size > 0 ||
    aggregates.groupings.length > 0;
  return {
    from,
    where,
    isAggregated,
    grouping: grouping ?? NO_GROUPING,
    keyScope,
    keyJoins,
    aggregates,
    having,
    items: bound.flatMap(({ item, expr }) => (expr === undefined ? [] : [{ item, expr }])),
    joins,
    windows,
    qualify,
    unnests,
    distinct,
    orderBy: order,
  };
}

/** 42P20: QUALIFY without anything to qualify by. */
function rejectQualify({ qualify }: Select): void {
  if (qualify === null) return;
  throw windowError(
    'QUALIFY needs a window function in it or in the SELECT list',
    qualify.span,
    'Filter rows with WHERE and groups with HAVING.',
  );
}

/** The WINDOW clause; each window may build on those before it. */
function nameWindows(select: Select): NamedWindows {
  const windows = new Map<string, WindowSpecification>();
  for (const { name, window } of select.windows) {
    const key = name.name.toLowerCase();
    if (windows.has(key))
      throw windowError(`window "${name.name}" is defined twice`, name.span, 'Rename one of them.');
    windows.set(key, inheritWindow(window, windows));
  }
  return windows;
}

interface ItemBinder {
  /** The item's expression, bound once; a grouping key that was named as the item stands for it. */
  bind(index: number, scope: ExpressionScope): Expr;
  /** The item's expression bound for another clause. */
  bindAnew(index: number, scope: ExpressionScope): Expr;
  aliasesBefore(limit: number): AliasScope;
  indexOfAlias(name: string, limit: number): number | undefined;
}

/** Binds items of the SELECT list where they stand and where other clauses mention their aliases. */
function createItemBinder(
  binder: Binder,
  items: readonly Item[],
  base: ExpressionScope,
  keyOf: (index: number) => OutputColumn | undefined,
): ItemBinder {
  const bound = new Map<number, Expr>();
  const byAlias = new Map<string, number>();
  for (const [index, { alias }] of items.entries()) {
    const key = alias?.toLowerCase();
    if (key !== undefined && !byAlias.has(key)) byAlias.set(key, index);
  }
  const indexOfAlias = (name: string, limit: number): number | undefined => {
    const index = byAlias.get(name.toLowerCase());
    return index !== undefined && index < limit ? index : undefined;
  };
  const bindAnew = (index: number, scope: ExpressionScope): Expr => {
    const item = items[index];
    if (item === undefined) throw bindError('42P10', 'no such item', { start: 0, end: 0 });
    if (item.column !== undefined) return { ...columnRef(item.column), span: item.node.span };
    const aliases = aliasesBefore(index);
    return binder.expression(item.node, { ...scope, aliases, columnChoice: item.choice });
  };
  const bind = (index: number, scope: ExpressionScope): Expr => {
    const key = keyOf(index);
    let expr = key === undefined ? bound.get(index) : columnRef(key);
    if (expr === undefined) {
      expr = bindAnew(index, { ...scope, clause: base.clause });
      bound.set(index, expr);
    }
    return expr;
  };
  const aliasesBefore = (limit: number): AliasScope => ({
    first: false,
    names: [...byAlias.keys()],
    resolve: (name, scope) => {
      const index = indexOfAlias(name, limit);
      if (index === undefined) return undefined;
      // Where window functions and unnest may stand, the item's own value can be taken; above the
      // groups, a key.
      const isSameLevel = scope.windows !== undefined && scope.unnests !== undefined;
      const isKey = scope.aggregates !== undefined && keyOf(index) !== undefined;
      return isSameLevel || isKey ? bind(index, scope) : bindAnew(index, scope);
    },
  });
  return { bind, bindAnew, aliasesBefore, indexOfAlias };
}

function groupByItems(
  binder: Binder,
  items: readonly Item[],
  list: ItemBinder,
  base: ExpressionScope,
): Parameters<typeof bindGroupBy>[2] {
  const itemNamed = (node: Expression): number | undefined => {
    if (node.kind !== 'columnReference' || node.path.length > 1) return undefined;
    if (lookupColumn(base.names, node.path) !== undefined) return undefined;
    return list.indexOfAlias(node.path[0].name, items.length);
  };
  const isPlain = (index: number): boolean => {
    const item = items[index];
    if (item === undefined || item.column !== undefined) return item !== undefined;
    return !containsGroupCall(binder, item.node, (node) => {
      const alias = itemNamed(node);
      return alias !== undefined && alias < index && !isPlain(alias);
    });
  };
  return {
    items,
    bindItem: list.bindAnew,
    itemNamed,
    plainItems: () => items.map((_, i) => i).filter(isPlain),
  };
}

/** Does an expression call an aggregate, a window function or unnest? Subqueries do not count. */
const containsGroupCall = (
  binder: Binder,
  tree: Expression,
  isGrouped: (node: Expression) => boolean,
): boolean =>
  someNode(tree, (node) => {
    if (node.kind === 'columnReference') return isGrouped(node);
    if (node.kind !== 'call') return false;
    const name = nameOfCall(node).toLowerCase();
    return (
      node.over !== null ||
      binder.context.functions.aggregate(name) !== undefined ||
      GROUP_FORMS.includes(name)
    );
  });

/** Special forms that cannot be part of a grouping key. */
const GROUP_FORMS: readonly string[] = ['unnest', 'explode', 'grouping', 'grouping_id'];

/** DISTINCT: undefined without it, no targets for whole rows. */
const bindDistinct = (
  binder: Binder,
  { distinct }: Select,
  items: readonly Item[],
  scope: ExpressionScope,
): readonly OrderTarget[] | undefined =>
  distinct?.on.map((node) => bindTarget(binder, node, items, { ...scope, clause: 'DISTINCT ON' }));

function bindOrder(
  binder: Binder,
  orderBy: OrderBy | null,
  items: readonly Item[],
  outer: ExpressionScope,
): readonly BoundOrder[] {
  const scope: ExpressionScope = { ...outer, clause: 'ORDER BY' };
  if (orderBy === null) return [];
  if (orderBy.kind === 'orderByAll')
    return items.map((_, index) => ({ target: { kind: 'item', index }, order: orderBy }));
  return orderBy.items.map((item) => {
    rejectFill(item);
    return { target: bindTarget(binder, item.expression, items, scope), order: item };
  });
}

/** A position, the name of an output column, or an expression in which aliases win over columns. */
function bindTarget(
  binder: Binder,
  node: Expression,
  items: readonly Item[],
  scope: ExpressionScope,
): OrderTarget {
  const position = positionOf(node, items.length);
  if (position !== undefined) return { kind: 'item', index: position };
  if (node.kind === 'columnReference' && node.path.length === 1) {
    const index = outputNamed(node.path[0].name, items);
    if (index !== undefined) return { kind: 'item', index };
  }
  const { expr, collation } = bindCollated(binder, node, scope);
  return { kind: 'expr', expr: collate(binder, expr, collation), node };
}

/** The item of that name; an alias wins over a column's own name. */
function outputNamed(name: string, items: readonly Item[]): number | undefined {
  const named = items.map((_, i) => i).filter((i) => sameName(items[i]?.name ?? '', name));
  return named.find((i) => items[i]?.alias !== undefined) ?? named[0];
}
