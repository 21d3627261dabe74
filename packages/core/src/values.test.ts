import { describe, expect, it } from 'vitest';
import { Arena, SharedMemory } from './memory.ts';
import { copyReferenced } from './nested.ts';
import type { LiteralValue } from './schema.ts';
import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DATE,
  DOUBLE,
  decimal,
  HUGEINT,
  INTEGER,
  INTERVAL,
  JSON_TYPE,
  list,
  NULL_TYPE,
  REAL,
  SMALLINT,
  type SqlType,
  TIMESTAMP,
  TINYINT,
  typeName,
  UBIGINT,
  UINTEGER,
  USMALLINT,
  UTINYINT,
  UUID,
  VARCHAR,
} from './types.ts';
import { readRow, readValue, writeVector } from './values.ts';

const memory = SharedMemory.create();
const arena = new Arena(memory, memory.newOwner());

const STRUCT: SqlType = {
  kind: 'struct',
  fields: [
    { name: 'a', type: INTEGER },
    { name: 'b', type: list(VARCHAR) },
  ],
};
const MAP: SqlType = { kind: 'map', key: VARCHAR, value: decimal(30, 2) };

const cases: readonly (readonly [SqlType, readonly LiteralValue[]])[] = [
  [BOOLEAN, [true, false]],
  [TINYINT, [-128, 127]],
  [SMALLINT, [-32768, 32767]],
  [INTEGER, [-(2 ** 31), 2 ** 31 - 1]],
  [BIGINT, [-(2n ** 63n), 2n ** 63n - 1n]],
  [HUGEINT, [-(2n ** 127n), 2n ** 127n - 1n, -1n, 2n ** 64n]],
  [UTINYINT, [255]],
  [USMALLINT, [65535]],
  [UINTEGER, [2 ** 32 - 1]],
  [UBIGINT, [2n ** 64n - 1n]],
  [REAL, [0.5, Number.NEGATIVE_INFINITY]],
  [DOUBLE, [0.1, Number.NaN, -0]],
  [decimal(18, 2), [-12345n]],
  [decimal(38, 2), [10n ** 37n, -(10n ** 37n)]],
  [VARCHAR, ['', 'grüße 👋', 'x'.repeat(70)]],
  [JSON_TYPE, ['{"a":1}']],
  [BLOB, [new Uint8Array([0, 255, 3]), new Uint8Array()]],
  [DATE, [-1, 19000]],
  [TIMESTAMP, [-1n, 1_700_000_000_000_000n]],
  [INTERVAL, [{ months: -1, days: 2, micros: -3n }]],
  [UUID, ['00112233-4455-6677-8899-aabbccddeeff', 'ffffffff-ffff-ffff-ffff-ffffffffffff']],
  [{ kind: 'enum', values: ['low', 'high'] }, ['high', 'low']],
  [list(INTEGER), [[], [1, null, 3], Array.from({ length: 100 }, (_, i) => (i % 7 ? i : null))]],
  [list(list(VARCHAR)), [[['a', null], null, []]]],
  [{ kind: 'array', element: DOUBLE, length: 2 }, [[1.5, -2]]],
  [STRUCT, [{ struct: [1, ['x', null]] }, { struct: [null, null] }]],
  [
    MAP,
    [
      {
        map: [
          ['k', 5n],
          ['other', null],
        ],
      },
      { map: [] },
    ],
  ],
  [NULL_TYPE, []],
];

describe.each(cases.map(([type, values]) => [typeName(type), type, values] as const))(
  '%s',
  (_name, type, values) => {
    it('reads back what was written, NULLs between', () => {
      const rows = values.flatMap((value) => [value, null]);
      const vector = writeVector(arena, type, rows);
      expect(rows.map((_, i) => readRow(memory, vector, i))).toEqual(rows);
    });

    it('needs no bitmap without NULLs', () => {
      expect(writeVector(arena, type, values).validity).toBe(0);
    });
  },
);

it('reads through constants and dictionaries', () => {
  const dictionary = writeVector(arena, VARCHAR, ['a', 'b', null]);
  const indices = arena.allocate(16);
  memory.u32.set([1, 2, 0, 1], indices / 4);
  const validity = arena.allocateZeroed(8);
  memory.u8[validity] = 0b0111;
  const coded = {
    ...dictionary,
    kind: 'dictionary',
    length: 4,
    indices,
    validity,
    dictionary,
  } as const;
  expect([0, 1, 2, 3].map((i) => readRow(memory, coded, i))).toEqual(['b', null, 'a', null]);
  const { values, stable } = dictionary;
  const constant = {
    kind: 'constant',
    type: VARCHAR,
    length: 4,
    values,
    isNull: false,
    stable,
  } as const;
  expect(readRow(memory, constant, 3)).toBe('a');
  expect(readRow(memory, { ...constant, isNull: true }, 3)).toBe(null);
});

it('copies nested values with everything they refer to', () => {
  const value: LiteralValue = { struct: [7, ['some text', null, '']] };
  const source = new Arena(memory, memory.newOwner());
  const vector = writeVector(source, STRUCT, [value]);
  const word = vector.values / 4;
  const from = { address: memory.u32[word]!, bytes: memory.u32[word + 1]! };
  const copy = writeVector(arena, BIGINT, [0n]).values;
  memory.u32[copy / 4] = copyReferenced(arena, STRUCT, from);
  memory.u32[copy / 4 + 1] = from.bytes;
  memory.u8.fill(0xee, from.address - 4096, from.address + 4096);
  expect(readValue(memory, STRUCT, copy)).toEqual(value);
  source.release();
});
