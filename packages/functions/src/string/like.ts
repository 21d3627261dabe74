import {
  type Address,
  BOOLEAN,
  type EvalContext,
  isValidAt,
  type LiteralValue,
  type PrepareCall,
  type ResultVector,
  type ScalarFunction,
  type ScalarOverload,
  VARCHAR,
  type VectorEvaluate,
  writeVector,
} from '@windrow/core';
import { kernels } from '@windrow/kernels';
import { example, scalar, signature } from '../define.ts';
import { type Argument, kernelArgument, TEXT } from '../vector/rows.ts';
import { changeCase, simpleLower } from './case.ts';
import { globExpression } from './glob.ts';
import { type LikePattern, parseLike } from './like-pattern.ts';
import { MATCH_MODES } from './search.ts';

const SQL_LIKE = 'ISO/IEC 9075-2 §8.5 (like predicate)';
const BACKSLASH = '\\'.charCodeAt(0);

/** Matches a column of text against one pattern. */
type Matcher = (context: EvalContext, text: Argument, result: ResultVector) => void;

function likeMatcher(pattern: LikePattern): Matcher {
  return (context, text, result) => {
    const kernel = kernels(context.memory);
    const { values, step } = kernelArgument(text);
    const refs = (texts: readonly string[]): Address =>
      writeVector(context.arena, VARCHAR, texts).values;
    const { length, values: out } = result;
    switch (pattern.kind) {
      case 'exact':
        kernel.textMatches(MATCH_MODES.equals, values, step, refs([pattern.text]), 0, length, out);
        return;
      case 'pieces': {
        const { pieces } = pattern;
        const [single, mode] = singlePiece(pieces);
        if (mode !== undefined)
          kernel.textMatches(MATCH_MODES[mode], values, step, refs([single]), 0, length, out);
        else kernel.textLikePieces(values, step, refs(pieces), pieces.length, length, out);
        return;
      }
      case 'general':
        kernel.textLike(values, step, refs([pattern.pattern]), 0, BACKSLASH, length, out);
    }
  };
}

/** `%x%`, `x%` and `%x` need no general search. */
function singlePiece(
  pieces: readonly string[],
): readonly [string, keyof typeof MATCH_MODES | undefined] {
  const [first = '', second = '', third] = pieces;
  if (pieces.length === 2 && second === '') return [first, 'starts'];
  if (pieces.length === 2 && first === '') return [second, 'ends'];
  if (pieces.length === 3 && first === '' && third === '') return [second, 'contains'];
  return ['', undefined];
}

/** Makes a matcher of a pattern and, where the function has one, an escape character. */
type Compile = (pattern: string, escapeCharacter: string) => Matcher;

/**
 * A matching function: a literal pattern is compiled once per call, others once per distinct text of a
 * batch. Patterns that change from row to row are rare, and few.
 */
function matching(compile: Compile): ScalarOverload['implementation'] {
  const prepare: PrepareCall = ({ constants }) => {
    const [, pattern, escapeCharacter = ''] = constants;
    if (!isText(pattern) || !isText(escapeCharacter)) return evaluate;
    const matcher = compile(pattern, escapeCharacter);
    return (context, [text], result) => matcher(context, text as Argument, result);
  };
  const evaluate: VectorEvaluate = (context, args, result) =>
    matchRowByRow(compile, context, args, result);
  return { kind: 'js', evaluate, prepare };
}

const isText = (value: LiteralValue | undefined): value is string => typeof value === 'string';

function matchRowByRow(
  compile: Compile,
  context: EvalContext,
  args: readonly Argument[],
  result: ResultVector,
): void {
  const { memory } = context;
  const [text, patterns, escapes] = args as readonly [Argument, Argument, Argument?];
  const readPattern = TEXT.reader(memory, patterns);
  const readEscape = escapes === undefined ? () => '' : TEXT.reader(memory, escapes);
  const compiled = new Map<string, Matcher>();
  for (let row = 0; row < result.length; row++) {
    if (!isValidAt(memory, result.validity, row)) continue;
    const [pattern, escapeCharacter] = [readPattern(row), readEscape(row)];
    const key = `${escapeCharacter.length}${escapeCharacter}${pattern}`;
    let matcher = compiled.get(key);
    if (matcher === undefined) {
      matcher = compile(pattern, escapeCharacter);
      compiled.set(key, matcher);
    }
    matcher(context, rowOf(text, row), { ...result, length: 1, values: result.values + row });
  }
}

