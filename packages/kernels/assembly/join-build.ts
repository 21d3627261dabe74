/** Filling join tables; join-layout.ts draws entries and tables. */

import {
  COMPACT, DIRECT, LIST, NONE, WIDE, firstSlot, hasCode, headOffset, regionOf, slotBytes,
} from './join-layout';

/** Entries of the matchable rows (0: all) among `count`, the first of which has id `firstId`. */
export function joinEntries(
  codes: usize, matchable: usize, count: u32, firstId: u32, entries: usize,
): u32 {
  let entry = entries;
  for (let row: u32 = 0; row < count; row++) {
    store<u64>(entry, load<u64>(codes + ((<usize>row) << 3)));
    store<u32>(entry + 8, firstId + row);
    entry += matchable == 0 ? 16 : (<usize>load<u8>(matchable + row)) << 4;
  }
  return <u32>((entry - entries) >> 4);
}

/** Groups entries by region, keeping their order; `ends[r]` becomes where region r ends in `out`. */
export function joinScatter(
  table: usize, entries: usize, count: u32, regions: u32, ends: usize, out: usize,
): void {
  const isDirect = load<u32>(table) == DIRECT;
  const shift = <u64>load<u32>(table + 16);
  const last = entries + ((<usize>count) << 4);
  memory.fill(ends, 0, (<usize>regions) << 2);
  for (let entry = entries; entry < last; entry += 16) {
    const end = ends + (regionOf(isDirect, shift, load<u64>(entry)) << 2);
    store<u32>(end, load<u32>(end) + 1);
  }
  let offset: u32 = 0;
  for (let region: usize = 0; region < <usize>regions; region++) {
    const size = load<u32>(ends + (region << 2));
    store<u32>(ends + (region << 2), offset);
    offset += size;
  }
  for (let entry = entries; entry < last; entry += 16) {
    const end = ends + (regionOf(isDirect, shift, load<u64>(entry)) << 2);
    const place = load<u32>(end);
    store<u32>(end, place + 1);
    v128.store(out + ((<usize>place) << 4), v128.load(entry));
  }
}

/**
 * Fills a region by its entries. Afterwards heads are entry numbers and entries are chained; the result is
 * the number of u32 that lists of rows with equal codes will take, 0 when no code occurs twice, or NONE
 * when the region has too few slots: of a hashed region one has to stay free.
 */
export function joinFillRegion(table: usize, region: u32, entries: usize, count: u32): u32 {
  const layout = load<u32>(table);
  if (layout == DIRECT) return fillRegion(DIRECT, table, region, entries, count);
  if (layout == COMPACT) return fillRegion(COMPACT, table, region, entries, count);
  return fillRegion(WIDE, table, region, entries, count);
}

// @ts-ignore: decorator
@inline
function fillRegion(layout: u32, table: usize, region: u32, entries: usize, count: u32): u32 {
  const slots = <usize>load<u32>(table + 4);
  const slotCount = <u64>load<u32>(table + 8);
  const regionBytes = <usize>load<u32>(table + 12) * slotBytes(layout);
  const regionStart = slots + <usize>region * regionBytes;
  const regionEnd = layout == DIRECT
    ? min(regionStart + regionBytes, slots + <usize>slotCount * 4)
    : regionStart + regionBytes;
  memory.fill(regionStart, 0xff, regionEnd - regionStart);
  let listWords: u32 = 0;
  let free: u32 = load<u32>(table + 12);
  // Backwards, so that chains, which grow at their heads, ascend.
  for (let number = count - 1; number != NONE; number--) {
    const entry = entries + ((<usize>number) << 4);
    const code = load<u64>(entry);
    let slot = slots + <usize>firstSlot(layout, slotCount, code) * slotBytes(layout);
    let head = load<u32>(slot + headOffset(layout));
    if (layout != DIRECT) {
      while (head != NONE && !hasCode(layout, slot, code)) {
        slot += slotBytes(layout);
        if (slot == regionEnd) slot = regionStart;
        head = load<u32>(slot + headOffset(layout));
      }
      if (layout == COMPACT) store<u32>(slot, <u32>code);
      else store<u64>(slot, code);
      free -= u32(head == NONE);
      if (free == 0) return NONE;
    }
    store<u32>(slot + headOffset(layout), number);
    store<u32>(entry + 12, head);
    if (head != NONE) listWords += load<u32>(entries + ((<usize>head) << 4) + 12) == NONE ? 3 : 1;
  }
  return listWords;
}

/** Turns a region's heads into row ids and lists, which are written to `lists`. */
export function joinFinishRegion(table: usize, region: u32, entries: usize, lists: usize): void {
  const layout = load<u32>(table);
  const slots = <usize>load<u32>(table + 4);
  const regionBytes = <usize>load<u32>(table + 12) * slotBytes(layout);
  let slot = slots + <usize>region * regionBytes;
  const regionEnd = min(slot + regionBytes, slots + <usize>load<u32>(table + 8) * slotBytes(layout));
  slot += headOffset(layout);
  for (; slot < regionEnd; slot += slotBytes(layout)) {
    const head = load<u32>(slot);
    if (head == NONE) continue;
    let entry = entries + ((<usize>head) << 4);
    let next = load<u32>(entry + 12);
    if (next == NONE) {
      store<u32>(slot, load<u32>(entry + 8));
      continue;
    }
    store<u32>(slot, LIST | <u32>(lists >> 2));
    const size = lists;
    lists += 4;
    store<u32>(lists, load<u32>(entry + 8));
    do {
      entry = entries + ((<usize>next) << 4);
      next = load<u32>(entry + 12);
      lists += 4;
      store<u32>(lists, load<u32>(entry + 8));
    } while (next != NONE);
    lists += 4;
    store<u32>(size, <u32>((lists - size) >> 2) - 1);
  }
}
