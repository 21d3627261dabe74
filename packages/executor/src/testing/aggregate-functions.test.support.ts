import {
  type AggregateFunction,
  type AggregateImplementation,
  BIGINT,
  type CodeBuilder,
  DOUBLE,
  type EmitValue,
  type FunctionRegistry,
  HUGEINT,
  type LiteralValue,
  type Local,
  type SqlType,
  type StateCells,
  type StateDefinition,
  VARCHAR,
} from '@windrow/core';

/** An aggregate of the tests, with its value over the arguments of the rows seen, in order. */
export interface TestAggregate {
  readonly name: string;
  readonly args: readonly SqlType[];
  readonly returns: SqlType;
  readonly nulls: 'skip' | 'handles';
  readonly implementation: Extract<AggregateImplementation, { kind: 'state' }>;
  readonly reference: (rows: readonly (readonly LiteralValue[])[]) => LiteralValue;
}

const word = (value: EmitValue | undefined): Local => value!.locals[0]!;

const add = (
  b: CodeBuilder,
  cells: StateCells,
  slot: string,
  operation: 'i64.add' | 'i64.sub' | 'f64.add',
  addend: () => void,
): void =>
  cells.store(b, slot, () => {
    cells.load(b, slot);
    addend();
    b.op(operation);
  });

const COUNT: StateDefinition = {
  name: 'count',
  slots: [{ name: 'count', type: 'i64' }],
  update: (b, state) => add(b, state, 'count', 'i64.add', () => b.i64(1n)),
  merge: (b, into, from) => add(b, into, 'count', 'i64.add', () => from.load(b, 'count')),
  remove: (b, state) => add(b, state, 'count', 'i64.sub', () => b.i64(1n)),
  removesExactly: true,
};

/** Exact sum of integers, in 128 bits. */
const WIDE_SUM: StateDefinition = {
  name: 'wide_sum',
  slots: [
    { name: 'count', type: 'i64' },
    { name: 'low', type: 'i64' },
    { name: 'high', type: 'i64' },
  ],
  covers: ['count'],
  update: (b, state, [x]) => {
    COUNT.update(b, state, []);
    addWide(
      b,
      state,
      () => b.get(word(x)),
      () => {
        b.get(word(x));
        b.i64(63n);
        b.op('i64.shr_s');
      },
    );
  },
  merge: (b, into, from) => {
    COUNT.merge(b, into, from);
    addWide(
      b,
      into,
      () => from.load(b, 'low'),
      () => from.load(b, 'high'),
    );
  },
  remove: (b, state, [x]) => {
    COUNT.remove?.(b, state, []);
    const low = b.local('i64');
    b.i64(0n);
    b.get(word(x));
    b.op('i64.sub');
    b.set(low);
    addWide(
      b,
      state,
      () => b.get(low),
      () => {
        // −x is negative where x is positive; min itself does not occur in the tests.
        b.get(low);
        b.i64(63n);
        b.op('i64.shr_s');
      },
    );
  },
  removesExactly: true,
};

function addWide(b: CodeBuilder, state: StateCells, low: () => void, high: () => void): void {
  const before = b.local('i64');
  state.load(b, 'low');
  b.set(before);
  add(b, state, 'low', 'i64.add', low);
  add(b, state, 'high', 'i64.add', high);
  add(b, state, 'high', 'i64.add', () => {
    state.load(b, 'low');
    b.get(before);
    b.op('i64.lt_u');
    b.op('i64.extend_i32_u');
  });
}

const FLOAT_SUM: StateDefinition = {
  name: 'float_sum',
  slots: [
    { name: 'count', type: 'i64' },
    { name: 'sum', type: 'f64' },
  ],
  covers: ['count'],
  update: (b, state, [x]) => {
    COUNT.update(b, state, []);
    add(b, state, 'sum', 'f64.add', () => b.get(word(x)));
  },
  merge: (b, into, from) => {
    COUNT.merge(b, into, from);
    add(b, into, 'sum', 'f64.add', () => from.load(b, 'sum'));
  },
};

/** Value of the first and of the last row; the order of merging shows in them. */
const ends = (type: SqlType, which: 'first' | 'last'): StateDefinition => {
  const slot = type.kind === 'varchar' ? 'ref' : 'i64';
  const keep = (b: CodeBuilder, into: StateCells, isSet: () => void, value: () => void): void => {
    isSet();
    if (which === 'first') {
      into.load(b, 'seen');
      b.op('i32.eqz');
      b.op('i32.and');
    }
    b.if([], () => {
      into.store(b, 'seen', () => b.i32(1));
      into.store(b, 'value', value);
    });
  };
  return {
    name: which,
    slots: [
      { name: 'seen', type: 'i32' },
      { name: 'value', type: slot },
    ],
    update: (b, state, [x]) =>
      keep(
        b,
        state,
        () => b.i32(1),
        () => b.get(word(x)),
      ),
    merge: (b, into, from) =>
      keep(
        b,
        into,
        () => from.load(b, 'seen'),
        () => from.load(b, 'value'),
      ),
  };
};

