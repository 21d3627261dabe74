import { powerOfTen } from '../emit/decimal.ts';

/** What becomes of the digits that are dropped. */
export type RoundingMode = 'halfAway' | 'halfEven' | 'truncate';

/** `value / 10^digits` as an integer. */
export function roundScaled(value: bigint, digits: number, mode: RoundingMode): bigint {
  if (digits <= 0) return value;
  const factor = powerOfTen(digits);
  const quotient = value / factor;
  const rest = value % factor;
  const doubled = 2n * (rest < 0n ? -rest : rest);
  if (mode === 'truncate' || doubled < factor) return quotient;
  if (mode === 'halfEven' && doubled === factor && quotient % 2n === 0n) return quotient;
  return value < 0n ? quotient - 1n : quotient + 1n;
}

/** Beyond it doubles have no fractions. */
const NO_FRACTIONS = 2 ** 52;
/** A product this near to where the decision changes is decided by the digits. */
const CRITICAL = 1e-6;

/**
 * A double rounded to so many digits, decided by its shortest decimal text: 2.675 has a half at two
 * digits although the double lies below. Only near such a point the text is looked at.
 */
export function roundDouble(
  value: number,
  digits: number,
  mode: RoundingMode,
  shortest: (value: number) => string,
): number {
  if (!Number.isFinite(value) || value === 0 || digits > 330) return value;
  if (digits < -330) return 0 * Math.sign(value);
  const scaled = digits >= 0 ? value * 10 ** digits : value / 10 ** -digits;
  if (digits >= 0 && (Math.abs(value) >= NO_FRACTIONS || !Number.isFinite(scaled))) return value;
  const rest = Math.abs(scaled) - Math.floor(Math.abs(scaled));
  const distance = mode === 'truncate' ? Math.min(rest, 1 - rest) : Math.abs(rest - 0.5);
  const isPlain = distance > CRITICAL && Math.abs(scaled) < 2 ** 40;
  const whole = isPlain ? plainRound(scaled, mode) : roundText(shortest(value), digits, mode);
  const rounded = Number(`${whole}e${-digits}`);
  return rounded === 0 ? 0 * Math.sign(value) : rounded;
}

const plainRound = (scaled: number, mode: RoundingMode): number =>
  mode === 'truncate' ? Math.trunc(scaled) : Math.round(scaled);

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/;

/** The exact number of a text, times 10^digits, as an integer. */
function roundText(text: string, digits: number, mode: RoundingMode): bigint {
  const [, sign, whole = '0', fraction = '', exponent = '0'] = NUMBER.exec(text) ?? [];
  const magnitude = BigInt(whole + fraction);
  const shift = Number(exponent) - fraction.length + digits;
  const value = sign === '-' ? -magnitude : magnitude;
  return shift >= 0 ? value * powerOfTen(shift) : roundScaled(value, -shift, mode);
}
