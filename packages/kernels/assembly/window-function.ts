/**
 * Window functions over the rows of sorted partitions. All row arrays are u32, one entry a row, holding
 * row numbers: partition and peer group of a row as [start, end), its frame likewise.
 */

const NONE: u32 = 0xffffffff;

// @ts-ignore: decorator
@inline
function at(rows: usize, row: u32): u32 {
  return load<u32>(rows + ((<usize>row) << 2));
}

// @ts-ignore: decorator
@inline
function put<T>(out: usize, row: u32, value: T): void {
  store<T>(out + (<usize>row) * sizeof<T>(), value);
}

export function windowRowNumber(partitionStart: usize, rows: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) put<u64>(out, row, row - at(partitionStart, row) + 1);
}

export function windowRank(partitionStart: usize, peerStart: usize, rows: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    put<u64>(out, row, at(peerStart, row) - at(partitionStart, row) + 1);
  }
}

export function windowDenseRank(partitionStart: usize, peerStart: usize, rows: u32, out: usize): void {
  let rank: u64 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    if (row == at(partitionStart, row)) rank = 1;
    else if (row == at(peerStart, row)) rank++;
    put<u64>(out, row, rank);
  }
}

export function windowPercentRank(
  partitionStart: usize,
  partitionEnd: usize,
  peerStart: usize,
  rows: u32,
  out: usize,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    const start = at(partitionStart, row);
    const others = at(partitionEnd, row) - start - 1;
    const before = at(peerStart, row) - start;
    put<f64>(out, row, others == 0 ? 0 : <f64>before / <f64>others);
  }
}

export function windowCumeDist(
  partitionStart: usize,
  partitionEnd: usize,
  peerEnd: usize,
  rows: u32,
  out: usize,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    const start = at(partitionStart, row);
    const size = at(partitionEnd, row) - start;
    put<f64>(out, row, <f64>(at(peerEnd, row) - start) / <f64>size);
  }
}

/** Buckets 1 … k, the first `size mod k` one row larger. Every `buckets[row]` is positive. */
export function windowNtile(
  partitionStart: usize,
  partitionEnd: usize,
  buckets: usize,
  rows: u32,
  out: usize,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    const start = at(partitionStart, row);
    const size: u64 = at(partitionEnd, row) - start;
    const position: u64 = row - start;
    const k = load<u64>(buckets + ((<usize>row) << 3));
    const small = size / k;
    const larger = size % k;
    // The first `larger` buckets hold small + 1 rows; with k above size, small is 0 and they are all.
    const inLarger = larger * (small + 1);
    put<u64>(
      out,
      row,
      position < inLarger ? position / (small + 1) + 1 : larger + (position - inLarger) / small + 1,
    );
  }
}

/**
 * Numbers the rows whose bit is set: `positions` receives them in order, `before[row]` how many come
 * before the row; `before` has `rows + 1` entries. Validity 0: all rows. Returns their number.
 */
export function windowValidRows(validity: usize, rows: u32, positions: usize, before: usize): u32 {
  let count: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    put<u32>(before, row, count);
    if (validity == 0 || ((load<u8>(validity + (row >> 3)) >> (<u8>(row & 7))) & 1) != 0) {
      put<u32>(positions, count, row);
      count++;
    }
  }
  put<u32>(before, rows, count);
  return count;
}

/**
 * The row `offset` rows before (`sign` −1) or after (1) each row within its partition, NONE outside.
 *
 * With `before` (see windowValidRows) only rows that it numbers count; 0: all rows. `offsets` is i64 a
 * row; what lies under a NULL offset does not matter, the caller clears it.
 */
export function windowShift(
  partitionStart: usize,
  partitionEnd: usize,
  offsets: usize,
  sign: i64,
  positions: usize,
  before: usize,
  rows: u32,
  out: usize,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    const offset = load<i64>(offsets + ((<usize>row) << 3));
    const start = at(partitionStart, row);
    const end = at(partitionEnd, row);
    let target: u32 = NONE;
    // Distances beyond the rows there are cannot hit, and their sum could overflow.
    if (offset <= <i64>rows && offset >= -(<i64>rows)) {
      const distance = sign * offset;
      if (before == 0) {
        const wanted = <i64>row + distance;
        if (wanted >= <i64>start && wanted < <i64>end) target = <u32>wanted;
      } else if (distance == 0) {
        target = row;
      } else {
        const numbered: i64 = at(before, row);
        const counts: i64 = <i64>at(before, row + 1) - numbered;
        const wanted = distance < 0 ? numbered + distance : numbered + counts + distance - 1;
        if (wanted >= <i64>at(before, start) && wanted < <i64>at(before, end)) {
          target = at(positions, <u32>wanted);
        }
      }
    }
    put<u32>(out, row, target);
  }
}

/**
 * The k-th row (from 1) of each frame, from its end when `fromLast`. A frame in parts is asked part by part,
 * the last one first when `fromLast`: `out` stays where a part is too short, and its k falls by the part's
 * rows; it becomes 0 once the row is found.
 */
export function windowNth(
  frameStart: usize,
  frameEnd: usize,
  ks: usize,
  fromLast: bool,
  positions: usize,
  before: usize,
  rows: u32,
  out: usize,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    const k = load<i64>(ks + ((<usize>row) << 3));
    if (k < 1) continue;
    let start = at(frameStart, row);
    let end = at(frameEnd, row);
    if (start >= end) continue;
    if (before != 0) {
      start = at(before, start);
      end = at(before, end);
    }
    const size = <i64>(end - start);
    if (k > size) {
      put<i64>(ks, row, k - size);
      continue;
    }
    const target = fromLast ? end - <u32>k : start + <u32>k - 1;
    put<u32>(out, row, before == 0 ? target : at(positions, target));
    put<i64>(ks, row, 0);
  }
}