/** Counts NULL arguments, which it sees. */
const NULLS: StateDefinition = {
  name: 'nulls',
  slots: [{ name: 'count', type: 'i64' }],
  update: (b, state, [x]) =>
    add(b, state, 'count', 'i64.add', () => {
      if (x?.valid === undefined) b.i32(0);
      else {
        b.get(x.valid);
        b.op('i32.eqz');
      }
      b.op('i64.extend_i32_u');
    }),
  merge: COUNT.merge,
};

/** Leaves cells, then whether the count is positive. */
const finishCells =
  (...slots: readonly string[]) =>
  (b: CodeBuilder, state: StateCells): void => {
    for (const slot of slots) state.load(b, slot);
    state.load(b, 'count');
    b.i64(0n);
    b.op('i64.gt_s');
  };

const finishCount = (b: CodeBuilder, state: StateCells): void => {
  state.load(b, 'count');
  b.i32(1);
};

const finishEnds = (b: CodeBuilder, state: StateCells): void => {
  state.load(b, 'value');
  state.load(b, 'seen');
};

const test = (
  name: string,
  args: readonly SqlType[],
  returns: SqlType,
  state: StateDefinition,
  finish: (b: CodeBuilder, state: StateCells) => void,
  reference: (rows: never) => LiteralValue,
  nulls: 'skip' | 'handles' = 'skip',
): TestAggregate => ({
  name,
  args,
  returns,
  nulls,
  implementation: { kind: 'state', state: () => state, finish },
  reference: reference as TestAggregate['reference'],
});

const sum = (rows: readonly (readonly [bigint])[]): bigint =>
  rows.reduce((total, [value]) => total + value, 0n);
const floatSum = (rows: readonly (readonly [number])[]): number =>
  rows.reduce((total, [value]) => total + value, 0);
const orNull = <T>(
  rows: readonly T[],
  value: (rows: readonly T[]) => LiteralValue,
): LiteralValue => (rows.length === 0 ? null : value(rows));

type Rows<T> = readonly (readonly [T])[];

export const TEST_AGGREGATES: readonly TestAggregate[] = [
  test('count_star', [], BIGINT, COUNT, finishCount, (rows: Rows<LiteralValue>) =>
    BigInt(rows.length),
  ),
  test('count', [BIGINT], BIGINT, COUNT, finishCount, (rows: Rows<LiteralValue>) =>
    BigInt(rows.length),
  ),
  test('sum', [BIGINT], HUGEINT, WIDE_SUM, finishCells('low', 'high'), (rows: Rows<bigint>) =>
    orNull(rows, () => sum(rows)),
  ),
  test('float_sum', [DOUBLE], DOUBLE, FLOAT_SUM, finishCells('sum'), (rows: Rows<number>) =>
    orNull(rows, () => floatSum(rows)),
  ),
  test('float_count', [DOUBLE], BIGINT, COUNT, finishCount, (rows: Rows<LiteralValue>) =>
    BigInt(rows.length),
  ),
  test('first', [BIGINT], BIGINT, ends(BIGINT, 'first'), finishEnds, (rows: Rows<bigint>) =>
    orNull(rows, () => rows[0]![0]),
  ),
  test('last', [BIGINT], BIGINT, ends(BIGINT, 'last'), finishEnds, (rows: Rows<bigint>) =>
    orNull(rows, () => rows.at(-1)![0]),
  ),
  test('last_text', [VARCHAR], VARCHAR, ends(VARCHAR, 'last'), finishEnds, (rows: Rows<string>) =>
    orNull(rows, () => rows.at(-1)![0]),
  ),
  test(
    'nulls',
    [BIGINT],
    BIGINT,
    NULLS,
    finishCount,
    (rows: Rows<LiteralValue>) => BigInt(rows.filter(([value]) => value === null).length),
    'handles',
  ),
];

export const testAggregate = (name: string): TestAggregate => {
  const found = TEST_AGGREGATES.find((each) => each.name === name);
  if (found === undefined) throw new RangeError(`no test aggregate ${name}`);
  return found;
};

/** The value over rows of arguments, NULLs left out where the aggregate does not see them. */
export const aggregateReference = (
  name: string,
  rows: readonly (readonly LiteralValue[])[],
): LiteralValue => {
  const { nulls, reference } = testAggregate(name);
  return reference(nulls === 'handles' ? rows : rows.filter((args) => !args.includes(null)));
};

const doc = { summary: 'An aggregate of the tests.', examples: [], source: '' };

/** Look-up of these aggregates, to be put into a registry. */
export const aggregateLookup: FunctionRegistry['aggregate'] = (name) => {
  const { args, returns, nulls, implementation } = testAggregate(name);
  return {
    kind: 'aggregate',
    name,
    aliases: [],
    category: 'test',
    doc,
    nulls,
    ordered: false,
    overloads: [{ signature: { args, returns }, implementation }],
  } satisfies AggregateFunction;
};
