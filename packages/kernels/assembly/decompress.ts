/**
 * Snappy and LZ4 blocks, decompressed from untrusted bytes into exactly `outEnd - out` bytes. The result
 * is 1, or 0 when the input is malformed or has another size.
 */

// @ts-ignore: decorator
@inline
function copyMatch(out: usize, distance: usize, length: usize): void {
  let from = out - distance;
  if (distance >= length) {
    memory.copy(out, from, length);
    return;
  }
  // Overlapping: the bytes repeat with the distance as period.
  const end = out + length;
  while (out < end) store<u8>(out++, load<u8>(from++));
}

/** Source: snappy format description, https://github.com/google/snappy/blob/main/format_description.txt */
export function snappyDecompress(at: usize, end: usize, out: usize, outEnd: usize): u32 {
  const start = out;
  let size: u64 = 0;
  let shift: u64 = 0;
  let byte: u32 = 128;
  while (byte >= 128) {
    if (at >= end || shift > 28) return 0;
    byte = load<u8>(at++);
    size |= (<u64>(byte & 127)) << shift;
    shift += 7;
  }
  if (size != <u64>(outEnd - out)) return 0;
  while (at < end) {
    const tag = <u32>load<u8>(at++);
    if ((tag & 3) == 0) {
      let length: usize = (tag >> 2) + 1;
      if (length > 60) {
        const bytes = length - 60;
        if (at + bytes > end) return 0;
        length = <usize>(load<u32>(at) & <u32>((<u64>1 << (<u64>bytes << 3)) - 1)) + 1;
        at += bytes;
      }
      if (length > end - at || length > outEnd - out) return 0;
      memory.copy(out, at, length);
      out += length;
      at += length;
      continue;
    }
    let length: usize;
    let distance: usize;
    if ((tag & 3) == 1) {
      if (at >= end) return 0;
      length = ((tag >> 2) & 7) + 4;
      distance = ((tag >> 5) << 8) | load<u8>(at);
      at += 1;
    } else if ((tag & 3) == 2) {
      if (at + 2 > end) return 0;
      length = (tag >> 2) + 1;
      distance = load<u16>(at);
      at += 2;
    } else {
      if (at + 4 > end) return 0;
      length = (tag >> 2) + 1;
      distance = load<u32>(at);
      at += 4;
    }
    if (distance == 0 || distance > out - start || length > outEnd - out) return 0;
    copyMatch(out, distance, length);
    out += length;
  }
  return u32(out == outEnd);
}

/** Source: LZ4 block format, https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md */
export function lz4Decompress(at: usize, end: usize, out: usize, outEnd: usize): u32 {
  const start = out;
  while (at < end) {
    const token = <u32>load<u8>(at++);
    let length: usize = token >> 4;
    if (length == 15) {
      let byte: usize = 255;
      while (byte == 255) {
        if (at >= end) return 0;
        byte = load<u8>(at++);
        length += byte;
      }
    }
    if (length > end - at || length > outEnd - out) return 0;
    memory.copy(out, at, length);
    out += length;
    at += length;
    // The last sequence has no match.
    if (at == end) break;
    if (at + 2 > end) return 0;
    const distance = <usize>load<u16>(at);
    at += 2;
    length = (token & 15) + 4;
    if ((token & 15) == 15) {
      let byte: usize = 255;
      while (byte == 255) {
        if (at >= end) return 0;
        byte = load<u8>(at++);
        length += byte;
      }
    }
    if (distance == 0 || distance > out - start || length > outEnd - out) return 0;
    copyMatch(out, distance, length);
    out += length;
  }
  return u32(out == outEnd);
}
