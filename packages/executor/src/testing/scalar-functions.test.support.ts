import {
  BIGINT,
  BOOLEAN,
  type CodeBuilder,
  DOUBLE,
  type EmitValue,
  type FunctionRegistry,
  type LiteralValue,
  readRow,
  type ScalarFunction,
  type ScalarImplementation,
  type ScalarOverload,
  SqlError,
  type SqlType,
  setValidAt,
  VARCHAR,
  type VectorEvaluate,
  type WasmOperation,
  widthBytes,
  writeValue,
} from '@windrow/core';

/** A function of the tests: as the evaluator gets it, and as a formula over plain values. */
export interface TestFunction {
  readonly name: string;
  readonly args: readonly SqlType[];
  readonly returns: SqlType;
  readonly implementation: ScalarImplementation;
  readonly flags: Pick<ScalarOverload, 'raises' | 'returnsNull'> & {
    readonly nulls?: 'handles';
    readonly volatility?: 'volatile' | 'stable';
  };
  /** With policy `propagate` it sees no NULL. */
  readonly reference: (...args: readonly LiteralValue[]) => LiteralValue;
}

/** Raised by references; the evaluator's error has the same message. */
const raise = (message: string, sqlState = '22003'): never => {
  throw new SqlError('execution', message, { sqlState });
};

const local = (value: EmitValue | undefined, word = 0) => value!.locals[word]!;

/** A function of one instruction. */
const instruction =
  (operation: WasmOperation) =>
  (b: CodeBuilder, args: readonly EmitValue[]): void => {
    for (const arg of args) b.get(local(arg));
    b.op(operation);
  };

const emitted = (
  name: string,
  types: readonly [...SqlType[], SqlType],
  emit: (b: CodeBuilder, args: readonly EmitValue[]) => void,
  reference: (...args: never[]) => LiteralValue,
  flags: TestFunction['flags'] = {},
): TestFunction => ({
  name,
  args: types.slice(0, -1),
  returns: types.at(-1)!,
  implementation: { kind: 'emit', emit },
  flags,
  reference: reference as TestFunction['reference'],
});

/** A `js` function that applies its reference to every row that is not NULL already. */
const vectorized = (
  name: string,
  types: readonly [...SqlType[], SqlType],
  reference: (...args: never[]) => LiteralValue,
  flags: TestFunction['flags'] = {},
): TestFunction => {
  const apply = reference as TestFunction['reference'];
  const evaluate: VectorEvaluate = ({ memory, arena }, args, result) => {
    const width = widthBytes(result.type);
    for (let row = 0; row < result.length; row++) {
      const values = args.map((arg) => readRow(memory, arg, row));
      if (flags.nulls === undefined && values.includes(null)) continue;
      const value = apply(...values);
      if (value === null) setValidAt(memory, result.validity, row, false);
      else writeValue(arena, result.type, value, result.values + row * width);
    }
  };
  const implementation = { kind: 'js', evaluate } as const;
  return {
    name,
    args: types.slice(0, -1),
    returns: types.at(-1)!,
    implementation,
    flags,
    reference: apply,
  };
};

const fits = (value: bigint): boolean => BigInt.asIntN(64, value) === value;

