import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { formatLiteral, SharedMemory, SqlError, typeName } from '@windrow/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scanRows, testDirectory } from '../test-support.ts';
import { timeFormat } from '../text/time-format.ts';
import type { CsvOptions } from './options.ts';
import { csvSource } from './source.ts';
import { CsvTable } from './table.ts';
import { parseNaively } from './test-support-naive-parser.ts';

const memory = SharedMemory.create(1 << 30);
const directory = testDirectory();
let files = 0;

function write(content: string | Uint8Array, ending = '.csv'): string {
  const path = join(directory, `${files++}${ending}`);
  writeFileSync(path, content);
  return path;
}

type Options = CsvOptions & { readonly pieceBytes?: number };

/** Columns as `name TYPE`, rows as shown. */
async function read(content: string | Uint8Array, options: Options = {}, ending = '.csv') {
  const table = await CsvTable.open([write(content, ending)], options, memory);
  const { fields } = table.schema;
  const rows = await scanRows(table, csvSource, {}, memory);
  return {
    columns: fields.map(({ name, type }) => `${name} ${typeName(type)}`),
    rows: rows.map((row) => row.map((value, i) => formatLiteral(value, fields[i]!.type))),
  };
}

async function errorOf(promise: Promise<unknown>): Promise<SqlError> {
  const thrown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(SqlError);
  return thrown as SqlError;
}

