/**
 * Searching in text: plain, by LIKE, by separators. Arguments as in string.ts.
 */

import { isValid } from './physical';
import { codePoints, nextCodePoint, reference, skipCodePoints } from './utf8';

/**
 * Address of the first occurrence of a needle at or after `at`, or 0. Sixteen places at a time are
 * compared by the needle's first and last byte; what passes is compared whole. Reads up to 15 bytes past
 * the end. Source: Muła (2016), SIMD-friendly algorithms for substring searching, "generic SIMD".
 */
export function findText(at: usize, end: usize, needle: usize, needleLength: u32): usize {
  if (needleLength == 0) return at;
  if (end - at < needleLength || end < at) return 0;
  const lastPlace = end - needleLength;
  const first = i8x16.splat(load<i8>(needle));
  const last = i8x16.splat(load<i8>(needle + needleLength - 1));
  while (at <= lastPlace) {
    const firstEqual = i8x16.eq(v128.load(at), first);
    const lastEqual = i8x16.eq(v128.load(at + needleLength - 1), last);
    let candidates = i8x16.bitmask(v128.and(firstEqual, lastEqual));
    while (candidates != 0) {
      const place = at + ctz(candidates);
      if (place > lastPlace) return 0;
      if (needleLength <= 2 || equalText(place + 1, needle + 1, needleLength - 2)) return place;
      candidates &= candidates - 1;
    }
    at += 16;
  }
  return 0;
}

// @ts-ignore: decorator
@inline
function equalText(a: usize, b: usize, length: u32): bool {
  return memory.compare(a, b, length) == 0;
}

const CONTAINS: u32 = 0;
const STARTS: u32 = 1;
const ENDS: u32 = 2;

/** Does each text contain (mode 0), begin with (1), end with (2) or equal (3) the needle? One byte a row. */
export function textMatches(
  mode: u32,
  refs: usize,
  step: u32,
  needles: usize,
  needleStep: u32,
  count: u32,
  out: usize,
): void {
  for (let row: u32 = 0; row < count; row++) {
    const ref = load<u64>(refs);
    const needleRef = load<u64>(needles);
    const at = <usize>(<u32>ref);
    const length = <u32>(ref >> 32);
    const needle = <usize>(<u32>needleRef);
    const needleLength = <u32>(needleRef >> 32);
    let found = false;
    if (length >= needleLength) {
      if (mode == CONTAINS) found = needleLength == 0 || findText(at, at + length, needle, needleLength) != 0;
      else if (mode == STARTS) found = equalText(at, needle, needleLength);
      else if (mode == ENDS) found = equalText(at + length - needleLength, needle, needleLength);
      else found = length == needleLength && equalText(at, needle, length);
    }
    store<u8>(out, u8(found));
    refs += step;
    needles += needleStep;
    out++;
  }
}

/** Position in code points, 1-based, of the first occurrence of each needle (i64); 0 when there is none. */
export function textPositions(
  refs: usize,
  step: u32,
  needles: usize,
  needleStep: u32,
  count: u32,
  out: usize,
): void {
  for (let row: u32 = 0; row < count; row++) {
    const ref = load<u64>(refs);
    const needleRef = load<u64>(needles);
    const at = <usize>(<u32>ref);
    const found = findText(at, at + <u32>(ref >> 32), <usize>(<u32>needleRef), <u32>(needleRef >> 32));
    let position: i64 = 0;
    if (found != 0 || needleRef >> 32 == 0) {
      position = 1;
      for (let place = at; place < found; place++) position += i64(load<i8>(place) > -65);
    }
    store<i64>(out, position);
    refs += step;
    needles += needleStep;
    out += 8;
  }
}

/**
 * Does the text match the LIKE pattern? `%` stands for any text, `_` for one code point; a byte equal to
 * `escape` (−1: none) takes the next one literally. When a literal fails, the last `%` takes one code
 * point more: time is the product of the lengths at worst, in constant space.
 */
