/**
 * Text functions over references (u64: address low, length in bytes high) to UTF-8. A text argument is
 * the address of its references and the bytes from one to the next (8, or 0 for a constant); positions
 * and counts are i64 with a step of their own. Results that are parts of an argument refer into its
 * bytes. What is written goes to room that the caller has measured with the functions beside it.
 */

import { isValid } from './physical';
import { codePoints, isAscii, reference, skipCodePoints, skipCodePointsBack } from './utf8';

/** Code points of each row, as i64. */
export function textLengths(refs: usize, step: u32, count: u32, out: usize): void {
  for (let row: u32 = 0; row < count; row++) {
    const ref = load<u64>(refs);
    store<i64>(out, codePoints(<usize>(<u32>ref), <u32>(ref >> 32)));
    refs += step;
    out += 8;
  }
}

/** Bytes of all valid rows together. */
export function textTotalBytes(refs: usize, step: u32, validity: usize, count: u32): u32 {
  let total: u32 = 0;
  for (let row: u32 = 0; row < count; row++) {
    if (isValid(validity, row)) total += <u32>(load<u64>(refs) >> 32);
    refs += step;
  }
  return total;
}

/**
 * ASCII letters to the other case: rows that are ASCII are written from `bytes` on, in as many bytes as
 * they have. Valid rows that are not are listed in `rest` (u32), closed by 0xFFFFFFFF. Returns the end.
 */
export function textChangeCase(
  refs: usize,
  step: u32,
  validity: usize,
  count: u32,
  upper: bool,
  bytes: usize,
  out: usize,
  rest: usize,
): usize {
  const first = i8x16.splat(upper ? 97 : 65);
  const last = i8x16.splat(upper ? 122 : 90);
  for (let row: u32 = 0; row < count; row++) {
    const ref = load<u64>(refs);
    refs += step;
    if (isValid(validity, row)) {
      let at = <usize>(<u32>ref);
      const length = <u32>(ref >> 32);
      if (isAscii(at, length)) {
        const start = bytes;
        const end = at + length;
        while (at + 16 <= end) {
          const chunk = v128.load(at);
          const isLetter = v128.and(i8x16.ge_s(chunk, first), i8x16.le_s(chunk, last));
          v128.store(bytes, v128.xor(chunk, v128.and(isLetter, i8x16.splat(32))));
          at += 16;
          bytes += 16;
        }
        while (at < end) {
          const byte = <u32>load<u8>(at++);
          const isLetter = byte - (upper ? 97 : 65) < 26;
          store<u8>(bytes++, <u8>(isLetter ? byte ^ 32 : byte));
        }
        store<u64>(out, reference(start, bytes));
      } else {
        store<u32>(rest, row);
        rest += 4;
      }
    }
    out += 8;
  }
  store<u32>(rest, 0xffffffff);
  return bytes;
}

/**
 * Code points from `starts` (1-based, negative from the end) on, `lengths` of them (0: to the end);
 * a negative length means those before the start. Positions outside the text are cut off.
 */
export function textSubstring(
  refs: usize,
  step: u32,
  starts: usize,
  startStep: u32,
  lengths: usize,
  lengthStep: u32,
  count: u32,
  out: usize,
): void {
  for (let row: u32 = 0; row < count; row++) {
    const ref = load<u64>(refs);
    const at = <usize>(<u32>ref);
    const end = at + <u32>(ref >> 32);
    let first = load<i64>(starts);
    if (first < 0) first += <i64>codePoints(at, <u32>(ref >> 32)) + 1;
    let behind: i64 = i64.MAX_VALUE;
    if (lengths != 0) {
      const length = load<i64>(lengths);
      lengths += lengthStep;
      if (length < 0) {
        behind = first;
        // Both bounds saturate: no text is anywhere near as long.
        first = length < -0x100000000 ? 1 : first + length;
      } else behind = length > 0x100000000 ? i64.MAX_VALUE : first + length;
    }
    if (first < 1) first = 1;
    if (behind <= first) store<u64>(out, reference(at, at));
    else {
      const from = skipCodePoints(at, end, first - 1);
      const to = behind == i64.MAX_VALUE ? end : skipCodePoints(from, end, behind - first);
      store<u64>(out, reference(from, to));
    }
    refs += step;
    starts += startStep;
    out += 8;
  }
}

