/**
 * Zstandard frames, decompressed from untrusted bytes. Source: RFC 8878; section numbers below are its.
 *
 * Scratch memory, from `scratch` on:
 *
 *        0  literals of a block, 131,072 bytes and room to copy whole words
 *   131136  Huffman table: u16 an entry, symbol in the low byte, bits in the high one; 2048 entries
 *   135232  FSE tables: u32 an entry, 512 each, of literal lengths, match lengths, offsets
 *   141376  FSE table of Huffman weights: 64 entries
 *   141632  Huffman weights, 256 bytes
 *   141888  counts and positions while tables are built: 512 u16, then 64 u32
 *
 * An FSE entry holds the symbol (8 bits), the number of bits (8 bits) and the next state's base (16 bits).
 */

const MAGIC: u32 = 0xfd2fb528;
const BLOCK_LIMIT: u32 = 131072;

const HUFFMAN: usize = 131136;
const LITERAL_LENGTHS: usize = 135232;
const MATCH_LENGTHS: usize = 137280;
const OFFSETS: usize = 139328;
const WEIGHT_TABLE: usize = 141376;
const WEIGHTS: usize = 141632;
const COUNTS: usize = 141888;
const RANKS: usize = 142912;

/** Bytes of scratch that {@link zstdDecompress} needs. */
export function zstdScratchBytes(): u32 {
  return 143360;
}

// State of one call; a module is one thread's.
let scratch: usize = 0;
let failed: bool = false;
let huffmanBits: u32 = 0;
let literalLengthBits: u32 = 0;
let matchLengthBits: u32 = 0;
let offsetBits: u32 = 0;
let repeat1: usize = 1;
let repeat2: usize = 4;
let repeat3: usize = 8;
let literalEnd: usize = 0;

function fail(): usize {
  failed = true;
  return 0;
}

// Bits are read backwards: from the last byte's highest set bit, which is a marker, to the first byte.
let bitsStart: usize = 0;
/** Position of the next bit to read plus one, counted from `bitsStart`; negative: overrun. */
let bitsLeft: i64 = 0;

function openBits(start: usize, end: usize): void {
  bitsStart = start;
  if (end <= start) {
    fail();
    return;
  }
  const last = <u32>load<u8>(end - 1);
  if (last == 0) {
    fail();
    return;
  }
  bitsLeft = <i64>(end - start) * 8 - <i64>(clz(last) - 24) - 1;
}

/** The next `count` ≤ 56 bits; zeros beyond the start. */
// @ts-ignore: decorator
@inline
function peekBits(count: u32): u64 {
  const from = bitsLeft - <i64>count;
  if (from >= 0) {
    const word = load<u64>(bitsStart + <usize>(from >> 3)) >> <u64>(from & 7);
    return word & (((<u64>1) << count) - 1);
  }
  // Fewer bits than asked for are left: they are the high ones of the result.
  if (bitsLeft <= 0) return 0;
  const left = <u64>bitsLeft;
  return (load<u64>(bitsStart) & (((<u64>1) << left) - 1)) << <u64>(-from);
}

// @ts-ignore: decorator
@inline
function readBits(count: u32): u64 {
  const value = peekBits(count);
  bitsLeft -= count;
  return value;
}

/**
 * Reads a distribution (4.1.1) and builds its table; returns the position behind it. `maxBits` is the
 * largest accuracy allowed, `maxSymbol` the largest symbol. The accuracy is left in `tableBits`.
 */
let tableBits: u32 = 0;