/** One row of a text column as a column. */
const rowOf = (text: Argument, row: number): Argument =>
  text.kind === 'constant'
    ? { ...text, length: 1 }
    : { ...text, length: 1, values: text.values + 8 * row, validity: 0 };

const sensitive: Compile = (pattern, escapeCharacter) =>
  likeMatcher(parseLike(pattern, escapeCharacter));

/** Matches the lower-case text against the lower-case pattern. */
const insensitive: Compile = (pattern, escapeCharacter) => {
  const matcher = sensitive(simpleLower(pattern), simpleLower(escapeCharacter));
  return (context, text, result) => matcher(context, lowerColumn(context, text), result);
};

/** The text in lower case, row by row of the column. */
function lowerColumn(context: EvalContext, text: Argument): Argument {
  if (text.kind === 'constant' && text.isNull) return text;
  const values = context.arena.allocateZeroed(text.length * 8);
  const validity = text.kind === 'flat' ? text.validity : 0;
  const { type, length } = text;
  changeCase(context, text, { type, length, values, validity }, 'lower');
  return { kind: 'flat', type, length, values, validity, stable: false };
}

const glob: Compile = (pattern) => {
  const expression = globExpression(pattern);
  return ({ memory }, text, result) => {
    const read = TEXT.reader(memory, text);
    for (let row = 0; row < result.length; row++) {
      if (isValidAt(memory, result.validity, row))
        memory.u8[result.values + row] = expression.matches(read(row)) ? 1 : 0;
    }
  };
};

const TWO_TEXTS = signature([VARCHAR, VARCHAR], BOOLEAN);
const THREE_TEXTS = signature([VARCHAR, VARCHAR, VARCHAR], BOOLEAN);

interface MatchFunctionOptions {
  readonly name: string;
  readonly summary: string;
  readonly examples: readonly (readonly [sql: string, result: string])[];
  readonly source: string;
  readonly compile: Compile;
  /** Has it a third argument, the escape character? Then patterns can be malformed. */
  readonly hasEscape: boolean;
}

const matchFunction = (options: MatchFunctionOptions): ScalarFunction =>
  scalar({
    name: options.name,
    category: 'string',
    doc: {
      summary: options.summary,
      examples: options.examples.map(([sql, result]) => example(sql, result)),
      source: options.source,
    },
    overloads: [
      {
        signature: options.hasEscape ? THREE_TEXTS : TWO_TEXTS,
        implementation: matching(options.compile),
        raises: options.hasEscape,
      },
    ],
  });

/** LIKE and its relatives. */
export const likeFunctions: readonly ScalarFunction[] = [
  matchFunction({
    name: 'like',
    summary: 'Does the text match the pattern? `%` stands for any text, `_` for one character.',
    examples: [
      ["'window' LIKE 'win%'", 'true'],
      ["'window' LIKE '_i%w'", 'true'],
    ],
    source: SQL_LIKE,
    compile: sensitive,
    hasEscape: false,
  }),
  matchFunction({
    name: 'like_escape',
    summary: 'LIKE with a character that takes the next one literally; an empty one means none.',
    examples: [["'50%' LIKE '50!%' ESCAPE '!'", 'true']],
    source: SQL_LIKE,
    compile: sensitive,
    hasEscape: true,
  }),
  matchFunction({
    name: 'ilike',
    summary: 'LIKE without regard to upper and lower case.',
    examples: [["'Window' ILIKE 'WIN%'", 'true']],
    source: 'PostgreSQL',
    compile: insensitive,
    hasEscape: false,
  }),
  matchFunction({
    name: 'ilike_escape',
    summary: 'ILIKE with a character that takes the next one literally; an empty one means none.',
    examples: [["'50%A' ILIKE '50!%a' ESCAPE '!'", 'true']],
    source: 'PostgreSQL',
    compile: insensitive,
    hasEscape: true,
  }),
  matchFunction({
    name: 'glob',
    summary:
      'Does the text match the file pattern? `*` any text, `?` one character, `[a-z]` one of, `[!a-z]` none of a set.',
    examples: [["'window.ts' GLOB '*.[jt]s'", 'true']],
    source: 'POSIX.1-2017, Shell & Utilities §2.13; `*` matches slashes too',
    compile: glob,
    hasEscape: false,
  }),
];
