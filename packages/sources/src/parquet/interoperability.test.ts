import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { LiteralValue, SqlError, SqlType } from '@windrow/core';
import {
  Arena,
  BIGINT,
  BOOLEAN,
  DOUBLE,
  formatLiteral,
  INTEGER,
  SharedMemory,
  typeName,
  VARCHAR,
  writeVector,
} from '@windrow/core';
import { describe, expect, test } from 'vitest';
import { createSourceRegistry } from '../registry.ts';
import { fileSink } from '../sinks/file-sink.ts';
import { scanRows, testDirectory } from '../test-support.ts';
import { duckdbRows, duckdbRun } from '../test-support-duckdb.ts';
import { parquetSource } from './source.ts';
import { ParquetTable } from './table.ts';

const memory = SharedMemory.create(1 << 30);
const directory = testDirectory();
let files = 0;
const fresh = (): string => join(directory, `${files++}.parquet`);

/** Rows as text, columns as `name TYPE`. */
async function read(path: string) {
  const table = ParquetTable.open([path]);
  const { fields } = table.schema;
  const rows = await scanRows(table, parquetSource, {}, memory);
  return {
    columns: fields.map(({ name, type }) => `${name} ${typeName(type)}`),
    rows: rows.map((row) => row.map((value, i) => formatLiteral(value, fields[i]!.type))),
  };
}

