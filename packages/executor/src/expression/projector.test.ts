import {
  type Batch,
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type Expr,
  type FunctionRegistry,
  type LiteralValue,
  SqlError,
  VARCHAR,
  type Vector,
} from '@windrow/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cachedModuleCount } from '../codegen/module-cache.ts';
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
import {
  registryOf,
  TEST_FUNCTIONS,
  type TestFunction,
  testFunction,
} from '../testing/scalar-functions.test.support.ts';
import { createProjector } from './projector.ts';

const functions = registryOf(TEST_FUNCTIONS);
const layout = new Map(COLUMN_TYPES.map((_, id) => [id, id]));

const rowsOf = (columns: readonly TestColumn[], selection?: readonly number[]): Row[] => {
  const numbers = selection ?? (columns[0]?.values ?? []).map((_, row) => row);
  return numbers.map((row) => new Map(columns.map(({ values }, id) => [id, values[row] ?? null])));
};

/** What the rows give, or the messages of the errors that any of them raises. */
function expected(exprs: readonly Expr[], rows: readonly Row[]) {
  const reference = new Reference();
  const values = exprs.map((expr) => rows.map((row) => reference.value(expr, row)));
  const { errors, permitted } = reference;
  return { values, errors: [...errors], permitted: [...permitted] };
}

/** Evaluates, and checks the result or that the error is one that a row raises. */
function check(
  projector: { evaluate(batch: Batch): readonly Vector[] },
  batch: Batch,
  wanted: ReturnType<typeof expected>,
): void {
  let actual: LiteralValue[][];
  try {
    actual = projector.evaluate(batch).map(valuesOf);
  } catch (error) {
    if (!(error instanceof SqlError) || error.code !== 'execution') throw error;
    expect([...wanted.errors, ...wanted.permitted]).toContain(error.message);
    return;
  }
  expect(wanted.errors).toEqual([]);
  expect(actual).toEqual(wanted.values);
}

describe('random expressions over random batches', () => {
  it('give what row by row evaluation gives', () => {
    const types = fc.constantFrom(BIGINT, DOUBLE, BOOLEAN, VARCHAR);
    const lists = fc.array(
      types.chain((type) => expressions(type)),
      { minLength: 1, maxLength: 3 },
    );
    fc.assert(
      fc.property(lists, fc.array(batches, { minLength: 1, maxLength: 3 }), (exprs, inputs) => {
        const context = testContext(functions);
        try {
          const projector = createProjector(context, exprs, layout);
          for (const { columns, selection } of inputs) {
            context.batchArena.reset();
            const batch = batchOf(context.batchArena, columns, selection);
            check(projector, batch, expected(exprs, rowsOf(columns, selection)));
          }
        } finally {
          context.release();
        }
      }),
      { numRuns: 150 },
    );
  });
});

/** Expressions over one batch of `columns`, evaluated once. */
function evaluateOnce(
  exprs: readonly Expr[],
  columns: readonly TestColumn[],
  options: { readonly selection?: readonly number[]; readonly registry?: FunctionRegistry } = {},
): LiteralValue[][] {
  const context = testContext(options.registry ?? functions);
  try {
    const batch = batchOf(context.batchArena, columns, options.selection);
    const positions = new Map(columns.map((_, id) => [id, id]));
    return createProjector(context, exprs, positions).evaluate(batch).map(valuesOf);
  } finally {
    context.release();
  }
}

const integers = (...values: readonly (bigint | null)[]): TestColumn => ({
  type: BIGINT,
  values,
  encoding: 'flat',
});
const texts = (encoding: TestColumn['encoding'], ...values: readonly (string | null)[]) =>
  ({ type: VARCHAR, values, encoding }) as const;
const A = column(0, BIGINT);
const S = column(0, VARCHAR);
const big = (value: bigint): Expr => literal(value, BIGINT);

