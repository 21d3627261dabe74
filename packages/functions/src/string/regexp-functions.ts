import {
  BIGINT,
  BOOLEAN,
  INTEGER,
  type LiteralValue,
  list,
  type ScalarFunction,
  type ScalarOverload,
  type Signature,
  type SqlType,
  VARCHAR,
} from '@windrow/core';
import { example, scalar, signature } from '../define.ts';
import { jsOverload } from '../vector/overload.ts';
import { BOOL, COUNT, INT32, LITERAL, rowwise, TEXT, type Writer } from '../vector/rows.ts';
import {
  checkGroup,
  groupText,
  isNameList,
  parseFlags,
  parseReplacement,
  type RegularExpression,
  regularExpression,
  replaceMatches,
  splitByMatches,
} from './regexp.ts';

const RE2_SYNTAX = 'RE2 (Cox, 2010): github.com/google/re2/wiki/Syntax, through re2js';

/** Overloads (text, pattern) and (text, pattern, flags). */
const withFlags = <R>(
  returns: SqlType,
  write: Writer<R>,
  compute: (text: string, expression: RegularExpression) => R,
): readonly ScalarOverload[] => [
  jsOverload(
    signature([VARCHAR, VARCHAR], returns),
    rowwise([TEXT, TEXT], write, (text, pattern) => compute(text, regularExpression(pattern))),
    { raises: true },
  ),
  jsOverload(
    signature([VARCHAR, VARCHAR, VARCHAR], returns),
    rowwise([TEXT, TEXT, TEXT], write, (text, pattern, flags) =>
      compute(text, regularExpression(pattern, parseFlags(flags))),
    ),
    { raises: true },
  ),
];

function replaceOverload(hasFlags: boolean): ScalarOverload {
  const compute = (text: string, pattern: string, replacement: string, letters = ''): string => {
    const flags = parseFlags(letters);
    const expression = regularExpression(pattern, flags);
    const pieces = parseReplacement(replacement, expression.groupCount);
    return replaceMatches(text, expression, pieces, flags.all);
  };
  return hasFlags
    ? jsOverload(
        signature([VARCHAR, VARCHAR, VARCHAR, VARCHAR], VARCHAR),
        rowwise([TEXT, TEXT, TEXT, TEXT], TEXT, compute),
        { raises: true },
      )
    : jsOverload(
        signature([VARCHAR, VARCHAR, VARCHAR], VARCHAR),
        rowwise([TEXT, TEXT, TEXT], TEXT, (text, pattern, replacement) =>
          compute(text, pattern, replacement),
        ),
        { raises: true },
      );
}

/** The group of the first match, '' when there is none. */
function extract(text: string, pattern: string, group: number, letters: string): string {
  const expression = regularExpression(pattern, parseFlags(letters));
  checkGroup(group, expression.groupCount);
  for (const match of expression.find(text)) return groupText(match, group);
  return '';
}

function extractAll(text: string, pattern: string, group: number, letters: string): string[] {
  const expression = regularExpression(pattern, parseFlags(letters));
  checkGroup(group, expression.groupCount);
  return Array.from(expression.find(text), (match) => groupText(match, group));
}

/** Overloads (text, pattern), (…, group) and (…, group, flags). */
const withGroup = <R extends LiteralValue>(
  returns: SqlType,
  compute: (text: string, pattern: string, group: number, letters: string) => R,
): readonly ScalarOverload[] => [
  jsOverload(
    signature([VARCHAR, VARCHAR], returns),
    rowwise([TEXT, TEXT], LITERAL, (text, pattern) => compute(text, pattern, 0, '')),
    { raises: true },
  ),
  jsOverload(
    signature([VARCHAR, VARCHAR, INTEGER], returns),
    rowwise([TEXT, TEXT, INT32], LITERAL, (text, pattern, group) =>
      compute(text, pattern, group, ''),
    ),
    { raises: true },
  ),
  jsOverload(
    signature([VARCHAR, VARCHAR, INTEGER, VARCHAR], returns),
    rowwise([TEXT, TEXT, INT32, TEXT], LITERAL, compute),
    { raises: true },
  ),
];

/** `regexp_extract(text, pattern, ['a', 'b'])`: the groups as fields of a struct. */
const extractFields: Signature = {
  display: '(VARCHAR, VARCHAR, VARCHAR[]) → STRUCT',
  resolve(args, constants) {
    const names = constants[2];
    if (args.length !== 3 || args[0]?.kind !== 'varchar' || !isNameList(names)) return undefined;
    const fields = names.map((name) => ({ name, type: VARCHAR }));
    return { args: [VARCHAR, VARCHAR, list(VARCHAR)], returns: { kind: 'struct', fields } };
  },
};

function extractStruct(text: string, pattern: string, names: LiteralValue): LiteralValue {
  const expression = regularExpression(pattern);
  const count = (names as readonly string[]).length;
  checkGroup(count, expression.groupCount);
  const groups = Array.from({ length: count }, (_, i) => i + 1);
  for (const match of expression.find(text))
    return { struct: groups.map((group) => groupText(match, group)) };
  return { struct: groups.map(() => '') };
}

