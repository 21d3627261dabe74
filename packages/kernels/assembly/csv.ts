/**
 * Scanning of delimiter-separated text (RFC 4180 and its relatives) into references to fields.
 *
 * A job is a record of u32 words:
 *
 *    0 delimiter (byte)              8 most rows
 *    1 quote (byte, 0: none)         9 options (bits below)
 *    2 escape within quotes         10 out: position of the next record
 *    3 comment at line start        11 out: rows scanned
 *    4 fields of a record           12 out: problem (0: none)
 *    5 address of the slots         13 out: position of the record with the problem
 *    6 address of the null texts    14 out: field of the problem, from 0
 *    7 count of the null texts      15 out: records left out
 *
 * A slot (u32) is where a field's references go, one a row, 0: nowhere. Null texts are references.
 * A NULL is the reference 0; other references point into the text. Quoted fields with escapes are
 * unescaped in place. A record ends with LF, CR or CR LF.
 *
 * The text ends at `end`; 64 bytes behind it belong to the job too and are overwritten.
 */

const DELIMITER: usize = 0;
const QUOTE: usize = 4;
const ESCAPE: usize = 8;
const COMMENT: usize = 12;
const FIELD_COUNT: usize = 16;
const SLOTS: usize = 20;
const NULLS: usize = 24;
const NULL_COUNT: usize = 28;
const MAX_ROWS: usize = 32;
const OPTIONS: usize = 36;
const NEXT: usize = 40;
const ROWS: usize = 44;
const PROBLEM: usize = 48;
const PROBLEM_AT: usize = 52;
const PROBLEM_FIELD: usize = 56;
const LEFT_OUT: usize = 60;

/** Records with too few fields are filled up with NULLs. */
const PAD: u32 = 1;
/** Records with a problem are left out instead of ending the scan. */
const SKIP_BAD: u32 = 2;
/** A quoted field is NULL too when it has a null text. */
const QUOTED_NULLS: u32 = 4;
/** The text goes on behind `end`: a record that reaches it is not complete. */
const MORE_FOLLOWS: u32 = 8;

const TOO_FEW: u32 = 1;
const TOO_MANY: u32 = 2;
const OPEN_QUOTE: u32 = 3;
const AFTER_QUOTE: u32 = 4;
/** Not an error of the text: the record goes on behind `end`. */
const INCOMPLETE: u32 = 5;

const LF: u8 = 10;
const CR: u8 = 13;

/** Position of the first delimiter, LF or CR; a sentinel behind the text ends the search. */
// @ts-ignore: decorator
@inline
function findFieldEnd(at: usize, delimiters: v128, lfs: v128, crs: v128): usize {
  while (true) {
    const block = v128.load(at);
    const found = i8x16.bitmask(
      v128.or(v128.or(i8x16.eq(block, delimiters), i8x16.eq(block, lfs)), i8x16.eq(block, crs)),
    );
    if (found != 0) return at + ctz(found);
    at += 16;
  }
}

/** Position of the first LF or CR. */
function findLineEnd(at: usize): usize {
  const lfs = i8x16.splat(LF);
  const crs = i8x16.splat(CR);
  while (true) {
    const block = v128.load(at);
    const found = i8x16.bitmask(v128.or(i8x16.eq(block, lfs), i8x16.eq(block, crs)));
    if (found != 0) return at + ctz(found);
    at += 16;
  }
}

/** Behind the record end at `at`. */
// @ts-ignore: decorator
@inline
function skipLineEnd(at: usize, end: usize): usize {
  return load<u8>(at) == CR && at + 1 < end && load<u8>(at + 1) == LF ? at + 2 : at + 1;
}

/** Position of the closing quote of a field whose text begins at `at`; `end` when there is none. */
function findClosingQuote(at: usize, end: usize, quote: u8, escape: u8): usize {
  const quotes = i8x16.splat(quote);
  const escapes = i8x16.splat(escape);
  while (at < end) {
    const block = v128.load(at);
    const found = i8x16.bitmask(v128.or(i8x16.eq(block, quotes), i8x16.eq(block, escapes)));
    if (found == 0) {
      at += 16;
      continue;
    }
    at += ctz(found);
    if (at >= end) break;
    const byte = load<u8>(at);
    if (byte == escape && escape != quote) {
      at += 2;
    } else if (escape == quote && at + 1 < end && load<u8>(at + 1) == quote) {
      at += 2;
    } else {
      return at;
    }
  }
  return end;
}

