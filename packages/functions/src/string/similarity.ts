import { BIGINT, DOUBLE, type ScalarFunction, VARCHAR } from '@windrow/core';
import { example, scalar, signature } from '../define.ts';
import { invalidArgument } from '../errors.ts';
import { jsOverload } from '../vector/overload.ts';
import { COUNT, FLOAT64, rowwise, TEXT } from '../vector/rows.ts';

/** Edits (insert, delete, replace; with `transpositions` also swap neighbours) from one text to another. */
function editDistance(a: string, b: string, transpositions: boolean): number {
  const [x, y] = [Array.from(a), Array.from(b)];
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: y.length + 1 }, (_, j) => j);
  for (let i = 1; i <= x.length; i++) {
    const current = [i];
    for (let j = 1; j <= y.length; j++) {
      const replaced = previous[j - 1]! + (x[i - 1] === y[j - 1] ? 0 : 1);
      let best = Math.min(previous[j]! + 1, current[j - 1]! + 1, replaced);
      const isSwap = i > 1 && j > 1 && x[i - 1] === y[j - 2] && x[i - 2] === y[j - 1];
      if (transpositions && isSwap) best = Math.min(best, beforePrevious[j - 2]! + 1);
      current.push(best);
    }
    [beforePrevious, previous] = [previous, current];
  }
  return previous[y.length]!;
}

function hamming(a: string, b: string): number {
  const [x, y] = [Array.from(a), Array.from(b)];
  if (x.length !== y.length)
    throw invalidArgument('hamming needs two texts of equal length', 'levenshtein takes any two.');
  return x.filter((character, i) => character !== y[i]).length;
}

/** Shared part of the sets of characters. */
function jaccard(a: string, b: string): number {
  const [x, y] = [new Set(a), new Set(b)];
  if (x.size === 0 || y.size === 0)
    throw invalidArgument('jaccard needs two texts that are not empty');
  const shared = [...x].filter((character) => y.has(character)).length;
  return shared / (x.size + y.size - shared);
}

/** Source: Jaro (1989), JASA 84(406). */
function jaro(a: string, b: string): number {
  const [x, y] = [Array.from(a), Array.from(b)];
  if (x.length === 0 && y.length === 0) return 1;
  const reach = Math.max(0, Math.floor(Math.max(x.length, y.length) / 2) - 1);
  const taken: boolean[] = [];
  const matched: string[] = [];
  for (const [i, character] of x.entries()) {
    const end = Math.min(y.length, i + reach + 1);
    for (let j = Math.max(0, i - reach); j < end; j++) {
      if (taken[j] !== true && y[j] === character) {
        taken[j] = true;
        matched.push(character);
        break;
      }
    }
  }
  if (matched.length === 0) return 0;
  const others = y.filter((_, j) => taken[j] === true);
  const transposed = matched.filter((character, i) => character !== others[i]).length / 2;
  const m = matched.length;
  return (m / x.length + m / y.length + (m - transposed) / m) / 3;
}

const PREFIX_WEIGHT = 0.1;
const MAX_PREFIX = 4;

/** Source: Winkler (1990), Proc. Survey Research Methods, ASA; texts below 0.7 get no prefix bonus. */
function jaroWinkler(a: string, b: string): number {
  const similarity = jaro(a, b);
  const [x, y] = [Array.from(a), Array.from(b)];
  let prefix = 0;
  while (prefix < MAX_PREFIX && prefix < x.length && x[prefix] === y[prefix]) prefix++;
  return similarity > 0.7 ? similarity + prefix * PREFIX_WEIGHT * (1 - similarity) : similarity;
}

const SOUNDEX_CODES: Readonly<Record<string, string>> = {
  ...codes('BFPV', '1'),
  ...codes('CGJKQSXZ', '2'),
  ...codes('DT', '3'),
  ...codes('L', '4'),
  ...codes('MN', '5'),
  ...codes('R', '6'),
};

function codes(letters: string, code: string): Record<string, string> {
  return Object.fromEntries(Array.from(letters, (letter) => [letter, code]));
}

