import { invalidArgument } from '../errors.ts';

/** A format taken apart: literal text, or a code with its padding switched off (`%-d`) or not. */
export type FormatPiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly code: FormatCode; readonly padded: boolean };

/** Codes that stand for several others. */
const COMPOSITES: Readonly<Record<string, string>> = {
  c: '%Y-%m-%d %H:%M:%S',
  D: '%m/%d/%y',
  F: '%Y-%m-%d',
  T: '%H:%M:%S',
  x: '%Y-%m-%d',
  X: '%H:%M:%S',
};

const CODES = [
  'a', // weekday, three letters
  'A', // weekday
  'b', // month, three letters
  'B', // month
  'd', // day of the month
  'e', // day of the month, padded with a blank
  'f', // microseconds
  'g', // milliseconds
  'G', // ISO year
  'H', // hour, 24
  'I', // hour, 12
  'j', // day of the year
  'm', // month
  'M', // minute
  'n', // nanoseconds
  'p', // AM or PM
  'S', // second
  'u', // ISO weekday, Monday 1
  'U', // week of the year, from the first Sunday
  'V', // ISO week
  'w', // weekday, Sunday 0
  'W', // week of the year, from the first Monday
  'y', // year of the century
  'Y', // year
  'z', // offset from UTC
  'Z', // name of the zone
] as const;

export type FormatCode = (typeof CODES)[number];

const isCode = (letter: string): letter is FormatCode =>
  (CODES as readonly string[]).includes(letter);

/** Formats are few and used for many rows. */
const parsedFormats = new Map<string, readonly FormatPiece[]>();
const MAX_FORMATS = 256;

/**
 * The pieces of a format of strftime and strptime.
 * @throws SqlError `execution` 22023 for an unknown code.
 */
export function parseFormat(format: string): readonly FormatPiece[] {
  let pieces = parsedFormats.get(format);
  if (pieces === undefined) {
    pieces = readPieces(format);
    if (parsedFormats.size >= MAX_FORMATS) parsedFormats.clear();
    parsedFormats.set(format, pieces);
  }
  return pieces;
}

function readPieces(format: string): FormatPiece[] {
  const pieces: FormatPiece[] = [];
  let text = '';
  const flush = (): void => {
    if (text !== '') pieces.push({ kind: 'text', text });
    text = '';
  };
  for (let i = 0; i < format.length; i++) {
    if (format[i] !== '%') {
      text += format[i];
      continue;
    }
    const padded = format[i + 1] !== '-';
    i += padded ? 1 : 2;
    const letter = format[i] ?? '';
    const composite = COMPOSITES[letter];
    if (letter === '%') text += '%';
    else if (composite !== undefined) {
      flush();
      pieces.push(...readPieces(composite));
    } else if (isCode(letter)) {
      flush();
      pieces.push({ kind: 'code', code: letter, padded });
    } else {
      throw invalidArgument(
        `'%${letter}' is not a code of date formats`,
        'The codes are those of strftime; %% is a percent sign.',
      );
    }
  }
  flush();
  return pieces;
}

/** Does a format name an offset or a zone, so that it gives an instant? */
export const namesZone = (format: string): boolean =>
  parseFormat(format).some(
    (piece) => piece.kind === 'code' && (piece.code === 'z' || piece.code === 'Z'),
  );
