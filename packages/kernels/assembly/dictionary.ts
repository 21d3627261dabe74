/**
 * Dictionary encoding of references. A dictionary under construction is a record of u32 words:
 *
 *   0 entries so far      4 address of the entries' references (u64 each)
 *   1 most entries        5 address of the entries' hashes (u32 each)
 *   2 slots − 1           6 address at which the next entry's bytes are put, 0: bytes stay where they are
 *   3 address of slots    7 end of the room for bytes
 *
 * A slot is a u32: the number of an entry plus one, 0 when free. Slots are a power of two and at least
 * twice the entries, so that probing ends.
 */

import { equalBytes } from './compare';

const ENTRY_COUNT: usize = 0;
const MAX_ENTRIES: usize = 4;
const SLOT_MASK: usize = 8;
const SLOTS: usize = 12;
const ENTRIES: usize = 16;
const HASHES: usize = 20;
const NEXT_BYTE: usize = 24;
const END_BYTE: usize = 28;

/** Mixes the bytes of a string; reads up to 7 bytes beyond its end, which do not count. */
// @ts-ignore: decorator
@inline
function hashBytes(address: usize, length: u32): u32 {
  let hash: u64 = (<u64>length + 1) * 0x9e3779b97f4a7c15;
  let rest = length;
  while (rest >= 8) {
    hash = (hash ^ load<u64>(address)) * 0xff51afd7ed558ccd;
    hash ^= hash >> 32;
    address += 8;
    rest -= 8;
  }
  if (rest != 0) {
    const last = load<u64>(address) & (((<u64>1) << (rest << 3)) - 1);
    hash = (hash ^ last) * 0xff51afd7ed558ccd;
    hash ^= hash >> 32;
  }
  hash *= 0xc4ceb9fe1a85ec53;
  return <u32>(hash >> 32);
}

/**
 * Looks rows `from` … `count` up, adding unknown values, and stores their entry numbers (u32). NULL rows
 * get entry 0. Returns the first row not encoded: `count`, or less when the entries or the room for
 * bytes were full; the caller makes room and goes on, or gives up.
 */
export function dictionaryEncode(
  dictionary: usize, refs: usize, validity: usize, from: u32, count: u32, out: usize,
): u32 {
  const mask = load<u32>(dictionary, SLOT_MASK);
  const slots = <usize>load<u32>(dictionary, SLOTS);
  const entries = <usize>load<u32>(dictionary, ENTRIES);
  const hashes = <usize>load<u32>(dictionary, HASHES);
  const maxEntries = load<u32>(dictionary, MAX_ENTRIES);
  let entryCount = load<u32>(dictionary, ENTRY_COUNT);
  let row = from;
  // Equal neighbours are common in columns worth a dictionary: the last reference found is remembered.
  let lastRef: u64 = 0;
  let lastEntry: u32 = 0xffffffff;
  for (; row < count; row++) {
    const target = out + ((<usize>row) << 2);
    if (validity != 0 && ((load<u8>(validity + (row >> 3)) >> <u8>(row & 7)) & 1) == 0) {
      store<u32>(target, 0);
      continue;
    }
    const ref = load<u64>(refs + ((<usize>row) << 3));
    if (ref == lastRef && lastEntry != 0xffffffff) {
      store<u32>(target, lastEntry);
      continue;
    }
    const address = <usize>(<u32>ref);
    const length = <u32>(ref >> 32);
    const hash = hashBytes(address, length);
    let slot = hash & mask;
    let entry: u32 = 0;
    for (;;) {
      entry = load<u32>(slots + ((<usize>slot) << 2));
      if (entry == 0) break;
      entry -= 1;
      if (load<u32>(hashes + ((<usize>entry) << 2)) == hash) {
        if (equalBytes(load<u64>(entries + ((<usize>entry) << 3)), ref)) break;
      }
      slot = (slot + 1) & mask;
      entry = 0;
    }
    if (load<u32>(slots + ((<usize>slot) << 2)) == 0) {
      if (entryCount == maxEntries) break;
      let kept = ref;
      const next = load<u32>(dictionary, NEXT_BYTE);
      if (next != 0) {
        if (length > load<u32>(dictionary, END_BYTE) - next) break;
        memory.copy(next, address, length);
        store<u32>(dictionary, next + length, NEXT_BYTE);
        kept = (<u64>next) | ((<u64>length) << 32);
      }
      entry = entryCount++;
      store<u64>(entries + ((<usize>entry) << 3), kept);
      store<u32>(hashes + ((<usize>entry) << 2), hash);
      store<u32>(slots + ((<usize>slot) << 2), entry + 1);
    }
    store<u32>(target, entry);
    lastRef = ref;
    lastEntry = entry;
  }
  store<u32>(dictionary, entryCount, ENTRY_COUNT);
  return row;
}
