import {
  Arena,
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type LiteralValue,
  VARCHAR,
  writeVector,
} from '@windrow/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  aggregateLookup,
  aggregateReference,
  TEST_AGGREGATES,
  testAggregate,
} from '../testing/aggregate-functions.test.support.ts';
import { testContext, valuesOf } from '../testing/batches.test.support.ts';
import { registryOf } from '../testing/scalar-functions.test.support.ts';
import { createFrameAggregates, type FrameAggregateCall } from './frame-aggregates.ts';

const functions = registryOf([], { aggregate: aggregateLookup });
const INPUT_TYPES = [BIGINT, DOUBLE, VARCHAR, BOOLEAN];

/** Start and end of each part of a row's frame. */
type Frame = readonly (readonly [number, number])[];

const callOf = (name: string, filter?: number): FrameAggregateCall => {
  const { args, returns } = testAggregate(name);
  return {
    function: name,
    overload: 0,
    args: args.map((type) => INPUT_TYPES.indexOf(type)),
    returns,
    filter,
  };
};

/** The aggregates over frames, as they are computed. */
function compute(
  names: readonly string[],
  columns: readonly (readonly LiteralValue[])[],
  frames: readonly Frame[],
  filter?: number,
): LiteralValue[][] {
  const context = testContext(functions);
  try {
    const arena = new Arena(context.memory, context.taskArena.owner);
    const words = (values: readonly number[]): number => {
      const address = arena.allocate(values.length * 4);
      context.memory.u32.set(values, address / 4);
      return address;
    };
    const parts = Array.from({ length: frames[0]?.length ?? 1 }, (_, part) => ({
      starts: words(frames.map((frame) => frame[part]![0])),
      ends: words(frames.map((frame) => frame[part]![1])),
    }));
    const inputs = columns.map((values, i) => writeVector(arena, INPUT_TYPES[i]!, values));
    const calls = names.map((name) => callOf(name, filter));
    return createFrameAggregates(context, calls, INPUT_TYPES)
      .evaluate({ rows: frames.length, inputRows: frames.length, inputs, frames: parts }, arena)
      .map(valuesOf);
  } finally {
    context.release();
  }
}

/** The aggregates over frames, by the definition. */
function define(
  names: readonly string[],
  columns: readonly (readonly LiteralValue[])[],
  frames: readonly Frame[],
  filter?: number,
): LiteralValue[][] {
  return names.map((name) => {
    const { args } = callOf(name);
    return frames.map((frame) => {
      const seen = frame.flatMap(([start, end]) =>
        Array.from({ length: end - start }, (_, i) => start + i),
      );
      const kept = seen.filter((row) => filter === undefined || columns[filter]![row] === true);
      return aggregateReference(
        name,
        kept.map((row) => args.map((arg) => columns[arg]![row]!)),
      );
    });
  });
}

const rounded = (values: readonly LiteralValue[][]): LiteralValue[][] =>
  values.map((each) =>
    each.map((value) => (typeof value === 'number' ? Number(value.toPrecision(9)) : value)),
  );

const columnsOf = (rows: number) => {
  const sparse = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<(T | null)[]> =>
    fc
      .record({
        nullEvery: fc.nat(3),
        values: fc.array(values, { minLength: rows, maxLength: rows }),
      })
      .map((each) =>
        each.values.map((value, i) =>
          each.nullEvery > 0 && i % (each.nullEvery * 4) === 1 ? null : value,
        ),
      );
  return fc.tuple(
    sparse(fc.bigInt(-(2n ** 62n), 2n ** 62n)),
    sparse(fc.integer({ min: -1000, max: 1000 }).map((value) => value / 8)),
    sparse(fc.constantFrom('a', 'bb', '')),
    sparse(fc.boolean()),
  );
};

const clip = (value: number, rows: number): number => Math.min(Math.max(value, 0), rows);

