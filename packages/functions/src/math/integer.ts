import {
  BIGINT,
  BOOLEAN,
  type CodeBuilder,
  DOUBLE,
  type EmitValue,
  HUGEINT,
  INTEGER,
  isFloat,
  isNumeric,
  isUnsignedInteger,
  physicalType,
  REAL,
  type ResolvedSignature,
  type ScalarFunction,
  type ScalarOverload,
  type SqlType,
  TINYINT,
} from '@windrow/core';
import { emitted, example, scalar, signature } from '../define.ts';
import { bind, type Code, push, when } from '../emit/code.ts';
import { lessWide, wide, wideConstant } from '../emit/int128.ts';
import { checkedArithmetic } from '../emit/integer.ts';
import { kernelOf } from '../emit/kernel-call.ts';
import { first } from '../emit/value.ts';
import { outOfRange } from '../errors.ts';
import { emitNegate, raiseOutOfRange } from '../operators/arithmetic-emit.ts';
import { family } from '../resolve.ts';
import { jsOverload } from '../vector/overload.ts';
import { INT32, LITERAL, rowwise } from '../vector/rows.ts';

const sameNumber = ([type]: readonly SqlType[]): ResolvedSignature | undefined => {
  if (type?.kind === 'null') return { args: [INTEGER], returns: INTEGER };
  return type !== undefined && isNumeric(type) ? { args: [type], returns: type } : undefined;
};

/** Condition: the number is negative. */
function isNegative(b: CodeBuilder, value: EmitValue): Code {
  const physical = physicalType(value.type);
  if (physical === 'f32' || physical === 'f64') return [`${physical}.lt`, first(value), 0];
  if (physical === 'i128') return lessWide(wide(b, value), wideConstant(b, 0n));
  return physical === 'i64' ? ['i64.lt_s', first(value), 0] : ['i32.lt_s', first(value), 0];
}

/** `abs(x)`: the smallest integer has no counterpart and raises 22003. */
function emitAbs(b: CodeBuilder, args: readonly EmitValue[], returns: SqlType): void {
  const value = args[0] as EmitValue;
  if (isFloat(returns)) {
    push(b, [returns.kind === 'float32' ? 'f32.abs' : 'f64.abs', first(value)]);
    return;
  }
  const keep = (): void => {
    for (const local of value.locals) b.get(local);
  };
  if (isUnsignedInteger(returns)) {
    keep();
    return;
  }
  push(b, isNegative(b, value));
  b.if(
    value.locals.map((local) => local.type),
    () => emitNegate(b, args, returns, 'abs'),
    keep,
  );
}

/** −1, 0 or 1; 0 for NaN. */
function emitSign(b: CodeBuilder, [value]: readonly EmitValue[]): void {
  const x = value as EmitValue;
  const physical = physicalType(x.type);
  if (isUnsignedInteger(x.type)) {
    push(b, [physical === 'u64' ? 'i64.ne' : 'i32.ne', first(x), 0]);
    return;
  }
  const positive: Code =
    physical === 'i128'
      ? lessWide(wideConstant(b, 0n), wide(b, x))
      : physical === 'f32' || physical === 'f64'
        ? [`${physical}.gt`, first(x), 0]
        : [physical === 'i64' ? 'i64.gt_s' : 'i32.gt_s', first(x), 0];
  push(b, ['i32.sub', positive, isNegative(b, x)]);
}

const signBit: readonly ScalarOverload[] = [
  emitted(signature([REAL], BOOLEAN), (b, [x]) =>
    push(b, ['i32.lt_s', ['i32.reinterpret_f32', first(x)], 0]),
  ),
  emitted(signature([DOUBLE], BOOLEAN), (b, [x]) =>
    push(b, ['i64.lt_s', ['i64.reinterpret_f64', first(x)], 0]),
  ),
];

/** A test of a float that looks at its absolute value. */
const floatTest = (operation: 'eq' | 'lt'): readonly ScalarOverload[] =>
  [[REAL, 'f32'] as const, [DOUBLE, 'f64'] as const].map(([type, word]) =>
    emitted(signature([type], BOOLEAN), (b, [x]) =>
      push(b, [`${word}.${operation}`, [`${word}.abs`, first(x)], Number.POSITIVE_INFINITY]),
    ),
  );

