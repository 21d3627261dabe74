/** The p-quantile of sorted numbers, interpolated linearly; NaN of none. */
export function quantile(sorted: readonly number[], p: number): number {
  const at = (sorted.length - 1) * p;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

export const ascending = (numbers: readonly number[]): number[] =>
  [...numbers].sort((a, b) => a - b);

export const median = (numbers: readonly number[]): number => quantile(ascending(numbers), 0.5);

export const geometricMean = (numbers: readonly number[]): number =>
  Math.exp(numbers.reduce((sum, number) => sum + Math.log(number), 0) / numbers.length);