/** Frames by their kind, for a number of rows. */
const KINDS: Readonly<Record<string, (rows: number) => fc.Arbitrary<readonly Frame[]>>> = {
  'the same for all rows': (rows) =>
    fc.constant(Array.from({ length: rows }, () => [[0, rows]] as const)),
  running: (rows) => fc.constant(Array.from({ length: rows }, (_, i) => [[0, i + 1]] as const)),
  'running backwards': (rows) =>
    fc.constant(Array.from({ length: rows }, (_, i) => [[i, rows]] as const)),
  'running within partitions': (rows) =>
    fc
      .integer({ min: 1, max: 40 })
      .map((size) => Array.from({ length: rows }, (_, i) => [[i - (i % size), i + 1]] as const)),
  sliding: (rows) =>
    fc
      .tuple(fc.integer({ min: -20, max: 60 }), fc.integer({ min: -20, max: 60 }))
      .map(([before, after]) =>
        Array.from({ length: rows }, (_, i) => {
          const start = clip(i - before, rows);
          return [[start, Math.max(start, clip(i + after, rows))]] as const;
        }),
      ),
  'of any shape': (rows) =>
    fc
      .array(fc.tuple(fc.nat(rows), fc.nat(rows)), { minLength: rows, maxLength: rows })
      .map((pairs) => pairs.map(([a, b]) => [[Math.min(a, b), Math.max(a, b)]] as const)),
  'without the current row': (rows) =>
    fc.tuple(fc.nat(rows), fc.nat(rows)).map(([before, after]) =>
      Array.from(
        { length: rows },
        (_, i) =>
          [
            [clip(i - before, rows), i],
            [i + 1, Math.max(i + 1, clip(i + after, rows))],
          ] as const,
      ),
    ),
  'without the peers': (rows) =>
    fc.integer({ min: 1, max: 9 }).map((size) =>
      Array.from({ length: rows }, (_, i) => {
        const peers = i - (i % size);
        return [
          [0, peers],
          [i, i + 1],
          [Math.min(rows, peers + size), rows],
        ] as const;
      }),
    ),
};

describe('frames', () => {
  it.each(Object.entries(KINDS))('%s give what collecting their rows gives', (_name, frames) => {
    const names = fc.shuffledSubarray(
      TEST_AGGREGATES.map(({ name }) => name),
      { minLength: 1 },
    );
    const arbitrary = fc
      .nat(260)
      .chain((rows) => fc.tuple(columnsOf(rows), frames(rows), names, fc.boolean()));
    fc.assert(
      fc.property(arbitrary, ([columns, wanted, chosen, isFiltered]) => {
        const filter = isFiltered ? 3 : undefined;
        const actual = compute(chosen, columns, wanted, filter);
        expect(rounded(actual)).toEqual(rounded(define(chosen, columns, wanted, filter)));
      }),
      { numRuns: 20 },
    );
  });

  it('reach over many levels of the tree', () => {
    const rows = 5000;
    const numbers = Array.from({ length: rows }, (_, i) => BigInt(i));
    const bounds = numbers.map((_, i) => [(i * 7919) % 601, rows - ((i * 104729) % 997)] as const);
    const names = ['sum', 'float_sum', 'first', 'last', 'count'];
    const columns = [numbers, numbers.map(Number), numbers.map(() => ''), numbers.map(() => true)];
    const sum = bounds.map(([start, end]) => ((start + end - 1) * (end - start)) / 2);
    expect(
      compute(
        names,
        columns,
        bounds.map((bound) => [bound]),
      ),
    ).toEqual([
      sum.map(BigInt),
      sum,
      bounds.map(([start]) => BigInt(start)),
      bounds.map(([, end]) => BigInt(end - 1)),
      bounds.map(([start, end]) => BigInt(end - start)),
    ]);
  });
});

it('names the call whose update fails', () => {
  const context = testContext(
    registryOf([], {
      aggregate: (name) => {
        const found = aggregateLookup(name)!;
        const { implementation } = testAggregate('count');
        const state = implementation.state([BIGINT], BIGINT);
        const failing: typeof state = {
          ...state,
          update: (b, _, [x]) => b.raise({ sqlState: '22003', message: '{0} is too much' }, [x!]),
        };
        const [overload] = found.overloads;
        const raising = { ...implementation, state: () => failing };
        return { ...found, overloads: [{ ...overload!, implementation: raising }] };
      },
    }),
  );
  const span = { start: 2, end: 5 };
  const call = { ...callOf('count'), span };
  const arena = context.taskArena;
  const starts = arena.allocateZeroed(4);
  const ends = arena.allocateZeroed(4);
  context.memory.u32[ends / 4] = 1;
  const input = {
    rows: 1,
    inputRows: 1,
    inputs: [writeVector(arena, BIGINT, [9n])],
    frames: [{ starts, ends }],
  };
  expect(() => createFrameAggregates(context, [call], [BIGINT]).evaluate(input, arena)).toThrow(
    expect.objectContaining({ message: '9 is too much', span }),
  );
  context.release();
});
