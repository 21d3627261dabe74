import {
  Arena,
  BIGINT,
  BLOB,
  BOOLEAN,
  DATE,
  DOUBLE,
  decimal,
  HUGEINT,
  INTEGER,
  INTERVAL,
  type IntervalValue,
  type LiteralValue,
  list,
  REAL,
  readRow,
  SharedMemory,
  SMALLINT,
  type SqlType,
  UBIGINT,
  UTINYINT,
  UUID,
  VARCHAR,
  type Vector,
  writeVector,
} from '@windrow/core';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeKeys, GroupTable } from './group-table.ts';
import { encodeKeys, hashKeys } from './key-encoder.ts';
import { layOutKey } from './key-layout.ts';

const memory = SharedMemory.create();
const owner = memory.newOwner();
const batchArena = new Arena(memory, owner);
const taskArena = new Arena(memory, owner);
const context = { memory, taskArena, batchArena };

afterAll(() => memory.freeOwner(owner));

const interval = (months: number, days: number, micros: bigint): IntervalValue => ({
  months,
  days,
  micros,
});

/** Few values each, so that groups have several rows, and all corners of equality. */
const TYPES: readonly (readonly [SqlType, readonly LiteralValue[]])[] = [
  [BOOLEAN, [true, false]],
  [UTINYINT, [0, 255, 7]],
  [SMALLINT, [-32768, 0, 32767]],
  [INTEGER, [-1, 0, 1, 2147483647]],
  [DATE, [0, 20000]],
  [BIGINT, [-1n, 0n, 1n, 1n << 62n, (1n << 32n) + 1n]],
  [UBIGINT, [0n, (1n << 64n) - 1n]],
  [HUGEINT, [0n, 1n, 1n << 64n, -1n]],
  [decimal(30, 2), [100n, -100n, 10n ** 29n]],
  [REAL, [0, -0, 1.5, Number.NaN]],
  [DOUBLE, [0, -0, 1e300, Number.NaN, Number.NEGATIVE_INFINITY]],
  [UUID, ['00000000-0000-0001-0000-000000000000', '00000000-0000-0000-0000-000000000001']],
  [INTERVAL, [interval(1, 0, 0n), interval(0, 30, 0n), interval(0, 0, 0n)]],
  [VARCHAR, ['', 'a', 'b', 'a longer text', 'a longer texT', 'é']],
  [BLOB, [new Uint8Array(), new Uint8Array([0]), new Uint8Array([0, 0])]],
  [list(DOUBLE), [[], [0], [-0], [null], [0, 1]]],
  [list(VARCHAR), [['a,b'], ['a', 'b'], ['a', null], ['a', 'null']]],
];

const isInterval = (value: LiteralValue): value is IntervalValue =>
  typeof value === 'object' && value !== null && 'micros' in value;

/** Text that is equal when values are, by another way than the engine's. */
const groupText = (row: readonly LiteralValue[]): string =>
  JSON.stringify(row, (_key, value: LiteralValue) => {
    if (value === null || typeof value === 'string') return value;
    if (typeof value === 'bigint') return `${value}n`;
    if (typeof value === 'number') return value === 0 ? 0 : `f${value}`;
    if (isInterval(value)) {
      return `${(value.months * 30 + value.days) * 86400} ${value.micros}`;
    }
    return value;
  });

const column = fc.constantFrom(...TYPES);
const rowsOf = (columns: readonly (readonly [SqlType, readonly LiteralValue[]])[]) =>
  fc.array(
    fc.tuple(
      ...columns.map(([, values]) =>
        fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...values) }, fc.constant(null)),
      ),
    ),
    { maxLength: 60 },
  );

const tables = fc
  .array(column, { minLength: 1, maxLength: 5 })
  .chain((columns) => fc.tuple(fc.constant(columns.map(([type]) => type)), rowsOf(columns)));

/** Puts rows into the table, batch by batch; returns each row's state address. */
function findAll(
  table: GroupTable,
  types: readonly SqlType[],
  rows: readonly (readonly LiteralValue[])[],
  batchRows: number,
): number[] {
  const found: number[] = [];
  for (let from = 0; from < rows.length; from += batchRows) {
    const batch = rows.slice(from, from + batchRows);
    const columns: Vector[] = types.map((type, i) =>
      writeVector(
        batchArena,
        type,
        batch.map((row) => row[i] ?? null),
      ),
    );
    const keys = encodeKeys(context, table.layout, hashKeys(context, columns, batch.length));
    const states = table.find(keys);
    found.push(...memory.u32.subarray(states / 4, states / 4 + batch.length));
    // Whatever the table kept must not lie in the batch's memory.
    memory.u8.fill(0xdd, columns[0]!.kind === 'flat' ? columns[0]!.values : 0, states);
    batchArena.reset();
  }
  return found;
}

