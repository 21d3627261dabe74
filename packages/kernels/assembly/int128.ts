/**
 * 128-bit two's complement integers, as pairs of i64 words (low, high): HUGEINT and the unscaled values
 * of decimals beyond 18 digits.
 *
 * A function returns the low word; the high word, and whether the result left the range, stay behind in
 * globals until the next call. Globals belong to the instance, so threads do not see each other's.
 */

let resultHigh: i64 = 0;
let resultOverflow: bool = false;
let quotientLow: u64 = 0;
let quotientHigh: u64 = 0;
let remainderLow: u64 = 0;
let remainderHigh: u64 = 0;

/** High word of the last result. */
export function int128High(): i64 {
  return resultHigh;
}

/** Did the last result leave the range? */
export function int128Overflow(): bool {
  return resultOverflow;
}

/** High word of the product of two unsigned 64-bit numbers. */
// @ts-ignore: decorator
@inline
function multiplyHigh(x: u64, y: u64): u64 {
  const xLow = x & 0xffffffff;
  const xHigh = x >> 32;
  const yLow = y & 0xffffffff;
  const yHigh = y >> 32;
  const middle = xHigh * yLow + ((xLow * yLow) >> 32);
  const middleLow = (middle & 0xffffffff) + xLow * yHigh;
  return xHigh * yHigh + (middle >> 32) + (middleLow >> 32);
}

/** Stores ±(high, low) as the result; `high` beyond the sign's range is an overflow. */
function finishSigned(low: u64, high: u64, negative: bool): i64 {
  if (negative) {
    // −2¹²⁷ is the one magnitude with the top bit that fits.
    resultOverflow = resultOverflow || high > 0x8000000000000000 || (high == 0x8000000000000000 && low != 0);
    resultHigh = <i64>(~high + <u64>(low == 0));
    return <i64>(~low + 1);
  }
  resultOverflow = resultOverflow || <i64>high < 0;
  resultHigh = <i64>high;
  return <i64>low;
}

/** x × y. */
export function int128Multiply(xLow: u64, xHigh: i64, yLow: u64, yHigh: i64): i64 {
  const negative = (xHigh ^ yHigh) < 0;
  let aLow = xLow;
  let aHigh = <u64>xHigh;
  let bLow = yLow;
  let bHigh = <u64>yHigh;
  if (xHigh < 0) {
    aHigh = ~aHigh + <u64>(aLow == 0);
    aLow = ~aLow + 1;
  }
  if (yHigh < 0) {
    bHigh = ~bHigh + <u64>(bLow == 0);
    bLow = ~bLow + 1;
  }
  const low = aLow * bLow;
  const carried = multiplyHigh(aLow, bLow);
  const cross = aHigh * bLow + aLow * bHigh;
  const high = carried + cross;
  resultOverflow =
    (aHigh != 0 && bHigh != 0) ||
    (aHigh != 0 && multiplyHigh(aHigh, bLow) != 0) ||
    (bHigh != 0 && multiplyHigh(aLow, bHigh) != 0) ||
    high < carried;
  return finishSigned(low, high, negative);
}

/** Unsigned division into the four globals; the divisor is not zero. Shifts and subtracts beyond 64 bits. */
function divideUnsigned(nLow: u64, nHigh: u64, dLow: u64, dHigh: u64): void {
  if (nHigh == 0 && dHigh == 0) {
    quotientLow = nLow / dLow;
    quotientHigh = 0;
    remainderLow = nLow % dLow;
    remainderHigh = 0;
    return;
  }
  if (dHigh == 0 && dLow >> 32 == 0) {
    divideBy32Bits(nLow, nHigh, dLow);
    return;
  }
  let rLow: u64 = 0;
  let rHigh: u64 = 0;
  let qLow: u64 = 0;
  let qHigh: u64 = 0;
  const bits = nHigh != 0 ? 128 - <i32>clz(nHigh) : 64 - <i32>clz(nLow);
  for (let bit = bits - 1; bit >= 0; bit--) {
    const next: u64 = bit >= 64 ? (nHigh >> (bit - 64)) & 1 : (nLow >> bit) & 1;
    const carry = rHigh >> 63;
    rHigh = (rHigh << 1) | (rLow >> 63);
    rLow = (rLow << 1) | next;
    if (carry != 0 || rHigh > dHigh || (rHigh == dHigh && rLow >= dLow)) {
      const borrow = <u64>(rLow < dLow);
      rLow -= dLow;
      rHigh = rHigh - dHigh - borrow;
      if (bit >= 64) qHigh |= (<u64>1) << (bit - 64);
      else qLow |= (<u64>1) << bit;
    }
  }
  quotientLow = qLow;
  quotientHigh = qHigh;
  remainderLow = rLow;
  remainderHigh = rHigh;
}

