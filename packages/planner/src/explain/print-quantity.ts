/** A count with its thousands apart: `1,234,567`. */
export const printAmount = (count: number): string =>
  Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `512 B`, `1.5 MiB`. */
export function printBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < BYTE_UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${BYTE_UNITS[unit]}`;
}

/** Milliseconds to three digits: `0.012 ms`, `12.3 ms`, `4,560 ms`. */
export function printMillis(ms: number): string {
  if (ms === 0) return '0 ms';
  if (ms >= 100) return `${printAmount(ms)} ms`;
  const decimals = Math.min(3, Math.max(0, 2 - Math.floor(Math.log10(ms))));
  return `${ms.toFixed(decimals)} ms`;
}
