/** Looking codes up in join tables; join-layout.ts draws tables, heads and lists. */

import {
  COMPACT, DIRECT, LIST, NONE, WIDE, firstSlot, hasCode, headOffset, regionOf, slotBytes,
} from './join-layout';

/**
 * `heads[i]` of the row with `codes[i]`, NONE without one and where `matchable` (0: all) is 0.
 * `retries` is room for a u32 a row. Returns the number of rows with a head.
 */
export function joinProbe(
  table: usize, codes: usize, matchable: usize, count: u32, heads: usize, retries: usize,
): u32 {
  const layout = load<u32>(table);
  if (layout == DIRECT) return probeDirect(table, codes, matchable, count, heads);
  if (layout == COMPACT) return probeHashed(COMPACT, table, codes, matchable, count, heads, retries);
  return probeHashed(WIDE, table, codes, matchable, count, heads, retries);
}

function probeDirect(table: usize, codes: usize, matchable: usize, count: u32, heads: usize): u32 {
  const slots = <usize>load<u32>(table + 4);
  let matches: u32 = 0;
  if (matchable == 0) {
    for (let row: usize = 0; row < <usize>count; row++) {
      const head = load<u32>(slots + (<usize>load<u64>(codes + (row << 3)) << 2));
      store<u32>(heads + (row << 2), head);
      matches += u32(head != NONE);
    }
    return matches;
  }
  for (let row: usize = 0; row < <usize>count; row++) {
    let head = NONE;
    if (load<u8>(matchable + row)) {
      head = load<u32>(slots + (<usize>load<u64>(codes + (row << 3)) << 2));
      matches += u32(head != NONE);
    }
    store<u32>(heads + (row << 2), head);
  }
  return matches;
}

/**
 * First a loop that does nothing but touch each row's slot, so that many cache misses are under way at a
 * time; then one look per row without a branch on what is found; then the rows that met another code.
 */
// @ts-ignore: decorator
@inline
function probeHashed(
  layout: u32, table: usize, codes: usize, matchable: usize, count: u32, heads: usize, retries: usize,
): u32 {
  const slots = <usize>load<u32>(table + 4);
  const slotCount = <u64>load<u32>(table + 8);
  let touched: u32 = 0;
  for (let row: usize = 0; row < <usize>count; row++) {
    const code = load<u64>(codes + (row << 3));
    const slot = slots + <usize>firstSlot(layout, slotCount, code) * slotBytes(layout);
    touched += load<u32>(slot);
    store<u32>(heads + (row << 2), <u32>slot);
  }
  // Keeps the loads alive; the place is overwritten by the first retry.
  store<u32>(retries, touched);
  let matches: u32 = 0;
  let retry = retries;
  for (let row: usize = 0; row < <usize>count; row++) {
    const code = load<u64>(codes + (row << 3));
    const slot = <usize>load<u32>(heads + (row << 2));
    const head = load<u32>(slot + headOffset(layout));
    const wanted = matchable == 0 ? 1 : <u32>load<u8>(matchable + row);
    const hit = u32(hasCode(layout, slot, code)) & u32(head != NONE) & wanted;
    store<u32>(heads + (row << 2), head | (hit - 1));
    store<u32>(retry, <u32>row);
    matches += hit;
    retry += <usize>(u32(head != NONE) & (hit ^ 1) & wanted) << 2;
  }
  const regionSlots = <u64>load<u32>(table + 12);
  const regionShift = <u64>load<u32>(table + 16);
  for (let at = retries; at < retry; at += 4) {
    const row = <usize>load<u32>(at);
    const code = load<u64>(codes + (row << 3));
    const region = <u64>regionOf(false, regionShift, code);
    const regionStart = slots + <usize>(region * regionSlots) * slotBytes(layout);
    const regionEnd = regionStart + <usize>regionSlots * slotBytes(layout);
    let slot = slots + <usize>firstSlot(layout, slotCount, code) * slotBytes(layout);
    let head: u32;
    do {
      slot += slotBytes(layout);
      if (slot == regionEnd) slot = regionStart;
      head = load<u32>(slot + headOffset(layout));
    } while (head != NONE && !hasCode(layout, slot, code));
    store<u32>(heads + (row << 2), head);
    matches += u32(head != NONE);
  }
  return matches;
}

/**
 * Pairs of a table without lists: the rows that have a head, and their heads. Returns how many.
 * `probeRows` has room for `count`; `buildRows` may be `heads`.
 */
export function joinPairs(heads: usize, count: u32, probeRows: usize, buildRows: usize): u32 {
  let pairs: usize = 0;
  for (let row: usize = 0; row < <usize>count; row++) {
    const head = load<u32>(heads + (row << 2));
    store<u32>(probeRows + (pairs << 2), <u32>row);
    store<u32>(buildRows + (pairs << 2), head);
    pairs += usize(head != NONE);
  }
  return <u32>pairs;
}

/**
 * The next pairs, at most `capacity`, in the order of probe rows and then of build rows; with `outer`, a
 * row without a head makes a pair with NONE. `cursor` (u32 row, u32 place in its list) starts zeroed.
 */
export function joinExpand(
  heads: usize, count: u32, outer: u32, cursor: usize, capacity: u32, probeRows: usize, buildRows: usize,
): u32 {
  let row = load<u32>(cursor);
  let place = load<u32>(cursor + 4);
  let pairs: u32 = 0;
  for (; row < count && pairs < capacity; row++) {
    const head = load<u32>(heads + ((<usize>row) << 2));
    const out = (<usize>pairs) << 2;
    if (head == NONE || (head & LIST) == 0) {
      store<u32>(probeRows + out, row);
      store<u32>(buildRows + out, head);
      pairs += u32(head != NONE) | outer;
      continue;
    }
    const list = (<usize>head) << 2;
    const size = load<u32>(list);
    const taken = min(size - place, capacity - pairs);
    memory.copy(buildRows + out, list + 4 + ((<usize>place) << 2), (<usize>taken) << 2);
    for (let i: usize = 0; i < <usize>taken; i++) store<u32>(probeRows + out + (i << 2), row);
    pairs += taken;
    place += taken;
    if (place < size) break;
    place = 0;
  }
  store<u32>(cursor, row);
  store<u32>(cursor + 4, place);
  return pairs;
}