function readFseTable(at: usize, end: usize, table: usize, maxBits: u32, maxSymbol: u32): usize {
  if (at >= end) return fail();
  let bit: u64 = 0;
  const available = <u64>(end - at) * 8;
  const accuracy = (<u32>load<u8>(at) & 15) + 5;
  bit = 4;
  if (accuracy > maxBits) return fail();
  const counts = scratch + COUNTS;
  let remaining: i32 = (1 << accuracy) + 1;
  let symbol: u32 = 0;
  while (remaining > 1 && symbol <= maxSymbol) {
    // Values up to `remaining`, the smaller of which take one bit less.
    const width = <u64>(32 - clz(<u32>remaining));
    if (bit + width > available + 7) return fail();
    const word = <u32>(load<u64>(at + <usize>(bit >> 3)) >> (bit & 7));
    const low = (<u32>1 << <u32>(width - 1)) - 1;
    const threshold = (<u32>1 << <u32>width) - 1 - <u32>remaining;
    let value = word & ((<u32>1 << <u32>width) - 1);
    if ((value & low) < threshold) {
      value &= low;
      bit += width - 1;
    } else {
      if (value > low) value -= threshold;
      bit += width;
    }
    const probability = <i32>value - 1;
    store<i16>(counts + (symbol << 1), <i16>probability);
    symbol++;
    remaining -= probability < 0 ? -probability : probability;
    if (probability == 0) {
      // Runs of zeros: two bits a time, three meaning that more follow.
      while (true) {
        if (bit + 2 > available) return fail();
        const zeros = <u32>(load<u64>(at + <usize>(bit >> 3)) >> (bit & 7)) & 3;
        bit += 2;
        for (let i: u32 = 0; i < zeros && symbol <= maxSymbol; i++) {
          store<i16>(counts + (symbol << 1), 0);
          symbol++;
        }
        if (zeros != 3) break;
      }
    }
  }
  if (remaining != 1 || bit > available) return fail();
  buildFseTable(table, accuracy, symbol);
  tableBits = accuracy;
  return at + <usize>((bit + 7) >> 3);
}

/** Builds a table from the probabilities in the scratch's counts (4.1.1). */
function buildFseTable(table: usize, accuracy: u32, symbols: u32): void {
  const size = <u32>1 << accuracy;
  const counts = scratch + COUNTS;
  let high = size;
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    if (load<i16>(counts + (symbol << 1)) == -1) {
      high--;
      store<u32>(table + (high << 2), symbol);
      store<i16>(counts + (symbol << 1), 1);
    }
  }
  const step = (size >> 1) + (size >> 3) + 3;
  const mask = size - 1;
  // Symbols that stand at the end are placed; the others are spread over the rest.
  let position: u32 = 0;
  const placedFrom = high;
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    let count = <i32>load<i16>(counts + (symbol << 1));
    if (count <= 0) continue;
    if (isPlaced(table, placedFrom, size, symbol)) continue;
    for (let i: i32 = 0; i < count; i++) {
      store<u32>(table + (position << 2), symbol);
      do {
        position = (position + step) & mask;
      } while (position >= placedFrom);
    }
  }
  for (let state: u32 = 0; state < size; state++) {
    const symbol = load<u32>(table + (state << 2)) & 255;
    const next = <u32>load<u16>(counts + (symbol << 1));
    store<u16>(counts + (symbol << 1), <u16>(next + 1));
    const bits = accuracy - (31 - clz(next));
    const base = (next << bits) - size;
    store<u32>(table + (state << 2), symbol | (bits << 8) | (base << 16));
  }
}

function isPlaced(table: usize, from: u32, size: u32, symbol: u32): bool {
  for (let state = from; state < size; state++) if (load<u32>(table + (state << 2)) == symbol) return true;
  return false;
}

/** A table of one symbol, which needs no bits. */
function buildRleTable(table: usize, symbol: u32): void {
  store<u32>(table, symbol);
}