/** Behind the blanks at `at`, which are forgiven after a closing quote. */
// @ts-ignore: decorator
@inline
function skipBlanks(at: usize, delimiter: u8): usize {
  while (load<u8>(at) == 32 && delimiter != 32) at++;
  return at;
}

/** Drops the escapes from `at` … `end` in place; returns the new end. */
function unescape(at: usize, end: usize, quote: u8, escape: u8): usize {
  let out = at;
  while (at < end) {
    let byte = load<u8>(at);
    if (byte == escape && at + 1 < end) {
      const next = load<u8>(at + 1);
      if (next == quote || next == escape) {
        byte = next;
        at++;
      }
    }
    store<u8>(out, byte);
    out++;
    at++;
  }
  return out;
}

/** Does the range hold the byte? */
function holdsByte(at: usize, end: usize, byte: u8): bool {
  const wanted = i8x16.splat(byte);
  for (; at + 16 <= end; at += 16) {
    if (v128.any_true(i8x16.eq(v128.load(at), wanted))) return true;
  }
  for (; at < end; at++) if (load<u8>(at) == byte) return true;
  return false;
}

function isNullText(job: usize, ref: u64): bool {
  const count = load<u32>(job, NULL_COUNT);
  let texts = <usize>load<u32>(job, NULLS);
  const length = <u32>(ref >> 32);
  for (let i: u32 = 0; i < count; i++) {
    const text = load<u64>(texts);
    texts += 8;
    if (<u32>(text >> 32) != length) continue;
    if (memory.compare(<usize>(<u32>text), <usize>(<u32>ref), length) == 0) return true;
  }
  return false;
}

/**
 * Scans the records that begin in `at` … `limit`, each to its end, at most `end`. Stops behind the last
 * one, at the first problem, or when the rows are full.
 */
export function csvScan(job: usize, at: usize, limit: usize, end: usize): void {
  // Line ends behind the text end every search.
  memory.fill(end, LF, 64);
  const delimiter = load<u8>(job, DELIMITER);
  const quote = load<u8>(job, QUOTE);
  const escape = load<u8>(job, ESCAPE);
  const comment = load<u8>(job, COMMENT);
  const fieldCount = load<u32>(job, FIELD_COUNT);
  const slots = <usize>load<u32>(job, SLOTS);
  const maxRows = load<u32>(job, MAX_ROWS);
  const options = load<u32>(job, OPTIONS);
  const nullCount = load<u32>(job, NULL_COUNT);
  // The empty text is by far the most common null text and needs no comparison.
  const onlyEmptyIsNull = nullCount == 1 && load<u32>(<usize>load<u32>(job, NULLS), 4) == 0;
  const delimiters = i8x16.splat(delimiter);
  const lfs = i8x16.splat(LF);
  const crs = i8x16.splat(CR);
  let rows: u32 = 0;
  let leftOut: u32 = 0;
  let problem: u32 = 0;
  let recordStart = at;
  let field: u32 = 0;

  while (at < limit && rows < maxRows) {
    recordStart = at;
    const first = load<u8>(at);
    if ((first == LF || first == CR) && fieldCount > 1) {
      at = skipLineEnd(at, end);
      continue;
    }
    if (comment != 0 && first == comment) {
      at = findLineEnd(at);
      at = at < end ? skipLineEnd(at, end) : end;
      continue;
    }
    problem = 0;
    field = 0;
    for (;;) {
      let ref: u64;
      let quoted = false;
      if (quote != 0 && load<u8>(at) == quote && at < end) {
        const start = at + 1;
        const close = findClosingQuote(start, end, quote, escape);
        if (close == end) {
          problem = OPEN_QUOTE;
          at = end;
          break;
        }
        at = skipBlanks(close + 1, delimiter);
        const after = load<u8>(at);
        if (after != delimiter && after != LF && after != CR && at < end) {
          problem = AFTER_QUOTE;
          break;
        }
        let textEnd = close;
        if (escape != 0 && holdsByte(start, close, escape)) textEnd = unescape(start, close, quote, escape);
        ref = <u64>start | ((<u64>(textEnd - start)) << 32);
        quoted = true;
      } else {
        const start = at;
        at = findFieldEnd(at, delimiters, lfs, crs);
        ref = <u64>start | ((<u64>(at - start)) << 32);
      }
      if (field < fieldCount) {
        const slot = <usize>load<u32>(slots + ((<usize>field) << 2));
        if (slot != 0) {
          if (!quoted || (options & QUOTED_NULLS) != 0) {
            if (onlyEmptyIsNull) {
              if (ref >> 32 == 0) ref = 0;
            } else if (nullCount != 0 && isNullText(job, ref)) ref = 0;
          }
          store<u64>(slot + ((<usize>rows) << 3), ref);
        }
      } else if (problem == 0) {
        // A delimiter behind the last field is forgiven when nothing follows it.
        problem = field == fieldCount && ref >> 32 == 0 && !quoted && (at >= end || load<u8>(at) != delimiter) ? 0 : TOO_MANY;
      }
      field++;
      if (at < end && load<u8>(at) == delimiter) {
        at++;
        continue;
      }
      break;
    }
    // A field that touches the end may go on behind it, and a CR there may be half of CR LF.
    if ((options & MORE_FOLLOWS) != 0 && (at >= end || (at + 1 == end && load<u8>(at) == CR))) {
      problem = INCOMPLETE;
      break;
    }
    if (problem == AFTER_QUOTE || problem == TOO_MANY) {
      // The rest of the line belongs to the bad record.
      if (options & SKIP_BAD) at = findLineEnd(at);
    }
    if (problem == 0 && field < fieldCount) {
      if (options & PAD) {
        for (; field < fieldCount; field++) {
          const slot = <usize>load<u32>(slots + ((<usize>field) << 2));
          if (slot != 0) store<u64>(slot + ((<usize>rows) << 3), 0);
        }
      } else {
        problem = TOO_FEW;
      }
    }
    if (problem != 0) {
      if ((options & SKIP_BAD) == 0) break;
      leftOut++;
      problem = 0;
    } else {
      rows++;
    }
    at = at < end ? skipLineEnd(at, end) : end;
  }
  store<u32>(job, <u32>(problem == INCOMPLETE ? recordStart : at), NEXT);
  store<u32>(job, rows, ROWS);
  store<u32>(job, problem, PROBLEM);
  store<u32>(job, <u32>recordStart, PROBLEM_AT);
  store<u32>(job, field, PROBLEM_FIELD);
  store<u32>(job, leftOut, LEFT_OUT);
}