describe('files by DuckDB', () => {
  test.each<[string, string, string[]]>([
    ['true::boolean', 'BOOLEAN', ['true', 'false']],
    ['(-128)::tinyint', 'TINYINT', ['-128', '127']],
    ['(-32768)::smallint', 'SMALLINT', ['-32768', '32767']],
    ['(-2147483648)::integer', 'INTEGER', ['-2147483648', '2147483647']],
    ['(-9223372036854775808)::bigint', 'BIGINT', ['-9223372036854775808', '9223372036854775807']],
    ['0::utinyint', 'UTINYINT', ['0', '255']],
    ['0::usmallint', 'USMALLINT', ['0', '65535']],
    ['0::uinteger', 'UINTEGER', ['0', '4294967295']],
    ['0::ubigint', 'UBIGINT', ['0', '18446744073709551615']],
    ['1.5::float', 'FLOAT', ['1.5', '-0.25']],
    ["'nan'::double", 'DOUBLE', ['nan', 'inf']],
    ['-1.23::decimal(4,2)', 'DECIMAL(4,2)', ['-1.23', '99.99']],
    ['-1.23::decimal(9,2)', 'DECIMAL(9,2)', ['-1.23', '9999999.99']],
    ['-1.23::decimal(18,2)', 'DECIMAL(18,2)', ['-1.23', '9999999999999999.99']],
    [
      '-1.23::decimal(38,10)',
      'DECIMAL(38,10)',
      ['-1.2300000000', '9999999999999999999999999999.9999999999'],
    ],
    ["'ü'::varchar", 'VARCHAR', ['ü', 'a long text, longer than any short form']],
    ["'\\x00\\xFF'::blob", 'BLOB', ['\\x00\\xFF', 'abc']],
    ["'1969-12-31'::date", 'DATE', ['1969-12-31', '9999-12-31']],
    ["'23:59:59.999999'::time", 'TIME', ['23:59:59.999999', '00:00:00']],
    [
      "'1969-12-31 23:59:59.999999'::timestamp",
      'TIMESTAMP',
      ['1969-12-31 23:59:59.999999', '2024-02-29 12:00:00'],
    ],
    [
      "'1969-12-31 23:59:59'::timestamp_s",
      'TIMESTAMP',
      ['1969-12-31 23:59:59', '2024-02-29 12:00:00'],
    ],
    [
      "'1969-12-31 23:59:59.999'::timestamp_ms",
      'TIMESTAMP',
      ['1969-12-31 23:59:59.999', '2024-02-29 12:00:00'],
    ],
    [
      "'1969-12-31 23:59:59.999999999'::timestamp_ns",
      'TIMESTAMP_NS',
      ['1969-12-31 23:59:59.999999999', '2024-02-29 12:00:00'],
    ],
    [
      "'2024-02-29 12:00:00+02'::timestamptz",
      'TIMESTAMP WITH TIME ZONE',
      ['2024-02-29 10:00:00+00', '1970-01-01 00:00:00+00'],
    ],
    [
      "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid",
      'UUID',
      ['a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
    ],
    ["'a'::enum('b','a')", 'VARCHAR', ['a', 'b']],
    ['\'{"a": 1}\'::json', 'JSON', ['{"a": 1}', '[]']],
  ])('%s', async (value, type, [first, second]) => {
    const path = fresh();
    const sqlType = value.slice(value.indexOf('::') + 2);
    const values = `select ${value} as x union all select null union all select '${second}'::${sqlType}`;
    await duckdbRun(`copy (from (${values}) select x) to '${path}'`);
    const { columns, rows } = await read(path);
    expect(columns).toEqual([`x ${type}`]);
    expect(rows).toEqual([[first], ['NULL'], [second]]);
  });

  test.each(['snappy', 'zstd', 'gzip', 'lz4_raw', 'brotli', 'uncompressed'])(
    'compressed by %s',
    async (codec) => {
      const path = fresh();
      await duckdbRun(
        `copy (select i, (i % 100)::varchar as s, 'unique ' || i as u, i / 7 as x from range(10000) t(i)) to '${path}' (codec '${codec}')`,
      );
      const rows = await scanRows(ParquetTable.open([path]), parquetSource, {}, memory);
      expect(rows).toEqual(
        Array.from({ length: 10000 }, (_, i) => [BigInt(i), String(i % 100), `unique ${i}`, i / 7]),
      );
    },
  );

  test.each(['v1', 'v2'])('format %s, with delta and stream-split encodings', async (version) => {
    const path = fresh();
    await duckdbRun(
      `copy (select i * 1000003 as i, (i * 7919) % 65537::int as j, 'shared prefix ' || i as s, ` +
        `case when i % 9 > 0 then i / 7 end as x, (i / 3)::float as f, i % 3 = 0 as b ` +
        `from range(20000) t(i)) to '${path}' (parquet_version '${version}', dictionary_size_limit 1)`,
    );
    const rows = await scanRows(ParquetTable.open([path]), parquetSource, {}, memory);
    expect(rows).toEqual(
      Array.from({ length: 20000 }, (_, i) => [
        BigInt(i) * 1000003n,
        (BigInt(i) * 7919n) % 65537n,
        `shared prefix ${i}`,
        i % 9 > 0 ? i / 7 : null,
        Math.fround(i / 3),
        i % 3 === 0,
      ]),
    );
  });

  test('nested columns leave the others readable', async () => {
    const path = fresh();
    await duckdbRun(
      `copy (select i, [i, null] as l, {'a': i, 'b': ['x']} as s, map {'k': i} as m from range(3) t(i)) to '${path}'`,
    );
    const table = ParquetTable.open([path]);
    expect(table.schema.fields.map(({ type }) => typeName(type))).toEqual([
      'BIGINT',
      'BIGINT[]',
      'STRUCT(a BIGINT, b VARCHAR[])',
      'MAP(VARCHAR, BIGINT)',
    ]);
    expect(await scanRows(table, parquetSource, { columns: [0] }, memory)).toEqual([
      [0n],
      [1n],
      [2n],
    ]);
    const all = { columns: [1], predicates: [] };
    const outcome = await Promise.resolve()
      .then(() => scanRows(table, parquetSource, all, memory))
      .catch((thrown: SqlError) => thrown.code);
    expect(outcome).toBe('unsupported');
  });
});

/** What is used of parquetjs-lite, which has no declarations. */
interface ParquetJs {
  readonly ParquetSchema: new (
    fields: Readonly<Record<string, object>>,
  ) => { readonly fields: object };
  readonly ParquetWriter: {
    openFile(
      schema: object,
      path: string,
    ): Promise<{
      setRowGroupSize(rows: number): void;
      appendRow(row: object): Promise<void>;
      close(): Promise<void>;
    }>;
  };
  readonly ParquetReader: {
    openFile(path: string): Promise<{
      getCursor(): { next(): Promise<object | null> };
      close(): Promise<void>;
    }>;
  };
}

describe('parquetjs-lite', () => {
  const { ParquetReader, ParquetSchema, ParquetWriter } = createRequire(import.meta.url)(
    'parquetjs-lite',
  ) as ParquetJs;

  test('writes what we read', async () => {
    const path = fresh();
    const schema = new ParquetSchema({
      i: { type: 'INT64', compression: 'SNAPPY' },
      n: { type: 'INT32', optional: true },
      x: { type: 'DOUBLE', compression: 'GZIP' },
      s: { type: 'UTF8', optional: true },
      b: { type: 'BOOLEAN' },
      t: { type: 'TIMESTAMP_MILLIS' },
    });
    const writer = await ParquetWriter.openFile(schema, path);
    writer.setRowGroupSize(40);
    for (let i = 0; i < 100; i++) {
      await writer.appendRow({
        i,
        ...(i % 3 > 0 && { n: -i }),
        x: i / 4,
        ...(i % 5 > 0 && { s: `té ${i}` }),
        b: i % 2 === 0,
        t: new Date(i * 1000),
      });
    }
    await writer.close();
    const table = ParquetTable.open([path]);
    expect(table.schema.fields.map(({ type }) => typeName(type))).toEqual([
      'BIGINT',
      'INTEGER',
      'DOUBLE',
      'VARCHAR',
      'BOOLEAN',
      'TIMESTAMP',
    ]);
    const rows = await scanRows(table, parquetSource, {}, memory);
    expect(rows).toEqual(
      Array.from({ length: 100 }, (_, i) => [
        BigInt(i),
        i % 3 > 0 ? -i : null,
        i / 4,
        i % 5 > 0 ? `té ${i}` : null,
        i % 2 === 0,
        BigInt(i) * 1000000n,
      ]),
    );
  });

  test('reads what we write', async () => {
    const path = fresh();
    const columns: readonly (readonly [string, SqlType, (row: number) => LiteralValue])[] = [
      ['i', INTEGER, (row) => row * 7],
      ['x', DOUBLE, (row) => row / 3],
      ['s', VARCHAR, (row) => `téxt ${row}`],
      ['b', BOOLEAN, (row) => row % 3 === 0],
    ];
    // With few enough rows there is no dictionary, whose newer encoding parquetjs-lite does not know.
    const rows = 50;
    const schema = { fields: columns.map(([name, type]) => ({ name, type, nullable: false })) };
    const sink = fileSink(path, schema, new Map([['compression', 'snappy']]));
    const writer = createSourceRegistry().sink(sink.sink).open(sink, { memory, thread: 0 });
    const arena = new Arena(memory, memory.newOwner());
    const vectors = columns.map(([, type, value]) =>
      writeVector(
        arena,
        type,
        Array.from({ length: rows }, (_, row) => value(row)),
      ),
    );
    writer.write({ length: rows, columns: vectors });
    writer.close();
    const reader = await ParquetReader.openFile(path);
    const cursor = reader.getCursor();
    for (let row = 0; row < rows; row++) {
      const expected = Object.fromEntries(columns.map(([name, , value]) => [name, value(row)]));
      expect(await cursor.next()).toEqual(expected);
    }
    expect(await cursor.next()).toBeNull();
    await reader.close();
  });
});

describe('what we write is read by DuckDB', () => {
  const types: readonly (readonly [SqlType, readonly LiteralValue[], readonly unknown[]])[] = [
    [{ kind: 'int8' }, [-128, null, 127], [-128, null, 127]],
    [{ kind: 'uint16' }, [0, null, 65535], [0, null, 65535]],
    [{ kind: 'uint64' }, [0n, null, 2n ** 64n - 1n], ['0', null, '18446744073709551615']],
    [{ kind: 'hugeint' }, [-(10n ** 37n), null, 5n], [`-1${'0'.repeat(37)}`, null, '5']],
    [{ kind: 'decimal', precision: 9, scale: 2 }, [-123n, null, 5n], ['-1.23', null, '0.05']],
    [{ kind: 'decimal', precision: 18, scale: 2 }, [-123n, null, 5n], ['-1.23', null, '0.05']],
    [{ kind: 'decimal', precision: 38, scale: 2 }, [-123n, null, 5n], ['-1.23', null, '0.05']],
    [{ kind: 'date' }, [-1, null, 19000], ['1969-12-31', null, '2022-01-08']],
    [{ kind: 'time' }, [86399999999n, null, 0n], ['23:59:59.999999', null, '00:00:00']],
    [
      { kind: 'timestamp', unit: 's', zoned: false },
      [-1n, null, 1n],
      ['1969-12-31 23:59:59', null, '1970-01-01 00:00:01'],
    ],
    [
      { kind: 'timestamp', unit: 'ns', zoned: false },
      [-1n, null, 1n],
      ['1969-12-31 23:59:59.999999999', null, '1970-01-01 00:00:00.000000001'],
    ],
    [
      { kind: 'uuid' },
      ['a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', null],
      ['a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', null],
    ],
    [{ kind: 'enum', values: ['b', 'a'] }, ['a', null, 'b'], ['a', null, 'b']],
    [{ kind: 'float32' }, [0.5, null, -1.25], [0.5, null, -1.25]],
    [{ kind: 'boolean' }, [true, null, false], [true, null, false]],
    [{ kind: 'list', element: BIGINT }, [[1n, null], null, []], [['1', null], null, []]],
  ];

  test.each(types.map((entry) => [typeName(entry[0]), entry] as const))('%s', async (_, entry) => {
    const [type, values, expected] = entry;
    const path = fresh();
    const schema = { fields: [{ name: 'x', type, nullable: true }] };
    const sink = fileSink(path, schema);
    const writer = createSourceRegistry().sink(sink.sink).open(sink, { memory, thread: 0 });
    const arena = new Arena(memory, memory.newOwner());
    writer.write({ length: values.length, columns: [writeVector(arena, type, values)] });
    writer.close();
    expect(await duckdbRows(`select x from '${path}'`)).toEqual(expected.map((value) => [value]));
  });

  test('many rows with NULLs, repeated values, and runs', async () => {
    const path = fresh();
    const rows = 150000;
    const columns: readonly (readonly [string, SqlType, (row: number) => LiteralValue])[] = [
      ['i', BIGINT, (row) => (row % 13 === 0 ? null : BigInt(row % 1000))],
      ['u', BIGINT, (row) => BigInt(row) * 1000003n],
      ['s', VARCHAR, (row) => (row % 7 === 0 ? null : `value ${row % 300}`)],
      ['t', VARCHAR, (row) => `unique ${row}`],
      ['r', INTEGER, (row) => Math.floor(row / 5000)],
      ['b', BOOLEAN, (row) => (row % 11 === 0 ? null : row % 3 === 0)],
    ];
    const schema = { fields: columns.map(([name, type]) => ({ name, type, nullable: true })) };
    const sink = fileSink(path, schema);
    const writer = createSourceRegistry().sink(sink.sink).open(sink, { memory, thread: 0 });
    for (let from = 0; from < rows; from += 10000) {
      const arena = new Arena(memory, memory.newOwner());
      const vectors = columns.map(([, type, value]) =>
        writeVector(
          arena,
          type,
          Array.from({ length: 10000 }, (_, row) => value(from + row)),
        ),
      );
      writer.write({ length: 10000, columns: vectors });
      arena.release();
    }
    writer.close();
    const wrong = await duckdbRows(
      `with t as (select *, file_row_number as n from read_parquet('${path}', file_row_number = true)) select count(*), count(*) filter (` +
        `i is distinct from case when n % 13 = 0 then null else n % 1000 end or u <> n * 1000003 or ` +
        `s is distinct from case when n % 7 = 0 then null else 'value ' || (n % 300) end or t <> 'unique ' || n or ` +
        `r <> n // 5000 or b is distinct from case when n % 11 = 0 then null else n % 3 = 0 end) from t`,
    );
    expect(wrong).toEqual([[String(rows), '0']]);
    const own = await scanRows(ParquetTable.open([path]), parquetSource, {}, memory);
    expect(own.every((row, n) => columns.every(([, , value], i) => row[i] === value(n)))).toBe(
      true,
    );
    const encodings = await duckdbRows(
      `select path_in_schema, bool_and(encodings like '%RLE_DICTIONARY%') from parquet_metadata('${path}') group by 1 order by 1`,
    );
    expect(encodings).toEqual([
      ['b', false],
      ['i', true],
      ['r', true],
      ['s', true],
      ['t', false],
      ['u', false],
    ]);
  });
});

test('row groups are read only where statistics leave them', async () => {
  const path = fresh();
  await duckdbRun(
    `copy (select i as n, (i / 1000)::int as block, 'k' || lpad(i::varchar, 6, '0') as k, date '2020-01-01' + (i / 100)::int as d ` +
      `from range(10000) t(i)) to '${path}' (row_group_size 2048)`,
  );
  const table = ParquetTable.open([path]);
  const groups = (column: number, operator: '=' | '<' | '>=' | '<>', value: LiteralValue) =>
    table.scan({ columns: [0], predicates: [{ kind: 'compare', column, operator, value }] }).totals
      .rowGroups;
  expect(groups(0, '<', 0n)).toBe(0);
  expect(groups(0, '<', 1n)).toBe(1);
  expect(groups(0, '>=', 8192n)).toBe(1);
  expect(groups(0, '=', 5000n)).toBe(1);
  expect(groups(0, '<>', 5000n)).toBe(5);
  expect(groups(2, '=', 'k009999')).toBe(1);
  expect(groups(3, '=', 18262)).toBe(1);
  const rows = await scanRows(
    table,
    parquetSource,
    { columns: [0], predicates: [{ kind: 'in', column: 0, values: [1n, 9999n] }] },
    memory,
  );
  expect(rows.length).toBe(2048 + (10000 - 4 * 2048));
  expect(
    await duckdbRows(`select count(distinct row_group_id) from parquet_metadata('${path}')`),
  ).toEqual([['5']]);
});
