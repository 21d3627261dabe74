import {
  type AggregateFunction,
  type AggregateOverload,
  BIGINT,
  BOOLEAN,
  type CodeBuilder,
  DOUBLE,
  decimal,
  type EmitValue,
  HUGEINT,
  INTEGER,
  isUnsignedInteger,
  physicalType,
  SMALLINT,
  type SqlType,
  type StateCells,
  type StateDefinition,
  TINYINT,
  UBIGINT,
  UINTEGER,
  USMALLINT,
  UTINYINT,
} from '@windrow/core';
import {
  addF64,
  addI64,
  countAbove,
  countF64,
  f64,
  finishF64,
  get,
  letI64,
  slotF64,
} from './emit.ts';

const SQL_STANDARD = 'ISO/IEC 9075-2, set functions';

const COUNT: StateDefinition = {
  name: 'count',
  slots: [{ name: 'count', type: 'i64' }],
  update: (b, state) => addI64(b, state, 'count', () => b.i64(1n)),
  merge: (b, into, from) => addI64(b, into, 'count', () => from.load(b, 'count')),
  remove: (b, state) => addI64(b, state, 'count', () => b.i64(-1n)),
  removesExactly: true,
};

const finishCount = (b: CodeBuilder, state: StateCells): void => {
  state.load(b, 'count');
  b.i32(1);
};

/** Leaves the value as one i64, sign or zero extended by its type. */
function widen(b: CodeBuilder, value: EmitValue): void {
  get(b, value);
  switch (physicalType(value.type)) {
    case 'bool':
    case 'u8':
    case 'u16':
    case 'u32':
      b.op('i64.extend_i32_u');
      break;
    case 'i8':
    case 'i16':
    case 'i32':
      b.op('i64.extend_i32_s');
      break;
    default:
  }
}

/**
 * Adds (or takes away) 128 bits, low and high word in locals, to the `low` and `high` cells.
 * With `checked`, leaving 128 bits is an error.
 */
function addWide(
  b: CodeBuilder,
  state: StateCells,
  words: { low: () => void; high: () => void },
  options: { subtract: boolean; checked: boolean },
): void {
  const operation = options.subtract ? 'i64.sub' : 'i64.add';
  const low = letI64(b, words.low);
  const high = letI64(b, words.high);
  const oldLow = letI64(b, () => state.load(b, 'low'));
  const oldHigh = letI64(b, () => state.load(b, 'high'));
  const newLow = letI64(b, () => {
    b.get(oldLow);
    b.get(low);
    b.op(operation);
  });
  const newHigh = letI64(b, () => {
    b.get(oldHigh);
    b.get(high);
    b.op(operation);
    // Carry out of the low word: the sum is below an addend; borrow: the minuend is below the subtrahend.
    b.get(options.subtract ? oldLow : newLow);
    b.get(low);
    b.op('i64.lt_u');
    b.op('i64.extend_i32_u');
    b.op(operation);
  });
  if (options.checked) {
    // Addends of equal sign and a sum of the other one.
    b.get(oldHigh);
    b.get(newHigh);
    b.op('i64.xor');
    b.get(high);
    b.get(newHigh);
    b.op('i64.xor');
    b.op('i64.and');
    b.i64(0n);
    b.op('i64.lt_s');
    b.if([], () =>
      b.raise({
        sqlState: '22003',
        message: 'the sum is out of range: it needs more than 128 bits',
      }),
    );
  }
  state.store(b, 'low', () => b.get(newLow));
  state.store(b, 'high', () => b.get(newHigh));
}

/** Exact sum in 128 bits of integers or unscaled decimals, with their count. */
function wideSum(type: SqlType): StateDefinition {
  const isWide = physicalType(type) === 'i128';
  const words = (b: CodeBuilder, value: EmitValue | undefined) => ({
    low: () => (isWide ? get(b, value, 0) : widen(b, value as EmitValue)),
    high: () => {
      if (isWide) {
        get(b, value, 1);
      } else if (isUnsignedInteger(type) || type.kind === 'boolean') {
        b.i64(0n);
      } else {
        widen(b, value as EmitValue);
        b.i64(63n);
        b.op('i64.shr_s');
      }
    },
  });
  return {
    name: 'wide_sum',
    slots: [
      { name: 'count', type: 'i64' },
      { name: 'low', type: 'i64' },
      { name: 'high', type: 'i64' },
    ],
    covers: ['count'],
    update(b, state, [value]) {
      addI64(b, state, 'count', () => b.i64(1n));
      addWide(b, state, words(b, value), { subtract: false, checked: isWide });
    },
    merge(b, into, from) {
      addI64(b, into, 'count', () => from.load(b, 'count'));
      addWide(
        b,
        into,
        { low: () => from.load(b, 'low'), high: () => from.load(b, 'high') },
        { subtract: false, checked: true },
      );
    },
    remove(b, state, [value]) {
      addI64(b, state, 'count', () => b.i64(-1n));
      addWide(b, state, words(b, value), { subtract: true, checked: false });
    },
    removesExactly: true,
  };
}

