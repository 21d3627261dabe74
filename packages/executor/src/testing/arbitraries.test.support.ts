import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type Expr,
  INTEGER,
  type LiteralValue,
  type SqlType,
  VARCHAR,
} from '@windrow/core';
import fc from 'fast-check';
import type { TestColumn } from './batches.test.support.ts';
import { call, column, conditional, literal } from './reference.test.support.ts';
import { TEST_FUNCTIONS } from './scalar-functions.test.support.ts';

/** Types of the columns of random batches; the column's id is its position. */
export const COLUMN_TYPES: readonly SqlType[] = [BIGINT, BIGINT, DOUBLE, BOOLEAN, VARCHAR, INTEGER];

const small = fc.bigInt(-3n, 3n);
const wide = fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n);

const valuesFor = (type: SqlType): fc.Arbitrary<LiteralValue> => {
  switch (type.kind) {
    case 'int64':
      return fc.oneof({ weight: 8, arbitrary: small }, { weight: 1, arbitrary: wide });
    case 'int32':
      return fc.integer({ min: -5, max: 5 });
    case 'float64':
      return fc.oneof(fc.integer({ min: -4, max: 4 }), fc.constantFrom(0.5, -0.25, 1e9));
    case 'boolean':
      return fc.boolean();
    default:
      return fc.constantFrom('', '1', '22', 'abc', 'Straße', '123456789012345');
  }
};

const columnOf = (type: SqlType, rows: number): fc.Arbitrary<TestColumn> =>
  fc
    .record({ nullEvery: fc.nat(3), encoding: fc.constantFrom('flat', 'dictionary', 'constant') })
    .chain(({ nullEvery, encoding }) =>
      fc.array(valuesFor(type), { minLength: rows, maxLength: rows }).map((values): TestColumn => {
        const sparse = values.map((value, i) =>
          nullEvery > 0 && i % (nullEvery * 5) === 1 ? null : value,
        );
        const same = sparse.map(() => sparse[nullEvery] ?? null);
        return { type, encoding, values: encoding === 'constant' ? same : sparse };
      }),
    );

/** Columns of {@link COLUMN_TYPES}, up to 150 rows, and a selection of rows or none. */
export const batches: fc.Arbitrary<{
  readonly columns: readonly TestColumn[];
  readonly selection: readonly number[] | undefined;
}> = fc.nat(150).chain((rows) =>
  fc.record({
    columns: fc.tuple(...COLUMN_TYPES.map((type) => columnOf(type, rows))),
    selection: fc.option(fc.subarray(Array.from({ length: rows }, (_, row) => row)), {
      nil: undefined,
    }),
  }),
);

const known = new Map<string, fc.Arbitrary<Expr>>();

/** Random expressions of a type over {@link COLUMN_TYPES}. */
export function expressions(type: SqlType, depth = 4): fc.Arbitrary<Expr> {
  const key = `${type.kind} ${depth}`;
  const arbitrary = known.get(key) ?? newExpressions(type, depth);
  known.set(key, arbitrary);
  return arbitrary;
}

function newExpressions(type: SqlType, depth: number): fc.Arbitrary<Expr> {
  const columns = COLUMN_TYPES.flatMap((each, id) => (each === type ? [column(id, type)] : []));
  const leaf = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...columns) },
    {
      weight: 1,
      arbitrary: fc.option(valuesFor(type), { freq: 6 }).map((value) => literal(value, type)),
    },
  );
  if (depth === 0) return leaf;
  const deeper = (wanted: SqlType): fc.Arbitrary<Expr> => expressions(wanted, depth - 1);
  const calls = TEST_FUNCTIONS.filter(
    (test) => test.returns === type && test.flags.volatility !== 'volatile',
  ).map((test) => fc.tuple(...test.args.map(deeper)).map((args) => call(test.name, ...args)));
  const condition = deeper(BOOLEAN);
  const value = deeper(type);
  const conditionals = [
    fc.tuple(condition, value, value).map((operands) => conditional('case', type, ...operands)),
    fc
      .tuple(condition, value, condition, value, value)
      .map((operands) => conditional('case', type, ...operands)),
    fc
      .array(value, { minLength: 1, maxLength: 3 })
      .map((operands) => conditional('coalesce', type, ...operands)),
  ];
  const junctions = fc
    .tuple(
      fc.constantFrom('and' as const, 'or' as const),
      fc.array(condition, { minLength: 1, maxLength: 3 }),
    )
    .map(([operator, operands]) => conditional(operator, BOOLEAN, ...operands));
  return fc.oneof(
    { weight: 2, arbitrary: leaf },
    { weight: 5, arbitrary: fc.oneof(...calls) },
    { weight: 2, arbitrary: fc.oneof(...conditionals) },
    ...(type === BOOLEAN ? [{ weight: 3, arbitrary: junctions }] : []),
  );
}
