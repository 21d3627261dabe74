import type { LiteralValue, SqlType } from '@windrow/core';
import { Arena, DOUBLE, list, readRow, SharedMemory, typeName, VARCHAR } from '@windrow/core';
import {
  DateMillisecond,
  Dictionary,
  Float16,
  Int8,
  Int32,
  makeData,
  type RecordBatch,
  Table,
  TimestampSecond,
  tableFromIPC,
  tableToIPC,
  Utf8,
  Utf8View,
  Vector,
  vectorFromArray,
} from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tableFromArrow, tableFromRows } from '../memory/from-rows.ts';
import type { MemoryTable } from '../memory/memory-table.ts';
import { memorySource } from '../memory/source.ts';
import { columnOf, TEST_TYPES, vectorOf } from '../test-support-values.ts';
import { toRecordBatch } from './record-batch.ts';

const memory = SharedMemory.create(1 << 30);

function rowsOf(table: MemoryTable): LiteralValue[][] {
  const columns = table.schema.fields.map((_, ordinal) => ordinal);
  const description = table.scan({ columns, predicates: [] });
  const reader = memorySource.open(description, { memory });
  const scratch = new Arena(memory, memory.newOwner());
  return description.partitions.flatMap((_, partition) => {
    const chunk = reader.read(partition, scratch);
    return Array.from({ length: chunk.length }, (_, row) =>
      chunk.columns.map((column) => readRow(memory, column, row)),
    );
  });
}

const types = (table: MemoryTable): string[] =>
  table.schema.fields.map(({ name, type }) => `${name} ${typeName(type)}`);

const NESTED: readonly SqlType[] = [
  list(list(VARCHAR)),
  { kind: 'array', element: DOUBLE, length: 2 },
  { kind: 'enum', values: ['a', 'b', 'c'] },
];

describe('rows survive Arrow IPC and back', () => {
  test.each([...TEST_TYPES, ...NESTED].map((type) => [typeName(type), type] as const))(
    '%s',
    (_, type) => {
      const column = fc.integer({ min: 0, max: 100 }).chain((length) => columnOf(type, length));
      fc.assert(
        fc.property(column, (data) => {
          const arena = new Arena(memory, memory.newOwner(), 65536);
          const vector = vectorOf(data, type, arena);
          const chunk = { length: data.values.length, columns: [vector] };
          const fields = [{ name: 'x', type, nullable: true }];
          const batch = toRecordBatch(memory, chunk, { fields });
          arena.release();
          const back = tableFromArrow(memory, tableFromIPC(tableToIPC(new Table([batch]))));
          expect(rowsOf(back)).toEqual(data.values.map((value) => [value]));
          back.drop();
        }),
        { numRuns: 30 },
      );
    },
  );
});

describe('Arrow tables', () => {
  test('of other storage become the nearest SQL type', () => {
    const halves = new Uint16Array([0x3c00, 0xc000, 0x7c00, 0x0001]);
    const half = new Vector([makeData({ type: new Float16(), length: 4, data: halves })]);
    const table = tableFromArrow(
      memory,
      new Table({
        half,
        date: vectorFromArray([0, 86400000, -1, null], new DateMillisecond()),
        at: vectorFromArray([0, 1000, -1000, null], new TimestampSecond('UTC')),
        word: vectorFromArray(['x', 'y', null, 'x'], new Dictionary(new Utf8(), new Int8())),
        view: vectorFromArray(['short', 'longer than twelve', null, ''], new Utf8View()),
      }),
    );
    expect(types(table)).toEqual([
      'half FLOAT',
      'date DATE',
      'at TIMESTAMP WITH TIME ZONE',
      'word VARCHAR',
      'view VARCHAR',
    ]);
    expect(rowsOf(table)).toEqual([
      [1, 0, 0n, 'x', 'short'],
      [-2, 1, 1000000n, 'y', 'longer than twelve'],
      [Number.POSITIVE_INFINITY, -1, -1000000n, null, null],
      [2 ** -24, null, null, 'x', ''],
    ]);
    table.drop();
  });

  test('that are slices begin at their first row', () => {
    const whole = new Table({
      n: vectorFromArray([1, null, 3, 4, null, 6, 7, 8, 9, 10], new Int32()),
      b: vectorFromArray([true, false, null, true, true, false, true, null, false, true]),
      s: vectorFromArray(['a', 'b', 'c', null, 'e', 'f', 'g', 'h', 'i', 'j'], new Utf8()),
    });
    const table = tableFromArrow(memory, whole.slice(3, 9));
    expect(rowsOf(table)).toEqual([
      [4, true, null],
      [null, true, 'e'],
      [6, false, 'f'],
      [7, true, 'g'],
      [8, null, 'h'],
      [9, false, 'i'],
    ]);
    table.drop();
  });

  test('whose offsets lie outside their data are refused', () => {
    const data = makeData({
      type: new Utf8(),
      length: 2,
      valueOffsets: new Int32Array([0, 3, 99]),
      data: new TextEncoder().encode('abc'),
    });
    const table = new Table({ s: new Vector([data]) });
    expect(() => tableFromArrow(memory, table)).toThrow('offsets of an Arrow column do not fit');
  });

  test('batches are of the same schema', () => {
    const batches = [[1], [2, 3]].map(
      (values) => new Table({ n: vectorFromArray(values, new Int32()) }).batches[0] as RecordBatch,
    );
    const table = tableFromArrow(memory, new Table(batches));
    expect(rowsOf(table)).toEqual([[1], [2], [3]]);
    table.drop();
  });
});

describe('rows of JavaScript', () => {
  test('types are inferred over all rows', () => {
    const table = tableFromRows(memory, [
      { id: 1, big: 2 ** 40, x: 1, huge: 1n, on: true, at: new Date(1500), tags: ['a'] },
      {
        id: -2,
        big: 1,
        x: 1.5,
        huge: 2n ** 70n,
        on: null,
        name: 'ü',
        tags: [],
        raw: new Uint8Array([1]),
      },
      { o: { a: 1, b: [null, 2.5] }, m: new Map([['k', 1]]), none: undefined },
    ]);
    expect(types(table)).toEqual([
      'id INTEGER',
      'big BIGINT',
      'x DOUBLE',
      'huge HUGEINT',
      'on BOOLEAN',
      'at TIMESTAMP',
      'tags VARCHAR[]',
      'name VARCHAR',
      'raw BLOB',
      'o STRUCT(a INTEGER, b DOUBLE[])',
      'm MAP(VARCHAR, INTEGER)',
      'none VARCHAR',
    ]);
    expect(rowsOf(table)).toEqual([
      [1, 2n ** 40n, 1, 1n, true, 1500000n, ['a'], null, null, null, null, null],
      [-2, 1n, 1.5, 2n ** 70n, null, null, [], 'ü', new Uint8Array([1]), null, null, null],
      [
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        { struct: [1, [null, 2.5]] },
        { map: [['k', 1]] },
        null,
      ],
    ]);
    table.drop();
  });

  test('without a common type are refused, naming column and row', () => {
    expect(() => tableFromRows(memory, [{ a: 1 }, { a: 'x' }])).toThrow(
      'values of "a" have no common type: VARCHAR in row 2, INTEGER before',
    );
  });
});