const TWO_LONGS = signature([BIGINT, BIGINT], BIGINT);

/** Leaves gcd(x, y) in a local, unsigned. */
const gcdOf = (b: CodeBuilder, args: readonly EmitValue[]) =>
  bind(b, 'i64', () => {
    b.get(first(args[0]));
    b.get(first(args[1]));
    b.callKernel('integerGcd', ['i64', 'i64'], ['i64']);
  });

function emitGcd(b: CodeBuilder, args: readonly EmitValue[], returns: SqlType): void {
  const gcd = gcdOf(b, args);
  when(b, ['i64.lt_s', gcd, 0], () => raiseOutOfRange(b, 'gcd', args, returns));
  b.get(gcd);
}

/** |x / gcd(x, y) × y|, 0 when either is 0. */
function emitLcm(b: CodeBuilder, args: readonly EmitValue[], returns: SqlType): void {
  const overflow = (): void => raiseOutOfRange(b, 'lcm', args, returns);
  const [x, y] = [first(args[0]), first(args[1])];
  const gcd = gcdOf(b, args);
  const divisor: Code = ['select', 1, gcd, ['i64.eqz', gcd]];
  const part = bind(b, 'i64', ['i64.div_s', x, divisor]);
  checkedArithmetic(b, 'i64', 'mul', { x: part, y, overflow });
  const product = b.local('i64');
  b.set(product);
  when(b, ['i64.eq', product, -(2n ** 63n)], overflow);
  push(b, ['select', ['i64.sub', 0, product], product, ['i64.lt_s', product, 0]]);
}

function factorial(n: number): bigint {
  if (n < 0) throw outOfRange(`factorial(${n}) is not defined for negative numbers`);
  if (n > 33) throw outOfRange(`factorial(${n}) is out of range for HUGEINT`);
  let product = 1n;
  for (let factor = 2n; factor <= BigInt(n); factor++) product *= factor;
  return product;
}

/** `pmod`: the remainder with the sign of the divisor; NULL by zero. */
function emitPositiveRemainder(b: CodeBuilder, [x, y]: readonly EmitValue[]): void {
  const isZero: Code = ['i64.eqz', first(y)];
  const divisor = bind(b, 'i64', ['select', 1, first(y), isZero]);
  const rest = bind(b, 'i64', ['i64.rem_s', first(x), divisor]);
  const differs: Code = [
    'i32.and',
    ['i64.ne', rest, 0],
    ['i64.lt_s', ['i64.xor', rest, divisor], 0],
  ];
  push(b, ['select', ['i64.add', rest, divisor], rest, differs]);
  push(b, ['i32.eqz', isZero]);
}

interface NumberFunctionOptions {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly examples: readonly (readonly [sql: string, result: string])[];
  readonly source: string;
  readonly overloads: readonly ScalarOverload[];
}

export const numberFunction = (options: NumberFunctionOptions): ScalarFunction =>
  scalar({
    name: options.name,
    aliases: options.aliases ?? [],
    category: 'math',
    doc: {
      summary: options.summary,
      examples: options.examples.map(([sql, result]) => example(sql, result)),
      source: options.source,
    },
    overloads: options.overloads,
  });

