import type { Family } from './fragment.ts';
import { Random } from './random.ts';

/** The columns that every table has; `id` is unique in its table. */
export const COLUMNS: readonly {
  readonly name: string;
  readonly type: string;
  readonly family: Family;
}[] = [
  { name: 'id', type: 'INTEGER', family: 'integer' },
  { name: 'k', type: 'INTEGER', family: 'integer' },
  { name: 'tiny', type: 'TINYINT', family: 'integer' },
  { name: 'small', type: 'SMALLINT', family: 'integer' },
  { name: 'big', type: 'BIGINT', family: 'integer' },
  { name: 'unsigned', type: 'UINTEGER', family: 'integer' },
  { name: 'price', type: 'DECIMAL(9,2)', family: 'decimal' },
  { name: 'amount', type: 'DECIMAL(20,4)', family: 'decimal' },
  { name: 'ratio', type: 'FLOAT', family: 'double' },
  { name: 'x', type: 'DOUBLE', family: 'double' },
  { name: 'edge', type: 'DOUBLE', family: 'double' },
  { name: 'word', type: 'VARCHAR', family: 'text' },
  { name: 'phrase', type: 'VARCHAR', family: 'text' },
  { name: 'flag', type: 'BOOLEAN', family: 'boolean' },
  { name: 'day', type: 'DATE', family: 'date' },
  { name: 'moment', type: 'TIMESTAMP', family: 'timestamp' },
];

/** Table name → number of rows. Of each there is also a `_file` twin: the same rows in Parquet. */
export const TABLES: ReadonlyMap<string, number> = new Map([
  ['rows_many', 300],
  ['rows_some', 40],
  ['rows_few', 12],
  ['rows_one', 1],
  ['rows_none', 0],
]);

const WORDS = [
  '',
  'a',
  'A',
  'ab',
  'abc',
  'b',
  'prefix shared one',
  'prefix shared two',
  'Zürich',
  ' x ',
];
const PHRASES = [
  'prefix shared by many, ends with 1',
  'prefix shared by many, ends with 2',
  '日本語のテキスト',
  'naïve café',
  '😀 smile',
  '100%_sure',
  'back\\slash',
  "it''s",
  '12',
  '-3',
];
const EDGES = ["'nan'", "'inf'", "'-inf'", "'-0.0'", '0', '1', '-1.5', '1e300', '1e-300'];

/** SELECT that makes the rows of a table, always the same. */
export function selectOf(name: string, rowCount: number): string {
  const random = new Random(rowCount);
  const rows = Array.from({ length: rowCount }, (_, index) => row(index + 1, random));
  // An empty table has the types of a row that is left out.
  const values = rowCount === 0 ? row(0, random) : rows.map((cells) => `(${cells})`).join(', ');
  const columns = COLUMNS.map(({ name, type }) => `${name}::${type} as ${name}`).join(', ');
  const names = COLUMNS.map((column) => column.name).join(', ');
  const from = rowCount === 0 ? `(values (${values}))` : `(values ${values})`;
  return `select ${columns} from ${from} as ${name}(${names})${rowCount === 0 ? ' where false' : ''}`;
}

function row(id: number, random: Random): string {
  const or = (percent: number, value: string): string => (random.chance(percent) ? 'null' : value);
  const quarters = (): string => String(random.between(-40, 40) / 4);
  return [
    String(id),
    or(15, String(random.between(0, 6))),
    or(10, String(random.between(-9, 9))),
    or(10, String(random.between(-50, 50))),
    or(10, String(random.between(-1000, 1000))),
    or(10, String(random.between(0, 500))),
    or(10, (random.between(-2000, 2000) / 100).toFixed(2)),
    or(20, (random.between(-90000, 90000) / 1e4).toFixed(4)),
    or(10, `${quarters()}::double`),
    or(10, `${quarters()}::double`),
    or(10, `${random.pick(EDGES)}::double`),
    or(10, `'${random.pick(WORDS)}'`),
    or(10, `'${random.pick(PHRASES)}'`),
    or(20, random.pick(['true', 'false'])),
    or(10, `date '2020-02-25' + ${random.between(0, 40)}`),
    or(10, `timestamp '2019-12-31 23:00:00' + interval (${random.between(0, 200_000)}) minute`),
  ].join(', ');
}
