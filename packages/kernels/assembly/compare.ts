/**
 * Comparison of bytes behind references. A reference is a u64: the address in its low half, the length
 * in bytes in its high half.
 */

/** The sign of x − y by unsigned bytes, a prefix before the longer one. */
export function compareBytes(x: u64, y: u64): i32 {
  const xLength = <u32>(x >> 32);
  const yLength = <u32>(y >> 32);
  let xAt = <usize>(<u32>x);
  let yAt = <usize>(<u32>y);
  const common = min(xLength, yLength);
  const end = xAt + common;
  while (xAt + 8 <= end) {
    const a = load<u64>(xAt);
    const b = load<u64>(yAt);
    if (a != b) return bswap(a) < bswap(b) ? -1 : 1;
    xAt += 8;
    yAt += 8;
  }
  while (xAt < end) {
    const difference = <i32>load<u8>(xAt) - <i32>load<u8>(yAt);
    if (difference != 0) return difference;
    xAt++;
    yAt++;
  }
  return i32(xLength > yLength) - i32(xLength < yLength);
}

/** Do the two references hold the same bytes? */
export function equalBytes(x: u64, y: u64): bool {
  const length = <u32>(x >> 32);
  if (length != <u32>(y >> 32)) return false;
  let xAt = <usize>(<u32>x);
  let yAt = <usize>(<u32>y);
  const end = xAt + length;
  while (xAt + 8 <= end) {
    if (load<u64>(xAt) != load<u64>(yAt)) return false;
    xAt += 8;
    yAt += 8;
  }
  const rest = <u32>(end - xAt);
  if (rest == 0) return true;
  // Every allocation has readable bytes behind it; the shift drops what is not the value's.
  const unused: u64 = (8 - rest) << 3;
  return load<u64>(xAt) << unused == load<u64>(yAt) << unused;
}
