import type { Expr, LiteralValue, SharedMemory, SqlType } from '@windrow/core';
import type { AggregateCall, OutputColumn, PhysicalAggregate } from '@windrow/planner';
import {
  column,
  node,
  scanOf,
  type TestTable,
  testFunctions,
} from '../../runtime/fixture.test.support.ts';
import { anyAggregateReference } from '../../testing/collected-aggregates.test.support.ts';

/** An aggregate of a test; numbers are columns of the table, literals stand for themselves. */
export interface TestCall {
  readonly name: string;
  readonly args: readonly (number | { readonly value: LiteralValue; readonly type: SqlType })[];
  readonly distinct?: boolean;
  readonly filter?: number;
  readonly orderBy?: readonly {
    readonly column: number;
    readonly descending: boolean;
    readonly nullsFirst: boolean;
  }[];
}

export interface TestAggregation {
  readonly keys: readonly number[];
  readonly calls: readonly TestCall[];
  readonly strategy?: PhysicalAggregate['strategy'];
  readonly estimatedRows?: number;
}

export const columnRef = ({ id, type, name, nullable }: OutputColumn): Expr => ({
  kind: 'column',
  id,
  type,
  name,
  nullable,
});

/** What an aggregate of the tests returns. */
export function returnTypeOf(name: string): SqlType {
  const signature = testFunctions.aggregate(name)?.overloads[0]?.signature;
  if (signature === undefined || !('returns' in signature)) throw new RangeError(name);
  return signature.returns;
}

/** The physical node over a scan of the table. */
export function aggregateOf(
  memory: SharedMemory,
  table: TestTable,
  options: TestAggregation,
): PhysicalAggregate {
  const scan = scanOf(memory, table);
  const input = { ...scan, estimatedRows: options.estimatedRows ?? table.rows.length };
  const at = (index: number): Expr => columnRef(input.output[index]!);
  const keys = options.keys.map((index) => {
    const { name, type } = input.output[index]!;
    return { output: column(name, type), expr: at(index) };
  });
  const aggregates = options.calls.map((call): AggregateCall => {
    return {
      output: column(call.name, returnTypeOf(call.name)),
      function: call.name,
      overload: 0,
      args: call.args.map((arg) =>
        typeof arg === 'number' ? at(arg) : { kind: 'literal', ...arg },
      ),
      distinct: call.distinct ?? false,
      filter: call.filter === undefined ? undefined : at(call.filter),
      orderBy: (call.orderBy ?? []).map(({ column: index, ...order }) => ({
        expr: at(index),
        ...order,
      })),
    };
  });
  const output = [...keys.map((key) => key.output), ...aggregates.map((call) => call.output)];
  const strategy = keys.length === 0 ? 'global' : (options.strategy ?? 'hash');
  return {
    ...node(output),
    kind: 'aggregate',
    input,
    keys,
    aggregates,
    strategy,
    estimatedGroups: 0,
  };
}

type Row = readonly LiteralValue[];

const text = (value: LiteralValue | undefined): string =>
  value === null ? 'NULL' : `${typeof value} ${String(value)}`;

function compare(a: LiteralValue, b: LiteralValue, nullsFirst: boolean, sign: number): number {
  if (a === null || b === null) {
    if (a === b) return 0;
    return (a === null) === nullsFirst ? -1 : 1;
  }
  return a === b ? 0 : (a < b ? -1 : 1) * sign;
}

function callValue(group: readonly Row[], call: TestCall): LiteralValue {
  const { name, args, distinct, filter, orderBy = [] } = call;
  let rows = filter === undefined ? [...group] : group.filter((row) => row[filter] === true);
  rows.sort((a, b) => {
    for (const { column: index, descending, nullsFirst } of orderBy) {
      const order = compare(a[index]!, b[index]!, nullsFirst, descending ? -1 : 1);
      if (order !== 0) return order;
    }
    return 0;
  });
  const argsOf = (row: Row): LiteralValue[] =>
    args.map((arg) => (typeof arg === 'number' ? row[arg]! : arg.value));
  if (distinct === true) {
    const met = new Set<string>();
    rows = rows.filter((row) => {
      const key = argsOf(row).map(text).join('|');
      return !met.has(key) && met.add(key);
    });
  }
  return anyAggregateReference(name, rows.map(argsOf));
}

/** The answer by its definition, groups in the order of their first rows. */
export function naiveAggregate(rows: readonly Row[], options: TestAggregation): LiteralValue[][] {
  const groups = new Map<string, Row[]>();
  if (options.keys.length === 0) groups.set('', []);
  for (const row of rows) {
    const key = options.keys.map((index) => text(row[index])).join(' | ');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups.values()].map((group) => [
    ...options.keys.map((index) => group[0]?.[index] ?? null),
    ...options.calls.map((call) => callValue(group, call)),
  ]);
}