/**
 * Runs over the text from `at`, inside a quoted field or at the start of a record, and tells whether a
 * quoted field is open at `end`, which lies behind an LF or CR. Returns 0, or 1 when one is open.
 */
export function csvQuoteState(job: usize, at: usize, end: usize, inQuotes: u32): u32 {
  const quote = load<u8>(job, QUOTE);
  if (quote == 0) return 0;
  if (!holdsByte(at, end, quote)) return inQuotes;
  const rest = csvSkipRecords(job, at, end, inQuotes, u32.MAX_VALUE);
  return u32(rest == 0);
}

/**
 * The start of the first record behind `at`, which lies inside a quoted field; 0 when the text ends
 * before. Bytes behind `end` are overwritten as by {@link csvScan}.
 */
export function csvRecordAfterQuote(job: usize, at: usize, end: usize): usize {
  return csvSkipRecords(job, at, end, 1, 1);
}

/** Skips up to `count` record ends; returns the position reached, 0 when a quoted field is open at `end`. */
function csvSkipRecords(job: usize, at: usize, end: usize, inQuotes: u32, count: u32): usize {
  const delimiter = load<u8>(job, DELIMITER);
  const quote = load<u8>(job, QUOTE);
  const escape = load<u8>(job, ESCAPE);
  const comment = load<u8>(job, COMMENT);
  const delimiters = i8x16.splat(delimiter);
  const lfs = i8x16.splat(LF);
  const crs = i8x16.splat(CR);
  const saved0 = load<u64>(end);
  const saved1 = load<u64>(end, 8);
  store<u64>(end, 0x0a0a0a0a0a0a0a0a);
  store<u64>(end, 0x0a0a0a0a0a0a0a0a, 8);
  let open = inQuotes != 0;
  let recordStart = !open;
  let result: usize = end;
  while (at < end && count != 0) {
    if (open) {
      const close = findClosingQuote(at, end, quote, escape);
      if (close == end) {
        result = 0;
        break;
      }
      at = skipBlanks(close + 1, delimiter);
      open = false;
      const after = load<u8>(at);
      // What stands behind a closing quote but a delimiter spoils the record, as csvScan has it.
      if (after != delimiter) at = findLineEnd(at);
      if (at >= end) break;
    }
    const byte = load<u8>(at);
    if (quote != 0 && byte == quote && recordStart) {
      open = true;
      recordStart = false;
      at++;
      if (at >= end) result = 0;
      continue;
    }
    if (recordStart && comment != 0 && byte == comment) at = findLineEnd(at);
    else at = findFieldEnd(at, delimiters, lfs, crs);
    if (at >= end) break;
    if (load<u8>(at) == delimiter) {
      at++;
      // A field begins: only here may a quote open.
      recordStart = false;
      if (quote != 0 && at < end && load<u8>(at) == quote) {
        open = true;
        at++;
        if (at >= end) result = 0;
      }
    } else {
      at = skipLineEnd(at, end);
      recordStart = true;
      count--;
      result = at;
    }
  }
  store<u64>(end, saved0);
  store<u64>(end, saved1, 8);
  return result;
}

