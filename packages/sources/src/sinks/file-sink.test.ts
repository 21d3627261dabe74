import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LiteralValue, Schema, SqlError, SqlType, TableProvider } from '@windrow/core';
import {
  Arena,
  BIGINT,
  DATE,
  DOUBLE,
  HUGEINT,
  INTEGER,
  SharedMemory,
  typeName,
  VARCHAR,
  writeVector,
} from '@windrow/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openPath } from '../open-path.ts';
import { createSourceRegistry } from '../registry.ts';
import { scanRows, testDirectory } from '../test-support.ts';
import { duckdbRows } from '../test-support-duckdb.ts';
import { columnOf, TEST_TYPES, vectorOf } from '../test-support-values.ts';
import { fileSink } from './file-sink.ts';

const memory = SharedMemory.create(1 << 30);
const directory = testDirectory();
const registry = createSourceRegistry();
let names = 0;
const fresh = (ending: string): string => join(directory, `${names++}${ending}`);

type Columns = readonly (readonly [string, SqlType, readonly LiteralValue[]])[];

const schemaOf = (columns: Columns): Schema => ({
  fields: columns.map(([name, type]) => ({ name, type, nullable: true })),
});

/** Writes columns in batches, as if by one thread. */
function write(
  target: string,
  columns: Columns,
  options: Readonly<Record<string, LiteralValue>> = {},
  { batch = 1000, thread = 0 } = {},
) {
  const sink = fileSink(target, schemaOf(columns), new Map(Object.entries(options)));
  const writer = registry.sink(sink.sink).open(sink, { memory, thread });
  const rows = columns[0]?.[2].length ?? 0;
  for (let from = 0; from < rows; from += batch) {
    const arena = new Arena(memory, memory.newOwner(), 65536);
    const length = Math.min(batch, rows - from);
    writer.write({
      length,
      columns: columns.map(([, type, values]) =>
        writeVector(arena, type, values.slice(from, from + length)),
      ),
    });
    arena.release();
  }
  return writer;
}

async function readBack(table: TableProvider): Promise<LiteralValue[][]> {
  const { source } = table.scan({ columns: [], predicates: [] });
  return scanRows(table, registry.source(source), {}, memory);
}

const rowsOf = (columns: Columns): LiteralValue[][] =>
  (columns[0]?.[2] ?? []).map((_, row) => columns.map(([, , values]) => values[row] ?? null));

/** Parquet holds 38 digits. */
const hasDecimalDigits = (value: LiteralValue): boolean =>
  typeof value !== 'bigint' || (value > -(10n ** 38n) && value < 10n ** 38n);

const people: Columns = [
  ['id', BIGINT, Array.from({ length: 5000 }, (_, row) => BigInt(row))],
  [
    'name',
    VARCHAR,
    Array.from({ length: 5000 }, (_, row) => (row % 10 === 0 ? null : `n${row % 7}`)),
  ],
  ['x', DOUBLE, Array.from({ length: 5000 }, (_, row) => row / 4)],
];