/** Test functions with one that counts the rows it is given. */
function counting(name: string, flags: TestFunction['flags'] = {}) {
  const rows: number[] = [];
  const original = testFunction(name);
  const { implementation } = original;
  if (implementation.kind !== 'js') throw new RangeError('only vector calls are counted');
  const counted: TestFunction = {
    ...original,
    flags: { ...original.flags, ...flags },
    implementation: {
      kind: 'js',
      evaluate: (context, args, result) => {
        rows.push(result.length);
        implementation.evaluate(context, args, result);
      },
    },
  };
  const others = TEST_FUNCTIONS.filter((test) => test.name !== name);
  return { rows, registry: registryOf([...others, counted]) };
}

describe('errors', () => {
  it('name operation, operands and type, and carry the span of the call', () => {
    const span = { start: 7, end: 12 };
    const sum = { ...call('add', A, big(1n)), span } as Expr;
    const run = (): unknown => evaluateOnce([sum], [integers(1n, 2n ** 63n - 1n)]);
    expect(run).toThrow(
      expect.objectContaining({
        code: 'execution',
        sqlState: '22003',
        message: 'overflow: 9223372036854775807 + 1 is out of range for BIGINT',
        span,
      }),
    );
  });

  it('of vector calls get the span as well', () => {
    const span = { start: 3, end: 9 };
    const parsed = { ...call('parse', S), span } as Expr;
    expect(() => evaluateOnce([parsed], [texts('flat', 'x')])).toThrow(
      expect.objectContaining({ sqlState: '22018', span }),
    );
  });

  it('leave nothing behind: the next batch is evaluated', () => {
    const context = testContext(functions);
    const projector = createProjector(context, [call('add', A, A)], new Map([[0, 0]]));
    const bad = batchOf(context.batchArena, [integers(2n ** 62n)]);
    expect(() => projector.evaluate(bad)).toThrow(SqlError);
    const good = batchOf(context.batchArena, [integers(4n)]);
    expect(projector.evaluate(good).map(valuesOf)).toEqual([[8n]]);
    context.release();
  });
});

describe('laziness', () => {
  it('spares generated code that would fail', () => {
    const guarded = conditional(
      'case',
      BIGINT,
      call('equal', A, big(0n)),
      big(-1n),
      call('remainder', big(7n), A),
    );
    expect(evaluateOnce([guarded], [integers(0n, 4n, null)])).toEqual([[-1n, 3n, null]]);
  });

  it('evaluates vector calls that can fail for no other rows', () => {
    const { rows, registry } = counting('parse');
    const isNumber = call('not', call('starts_with', S, literal('a', VARCHAR)));
    const guarded = conditional('case', BIGINT, isNumber, call('parse', S), big(0n));
    const columns = [texts('flat', 'abc', '12', 'a', null, '5')];
    expect(evaluateOnce([guarded], columns, { registry })).toEqual([[0n, 12n, 0n, 0n, 5n]]);
    expect(rows).toEqual([2]);
  });

  it('does not fail on a constant that no row needs', () => {
    const never = call('remainder', big(1n), big(0n));
    const guarded = conditional('case', BIGINT, call('less', A, big(0n)), never, A);
    expect(evaluateOnce([guarded], [integers(1n, 2n)])).toEqual([[1n, 2n]]);
    expect(() => evaluateOnce([guarded], [integers(1n, -2n)])).toThrow('remainder of 1 by zero');
    expect(evaluateOnce([never], [integers()])).toEqual([[]]);
  });
});

describe('dictionaries', () => {
  it('are computed on instead of rows, once as long as they stay', () => {
    const { rows, registry } = counting('upper');
    const context = testContext(registry);
    const projector = createProjector(context, [call('upper', S)], new Map([[0, 0]]));
    const first = batchOf(context.taskArena, [texts('dictionary', 'a', 'b', null, 'a', 'a')]);
    const upper = projector.evaluate(first);
    expect(upper[0]?.kind).toBe('dictionary');
    expect(upper.map(valuesOf)).toEqual([['A', 'B', null, 'A', 'A']]);
    const [column0] = first.columns;
    const again = { ...first, columns: [{ ...column0! }] };
    expect(projector.evaluate(again).map(valuesOf)).toEqual([['A', 'B', null, 'A', 'A']]);
    expect(rows).toEqual([3]);
    const other = batchOf(context.taskArena, [texts('dictionary', 'x', 'y', 'x', 'x')]);
    expect(projector.evaluate(other).map(valuesOf)).toEqual([['X', 'Y', 'X', 'X']]);
    expect(rows).toEqual([3, 3]);
    context.release();
  });

  it('with entries that fail but do not occur are left aside', () => {
    const columns = [texts('dictionary', '1', 'bad', '2', '2', '1')];
    const selection = [0, 2, 3, 4];
    expect(evaluateOnce([call('parse', S)], columns, { selection })).toEqual([[1n, 2n, 2n, 1n]]);
  });

  it('larger than the rows that came with them are not worth it', () => {
    const { rows, registry } = counting('upper');
    const columns = [texts('dictionary', 'a', 'b', 'c', 'd')];
    expect(evaluateOnce([call('upper', S)], columns, { registry, selection: [1] })).toEqual([
      ['B'],
    ]);
    expect(rows).toEqual([1]);
  });
});

