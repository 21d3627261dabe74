import {
  type CodeBuilder,
  type EmitValue,
  type Local,
  physicalType,
  type SqlType,
  typeName,
  unreachable,
} from '@windrow/core';
import { bind, when } from '../emit/code.ts';
import { checkDigits, checkWideDigits } from '../emit/decimal.ts';
import {
  addOverflows,
  addWide,
  callWide,
  isWide,
  multiplyToWide,
  pushWide,
  subtractOverflows,
  subtractWide,
  type Wide,
  wide,
  wideConstant,
} from '../emit/int128.ts';
import { checkedArithmetic, isIntegerWord } from '../emit/integer.ts';
import { first } from '../emit/value.ts';

/** The three operations that are exact in the operands' own type. */
export type ExactOperation = 'add' | 'sub' | 'mul';

const SYMBOLS = { add: '+', sub: '-', mul: '*' } as const satisfies Record<ExactOperation, string>;

/**
 * Writes `x op y` for numbers of one common type: integers and decimals raise 22003 where the result
 * type cannot hold the result, floats follow IEEE 754.
 *
 * Decimal operands of `add` and `sub` have the result's type; those of `mul` their own, with scales
 * that add up to the result's. `overflow` writes what happens instead of raising; the code goes on after it.
 */
export function emitArithmetic(
  b: CodeBuilder,
  operation: ExactOperation,
  args: readonly EmitValue[],
  returns: SqlType,
  overflow: () => void = () => raiseOutOfRange(b, SYMBOLS[operation], args, returns),
): void {
  const [x, y] = args as readonly [EmitValue, EmitValue];
  const physical = physicalType(returns);
  if (physical === 'f32' || physical === 'f64') {
    b.get(first(x));
    b.get(first(y));
    b.op(`${physical}.${operation}`);
  } else if (returns.kind === 'decimal') {
    if (physical === 'i64') decimal64(b, operation, x, y, returns.precision, overflow);
    else pushWide(b, decimal128(b, operation, x, y, returns.precision, overflow));
  } else if (physical === 'i128') {
    pushWide(b, checkedWide(b, operation, wide(b, x), wide(b, y), overflow));
  } else if (isIntegerWord(physical)) {
    checkedArithmetic(b, physical, operation, { x: first(x), y: first(y), overflow });
  } else {
    throw new RangeError(`no arithmetic on ${typeName(returns)}`);
  }
}

/** Writes `-x` of a signed number; the smallest integer has no counterpart and raises 22003 in the name of the function. */
export function emitNegate(
  b: CodeBuilder,
  args: readonly EmitValue[],
  returns: SqlType,
  name = '-',
): void {
  const [x] = args as readonly [EmitValue];
  const overflow = (): void => raiseOutOfRange(b, name, args, returns);
  const physical = physicalType(returns);
  if (physical === 'f32' || physical === 'f64') {
    b.get(first(x));
    b.op(`${physical}.neg`);
  } else if (physical === 'i128') {
    const zero = wideConstant(b, 0n);
    pushWide(b, checkedWide(b, 'sub', zero, wide(b, x), overflow));
  } else if (isIntegerWord(physical)) {
    const zero = bind(b, physical === 'i64' ? 'i64' : 'i32', 0);
    checkedArithmetic(b, physical, 'sub', { x: zero, y: first(x), overflow });
  } else {
    throw new RangeError(`no arithmetic on ${typeName(returns)}`);
  }
}

/** Raises 22003, naming operation, operands and type. */
export function raiseOutOfRange(
  b: CodeBuilder,
  symbol: string,
  args: readonly EmitValue[],
  returns: SqlType,
): void {
  const isCall = /^\w/.test(symbol) || args.length === 1;
  const shown = args.map((_, i) => `{${i}}`);
  const expression = isCall ? `${symbol}(${shown.join(', ')})` : shown.join(` ${symbol} `);
  b.raise(
    {
      sqlState: '22003',
      message: `${expression} is out of range for ${typeName(returns)}`,
      hint: 'Cast an operand to a wider type, or use the try_ form to get NULL instead.',
    },
    args,
  );
}

function decimal64(
  b: CodeBuilder,
  operation: ExactOperation,
  x: EmitValue,
  y: EmitValue,
  precision: number,
  overflow: () => void,
): void {
  if (operation === 'mul') {
    checkedArithmetic(b, 'i64', 'mul', { x: first(x), y: first(y), overflow });
  } else {
    // Two 18-digit numbers have a 19-digit sum, which an i64 holds.
    b.get(first(x));
    b.get(first(y));
    b.op(`i64.${operation}`);
  }
  if (!mayExceed(operation, x.type, y.type, precision)) return;
  const result = b.local('i64');
  b.set(result);
  checkDigits(b, result, precision, overflow);
  b.get(result);
}

function decimal128(
  b: CodeBuilder,
  operation: ExactOperation,
  x: EmitValue,
  y: EmitValue,
  precision: number,
  overflow: () => void,
): Wide {
  if (operation === 'mul' && !isWide(x) && !isWide(y)) return multiplyToWide(b, first(x), first(y));
  const result = checkedWide(b, operation, wide(b, x), wide(b, y), overflow);
  if (mayExceed(operation, x.type, y.type, precision))
    checkWideDigits(b, result, precision, overflow);
  return result;
}

/** Has the result type fewer digits than the operation can produce? */
function mayExceed(operation: ExactOperation, x: SqlType, y: SqlType, precision: number): boolean {
  if (x.kind !== 'decimal' || y.kind !== 'decimal') return true;
  const digits =
    operation === 'mul' ? x.precision + y.precision : Math.max(x.precision, y.precision) + 1;
  return digits > precision;
}

function checkedWide(
  b: CodeBuilder,
  operation: ExactOperation,
  x: Wide,
  y: Wide,
  overflow: () => void,
): Wide {
  switch (operation) {
    case 'add': {
      const sum = addWide(b, x, y);
      when(b, addOverflows(x.high, y.high, sum.high), overflow);
      return sum;
    }
    case 'sub': {
      const difference = subtractWide(b, x, y);
      when(b, subtractOverflows(x.high, y.high, difference.high), overflow);
      return difference;
    }
    case 'mul':
      return multiplyWide(b, x, y, overflow);
    default:
      return unreachable(operation);
  }
}

/** Products of two numbers that fit 64 bits, nearly all there are, stay inline. */
function multiplyWide(b: CodeBuilder, x: Wide, y: Wide, overflow: () => void): Wide {
  const low = b.local('i64');
  const high = b.local('i64');
  const keep = (result: Wide): void => {
    b.get(result.low);
    b.set(low);
    b.get(result.high);
    b.set(high);
  };
  const isNarrow = (value: Wide): Local =>
    bind(b, 'i32', ['i64.eq', ['i64.shr_s', value.low, 63], value.high]);
  b.get(isNarrow(x));
  b.get(isNarrow(y));
  b.op('i32.and');
  b.if(
    [],
    () => keep(multiplyToWide(b, x.low, y.low)),
    () => {
      const product = callWide(b, 'int128Multiply', x, y);
      when(b, product.overflow, overflow);
      keep(product);
    },
  );
  return { low, high };
}