function firstMatch(text: string, pattern: string): string | null {
  for (const match of regularExpression(pattern).find(text)) return groupText(match, 0);
  return null;
}

/** Position in characters, from 1; 0 when there is no match. */
function matchPosition(text: string, expression: RegularExpression): number {
  for (const match of expression.find(text))
    return Array.from(text.slice(0, match.start())).length + 1;
  return 0;
}

function countMatches(text: string, expression: RegularExpression): number {
  let count = 0;
  for (const _ of expression.find(text)) count++;
  return count;
}

const escapePattern = (text: string): string =>
  text.replaceAll(/[^A-Za-z0-9_\u0080-\uffff]/g, '\\$&');

interface RegExpFunctionOptions {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly examples: readonly (readonly [sql: string, result: string])[];
  readonly overloads: readonly ScalarOverload[];
}

const regExpFunction = (options: RegExpFunctionOptions): ScalarFunction =>
  scalar({
    name: options.name,
    aliases: options.aliases ?? [],
    category: 'regular expressions',
    doc: {
      summary: options.summary,
      examples: options.examples.map(([sql, result]) => example(sql, result)),
      source: RE2_SYNTAX,
    },
    overloads: options.overloads,
  });

/** Functions of regular expressions. */
export const regExpFunctions: readonly ScalarFunction[] = [
  regExpFunction({
    name: 'regexp_matches',
    aliases: ['regexp_like', 'regexp', 'rlike'],
    summary: 'Does the pattern match somewhere in the text? The operator `~`.',
    examples: [["regexp_matches('window', 'n.o')", 'true']],
    overloads: withFlags(BOOLEAN, BOOL, (text, expression) => expression.test(text)),
  }),
  regExpFunction({
    name: 'regexp_full_match',
    aliases: ['similar_to'],
    summary: 'Does the pattern match the whole text? The operator SIMILAR TO.',
    examples: [
      ["regexp_full_match('window', 'w.*w')", 'true'],
      ["regexp_full_match('window', 'ind')", 'false'],
    ],
    overloads: withFlags(BOOLEAN, BOOL, (text, expression) => expression.matches(text)),
  }),
  regExpFunction({
    name: 'regexp_extract',
    summary:
      'The first match, or one of its groups; empty without a match. A list of names makes a struct of the groups.',
    examples: [
      ["regexp_extract('2024-02-29', '(\\d+)-(\\d+)', 2)", '02'],
      ["regexp_extract('2024-02-29', '(\\d+)-(\\d+)', ['y', 'm'])", "{'y': 2024, 'm': 02}"],
    ],
    overloads: [
      ...withGroup(VARCHAR, extract),
      jsOverload(extractFields, rowwise([TEXT, TEXT, LITERAL], LITERAL, extractStruct), {
        raises: true,
      }),
    ],
  }),
  regExpFunction({
    name: 'regexp_extract_all',
    summary: 'All matches, or one group of each.',
    examples: [["regexp_extract_all('a1b22', '\\d+')", '[1, 22]']],
    overloads: withGroup(list(VARCHAR), extractAll),
  }),
  regExpFunction({
    name: 'regexp_replace',
    summary:
      'The text with the first match (flag g: all) replaced; `\\1` stands for the first group, `\\0` for the match.',
    examples: [
      ["regexp_replace('window', '[aeiou]', '_', 'g')", 'w_nd_w'],
      ["regexp_replace('a-b', '(.)-(.)', '\\2-\\1')", 'b-a'],
    ],
    overloads: [replaceOverload(false), replaceOverload(true)],
  }),
  regExpFunction({
    name: 'regexp_substr',
    summary: 'The first match; NULL without one.',
    examples: [["regexp_substr('window', '[aeiou]')", 'i']],
    overloads: [
      jsOverload(signature([VARCHAR, VARCHAR], VARCHAR), rowwise([TEXT, TEXT], TEXT, firstMatch), {
        raises: true,
        returnsNull: true,
      }),
    ],
  }),
  regExpFunction({
    name: 'regexp_instr',
    summary: 'Position of the first match, 1 being the first character; 0 without one.',
    examples: [["regexp_instr('window', '[aeiou]')", '2']],
    overloads: withFlags(BIGINT, COUNT, matchPosition),
  }),
  regExpFunction({
    name: 'regexp_count',
    summary: 'Number of matches.',
    examples: [["regexp_count('window', '[aeiou]')", '2']],
    overloads: withFlags(BIGINT, COUNT, countMatches),
  }),
  regExpFunction({
    name: 'string_split_regex',
    aliases: ['regexp_split_to_array', 'str_split_regex'],
    summary: 'The parts of the text between matches.',
    examples: [["string_split_regex('a1b22c', '\\d+')", '[a, b, c]']],
    overloads: withFlags(list(VARCHAR), LITERAL, splitByMatches),
  }),
  regExpFunction({
    name: 'regexp_escape',
    summary: 'The text as a pattern that matches just it.',
    examples: [["regexp_escape('a.b')", 'a\\.b']],
    overloads: [jsOverload(signature([VARCHAR], VARCHAR), rowwise([TEXT], TEXT, escapePattern))],
  }),
];