/** Reads the description of a Huffman tree (4.2.1); returns the position behind it. */
function readHuffmanTree(at: usize, end: usize): usize {
  if (at >= end) return fail();
  const header = <u32>load<u8>(at++);
  const weights = scratch + WEIGHTS;
  let count: u32 = 0;
  if (header >= 128) {
    count = header - 127;
    if (at + ((count + 1) >> 1) > end) return fail();
    for (let i: u32 = 0; i < count; i++) {
      const byte = load<u8>(at + (i >> 1));
      store<u8>(weights + i, i & 1 ? byte & 15 : byte >> 4);
    }
    at += (count + 1) >> 1;
  } else {
    const stop = at + header;
    if (stop > end) return fail();
    const table = scratch + WEIGHT_TABLE;
    const stream = readFseTable(at, stop, table, 6, 255);
    if (failed) return 0;
    const accuracy = tableBits;
    openBits(stream, stop);
    if (failed) return 0;
    // Two states take turns until the bits are used up.
    let state1 = <u32>readBits(accuracy);
    let state2 = <u32>readBits(accuracy);
    while (true) {
      if (count > 253) return fail();
      const entry1 = load<u32>(table + (state1 << 2));
      store<u8>(weights + count++, <u8>entry1);
      const bits1 = (entry1 >> 8) & 255;
      if (bitsLeft < <i64>bits1) {
        store<u8>(weights + count++, <u8>load<u32>(table + (state2 << 2)));
        break;
      }
      state1 = (entry1 >> 16) + <u32>readBits(bits1);
      const entry2 = load<u32>(table + (state2 << 2));
      store<u8>(weights + count++, <u8>entry2);
      const bits2 = (entry2 >> 8) & 255;
      if (bitsLeft < <i64>bits2) {
        store<u8>(weights + count++, <u8>load<u32>(table + (state1 << 2)));
        break;
      }
      state2 = (entry2 >> 16) + <u32>readBits(bits2);
    }
    at = stop;
  }
  buildHuffmanTable(count);
  return at;
}

/** Builds the decoding table from weights (4.2.1.3); the last symbol's weight follows from the others. */
function buildHuffmanTable(count: u32): void {
  const weights = scratch + WEIGHTS;
  let total: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const weight = <u32>load<u8>(weights + i);
    if (weight > 11) {
      fail();
      return;
    }
    if (weight != 0) total += 1 << (weight - 1);
  }
  if (total == 0) {
    fail();
    return;
  }
  const bits: u32 = 32 - clz(total);
  const rest = (<u32>1 << bits) - total;
  if (bits > 11 || popcnt(rest) != 1) {
    fail();
    return;
  }
  store<u8>(weights + count++, <u8>(32 - clz(rest)));
  huffmanBits = bits;
  const ranks = scratch + RANKS;
  memory.fill(ranks, 0, 64);
  for (let i: u32 = 0; i < count; i++) {
    const weight = <u32>load<u8>(weights + i);
    store<u32>(ranks + (weight << 2), load<u32>(ranks + (weight << 2)) + 1);
  }
  // Codes of small weights, which are long, come first.
  let start: u32 = 0;
  for (let weight: u32 = 1; weight <= bits; weight++) {
    const symbols = load<u32>(ranks + (weight << 2));
    store<u32>(ranks + (weight << 2), start);
    start += symbols << (weight - 1);
  }
  if (start != (<u32>1 << bits)) {
    fail();
    return;
  }
  for (let i: u32 = 0; i < count; i++) {
    const weight = <u32>load<u8>(weights + i);
    if (weight == 0) continue;
    const entries = <u32>1 << (weight - 1);
    const first = load<u32>(ranks + (weight << 2));
    store<u32>(ranks + (weight << 2), first + entries);
    const entry = <u16>(i | ((bits + 1 - weight) << 8));
    for (let j: u32 = 0; j < entries; j++) {
      store<u16>(scratch + HUFFMAN + ((<usize>(first + j)) << 1), entry);
    }
  }
}

/** Decodes one stream of literals to `out` … `outEnd` (4.2.2). */
function readHuffmanStream(at: usize, end: usize, out: usize, outEnd: usize): void {
  openBits(at, end);
  if (failed) return;
  const bits = huffmanBits;
  const table = scratch + HUFFMAN;
  while (out < outEnd) {
    const entry = <u32>load<u16>(table + (<usize>peekBits(bits) << 1));
    bitsLeft -= entry >> 8;
    store<u8>(out++, <u8>entry);
  }
  if (bitsLeft != 0) fail();
}