describe('what is found out', () => {
  test.each<[string, string, string[], string[][]]>([
    [
      'header and types',
      'n,x\n1,a\n2,b\n',
      ['n BIGINT', 'x VARCHAR'],
      [
        ['1', 'a'],
        ['2', 'b'],
      ],
    ],
    [
      'no header',
      '1,2\n3,4\n',
      ['column0 BIGINT', 'column1 BIGINT'],
      [
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    ['a header over text', 'a,b\nc,d\n', ['a VARCHAR', 'b VARCHAR'], [['c', 'd']]],
    ['a header alone', 'a,b', ['a VARCHAR', 'b VARCHAR'], []],
    ['nothing', '', ['column0 VARCHAR'], []],
    [
      'semicolons',
      'a;b\n1,5;x\n2,5;y\n',
      ['a VARCHAR', 'b VARCHAR'],
      [
        ['1,5', 'x'],
        ['2,5', 'y'],
      ],
    ],
    ['tabs', 'a\tb\n1\t2\n', ['a BIGINT', 'b BIGINT'], [['1', '2']]],
    [
      'bars and apostrophes',
      "a|b\n'x|y'|2\n'z'|3\n",
      ['a VARCHAR', 'b BIGINT'],
      [
        ['x|y', '2'],
        ['z', '3'],
      ],
    ],
    ['leading zeros as text', 'zip\n00501\n01234\n', ['zip VARCHAR'], [['00501'], ['01234']]],
    ['plus signs as text', 'p\n+49\n+1\n', ['p VARCHAR'], [['+49'], ['+1']]],
    [
      'large integers',
      'n\n99999999999999999999\n-1\n',
      ['n HUGEINT'],
      [['99999999999999999999'], ['-1']],
    ],
    [
      'the limits of BIGINT',
      'n\n9223372036854775807\n-9223372036854775807\n',
      ['n BIGINT'],
      [['9223372036854775807'], ['-9223372036854775807']],
    ],
    ['doubles', 'x\n1.5\n-2e3\n.5\n', ['x DOUBLE'], [['1.5'], ['-2000.0'], ['0.5']]],
    ['booleans', 'b\ntrue\nF\n', ['b BOOLEAN'], [['true'], ['false']]],
    ['dates', 'd\n2024-02-29\n1999-12-31\n', ['d DATE'], [['2024-02-29'], ['1999-12-31']]],
    [
      'dates and timestamps',
      'd\n2024-02-29\n1999-12-31T23:59:59.5\n',
      ['d TIMESTAMP'],
      [['2024-02-29 00:00:00'], ['1999-12-31 23:59:59.5']],
    ],
    [
      'offsets',
      'd\n2024-02-29T01:00:00+02:00\n',
      ['d TIMESTAMP WITH TIME ZONE'],
      [['2024-02-28 23:00:00+00']],
    ],
    ['times', 't\n10:00\n23:59:59\n', ['t TIME'], [['10:00:00'], ['23:59:59']]],
    [
      'the day before the month',
      'd\n01/02/2020\n13/02/2020\n',
      ['d DATE'],
      [['2020-02-01'], ['2020-02-13']],
    ],
    [
      'the month before the day',
      'd\n02/01/2020 1:05 PM\n02/13/2020 12:00 AM\n',
      ['d TIMESTAMP'],
      [['2020-02-01 13:05:00'], ['2020-02-13 00:00:00']],
    ],
    ['neither where both fit', 'd\n01/02/2020\n', ['d VARCHAR'], [['01/02/2020']]],
    [
      'comments where they help',
      '#c,\n# d\na,b\n1,2\n# e\n',
      ['a BIGINT', 'b BIGINT'],
      [['1', '2']],
    ],
    ['no comments where they do not', '#a,b\nx,2\n', ['#a VARCHAR', 'b BIGINT'], [['x', '2']]],
    [
      'names twice or missing',
      'a,A,\n1,2,3\n',
      ['a BIGINT', 'A_1 BIGINT', 'column2 BIGINT'],
      [['1', '2', '3']],
    ],
    ['a byte-order mark', '\ufeffa,b\n1,2\n', ['a BIGINT', 'b BIGINT'], [['1', '2']]],
    [
      'CR LF',
      'a,b\r\n1,2\r\n\r\n3,4',
      ['a BIGINT', 'b BIGINT'],
      [
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    [
      'CR',
      'a,b\r1,2\r3,4\r',
      ['a BIGINT', 'b BIGINT'],
      [
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    ['NULL in an empty line of one column', 'x\n1\n\n2\n', ['x BIGINT'], [['1'], ['NULL'], ['2']]],
    [
      'quoted fields over lines',
      'a,b\n"x\ny",2\n"q ""q""" ,3\n',
      ['a VARCHAR', 'b BIGINT'],
      [
        ['x\ny', '2'],
        ['q "q"', '3'],
      ],
    ],
    [
      'backslashes before quotes',
      'a,b\n"x\\"y",2\n"z",3\n',
      ['a VARCHAR', 'b BIGINT'],
      [
        ['x"y', '2'],
        ['z', '3'],
      ],
    ],
    [
      'quotes within unquoted text',
      'a,b\n5" pipe,1\n6" pipe,2\n',
      ['a VARCHAR', 'b BIGINT'],
      [
        ['5" pipe', '1'],
        ['6" pipe', '2'],
      ],
    ],
    [
      'NULLs',
      'a,b\n,1\n"",2\nx,\n',
      ['a VARCHAR', 'b BIGINT'],
      [
        ['NULL', '1'],
        ['NULL', '2'],
        ['x', 'NULL'],
      ],
    ],
  ])('%s', async (_, content, columns, rows) => {
    expect(await read(content)).toEqual({ columns, rows });
  });
});

describe('options', () => {
  test('quoted null texts are kept when asked', async () => {
    const { rows } = await read('a,b\n"",1\n,2\n', { quotedNulls: false });
    expect(rows).toEqual([
      ['', '1'],
      ['NULL', '2'],
    ]);
  });

  test('null texts, also several', async () => {
    const { columns, rows } = await read('a,b\nNA,1\n-,2\n3,NA\n', { nullTexts: ['NA', '-'] });
    expect(columns).toEqual(['a BIGINT', 'b BIGINT']);
    expect(rows).toEqual([
      ['NULL', '1'],
      ['NULL', '2'],
      ['3', 'NULL'],
    ]);
  });

  test('decimals are exact and other types are what they are declared to be', async () => {
    const types = new Map([
      ['d', { kind: 'decimal', precision: 38, scale: 2 } as const],
      ['u', { kind: 'uuid' } as const],
      ['i', { kind: 'interval' } as const],
      ['b', { kind: 'blob' } as const],
      ['s', { kind: 'int8' } as const],
      ['f', { kind: 'float32' } as const],
    ]);
    const text =
      'd,u,i,b,s,f\n' +
      '123456789012345678901234567890123456.785,A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11,1 year 2 days 03:04:05.5,a\\xFFb,-128,0.1\n';
    expect(await read(text, { types })).toEqual({
      columns: ['d DECIMAL(38,2)', 'u UUID', 'i INTERVAL', 'b BLOB', 's TINYINT', 'f FLOAT'],
      rows: [
        [
          '123456789012345678901234567890123456.79',
          'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
          '1 year 2 days 03:04:05.5',
          'a\\xFFb',
          '-128',
          '0.1',
        ],
      ],
    });
  });

  test('a told format is the only one', async () => {
    const dateFormat = timeFormat('%d/%m/%Y');
    expect(await read('d,e\n01/02/2020,2020-01-01\n', { dateFormat })).toEqual({
      columns: ['d DATE', 'e VARCHAR'],
      rows: [['2020-02-01', '2020-01-01']],
    });
  });

  test('short rows are filled up', async () => {
    const { rows } = await read('a,b\n1,2\n3\n', { nullPadding: true, delimiter: ',' });
    expect(rows).toEqual([
      ['1', '2'],
      ['3', 'NULL'],
    ]);
  });

  test('rows that cannot be read are left out', async () => {
    const types = [{ kind: 'int64' } as const];
    const content = 'a,b\n1,2\nx,3\n4\n5,6,7\n"8"x,9\n10,11\n';
    const { rows } = await read(content, { types, ignoreErrors: true, delimiter: ',' });
    expect(rows).toEqual([
      ['1', '2'],
      ['10', '11'],
    ]);
  });

  test('compressed and transcoded files', async () => {
    expect((await read(gzipSync('a\n1\n'), {}, '.csv.gz')).rows).toEqual([['1']]);
    const latin = Buffer.from('a\nZürich\n', 'latin1');
    expect((await read(latin, { encoding: 'latin-1' })).rows).toEqual([['Zürich']]);
    const wide = Buffer.from('\ufeffa\nZürich\n', 'utf16le');
    expect((await read(wide, { encoding: 'utf-16' })).rows).toEqual([['Zürich']]);
  });
});

describe('errors', () => {
  test('name file, line and column of a value that is not of its type', async () => {
    const path = write(`a,b\n${'1,2\n'.repeat(30000)}1,"x\ny"\n`);
    const open = CsvTable.open([path], {}, memory);
    const error = await errorOf(open.then((table) => scanRows(table, csvSource, {}, memory)));
    expect(error).toMatchObject({ code: 'io' });
    expect(error.message).toBe(
      `cannot read CSV file "${path}", line 30002, column "b": "x\\ny" is not a BIGINT`,
    );
  });

  test.each([
    ['a,b\n1,2\n3,4,5\n', 'line 3: the row has 3 fields where 2 are expected'],
    ['a,b\n1,2\n\n3\n', 'line 4: the row has 1 field where 2 are expected'],
    ['a,b\n1,2\n1,"x\n', 'line 3: a quoted field is not closed'],
    ['a,b\n1,2\n1,"x"y\n', 'line 3: there is text behind the closing quote of field 2'],
  ])('%j', async (content, message) => {
    const error = await errorOf(read(content, { delimiter: ',' }));
    expect(error.message).toContain(message);
    expect(error.code).toBe('io');
  });

  test('malformed UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from('a,b\n1,x\n2,'), Buffer.from([0xff, 0x0a])]);
    const error = await errorOf(read(bytes));
    expect(error.message).toContain('line 3: the text is not valid UTF-8');
  });

  test('a missing file, with those near it', async () => {
    const path = write('a\n1\n', 'sales.csv');
    const error = await errorOf(CsvTable.open([path.replace('sales', 'salse')], {}, memory));
    expect(error.sqlState).toBe('58P01');
    expect(error.hint).toContain(`did you mean "${path}"`);
  });
});

describe('properties', () => {
  const field = fc.oneof(
    fc.constantFrom(null, 'a', '1', ',', '"', '\n', '\r\n', 'x,y', 'q"q', 'ü', ' '),
    fc
      .string({ unit: 'grapheme', maxLength: 8, minLength: 1 })
      .filter((text) => !text.includes('\r')),
  );
  const quoted = (text: string | null): string =>
    text === null ? '' : /[",\r\n ]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

  test('what is written is read, wherever the file is cut', async () => {
    const rows = fc.integer({ min: 2, max: 4 }).chain((width) =>
      fc.array(fc.array(field, { minLength: width, maxLength: width }), {
        minLength: 1,
        maxLength: 30,
      }),
    );
    const ends = fc.constantFrom('\n', '\r\n');
    await fc.assert(
      fc.asyncProperty(
        rows,
        ends,
        fc.integer({ min: 1, max: 40 }),
        async (data, end, pieceBytes) => {
          const width = data[0]?.length ?? 0;
          // A row of NULLs alone is a row of delimiters, never an empty line.
          const text = data.map((row) => row.map(quoted).join(',') + end).join('');
          const columns = Array.from({ length: width }, (_, i) => ({
            name: `c${i}`,
            type: { kind: 'varchar' } as const,
          }));
          const path = write(text);
          const options = {
            columns,
            header: false,
            delimiter: ',',
            quote: '"',
            comment: '',
            pieceBytes,
          };
          const table = await CsvTable.open([path], options, memory);
          expect(await scanRows(table, csvSource, {}, memory)).toEqual(data);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('any text is read as the naive parser reads it', async () => {
    const text = fc
      .array(fc.constantFrom('"', ',', '\n', '\r', ' ', 'a', '1', '""', '\r\n', 'é'), {
        maxLength: 60,
      })
      .map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 30 }),
        async (content, fieldCount, pieceBytes) => {
          const columns = Array.from({ length: fieldCount }, (_, i) => ({
            name: `c${i}`,
            type: { kind: 'varchar' } as const,
          }));
          const fixed = { header: false, delimiter: ',', quote: '"', escape: '"', comment: '' };
          const options = { ...fixed, columns, quotedNulls: false, pieceBytes };
          const table = await CsvTable.open([write(content)], options, memory);
          const rows = scanRows(table, csvSource, {}, memory);
          const expected = parseNaively(content, { delimiter: ',', quote: '"', fieldCount });
          if (expected.kind === 'bad') expect((await errorOf(rows)).code).toBe('io');
          else expect(await rows).toEqual(expected.rows);
        },
      ),
      { numRuns: 400 },
    );
  });

  test('random bytes end in rows or in an io error', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 3000 }),
        fc.boolean(),
        async (bytes, ignoreErrors) => {
          await read(bytes, { ignoreErrors, pieceBytes: 500 }).catch((error: unknown) => {
            expect((error as SqlError).code).toBe('io');
          });
        },
      ),
      { numRuns: 100 },
    );
  });
});
