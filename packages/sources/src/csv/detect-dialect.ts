import type { Arena } from '@windrow/core';
import { CSV_JOB, kernels } from '@windrow/kernels';
import type { CsvDialect, CsvOptions } from './options.ts';
import { ScanJob, type TextRange } from './scan-job.ts';

/** Records that decide about the dialect. */
const MAX_RECORDS = 1024;

const code = (character: string): number => character.charCodeAt(0);
const DELIMITERS = [',', '|', ';', '\t'].map(code);
const QUOTES = ['"', "'"].map(code);
const BACKSLASH = code('\\');
const HASH = code('#');

/** What a dialect makes of the sample. */
export interface DialectEvidence {
  readonly dialect: CsvDialect;
  /** Fields of most records. */
  readonly fieldCount: number;
  readonly records: number;
  /** Records with that many fields and well-formed quotes. */
  readonly consistentRecords: number;
  readonly quotedFields: number;
}

/**
 * The dialect in which the sample's records agree best on their number of fields. One field a record
 * counts half, because any text agrees on that; of equals the more usual dialect is taken.
 */
export function detectDialect(
  options: CsvOptions,
  range: TextRange,
  arena: Arena,
): DialectEvidence {
  let best: DialectEvidence | undefined;
  for (const dialect of candidates(options)) {
    const evidence = weigh(dialect, range, arena);
    // Another quote than the usual one has to occur; else damaged quotes would pass for text.
    if (best !== undefined && dialect.quote !== best.dialect.quote && evidence.quotedFields === 0)
      continue;
    if (best === undefined || isBetter(evidence, best)) best = evidence;
  }
  return best as DialectEvidence;
}

/** From the most usual dialect to the least. */
function candidates(options: CsvOptions): CsvDialect[] {
  const one = (text: string | undefined): number[] | undefined =>
    text === undefined ? undefined : [text === '' ? 0 : code(text)];
  const comments = one(options.comment) ?? [0, HASH];
  const quotes = one(options.quote) ?? QUOTES;
  const delimiters = one(options.delimiter) ?? DELIMITERS;
  return comments.flatMap((comment) =>
    quotes.flatMap((quote) => {
      const escapes = quote === 0 ? [0] : (one(options.escape) ?? [quote, BACKSLASH]);
      return escapes.flatMap((escaping) =>
        delimiters.map((delimiter) => ({ delimiter, quote, escape: escaping, comment })),
      );
    }),
  );
}

function weigh(dialect: CsvDialect, range: TextRange, arena: Arena): DialectEvidence {
  const mark = arena.mark();
  const job = new ScanJob(
    { dialect, fieldCount: 0, nullTexts: [], quotedNulls: false, pad: false, skipBad: false },
    arena,
  );
  const out = arena.allocate(MAX_RECORDS * 4);
  const { memory } = arena;
  const { csvFieldCounts } = kernels(memory);
  let records = csvFieldCounts(job.address, range.start, range.end, MAX_RECORDS, out);
  // The last record of a cut sample is cut itself.
  if (range.moreFollows && records > 1 && records < MAX_RECORDS) records -= 1;
  const frequencies = new Map<number, number>();
  for (const fields of memory.u32.subarray(out >>> 2, (out >>> 2) + records)) {
    frequencies.set(fields, (frequencies.get(fields) ?? 0) + 1);
  }
  const quotedFields = memory.u32[(job.address >>> 2) + CSV_JOB.quotedFields] ?? 0;
  arena.rewind(mark);
  let [fieldCount, consistentRecords] = [1, 0];
  for (const [fields, count] of frequencies) {
    // The top bit marks records whose quotes are wrong.
    if (fields < 2 ** 31 && count > consistentRecords)
      [fieldCount, consistentRecords] = [fields, count];
  }
  return { dialect, fieldCount, records, consistentRecords, quotedFields };
}

function isBetter(a: DialectEvidence, b: DialectEvidence): boolean {
  const weight = ({ fieldCount, records, consistentRecords }: DialectEvidence) =>
    (consistentRecords / Math.max(1, records)) * (fieldCount > 1 ? 2 : 1);
  return weight(a) !== weight(b) ? weight(a) > weight(b) : a.fieldCount > b.fieldCount;
}
