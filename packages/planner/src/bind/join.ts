import type { Expr, Span } from '@windrow/core';
import type { Expression, Identifier, Join, JoinType, TableReference } from '@windrow/parser';
import { columnRef, conjunction, literal } from '../expr/structure.ts';
import { freeColumns } from '../free-columns.ts';
import type { JoinKind, LogicalPlan, OutputColumn } from '../logical.ts';
import { outputIds, outputOf } from '../plan-tree.ts';
import { addRowNumber } from '../row-number.ts';
import { asofJoin } from './asof.ts';
import { applyFilter, attach, bindFilter, filtered, joinLaterally } from './attach.ts';
import { asCondition, type Binder, columnFor } from './binder.ts';
import { ambiguousColumn, bindError, unsupported } from './errors.ts';
import { coalesceOf, compare } from './operators.ts';
import {
  constantScope,
  type ExpressionScope,
  type FromRelation,
  type QueryScope,
  sameName,
  type VisibleColumn,
} from './scope.ts';

type BindTable = (binder: Binder, node: TableReference, scope: QueryScope) => FromRelation;

/** A join of two FROM items. */
export function bindJoin(
  binder: Binder,
  node: Join,
  scope: QueryScope,
  bindTable: BindTable,
): FromRelation {
  const left = bindTable(binder, node.left, scope);
  const inner: QueryScope = {
    ...scope,
    outer: { tables: left.tables, columns: left.columns, outer: scope.outer },
  };
  const right = bindTable(binder, node.right, inner);
  rejectSameName(left, right, node.right.span);
  rejectLateral(node, left, right);
  if (node.joinType === 'positional') return bindPositional(binder, left, right);
  const { constraint } = node;
  if (constraint === null) return combine(left, right, crossJoin(left, right), 'inner');
  if (constraint.kind === 'joinOn' && node.asof)
    return bindAsofOn(binder, node, constraint.condition, left, right, scope);
  if (constraint.kind === 'joinOn')
    return bindOn(binder, node.joinType, constraint.condition, left, right, scope);
  const names =
    constraint.kind === 'joinUsing'
      ? constraint.columns
      : commonNames(left, right, constraint.span);
  return bindUsing(binder, node, names, left, right);
}

const crossJoin = (left: FromRelation, right: FromRelation): LogicalPlan =>
  joinLaterally(left.plan, right.plan, {
    joinKind: 'inner',
    condition: literal(true),
    mark: undefined,
  });

/** 42712: a name would mean two tables. */
export function rejectSameName(left: FromRelation, right: FromRelation, span: Span): void {
  for (const { path } of right.tables) {
    const isTaken = left.tables.some(
      (table) =>
        path.length > 0 &&
        table.path.length === path.length &&
        path.every((part, i) => sameName(part, table.path[i] ?? '')),
    );
    const name = path.at(-1);
    if (!isTaken || name === undefined) continue;
    throw bindError(
      '42712',
      `table name "${name}" is used twice`,
      span,
      `Give one of them another name: ${name} AS ${name}2.`,
    );
  }
}

/** The side that an outer join keeps whole cannot be computed from the rows of the other one. */
function rejectLateral(node: Join, left: FromRelation, right: FromRelation): void {
  if (node.joinType !== 'right' && node.joinType !== 'full') return;
  const produced = outputIds(left.plan);
  if (![...freeColumns(right.plan)].some((id) => produced.has(id))) return;
  throw unsupported(
    `${node.joinType.toUpperCase()} JOIN LATERAL`,
    node.right.span,
    'Use CROSS JOIN LATERAL or LEFT JOIN LATERAL.',
  );
}

const JOIN_KINDS: Readonly<Record<Exclude<JoinType, 'positional'>, JoinKind>> = {
  inner: 'inner',
  cross: 'inner',
  left: 'left',
  right: 'right',
  full: 'full',
  semi: 'semi',
  anti: 'anti',
};

const kindOf = ({ joinType }: Pick<Join, 'joinType'>): JoinKind =>
  JOIN_KINDS[joinType === 'positional' ? 'inner' : joinType];

