import {
  type CastImplementation,
  formatDouble,
  formatFloat,
  isFloat,
  SqlError,
  type SqlType,
  typeName,
} from '@windrow/core';
import { powerOfTen } from '../emit/decimal.ts';
import type { DecimalType } from '../resolve.ts';
import { FLOAT32, FLOAT64, LITERAL, rowwise } from '../vector/rows.ts';
import { TRY_CAST_HINT } from './numeric.ts';
import { type Parsed, parseDecimal } from './parse-number.ts';

/** FLOAT or DOUBLE to DECIMAL; undefined for other pairs. */
export function floatToDecimalCast(
  from: SqlType,
  to: SqlType,
  options: { readonly try: boolean },
): CastImplementation | undefined {
  if (!isFloat(from) || to.kind !== 'decimal') return undefined;
  const isSingle = from.kind === 'float32';
  const show = isSingle ? formatFloat : formatDouble;
  const compute = (value: number): bigint | null => {
    const unscaled = isSingle
      ? parseDecimal(formatFloat(value), to.precision, to.scale)
      : decimalOfDouble(value, to);
    if (unscaled !== undefined && unscaled !== null) return unscaled;
    if (options.try) return null;
    throw new SqlError('execution', `${show(value)} is out of range for ${typeName(to)}`, {
      sqlState: '22003',
      hint: TRY_CAST_HINT,
    });
  };
  const evaluate = rowwise([isSingle ? FLOAT32 : FLOAT64], LITERAL, compute);
  return {
    implementation: { kind: 'js', evaluate },
    raises: !options.try,
    returnsNull: options.try,
  };
}

/**
 * The decimal nearest to the shortest text of the double, half away from zero: 1.005 is 1.01 although the
 * double lies below. The text is needed only where the product comes near a half.
 */
function decimalOfDouble(value: number, { precision, scale }: DecimalType): Parsed<bigint> {
  if (!Number.isFinite(value)) return undefined;
  const product = value * 10 ** scale;
  if (Math.abs(product) < EXACT_LIMIT && scale <= 15) {
    const rounded = Math.round(product);
    // The product's error is at most two units in the last place, far below this distance from a half.
    if (Math.abs(product - rounded) < 0.5 - NEAR_HALF) {
      const unscaled = BigInt(rounded);
      const limit = powerOfTen(precision);
      return unscaled < limit && unscaled > -limit ? unscaled : undefined;
    }
  }
  return parseDecimal(formatDouble(value), precision, scale);
}

const EXACT_LIMIT = 2 ** 40;
const NEAR_HALF = 2 ** -10;
