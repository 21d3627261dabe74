import {
  Arena,
  BIGINT,
  BOOLEAN,
  DOUBLE,
  HUGEINT,
  INTEGER,
  isValidAt,
  type LiteralValue,
  list,
  readRow,
  SharedMemory,
  type SqlType,
  type StructValue,
  typeName,
  VARCHAR,
  writeVector,
} from '@windrow/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderedBytes } from './nested.ts';

const memory = SharedMemory.create();

/** The bytes of each value, undefined for NULL. */
function bytesOf(type: SqlType, values: readonly LiteralValue[]): (Buffer | undefined)[] {
  const arena = new Arena(memory, memory.newOwner(), 65536);
  const vector = orderedBytes(arena, writeVector(arena, type, values));
  const bytes = values.map((_, row) =>
    isValidAt(memory, vector.validity, row)
      ? Buffer.from(readRow(memory, vector, row) as Uint8Array)
      : undefined,
  );
  arena.release();
  return bytes;
}

/** SQL order inside nested values: NULL is the greatest, lists are lexicographic. */
function compare(type: SqlType, a: LiteralValue, b: LiteralValue): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  switch (type.kind) {
    case 'list':
    case 'array': {
      const [x, y] = [a as readonly LiteralValue[], b as readonly LiteralValue[]];
      for (let i = 0; i < Math.min(x.length, y.length); i++) {
        const order = compare(type.element, x[i]!, y[i]!);
        if (order !== 0) return order;
      }
      return Math.sign(x.length - y.length);
    }
    case 'struct':
      for (const [i, field] of type.fields.entries()) {
        const order = compare(
          field.type,
          (a as StructValue).struct[i]!,
          (b as StructValue).struct[i]!,
        );
        if (order !== 0) return order;
      }
      return 0;
    case 'varchar':
      return Buffer.compare(Buffer.from(a as string), Buffer.from(b as string));
    default:
      if (Number.isNaN(a) || Number.isNaN(b))
        return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
      return Number(a > b) - Number(a < b);
  }
}

const optional = (value: fc.Arbitrary<LiteralValue>) => fc.option(value, { freq: 4 });
const lists = (value: fc.Arbitrary<LiteralValue>, maxLength = 3): fc.Arbitrary<LiteralValue> =>
  fc.array(optional(value), { maxLength });
const structs = (...values: fc.Arbitrary<LiteralValue>[]): fc.Arbitrary<LiteralValue> =>
  fc.tuple(...values.map(optional)).map((struct) => ({ struct }));

const text = fc.constantFrom('', 'a', 'a\0', 'a\0b', 'ab', 'b');
const number = fc.constantFrom(-1, 0, 1, 2 ** 31 - 1, -(2 ** 31));
const double = fc.constantFrom(-0, 0, 1.5, -2, Number.NaN, Number.POSITIVE_INFINITY);
const big = fc.constantFrom(-1n, 0n, 2n ** 62n);
const huge = fc.constantFrom(-1n, 0n, 2n ** 100n, -(2n ** 100n));
const struct: SqlType = {
  kind: 'struct',
  fields: [
    { name: 'd', type: DOUBLE },
    { name: 's', type: VARCHAR },
    { name: 'l', type: list(HUGEINT) },
  ],
};

const TYPES: readonly (readonly [SqlType, fc.Arbitrary<LiteralValue>])[] = [
  [list(INTEGER), lists(number)],
  [list(VARCHAR), lists(text)],
  [list(list(BOOLEAN)), lists(lists(fc.boolean()))],
  [struct, structs(double, text, lists(huge))],
  [{ kind: 'array', element: BIGINT, length: 2 }, fc.tuple(optional(big), optional(big))],
  [list(struct), lists(structs(double, text, lists(huge)), 2)],
];

describe('orderedBytes', () => {
  it.each(TYPES.map(([type, value]) => [typeName(type), type, value] as const))(
    'orders %s as SQL does',
    (_name, type, value) => {
      fc.assert(
        fc.property(fc.array(optional(value), { minLength: 2, maxLength: 12 }), (values) => {
          const bytes = bytesOf(type, values);
          for (const [i, a] of values.entries()) {
            expect(bytes[i] === undefined).toBe(a === null);
            if (a === null) continue;
            for (const [j, b] of values.entries()) {
              if (b === null) continue;
              expect(Math.sign(Buffer.compare(bytes[i]!, bytes[j]!))).toBe(compare(type, a, b));
            }
          }
        }),
      );
    },
  );

  it('tells maps apart by their entries in order', () => {
    const type: SqlType = { kind: 'map', key: VARCHAR, value: INTEGER };
    const map = (...entries: [string, number | null][]): LiteralValue => ({ map: entries });
    const [a, b, c, d, e] = bytesOf(type, [
      map(['x', 1], ['y', null]),
      map(['x', 1], ['y', null]),
      map(['x', 1]),
      map(['x', 2], ['y', null]),
      map(),
    ]);
    expect(a).toEqual(b);
    expect(new Set([a, c, d, e].map((bytes) => bytes!.toString('hex'))).size).toBe(4);
  });
});