/** The names after a join: columns that an outer join may fill with NULLs are nullable from here on. */
function combine(
  left: FromRelation,
  right: FromRelation,
  plan: LogicalPlan,
  kind: JoinKind,
): FromRelation {
  const after = new Map(outputOf(plan).map((column) => [column.id, column]));
  const update = <T extends OutputColumn>(columns: readonly T[]): readonly T[] =>
    columns.map((column) => {
      const nullable = after.get(column.id)?.nullable ?? column.nullable;
      return nullable === column.nullable ? column : { ...column, nullable };
    });
  const onlyLeft = kind === 'semi' || kind === 'anti';
  const tables = onlyLeft ? left.tables : [...left.tables, ...right.tables];
  return {
    plan,
    tables: tables.map((table) => ({ ...table, columns: update(table.columns) })),
    columns: update(onlyLeft ? left.columns : [...left.columns, ...right.columns]),
  };
}

function bindOn(
  binder: Binder,
  joinType: JoinType,
  condition: Expression,
  left: FromRelation,
  right: FromRelation,
  scope: QueryScope,
): FromRelation {
  const kind = kindOf({ joinType });
  const filter = bindFilter(binder, condition, conditionScope(left, right, scope));
  if (filter.steps.length === 0) {
    const predicate = conjunction(filter.plain);
    return combine(left, right, joinOn(kind, left.plan, right.plan, predicate), kind);
  }
  if (kind === 'inner')
    return combine(left, right, applyFilter(crossJoin(left, right), filter), kind);
  if (kind === 'full') {
    throw unsupported(
      'a subquery in the condition of FULL JOIN',
      condition.span,
      'Compute it in a subquery of FROM.',
    );
  }
  // Per row of the kept side, the other side is filtered with the subqueries joined to it.
  const [kept, other] = kind === 'right' ? [right, left] : [left, right];
  const joinKind = kind === 'right' ? 'left' : kind;
  if (joinKind !== 'left' && joinKind !== 'semi' && joinKind !== 'anti')
    return combine(left, right, applyFilter(crossJoin(left, right), filter), kind);
  const filteredSide = filter.steps.reduce(
    (input, { joins: pending, predicate }) => filtered(attach(input, pending), [predicate]),
    filtered(other.plan, filter.plain),
  );
  const plan = joinLaterally(kept.plan, filteredSide, {
    joinKind,
    condition: literal(true),
    mark: undefined,
  });
  return combine(left, right, plan, kind);
}

/** ON of a join sees both sides, but no aliases, aggregates or windows. */
const conditionScope = (
  left: FromRelation,
  right: FromRelation,
  scope: QueryScope,
): ExpressionScope => ({
  ...constantScope('JOIN … ON', scope.ctes),
  names: {
    tables: [...left.tables, ...right.tables],
    columns: [...left.columns, ...right.columns],
    outer: scope.outer,
  },
});

function bindAsofOn(
  binder: Binder,
  node: Join,
  condition: Expression,
  left: FromRelation,
  right: FromRelation,
  scope: QueryScope,
): FromRelation {
  const inner = conditionScope(left, right, scope);
  const bound = asCondition(
    binder,
    binder.expression(condition, inner),
    'the condition of ASOF JOIN',
    condition.span,
  );
  if (inner.joins.length > 0)
    throw unsupported('a subquery in ASOF JOIN', condition.span, 'Join it before.');
  return combine(left, right, asofJoin(binder, node, left, right, bound), kindOf(node));
}

function joinOn(
  joinKind: JoinKind,
  left: LogicalPlan,
  right: LogicalPlan,
  condition: Expr,
): LogicalPlan {
  if (joinKind === 'right' || joinKind === 'full')
    return { kind: 'join', joinKind, left, right, condition, mark: undefined };
  return joinLaterally(left, right, { joinKind, condition, mark: undefined });
}

/** The columns that both sides of a NATURAL JOIN have. @throws SqlError `bind` 42703 */
function commonNames(left: FromRelation, right: FromRelation, span: Span): readonly Identifier[] {
  const names = left.columns
    .map((column) => column.name)
    .filter((name) => right.columns.some((other) => sameName(other.name, name)));
  if (names.length === 0) {
    throw bindError(
      '42703',
      'NATURAL JOIN needs a column that both sides have',
      span,
      'Join with ON, or write CROSS JOIN.',
    );
  }
  return [...new Set(names)].map((name) => ({ kind: 'identifier', name, quoted: true, span }));
}

