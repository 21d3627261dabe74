/**
 * Elementary functions of doubles. AssemblyScript's are ports of musl's, with errors below one unit in
 * the last place. They are called per row: a call costs far less than the function.
 */

export function mathSin(x: f64): f64 { return Math.sin(x); }
export function mathCos(x: f64): f64 { return Math.cos(x); }
export function mathTan(x: f64): f64 { return Math.tan(x); }
export function mathAsin(x: f64): f64 { return Math.asin(x); }
export function mathAcos(x: f64): f64 { return Math.acos(x); }
export function mathAtan(x: f64): f64 { return Math.atan(x); }
export function mathAtan2(y: f64, x: f64): f64 { return Math.atan2(y, x); }
export function mathSinh(x: f64): f64 { return Math.sinh(x); }
export function mathCosh(x: f64): f64 { return Math.cosh(x); }
export function mathTanh(x: f64): f64 { return Math.tanh(x); }
export function mathAsinh(x: f64): f64 { return Math.asinh(x); }
export function mathAcosh(x: f64): f64 { return Math.acosh(x); }
export function mathAtanh(x: f64): f64 { return Math.atanh(x); }
export function mathExp(x: f64): f64 { return Math.exp(x); }
export function mathExpm1(x: f64): f64 { return Math.expm1(x); }
export function mathLog(x: f64): f64 { return Math.log(x); }
export function mathLog1p(x: f64): f64 { return Math.log1p(x); }
export function mathLog2(x: f64): f64 { return Math.log2(x); }
export function mathLog10(x: f64): f64 { return Math.log10(x); }
export function mathCbrt(x: f64): f64 { return Math.cbrt(x); }
export function mathHypot(x: f64, y: f64): f64 { return Math.hypot(x, y); }

/** x^y of IEEE 754: pow(1, NaN) and pow(NaN, 0) are 1, which JavaScript makes NaN. */
export function mathPow(x: f64, y: f64): f64 {
  if (x == 1.0) return 1.0;
  return Math.pow(x, y);
}

/** Lanczos coefficients for g = 607/128, n = 15: errors below 1e-15 relative. Source: Godfrey (2001). */
const LANCZOS_G: f64 = 607.0 / 128.0;

// @ts-ignore: decorator
@inline
function lanczosSum(x: f64): f64 {
  return (
    0.99999999999999709182 +
    57.156235665862923517 / (x + 1) -
    59.597960355475491248 / (x + 2) +
    14.136097974741747174 / (x + 3) -
    0.49191381609762019978 / (x + 4) +
    0.33994649984811888699e-4 / (x + 5) +
    0.46523628927048575665e-4 / (x + 6) -
    0.98374475304879564677e-4 / (x + 7) +
    0.15808870322491248884e-3 / (x + 8) -
    0.21026444172410488319e-3 / (x + 9) +
    0.21743961811521264320e-3 / (x + 10) -
    0.16431810653676389022e-3 / (x + 11) +
    0.84418223983852743293e-4 / (x + 12) -
    0.26190838401581408670e-4 / (x + 13) +
    0.36899182659531622704e-5 / (x + 14)
  );
}

const HALF_LOG_TWO_PI: f64 = 0.91893853320467274178;

/** ln |Γ(x)|; +infinity at the poles 0, −1, −2, … */
export function mathLogGamma(x: f64): f64 {
  if (x != x) return x;
  if (abs(x) == f64.POSITIVE_INFINITY) return f64.POSITIVE_INFINITY;
  if (x <= 0 && floor(x) == x) return f64.POSITIVE_INFINITY;
  if (x == 1 || x == 2) return 0;
  if (x < 0.5) {
    // Reflection: Γ(x) Γ(1 − x) = π / sin(πx); the argument of the sine is reduced first.
    const reduced = x - 2 * nearest(x / 2);
    return Math.log(Math.PI / abs(Math.sin(Math.PI * reduced))) - mathLogGamma(1 - x);
  }
  const shifted = x - 1;
  const base = shifted + LANCZOS_G + 0.5;
  return HALF_LOG_TWO_PI + (shifted + 0.5) * Math.log(base) - base + Math.log(lanczosSum(shifted));
}

/** Γ(x); NaN at negative integers and −infinity, ±infinity at ±0. Integers up to 171 are products. */
export function mathGamma(x: f64): f64 {
  if (x != x) return x;
  if (x == f64.POSITIVE_INFINITY) return x;
  if (x == 0) return 1 / x;
  if (x < 0 && floor(x) == x) return NaN;
  if (floor(x) == x && x <= 171) {
    let product: f64 = 1;
    for (let factor: f64 = 2; factor < x; factor++) product *= factor;
    return product;
  }
  if (x < 0.5) {
    const reduced = x - 2 * nearest(x / 2);
    return Math.PI / (Math.sin(Math.PI * reduced) * mathGamma(1 - x));
  }
  const shifted = x - 1;
  const base = shifted + LANCZOS_G + 0.5;
  // The power is taken in two halves, so that it does not overflow before the exponential shrinks it.
  const half = Math.pow(base, (shifted + 0.5) / 2);
  return 2.5066282746310005024 * lanczosSum(shifted) * half * Math.exp(-base) * half;
}

/** The next double after x in the direction of y. */
export function mathNextAfter(x: f64, y: f64): f64 {
  if (x != x || y != y) return NaN;
  if (x == y) return y;
  if (x == 0) return copysign<f64>(reinterpret<f64>(<u64>1), y);
  const bits = reinterpret<i64>(x);
  return reinterpret<f64>(bits + ((x < y) == (x > 0) ? 1 : -1));
}

/** Greatest common divisor, not negative; of two zeros 0. The result is unsigned: |−2⁶³| fits. */
export function integerGcd(x: i64, y: i64): u64 {
  let a = <u64>(x < 0 ? -x : x);
  let b = <u64>(y < 0 ? -y : y);
  while (b != 0) {
    const rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}