describe('what is written is read back', () => {
  test.each([
    ['.parquet', {}],
    ['.parquet', { compression: 'zstd', row_group_size: 1000n }],
    ['.csv', {}],
    ['.tsv', { format: 'csv', delimiter: '\\t', quote: "'" }],
    ['.csv.gz', {}],
    ['.json', {}],
    ['.json', { array: true }],
    ['.ndjson.gz', {}],
    ['.arrow', {}],
  ])('%s %o', async (ending, options) => {
    const used = memory.usedBytes;
    const path = fresh(ending);
    const report = write(path, people, options).close();
    expect(report).toMatchObject({ files: [path], rows: 5000 });
    expect(report.bytes).toBe(readFileSync(path).length);
    expect(memory.usedBytes).toBe(used);
    const table = await openPath(path, memory);
    expect(table.schema.fields.map(({ name, type }) => [name, typeName(type)])).toEqual([
      ['id', 'BIGINT'],
      ['name', 'VARCHAR'],
      ['x', 'DOUBLE'],
    ]);
    expect(await readBack(table)).toEqual(rowsOf(people));
  });

  test.each(['.parquet', '.csv', '.json', '.arrow'])('no rows: %s', async (ending) => {
    const path = fresh(ending);
    const columns: Columns = [
      ['a', INTEGER, []],
      ['b', VARCHAR, []],
    ];
    write(path, columns).close();
    expect(await readBack(await openPath(path, memory))).toEqual([]);
  });

  const inArrow = TEST_TYPES.filter(({ kind }) => kind !== 'interval');
  test.each(inArrow.map((type) => [typeName(type), type] as const))(
    'Parquet: %s',
    async (_, type) => {
      const column = fc
        .integer({ min: 1, max: 60 })
        .chain((length) => columnOf(type, length))
        .filter(({ values }) => type.kind !== 'hugeint' || values.every(hasDecimalDigits));
      await fc.assert(
        fc.asyncProperty(column, async (data) => {
          const path = fresh('.parquet');
          const schema = { fields: [{ name: 'x', type, nullable: true }] };
          const sink = fileSink(path, schema, new Map());
          const writer = registry.sink(sink.sink).open(sink, { memory, thread: 0 });
          const arena = new Arena(memory, memory.newOwner(), 65536);
          writer.write({ length: data.values.length, columns: [vectorOf(data, type, arena)] });
          arena.release();
          writer.close();
          const table = await openPath(path, memory);
          if (['list', 'struct'].includes(type.kind)) {
            expect(table.schema.fields[0]?.type.kind).toBe(type.kind);
            return;
          }
          expect(await readBack(table)).toEqual(data.values.map((value) => [value]));
        }),
        { numRuns: 8 },
      );
    },
  );

  test('CSV: any text', async () => {
    const text = fc.string({
      unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', '#', 'é', "'"),
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.option(text), { minLength: 1, maxLength: 20 }),
        async (values) => {
          const path = fresh('.csv');
          const columns: Columns = [
            ['a', VARCHAR, values],
            ['b', VARCHAR, values.map(() => 'x')],
          ];
          write(path, columns).close();
          const quoted = `select a from read_csv('${path}', all_varchar = true, header = true, delim = ',', quote = '"', escape = '"', allow_quoted_nulls = false, new_line = '\\n', strict_mode = true, comment = '')`;
          const expected = values.map((value) => [value]);
          expect((await readBack(await openPath(path, memory))).length).toBe(values.length);
          expect(await duckdbRows(quoted)).toEqual(expected);
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe('DuckDB reads it', () => {
  test.each(['snappy', 'gzip', 'zstd', 'brotli', 'lz4_raw', 'uncompressed'])(
    'Parquet with %s, in row groups',
    async (compression) => {
      const path = fresh('.parquet');
      write(path, people, { compression, row_group_size: 2048 }).close();
      const rows = await duckdbRows(
        `select count(*), sum(id), count(name), sum(x), (select count(distinct row_group_id) from parquet_metadata('${path}')) from '${path}'`,
      );
      expect(rows).toEqual([['5000', '12497500', '4500', 3124375, '3']]);
      const pruned = await duckdbRows(
        `select min(stats_min_value::bigint), max(stats_max_value::bigint), sum(stats_null_count) from parquet_metadata('${path}') where path_in_schema = 'id'`,
      );
      expect(pruned).toEqual([['0', '4999', '0']]);
    },
  );

  test('JSON', async () => {
    const path = fresh('.json');
    write(path, people).close();
    expect(await duckdbRows(`select count(*), sum(id), count(name) from '${path}'`)).toEqual([
      ['5000', '12497500', '4500'],
    ]);
  });
});

describe('directories', () => {
  const sales: Columns = [
    ['year', INTEGER, Array.from({ length: 100 }, (_, row) => 2020 + (row % 3))],
    ['region', VARCHAR, Array.from({ length: 100 }, (_, row) => (row % 5 === 0 ? null : 'a/b c'))],
    ['n', BIGINT, Array.from({ length: 100 }, (_, row) => BigInt(row))],
  ];

  test('PARTITION_BY makes hive directories that are read as columns', async () => {
    const target = fresh('');
    const report = write(target, sales, {
      format: 'parquet',
      partition_by: ['year', 'region'],
    }).close();
    expect(report.files.length).toBe(6);
    expect(readdirSync(target).sort()).toEqual(['year=2020', 'year=2021', 'year=2022']);
    expect(readdirSync(join(target, 'year=2020')).sort()).toEqual([
      'region=__HIVE_DEFAULT_PARTITION__',
      'region=a%2Fb c',
    ]);
    const table = await openPath(target, memory);
    expect(table.schema.fields.map(({ name, type }) => `${name} ${typeName(type)}`)).toEqual([
      'n BIGINT',
      'year BIGINT',
      'region VARCHAR',
    ]);
    const rows = await readBack(table);
    const key = (row: readonly LiteralValue[]) => Number(row[0]);
    rows.sort((a, b) => key(a) - key(b));
    expect(rows).toEqual(
      rowsOf(sales).map(([year, region, n]) => [n, BigInt(Number(year)), region]),
    );
    const { totals } = table.scan({
      columns: [0],
      predicates: [{ kind: 'compare', column: 1, operator: '=', value: 2021n }],
    });
    expect(totals).toMatchObject({ files: 2, filesTotal: 6 });
    expect(table.supports({ kind: 'compare', column: 1, operator: '=', value: 2021n })).toBe(
      'exact',
    );
    const found = await duckdbRows(
      `select count(*), sum(year) from read_parquet('${target}/**/*.parquet')`,
    );
    expect(found).toEqual([['100', '202099']]);
  });

  test('each thread writes a file of its own', () => {
    const target = fresh('');
    const options = { format: 'csv', per_thread_output: true, overwrite_or_ignore: true };
    for (const thread of [0, 1]) write(target, sales, options, { thread }).close();
    expect(readdirSync(target).sort()).toEqual(['data_0.csv', 'data_1.csv']);
  });

  test('a directory with files is refused, kept or replaced', () => {
    const target = fresh('');
    const options = { format: 'csv', partition_by: 'year' };
    mkdirSync(target);
    writeFileSync(join(target, 'old.csv'), 'x');
    const error = (() => {
      try {
        write(target, sales, options);
      } catch (thrown) {
        return thrown as SqlError;
      }
      return undefined;
    })();
    expect(error?.sqlState).toBe('58P02');
    write(target, sales, { ...options, append: true }).close();
    expect(existsSync(join(target, 'old.csv'))).toBe(true);
    const replacing = write(target, sales, { ...options, overwrite: true });
    expect(existsSync(join(target, 'old.csv'))).toBe(true);
    replacing.close();
    expect(existsSync(join(target, 'old.csv'))).toBe(false);
    expect(readdirSync(join(target, 'year=2020'))).toEqual(['data_0.csv']);
  });
});

test('nothing is seen before the end, and nothing stays after giving up', () => {
  const used = memory.usedBytes;
  const path = fresh('.parquet');
  writeFileSync(path, 'old');
  const writer = write(path, people, { row_group_size: 1000 });
  expect(readFileSync(path, 'utf8')).toBe('old');
  writer.abort();
  expect(readFileSync(path, 'utf8')).toBe('old');
  expect(readdirSync(directory).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  expect(memory.usedBytes).toBe(used);
});

test.each<[string, Readonly<Record<string, LiteralValue>>, string]>([
  ['x.unknown', {}, 'nothing tells the format of "x.unknown"'],
  ['x.csv', { heeder: true }, 'COPY has no option "heeder" for this format'],
  ['x.csv', { delimiter: 'ab' }, 'COPY: delimiter takes one ASCII character'],
  ['x.parquet', { compression: 'rar' }, 'COPY: compression is one of uncompressed, snappy'],
  ['x.csv', { partition_by: 'z' }, 'column "z" of partition_by does not exist'],
])('%s %o is refused', (target, options, message) => {
  const schema = schemaOf([['a', DATE, []]]);
  expect(() => fileSink(target, schema, new Map(Object.entries(options)))).toThrow(message);
});

test('integers of more than 38 digits are refused by Parquet', () => {
  const columns: Columns = [['n', HUGEINT, [1n, 10n ** 38n]]];
  const writer = write(fresh('.parquet'), columns);
  expect(() => writer.close()).toThrow('column "n" has integers of more than 38 digits');
  writer.abort();
});

test('values are written as asked', () => {
  const path = fresh('.csv');
  const columns: Columns = [
    ['d', DATE, [0, null]],
    ['s', VARCHAR, ['x', '']],
    ['n', BIGINT, [1n, 2n]],
  ];
  write(path, columns, {
    dateformat: '%d.%m.%Y',
    null: 'NA',
    force_quote: ['s'],
    delimiter: ';',
  }).close();
  expect(readFileSync(path, 'utf8')).toBe('d;s;n\n01.01.1970;"x";1\nNA;"";2\n');
});