/** Schoolbook division by one 32-bit digit. */
function divideBy32Bits(nLow: u64, nHigh: u64, divisor: u64): void {
  const q3 = (nHigh >> 32) / divisor;
  let rest = (nHigh >> 32) % divisor;
  rest = (rest << 32) | (nHigh & 0xffffffff);
  const q2 = rest / divisor;
  rest = ((rest % divisor) << 32) | (nLow >> 32);
  const q1 = rest / divisor;
  rest = ((rest % divisor) << 32) | (nLow & 0xffffffff);
  quotientLow = (q1 << 32) | (rest / divisor);
  quotientHigh = (q3 << 32) | q2;
  remainderLow = rest % divisor;
  remainderHigh = 0;
}

function divideSigned(xLow: u64, xHigh: i64, yLow: u64, yHigh: i64): void {
  let aLow = xLow;
  let aHigh = <u64>xHigh;
  let bLow = yLow;
  let bHigh = <u64>yHigh;
  if (xHigh < 0) {
    aHigh = ~aHigh + <u64>(aLow == 0);
    aLow = ~aLow + 1;
  }
  if (yHigh < 0) {
    bHigh = ~bHigh + <u64>(bLow == 0);
    bLow = ~bLow + 1;
  }
  divideUnsigned(aLow, aHigh, bLow, bHigh);
}

/** x / y, truncated toward zero; 0 when y is 0. Only min / −1 overflows. */
export function int128Divide(xLow: u64, xHigh: i64, yLow: u64, yHigh: i64): i64 {
  resultOverflow = false;
  resultHigh = 0;
  if ((yLow | <u64>yHigh) == 0) return 0;
  divideSigned(xLow, xHigh, yLow, yHigh);
  return finishSigned(quotientLow, quotientHigh, (xHigh ^ yHigh) < 0);
}

/** The remainder of the truncated division, with the sign of x; 0 when y is 0. */
export function int128Remainder(xLow: u64, xHigh: i64, yLow: u64, yHigh: i64): i64 {
  resultOverflow = false;
  resultHigh = 0;
  if ((yLow | <u64>yHigh) == 0) return 0;
  divideSigned(xLow, xHigh, yLow, yHigh);
  return finishSigned(remainderLow, remainderHigh, xHigh < 0);
}

/** x / y with y > 0, rounded to nearest, half away from zero. */
export function int128DivideRound(xLow: u64, xHigh: i64, yLow: u64, yHigh: i64): i64 {
  resultOverflow = false;
  divideSigned(xLow, xHigh, yLow, yHigh);
  // Round up when the remainder is at least what is missing to the divisor.
  const missingLow = yLow - remainderLow;
  const missingHigh = <u64>yHigh - remainderHigh - <u64>(yLow < remainderLow);
  if (remainderHigh > missingHigh || (remainderHigh == missingHigh && remainderLow >= missingLow)) {
    quotientLow++;
    quotientHigh += <u64>(quotientLow == 0);
  }
  return finishSigned(quotientLow, quotientHigh, xHigh < 0);
}

/** The nearest double, ties to even: 64 leading bits with a sticky last one are rounded once. */
export function int128ToDouble(low: u64, high: i64): f64 {
  if (high == <i64>low >> 63) return <f64>(<i64>low);
  let magnitudeLow = low;
  let magnitudeHigh = <u64>high;
  if (high < 0) {
    magnitudeHigh = ~magnitudeHigh + <u64>(magnitudeLow == 0);
    magnitudeLow = ~magnitudeLow + 1;
  }
  if (magnitudeHigh == 0) return high < 0 ? -(<f64>magnitudeLow) : <f64>magnitudeLow;
  const shift = 64 - <i32>clz(magnitudeHigh);
  let leading: u64;
  if (shift == 64) {
    leading = magnitudeHigh | <u64>(magnitudeLow != 0);
  } else {
    const lost = magnitudeLow << (64 - shift);
    leading = (magnitudeHigh << (64 - shift)) | (magnitudeLow >> shift) | <u64>(lost != 0);
  }
  const scale = reinterpret<f64>((<u64>(shift + 1023)) << 52);
  const result = <f64>leading * scale;
  return high < 0 ? -result : result;
}

/** The integer nearest to a double, ties to even; NaN and what lies outside the range overflow. */
export function doubleToInt128(value: f64): i64 {
  resultOverflow = false;
  resultHigh = 0;
  const rounded = nearest(value);
  const magnitude = abs(rounded);
  if (!(magnitude <= 170141183460469231731687303715884105728.0)) {
    resultOverflow = true;
    return 0;
  }
  const bits = reinterpret<u64>(magnitude);
  const exponent = <i32>(bits >> 52) - 1075;
  if (magnitude == 0) return 0;
  const mantissa = (bits & 0xfffffffffffff) | 0x10000000000000;
  let low: u64;
  let high: u64;
  if (exponent <= 0) {
    low = mantissa >> -exponent;
    high = 0;
  } else if (exponent < 64) {
    low = mantissa << exponent;
    high = mantissa >> (64 - exponent);
  } else {
    low = 0;
    high = mantissa << (exponent - 64);
  }
  return finishSigned(low, high, rounded < 0);
}

/** C's fmod: exact, with the sign of x. */
export function floatRemainder(x: f64, y: f64): f64 {
  return x % y;
}
