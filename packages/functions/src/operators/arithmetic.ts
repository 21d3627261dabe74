import {
  commonType,
  INTEGER,
  isNumeric,
  isUnsignedInteger,
  MAX_DECIMAL_PRECISION,
  MAX_INT64_DECIMAL_PRECISION,
  type ResolvedSignature,
  type ScalarFunction,
  type ScalarOverload,
  SqlError,
  type SqlType,
  TINYINT,
} from '@windrow/core';
import { emitted, example, scalar } from '../define.ts';
import { arithmeticType, type DecimalType, decimalOperands, family } from '../resolve.ts';
import { type ExactOperation, emitArithmetic, emitNegate } from './arithmetic-emit.ts';
import {
  intervalNegation,
  intervalProducts,
  temporalDifferences,
  temporalSums,
} from './temporal-arithmetic.ts';

const SQL_ARITHMETIC = 'ISO/IEC 9075-2 §6.29; decimal result types as in DuckDB';

/** Operand and result types of `+`, `-` and `*` of two numbers; undefined for other types. */
export function numericTypes(
  operation: ExactOperation,
  [a, b]: readonly SqlType[],
): ResolvedSignature | undefined {
  if (a === undefined || b === undefined) return undefined;
  const decimals = decimalOperands(a, b);
  if (decimals !== undefined)
    return operation === 'mul' ? decimalProduct(...decimals) : decimalSum(...decimals);
  if (a.kind === 'null' && b.kind === 'null') return { args: [INTEGER, INTEGER], returns: INTEGER };
  const type = arithmeticType(a, b);
  return type && { args: [type, type], returns: type };
}

/** `+`, `-` and `*` of two numbers: one overload for all of them, typed by the rules of the operands. */
const numericOverload = (operation: ExactOperation): ScalarOverload =>
  emitted(
    family('(number, number) → number', 2, (args) => numericTypes(operation, args)),
    (b, args, returns) => emitArithmetic(b, operation, args, returns),
    { raises: true },
  );

/** Operands get the result's scale but keep their own digits, so that only real overflows are looked for. */
function decimalSum(a: DecimalType, b: DecimalType): ResolvedSignature {
  const scale = Math.max(a.scale, b.scale);
  const whole = Math.max(a.precision - a.scale, b.precision - b.scale);
  const precision = limitPrecision(whole + scale + 1, a, b);
  const operand = (type: DecimalType): DecimalType => ({
    kind: 'decimal',
    precision: Math.min(precision, type.precision - type.scale + scale),
    scale,
  });
  return {
    args: [operand(a), operand(b)],
    returns: { kind: 'decimal', precision, scale },
  };
}

function decimalProduct(a: DecimalType, b: DecimalType): ResolvedSignature {
  const scale = a.scale + b.scale;
  if (scale > MAX_DECIMAL_PRECISION) {
    throw new SqlError(
      'bind',
      `the product of ${a.scale} and ${b.scale} decimal places has more than ${MAX_DECIMAL_PRECISION}`,
      { sqlState: '22003', hint: 'Cast an operand to DOUBLE, or to a DECIMAL of smaller scale.' },
    );
  }
  const digits = a.precision + b.precision;
  const precision =
    scale < MAX_INT64_DECIMAL_PRECISION
      ? limitPrecision(digits, a, b)
      : Math.min(digits, MAX_DECIMAL_PRECISION);
  return { args: [a, b], returns: { kind: 'decimal', precision, scale } };
}

/** 64-bit operands keep a 64-bit result, which is checked while running. */
function limitPrecision(digits: number, a: DecimalType, b: DecimalType): number {
  const narrow = Math.max(a.precision, b.precision) <= MAX_INT64_DECIMAL_PRECISION;
  return Math.min(digits, narrow ? MAX_INT64_DECIMAL_PRECISION : MAX_DECIMAL_PRECISION);
}

/** `-x`: unsigned integers go to the next signed type first. */
const negateOverload: ScalarOverload = emitted(
  family('(number) → number', 1, ([type]) => {
    if (type === undefined) return undefined;
    if (type.kind === 'null') return { args: [INTEGER], returns: INTEGER };
    if (!isNumeric(type)) return undefined;
    const signed = isUnsignedInteger(type) ? commonType(type, TINYINT) : type;
    return signed && { args: [signed], returns: signed };
  }),
  emitNegate,
  { raises: true },
);

/** Functions of exact arithmetic. */
export const arithmetic: readonly ScalarFunction[] = [
  scalar({
    name: 'add',
    category: 'operators',
    doc: {
      summary: 'Sum of two numbers, or a date, time or interval moved by another.',
      examples: [
        example('1 + 2', '3'),
        example('1.5 + 2.25', '3.75'),
        example("DATE '2024-01-31' + INTERVAL 1 MONTH", '2024-02-29 00:00:00'),
      ],
      source: SQL_ARITHMETIC,
    },
    overloads: [numericOverload('add'), ...temporalSums],
  }),
  scalar({
    name: 'subtract',
    category: 'operators',
    doc: {
      summary: 'Difference of two numbers, dates or timestamps.',
      examples: [example('5 - 7', '-2'), example("DATE '2024-03-01' - DATE '2024-02-28'", '2')],
      source: SQL_ARITHMETIC,
    },
    overloads: [numericOverload('sub'), ...temporalDifferences],
  }),
  scalar({
    name: 'multiply',
    category: 'operators',
    doc: {
      summary: 'Product of two numbers, or an interval times a number.',
      examples: [example('6 * 7', '42'), example('1.5 * 1.5', '2.25')],
      source: SQL_ARITHMETIC,
    },
    overloads: [numericOverload('mul'), ...intervalProducts],
  }),
  scalar({
    name: 'negate',
    category: 'operators',
    doc: {
      summary: 'The number or interval with its sign turned.',
      examples: [example('-(3 - 5)', '2')],
      source: SQL_ARITHMETIC,
    },
    overloads: [negateOverload, intervalNegation],
  }),
];
