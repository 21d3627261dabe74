import {
  type Address,
  type AggregateFunction,
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type Expr,
  type LiteralValue,
  SqlError,
  type StateDefinition,
  VARCHAR,
} from '@windrow/core';
import type { AggregateCall } from '@windrow/planner';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExpressionContext } from '../expression/context.ts';
import {
  aggregateLookup,
  aggregateReference,
  TEST_AGGREGATES,
  testAggregate,
} from '../testing/aggregate-functions.test.support.ts';
import { batches, COLUMN_TYPES, expressions } from '../testing/arbitraries.test.support.ts';
import {
  batchOf,
  type TestColumn,
  testContext,
  valuesOf,
} from '../testing/batches.test.support.ts';
import {
  call,
  column,
  conditional,
  literal,
  Reference,
  type Row,
} from '../testing/reference.test.support.ts';
import { registryOf, TEST_FUNCTIONS } from '../testing/scalar-functions.test.support.ts';
import { type AggregateStates, createAggregateStates } from './aggregate-states.ts';

const functions = registryOf(TEST_FUNCTIONS, { aggregate: aggregateLookup });
const layout = new Map(COLUMN_TYPES.map((_, id) => [id, id]));
const A = column(0, BIGINT);
const B = column(1, BIGINT);
const D = column(2, DOUBLE);
const S = column(4, VARCHAR);

const aggregate = (name: string, args: readonly Expr[], filter?: Expr): AggregateCall => ({
  output: { id: 100, name, type: testAggregate(name).returns, nullable: true },
  function: name,
  overload: 0,
  args,
  distinct: false,
  filter,
  orderBy: [],
});

const rowsOf = (columns: readonly TestColumn[], selection?: readonly number[]): Row[] => {
  const numbers = selection ?? (columns[0]?.values ?? []).map((_, row) => row);
  return numbers.map((row) => new Map(columns.map(({ values }, id) => [id, values[row] ?? null])));
};

/** What an aggregate gives over rows, errors going to the reference. */
function expectedValue(
  { function: name, args, filter }: AggregateCall,
  rows: readonly Row[],
  reference: Reference,
): LiteralValue {
  const seen = filter === undefined ? rows : rows.filter((row) => reference.truth(filter, row));
  return aggregateReference(
    name,
    seen.map((row) => args.map((arg) => reference.value(arg, row))),
  );
}

/** `count` new states, and the u32 array of their addresses. */
function newStates(context: ExpressionContext, states: AggregateStates, count: number) {
  const { taskArena, memory } = context;
  const addresses = Array.from({ length: count }, () =>
    taskArena.allocateZeroed(states.stateBytes),
  );
  const array = taskArena.allocate(count * 4);
  memory.u32.set(addresses, array / 4);
  return { addresses, array };
}

const addressArray = (context: ExpressionContext, addresses: readonly Address[]): Address => {
  const array = context.batchArena.allocate(addresses.length * 4);
  context.memory.u32.set(addresses, array / 4);
  return array;
};

const calls = fc.array(
  fc.constantFrom(...TEST_AGGREGATES).chain(({ name, args }) =>
    fc
      .record({
        args: fc.tuple(...args.map((type) => expressions(type, 2))),
        filter: fc.option(expressions(BOOLEAN, 2), { nil: undefined, freq: 3 }),
      })
      .map(({ args: exprs, filter }) => aggregate(name, exprs, filter)),
  ),
  { minLength: 1, maxLength: 4 },
);

/** Sums of doubles are merged in another order than they are computed in. */
const rounded = (value: LiteralValue): LiteralValue =>
  typeof value === 'number' && Number.isFinite(value) ? Number(value.toPrecision(9)) : value;

