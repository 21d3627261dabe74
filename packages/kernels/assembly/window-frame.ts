/**
 * Partitions, peer groups and frames of sorted rows. All row arrays are u32, one entry a row, holding row
 * numbers; partitions, peer groups and frames are [start, end).
 */

import { equalBytes } from './compare';
import {
  BOOL, F32, F64, I16, I32, I64, I8, REF, U16, U32, U64, U8,
  isValid, normalized, normalizedHigh, normalizedLow,
} from './physical';

// @ts-ignore: decorator
@inline
function at(rows: usize, row: u32): u32 {
  return load<u32>(rows + ((<usize>row) << 2));
}

// @ts-ignore: decorator
@inline
function put(rows: usize, row: u32, value: u32): void {
  store<u32>(rows + ((<usize>row) << 2), value);
}

// @ts-ignore: decorator
@inline
function markNarrow<T>(values: usize, validity: usize, rows: u32, flags: usize): void {
  for (let row: u32 = 1; row < rows; row++) {
    const here = values + (<usize>row) * sizeof<T>();
    let differs = normalized<T>(here) != normalized<T>(here - sizeof<T>());
    if (validity != 0) {
      const valid = isValid(validity, row);
      const before = isValid(validity, row - 1);
      differs = valid != before || (valid && differs);
    }
    if (differs) store<u8>(flags + row, 1);
  }
}

/** Sets `flags[row]` where the row's value differs from that of the row before; NULLs are equal. */
export function windowMarkChanges(
  type: u32, values: usize, validity: usize, rows: u32, flags: usize,
): void {
  switch (type) {
    case BOOL: case U8: markNarrow<u8>(values, validity, rows, flags); return;
    case I8: markNarrow<i8>(values, validity, rows, flags); return;
    case I16: markNarrow<i16>(values, validity, rows, flags); return;
    case U16: markNarrow<u16>(values, validity, rows, flags); return;
    case I32: markNarrow<i32>(values, validity, rows, flags); return;
    case U32: markNarrow<u32>(values, validity, rows, flags); return;
    case I64: markNarrow<i64>(values, validity, rows, flags); return;
    case U64: markNarrow<u64>(values, validity, rows, flags); return;
    case F32: markNarrow<f32>(values, validity, rows, flags); return;
    case F64: markNarrow<f64>(values, validity, rows, flags); return;
    default:
  }
  for (let row: u32 = 1; row < rows; row++) {
    const valid = isValid(validity, row);
    if (valid != isValid(validity, row - 1)) {
      store<u8>(flags + row, 1);
    } else if (valid && !equalWide(type, values, row, row - 1)) {
      store<u8>(flags + row, 1);
    }
  }
}

function equalWide(type: u32, values: usize, a: u32, b: u32): bool {
  if (type == REF) {
    return equalBytes(load<u64>(values + ((<usize>a) << 3)), load<u64>(values + ((<usize>b) << 3)));
  }
  const x = values + ((<usize>a) << 4);
  const y = values + ((<usize>b) << 4);
  return normalizedHigh(type, x) == normalizedHigh(type, y) &&
    normalizedLow(type, x) == normalizedLow(type, y);
}

/** The run [start, end) of each row: runs begin at row 0 and at flagged rows. Returns their number. */
export function windowRuns(flags: usize, rows: u32, starts: usize, ends: usize): u32 {
  let runs: u32 = 0;
  let start: u32 = 0;
  while (start < rows) {
    let end = start + 1;
    while (end < rows && load<u8>(flags + end) == 0) end++;
    for (let row = start; row < end; row++) {
      put(starts, row, start);
      put(ends, row, end);
    }
    start = end;
    runs++;
  }
  return runs;
}

/** Row numbers, plus `add`: the frame bound CURRENT ROW of ROWS. */
export function windowRowNumbers(rows: u32, add: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) put(out, row, row + add);
}

/**
 * ROWS bounds: the row `sign × offsets[row]` rows away (i64), clipped to the partition; plus one for an
 * end. A NULL offset means the row itself.
 */
export function windowBoundRows(
  partitionStart: usize, partitionEnd: usize, offsets: usize, validity: usize, sign: i64, isEnd: u32,
  rows: u32, out: usize,
): void {
  const limit = <i64>rows;
  for (let row: u32 = 0; row < rows; row++) {
    let offset = isValid(validity, row) ? load<i64>(offsets + ((<usize>row) << 3)) : 0;
    offset = min(max(offset, -limit), limit);
    const bound = <i64>row + sign * offset + <i64>isEnd;
    put(out, row, <u32>min(max(bound, <i64>at(partitionStart, row)), <i64>at(partitionEnd, row)));
  }
}

/**
 * GROUPS bounds: start or end of the peer group `sign × offsets[row]` groups away. `groups` is room for
 * `rows + 1` u32. A NULL offset means the row's own group. Returns 1 + a row with a negative offset, or 0.
 */
