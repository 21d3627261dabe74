/** `out[i] = start + i × step` in int64. */
export function seriesInt64(start: i64, step: i64, count: u32, out: usize): void {
  let value = start;
  const end = out + ((<usize>count) << 3);
  while (out < end) {
    store<i64>(out, value);
    value += step;
    out += 8;
  }
}
