import { type LiteralValue, SqlError } from '@windrow/core';
import { RE2JS, RE2JSSyntaxException } from 're2js';
import { invalidArgument } from '../errors.ts';
import { nativePattern } from './native-regexp.ts';

/** A match; positions in UTF-16 units. */
export interface Match {
  start(): number;
  end(): number;
  /** The text of a group, 0 being all of it; null when it took no part. */
  group(group: number): string | null;
}

/** A compiled regular expression: RE2's language, linear time. */
export interface RegularExpression {
  readonly groupCount: number;
  /** Does it match somewhere? */
  test(text: string): boolean;
  /** Does it match the whole text? */
  matches(text: string): boolean;
  /** All matches from left to right, each beginning where the one before ended. */
  find(text: string): Iterable<Match>;
}

/** What the letters of a flags argument mean. */
export interface RegExpFlags {
  readonly insensitive: boolean;
  readonly dotAll: boolean;
  readonly literal: boolean;
  /** `g`: for regexp_replace. */
  readonly all: boolean;
}

const NO_FLAGS: RegExpFlags = { insensitive: false, dotAll: false, literal: false, all: false };

/** @throws SqlError `execution` 22023 for a letter that is no flag. */
export function parseFlags(flags: string): RegExpFlags {
  let parsed = NO_FLAGS;
  for (const flag of flags) parsed = { ...parsed, ...flagEffect(flag) };
  return parsed;
}

function flagEffect(flag: string): Partial<RegExpFlags> {
  switch (flag) {
    case 'i':
      return { insensitive: true };
    case 'c':
      return { insensitive: false };
    case 's':
      return { dotAll: true };
    case 'm':
    case 'n':
    case 'p':
      return { dotAll: false };
    case 'l':
      return { literal: true };
    case 'g':
      return { all: true };
    default:
      throw invalidArgument(
        `'${flag}' is not a flag of regular expressions`,
        'The flags are c, i, l, m, n, p, s and g.',
      );
  }
}

/** Patterns kept compiled on a thread; beyond that many the oldest goes. */
const MAX_COMPILED = 256;
const compiled = new Map<string, RegularExpression>();
/** The one asked for last: a pattern is mostly the same from row to row. */
let last: readonly [pattern: string, flags: RegExpFlags, expression: RegularExpression] | undefined;

/**
 * The expression of a pattern, compiled once per thread.
 * @throws SqlError `execution` 2201B when the pattern is malformed or not of RE2's language.
 */
export function regularExpression(
  pattern: string,
  flags: RegExpFlags = NO_FLAGS,
): RegularExpression {
  if (last !== undefined && pattern === last[0] && flags === last[1]) return last[2];
  const { insensitive, dotAll, literal } = flags;
  const key = `${insensitive ? 'i' : ''}${dotAll ? 's' : ''}${literal ? 'l' : ''}/${pattern}`;
  let expression = compiled.get(key);
  if (expression === undefined) {
    expression = compile(literal ? RE2JS.quote(pattern) : pattern, flags);
    const oldest = compiled.keys().next();
    if (compiled.size >= MAX_COMPILED && oldest.done === false) compiled.delete(oldest.value);
    compiled.set(key, expression);
  }
  last = [pattern, flags, expression];
  return expression;
}

function compile(pattern: string, flags: RegExpFlags): RegularExpression {
  const bits = (flags.insensitive ? RE2JS.CASE_INSENSITIVE : 0) | (flags.dotAll ? RE2JS.DOTALL : 0);
  let expression: RE2JS;
  try {
    expression = RE2JS.compile(pattern, bits);
  } catch (error) {
    throw patternError(pattern, error);
  }
  const groupCount = expression.groupCount();
  const linear: RegularExpression = {
    groupCount,
    test: (text) => expression.test(text),
    matches: (text) => expression.testExact(text),
    *find(text) {
      const matcher = expression.matcher(text);
      while (matcher.find()) yield matcher;
    },
  };
  return flags.insensitive ? linear : withNative(pattern, flags, linear);
}

/** A text for which backtracking could take more steps goes to RE2. */
const MAX_NATIVE_STEPS = 1e6;

