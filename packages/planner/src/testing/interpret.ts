import { assert, type ColumnId, type Expr, type LiteralValue, unreachable } from '@windrow/core';
import { compareLiterals } from '../expr/compare-literals.ts';
import { comparisonOf } from '../expr/comparison.ts';
import { exprKey } from '../expr/structure.ts';
import type {
  Aggregate,
  AggregateCall,
  Distinct,
  Join,
  LogicalPlan,
  SetOperation,
  SortKey,
  WindowNode,
} from '../logical.ts';
import { outputOf } from '../plan-tree.ts';

/*
 * Runs logical plans over small tables by their definition, row by row, so that tests can compare what a
 * plan means before and after a rule. Integers, booleans and strings; no window frames but whole
 * partitions and running ones.
 */

/** A row: the value of each column. */
export type Row = ReadonlyMap<ColumnId, LiteralValue>;

/** Rows of the tables by name, each value at its ordinal. */
export type TestRows = Readonly<Record<string, readonly (readonly LiteralValue[])[]>>;

/** The rows that a plan hands up. */
export function interpret(plan: LogicalPlan, tables: TestRows): readonly Row[] {
  return new Interpreter(tables).run(plan, new Map());
}

const NOTHING: Row = new Map();

class Interpreter {
  readonly #tables: TestRows;
  readonly #kept = new Map<number, readonly (readonly LiteralValue[])[]>();

  constructor(tables: TestRows) {
    this.#tables = tables;
  }

