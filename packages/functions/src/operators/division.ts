import {
  type CodeBuilder,
  commonType,
  DOUBLE,
  decimal,
  type EmitValue,
  INTEGER,
  isFloat,
  isNumeric,
  MAX_DECIMAL_PRECISION,
  physicalType,
  type ResolvedSignature,
  type ScalarFunction,
  type ScalarOverload,
  type SqlType,
  typeName,
} from '@windrow/core';
import { emitted, example, scalar } from '../define.ts';
import { bind, type Code, push, when } from '../emit/code.ts';
import { callWide, equalWide, pushWide, wide, wideConstant } from '../emit/int128.ts';
import { isIntegerWord } from '../emit/integer.ts';
import { first } from '../emit/value.ts';
import { arithmeticType, decimalOperands, family } from '../resolve.ts';
import { raiseOutOfRange } from './arithmetic-emit.ts';
import { intervalQuotient } from './temporal-arithmetic.ts';

/** `x / y`: in FLOAT when that is the widest operand, else in DOUBLE; by zero ±inf or NaN. */
const quotientOverload: ScalarOverload = emitted(
  family('(number, number) → DOUBLE', 2, ([a, b]) => floatOperands(a as SqlType, b as SqlType)),
  (b, [x, y], returns) => {
    b.get(first(x as EmitValue));
    b.get(first(y as EmitValue));
    b.op(returns.kind === 'float32' ? 'f32.div' : 'f64.div');
  },
);

function floatOperands(a: SqlType, b: SqlType): ResolvedSignature | undefined {
  const common = commonType(a, b);
  if (common === undefined || !(isNumeric(common) || common.kind === 'null')) return undefined;
  const type: SqlType = common.kind === 'float32' ? common : DOUBLE;
  return { args: [type, type], returns: type };
}

/** Operands of an integer operation; undefined when one is a float or a decimal. */
function integerOperands(a: SqlType, b: SqlType): ResolvedSignature | undefined {
  if (a.kind === 'null' && b.kind === 'null') return { args: [INTEGER, INTEGER], returns: INTEGER };
  const type = arithmeticType(a, b);
  return type === undefined || isFloat(type) ? undefined : { args: [type, type], returns: type };
}

/** `x // y` of integers: truncated, NULL by zero. */
const integerQuotient: ScalarOverload = emitted(
  family('(integer, integer) → integer', 2, ([a, b]) =>
    integerOperands(a as SqlType, b as SqlType),
  ),
  (b, args, returns) => emitIntegerDivision(b, 'div', args, returns),
  { raises: true, returnsNull: true },
);

/** `x // y` with a float or a decimal: the quotient itself, NULL by zero. */
const floatQuotient: ScalarOverload = emitted(
  family('(number, number) → DOUBLE', 2, ([a, b]) =>
    integerOperands(a as SqlType, b as SqlType) === undefined
      ? floatOperands(a as SqlType, b as SqlType)
      : undefined,
  ),
  (b, [x, y], returns) => {
    const type = returns.kind === 'float32' ? 'f32' : 'f64';
    const divisor = first(y as EmitValue);
    push(b, [`${type}.div`, first(x as EmitValue), divisor]);
    push(b, [`${type}.ne`, divisor, 0]);
  },
  { returnsNull: true },
);

/** `x % y` of integers and decimals: the sign follows the dividend; NULL by zero. */
export const exactRemainder: ScalarOverload = emitted(
  family('(integer, integer) → integer', 2, ([a, b]) => {
    const resolved = remainderOperands(a as SqlType, b as SqlType);
    return resolved === undefined || isFloat(resolved.returns) ? undefined : resolved;
  }),
  (b, args, returns) => emitIntegerDivision(b, 'rem', args, returns),
  { returnsNull: true },
);

/** `x % y` of floats: C's fmod, NaN by zero. */
export const floatRemainder: ScalarOverload = emitted(
  family('(float, float) → float', 2, ([a, b]) => {
    const resolved = remainderOperands(a as SqlType, b as SqlType);
    return resolved !== undefined && isFloat(resolved.returns) ? resolved : undefined;
  }),
  emitFloatRemainder,
);