/** Reads the literals section (3.1.1.3.1); literals come to lie at the start of the scratch. */
function readLiterals(at: usize, end: usize): usize {
  if (at + 1 > end) return fail();
  const header = load<u64>(at);
  const type = <u32>header & 3;
  const format = <u32>(header >> 2) & 3;
  if (type < 2) {
    const headerBytes: usize = (format & 1) == 0 ? 1 : format == 1 ? 2 : 3;
    const size = (format & 1) == 0 ? (<u32>header >> 3) & 31 : (<u32>header >> 4) & (format == 1 ? 0xfff : 0xfffff);
    at += headerBytes;
    if (size > BLOCK_LIMIT || at > end) return fail();
    if (type == 0) {
      if (size > <u32>(end - at)) return fail();
      memory.copy(scratch, at, size);
      at += size;
    } else {
      if (at >= end) return fail();
      memory.fill(scratch, load<u8>(at), size);
      at++;
    }
    literalEnd = scratch + size;
    return at;
  }
  const sizeBits: u64 = format < 2 ? 10 : format == 2 ? 14 : 18;
  const sizeMask = ((<u64>1) << sizeBits) - 1;
  const size = <u32>((header >> 4) & sizeMask);
  const compressed = <usize>((header >> (4 + sizeBits)) & sizeMask);
  at += <usize>((4 + 2 * sizeBits) >> 3);
  const stop = at + compressed;
  if (at > end || compressed > end - at || size > BLOCK_LIMIT) return fail();
  if (type == 2) at = readHuffmanTree(at, stop);
  else if (huffmanBits == 0) return fail();
  if (failed) return 0;
  literalEnd = scratch + size;
  if (format == 0) {
    readHuffmanStream(at, stop, scratch, literalEnd);
    return stop;
  }
  // Four streams, the sizes of the first three ahead.
  if (at + 6 > stop) return fail();
  const end1 = at + 6 + load<u16>(at);
  const end2 = end1 + load<u16>(at, 2);
  const end3 = end2 + load<u16>(at, 4);
  const part = (<usize>size + 3) >> 2;
  if (end3 >= stop || part * 3 > <usize>size) return fail();
  readHuffmanStream(at + 6, end1, scratch, scratch + part);
  readHuffmanStream(end1, end2, scratch + part, scratch + 2 * part);
  readHuffmanStream(end2, end3, scratch + 2 * part, scratch + 3 * part);
  readHuffmanStream(end3, stop, scratch + 3 * part, literalEnd);
  return stop;
}

// Default distributions (appendix A and 3.1.1.3.2.2), symbol by symbol.
const DEFAULT_LITERAL_LENGTHS = memory.data<i16>([
  4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1,
]);
const DEFAULT_MATCH_LENGTHS = memory.data<i16>([
  1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
  1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1,
]);
const DEFAULT_OFFSETS = memory.data<i16>([
  1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1,
]);

// Bases and extra bits of the codes of lengths (3.1.1.3.2.1.1).
const LITERAL_BASES = memory.data<u32>([
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 22, 24, 28, 32, 40, 48, 64, 128, 256, 512, 1024,
  2048, 4096, 8192, 16384, 32768, 65536,
]);
const LITERAL_EXTRA = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
]);
const MATCH_BASES = memory.data<u32>([
  3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33,
  34, 35, 37, 39, 41, 43, 47, 51, 59, 67, 83, 99, 131, 259, 515, 1027, 2051, 4099, 8195, 16387, 32771, 65539,
]);
const MATCH_EXTRA = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3,
  3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
]);

/** Prepares one of the three tables by its mode (3.1.1.3.2.1); returns the position behind its data. */
function readSequenceTable(
  mode: u32, at: usize, end: usize, table: usize, maxBits: u32, maxSymbol: u32,
  defaults: usize, defaultBits: u32, defaultSymbols: u32,
): usize {
  if (mode == 0) {
    memory.copy(scratch + COUNTS, defaults, defaultSymbols << 1);
    buildFseTable(table, defaultBits, defaultSymbols);
    tableBits = defaultBits;
    return at;
  }
  if (mode == 1) {
    if (at >= end || load<u8>(at) > maxSymbol) return fail();
    buildRleTable(table, load<u8>(at));
    tableBits = 0;
    return at + 1;
  }
  return readFseTable(at, end, table, maxBits, maxSymbol);
}