  /** `outer`: columns of enclosing queries, for dependent joins. */
  run(plan: LogicalPlan, outer: Row): readonly Row[] {
    const value = (expr: Expr, row: Row): LiteralValue => evaluate(expr, merge(outer, row));
    switch (plan.kind) {
      case 'scan':
        return (this.#tables[plan.table] ?? []).map((values) =>
          toRow(
            plan.output,
            plan.ordinals.map((ordinal) => values[ordinal] ?? null),
          ),
        );
      case 'values':
        return plan.rows.map((row) =>
          toRow(
            plan.output,
            row.map((expr) => value(expr, NOTHING)),
          ),
        );
      case 'filter':
        return this.run(plan.input, outer).filter((row) => value(plan.predicate, row) === true);
      case 'project':
        return this.run(plan.input, outer).map(
          (row) => new Map(plan.expressions.map((e) => [e.output.id, value(e.expr, row)])),
        );
      case 'aggregate':
        return aggregate(plan, this.run(plan.input, outer), value);
      case 'window':
        return window(plan, this.run(plan.input, outer), value);
      case 'sort':
        return sorted(this.run(plan.input, outer), plan.keys, value);
      case 'limit': {
        assert(!plan.percent && plan.withTies === undefined, 'the tests use plain limits');
        const rows = this.run(plan.input, outer);
        return rows.slice(
          plan.offset,
          plan.limit === undefined ? undefined : plan.offset + plan.limit,
        );
      }
      case 'distinct':
        return distinct(plan, this.run(plan.input, outer), value);
      case 'join':
        return join(plan, this.run(plan.left, outer), () => this.run(plan.right, outer), value);
      case 'dependentJoin': {
        const rows = this.run(plan.left, outer);
        return rows.flatMap((row) =>
          join(plan, [row], () => this.run(plan.right, merge(outer, row)), value),
        );
      }
      case 'setOperation':
        return setOperation(
          plan,
          plan.inputs.map((input) => this.#positions(input, outer)),
        );
      case 'withCte':
        this.#kept.set(plan.cteId, this.#positions(plan.definition, outer));
        return this.run(plan.body, outer);
      case 'cteScan':
        return (this.#kept.get(plan.cteId) ?? []).map((values) => toRow(plan.output, values));
      case 'unnest':
      case 'recursiveCte':
        return assert(false, 'the tests do without lists and recursion') ?? [];
      default:
        return unreachable(plan);
    }
  }

  #positions(plan: LogicalPlan, outer: Row): readonly (readonly LiteralValue[])[] {
    const columns = outputOf(plan);
    return this.run(plan, outer).map((row) => columns.map(({ id }) => row.get(id) ?? null));
  }
}

type Value = (expr: Expr, row: Row) => LiteralValue;

const merge = (a: Row, b: Row): Row => (a.size === 0 ? b : new Map([...a, ...b]));

const toRow = (
  columns: readonly { readonly id: ColumnId }[],
  values: readonly LiteralValue[],
): Row => new Map(columns.map(({ id }, i) => [id, values[i] ?? null]));

/** Values as text: equal texts are equal values, NULL equal to itself. */
export const keyOf = (values: readonly LiteralValue[]): string =>
  JSON.stringify(values, (_, v: unknown) => (typeof v === 'bigint' ? Number(v) : v));

function groupBy<T>(items: readonly T[], key: (item: T) => string): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

function sorted(rows: readonly Row[], keys: readonly SortKey[], value: Value): readonly Row[] {
  return [...rows].sort((a, b) => {
    for (const { expr, descending, nullsFirst } of keys) {
      const [x, y] = [value(expr, a), value(expr, b)];
      if (x === null || y === null) {
        if (x !== y) return (x === null) === nullsFirst ? -1 : 1;
        continue;
      }
      const order = compareLiterals(x, y) ?? 0;
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  });
}

function aggregate(plan: Aggregate, rows: readonly Row[], value: Value): readonly Row[] {
  const sets = plan.groupingSets ?? [plan.keys.map((_, i) => i)];
  return sets.flatMap((set) => {
    const keys = (row: Row): LiteralValue[] =>
      plan.keys.map((key, i) => (set.includes(i) ? value(key.expr, row) : null));
    const groups = groupBy(rows, (row) => keyOf(keys(row)));
    const isWhole = set.length === 0 && groups.length === 0;
    return (isWhole ? [[]] : groups).map((group): Row => {
      const [first] = group;
      const row = new Map<ColumnId, LiteralValue>();
      const values = first === undefined ? [] : keys(first);
      for (const [i, key] of plan.keys.entries()) row.set(key.output.id, values[i] ?? null);
      for (const call of plan.aggregates) row.set(call.output.id, aggregateOf(call, group, value));
      if (plan.groupingId !== undefined) {
        const bits = plan.keys.reduce((sum, _, i) => sum * 2 + (set.includes(i) ? 0 : 1), 0);
        row.set(plan.groupingId.id, BigInt(bits));
      }
      return row;
    });
  });
}

function aggregateOf(
  call: Pick<AggregateCall, 'function' | 'args' | 'distinct' | 'filter'>,
  rows: readonly Row[],
  value: Value,
): LiteralValue {
  const { filter } = call;
  const seen = filter === undefined ? rows : rows.filter((row) => value(filter, row) === true);
  if (call.function === 'count_star') return BigInt(seen.length);
  const [argument] = call.args;
  assert(argument !== undefined, 'an aggregate of the tests has an argument');
  const present: NonNullable<LiteralValue>[] = [];
  const texts = new Set<string>();
  for (const row of seen) {
    const v = value(argument, row);
    if (v === null || (call.distinct && texts.has(keyOf([v])))) continue;
    texts.add(keyOf([v]));
    present.push(v);
  }
  if (call.function === 'count') return BigInt(present.length);
  if (present.length === 0) return null;
  switch (call.function) {
    case 'sum':
      return present.reduce((sum: bigint, v) => sum + BigInt(Number(v)), 0n);
    case 'min':
      return present.reduce((a, b) => ((compareLiterals(b, a) ?? 0) < 0 ? b : a));
    case 'max':
      return present.reduce((a, b) => ((compareLiterals(b, a) ?? 0) > 0 ? b : a));
    default:
      return assert(false, `the tests do not compute ${call.function}`) ?? null;
  }
}

function window(plan: WindowNode, rows: readonly Row[], value: Value): readonly Row[] {
  const partitions = groupBy(rows, (row) => keyOf(plan.partitionBy.map((e) => value(e, row))));
  const peer = (row: Row): string => keyOf(plan.orderBy.map((key) => value(key.expr, row)));
  return partitions.flatMap((partition) => {
    const ordered = sorted(partition, plan.orderBy, value);
    return ordered.map((row, at) => {
      const added = new Map(row);
      const firstPeer = ordered.findIndex((other) => peer(other) === peer(row));
      for (const call of plan.functions) {
        if (call.function === 'row_number') added.set(call.output.id, BigInt(at + 1));
        else if (call.function === 'rank') added.set(call.output.id, BigInt(firstPeer + 1));
        else {
          const runs = call.frame.end.kind === 'currentRow';
          const peers = ordered.filter((other) => peer(other) === peer(row)).length;
          const end = call.frame.unit === 'rows' ? at + 1 : firstPeer + peers;
          const frame = runs ? ordered.slice(0, end) : ordered;
          const result =
            call.function === 'last_value' && call.ignoreNulls
              ? lastValue(call.args, frame, value)
              : aggregateOf(call, frame, value);
          added.set(call.output.id, result);
        }
      }
      return added;
    });
  });
}

function lastValue(args: readonly Expr[], frame: readonly Row[], value: Value): LiteralValue {
  const [argument] = args;
  assert(argument !== undefined, 'last_value has an argument');
  const values = frame.map((row) => value(argument, row)).filter((v) => v !== null);
  return values.at(-1) ?? null;
}

function distinct(plan: Distinct, rows: readonly Row[], value: Value): readonly Row[] {
  const columns = outputOf(plan);
  const key = (row: Row): string =>
    keyOf(plan.on?.map((e) => value(e, row)) ?? columns.map(({ id }) => row.get(id) ?? null));
  return groupBy(sorted(rows, plan.orderBy, value), key).flatMap((group) => group[0] ?? []);
}

function join(
  plan: Pick<Join, 'joinKind' | 'left' | 'right' | 'condition' | 'mark'>,
  left: readonly Row[],
  rightRows: () => readonly Row[],
  value: Value,
): readonly Row[] {
  const right = rightRows();
  const { joinKind, mark } = plan;
  const matched = new Set<Row>();
  const result: Row[] = [];
  const noRight = toRow(outputOf(plan.right), []);
  for (const row of left) {
    const answers = right.map((other) => value(plan.condition, merge(row, other)));
    const partners = right.filter((_, i) => answers[i] === true);
    for (const partner of partners) matched.add(partner);
    const pairs = partners.map((partner) => merge(row, partner));
    const padded = pairs.length > 0 ? pairs : [merge(row, noRight)];
    switch (joinKind) {
      case 'semi':
        if (partners.length > 0) result.push(row);
        break;
      case 'anti':
        if (partners.length === 0) result.push(row);
        break;
      case 'mark': {
        const answer = partners.length > 0 ? true : answers.includes(null) ? null : false;
        result.push(new Map([...row, [mark?.id ?? -1, answer]]));
        break;
      }
      case 'inner':
      case 'right':
        result.push(...pairs);
        break;
      case 'left':
      case 'full':
      case 'single':
        assert(joinKind !== 'single' || pairs.length <= 1, 'a scalar subquery gives one row');
        result.push(...padded);
        break;
      default:
        unreachable(joinKind);
    }
  }
  if (joinKind === 'right' || joinKind === 'full') {
    const noLeft = toRow(outputOf(plan.left), []);
    for (const row of right) if (!matched.has(row)) result.push(merge(noLeft, row));
  }
  return result;
}

function setOperation(
  plan: SetOperation,
  inputs: readonly (readonly (readonly LiteralValue[])[])[],
): readonly Row[] {
  const unique = (
    rows: readonly (readonly LiteralValue[])[],
  ): readonly (readonly LiteralValue[])[] =>
    groupBy(rows, keyOf).flatMap((group) => (group[0] === undefined ? [] : [group[0]]));
  const combined = inputs.reduce((left, right) => {
    if (plan.operator === 'union') return left.concat(right);
    const rest = new Map<string, number>();
    for (const row of right) rest.set(keyOf(row), (rest.get(keyOf(row)) ?? 0) + 1);
    const wants = plan.operator === 'intersect';
    if (!plan.all) return unique(left).filter((row) => rest.has(keyOf(row)) === wants);
    return left.filter((row) => {
      const count = rest.get(keyOf(row)) ?? 0;
      if (count > 0) rest.set(keyOf(row), count - 1);
      return count > 0 === wants;
    });
  });
  const rows = plan.all ? combined : unique(combined);
  return rows.map((values) => toRow(plan.output, values));
}

/** Three-valued evaluation of an expression. */
function evaluate(expr: Expr, row: Row): LiteralValue {
  switch (expr.kind) {
    case 'literal':
      return expr.value;
    case 'column': {
      const value = row.get(expr.id);
      assert(value !== undefined, `${expr.name} is in reach`);
      return value;
    }
    case 'cast': {
      const value = evaluate(expr.input, row);
      const isWide = expr.type.kind === 'int64' || expr.type.kind === 'hugeint';
      return typeof value === 'number' && isWide ? BigInt(value) : value;
    }
    case 'conditional':
      return conditional(expr.operator, expr.operands, row);
    case 'call':
      return call(expr, row);
    default:
      return unreachable(expr);
  }
}

function conditional(
  operator: 'and' | 'or' | 'case' | 'coalesce',
  operands: readonly Expr[],
  row: Row,
): LiteralValue {
  const decides = operator === 'or';
  switch (operator) {
    case 'and':
    case 'or': {
      const values = operands.map((operand) => evaluate(operand, row));
      if (values.includes(decides)) return decides;
      return values.includes(null) ? null : !decides;
    }
    case 'coalesce':
      return operands.map((o) => evaluate(o, row)).find((v) => v !== null) ?? null;
    case 'case': {
      for (let i = 0; i + 1 < operands.length; i += 2) {
        const [when, then] = operands.slice(i, i + 2) as [Expr, Expr];
        if (evaluate(when, row) === true) return evaluate(then, row);
      }
      return evaluate(operands.at(-1) as Expr, row);
    }
    default:
      return unreachable(operator);
  }
}

function call(expr: Expr & { readonly kind: 'call' }, row: Row): LiteralValue {
  const values = expr.args.map((arg) => evaluate(arg, row));
  const [a = null, b = null] = values;
  switch (expr.function) {
    case 'is_null':
      return a === null;
    case 'is_not_null':
      return a !== null;
    case 'is_true':
      return a === true;
    case 'is_not_true':
      return a !== true;
    case 'is_false':
      return a === false;
    case 'is_not_false':
      return a !== false;
    case 'is_not_distinct_from':
      return keyOf([a]) === keyOf([b]);
    case 'is_distinct_from':
      return keyOf([a]) !== keyOf([b]);
    case 'in_list': {
      const answers = values
        .slice(1)
        .map((v) => (a === null || v === null ? null : keyOf([a]) === keyOf([v])));
      return answers.includes(true) ? true : answers.includes(null) ? null : false;
    }
    default:
      break;
  }
  if (values.includes(null)) return null;
  const comparison = comparisonOf(expr);
  if (comparison !== undefined) {
    const order = Number(a) - Number(b);
    const texts = typeof a === 'string' ? (compareLiterals(a, b) ?? 0) : order;
    return {
      '=': texts === 0,
      '<>': texts !== 0,
      '<': texts < 0,
      '<=': texts <= 0,
      '>': texts > 0,
      '>=': texts >= 0,
    }[comparison.operator];
  }
  const wide = (n: number): LiteralValue =>
    typeof a === 'bigint' || typeof b === 'bigint' ? BigInt(n) : n;
  switch (expr.function) {
    case 'not':
      return a !== true;
    case 'add':
      return wide(Number(a) + Number(b));
    case 'subtract':
      return wide(Number(a) - Number(b));
    case 'multiply':
      return wide(Number(a) * Number(b));
    default:
      return assert(false, `the tests do not compute ${exprKey(expr)}`) ?? null;
  }
}