function matchesLike(at: usize, end: usize, pattern: usize, patternEnd: usize, escape: i32): bool {
  let retryAt: usize = 0;
  let retryPattern: usize = 0;
  while (true) {
    if (pattern < patternEnd) {
      let byte = <i32>load<u8>(pattern);
      if (byte == 37 && byte != escape) {
        pattern++;
        if (pattern == patternEnd) return true;
        retryAt = at;
        retryPattern = pattern;
        continue;
      }
      if (byte == 95 && byte != escape) {
        if (at < end) {
          at = nextCodePoint(at, end);
          pattern++;
          continue;
        }
      } else {
        let width: usize = 1;
        if (byte == escape && pattern + 1 < patternEnd) {
          byte = <i32>load<u8>(pattern + 1);
          width = 2;
        }
        if (at < end && <i32>load<u8>(at) == byte) {
          at++;
          pattern += width;
          continue;
        }
      }
    } else if (at == end) return true;
    if (retryPattern == 0 || retryAt >= end) return false;
    retryAt = nextCodePoint(retryAt, end);
    at = retryAt;
    pattern = retryPattern;
  }
}

/** LIKE with any pattern, one byte a row; `escape` is a byte of ASCII, or −1. */
export function textLike(
  refs: usize,
  step: u32,
  patterns: usize,
  patternStep: u32,
  escape: i32,
  count: u32,
  out: usize,
): void {
  for (let row: u32 = 0; row < count; row++) {
    const ref = load<u64>(refs);
    const patternRef = load<u64>(patterns);
    const at = <usize>(<u32>ref);
    const pattern = <usize>(<u32>patternRef);
    const matched = matchesLike(at, at + <u32>(ref >> 32), pattern, pattern + <u32>(patternRef >> 32), escape);
    store<u8>(out, u8(matched));
    refs += step;
    patterns += patternStep;
    out++;
  }
}

/**
 * LIKE with a pattern of literal pieces between `%`: `pieces` are `pieceCount` references. The first one
 * must begin the text and the last one end it; an empty one stands for `%` there. The pieces between are
 * found from left to right, each as early as it can be, which is right because they are literal.
 */
export function textLikePieces(
  refs: usize,
  step: u32,
  pieces: usize,
  pieceCount: u32,
  count: u32,
  out: usize,
): void {
  const firstRef = load<u64>(pieces);
  const lastRef = load<u64>(pieces + ((pieceCount - 1) << 3));
  const firstLength = <u32>(firstRef >> 32);
  const lastLength = <u32>(lastRef >> 32);
  for (let row: u32 = 0; row < count; row++) {
    const ref = load<u64>(refs);
    let at = <usize>(<u32>ref);
    const length = <u32>(ref >> 32);
    let end = at + length;
    let matched =
      length >= firstLength + lastLength &&
      equalText(at, <usize>(<u32>firstRef), firstLength) &&
      equalText(end - lastLength, <usize>(<u32>lastRef), lastLength);
    if (matched) {
      at += firstLength;
      end -= lastLength;
      for (let piece: u32 = 1; piece < pieceCount - 1; piece++) {
        const pieceRef = load<u64>(pieces + (piece << 3));
        const pieceLength = <u32>(pieceRef >> 32);
        const found = findText(at, end, <usize>(<u32>pieceRef), pieceLength);
        if (found == 0) {
          matched = false;
          break;
        }
        at = found + pieceLength;
      }
    }
    store<u8>(out, u8(matched));
    refs += step;
    out++;
  }
}

/**
 * The part between separators, `indexes` (i64) from 1, negative from the end; outside an empty text. An
 * empty separator divides into code points.
 */