/** The first (or last) `counts` code points; a negative count means all but as many at the other end. */
export function textEdge(
  refs: usize,
  step: u32,
  counts: usize,
  countStep: u32,
  fromEnd: bool,
  count: u32,
  out: usize,
): void {
  for (let row: u32 = 0; row < count; row++) {
    const ref = load<u64>(refs);
    const at = <usize>(<u32>ref);
    const end = at + <u32>(ref >> 32);
    const wanted = load<i64>(counts);
    if (fromEnd) {
      const from = wanted >= 0 ? skipCodePointsBack(at, end, wanted) : skipCodePoints(at, end, -wanted);
      store<u64>(out, reference(from, end));
    } else {
      const to = wanted >= 0 ? skipCodePoints(at, end, wanted) : skipCodePointsBack(at, end, -wanted);
      store<u64>(out, reference(at, to));
    }
    refs += step;
    counts += countStep;
    out += 8;
  }
}

/** Without blanks at the sides given: 1 the start, 2 the end, 3 both. */
export function textTrimBlanks(refs: usize, step: u32, sides: u32, count: u32, out: usize): void {
  for (let row: u32 = 0; row < count; row++) {
    const ref = load<u64>(refs);
    let at = <usize>(<u32>ref);
    let end = at + <u32>(ref >> 32);
    if (sides & 1) while (at < end && load<u8>(at) == 32) at++;
    if (sides & 2) while (end > at && load<u8>(end - 1) == 32) end--;
    store<u64>(out, reference(at, end));
    refs += step;
    out += 8;
  }
}

/** Is the code point at `at`, `length` bytes long, among those of the set? */
function isInSet(at: usize, length: usize, set: usize, setEnd: usize): bool {
  while (set < setEnd) {
    const next = skipCodePoints(set, setEnd, 1);
    if (next - set == length && memory.compare(at, set, length) == 0) return true;
    set = next;
  }
  return false;
}

/** Without code points of the sets at the sides given: 1 the start, 2 the end, 3 both. */
export function textTrimSet(
  refs: usize,
  step: u32,
  sets: usize,
  setStep: u32,
  sides: u32,
  count: u32,
  out: usize,
): void {
  for (let row: u32 = 0; row < count; row++) {
    const ref = load<u64>(refs);
    let at = <usize>(<u32>ref);
    let end = at + <u32>(ref >> 32);
    const setRef = load<u64>(sets);
    const set = <usize>(<u32>setRef);
    const setEnd = set + <u32>(setRef >> 32);
    while (sides & 1 && at < end) {
      const next = skipCodePoints(at, end, 1);
      if (!isInSet(at, next - at, set, setEnd)) break;
      at = next;
    }
    while (sides & 2 && at < end) {
      const previous = skipCodePointsBack(at, end, 1);
      if (!isInSet(previous, end - previous, set, setEnd)) break;
      end = previous;
    }
    store<u64>(out, reference(at, end));
    refs += step;
    sets += setStep;
    out += 8;
  }
}

/** `lengths[row] += bytes`, for valid rows. */
export function textAddLengths(refs: usize, step: u32, validity: usize, count: u32, lengths: usize): void {
  for (let row: u32 = 0; row < count; row++) {
    if (isValid(validity, row)) store<u32>(lengths, load<u32>(lengths) + <u32>(load<u64>(refs) >> 32));
    refs += step;
    lengths += 4;
  }
}

/** Sum of the lengths (u32). */
export function textSumLengths(lengths: usize, count: u32): u32 {
  let total: u32 = 0;
  for (let row: u32 = 0; row < count; row++) {
    total += load<u32>(lengths);
    lengths += 4;
  }
  return total;
}

/** References to consecutive texts of the lengths from `bytes` on; each length becomes its text's start. */
export function textPlace(lengths: usize, count: u32, bytes: usize, out: usize): void {
  for (let row: u32 = 0; row < count; row++) {
    const length = load<u32>(lengths);
    store<u32>(lengths, <u32>bytes);
    store<u64>(out, reference(bytes, bytes + length));
    bytes += length;
    lengths += 4;
    out += 8;
  }
}

/** Copies valid rows to where the cursors (u32) stand, and moves the cursors behind them. */
export function textAppend(refs: usize, step: u32, validity: usize, count: u32, cursors: usize): void {
  for (let row: u32 = 0; row < count; row++) {
    if (isValid(validity, row)) {
      const ref = load<u64>(refs);
      const length = <u32>(ref >> 32);
      const to = load<u32>(cursors);
      memory.copy(to, <usize>(<u32>ref), length);
      store<u32>(cursors, to + length);
    }
    refs += step;
    cursors += 4;
  }
}
