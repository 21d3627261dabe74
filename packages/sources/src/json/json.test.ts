import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { SqlError } from '@windrow/core';
import { formatLiteral, SharedMemory, typeName, VARCHAR } from '@windrow/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scanRows, testDirectory } from '../test-support.ts';
import type { JsonOptions } from './options.ts';
import { jsonSource } from './source.ts';
import { JsonTable } from './table.ts';

const memory = SharedMemory.create(1 << 30);
const directory = testDirectory();
let files = 0;

function write(content: string | Uint8Array, ending = '.json'): string {
  const path = join(directory, `${files++}${ending}`);
  writeFileSync(path, content);
  return path;
}

async function read(
  content: string | Uint8Array,
  options: JsonOptions & { readonly pieceBytes?: number } = {},
  ending = '.json',
) {
  const table = await JsonTable.open([write(content, ending)], options, memory);
  const { fields } = table.schema;
  const rows = await scanRows(table, jsonSource, {}, memory);
  return {
    columns: fields.map(({ name, type }) => `${name} ${typeName(type)}`),
    rows: rows.map((row) => row.map((value, i) => formatLiteral(value, fields[i]!.type))),
  };
}

describe('what is found out', () => {
  test.each<[string, string, string[], string[][]]>([
    [
      'one object a line',
      '{"a":1,"b":"x"}\n{"b":null,"a":-2}\n',
      ['a BIGINT', 'b VARCHAR'],
      [
        ['1', 'x'],
        ['-2', 'NULL'],
      ],
    ],
    [
      'keys that come later',
      '{"a":1}\n{"b":true}\n{}\n',
      ['a BIGINT', 'b BOOLEAN'],
      [
        ['1', 'NULL'],
        ['NULL', 'true'],
        ['NULL', 'NULL'],
      ],
    ],
    ['an array', ' [ {"a":1.5} ,\n {"a":2}\n] \n', ['a DOUBLE'], [['1.5'], ['2.0']]],
    ['an empty array', '[]', ['json JSON'], []],
    ['objects over lines', '{\n "a": 1\n}\n{\n "a": 2\n}', ['a BIGINT'], [['1'], ['2']]],
    ['nothing', '', ['json JSON'], []],
    [
      'escapes',
      '{"a\\u0062":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\\ud800"}\n{"ab":"x"}',
      ['ab VARCHAR'],
      [['"\\/\b\f\n\r\té😀�'], ['x']],
    ],
    ['large integers', '{"a":99999999999999999999}', ['a HUGEINT'], [['99999999999999999999']]],
    [
      'dates and timestamps',
      '{"d":"2024-02-29","t":"2024-02-29T01:02:03Z","n":"12"}',
      ['d DATE', 't TIMESTAMP WITH TIME ZONE', 'n VARCHAR'],
      [['2024-02-29', '2024-02-29 01:02:03+00', '12']],
    ],
    [
      'lists and structs',
      '{"l":[1,2],"s":{"x":"a","y":[true]}}\n{"l":[],"s":{"x":"b"}}',
      ['l BIGINT[]', 's STRUCT(x VARCHAR, y BOOLEAN[])'],
      [
        ['[1, 2]', "{'x': a, 'y': [true]}"],
        ['[]', "{'x': b, 'y': NULL}"],
      ],
    ],
    [
      'values of several kinds as JSON',
      '{"a":1}\n{"a":"x"}\n{"a":[1]}\n{"a":null}',
      ['a JSON'],
      [['1'], ['"x"'], ['[1]'], ['NULL']],
    ],
    ['values that are no objects', '1\n"x"\n[2]\n', ['json JSON'], [['1'], ['"x"'], ['[2]']]],
    ['keys twice: the last wins', '{"a":1,"a":2}', ['a BIGINT'], [['2']]],
    ['a byte-order mark', '\ufeff{"a":1}', ['a BIGINT'], [['1']]],
  ])('%s', async (_, content, columns, rows) => {
    expect(await read(content)).toEqual({ columns, rows });
  });
});

describe('options', () => {
  test('columns name keys and types; other keys are passed over', async () => {
    const columns = [
      { name: 'b', type: VARCHAR },
      { name: 'd', type: { kind: 'decimal', precision: 20, scale: 2 } as const },
    ];
    expect(await read('{"a":1,"d":1.005,"b":7}\n{"c":[]}\n', { columns })).toEqual({
      columns: ['b VARCHAR', 'd DECIMAL(20,2)'],
      rows: [
        ['7', '1.01'],
        ['NULL', 'NULL'],
      ],
    });
  });

  test('records that cannot be read are left out', async () => {
    const content = '{"a":1}\n{"a":\n{"a":2} x\n{"a":"y"}\n{"a":3}\n';
    const columns = [{ name: 'a', type: { kind: 'int64' } as const }];
    const { rows } = await read(content, {
      columns,
      ignoreErrors: true,
      layout: 'newline_delimited',
    });
    expect(rows).toEqual([['1'], ['2'], ['3']]);
  });

  test('compressed files', async () => {
    expect((await read(gzipSync('{"a":1}\n'), {}, '.json.gz')).rows).toEqual([['1']]);
  });
});