describe('volatility', () => {
  it('volatile calls are made per reference, for the selected rows', () => {
    const { rows, registry } = counting('describe', { volatility: 'volatile' });
    const twice = [call('describe', A), call('describe', A)];
    const columns = [integers(1n, 2n, 3n)];
    evaluateOnce(twice, columns, { registry, selection: [0, 2] });
    expect(rows).toEqual([2, 2]);
  });

  it('others once, and constants for one row', () => {
    const { rows, registry } = counting('describe');
    const exprs = [
      call('describe', A),
      call('upper', call('describe', A)),
      call('describe', big(7n)),
    ];
    const columns = [integers(1n, null)];
    expect(evaluateOnce(exprs, columns, { registry })).toEqual([
      ['n1', 'none'],
      ['N1', 'NONE'],
      ['n7', 'n7'],
    ]);
    expect(rows).toEqual([2, 1]);
  });
});

it('compiles one module for a thousand literals', () => {
  const context = testContext(functions);
  const batch = batchOf(context.batchArena, [integers(5n)]);
  const run = (value: bigint): unknown =>
    createProjector(context, [call('xor', A, big(value))], new Map([[0, 0]]))
      .evaluate(batch)
      .map(valuesOf);
  expect(run(1n)).toEqual([[4n]]);
  const before = cachedModuleCount(context.memory);
  for (let i = 2n; i < 1000n; i++) expect(run(i)).toEqual([[5n ^ i]]);
  expect(cachedModuleCount(context.memory)).toBe(before);
  context.release();
});

it('passes bare columns through', () => {
  const context = testContext(functions);
  const batch = batchOf(context.batchArena, [integers(5n, 6n), texts('dictionary', 'a', 'b')]);
  const projector = createProjector(
    context,
    [A, column(1, VARCHAR)],
    new Map([
      [0, 0],
      [1, 1],
    ]),
  );
  const [first, second] = projector.evaluate(batch);
  expect(first).toBe(batch.columns[0]);
  expect(second).toBe(batch.columns[1]);
  context.release();
});

describe('casts', () => {
  /** VARCHAR to BIGINT, by the two functions that parse. */
  const registry = registryOf(TEST_FUNCTIONS, {
    cast: (_from, _to, options) => {
      const { implementation, flags } = testFunction(options.try ? 'parse_or_null' : 'parse');
      const { raises = false, returnsNull = false } = flags;
      return { implementation, raises, returnsNull };
    },
  });
  const cast = (isTry: boolean): Expr => ({
    kind: 'cast',
    input: S,
    type: BIGINT,
    try: isTry,
    span: { start: 1, end: 2 },
  });

  it('fail at their place in the statement', () => {
    const failing = (): unknown => evaluateOnce([cast(false)], [texts('flat', 'x')], { registry });
    expect(failing).toThrow(
      expect.objectContaining({ sqlState: '22018', span: { start: 1, end: 2 } }),
    );
    expect(evaluateOnce([cast(false)], [texts('flat', '7', null)], { registry })).toEqual([
      [7n, null],
    ]);
  });

  it('give NULL instead when they are only tried', () => {
    const doubled = call('add', cast(true), cast(true));
    const columns = [texts('flat', '4', 'x', null)];
    expect(evaluateOnce([doubled], columns, { registry })).toEqual([[8n, null, null]]);
  });
});
