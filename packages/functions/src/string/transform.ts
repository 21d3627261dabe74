import { BIGINT, INTEGER, list, type ScalarFunction, type Signature, VARCHAR } from '@windrow/core';
import { example, scalar, signature } from '../define.ts';
import { invalidArgument, tooLarge } from '../errors.ts';
import { jsOverload } from '../vector/overload.ts';
import { COUNT, INT32, LITERAL, rowwise, TEXT } from '../vector/rows.ts';
import { graphemes } from './length.ts';

const TEXT_TO_TEXT = signature([VARCHAR], VARCHAR);
const TEXT_TO_INTEGER = signature([VARCHAR], INTEGER);
const PAD_SIGNATURE = signature([VARCHAR, BIGINT, VARCHAR], VARCHAR);
const SPLIT_SIGNATURE: Signature = signature([VARCHAR, VARCHAR], list(VARCHAR));

/** Characters that a text may have at most; JavaScript's own limit lies just above. */
const MAX_CHARACTERS = 2 ** 28;

function checkLength(characters: number): void {
  if (characters > MAX_CHARACTERS)
    throw tooLarge(`a text of ${characters} characters is longer than ${MAX_CHARACTERS}`);
}

function repeatText(text: string, times: number): string {
  if (times <= 0 || text === '') return '';
  checkLength(text.length * times);
  return text.repeat(times);
}

function reverseText(text: string): string {
  const clusters = Array.from(graphemes(text), ({ segment }) => segment);
  return clusters.reverse().join('');
}

/** `length` characters of the fill, repeated. */
function padding(fill: string, length: number, name: string): string {
  const characters = Array.from(fill);
  if (characters.length === 0)
    throw invalidArgument(`${name} needs something to fill with`, 'Give at least one character.');
  checkLength(length);
  const whole = fill.repeat(Math.floor(length / characters.length));
  return whole + characters.slice(0, length % characters.length).join('');
}

/** The text cut to `length` characters, or filled up by `join`. */
function pad(
  name: string,
  join: (text: string, fill: string) => string,
): (text: string, length: number, fill: string) => string {
  return (text, length, fill) => {
    const characters = Array.from(text);
    const missing = length - characters.length;
    if (missing <= 0) return characters.slice(0, Math.max(0, length)).join('');
    return join(text, padding(fill, missing, name));
  };
}

function translate(text: string, from: string, to: string): string {
  const targets = Array.from(to);
  const mapping = new Map<string, string>();
  Array.from(from).forEach((character, i) => {
    if (!mapping.has(character)) mapping.set(character, targets[i] ?? '');
  });
  return Array.from(text, (character) => mapping.get(character) ?? character).join('');
}

function overlay(text: string, replacement: string, start: number, length?: number): string {
  const characters = Array.from(text);
  const head = Math.max(0, start - 1);
  const tail = Math.max(head, head + (length ?? Array.from(replacement).length));
  return characters.slice(0, head).join('') + replacement + characters.slice(tail).join('');
}

const MAX_CODE_POINT = 0x10ffff;

function characterOf(code: number): string {
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  if (code < 0 || code > MAX_CODE_POINT || isSurrogate)
    throw invalidArgument(`${code} is not the code point of a character`);
  return String.fromCodePoint(code);
}

/** Parts between separators; an empty separator gives characters. */
const splitText = (text: string, separator: string): string[] =>
  separator === '' ? Array.from(text) : text.split(separator);

/** The part before the n-th separator, or after the n-th from the end. */
function substringIndex(text: string, separator: string, count: number): string {
  if (separator === '' || count === 0) return '';
  const parts = text.split(separator);
  return count > 0 ? parts.slice(0, count).join(separator) : parts.slice(count).join(separator);
}

interface TextFunctionOptions {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly examples: readonly (readonly [sql: string, result: string])[];
  readonly source: string;
  readonly overloads: ScalarFunction['overloads'];
}

const textFunction = (options: TextFunctionOptions): ScalarFunction =>
  scalar({
    name: options.name,
    aliases: options.aliases ?? [],
    category: 'string',
    doc: {
      summary: options.summary,
      examples: options.examples.map(([sql, result]) => example(sql, result)),
      source: options.source,
    },
    overloads: options.overloads,
  });

const codeOfFirst = (text: string): number => text.codePointAt(0) ?? 0;

