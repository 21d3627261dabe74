import {
  type EvalContext,
  type ResultVector,
  type ScalarFunction,
  type ScalarOverload,
  VARCHAR,
} from '@windrow/core';
import { kernels } from '@windrow/kernels';
import { example, scalar, signature } from '../define.ts';
import { jsOverload } from '../vector/overload.ts';
import { type Argument, kernelArgument, rowwise, TEXT } from '../vector/rows.ts';

const TEXT_TO_TEXT = signature([VARCHAR], VARCHAR);
const CASE_MAPPING =
  'Unicode Standard §3.13, simple case mapping: one character for one, whatever the language';

/** Upper case, character by character: ß becomes ẞ, not SS. */
export function simpleUpper(text: string): string {
  const upper = text.toUpperCase();
  // Mappings to several characters always lengthen the text.
  return upper.length === text.length ? upper : mapCharacters(text, upperCharacter);
}

/** Lower case, character by character: a final Σ becomes σ like any other. */
export function simpleLower(text: string): string {
  const lower = text.toLowerCase();
  const isSimple = lower.length === text.length && !text.includes('Σ');
  return isSimple ? lower : mapCharacters(text, lowerCharacter);
}

const mapCharacters = (text: string, map: (character: string) => string): string =>
  Array.from(text, map).join('');

function upperCharacter(character: string): string {
  if (character === 'ß') return 'ẞ';
  const upper = character.toUpperCase();
  return upper.length === character.length ? upper : character;
}

function lowerCharacter(character: string): string {
  if (character === 'Σ') return 'σ';
  // İ is i and a combining dot in the full mapping.
  if (character === 'İ') return 'i';
  const lower = character.toLowerCase();
  return lower.length === character.length ? lower : character;
}

/** Writes the text in the other case: ASCII rows by a kernel, the others one by one. */
export function changeCase(
  context: EvalContext,
  text: Argument,
  result: ResultVector,
  to: 'upper' | 'lower',
): void {
  const { memory, arena } = context;
  const kernel = kernels(memory);
  const { values, step } = kernelArgument(text);
  const count = result.length;
  const totalBytes = kernel.textTotalBytes(values, step, result.validity, count) >>> 0;
  const rest = arena.allocate((count + 1) * 4);
  kernel.textChangeCase(
    values,
    step,
    result.validity,
    count,
    to === 'upper' ? 1 : 0,
    arena.allocate(totalBytes),
    result.values,
    rest,
  );
  const read = TEXT.reader(memory, text);
  const write = TEXT.writer(context, result);
  const change = to === 'upper' ? simpleUpper : simpleLower;
  for (let at = rest >>> 2; memory.u32[at] !== 0xffffffff; at++) {
    const row = memory.u32[at]!;
    write(row, change(read(row)));
  }
}

const caseOverload = (to: 'upper' | 'lower'): ScalarOverload =>
  jsOverload(TEXT_TO_TEXT, (context, [text], result) =>
    changeCase(context, text as Argument, result, to),
  );

const WORD = /[\p{L}\p{N}]+/gu;

function capitalizeWords(text: string): string {
  return text.replaceAll(WORD, (word) => {
    const [head = '', ...tail] = Array.from(word);
    return simpleUpper(head) + simpleLower(tail.join(''));
  });
}

/** Functions of upper and lower case. */
export const caseFunctions: readonly ScalarFunction[] = [
  scalar({
    name: 'upper',
    aliases: ['ucase'],
    category: 'string',
    doc: {
      summary: 'The text in upper case.',
      examples: [example("upper('Straße')", 'STRAẞE')],
      source: CASE_MAPPING,
    },
    overloads: [caseOverload('upper')],
  }),
  scalar({
    name: 'lower',
    aliases: ['lcase'],
    category: 'string',
    doc: {
      summary: 'The text in lower case.',
      examples: [example("lower('ÄB')", 'äb')],
      source: CASE_MAPPING,
    },
    overloads: [caseOverload('lower')],
  }),
  scalar({
    name: 'initcap',
    category: 'string',
    doc: {
      summary: 'The text with the first letter of each word in upper case and the others in lower.',
      examples: [example("initcap('window FUNCTIONS')", 'Window Functions')],
      source: 'PostgreSQL: words are runs of letters and digits',
    },
    overloads: [jsOverload(TEXT_TO_TEXT, rowwise([TEXT], TEXT, capitalizeWords))],
  }),
];
