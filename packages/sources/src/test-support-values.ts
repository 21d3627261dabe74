import type { Arena, LiteralValue, SqlType, Vector } from '@windrow/core';
import {
  BIGINT,
  BLOB,
  BOOLEAN,
  bitmapBytes,
  DATE,
  DOUBLE,
  decimal,
  HUGEINT,
  INTEGER,
  INTERVAL,
  JSON_TYPE,
  list,
  REAL,
  SMALLINT,
  setValidAt,
  TIME,
  TIMESTAMP,
  TINYINT,
  UBIGINT,
  UINTEGER,
  USMALLINT,
  UTINYINT,
  UUID,
  VARCHAR,
  writeVector,
} from '@windrow/core';
import fc from 'fast-check';
import { constantVector } from './literal-vector.ts';

/** One type of each physical storage, and more than one reading of some. */
export const TEST_TYPES: readonly SqlType[] = [
  BOOLEAN,
  TINYINT,
  SMALLINT,
  INTEGER,
  BIGINT,
  HUGEINT,
  UTINYINT,
  USMALLINT,
  UINTEGER,
  UBIGINT,
  REAL,
  DOUBLE,
  decimal(9, 2),
  decimal(38, 10),
  VARCHAR,
  BLOB,
  JSON_TYPE,
  DATE,
  TIME,
  TIMESTAMP,
  INTERVAL,
  UUID,
  list(INTEGER),
  {
    kind: 'struct',
    fields: [
      { name: 'a', type: VARCHAR },
      { name: 'b', type: BIGINT },
    ],
  },
];

const BITS: Readonly<Record<string, number>> = { int8: 8, int16: 16, int32: 32 };
const bigIntBetween = (bits: number) =>
  fc.bigInt({ min: -(2n ** BigInt(bits - 1)), max: 2n ** BigInt(bits - 1) - 1n });
const text = fc.oneof(
  fc.constantFrom('', 'a', 'b', 'ab', 'Zürich', '日本', '\u{1f600}'),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
);

/** Values of a type that are not NULL. */
export function literalOf(type: SqlType): fc.Arbitrary<LiteralValue> {
  switch (type.kind) {
    case 'boolean':
      return fc.boolean();
    case 'int8':
    case 'int16':
    case 'int32':
      return bigIntBetween(BITS[type.kind] ?? 8).map(Number);
    case 'uint8':
    case 'uint16':
    case 'uint32':
      return fc.integer({ min: 0, max: 2 ** Number(type.kind.slice(4)) - 1 });
    case 'int64':
      return bigIntBetween(64);
    case 'uint64':
      return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    case 'hugeint':
      return bigIntBetween(128);
    case 'decimal':
      return fc.bigInt({
        min: -(10n ** BigInt(type.precision)) + 1n,
        max: 10n ** BigInt(type.precision) - 1n,
      });
    case 'float32':
      return fc.float();
    case 'float64':
      return fc.double();
    case 'date':
      return fc.integer({ min: -700000, max: 2900000 });
    case 'time':
      return fc.bigInt({ min: 0n, max: 86399999999n });
    case 'timestamp':
      return fc.bigInt({ min: -62135596800000000n, max: 253402300799999999n });
    case 'interval':
      return fc.record({
        months: fc.integer(),
        days: fc.integer(),
        micros: fc.bigInt({ min: -(2n ** 52n), max: 2n ** 52n }),
      });
    case 'uuid':
      return fc.uuid();
    case 'blob':
      return fc.uint8Array({ maxLength: 20 });
    case 'json':
      return fc.json();
    case 'list':
      return fc.array(fc.option(literalOf(type.element)), { maxLength: 5 });
    case 'array': {
      const { element, length } = type;
      return fc.array(fc.option(literalOf(element)), { minLength: length, maxLength: length });
    }
    case 'enum':
      return fc.constantFrom(...type.values);
    case 'struct':
      return fc
        .tuple(...type.fields.map((field) => fc.option(literalOf(field.type))))
        .map((struct) => ({ struct }));
    default:
      return text;
  }
}

/** A column as literals, with the way in which it is to be stored. */
export interface TestColumn {
  readonly kind: Vector['kind'];
  readonly values: readonly LiteralValue[];
}

/** Columns of `length` rows, in each kind of vector, with and without NULLs. */
export function columnOf(type: SqlType, length: number): fc.Arbitrary<TestColumn> {
  const value = fc.oneof(
    { weight: 4, arbitrary: literalOf(type) },
    { weight: 1, arbitrary: fc.constant(null) },
  );
  const rows = (from: fc.Arbitrary<LiteralValue>) =>
    fc.array(from, { minLength: length, maxLength: length });
  return fc.oneof(
    rows(value).map((values) => ({ kind: 'flat' as const, values })),
    rows(literalOf(type)).map((values) => ({ kind: 'flat' as const, values })),
    value.map((one) => ({ kind: 'constant' as const, values: Array(length).fill(one) })),
    fc
      .array(value, { minLength: 1, maxLength: 4 })
      .chain((entries) => rows(fc.option(fc.constantFrom(...entries))))
      .map((values) => ({ kind: 'dictionary' as const, values })),
  );
}

/** The column as a vector of its kind. */
export function vectorOf(column: TestColumn, type: SqlType, arena: Arena): Vector {
  const { kind, values } = column;
  const { length } = values;
  if (kind === 'flat') return writeVector(arena, type, values);
  if (kind === 'constant') return constantVector(values[0] ?? null, type, length, arena);
  const entries = [...new Set(values)];
  const codes = new Map(entries.map((entry, code) => [entry, code]));
  const indices = arena.allocate(length * 4);
  const validity = arena.allocateZeroed(bitmapBytes(length));
  // NULL comes from the rows' validity and from the dictionary's by turns.
  values.forEach((value, row) => {
    const code = value === null && row % 2 === 0 ? 0 : (codes.get(value) ?? 0);
    arena.memory.u32[(indices >>> 2) + row] = code;
    setValidAt(arena.memory, validity, row, value !== null || row % 2 === 1);
  });
  const dictionary = writeVector(arena, type, entries.length > 0 ? entries : [null]);
  return { kind: 'dictionary', type, length, indices, validity, dictionary, stable: false };
}