export function windowBoundGroups(
  partitionStart: usize, partitionEnd: usize, peerStart: usize, offsets: usize, validity: usize, sign: i64,
  isEnd: u32, groups: usize, rows: u32, out: usize,
): u32 {
  let count: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    if (at(peerStart, row) == row) put(groups, count++, row);
  }
  put(groups, count, rows);
  let group: u32 = 0;
  let firstGroup: u32 = 0;
  const limit = <i64>rows;
  for (let row: u32 = 0; row < rows; row++) {
    while (group + 1 < count && at(groups, group + 1) <= row) group++;
    if (at(partitionStart, row) == row) firstGroup = group;
    let offset = isValid(validity, row) ? load<i64>(offsets + ((<usize>row) << 3)) : 0;
    if (offset < 0) return row + 1;
    offset = min(offset, limit);
    const wanted = <i64>group + sign * offset + <i64>isEnd;
    const start = at(partitionStart, row);
    const end = at(partitionEnd, row);
    if (wanted < <i64>firstGroup) put(out, row, start);
    else if (wanted >= <i64>count) put(out, row, end);
    else put(out, row, min(at(groups, <u32>wanted), end));
  }
  return 0;
}

/** What may be added to a RANGE key; the numbers are WINDOW_OFFSETS of the TypeScript face. */
const SAME_TYPE: u32 = 0;
const DAYS: u32 = 1;

const DAY_MICROS: i64 = 86400000000;
const SIGN: u64 = 1 << 63;

// @ts-ignore: decorator
@inline
function saturatingAdd(a: i64, b: i64): i64 {
  const sum = a + b;
  if (((a ^ sum) & (b ^ sum)) < 0) return a < 0 ? i64.MIN_VALUE : i64.MAX_VALUE;
  return sum;
}

/** The integer behind a key of an integer or temporal type. */
function integerKey(type: u32, value: usize): i64 {
  switch (type) {
    case I8: return <i64>load<i8>(value);
    case I16: return <i64>load<i16>(value);
    case I32: return <i64>load<i32>(value);
    case U8: return <i64>load<u8>(value);
    case U16: return <i64>load<u16>(value);
    case U32: return <i64>load<u32>(value);
    default: return load<i64>(value);
  }
}

function widthOf(type: u32): usize {
  switch (type) {
    case BOOL: case I8: case U8: return 1;
    case I16: case U16: return 2;
    case I32: case U32: case F32: return 4;
    default: return 8;
  }
}

/** Days since 1970-01-01 of a proleptic Gregorian date (Hinnant, days_from_civil). */
function daysFromCivil(year: i64, month: i64, day: i64): i64 {
  const y = month <= 2 ? year - 1 : year;
  const era = (y >= 0 ? y : y - 399) / 400;
  const yearOfEra = y - era * 400;
  const dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719468;
}

/** The day number `months` later, clipped to the month's end. */
function addMonths(days: i64, months: i64): i64 {
  const z = days + 719468;
  const era = (z >= 0 ? z : z - 146096) / 146097;
  const dayOfEra = z - era * 146097;
  const yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
  const dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const shifted = (5 * dayOfYear + 2) / 153;
  const day = dayOfYear - (153 * shifted + 2) / 5 + 1;
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = yearOfEra + era * 400 + i64(month <= 2);
  const total = year * 12 + month - 1 + months;
  const newYear = (total >= 0 ? total : total - 11) / 12;
  const newMonth = total - newYear * 12 + 1;
  const nextMonth = newMonth == 12 ? daysFromCivil(newYear + 1, 1, 1) : daysFromCivil(newYear, newMonth + 1, 1);
  const first = daysFromCivil(newYear, newMonth, 1);
  return min(first + day - 1, nextMonth - 1);
}

/** A moment in µs plus `sign` times the interval at `interval`. */
function addInterval(micros: i64, interval: usize, sign: i64): i64 {
  const months = sign * <i64>load<i32>(interval);
  let days = micros / DAY_MICROS - i64(micros % DAY_MICROS < 0);
  const time = micros - days * DAY_MICROS;
  if (months != 0) days = addMonths(days, months);
  days += sign * <i64>load<i32>(interval + 4);
  return saturatingAdd(saturatingAdd(days * DAY_MICROS, time), sign * load<i64>(interval + 8));
}

/**
 * Keys and targets of RANGE bounds as u64 whose order is the order of the sorted rows: `keys[row]` for the
 * row, `targets[row]` for its key plus `sign × offset`, overflow clamped. `kind` says what the offset is:
 * of the key's type, days (i32, keys are dates) or an interval (keys become µs: `scale` µs a unit).
 */
