/**
 * How many rows an aggregate has to take in or give back when it follows frames (u32 starts and ends,
 * half-open) from row to row: a frame that only grows at its end is extended; with `slides`, one that has
 * moved on gives back rows at its start, when that is less than starting anew; others start anew.
 */
export function frameCost(starts: usize, ends: usize, rows: u32, slides: u32): f64 {
  let total: u64 = 0;
  let currentStart: u32 = 0;
  let currentEnd: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    const start = load<u32>(starts + ((<usize>row) << 2));
    const end = load<u32>(ends + ((<usize>row) << 2));
    const size = end - start;
    if (start == currentStart && end >= currentEnd) {
      total += end - currentEnd;
    } else if (slides != 0 && start >= currentStart && end >= currentEnd && start <= currentEnd) {
      total += min<u32>(start - currentStart + end - currentEnd, size);
    } else {
      total += size;
    }
    currentStart = start;
    currentEnd = end;
  }
  return <f64>total;
}

/** Rows of all frames together. */
export function frameRows(starts: usize, ends: usize, rows: u32): f64 {
  let total: u64 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    total += load<u32>(ends + ((<usize>row) << 2)) - load<u32>(starts + ((<usize>row) << 2));
  }
  return <f64>total;
}

/** Rows of the frames that differ from the frame of the row before. */
export function frameRowsAnew(starts: usize, ends: usize, rows: u32): f64 {
  let total: u64 = 0;
  let currentStart: u32 = 0;
  let currentEnd: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    const start = load<u32>(starts + ((<usize>row) << 2));
    const end = load<u32>(ends + ((<usize>row) << 2));
    if (start != currentStart || end != currentEnd) total += end - start;
    currentStart = start;
    currentEnd = end;
  }
  return <f64>total;
}