export const TEST_FUNCTIONS: readonly TestFunction[] = [
  emitted(
    'add',
    [BIGINT, BIGINT, BIGINT],
    (b, [x, y]) => {
      const sum = b.local('i64');
      b.get(local(x));
      b.get(local(y));
      b.op('i64.add');
      b.tee(sum);
      b.get(local(x));
      b.op('i64.xor');
      b.get(sum);
      b.get(local(y));
      b.op('i64.xor');
      b.op('i64.and');
      b.i64(0n);
      b.op('i64.lt_s');
      b.if([], () =>
        b.raise({ sqlState: '22003', message: 'overflow: {0} + {1} is out of range for BIGINT' }, [
          x!,
          y!,
        ]),
      );
      b.get(sum);
    },
    (x: bigint, y: bigint) =>
      fits(x + y) ? x + y : raise(`overflow: ${x} + ${y} is out of range for BIGINT`),
    { raises: true },
  ),
  emitted('xor', [BIGINT, BIGINT, BIGINT], instruction('i64.xor'), (x: bigint, y: bigint) => x ^ y),
  emitted(
    'remainder',
    [BIGINT, BIGINT, BIGINT],
    (b, [x, y]) => {
      b.get(local(y));
      b.op('i64.eqz');
      b.if([], () => b.raise({ sqlState: '22012', message: 'remainder of {0} by zero' }, [x!]));
      b.get(local(x));
      b.get(local(y));
      b.op('i64.rem_s');
    },
    (x: bigint, y: bigint) => (y === 0n ? raise(`remainder of ${x} by zero`, '22012') : x % y),
    { raises: true },
  ),
  emitted(
    'quotient',
    [BIGINT, BIGINT, BIGINT],
    (b, [x, y]) => {
      const isZero = b.local('i32');
      b.get(local(y));
      b.op('i64.eqz');
      b.tee(isZero);
      b.if(
        ['i64'],
        () => b.i64(0n),
        () => {
          b.get(local(x));
          b.i64(1n);
          b.op('i64.shr_s');
          b.get(local(y));
          b.op('i64.div_s');
        },
      );
      b.get(isZero);
      b.op('i32.eqz');
    },
    (x: bigint, y: bigint) => (y === 0n ? null : (x >> 1n) / y),
    { returnsNull: true },
  ),
  emitted(
    'times',
    [DOUBLE, DOUBLE, DOUBLE],
    instruction('f64.mul'),
    (x: number, y: number) => x * y,
  ),
  emitted(
    'plus',
    [DOUBLE, DOUBLE, DOUBLE],
    instruction('f64.add'),
    (x: number, y: number) => x + y,
  ),
  emitted('to_double', [BIGINT, DOUBLE], instruction('f64.convert_i64_s'), (x: bigint) =>
    Number(x),
  ),
  emitted(
    'less',
    [BIGINT, BIGINT, BOOLEAN],
    instruction('i64.lt_s'),
    (x: bigint, y: bigint) => x < y,
  ),
  emitted(
    'equal',
    [BIGINT, BIGINT, BOOLEAN],
    instruction('i64.eq'),
    (x: bigint, y: bigint) => x === y,
  ),
  emitted(
    'below',
    [DOUBLE, DOUBLE, BOOLEAN],
    instruction('f64.lt'),
    (x: number, y: number) => x < y,
  ),
  emitted('not', [BOOLEAN, BOOLEAN], instruction('i32.eqz'), (x: boolean) => !x),
  emitted(
    'is_null',
    [BIGINT, BOOLEAN],
    (b, [x]) => {
      if (x?.valid === undefined) b.i32(0);
      else {
        b.get(x.valid);
        b.op('i32.eqz');
      }
    },
    (x: LiteralValue) => x === null,
    { nulls: 'handles' },
  ),
  emitted(
    'null_safe_equal',
    [BIGINT, BIGINT, BOOLEAN],
    (b, [x, y]) => {
      const push = (value: EmitValue | undefined): void =>
        value?.valid === undefined ? b.i32(1) : b.get(value.valid);
      b.get(local(x));
      b.get(local(y));
      b.op('i64.eq');
      push(x);
      push(y);
      b.op('i32.and');
      b.op('i32.and');
      push(x);
      push(y);
      b.op('i32.or');
      b.op('i32.eqz');
      b.op('i32.or');
    },
    (x: LiteralValue, y: LiteralValue) => x === y,
    { nulls: 'handles' },
  ),
  emitted(
    'byte_count',
    [VARCHAR, BIGINT],
    (b, [x]) => {
      b.get(local(x));
      b.i64(32n);
      b.op('i64.shr_u');
    },
    (x: string) => BigInt(Buffer.byteLength(x)),
  ),
  vectorized('upper', [VARCHAR, VARCHAR], (x: string) => x.toUpperCase()),
  vectorized('starts_with', [VARCHAR, VARCHAR, BOOLEAN], (x: string, y: string) => x.startsWith(y)),
  vectorized(
    'parse',
    [VARCHAR, BIGINT],
    (x: string) => (/^\d+$/.test(x) ? BigInt(x) : raise(`'${x}' is not a number`, '22018')),
    { raises: true },
  ),
  vectorized(
    'parse_or_null',
    [VARCHAR, BIGINT],
    (x: string) => (/^\d+$/.test(x) ? BigInt(x) : null),
    {
      returnsNull: true,
    },
  ),
  vectorized('describe', [BIGINT, VARCHAR], (x: LiteralValue) => (x === null ? 'none' : `n${x}`), {
    nulls: 'handles',
  }),
];

export const testFunction = (name: string): TestFunction => {
  const found = TEST_FUNCTIONS.find((each) => each.name === name);
  if (found === undefined) throw new RangeError(`no test function ${name}`);
  return found;
};

const doc = { summary: 'A function of the tests.', examples: [], source: '' };

const asScalar = (test: TestFunction): ScalarFunction => ({
  kind: 'scalar',
  name: test.name,
  aliases: [],
  category: 'test',
  doc,
  volatility: test.flags.volatility ?? 'immutable',
  nulls: test.flags.nulls ?? 'propagate',
  overloads: [
    {
      signature: { args: test.args, returns: test.returns },
      implementation: test.implementation,
      raises: test.flags.raises === true,
      returnsNull: test.flags.returnsNull === true,
    },
  ],
});

/** A registry of these functions alone. */
export function registryOf(
  functions: readonly TestFunction[],
  more: Partial<FunctionRegistry> = {},
): FunctionRegistry {
  const scalars = new Map(functions.map((test) => [test.name, asScalar(test)]));
  return {
    scalar: (name) => scalars.get(name),
    aggregate: () => undefined,
    window: () => undefined,
    table: () => undefined,
    cast: () => undefined,
    all: () => scalars.values(),
    ...more,
  };
}