function columnOf(side: FromRelation, name: Identifier, which: string): VisibleColumn {
  const found = side.columns.filter((column) => sameName(column.name, name.name));
  const [column] = found;
  if (column === undefined) {
    throw bindError(
      '42703',
      `column "${name.name}" of USING does not exist on the ${which} side`,
      name.span,
      `It has ${side.columns.map((c) => c.name).join(', ')}.`,
    );
  }
  if (found.length > 1) {
    throw ambiguousColumn({ tables: side.tables, columns: side.columns, outer: undefined }, name);
  }
  return column;
}

/** USING and NATURAL: one visible column for each pair, where the left one stood. */
function bindUsing(
  binder: Binder,
  node: Join,
  names: readonly Identifier[],
  left: FromRelation,
  right: FromRelation,
): FromRelation {
  const kind = kindOf(node);
  const pairs = names.map((name) => ({
    name,
    left: columnOf(left, name, 'left'),
    right: columnOf(right, name, 'right'),
  }));
  const condition = conjunction(
    pairs.map((pair, i) => {
      // The last column of ASOF … USING is the one that is only nearest.
      const operator = node.asof && i === pairs.length - 1 ? '>=' : '=';
      return compare(binder, operator, columnRef(pair.left), columnRef(pair.right), pair.name.span);
    }),
  );
  const plan = node.asof
    ? asofJoin(binder, node, left, right, condition)
    : joinOn(kind, left.plan, right.plan, condition);
  const joined = combine(left, right, plan, kind);
  if (kind === 'semi' || kind === 'anti') return joined;
  const byId = new Map(joined.columns.map((column) => [column.id, column]));
  const merged = new Map<number, VisibleColumn>();
  const added: { readonly output: OutputColumn; readonly expr: Expr }[] = [];
  for (const pair of pairs) {
    const [a, b] = [byId.get(pair.left.id) ?? pair.left, byId.get(pair.right.id) ?? pair.right];
    if (kind === 'full') {
      const expr = coalesceOf(binder, [columnRef(a), columnRef(b)], pair.name.span);
      const output = columnFor(binder, pair.left.name, expr);
      added.push({ output, expr });
      merged.set(a.id, { ...output, table: undefined });
    } else {
      merged.set(a.id, kind === 'right' ? { ...b, name: a.name } : a);
    }
  }
  const hidden = new Set(pairs.map((pair) => pair.right.id));
  const columns = joined.columns
    .filter((column) => !hidden.has(column.id))
    .map((column) => merged.get(column.id) ?? column);
  return { ...joined, plan: withColumns(joined.plan, added), columns };
}

/** The plan's columns and some computed ones. */
function withColumns(
  input: LogicalPlan,
  added: readonly { readonly output: OutputColumn; readonly expr: Expr }[],
): LogicalPlan {
  if (added.length === 0) return input;
  const kept = outputOf(input).map((output) => ({ output, expr: columnRef(output) }));
  return { kind: 'project', input, expressions: [...kept, ...added] };
}

/** Rows side by side by their number; the shorter side is filled with NULLs. */
function bindPositional(binder: Binder, left: FromRelation, right: FromRelation): FromRelation {
  const a = addRowNumber(binder.ids, left.plan);
  const b = addRowNumber(binder.ids, right.plan);
  const span = { start: 0, end: 0 };
  const condition = compare(binder, '=', columnRef(a.number), columnRef(b.number), span);
  const joined: LogicalPlan = {
    kind: 'join',
    joinKind: 'full',
    left: a.plan,
    right: b.plan,
    condition,
    mark: undefined,
  };
  const numbers = outputOf(joined).filter(({ id }) => id === a.number.id || id === b.number.id);
  const order = coalesceOf(binder, numbers.map(columnRef), span);
  const plan: LogicalPlan = {
    kind: 'sort',
    input: joined,
    keys: [{ expr: order, descending: false, nullsFirst: false }],
  };
  return combine(left, right, plan, 'full');
}
