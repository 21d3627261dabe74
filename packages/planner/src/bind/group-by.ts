import { type Expr, type Span, SqlError } from '@windrow/core';
import type { Expression, GroupBy, GroupingElement } from '@windrow/parser';
import { exprKey } from '../expr/structure.ts';
import type { NamedExpr, OutputColumn } from '../logical.ts';
import { type Binder, columnFor, nameOf } from './binder.ts';
import { bindError, counted } from './errors.ts';
import type { ExpressionScope } from './scope.ts';
import type { Item } from './star.ts';

/** GROUP BY worked out. `sets` are indices into `keys`; undefined for a single plain set. */
export interface Grouping {
  readonly keys: readonly NamedExpr[];
  readonly sets: readonly (readonly number[])[] | undefined;
  /** Key of a SELECT item that was named by position, alias or ALL. */
  readonly keyOfItem: ReadonlyMap<number, OutputColumn>;
}

/** Most columns of a CUBE: each one doubles the number of sets. */
const MAX_CUBE = 12;

/** What GROUP BY needs to know of the SELECT list. */
export interface GroupByItems {
  readonly items: readonly Item[];
  /** Binds an item as a key. */
  bindItem(index: number, scope: ExpressionScope): Expr;
  /** The item that a bare name means, where no column has the name. */
  itemNamed(node: Expression): number | undefined;
  /** Items without aggregates, window functions and unnest: the keys of ALL. */
  plainItems(): readonly number[];
}

/** Binds GROUP BY; keys that are equal are kept once. */
export function bindGroupBy(
  binder: Binder,
  node: GroupBy,
  select: GroupByItems,
  scope: ExpressionScope,
): Grouping {
  const keys: { readonly expr: Expr; readonly node: Expression }[] = [];
  const index = new Map<string, number>();
  const itemKeys = new Map<number, number>();
  const keep = (expr: Expr, written: Expression): number => {
    const key = exprKey(expr);
    const known = index.get(key);
    if (known !== undefined) return known;
    index.set(key, keys.length);
    keys.push({ expr, node: written });
    return keys.length - 1;
  };
  const keepItem = (item: number, written: Expression): number => {
    const at = itemKeys.get(item) ?? keep(select.bindItem(item, scope), written);
    itemKeys.set(item, at);
    return at;
  };
  const bindKey = (written: Expression): number => {
    const position = positionOf(written, select.items.length);
    const item = position ?? select.itemNamed(written);
    return item === undefined
      ? keep(binder.expression(written, scope), written)
      : keepItem(item, written);
  };
  if (node.all) {
    for (const item of select.plainItems()) {
      const written = select.items[item]?.node;
      if (written !== undefined) keepItem(item, written);
    }
  }
  const sets = groupingSets(node, bindKey, keys.length);
  const isPlain = sets === undefined;
  const named = keys.map(({ expr, node: written }) => keyColumn(binder, expr, written, isPlain));
  const keyOfItem = new Map<number, OutputColumn>();
  for (const [item, at] of itemKeys) {
    const output = named[at]?.output;
    if (output !== undefined) keyOfItem.set(item, output);
  }
  return { keys: named, sets, keyOfItem };
}

/** A plain column keeps its id; with grouping sets it becomes another one, NULL where it is rolled up. */
function keyColumn(binder: Binder, expr: Expr, node: Expression, isPlain: boolean): NamedExpr {
  if (isPlain && expr.kind === 'column') {
    const { id, name, type, nullable } = expr;
    return { output: { id, name, type, nullable }, expr };
  }
  const name = expr.kind === 'column' ? expr.name : nameOf(binder, node.span, expr);
  const output = columnFor(binder, name, expr);
  return { output: isPlain ? output : { ...output, nullable: true }, expr };
}

/** A position of the SELECT list, from 0. @throws SqlError `bind` 42P10 */
export function positionOf(node: Expression, count: number): number | undefined {
  if (node.kind !== 'numberLiteral' || node.form !== 'integer') return undefined;
  const position = Number(node.text);
  if (position >= 1 && position <= count) return position - 1;
  throw bindError(
    '42P10',
    `position ${node.text} is not in the SELECT list`,
    node.span,
    `It has ${counted(count, 'column')}.`,
  );
}

type Sets = readonly (readonly number[])[];

/** The grouping sets, or undefined where there are only plain keys. */
function groupingSets(
  node: GroupBy,
  bindKey: (node: Expression) => number,
  keysOfAll: number,
): Sets | undefined {
  const elements: readonly Sets[] = node.all
    ? [[Array.from({ length: keysOfAll }, (_, key) => key)]]
    : node.elements.map((element) => setsOf(element, bindKey));
  const isPlain =
    node.with === null &&
    node.elements.every((e) => e.kind === 'groupingSet' && e.expressions.length > 0);
  if (isPlain) return undefined;
  const [only] = node.elements;
  if (node.elements.length === 1 && only?.kind === 'groupingSet' && node.with === null)
    return undefined;
  const product = elements.reduce<Sets>(
    (left, right) => left.flatMap((a) => right.map((b) => union(a, b))),
    [[]],
  );
  const [all = []] = product;
  const sets = withModifier(node, all, product);
  if (!node.distinct) return sets;
  const seen = new Set<string>();
  return sets.filter((set) => {
    const key = [...set].sort((a, b) => a - b).join();
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

const union = (a: readonly number[], b: readonly number[]): readonly number[] => [
  ...new Set([...a, ...b]),
];

/** `WITH ROLLUP | CUBE | TOTALS` over the plain keys. */
function withModifier(node: GroupBy, all: readonly number[], product: Sets): Sets {
  switch (node.with) {
    case null:
      return product;
    case 'rollup':
      return rollup(all.map((key) => [key]));
    case 'cube':
      return cube(
        all.map((key) => [key]),
        node.span,
      );
    case 'totals':
      return [all, []];
  }
}

function setsOf(element: GroupingElement, bindKey: (node: Expression) => number): Sets {
  switch (element.kind) {
    case 'groupingSet':
      return [element.expressions.map(bindKey)];
    case 'rollup':
      return rollup(element.items.map((item) => item.map(bindKey)));
    case 'cube':
      return cube(
        element.items.map((item) => item.map(bindKey)),
        element.span,
      );
    case 'groupingSets':
      return element.elements.flatMap((inner) => setsOf(inner, bindKey));
  }
}

/** The items, then one fewer from the right each time, down to none. */
const rollup = (items: Sets): Sets =>
  Array.from({ length: items.length + 1 }, (_, dropped) =>
    items.slice(0, items.length - dropped).flat(),
  );

/** All subsets, the full one first. */
function cube(items: Sets, span: Span): Sets {
  if (items.length > MAX_CUBE) {
    throw new SqlError('resource', `CUBE takes at most ${MAX_CUBE} columns, not ${items.length}`, {
      span,
      sqlState: '54000',
      hint: 'List the sets that are wanted: GROUPING SETS ((a, b), (a), ()).',
    });
  }
  const subsets: (readonly number[])[] = [];
  for (let mask = 2 ** items.length - 1; mask >= 0; mask--) {
    subsets.push(items.filter((_, i) => ((mask >> (items.length - 1 - i)) & 1) === 1).flat());
  }
  return subsets;
}