function remainderOperands(a: SqlType, b: SqlType): ResolvedSignature | undefined {
  const decimals = decimalOperands(a, b);
  if (decimals === undefined) {
    const integers = integerOperands(a, b);
    if (integers !== undefined) return integers;
    const type = arithmeticType(a, b);
    return type && { args: [type, type], returns: type };
  }
  const [x, y] = decimals;
  const scale = Math.max(x.scale, y.scale);
  const whole = Math.max(x.precision - x.scale, y.precision - y.scale);
  const type = decimal(Math.min(MAX_DECIMAL_PRECISION, whole + scale), scale);
  return { args: [type, type], returns: type };
}

/**
 * Leaves quotient or remainder and whether it is valid. A zero divisor is replaced by one, since the
 * instruction would trap.
 */
function emitIntegerDivision(
  b: CodeBuilder,
  operation: 'div' | 'rem',
  args: readonly EmitValue[],
  returns: SqlType,
): void {
  const [x, y] = args as readonly [EmitValue, EmitValue];
  const physical = physicalType(returns);
  if (physical === 'i128') {
    emitWideDivision(b, operation, args, returns);
    return;
  }
  if (!isIntegerWord(physical)) throw new RangeError(`no division of ${typeName(returns)}`);
  const word = physical.endsWith('64') ? 'i64' : 'i32';
  const sign = physical.startsWith('u') ? 'u' : 's';
  const isZero: Code = [`${word}.eqz`, first(y)];
  const divisor = bind(b, word, ['select', 1, first(y), isZero]);
  if (operation === 'div' && sign === 's') {
    const bits = BigInt(Number(physical.slice(1)));
    const isMin: Code = [`${word}.eq`, first(x), -(1n << (bits - 1n))];
    when(b, ['i32.and', isMin, [`${word}.eq`, divisor, -1]], () =>
      raiseOutOfRange(b, '//', args, returns),
    );
  }
  push(b, [`${word}.${operation}_${sign}`, first(x), divisor]);
  push(b, ['i32.eqz', isZero]);
}

function emitWideDivision(
  b: CodeBuilder,
  operation: 'div' | 'rem',
  args: readonly EmitValue[],
  returns: SqlType,
): void {
  const [x, y] = args as readonly [EmitValue, EmitValue];
  const kernel = operation === 'div' ? 'int128Divide' : 'int128Remainder';
  const divisor = wide(b, y);
  const isZero = bind(b, 'i32', equalWide(divisor, wideConstant(b, 0n)));
  const result = callWide(b, kernel, wide(b, x), divisor);
  if (operation === 'div') when(b, result.overflow, () => raiseOutOfRange(b, '//', args, returns));
  pushWide(b, result);
  push(b, ['i32.eqz', isZero]);
}

/** The exact remainder of C's fmod. */
function emitFloatRemainder(b: CodeBuilder, args: readonly EmitValue[], returns: SqlType): void {
  const [x, y] = args as readonly [EmitValue, EmitValue];
  const isSingle = returns.kind === 'float32';
  for (const operand of [x, y])
    push(b, isSingle ? ['f64.promote_f32', first(operand)] : first(operand));
  b.callKernel('floatRemainder', ['f64', 'f64'], ['f64']);
  if (isSingle) b.op('f32.demote_f64');
}

/** Functions of division. */
export const division: readonly ScalarFunction[] = [
  scalar({
    name: 'divide',
    category: 'operators',
    doc: {
      summary: 'Quotient as a floating-point number; division by zero gives ±inf or NaN.',
      examples: [example('7 / 2', '3.5'), example('1 / 0', 'inf')],
      source: 'IEEE 754-2019; result type as in DuckDB',
    },
    overloads: [quotientOverload, intervalQuotient],
  }),
  scalar({
    name: 'integer_divide',
    aliases: ['idiv', 'div'],
    category: 'operators',
    doc: {
      summary: 'Quotient truncated toward zero; NULL when dividing by zero.',
      examples: [example('-7 // 2', '-3'), example('1 // 0', 'NULL')],
      source: 'DuckDB; on floats and decimals it is the plain quotient',
    },
    overloads: [integerQuotient, floatQuotient],
  }),
  scalar({
    name: 'modulo',
    aliases: ['mod'],
    category: 'operators',
    doc: {
      summary: 'Remainder with the sign of the dividend; by zero NULL, of floats NaN.',
      examples: [example('-7 % 3', '-1'), example('5.5 % 2', '1.5'), example('1 % 0', 'NULL')],
      source: 'ISO/IEC 9075-2 §6.30 (MOD); floats as fmod of ISO C',
    },
    overloads: [exactRemainder, floatRemainder],
  }),
];