/** Functions that make texts of texts. */
export const transformFunctions: readonly ScalarFunction[] = [
  textFunction({
    name: 'repeat',
    summary: 'The text n times; empty when n is not positive.',
    examples: [["repeat('ab', 3)", 'ababab']],
    source: 'PostgreSQL',
    overloads: [
      jsOverload(signature([VARCHAR, BIGINT], VARCHAR), rowwise([TEXT, COUNT], TEXT, repeatText), {
        raises: true,
      }),
    ],
  }),
  textFunction({
    name: 'reverse',
    summary: 'The text backwards, accents staying on their letters.',
    examples: [["reverse('window')", 'wodniw']],
    source: 'Grapheme clusters of Unicode Standard Annex 29',
    overloads: [jsOverload(TEXT_TO_TEXT, rowwise([TEXT], TEXT, reverseText))],
  }),
  textFunction({
    name: 'lpad',
    summary: 'The text, filled up at the left to n characters, or cut to n.',
    examples: [
      ["lpad('7', 3, '0')", '007'],
      ["lpad('window', 3, ' ')", 'win'],
    ],
    source: 'PostgreSQL',
    overloads: [
      jsOverload(
        PAD_SIGNATURE,
        rowwise(
          [TEXT, COUNT, TEXT],
          TEXT,
          pad('lpad', (text, fill) => fill + text),
        ),
        { raises: true },
      ),
    ],
  }),
  textFunction({
    name: 'rpad',
    summary: 'The text, filled up at the right to n characters, or cut to n.',
    examples: [["rpad('ab', 5, 'xy')", 'abxyx']],
    source: 'PostgreSQL',
    overloads: [
      jsOverload(
        PAD_SIGNATURE,
        rowwise(
          [TEXT, COUNT, TEXT],
          TEXT,
          pad('rpad', (text, fill) => text + fill),
        ),
        { raises: true },
      ),
    ],
  }),
  textFunction({
    name: 'translate',
    summary:
      'Each character of the second argument replaced by that in the same place of the third; without one it is deleted.',
    examples: [["translate('window', 'wd', 'W')", 'WinoW']],
    source: 'PostgreSQL',
    overloads: [
      jsOverload(
        signature([VARCHAR, VARCHAR, VARCHAR], VARCHAR),
        rowwise([TEXT, TEXT, TEXT], TEXT, translate),
      ),
    ],
  }),
  textFunction({
    name: 'overlay',
    summary: 'The text with the characters from a position on replaced by another text.',
    examples: [["overlay('window', 'ter', 4, 3)", 'winter']],
    source: 'ISO/IEC 9075-2 §6.32 (OVERLAY)',
    overloads: [
      jsOverload(
        signature([VARCHAR, VARCHAR, BIGINT], VARCHAR),
        rowwise([TEXT, TEXT, COUNT], TEXT, (text, replacement, start) =>
          overlay(text, replacement, start),
        ),
      ),
      jsOverload(
        signature([VARCHAR, VARCHAR, BIGINT, BIGINT], VARCHAR),
        rowwise([TEXT, TEXT, COUNT, COUNT], TEXT, overlay),
      ),
    ],
  }),
  textFunction({
    name: 'ascii',
    aliases: ['ord', 'unicode'],
    summary: 'Code point of the first character; 0 for an empty text.',
    examples: [["ascii('A')", '65']],
    source: 'PostgreSQL',
    overloads: [jsOverload(TEXT_TO_INTEGER, rowwise([TEXT], INT32, codeOfFirst))],
  }),
  textFunction({
    name: 'chr',
    aliases: ['char'],
    summary: 'The character of a code point.',
    examples: [['chr(233)', 'é']],
    source: 'PostgreSQL',
    overloads: [
      jsOverload(signature([INTEGER], VARCHAR), rowwise([INT32], TEXT, characterOf), {
        raises: true,
      }),
    ],
  }),
  textFunction({
    name: 'space',
    summary: 'That many blanks.',
    examples: [["'a' || space(2) || 'b'", 'a  b']],
    source: 'Spark',
    overloads: [
      jsOverload(
        signature([BIGINT], VARCHAR),
        rowwise([COUNT], TEXT, (count) => repeatText(' ', count)),
        { raises: true },
      ),
    ],
  }),
  textFunction({
    name: 'split',
    aliases: ['string_split', 'str_split', 'string_to_array'],
    summary: 'The parts of a text between separators; an empty separator gives its characters.',
    examples: [["split('a-b-c', '-')", '[a, b, c]']],
    source: 'DuckDB',
    overloads: [jsOverload(SPLIT_SIGNATURE, rowwise([TEXT, TEXT], LITERAL, splitText))],
  }),
  textFunction({
    name: 'substring_index',
    summary:
      'The part before the n-th separator; for a negative n, the part after the n-th from the end.',
    examples: [["substring_index('a.b.c', '.', 2)", 'a.b']],
    source: 'MySQL and Spark',
    overloads: [
      jsOverload(
        signature([VARCHAR, VARCHAR, BIGINT], VARCHAR),
        rowwise([TEXT, TEXT, COUNT], TEXT, substringIndex),
      ),
    ],
  }),
];
