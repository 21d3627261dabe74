import { beforeAll, describe, expect, it } from 'vitest';
import { differences } from './agreement.ts';
import { type Oracle, openOracle } from './duckdb.ts';
import { evaluateSql, textOf } from './sql.ts';

let oracle: Oracle;
beforeAll(async () => {
  oracle = await openOracle();
});

const TEXTS = [
  "''",
  "'a'",
  "'hello'",
  "'héllo wörld'",
  "'  x  '",
  "'漢字かな'",
  "'𝄞a𝄞'",
  "'a,b,,c'",
  "'%_!'",
  "'ABC abc'",
];
const each = (values: readonly string[], template: string): string[] =>
  values.map((value) => template.replaceAll('?', value));

describe('agreement with the oracle', () => {
  it.each([
    ['length(?)'],
    ['strlen(?)'],
    ['bit_length(?)'],
    ['upper(?)'],
    ['lower(?)'],
    ['reverse(?)'],
    ['trim(?)'],
    ["ltrim(?, 'ha ')"],
    ["rtrim(?, 'do ')"],
    ['left(?, 2)'],
    ['left(?, -2)'],
    ['right(?, 2)'],
    ['right(?, -2)'],
    ['substring(?, 2)'],
    ['substring(?, 2, 2)'],
    ['substring(?, -3, 2)'],
    ['substring(?, 0, 3)'],
    ['substring(?, 3, -2)'],
    ["strpos(?, 'l')"],
    ["strpos(?, '')"],
    ["contains(?, 'a')"],
    ["starts_with(?, 'h')"],
    ["ends_with(?, 'd')"],
    ["replace(?, 'l', 'LL')"],
    ["replace(?, '', 'x')"],
    ["split_part(?, ',', 2)"],
    ["split_part(?, ',', -1)"],
    ["split_part(?, '', 2)"],
    ["string_split(?, ',')"],
    ["lpad(?, 7, 'xy')"],
    ["rpad(?, 7, 'é')"],
    ['repeat(?, 2)'],
    ['ascii(?)'],
    ["translate(?, 'halo', 'HA')"],
    ["? || 'x'"],
    ['concat(?, NULL, 1)'],
    ["concat_ws('-', ?, NULL, 'z')"],
    ["? LIKE '%l%'"],
    ["? LIKE 'h_llo%'"],
    ["? LIKE '_'"],
    ["? LIKE '%'"],
    ["? LIKE '%o w%l%'"],
    ["? LIKE '%!%%' ESCAPE '!'"],
    ["? ILIKE 'abc%'"],
    ["? ILIKE '%WÖRLD'"],
    ["? GLOB '*l*'"],
    ["? GLOB '[a-h]*'"],
    ["? GLOB '[!a-h]*'"],
    ["regexp_matches(?, 'l+')"],
    ["regexp_matches(?, '^\\w+$')"],
    ["regexp_full_match(?, '[a-z]+')"],
    ["regexp_extract(?, '(\\w)(\\w)', 2)"],
    ["regexp_extract(?, 'z')"],
    ["regexp_extract_all(?, '[a-z]')"],
    ["regexp_replace(?, '[aeiou]', '<\\0>')"],
    ["regexp_replace(?, '[aeiou]', '', 'g')"],
    ["regexp_replace(?, 'L', 'x', 'gi')"],
    ["string_split_regex(?, '[, ]+')"],
    ["levenshtein(?, 'hello')"],
    ["damerau_levenshtein(?, 'hlelo')"],
    ["jaro_similarity(?, 'hello')"],
    ["jaro_winkler_similarity(?, 'hello')"],
    ['md5(?)'],
    ['sha256(?)'],
    ['to_base64(?::BLOB)'],
    ['url_encode(?)'],
    ['strip_accents(?)'],
    ['hex(?)'],
  ])('%s', async (template) => {
    expect(await differences(oracle, each(TEXTS, template))).toEqual(OWN[template] ?? []);
  });
});

/** Where this engine counts code points and the oracle bytes. */
const OWN: Readonly<Record<string, readonly string[]>> = {
  "levenshtein(?, 'hello')": [
    "levenshtein('héllo wörld', 'hello'): 7, oracle 9",
    "levenshtein('漢字かな', 'hello'): 5, oracle 12",
    "levenshtein('𝄞a𝄞', 'hello'): 5, oracle 9",
  ],
  "damerau_levenshtein(?, 'hlelo')": [
    "damerau_levenshtein('héllo wörld', 'hlelo'): 8, oracle 10",
    "damerau_levenshtein('漢字かな', 'hlelo'): 5, oracle 12",
    "damerau_levenshtein('𝄞a𝄞', 'hlelo'): 5, oracle 9",
  ],
  "jaro_similarity(?, 'hello')": [
    "jaro_similarity('héllo wörld', 'hello'): 0.7212121212121212, oracle 0.7025641025641026",
  ],
  "jaro_winkler_similarity(?, 'hello')": [
    "jaro_winkler_similarity('héllo wörld', 'hello'): 0.749090909090909, oracle 0.7323076923076923",
  ],
};

describe('case mapping', () => {
  it.each([
    ["upper('ß')", 'ẞ'],
    ["upper('ŉ')", 'ŉ'],
    ["upper('ﬁ')", 'ﬁ'],
    ["lower('ΑΣ')", 'ασ'],
    ["lower('İ')", 'i'],
    ["upper('straße ǆ')", 'STRAẞE Ǆ'],
    ["initcap('o''neil mc-DONALD 3rd')", "O'Neil Mc-Donald 3rd"],
  ])('%s is %s', (sql, text) => {
    expect(textOf(sql)).toBe(text);
  });
});

describe('errors', () => {
  it.each([
    ["regexp_matches('a', '(a')", '2201B', /invalid regular expression '\(a': missing closing \)/],
    ["regexp_matches('aa', '(a)\\1')", '2201B', /invalid escape sequence/],
    ["regexp_matches('ab', 'a(?=b)')", '2201B', /invalid regular expression 'a\(\?=b\)'/],
    ["regexp_extract('a', 'a', 1)", '22023', /the pattern has no group, not 1/],
    ["regexp_matches('a', 'a', 'q')", '22023', /'q' is not a flag/],
    ["'a' LIKE 'b!' ESCAPE '!'", '22025', /ends in its escape character/],
    ["'a' LIKE 'b' ESCAPE 'ab'", '22025', /is not a single character/],
    ["lpad('a', 3, '')", '22023', /lpad needs something to fill with/],
    ['chr(55296)', '22023', /not the code point of a character/],
    ["hamming('a', 'ab')", '22023', /two texts of equal length/],
    ["from_base64('a')", '22018', /is not base64/],
    ["unhex('zz')", '22018', /is not hexadecimal/],
    ["url_decode('%E9')", '22018', /not a percent-encoded text/],
    ["decode(unhex('FF'))", '22018', /the bytes are not UTF-8/],
    ["repeat('abc', 1000000000)", '54000', /is longer than/],
  ])('%s', (sql, sqlState, message) => {
    expect(() => evaluateSql(sql)).toThrow(
      expect.objectContaining({ sqlState, message: expect.stringMatching(message) }),
    );
  });

  it('names RE2 where a pattern asks for what it leaves out', () => {
    expect(() => evaluateSql("regexp_matches('ab', 'a(?=b)')")).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('no look-around') }),
    );
  });
});

it('matches hostile patterns in linear time', () => {
  const started = performance.now();
  expect(textOf("regexp_matches(repeat('a', 100000) || 'b', '^(a+)+$')")).toBe('false');
  expect(performance.now() - started).toBeLessThan(5000);
});