const groupsOf = (table: GroupTable): LiteralValue[][] => {
  const columns = decodeKeys(memory, table.layout, table.groups, batchArena);
  return Array.from({ length: table.count }, (_, row) =>
    columns.map((vector) => readRow(memory, vector, row)),
  );
};

describe('GroupTable', () => {
  it.each([1, 3, 2048])('groups as a map of row texts does, batches of %d', (batchRows) => {
    fc.assert(
      fc.property(tables, ([types, rows]) => {
        const table = GroupTable.create(context, layOutKey(types), 8);
        const states = findAll(table, types, rows, batchRows);
        const expected = new Map<string, { first: readonly LiteralValue[]; state: number }>();
        rows.forEach((row, i) => {
          const text = groupText(row);
          const group = expected.get(text) ?? { first: row, state: states[i]! };
          expected.set(text, group);
          expect(states[i]).toBe(group.state);
        });
        const firsts = [...expected.values()].map(({ first }) => groupText(first));
        expect(groupsOf(table).map(groupText)).toEqual(firsts);
        expect(new Set([...expected.values()].map(({ state }) => state)).size).toBe(firsts.length);
        table.close();
        batchArena.reset();
      }),
      { numRuns: 150 },
    );
  });

  it('grows over many groups and keeps their states', () => {
    const table = GroupTable.create(context, layOutKey([BIGINT]), 8);
    const rows = Array.from({ length: 50_000 }, (_, i) => [BigInt((i * 7919) % 20_011)]);
    const states = findAll(table, [BIGINT], rows, 1000);
    expect(table.count).toBe(20_011);
    states.forEach((state) => {
      memory.u32[state / 4]! += 1;
    });
    const seen = rows.filter(([value]) => value === 5n).length;
    const number = groupsOf(table).findIndex(([value]) => value === 5n);
    const entry = memory.u32[table.groups.entries / 4 + number]!;
    expect(memory.u32[(entry + table.stateOffset) / 4]).toBe(seen);
    table.close();
  });

  it('has masks for more than 32 columns', () => {
    const types = Array.from({ length: 70 }, () => INTEGER);
    const nullAt = (position: number) => types.map((_, i) => (i === position ? null : 0));
    const rows = [...types.map((_, i) => nullAt(i)), nullAt(-1), nullAt(40)];
    const table = GroupTable.create(context, layOutKey(types), 0);
    const states = findAll(table, types, rows, 100);
    expect(table.count).toBe(71);
    expect(states.at(-1)).toBe(states[40]);
    expect(groupsOf(table)).toEqual(rows.slice(0, 71));
    table.close();
  });

  it('absorbs other tables and says which groups meet', () => {
    const types = [VARCHAR, INTEGER];
    const one = GroupTable.create(context, layOutKey(types), 8);
    const two = GroupTable.create(context, layOutKey(types), 8);
    const rows = (from: number, to: number): LiteralValue[][] =>
      Array.from({ length: to - from }, (_, i) => [`key ${from + i}`, (from + i) % 5 || null]);
    findAll(one, types, rows(0, 6000), 512);
    findAll(two, types, rows(2000, 9000), 512);
    const pairs: [number, number][] = [];
    one.absorb(two.groups, (into, other, count) => {
      for (let i = 0; i < count; i++) {
        pairs.push([memory.u32[into / 4 + i]!, memory.u32[other / 4 + i]!]);
      }
    });
    expect(one.count).toBe(9000);
    expect(pairs).toHaveLength(4000);
    expect(groupsOf(one)).toEqual(rows(0, 9000));
    const { entries, starts } = one.partition(4);
    const bounds = memory.u32.slice(starts / 4, starts / 4 + 17);
    expect([bounds[0], bounds[16]]).toEqual([0, 9000]);
    for (let partition = 0; partition < 16; partition++) {
      for (let i = bounds[partition]!; i < bounds[partition + 1]!; i++) {
        const hash = memory.u32[memory.u32[entries / 4 + i]! / 4]!;
        expect(hash & 15).toBe(partition);
      }
    }
    one.close();
    two.close();
  });
});