export function textSplitPart(
  refs: usize,
  step: u32,
  separators: usize,
  separatorStep: u32,
  indexes: usize,
  indexStep: u32,
  count: u32,
  out: usize,
): void {
  for (let row: u32 = 0; row < count; row++) {
    const ref = load<u64>(refs);
    const separatorRef = load<u64>(separators);
    const at = <usize>(<u32>ref);
    const separator = <usize>(<u32>separatorRef);
    const part = splitPart(at, at + <u32>(ref >> 32), separator, <u32>(separatorRef >> 32), load<i64>(indexes));
    store<u64>(out, part);
    refs += step;
    separators += separatorStep;
    indexes += indexStep;
    out += 8;
  }
}

function splitPart(at: usize, end: usize, separator: usize, separatorLength: u32, index: i64): u64 {
  if (separatorLength == 0) {
    if (index < 0) index += <i64>codePoints(at, <u32>(end - at)) + 1;
    if (index <= 0) return reference(at, at);
    const from = skipCodePoints(at, end, index - 1);
    return reference(from, skipCodePoints(from, end, 1));
  }
  if (index < 0) {
    let parts: i64 = 1;
    let place = findText(at, end, separator, separatorLength);
    while (place != 0) {
      parts++;
      place = findText(place + separatorLength, end, separator, separatorLength);
    }
    index += parts + 1;
  }
  if (index <= 0) return reference(at, at);
  while (true) {
    const place = findText(at, end, separator, separatorLength);
    if (index == 1) return reference(at, place == 0 ? end : place);
    if (place == 0) return reference(at, at);
    at = place + separatorLength;
    index--;
  }
}

/** Bytes of each valid text after replacement of all occurrences, to `lengths` (u32). */
export function textReplaceLengths(
  refs: usize,
  step: u32,
  needles: usize,
  needleStep: u32,
  replacements: usize,
  replacementStep: u32,
  validity: usize,
  count: u32,
  lengths: usize,
): void {
  for (let row: u32 = 0; row < count; row++) {
    if (isValid(validity, row)) {
      const ref = load<u64>(refs);
      const needleRef = load<u64>(needles);
      const needleLength = <u32>(needleRef >> 32);
      const change = <i32>(load<u64>(replacements) >> 32) - <i32>needleLength;
      let at = <usize>(<u32>ref);
      const end = at + <u32>(ref >> 32);
      let length = <i32>(ref >> 32);
      if (needleLength != 0) {
        for (;;) {
          const place = findText(at, end, <usize>(<u32>needleRef), needleLength);
          if (place == 0) break;
          length += change;
          at = place + needleLength;
        }
      }
      store<u32>(lengths, length);
    } else store<u32>(lengths, 0);
    refs += step;
    needles += needleStep;
    replacements += replacementStep;
    lengths += 4;
  }
}

/** Writes the texts with all occurrences replaced to where the cursors (u32) stand. */
export function textReplace(
  refs: usize,
  step: u32,
  needles: usize,
  needleStep: u32,
  replacements: usize,
  replacementStep: u32,
  validity: usize,
  count: u32,
  cursors: usize,
): void {
  for (let row: u32 = 0; row < count; row++) {
    if (isValid(validity, row)) {
      const ref = load<u64>(refs);
      const needleRef = load<u64>(needles);
      const needleLength = <u32>(needleRef >> 32);
      const replacement = load<u64>(replacements);
      const replacementLength = <u32>(replacement >> 32);
      let at = <usize>(<u32>ref);
      const end = at + <u32>(ref >> 32);
      let to = <usize>load<u32>(cursors);
      if (needleLength != 0) {
        for (;;) {
          const place = findText(at, end, <usize>(<u32>needleRef), needleLength);
          if (place == 0) break;
          memory.copy(to, at, place - at);
          to += place - at;
          memory.copy(to, <usize>(<u32>replacement), replacementLength);
          to += replacementLength;
          at = place + needleLength;
        }
      }
      memory.copy(to, at, end - at);
    }
    refs += step;
    needles += needleStep;
    replacements += replacementStep;
    cursors += 4;
  }
}