export function windowRangeTargets(
  type: u32, values: usize, rows: u32, kind: u32, offsets: usize, sign: i64, scale: i64, descending: u32,
  keys: usize, targets: usize,
): void {
  const flip: u64 = descending != 0 ? ~(<u64>0) : 0;
  const width = widthOf(type);
  for (let row: u32 = 0; row < rows; row++) {
    const value = values + (<usize>row) * width;
    let key: u64 = 0;
    let target: u64 = 0;
    if (type == F64) {
      key = normalized<f64>(value);
      const sum = load<f64>(value) + <f64>sign * load<f64>(offsets + ((<usize>row) << 3));
      store<f64>(targets + ((<usize>row) << 3), sum);
      target = normalized<f64>(targets + ((<usize>row) << 3));
    } else if (type == F32) {
      key = normalized<f32>(value);
      const sum = load<f32>(value) + <f32>sign * load<f32>(offsets + ((<usize>row) << 2));
      store<f32>(targets + ((<usize>row) << 3), sum);
      target = normalized<f32>(targets + ((<usize>row) << 3));
    } else if (kind == SAME_TYPE || kind == DAYS) {
      const integer = integerKey(type, value);
      const offset = integerKey(kind == DAYS ? I32 : type, offsets + (<usize>row) * (kind == DAYS ? 4 : width));
      key = (<u64>integer) ^ SIGN;
      target = (<u64>saturatingAdd(integer, sign * offset)) ^ SIGN;
    } else {
      const micros = integerKey(type, value) * scale;
      key = (<u64>micros) ^ SIGN;
      target = (<u64>addInterval(micros, offsets + ((<usize>row) << 4), sign)) ^ SIGN;
    }
    store<u64>(keys + ((<usize>row) << 3), key ^ flip);
    store<u64>(targets + ((<usize>row) << 3), target ^ flip);
  }
}

/**
 * RANGE bounds by binary search: the first row of the partition whose key is at least the row's target, or
 * for an end above it. A row with a NULL key is bounded by its peers; NULL keys lie at one end of the
 * partition. Searches start where the last one ended, so that moving frames cost O(1) a row.
 */
export function windowBoundRange(
  partitionStart: usize, partitionEnd: usize, peerStart: usize, peerEnd: usize, validity: usize,
  keys: usize, targets: usize, isEnd: u32, rows: u32, out: usize,
): void {
  let hint: u32 = 0;
  let first: u32 = 0;
  let last: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    const start = at(partitionStart, row);
    if (row == start) {
      first = start;
      last = at(partitionEnd, row);
      while (first < last && !isValid(validity, first)) first = at(peerEnd, first);
      while (last > first && !isValid(validity, last - 1)) last = at(peerStart, last - 1);
      hint = first;
    }
    if (!isValid(validity, row)) {
      put(out, row, isEnd != 0 ? at(peerEnd, row) : at(peerStart, row));
      continue;
    }
    hint = search(keys, load<u64>(targets + ((<usize>row) << 3)), isEnd != 0, first, last, hint);
    put(out, row, hint);
  }
}

// @ts-ignore: decorator
@inline
function isBefore(keys: usize, row: u32, target: u64, isEnd: bool): bool {
  const key = load<u64>(keys + ((<usize>row) << 3));
  return isEnd ? key <= target : key < target;
}

/** Gallops from the hint towards the bound, then halves. */
function search(keys: usize, target: u64, isEnd: bool, first: u32, last: u32, hint: u32): u32 {
  let low = first;
  let high = last;
  let step: u32 = 1;
  if (hint < last && isBefore(keys, hint, target, isEnd)) {
    low = hint + 1;
    while (low + step <= last && isBefore(keys, low + step - 1, target, isEnd)) {
      low += step;
      step <<= 1;
    }
    high = min(last, low + step);
  } else {
    high = hint;
    while (high >= first + step && !isBefore(keys, high - step, target, isEnd)) {
      high -= step;
      step <<= 1;
    }
    low = high >= first + step ? high - step : first;
  }
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(keys, middle, target, isEnd)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A frame that would end before it starts becomes empty, at its start. */
export function windowClipFrames(starts: usize, ends: usize, rows: u32): void {
  for (let row: u32 = 0; row < rows; row++) {
    if (at(ends, row) < at(starts, row)) put(ends, row, at(starts, row));
  }
}

/**
 * The part of each frame before `gapStart[row]`, or from `gapEnd[row]` on: what EXCLUDE leaves. Pass 0 as
 * the bound that does not apply.
 */
export function windowCutFrames(
  starts: usize, ends: usize, gapStart: usize, gapEnd: usize, rows: u32, outStarts: usize, outEnds: usize,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    let start = at(starts, row);
    let end = at(ends, row);
    if (gapStart != 0) end = max(start, min(end, at(gapStart, row)));
    if (gapEnd != 0) start = min(end, max(start, at(gapEnd, row)));
    put(outStarts, row, start);
    put(outEnds, row, end);
  }
}