const NO_TABLE: u32 = 255;

/** Reads the sequences of a block and carries them out (3.1.1.3.2, 3.1.1.4); returns the end of the output. */
function runSequences(at: usize, end: usize, out: usize, outStart: usize, outEnd: usize): usize {
  if (at >= end) return fail();
  let literal = scratch;
  let count = <u32>load<u8>(at++);
  if (count >= 128) {
    if (count < 255) {
      if (at >= end) return fail();
      count = ((count - 128) << 8) + load<u8>(at++);
    } else {
      if (at + 2 > end) return fail();
      count = <u32>load<u16>(at) + 0x7f00;
      at += 2;
    }
  }
  if (count != 0) {
    if (at >= end) return fail();
    const modes = <u32>load<u8>(at++);
    if (modes & 3) return fail();
    if ((modes >> 6) != 3) {
      at = readSequenceTable(modes >> 6, at, end, scratch + LITERAL_LENGTHS, 9, 35, DEFAULT_LITERAL_LENGTHS, 6, 36);
      literalLengthBits = tableBits;
    }
    if (failed) return 0;
    if (((modes >> 4) & 3) != 3) {
      at = readSequenceTable((modes >> 4) & 3, at, end, scratch + OFFSETS, 8, 31, DEFAULT_OFFSETS, 5, 29);
      offsetBits = tableBits;
    }
    if (failed) return 0;
    if (((modes >> 2) & 3) != 3) {
      at = readSequenceTable((modes >> 2) & 3, at, end, scratch + MATCH_LENGTHS, 9, 52, DEFAULT_MATCH_LENGTHS, 6, 53);
      matchLengthBits = tableBits;
    }
    if (failed) return 0;
    if (literalLengthBits == NO_TABLE || offsetBits == NO_TABLE || matchLengthBits == NO_TABLE) return fail();
    openBits(at, end);
    if (failed) return 0;
    let literalState = <u32>readBits(literalLengthBits);
    let offsetState = <u32>readBits(offsetBits);
    let matchState = <u32>readBits(matchLengthBits);
    for (let i: u32 = 0; i < count; i++) {
      const literalEntry = load<u32>(scratch + LITERAL_LENGTHS + (literalState << 2));
      const offsetEntry = load<u32>(scratch + OFFSETS + (offsetState << 2));
      const matchEntry = load<u32>(scratch + MATCH_LENGTHS + (matchState << 2));
      const offsetCode = offsetEntry & 255;
      const matchCode = matchEntry & 255;
      const literalCode = literalEntry & 255;
      const offsetValue = ((<u64>1) << offsetCode) + readBits(offsetCode);
      const matchLength =
        <usize>load<u32>(MATCH_BASES + (matchCode << 2)) + <usize>readBits(load<u8>(MATCH_EXTRA + matchCode));
      const literalLength =
        <usize>load<u32>(LITERAL_BASES + (literalCode << 2)) + <usize>readBits(load<u8>(LITERAL_EXTRA + literalCode));
      if (i + 1 < count) {
        literalState = (literalEntry >> 16) + <u32>readBits((literalEntry >> 8) & 255);
        matchState = (matchEntry >> 16) + <u32>readBits((matchEntry >> 8) & 255);
        offsetState = (offsetEntry >> 16) + <u32>readBits((offsetEntry >> 8) & 255);
      }
      if (bitsLeft < 0) return fail();
      const offset = nextOffset(offsetValue, literalLength);
      if (literalLength > literalEnd - literal || literalLength + matchLength > outEnd - out) return fail();
      memory.copy(out, literal, literalLength);
      out += literalLength;
      literal += literalLength;
      if (offset == 0 || offset > out - outStart) return fail();
      let from = out - offset;
      if (offset >= matchLength) {
        memory.copy(out, from, matchLength);
        out += matchLength;
      } else {
        const stop = out + matchLength;
        while (out < stop) store<u8>(out++, load<u8>(from++));
      }
    }
    if (bitsLeft != 0) return fail();
  }
  const rest = literalEnd - literal;
  if (rest > outEnd - out) return fail();
  memory.copy(out, literal, rest);
  return out + rest;
}