/** Functions of whole numbers, signs and special floats. */
export const integerFunctions: readonly ScalarFunction[] = [
  numberFunction({
    name: 'abs',
    summary: 'The number without its sign.',
    examples: [['abs(-2.5)', '2.5']],
    source: 'ISO/IEC 9075-2 §6.30 (ABS)',
    overloads: [emitted(family('(number) → number', 1, sameNumber), emitAbs, { raises: true })],
  }),
  numberFunction({
    name: 'sign',
    summary: '-1, 0 or 1 as the number is negative, zero (or NaN), positive.',
    examples: [['sign(-2.5)', '-1']],
    source: 'PostgreSQL; the result is a TINYINT',
    overloads: [
      emitted(
        family('(number) → TINYINT', 1, (args) => {
          const resolved = sameNumber(args);
          return resolved && { args: resolved.args, returns: TINYINT };
        }),
        emitSign,
      ),
    ],
  }),
  numberFunction({
    name: 'signbit',
    summary: 'Is the sign bit of the float set? It is for -0.0.',
    examples: [['signbit(-0.0::DOUBLE)', 'true']],
    source: 'IEEE 754-2019 §5.7.2 (isSignMinus)',
    overloads: signBit,
  }),
  numberFunction({
    name: 'isinf',
    summary: 'Is the number infinite?',
    examples: [["isinf('-inf'::DOUBLE)", 'true']],
    source: 'IEEE 754-2019 §5.7.2 (isInfinite)',
    overloads: floatTest('eq'),
  }),
  numberFunction({
    name: 'isfinite',
    summary: 'Is the number neither infinite nor NaN?',
    examples: [["isfinite('nan'::DOUBLE)", 'false']],
    source: 'IEEE 754-2019 §5.7.2 (isFinite)',
    overloads: floatTest('lt'),
  }),
  numberFunction({
    name: 'nanvl',
    summary: 'The first number, or the second when the first is NaN.',
    examples: [["nanvl('nan'::DOUBLE, 0)", '0.0']],
    source: 'Oracle and Spark',
    overloads: [
      emitted(signature([DOUBLE, DOUBLE], DOUBLE), (b, [x, y]) =>
        push(b, ['select', first(x), first(y), ['f64.eq', first(x), first(x)]]),
      ),
    ],
  }),
  numberFunction({
    name: 'gcd',
    aliases: ['greatest_common_divisor'],
    summary: 'Greatest common divisor, never negative.',
    examples: [['gcd(12, -18)', '6']],
    source: 'Euclid, Elements VII.2',
    overloads: [emitted(TWO_LONGS, emitGcd, { raises: true })],
  }),
  numberFunction({
    name: 'lcm',
    aliases: ['least_common_multiple'],
    summary: 'Least common multiple, never negative; 0 when either number is.',
    examples: [['lcm(4, 6)', '12']],
    source: 'PostgreSQL',
    overloads: [emitted(TWO_LONGS, emitLcm, { raises: true })],
  }),
  numberFunction({
    name: 'factorial',
    summary: 'The product of the numbers from 1 to n. The postfix operator `!`.',
    examples: [
      ['factorial(20)', '2432902008176640000'],
      ['5!', '120'],
    ],
    source: 'PostgreSQL; up to 33! fits HUGEINT',
    overloads: [
      jsOverload(signature([INTEGER], HUGEINT), rowwise([INT32], LITERAL, factorial), {
        raises: true,
      }),
    ],
  }),
  numberFunction({
    name: 'fmod',
    summary: 'What fdiv leaves: the remainder of two doubles with the sign of the second.',
    examples: [
      ['fmod(5.5, 2)', '1.5'],
      ['fmod(5.5, -2)', '-0.5'],
    ],
    source: 'DuckDB',
    overloads: [
      emitted(signature([DOUBLE, DOUBLE], DOUBLE), (b, [x, y]) => {
        const divisor = first(y);
        const rest = bind(b, 'f64', kernelOf(b, 'floatRemainder', first(x), divisor));
        const differs: Code = [
          'i32.and',
          ['f64.ne', rest, 0],
          ['i32.xor', ['f64.lt', rest, 0], ['f64.lt', divisor, 0]],
        ];
        push(b, ['select', ['f64.add', rest, divisor], rest, differs]);
      }),
    ],
  }),
  numberFunction({
    name: 'fdiv',
    summary: 'Quotient of two doubles, rounded down.',
    examples: [['fdiv(-7, 2)', '-4.0']],
    source: 'DuckDB',
    overloads: [
      emitted(signature([DOUBLE, DOUBLE], DOUBLE), (b, [x, y]) =>
        push(b, ['f64.floor', ['f64.div', first(x), first(y)]]),
      ),
    ],
  }),
  numberFunction({
    name: 'pmod',
    aliases: ['positive_mod'],
    summary: 'Remainder with the sign of the divisor; NULL when dividing by zero.',
    examples: [['pmod(-7, 3)', '2']],
    source: 'Spark',
    overloads: [emitted(TWO_LONGS, emitPositiveRemainder, { returnsNull: true })],
  }),
];
