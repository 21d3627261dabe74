/**
 * Rows of groups brought together. Row numbers, group numbers and starts are u32; a list of rows may be 0,
 * which stands for all rows in ascending order. Segment i is the rows `starts[i] … starts[i + 1]` of a list.
 */

import { isValid } from './physical';

// @ts-ignore: decorator
@inline
function rowAt(rows: usize, position: u32): u32 {
  return rows == 0 ? position : load<u32>(rows + ((<usize>position) << 2));
}

/**
 * Orders a list of rows by a u32 each, below `keyCount`, keeping the order of equal ones; `starts`
 * (keyCount + 1) says where each key's rows begin.
 */
export function rowGroupSort(
  keys: usize, rows: usize, count: u32, keyCount: u32, starts: usize, out: usize,
): void {
  memory.fill(starts, 0, ((<usize>keyCount) + 1) << 2);
  for (let position: u32 = 0; position < count; position++) {
    const key = load<u32>(keys + ((<usize>rowAt(rows, position)) << 2));
    const counter = starts + ((<usize>key) << 2);
    store<u32>(counter, load<u32>(counter, 4) + 1, 4);
  }
  for (let key: u32 = 1; key <= keyCount; key++) {
    const at = starts + ((<usize>key) << 2);
    store<u32>(at, load<u32>(at) + load<u32>(at - 4));
  }
  // Placing moves each start to the next one's place.
  for (let position: u32 = 0; position < count; position++) {
    const row = rowAt(rows, position);
    const start = starts + ((<usize>load<u32>(keys + ((<usize>row) << 2))) << 2);
    const place = load<u32>(start);
    store<u32>(out + ((<usize>place) << 2), row);
    store<u32>(start, place + 1);
  }
  for (let key = keyCount; key > 0; key--) {
    const at = starts + ((<usize>key) << 2);
    store<u32>(at, load<u32>(at - 4));
  }
  store<u32>(starts, 0);
}

/**
 * Numbers groups in the order in which a list of rows meets them. `states` are the groups' addresses by
 * row number; the u32 there, zeroed at the start, gets the number plus one. `numbers` is by row number.
 */
export function rowGroupNumber(states: usize, rows: usize, count: u32, numbers: usize): u32 {
  let groups: u32 = 0;
  for (let position: u32 = 0; position < count; position++) {
    const at = (<usize>rowAt(rows, position)) << 2;
    const state = <usize>load<u32>(states + at);
    let number = load<u32>(state);
    if (number == 0) {
      number = ++groups;
      store<u32>(state, number);
    }
    store<u32>(numbers + at, number - 1);
  }
  return groups;
}

/** Entries by the number that rowGroupNumber left at `offset` of them. */
export function rowGroupEntries(entries: usize, count: u32, offset: u32, out: usize): void {
  const end = entries + ((<usize>count) << 2);
  for (; entries < end; entries += 4) {
    const entry = load<u32>(entries);
    const number = load<u32>(<usize>entry + offset) - 1;
    store<u32>(out + ((<usize>number) << 2), entry);
  }
}

/** `base + bytes × numbers[row]` for each row of a list. */
export function rowGroupAddresses(
  numbers: usize, rows: usize, count: u32, base: usize, bytes: u32, out: usize,
): void {
  for (let position: u32 = 0; position < count; position++) {
    const number = load<u32>(numbers + ((<usize>rowAt(rows, position)) << 2));
    store<u32>(out + ((<usize>position) << 2), <u32>base + number * bytes);
  }
}

/** Clears the byte of rows that are NULL. */
export function rowGroupKeepValid(validity: usize, count: u32, keep: usize): void {
  for (let row: u32 = 0; row < count; row++) {
    if (!isValid(validity, row)) store<u8>(keep + row, 0);
  }
}

/** Clears the byte of rows whose BOOLEAN is not true. */
export function rowGroupKeepTrue(values: usize, validity: usize, count: u32, keep: usize): void {
  for (let row: u32 = 0; row < count; row++) {
    if (load<u8>(values + row) == 0 || !isValid(validity, row)) store<u8>(keep + row, 0);
  }
}

/**
 * Clears the bytes of rows of a list whose state has been met before: u32 words, zeroed at the start,
 * at `states[position]`.
 */
export function rowGroupKeepFirst(states: usize, rows: usize, count: u32, keep: usize): void {
  for (let position: u32 = 0; position < count; position++) {
    const state = <usize>load<u32>(states + ((<usize>position) << 2));
    if (load<u32>(state) != 0) store<u8>(keep + rowAt(rows, position), 0);
    store<u32>(state, 1);
  }
}

/** The rows of segments whose byte is set, with the starts of what is left; returns how many. */
export function rowGroupSelect(
  keep: usize, rows: usize, starts: usize, segmentCount: u32, outRows: usize, outStarts: usize,
): u32 {
  let kept: u32 = 0;
  for (let segment: u32 = 0; segment < segmentCount; segment++) {
    const at = (<usize>segment) << 2;
    const end = load<u32>(starts + at, 4);
    store<u32>(outStarts + at, kept);
    for (let position = load<u32>(starts + at); position < end; position++) {
      const row = rowAt(rows, position);
      store<u32>(outRows + ((<usize>kept) << 2), row);
      kept += <u32>load<u8>(keep + row);
    }
  }
  store<u32>(outStarts + ((<usize>segmentCount) << 2), kept);
  return kept;
}

/**
 * Leaves empty segments out: `places[i]` becomes segment i's place among the others, or `none`.
 * `starts` is closed up; returns how many segments are left.
 */
export function rowGroupCloseUp(starts: usize, segmentCount: u32, none: u32, places: usize): u32 {
  let place: u32 = 0;
  for (let segment: u32 = 0; segment < segmentCount; segment++) {
    const at = (<usize>segment) << 2;
    const start = load<u32>(starts + at);
    const end = load<u32>(starts + at, 4);
    if (start == end) {
      store<u32>(places + at, none);
      continue;
    }
    store<u32>(places + at, place);
    store<u32>(starts + ((<usize>place) << 2), start);
    place++;
  }
  store<u32>(starts + ((<usize>place) << 2), load<u32>(starts + ((<usize>segmentCount) << 2)));
  return place;
}