describe('random aggregates over random batches', () => {
  it('give what collecting the arguments gives, whole, by groups, and merged', () => {
    const arbitrary = fc.record({
      aggregates: calls,
      predicate: fc.option(expressions(BOOLEAN, 2), { nil: undefined }),
      inputs: fc.array(batches, { minLength: 1, maxLength: 3 }),
      groups: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(arbitrary, ({ aggregates, predicate, inputs, groups }) => {
        const context = testContext(functions);
        const reference = new Reference();
        const rows = inputs.flatMap(({ columns, selection }) => rowsOf(columns, selection));
        const group = (row: number): number => (row * 7) % groups;
        const passing = rows.filter((row) => !predicate || reference.truth(predicate, row));
        const whole = aggregates.map((each) => expectedValue(each, passing, reference));
        const grouped = aggregates.map((each) =>
          Array.from({ length: groups }, (_, g) =>
            expectedValue(
              each,
              rows.filter((_, i) => group(i) === g),
              reference,
            ),
          ),
        );
        try {
          const states = createAggregateStates(context, aggregates, layout, { predicate });
          const single = newStates(context, states, 1);
          const perGroup = newStates(context, states, groups);
          const perBatch = inputs.map(() => newStates(context, states, groups));
          let start = 0;
          inputs.forEach(({ columns, selection }, i) => {
            context.batchArena.reset();
            const batch = batchOf(context.batchArena, columns, selection);
            states.updateSingle(batch, single.addresses[0]!);
            states.persistReferences(single.array, 1, context.taskArena);
            for (const { addresses } of [perGroup, perBatch[i]!]) {
              const targets = Array.from(
                { length: batch.length },
                (_, row) => addresses[group(start + row)]!,
              );
              const array = addressArray(context, targets);
              states.update(batch, array);
              states.persistReferences(array, batch.length, context.taskArena);
            }
            start += batch.length;
          });
          expect([...reference.errors]).toEqual([]);
          const [merged, ...others] = perBatch;
          for (const other of others) states.merge(merged!.array, other.array, groups);
          const finish = (array: Address, count: number): LiteralValue[][] =>
            states.finish(array, count).map(valuesOf);
          expect(finish(single.array, 1)).toEqual(whole.map((value) => [value]));
          expect(finish(perGroup.array, groups)).toEqual(grouped);
          expect(finish(merged!.array, groups).map((each) => each.map(rounded))).toEqual(
            grouped.map((each) => each.map(rounded)),
          );
        } catch (error) {
          if (!(error instanceof SqlError) || error.code !== 'execution') throw error;
          expect([...reference.errors, ...reference.permitted]).toContain(error.message);
        } finally {
          context.release();
        }
      }),
      { numRuns: 120 },
    );
  });
});

describe('states', () => {
  const bytes = (...aggregates: readonly AggregateCall[]): number => {
    const context = testContext(functions);
    const { stateBytes } = createAggregateStates(context, aggregates, layout);
    context.release();
    return stateBytes;
  };

  it('are shared by aggregates over the same values of the same rows', () => {
    const sum = call('add', A, B);
    expect(bytes(aggregate('sum', [sum]))).toBe(24);
    expect(bytes(aggregate('sum', [sum]), aggregate('sum', [call('add', A, B)]))).toBe(24);
    expect(bytes(aggregate('count', [sum]), aggregate('sum', [sum]))).toBe(24);
    expect(bytes(aggregate('sum', [A]), aggregate('sum', [B]))).toBe(48);
    const filter = call('less', A, B);
    expect(bytes(aggregate('sum', [A]), aggregate('sum', [A], filter))).toBe(48);
    expect(bytes(aggregate('count_star', []), aggregate('sum', [A]))).toBe(32);
  });

  it('align their cells', () => {
    expect(bytes(aggregate('first', [A]))).toBe(16);
    expect(bytes(aggregate('first', [A]), aggregate('last', [B]))).toBe(32);
  });
});

describe('a filter', () => {
  const run = (call: AggregateCall, columns: readonly TestColumn[]): LiteralValue[] => {
    const context = testContext(functions);
    const states = createAggregateStates(context, [call], layout);
    const { addresses, array } = newStates(context, states, 1);
    states.updateSingle(batchOf(context.batchArena, columns), addresses[0]!);
    const result = states.finish(array, 1).flatMap(valuesOf);
    context.release();
    return result;
  };
  const other = (type: TestColumn['type']): TestColumn => ({
    type,
    values: [null, null, null],
    encoding: 'constant',
  });
  const columns: readonly TestColumn[] = [
    { type: BIGINT, values: [0n, 2n, 4n], encoding: 'flat' },
    other(BIGINT),
    other(DOUBLE),
    other(BOOLEAN),
    { type: VARCHAR, values: ['x', '5', '7'], encoding: 'flat' },
  ];
  const isPositive = call('less', literal(0n, BIGINT), A);

  it('spares arguments that would fail in generated code', () => {
    const remainder = call('remainder', literal(9n, BIGINT), A);
    expect(run(aggregate('sum', [remainder], isPositive), columns)).toEqual([2n]);
  });

  it('spares vector calls that would fail', () => {
    expect(run(aggregate('sum', [call('parse', S)], isPositive), columns)).toEqual([12n]);
    const lazy = conditional('case', BIGINT, isPositive, call('parse', S), literal(0n, BIGINT));
    expect(run(aggregate('sum', [lazy]), columns)).toEqual([12n]);
  });
});

it('names the call whose update fails', () => {
  const { implementation } = testAggregate('count');
  const failing: StateDefinition = {
    ...implementation.state([BIGINT], BIGINT),
    update: (b, _, [x]) => b.raise({ sqlState: '22003', message: '{0} is too much' }, [x!]),
  };
  const aggregateOf = (name: string): AggregateFunction => {
    const found = aggregateLookup(name)!;
    const [overload] = found.overloads;
    const state = { ...implementation, state: () => failing };
    return { ...found, overloads: [{ ...overload!, implementation: state }] };
  };
  const context = testContext(registryOf(TEST_FUNCTIONS, { aggregate: aggregateOf }));
  const span = { start: 4, end: 8 };
  const states = createAggregateStates(context, [{ ...aggregate('count', [A]), span }], layout);
  const batch = batchOf(context.batchArena, [{ type: BIGINT, values: [77n], encoding: 'flat' }]);
  expect(() => states.updateSingle(batch, newStates(context, states, 1).addresses[0]!)).toThrow(
    expect.objectContaining({ message: '77 is too much', span }),
  );
  context.release();
});

describe('references', () => {
  it('are copied once, and not at all when they last anyway', () => {
    const context = testContext(functions);
    const states = createAggregateStates(context, [aggregate('last_text', [S])], new Map([[4, 0]]));
    expect(states.hasReferences).toBe(true);
    const { addresses, array } = newStates(context, states, 2);
    const texts: TestColumn = { type: VARCHAR, values: ['one', 'two', 'three'], encoding: 'flat' };
    const batch = batchOf(context.batchArena, [texts]);
    const targets = addressArray(context, [addresses[0]!, addresses[1]!, addresses[0]!]);
    const addressOf = (state: number): number => context.memory.u32[addresses[state]! / 4 + 2]!;
    const stable = { ...batch, columns: batch.columns.map((each) => ({ ...each, stable: true })) };
    states.update(stable, targets);
    const original = addressOf(0);
    states.persistReferences(targets, 3, context.taskArena);
    expect(addressOf(0)).toBe(original);
    states.update(batch, targets);
    states.persistReferences(targets, 3, context.taskArena);
    const copy = addressOf(0);
    expect(copy).not.toBe(original);
    states.update(
      { ...batch, length: 1, selection: addressArray(context, [1]) },
      addressArray(context, [addresses[1]!]),
    );
    states.persistReferences(array, 2, context.taskArena);
    expect(addressOf(0)).toBe(copy);
    context.memory.u8.fill(0, original - 4096, original + 4096);
    expect(states.finish(array, 2).flatMap(valuesOf)).toEqual(['three', 'two']);
    context.release();
  });
});

it('leaves an empty group to the aggregate', () => {
  const context = testContext(functions);
  const all = [aggregate('count_star', []), aggregate('sum', [A]), aggregate('float_sum', [D])];
  const states = createAggregateStates(context, all, layout);
  const { array } = newStates(context, states, 1);
  expect(states.finish(array, 1).flatMap(valuesOf)).toEqual([0n, null, null]);
  context.release();
});
