import type { Cast, Expr, FunctionRegistry, Literal, LiteralValue, SqlType } from '@windrow/core';
import { isInteger, isUnsignedInteger, SqlError, typesEqual } from '@windrow/core';
import { compareLiterals } from './compare-literals.ts';
import { COMPARISON_FUNCTION, type ComparisonOperator } from './comparison.ts';
import { tryMakeCall } from './make-call.ts';

interface UnwrapContext {
  readonly functions: FunctionRegistry;
  readonly evaluateConstant: (expr: Expr) => LiteralValue;
}

const DIGITS: Readonly<Record<string, number>> = {
  int8: 3,
  uint8: 3,
  int16: 5,
  uint16: 5,
  int32: 10,
  uint32: 10,
  int64: 19,
  uint64: 20,
};

/** Bits of the largest value, the sign apart. */
const VALUE_BITS: Readonly<Record<string, number>> = {
  int8: 7,
  uint8: 8,
  int16: 15,
  uint16: 16,
  int32: 31,
  uint32: 32,
  int64: 63,
  uint64: 64,
  hugeint: 127,
};

/**
 * Does the cast take every value, keep order and tell all values apart, so that comparing before it is
 * the same? A narrowing cast fails for some values, and must go on doing so.
 */
function isMonotone(from: SqlType, to: SqlType): boolean {
  if (isInteger(from) && isInteger(to)) {
    const keepsSign = isUnsignedInteger(from) || !isUnsignedInteger(to);
    return keepsSign && (VALUE_BITS[to.kind] ?? 0) >= (VALUE_BITS[from.kind] ?? 128);
  }
  if (from.kind === 'decimal' && to.kind === 'decimal') {
    return to.scale >= from.scale && to.precision - to.scale >= from.precision - from.scale;
  }
  if (isInteger(from) && to.kind === 'decimal') {
    return to.precision - to.scale >= (DIGITS[from.kind] ?? Number.POSITIVE_INFINITY);
  }
  if (from.kind === 'float32') return to.kind === 'float64';
  return from.kind === 'date' && to.kind === 'timestamp' && !to.zoned;
}

/**
 * `CAST(x AS BIGINT) = 5` becomes `x = 5` when the constant exists in x's own type, so that the column
 * itself is compared: cheaper, and a source can prune by it. Undefined when it does not apply.
 */
export function unwrapCast(
  operator: ComparisonOperator,
  cast: Cast,
  constant: Literal,
  context: UnwrapContext,
): Expr | undefined {
  const from = cast.input.type;
  if (cast.try || constant.value === null || !isMonotone(from, cast.type)) return undefined;
  const back = convert(constant, from, context);
  if (back === undefined) return undefined;
  const again = convert(back, cast.type, context);
  if (again === undefined || !typesEqual(again.type, constant.type)) return undefined;
  if (compareLiterals(again.value, constant.value) !== 0) return undefined;
  return tryMakeCall(context.functions, COMPARISON_FUNCTION[operator], [cast.input, back]);
}

function convert(constant: Literal, type: SqlType, context: UnwrapContext): Literal | undefined {
  try {
    const cast: Expr = { kind: 'cast', input: constant, type, try: false };
    const value = context.evaluateConstant(cast);
    return value === null ? undefined : { kind: 'literal', value, type };
  } catch (error) {
    if (error instanceof SqlError && error.code === 'execution') return undefined;
    throw error;
  }
}