/** Plain sum and count of doubles. */
const FLOAT_SUM: StateDefinition = {
  name: 'float_sum',
  slots: [
    { name: 'count', type: 'i64' },
    { name: 'sum', type: 'f64' },
  ],
  covers: ['count'],
  update(b, state, [value]) {
    addI64(b, state, 'count', () => b.i64(1n));
    addF64(b, state, 'sum', () => get(b, value));
  },
  merge(b, into, from) {
    addI64(b, into, 'count', () => from.load(b, 'count'));
    addF64(b, into, 'sum', () => from.load(b, 'sum'));
  },
};

/**
 * Compensated sum: `sum` and the running `compensation` of the digits it lost.
 *
 * Source: Neumaier (1974), ZAMM 54, algorithm IV.
 */
const COMPENSATED_SUM: StateDefinition = {
  name: 'compensated_sum',
  slots: [
    { name: 'count', type: 'i64' },
    { name: 'sum', type: 'f64' },
    { name: 'compensation', type: 'f64' },
  ],
  covers: ['count'],
  update(b, state, [value]) {
    addI64(b, state, 'count', () => b.i64(1n));
    addCompensated(b, state, () => get(b, value));
  },
  merge(b, into, from) {
    addI64(b, into, 'count', () => from.load(b, 'count'));
    addCompensated(b, into, () => from.load(b, 'sum'));
    addF64(b, into, 'compensation', () => from.load(b, 'compensation'));
  },
};

function addCompensated(b: CodeBuilder, state: StateCells, addend: () => void): void {
  const x = b.local('f64');
  addend();
  b.set(x);
  const sum = slotF64(b, state, 'sum');
  const next = b.local('f64');
  f64(b, ['add', sum, x]);
  b.set(next);
  addF64(b, state, 'compensation', () => {
    f64(b, ['add', ['sub', sum, next], x]);
    f64(b, ['add', ['sub', x, next], sum]);
    f64(b, ['abs', sum]);
    f64(b, ['abs', x]);
    b.op('f64.ge');
    b.op('select');
  });
  state.store(b, 'sum', () => b.get(next));
}

/** Leaves the 128-bit sum as a double. */
function wideAsDouble(b: CodeBuilder, state: StateCells): void {
  state.load(b, 'low');
  state.load(b, 'high');
  b.callKernel('int128ToDouble', ['i64', 'i64'], ['f64']);
}

function finishWide(b: CodeBuilder, state: StateCells): void {
  countAbove(b, state, 0n);
  b.if(
    ['i64', 'i64', 'i32'],
    () => {
      state.load(b, 'low');
      state.load(b, 'high');
      b.i32(1);
    },
    () => {
      b.i64(0n);
      b.i64(0n);
      b.i32(0);
    },
  );
}

const INTEGERS: readonly SqlType[] = [
  TINYINT,
  SMALLINT,
  INTEGER,
  BIGINT,
  HUGEINT,
  UTINYINT,
  USMALLINT,
  UINTEGER,
  UBIGINT,
];

const wideSumOverload = (type: SqlType): AggregateOverload => ({
  signature: { args: [type], returns: HUGEINT },
  implementation: { kind: 'state', state: ([arg]) => wideSum(arg ?? type), finish: finishWide },
});

const decimalSum: AggregateOverload = {
  signature: {
    display: '(DECIMAL(p,s)) → DECIMAL(38,s)',
    resolve: ([type], _constants) =>
      type?.kind === 'decimal' ? { args: [type], returns: decimal(38, type.scale) } : undefined,
  },
  implementation: { kind: 'state', state: ([arg]) => wideSum(arg ?? BIGINT), finish: finishWide },
};

const finishFloatSum = (b: CodeBuilder, state: StateCells): void =>
  finishF64(
    b,
    () => countAbove(b, state, 0n),
    () => state.load(b, 'sum'),
  );

const mean = (b: CodeBuilder, state: StateCells, sum: () => void, divisor = 1): void =>
  finishF64(
    b,
    () => countAbove(b, state, 0n),
    () => {
      const n = countF64(b, state);
      sum();
      b.get(n);
      b.op('f64.div');
      if (divisor !== 1) {
        b.f64(divisor);
        b.op('f64.div');
      }
    },
  );

const common = { kind: 'aggregate', nulls: 'skip', ordered: false, aliases: [] } as const;