/** Four characters for how an English name sounds. Source: Knuth, TAOCP 3, 2nd ed., §6. */
function soundex(text: string): string {
  const letters = text.toUpperCase().replaceAll(/[^A-Z]/g, '');
  if (letters === '') return text;
  let result = letters[0]!;
  let previous = SOUNDEX_CODES[result];
  for (const letter of letters.slice(1)) {
    const code = SOUNDEX_CODES[letter];
    if (code !== undefined && code !== previous) result += code;
    // H and W do not separate letters of one code; vowels do.
    if (letter !== 'H' && letter !== 'W') previous = code;
  }
  return result.slice(0, 4).padEnd(4, '0');
}

const TWO_TEXTS_TO_COUNT = signature([VARCHAR, VARCHAR], BIGINT);
const TWO_TEXTS_TO_DOUBLE = signature([VARCHAR, VARCHAR], DOUBLE);

/** How alike two texts are. */
export const similarityFunctions: readonly ScalarFunction[] = [
  scalar({
    name: 'levenshtein',
    aliases: ['editdist3'],
    category: 'string',
    doc: {
      summary: 'Number of characters to insert, delete or replace to make one text of the other.',
      examples: [example("levenshtein('kitten', 'sitting')", '3')],
      source: 'Levenshtein (1966), Soviet Physics Doklady 10(8); Wagner and Fischer (1974)',
    },
    overloads: [
      jsOverload(
        TWO_TEXTS_TO_COUNT,
        rowwise([TEXT, TEXT], COUNT, (a, b) => editDistance(a, b, false)),
      ),
    ],
  }),
  scalar({
    name: 'damerau_levenshtein',
    category: 'string',
    doc: {
      summary: 'As levenshtein, two swapped neighbours counting as one edit.',
      examples: [example("damerau_levenshtein('window', 'widnow')", '1')],
      source: 'Damerau (1964), CACM 7(3), restricted form (optimal string alignment)',
    },
    overloads: [
      jsOverload(
        TWO_TEXTS_TO_COUNT,
        rowwise([TEXT, TEXT], COUNT, (a, b) => editDistance(a, b, true)),
      ),
    ],
  }),
  scalar({
    name: 'hamming',
    aliases: ['mismatches'],
    category: 'string',
    doc: {
      summary: 'Number of places in which two texts of equal length differ.',
      examples: [example("hamming('duck', 'luck')", '1')],
      source: 'Hamming (1950), Bell System Technical Journal 29(2)',
    },
    overloads: [
      jsOverload(TWO_TEXTS_TO_COUNT, rowwise([TEXT, TEXT], COUNT, hamming), { raises: true }),
    ],
  }),
  scalar({
    name: 'jaccard',
    category: 'string',
    doc: {
      summary: 'Characters that both texts have, as a part of those that either has.',
      examples: [example("jaccard('duck', 'luck')", '0.6')],
      source: 'Jaccard (1901), over the sets of characters',
    },
    overloads: [
      jsOverload(TWO_TEXTS_TO_DOUBLE, rowwise([TEXT, TEXT], FLOAT64, jaccard), { raises: true }),
    ],
  }),
  scalar({
    name: 'jaro_similarity',
    category: 'string',
    doc: {
      summary: 'Likeness of two short texts such as names, from 0 to 1.',
      examples: [example("jaro_similarity('duck', 'duckdb')", '0.8888888888888888')],
      source: 'Jaro (1989), JASA 84(406)',
    },
    overloads: [jsOverload(TWO_TEXTS_TO_DOUBLE, rowwise([TEXT, TEXT], FLOAT64, jaro))],
  }),
  scalar({
    name: 'jaro_winkler_similarity',
    category: 'string',
    doc: {
      summary: 'Jaro similarity with a bonus for a common beginning of up to four characters.',
      examples: [example("jaro_winkler_similarity('duck', 'duckdb')", '0.9333333333333333')],
      source: 'Winkler (1990), Proceedings of the Section on Survey Research Methods, ASA',
    },
    overloads: [jsOverload(TWO_TEXTS_TO_DOUBLE, rowwise([TEXT, TEXT], FLOAT64, jaroWinkler))],
  }),
  scalar({
    name: 'soundex',
    category: 'string',
    doc: {
      summary: 'A letter and three digits for how an English name sounds.',
      examples: [example("soundex('Robert')", 'R163')],
      source: 'Russell (1918), as in Knuth, The Art of Computer Programming 3, §6',
    },
    overloads: [jsOverload(signature([VARCHAR], VARCHAR), rowwise([TEXT], TEXT, soundex))],
  }),
];