/** The expression by JavaScript's engine for texts that it is known to be quick with. */
function withNative(
  pattern: string,
  flags: RegExpFlags,
  linear: RegularExpression,
): RegularExpression {
  const native = nativePattern(pattern, flags);
  if (native === undefined) return linear;
  const { source, steps } = native;
  let maxLength = 0;
  while (maxLength < 2 ** 20 && steps(maxLength * 2 + 1) <= MAX_NATIVE_STEPS) {
    maxLength = maxLength * 2 + 1;
  }
  const search = new RegExp(source, 'u');
  const whole = new RegExp(`^(?:${source})$`, 'u');
  const all = new RegExp(source, 'gu');
  return {
    groupCount: linear.groupCount,
    test: (text) => (text.length <= maxLength ? search.test(text) : linear.test(text)),
    matches: (text) => (text.length <= maxLength ? whole.test(text) : linear.matches(text)),
    find: (text) => (text.length <= maxLength ? nativeMatches(all, text) : linear.find(text)),
  };
}

class NativeMatch implements Match {
  readonly #found: RegExpExecArray;

  constructor(found: RegExpExecArray) {
    this.#found = found;
  }

  start(): number {
    return this.#found.index;
  }

  end(): number {
    return this.#found.index + this.#found[0].length;
  }

  group(group: number): string | null {
    return this.#found[group] ?? null;
  }
}

/** As `matchAll`, which makes a new expression for each text. */
function* nativeMatches(expression: RegExp, text: string): Generator<Match> {
  for (let from = 0; from <= text.length; ) {
    expression.lastIndex = from;
    const found = expression.exec(text);
    if (found === null) return;
    const match = new NativeMatch(found);
    yield match;
    from = match.end();
    // An empty match is passed by one character, which may take two units.
    if (found[0] === '') from += (text.codePointAt(from) ?? 0) > 0xffff ? 2 : 1;
  }
}

function patternError(pattern: string, error: unknown): SqlError {
  const reason = error instanceof RE2JSSyntaxException ? error.getDescription() : String(error);
  const isUnsupported = /\(\?[=!<]|\\[1-9]/.test(pattern);
  return new SqlError('execution', `invalid regular expression '${pattern}': ${reason}`, {
    sqlState: '2201B',
    hint: isUnsupported
      ? 'The language is RE2: it has no look-around and no back-references, and runs in linear time.'
      : undefined,
    cause: error,
  });
}

/**
 * A replacement text, taken apart at its references `\0` to `\9`; `\\` is a backslash.
 * @throws SqlError `execution` 22023 when it refers to a group that the pattern does not have.
 */
export function parseReplacement(text: string, groupCount: number): readonly (string | number)[] {
  const pieces: (string | number)[] = [''];
  for (let i = 0; i < text.length; i++) {
    const next = text[i] === '\\' ? text[i + 1] : undefined;
    if (next !== undefined && next >= '0' && next <= '9') {
      const group = Number(next);
      checkGroup(group, groupCount);
      pieces.push(group, '');
      i += 1;
    } else {
      if (next === '\\') i += 1;
      pieces.push(`${pieces.pop()}${text[i]}`);
    }
  }
  return pieces;
}

/** @throws SqlError `execution` 22023 when the pattern has no such group. */
export function checkGroup(group: number, groupCount: number): void {
  if (group >= 0 && group <= groupCount) return;
  const groups = groupCount === 1 ? 'one group' : `${groupCount} groups`;
  throw invalidArgument(`the pattern has ${groupCount === 0 ? 'no group' : groups}, not ${group}`);
}

/** The text of a group, '' when it took no part in the match. */
export const groupText = (match: Match, group: number): string => match.group(group) ?? '';

/** The text with the first match, or all, replaced. */
export function replaceMatches(
  text: string,
  expression: RegularExpression,
  pieces: readonly (string | number)[],
  all: boolean,
): string {
  let result = '';
  let behind = 0;
  for (const match of expression.find(text)) {
    result += text.slice(behind, match.start());
    for (const piece of pieces)
      result += typeof piece === 'string' ? piece : groupText(match, piece);
    behind = match.end();
    if (!all) break;
  }
  return result + text.slice(behind);
}

/** The texts between matches; an empty match separates characters. */
export function splitByMatches(text: string, expression: RegularExpression): string[] {
  const parts: string[] = [];
  let behind = 0;
  for (const match of expression.find(text)) {
    const [start, end] = [match.start(), match.end()];
    // An empty match at either end of the text separates nothing.
    if (end === start && (start === 0 || start === text.length)) continue;
    parts.push(text.slice(behind, start));
    behind = end;
  }
  parts.push(text.slice(behind));
  return parts;
}

/** Is the value a list of names, as for regexp_extract into a struct? */
export const isNameList = (value: LiteralValue | undefined): value is readonly string[] =>
  Array.isArray(value) && value.every((name) => typeof name === 'string');