/** count, sum, avg and their relatives. */
export const SUM_AGGREGATES: readonly AggregateFunction[] = [
  {
    ...common,
    name: 'count_star',
    category: 'aggregate',
    doc: {
      summary: 'Number of rows; what `count(*)` means.',
      examples: [{ sql: 'count(*) from (values (1), (NULL)) t(x)', result: '2' }],
      source: SQL_STANDARD,
    },
    emptyValue: 0n,
    overloads: [
      {
        signature: { args: [], returns: BIGINT },
        implementation: { kind: 'state', state: () => COUNT, finish: finishCount },
      },
    ],
  },
  {
    ...common,
    name: 'count',
    category: 'aggregate',
    doc: {
      summary: 'Number of rows in which no argument is NULL.',
      examples: [{ sql: 'count(x) from (values (1), (NULL)) t(x)', result: '1' }],
      source: SQL_STANDARD,
    },
    emptyValue: 0n,
    overloads: [
      {
        signature: {
          display: '(ANY, …) → BIGINT',
          resolve: (args) => (args.length > 0 ? { args, returns: BIGINT } : undefined),
        },
        implementation: { kind: 'state', state: () => COUNT, finish: finishCount },
      },
    ],
  },
  {
    ...common,
    name: 'count_if',
    aliases: ['countif'],
    category: 'aggregate',
    doc: {
      summary: 'Number of rows that are true, as HUGEINT; NULL on empty input.',
      examples: [{ sql: 'count_if(x > 1) from (values (1), (2), (3)) t(x)', result: '2' }],
      source: 'DuckDB',
    },
    overloads: [wideSumOverload(BOOLEAN)],
  },
  {
    ...common,
    name: 'sum',
    category: 'aggregate',
    doc: {
      summary: 'Sum: exact in 128 bits for integers, booleans and decimals, DOUBLE for floats.',
      examples: [{ sql: 'sum(x) from (values (1), (2), (NULL)) t(x)', result: '3' }],
      source: SQL_STANDARD,
    },
    overloads: [
      ...INTEGERS.map(wideSumOverload),
      wideSumOverload(BOOLEAN),
      decimalSum,
      {
        signature: { args: [DOUBLE], returns: DOUBLE },
        implementation: { kind: 'state', state: () => FLOAT_SUM, finish: finishFloatSum },
      },
    ],
  },
  {
    ...common,
    name: 'fsum',
    aliases: ['kahan_sum', 'sumkahan'],
    category: 'aggregate',
    doc: {
      summary: 'Compensated sum of doubles: the digits lost by each addition are kept.',
      examples: [{ sql: 'fsum(x) from (values (1e100), (1.0), (-1e100)) t(x)', result: '1.0' }],
      source: 'Neumaier (1974), ZAMM 54, algorithm IV',
    },
    overloads: [
      {
        signature: { args: [DOUBLE], returns: DOUBLE },
        implementation: {
          kind: 'state',
          state: () => COMPENSATED_SUM,
          finish: (b, state) =>
            finishF64(
              b,
              () => countAbove(b, state, 0n),
              () => f64(b, ['add', slotF64(b, state, 'sum'), slotF64(b, state, 'compensation')]),
            ),
        },
      },
    ],
  },
  {
    ...common,
    name: 'avg',
    aliases: ['mean'],
    category: 'aggregate',
    doc: {
      summary: 'Arithmetic mean as DOUBLE; integers and decimals are summed exactly first.',
      examples: [{ sql: 'avg(x) from (values (1), (2), (NULL)) t(x)', result: '1.5' }],
      source: SQL_STANDARD,
    },
    overloads: [
      ...[...INTEGERS, BOOLEAN].map(
        (type): AggregateOverload => ({
          signature: { args: [type], returns: DOUBLE },
          implementation: {
            kind: 'state',
            state: () => wideSum(type),
            finish: (b, state) => mean(b, state, () => wideAsDouble(b, state)),
          },
        }),
      ),
      {
        signature: {
          display: '(DECIMAL(p,s)) → DOUBLE',
          resolve: ([type]) =>
            type?.kind === 'decimal' ? { args: [type], returns: DOUBLE } : undefined,
        },
        implementation: {
          kind: 'state',
          state: ([arg]) => wideSum(arg ?? BIGINT),
          finish: (b, state, _returns, [arg]) =>
            mean(
              b,
              state,
              () => wideAsDouble(b, state),
              arg?.kind === 'decimal' ? 10 ** arg.scale : 1,
            ),
        },
      },
      {
        signature: { args: [DOUBLE], returns: DOUBLE },
        implementation: {
          kind: 'state',
          state: () => FLOAT_SUM,
          finish: (b, state) => mean(b, state, () => state.load(b, 'sum')),
        },
      },
    ],
  },
  {
    ...common,
    name: 'favg',
    category: 'aggregate',
    doc: {
      summary: 'Mean by compensated summation.',
      examples: [{ sql: 'favg(x) from (values (1.0), (2.0)) t(x)', result: '1.5' }],
      source: 'Neumaier (1974), ZAMM 54, algorithm IV',
    },
    overloads: [
      {
        signature: { args: [DOUBLE], returns: DOUBLE },
        implementation: {
          kind: 'state',
          state: () => COMPENSATED_SUM,
          finish: (b, state) =>
            mean(b, state, () =>
              f64(b, ['add', slotF64(b, state, 'sum'), slotF64(b, state, 'compensation')]),
            ),
        },
      },
    ],
  },
  {
    ...common,
    name: 'regr_count',
    category: 'statistics',
    doc: {
      summary: 'Number of rows in which both variables are known.',
      examples: [{ sql: 'regr_count(y, x) from (values (1, 2), (NULL, 3)) t(y, x)', result: '1' }],
      source: SQL_STANDARD,
    },
    emptyValue: 0n,
    overloads: [
      {
        signature: { args: [DOUBLE, DOUBLE], returns: BIGINT },
        implementation: { kind: 'state', state: () => COUNT, finish: finishCount },
      },
    ],
  },
];