/** The offset that an offset value means, which may be one of the last three (3.1.1.5). */
function nextOffset(value: u64, literalLength: usize): usize {
  if (value > 3) {
    if (value > 0xffffffff) return 0;
    repeat3 = repeat2;
    repeat2 = repeat1;
    repeat1 = <usize>(value - 3);
    return repeat1;
  }
  const index = <u32>value - 1 + u32(literalLength == 0);
  if (index == 0) return repeat1;
  let offset: usize;
  if (index == 1) {
    offset = repeat2;
  } else {
    offset = index == 2 ? repeat3 : repeat1 - 1;
    repeat3 = repeat2;
  }
  repeat2 = repeat1;
  repeat1 = offset;
  return offset;
}

/**
 * Decompresses one or more frames into exactly `outEnd - out` bytes. Checksums are not compared. Returns
 * 1, or 0 when the input is malformed, needs a dictionary, or has another size.
 */
export function zstdDecompress(at: usize, end: usize, out: usize, outEnd: usize, scratchAt: usize): u32 {
  scratch = scratchAt;
  failed = false;
  while (at < end) {
    if (at + 5 > end) return 0;
    const magic = load<u32>(at);
    at += 4;
    if ((magic & 0xfffffff0) == 0x184d2a50) {
      // A skippable frame.
      if (at + 4 > end || load<u32>(at) > <u32>(end - at - 4)) return 0;
      at += 4 + load<u32>(at);
      continue;
    }
    if (magic != MAGIC) return 0;
    const descriptor = <u32>load<u8>(at++);
    if (descriptor & 8) return 0;
    const single = (descriptor >> 5) & 1;
    if (!single) at++;
    const dictionaryFlag = descriptor & 3;
    const dictionaryBytes: usize = dictionaryFlag == 3 ? 4 : dictionaryFlag;
    for (let i: usize = 0; i < dictionaryBytes; i++) if (at + i >= end || load<u8>(at + i) != 0) return 0;
    at += dictionaryBytes;
    const sizeFlag = descriptor >> 6;
    at += sizeFlag == 0 ? single : <u32>1 << sizeFlag;
    const frameStart = out;
    huffmanBits = 0;
    literalLengthBits = NO_TABLE;
    matchLengthBits = NO_TABLE;
    offsetBits = NO_TABLE;
    repeat1 = 1;
    repeat2 = 4;
    repeat3 = 8;
    let last: u32 = 0;
    while (last == 0) {
      if (at + 3 > end) return 0;
      const header = <u32>load<u16>(at) | (<u32>load<u8>(at, 2) << 16);
      at += 3;
      last = header & 1;
      const type = (header >> 1) & 3;
      const size = header >> 3;
      if (type == 1) {
        if (at >= end || size > <u32>(outEnd - out)) return 0;
        memory.fill(out, load<u8>(at), size);
        out += size;
        at++;
        continue;
      }
      if (type == 3 || size > <u32>(end - at)) return 0;
      if (type == 0) {
        if (size > <u32>(outEnd - out)) return 0;
        memory.copy(out, at, size);
        out += size;
      } else {
        const sequences = readLiterals(at, at + size);
        if (failed) return 0;
        out = runSequences(sequences, at + size, out, frameStart, outEnd);
        if (failed) return 0;
      }
      at += size;
    }
    if (descriptor & 4) at += 4;
    if (at > end) return 0;
  }
  return u32(out == outEnd);
}