describe('errors', () => {
  test.each([
    ['{"a":1}\n{"a":x}\n', 'line 2: the JSON is malformed'],
    ['{"a":1}\n{"a":01}\n', 'line 2: the JSON is malformed'],
    ['{"a":[1,]}\n', 'line 1: the JSON is malformed'],
    ['{"a":{"b":1]}\n', 'line 1: the JSON is malformed'],
    ['{"a":"\\x"}\n', 'line 1: the JSON is malformed'],
    ['{"a":1}\n{"a":2', 'line 2: the JSON ends within a value'],
    ['{"a":1}\n[2]\n', 'line 2: a record is not an object'],
    ['[{"a":1}] 2', 'line 1: the JSON is malformed'],
    [
      `{"a":${'['.repeat(70)}${']'.repeat(70)}}`,
      'line 1: values are nested more than 64 levels deep',
    ],
  ])('%j', async (content, message) => {
    const error = (await read(content).catch((thrown: unknown) => thrown)) as SqlError;
    expect(error.code).toBe('io');
    expect(error.message).toContain(message);
  });

  test('values and keys that the sample did not show name line and column', async () => {
    const rows = '{"a":1}\n'.repeat(10);
    const failing = (content: string) =>
      read(content, { sampleRows: 5, pieceBytes: 16 }).catch((thrown: SqlError) => thrown.message);
    expect(await failing(`${rows}{"a":"x"}\n`)).toContain(
      'line 11, column "a": "x" is not a BIGINT',
    );
    expect(await failing(`${rows}{"b":1}\n`)).toContain(
      'line 11: the key "b" was not in the sample',
    );
  });

  test('malformed UTF-8', async () => {
    const bytes = Buffer.concat([
      Buffer.from('{"a":1}\n{"a":"'),
      Buffer.from([0xff]),
      Buffer.from('"}'),
    ]);
    const error = (await read(bytes, { columns: [{ name: 'a', type: VARCHAR }] }).catch(
      (thrown: unknown) => thrown,
    )) as SqlError;
    expect(error.message).toContain('line 2: the text is not valid UTF-8');
  });
});

describe('properties', () => {
  const scalar = fc.oneof(
    fc.constant(null),
    fc.string({ unit: 'grapheme', maxLength: 10 }),
    fc.constantFrom('"', '\\', '\n', '{', ']', '\u2028'),
  );
  const objects = fc.array(
    fc.dictionary(fc.constantFrom('a', 'b', 'c"', 'ü'), scalar, { noNullPrototype: true }),
    { maxLength: 20 },
  );
  const keys = ['a', 'b', 'c"', 'ü'].map((name) => ({ name, type: VARCHAR }));
  const expected = (data: readonly Record<string, string | null>[]) =>
    data.map((row) => keys.map(({ name }) => row[name] ?? null));

  test('objects are read as JSON.parse reads them, wherever the file is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        objects,
        fc.constantFrom('lines', 'array', 'pretty'),
        fc.integer({ min: 1, max: 60 }),
        async (data, form, pieceBytes) => {
          const text =
            form === 'lines'
              ? data.map((row) => JSON.stringify(row)).join('\n')
              : JSON.stringify(data, null, form === 'pretty' ? 2 : 0);
          const options = { columns: keys, pieceBytes };
          const table = await JsonTable.open([write(text)], options, memory);
          expect(await scanRows(table, jsonSource, {}, memory)).toEqual(expected(data));
        },
      ),
      { numRuns: 150 },
    );
  });

  test('nested values are read as JSON.parse reads them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue({ maxDepth: 4 }), { minLength: 1, maxLength: 8 }),
        async (values) => {
          const text = values.map((value) => JSON.stringify({ v: value })).join('\n');
          const columns = [{ name: 'v', type: { kind: 'json' } as const }];
          const table = await JsonTable.open([write(text)], { columns }, memory);
          const rows = await scanRows(table, jsonSource, {}, memory);
          const parsed = rows.map(([value]) =>
            value === null ? null : JSON.parse(value as string),
          );
          expect(parsed).toEqual(values.map((value) => JSON.parse(JSON.stringify(value))));
        },
      ),
      { numRuns: 150 },
    );
  });

  test('malformed text ends in rows or in an io error, and only where JSON.parse fails too', async () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"a"',
      ':',
      ',',
      '1',
      '-',
      '.5',
      'e3',
      'true',
      'nul',
      ' ',
      '\\',
      '"',
    );
    const text = fc.array(piece, { maxLength: 12 }).map((parts) => `{"v":${parts.join('')}}`);
    await fc.assert(
      fc.asyncProperty(text, async (content) => {
        const columns = [{ name: 'v', type: { kind: 'json' } as const }];
        const outcome = await read(content, { columns, layout: 'newline_delimited' }).then(
          () => 'rows',
          (error: SqlError) => error.code,
        );
        let valid = true;
        try {
          JSON.parse(content);
        } catch {
          valid = false;
        }
        if (valid) expect(outcome).toBe('rows');
        else expect(outcome).toBe('io');
      }),
      { numRuns: 500 },
    );
  });

  test('random bytes end in rows or in an io error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (bytes) => {
        await read(bytes, { pieceBytes: 500 }).catch((error: unknown) => {
          expect((error as SqlError).code).toBe('io');
        });
      }),
      { numRuns: 100 },
    );
  });
});