/** How many bytes of the range are `byte`. */
export function countByte(at: usize, end: usize, byte: u32): u32 {
  const wanted = i8x16.splat(<i8>byte);
  let count: u32 = 0;
  for (; at + 16 <= end; at += 16) {
    count += popcnt(i8x16.bitmask(i8x16.eq(v128.load(at), wanted)));
  }
  for (; at < end; at++) count += u32(load<u8>(at) == <u8>byte);
  return count;
}

/** Position of the first byte equal to `byte` in `at` … `end`, or `end`. */
export function findByte(at: usize, end: usize, byte: u32): usize {
  const wanted = i8x16.splat(<i8>byte);
  for (; at + 16 <= end; at += 16) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(at), wanted));
    if (found != 0) return at + ctz(found);
  }
  for (; at < end; at++) if (load<u8>(at) == <u8>byte) return at;
  return end;
}

/** Validity of rows from their references: NULL is the reference 0. Returns the number of NULLs. */
export function validityFromRefs(refs: usize, count: u32, validity: usize): u32 {
  let nulls: u32 = 0;
  let row: u32 = 0;
  for (let word: u32 = 0; word < (count + 63) >> 6; word++) {
    let bits: u64 = 0;
    const stop = min(count, row + 64);
    for (let bit: u64 = 0; row < stop; row++, bit++) {
      const valid = <u64>(load<u64>(refs + ((<usize>row) << 3)) != 0);
      bits |= valid << bit;
      nulls += 1 - <u32>valid;
    }
    store<u64>(validity + ((<usize>word) << 3), bits);
  }
  return nulls;
}

/** Word 15, which a job for this purpose uses for the number of well-formed quoted fields. */
const QUOTED_FIELDS: usize = 60;

/** Marks the field count of a record whose quotes are wrong. */
const BAD_QUOTES: u32 = 0x80000000;

/**
 * Stores the number of fields (u32) of up to `maxRecords` records in `at` … `end`, blank lines and
 * comments left out, the top bit set where quotes are wrong. Returns how many. For choosing a dialect.
 */
export function csvFieldCounts(job: usize, at: usize, end: usize, maxRecords: u32, out: usize): u32 {
  memory.fill(end, LF, 64);
  const delimiter = load<u8>(job, DELIMITER);
  const quote = load<u8>(job, QUOTE);
  const escape = load<u8>(job, ESCAPE);
  const comment = load<u8>(job, COMMENT);
  const delimiters = i8x16.splat(delimiter);
  const lfs = i8x16.splat(LF);
  const crs = i8x16.splat(CR);
  let records: u32 = 0;
  let quotedFields: u32 = 0;
  while (at < end && records < maxRecords) {
    const first = load<u8>(at);
    if (first == LF || first == CR) {
      at++;
      continue;
    }
    if (comment != 0 && first == comment) {
      at = findLineEnd(at);
      continue;
    }
    let fields: u32 = 0;
    let bad: u32 = 0;
    while (true) {
      if (quote != 0 && at < end && load<u8>(at) == quote) {
        at = findClosingQuote(at + 1, end, quote, escape);
        if (at == end) bad = BAD_QUOTES;
        else at = skipBlanks(at + 1, delimiter);
        const after = load<u8>(at);
        if (after != delimiter && after != LF && after != CR) {
          bad = BAD_QUOTES;
          at = findLineEnd(at);
        } else if (bad == 0) {
          quotedFields++;
        }
      } else {
        at = findFieldEnd(at, delimiters, lfs, crs);
      }
      fields++;
      if (at >= end || load<u8>(at) != delimiter) break;
      at++;
    }
    store<u32>(out + ((<usize>records) << 2), fields | bad);
    records++;
  }
  store<u32>(job, quotedFields, QUOTED_FIELDS);
  return records;
}
