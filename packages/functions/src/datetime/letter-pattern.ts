import { invalidArgument } from '../errors.ts';
import { shownText } from '../text/shown.ts';

/*
 * Patterns of letters, as java.time and Spark have them, in terms of the codes of strftime: one
 * implementation formats and reads both.
 */

const CODES: Readonly<Record<string, string>> = {
  yyyy: '%Y',
  uuuu: '%Y',
  y: '%Y',
  u: '%Y',
  yy: '%y',
  MMMM: '%B',
  MMM: '%b',
  MM: '%m',
  M: '%-m',
  dd: '%d',
  d: '%-d',
  DDD: '%j',
  D: '%-j',
  HH: '%H',
  H: '%-H',
  hh: '%I',
  h: '%-I',
  mm: '%M',
  m: '%-M',
  ss: '%S',
  s: '%-S',
  SSS: '%g',
  SSSSSS: '%f',
  SSSSSSSSS: '%n',
  a: '%p',
  EEEE: '%A',
  EEE: '%a',
  EE: '%a',
  E: '%a',
  VV: '%Z',
  z: '%Z',
  X: '%z',
  XXX: '%z',
  xxx: '%z',
  Z: '%z',
};

const translated = new Map<string, string>();
const MAX_TRANSLATED = 256;

/** The strftime format of a pattern. @throws SqlError 22023 for letters that have no such code. */
export function strftimeOf(pattern: string): string {
  let known = translated.get(pattern);
  if (known === undefined) {
    known = translate(pattern);
    if (translated.size >= MAX_TRANSLATED) translated.clear();
    translated.set(pattern, known);
  }
  return known;
}

/** Runs of one letter, texts in quotes, two quotes for one, anything else. */
const PART = /([A-Za-z])\1*|'((?:[^']|'')*)'|'|[^A-Za-z']+/g;

const translate = (pattern: string): string =>
  pattern.replaceAll(PART, (part: string, letter: string | undefined, quoted?: string) => {
    if (letter !== undefined) {
      const code = CODES[part];
      if (code !== undefined) return code;
      throw invalidArgument(
        `"${part}" in the pattern ${shownText(pattern)} means nothing`,
        "Patterns look like 'yyyy-MM-dd HH:mm:ss'; put text in quotes.",
      );
    }
    if (part === "''") return "'";
    if (part === "'") throw invalidArgument(`a quote is open in the pattern ${shownText(pattern)}`);
    return (quoted === undefined ? part : quoted.replaceAll("''", "'")).replaceAll('%', '%%');
  });
