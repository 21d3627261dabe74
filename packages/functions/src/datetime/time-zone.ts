import { didYouMean, SqlError } from '@windrow/core';

/**
 * Time zones through Intl. An Intl formatter takes microseconds per call, so a zone keeps the offset
 * changes of each year that it was asked for; looking one up is then a short scan.
 *
 * Times are seconds since 1970-01-01 UTC, as numbers (exact far beyond the range of TIMESTAMP).
 */
export interface TimeZone {
  /** The name it was asked for by. */
  readonly name: string;
  /** Seconds east of UTC at an instant. */
  offsetAt(instantSeconds: number): number;
  /**
   * The instant of a local wall time. A time that a clock change skipped moves forward by the gap; of two
   * instants with the same wall time, the later one (standard time) is meant.
   */
  toInstant(localSeconds: number): number;
}

const zones = new Map<string, TimeZone>();

/**
 * The zone of that name: IANA names, abbreviations that Intl knows, `UTC`, `Z`, `±hh[:mm[:ss]]`.
 * @throws SqlError `execution` 22023 when there is none.
 */
export function timeZone(name: string): TimeZone {
  let zone = zones.get(name);
  if (zone === undefined) {
    zone = fixedZone(name) ?? namedZone(name);
    if (zone === undefined) {
      throw new SqlError('execution', `unknown time zone '${name}'`, {
        sqlState: '22023',
        hint: didYouMean(name, Intl.supportedValuesOf('timeZone')),
      });
    }
    zones.set(name, zone);
  }
  return zone;
}

/** Does the name stand for UTC, so that local and instant are the same? */
export const isUtc = (name: string): boolean => /^(utc|gmt|z|etc\/(utc|gmt))$/i.test(name);

const OFFSET = /^([+-])(\d{1,2})(?::?(\d{2})(?::?(\d{2}))?)?$/;

/** Seconds of an offset as written in a timestamp, or undefined. */
export function parseOffset(text: string): number | undefined {
  const match = OFFSET.exec(text);
  if (match === null) return undefined;
  const [, sign, hours, minutes = '0', seconds = '0'] = match;
  if (Number(hours) > 15 || Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return sign === '-' ? -total : total;
}

function fixedZone(name: string): TimeZone | undefined {
  const offset = isUtc(name) ? 0 : parseOffset(name);
  if (offset === undefined) return undefined;
  return { name, offsetAt: () => offset, toInstant: (local) => local - offset };
}

function namedZone(name: string): TimeZone | undefined {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  } catch {
    return undefined;
  }
  const changes = new OffsetChanges((instant) => intlOffset(format, instant));
  const offsetAt = (instant: number): number => changes.offsetAt(instant);
  return { name, offsetAt, toInstant: (local) => localToInstant(local, offsetAt) };
}

/** No zone has changed its clocks twice within two days. */
const NEAR_SECONDS = 86_400;

function localToInstant(local: number, offsetAt: (instant: number) => number): number {
  const before = offsetAt(local - NEAR_SECONDS);
  const after = offsetAt(local + NEAR_SECONDS);
  if (before === after) return local - before;
  const isReal = (offset: number): boolean => offsetAt(local - offset) === offset;
  // In an overlap both are real, and the offset after the change gives the later instant.
  if (isReal(after)) return local - after;
  return local - before;
}

/** The last second that a JavaScript date can show; rules do not change out there. */
const MAX_DATE_SECONDS = 8.64e12;

function intlOffset(format: Intl.DateTimeFormat, instant: number): number {
  const clamped = Math.max(-MAX_DATE_SECONDS, Math.min(MAX_DATE_SECONDS, instant));
  const parts = format.formatToParts(clamped * 1000);
  const shown = parts.find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
  return parseOffset(shown.slice('GMT'.length)) ?? 0;
}

/** Seconds of the spans in which changes are looked for: one mean Gregorian year. */
const SPAN_SECONDS = 31_556_952;
/** Some zones suspend summer time for a lunar month; probes must be closer than that. */
const PROBE_SECONDS = 7 * 86_400;

interface OffsetSpan {
  /** Instants at which a new offset begins, ascending. */
  readonly starts: readonly number[];
  /** One more than `starts`: the offset before the first change, then after each. */
  readonly offsets: readonly number[];
}

/** Offsets of a zone, found by probing and bisection, kept by span. */
class OffsetChanges {
  readonly #probe: (instant: number) => number;
  readonly #spans = new Map<number, OffsetSpan>();

  constructor(probe: (instant: number) => number) {
    this.#probe = probe;
  }

  offsetAt(instant: number): number {
    const number = Math.floor(instant / SPAN_SECONDS);
    let span = this.#spans.get(number);
    if (span === undefined) {
      span = this.#findChanges(number * SPAN_SECONDS);
      this.#spans.set(number, span);
    }
    let i = 0;
    while (i < span.starts.length && instant >= (span.starts[i] ?? 0)) i++;
    return span.offsets[i] ?? 0;
  }

  #findChanges(start: number): OffsetSpan {
    let offset = this.#probe(start);
    const starts: number[] = [];
    const offsets = [offset];
    for (let at = start; at < start + SPAN_SECONDS; at += PROBE_SECONDS) {
      const until = Math.min(at + PROBE_SECONDS, start + SPAN_SECONDS);
      const next = this.#probe(until);
      if (next === offset) continue;
      starts.push(this.#bisect(at, until, offset));
      offsets.push(next);
      offset = next;
    }
    return { starts, offsets };
  }

  /** The first second in (low, high] whose offset is another. */
  #bisect(low: number, high: number, offset: number): number {
    let [before, after] = [low, high];
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (this.#probe(middle) === offset) before = middle;
      else after = middle;
    }
    return after;
  }
}
