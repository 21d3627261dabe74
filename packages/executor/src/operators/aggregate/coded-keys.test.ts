import {
  BIGINT,
  BOOLEAN,
  INTEGER,
  type LiteralValue,
  SharedMemory,
  SMALLINT,
  type SqlType,
  VARCHAR,
} from '@windrow/core';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { createTestExecutor, rowsOf, type TestTable } from '../../runtime/fixture.test.support.ts';
import type { TestColumn } from '../../testing/batches.test.support.ts';
import { aggregateOf, naiveAggregate, type TestCall } from './fixture.test.support.ts';

/*
 * Keys that come as codes of dictionaries, as single bytes or as constants are numbered together, column
 * by column (direct-states.ts): columns of many sizes side by side, in all orders.
 */

const memory = SharedMemory.create();
const executors = [
  createTestExecutor(memory, { minParallelRows: Number.POSITIVE_INFINITY }),
  createTestExecutor(memory, { batchRows: 512 }),
];
afterAll(() => Promise.all(executors.map((executor) => executor.close())));

interface KeyKind {
  readonly type: SqlType;
  /** The n-th of its values, n ≥ 0. */
  valueOf(n: number): LiteralValue;
  readonly encodings: readonly TestColumn['encoding'][];
}

const TINYINT: SqlType = { kind: 'int8' };
const USMALLINT: SqlType = { kind: 'uint16' };
const MOOD: SqlType = { kind: 'enum', values: ['sad', 'ok', 'happy', 'glad'] };

const KEY_KINDS: readonly KeyKind[] = [
  {
    type: VARCHAR,
    valueOf: (n) => (n % 2 === 0 ? `${n}` : `longer than eight bytes ${n}`),
    encodings: ['dictionary', 'dictionary', 'flat'],
  },
  { type: SMALLINT, valueOf: (n) => n * 100 - 300, encodings: ['dictionary', 'flat'] },
  { type: USMALLINT, valueOf: (n) => 65535 - n, encodings: ['flat'] },
  // Some of these are close enough to each other to be codes, and some are not.
  { type: INTEGER, valueOf: (n) => n * n * 80 - 5, encodings: ['flat', 'dictionary'] },
  { type: BIGINT, valueOf: (n) => BigInt(n * 3) - 2n ** 63n, encodings: ['flat'] },
  { type: BIGINT, valueOf: (n) => BigInt(n % 2) * (2n ** 63n - 1n), encodings: ['flat'] },
  { type: BIGINT, valueOf: (n) => BigInt(n) << 40n, encodings: ['dictionary'] },
  { type: BOOLEAN, valueOf: (n) => n % 2 === 1, encodings: ['flat', 'flat', 'dictionary'] },
  { type: TINYINT, valueOf: (n) => n * 7 - 20, encodings: ['flat', 'dictionary'] },
  { type: MOOD, valueOf: (n) => MOOD.values[n % 4] ?? null, encodings: ['flat', 'dictionary'] },
];

interface Key {
  readonly kind: KeyKind;
  readonly distinct: number;
  readonly hasNulls: boolean;
  readonly encodings: readonly TestColumn['encoding'][];
}

const key = fc.constantFrom(...KEY_KINDS).chain(
  (kind): fc.Arbitrary<Key> =>
    fc.record({
      kind: fc.constant(kind),
      distinct: fc.integer({ min: 1, max: 9 }),
      hasNulls: fc.boolean(),
      encodings: fc.array(fc.constantFrom(...kind.encodings, 'constant' as const), {
        minLength: 1,
        maxLength: 4,
      }),
    }),
);

const CALLS: readonly TestCall[] = [{ name: 'count_star', args: [] }];

it('groups by codes of several columns as the definition says', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(key, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 1500 }),
      fc.integer({ min: 100, max: 1000 }),
      fc.infiniteStream(fc.nat(0x7fffffff)),
      async (keys, count, partitionRows, draws) => {
        const draw = (below: number): number => draws.next().value % below;
        const rows = Array.from({ length: count }, (_, row): LiteralValue[] => [
          BigInt(row),
          ...keys.map(({ kind, distinct, hasNulls }) =>
            hasNulls && draw(5) === 0 ? null : kind.valueOf(draw(distinct)),
          ),
        ]);
        const table: TestTable = {
          columns: [['n', BIGINT], ...keys.map(({ kind }) => ['key', kind.type] as const)],
          rows,
          partitionRows,
          encodingOf(column, partition) {
            const encodings = keys[column - 1]?.encodings;
            return encodings?.[partition % encodings.length] ?? 'flat';
          },
        };
        const calls = [...CALLS, { name: 'sum', args: [0] }];
        const options = { keys: keys.map((_, index) => index + 1), calls };
        const expected = naiveAggregate(rows, options);
        const plan = aggregateOf(memory, table, options);
        for (const executor of executors) {
          expect(await rowsOf(executor, memory, plan)).toEqual(expected);
        }
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);
