import {
  BIGINT,
  BLOB,
  type EmitValue,
  type ScalarFunction,
  type ScalarOverload,
  type SqlType,
  VARCHAR,
} from '@windrow/core';
import { emitted, example, scalar, signature } from '../define.ts';
import { type Code, push } from '../emit/code.ts';
import { first } from '../emit/value.ts';
import { family } from '../resolve.ts';
import { jsOverload, kernelOverload } from '../vector/overload.ts';
import { COUNT, rowwise, TEXT } from '../vector/rows.ts';

/** Bytes behind a reference: its high half. */
const byteLength = (value: EmitValue | undefined): Code => ['i64.shr_u', first(value), 32];

const characters: ScalarOverload = kernelOverload(
  signature([VARCHAR], BIGINT),
  ({ kernel, count, out }, text) => kernel.textLengths(text!.values, text!.step, count, out),
);

/** The count stands at the beginning of a list's block. */
const elements: ScalarOverload = emitted(
  family('(T[]) → BIGINT', 1, ([type]) => {
    const list = type as SqlType;
    return list.kind === 'list' || list.kind === 'array'
      ? { args: [list], returns: BIGINT }
      : undefined;
  }),
  (b, [list]) => {
    push(b, ['i32.wrap_i64', first(list)]);
    b.load('i32.load');
    b.op('i64.extend_i32_u');
  },
);

let segmenter: Intl.Segmenter | undefined;

/** User-perceived characters: an accent counts with its letter, a family of emoji as one. */
export function graphemes(text: string): Iterable<Intl.SegmentData> {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return segmenter.segment(text);
}

function graphemeCount(text: string): number {
  let count = 0;
  for (const _ of graphemes(text)) count++;
  return count;
}

const byteLengthOverloads = (unit: 'byte' | 'bit'): readonly ScalarOverload[] =>
  [VARCHAR, BLOB].map((type) =>
    emitted(signature([type], BIGINT), (b, [value]) => {
      const bytes = byteLength(value);
      push(b, unit === 'byte' ? bytes : ['i64.mul', bytes, 8]);
    }),
  );

/** Functions that measure. */
export const lengthFunctions: readonly ScalarFunction[] = [
  scalar({
    name: 'length',
    aliases: ['len', 'char_length', 'character_length'],
    category: 'string',
    doc: {
      summary: 'Number of characters (Unicode code points) of a text, or of elements of a list.',
      examples: [example("length('Straße')", '6'), example('length([1, 2, NULL])', '3')],
      source: 'ISO/IEC 9075-2 §6.30 (CHAR_LENGTH)',
    },
    overloads: [characters, elements],
  }),
  scalar({
    name: 'octet_length',
    aliases: ['strlen'],
    category: 'string',
    doc: {
      summary: 'Number of bytes of a text in UTF-8, or of a blob.',
      examples: [example("octet_length('Straße')", '7')],
      source: 'ISO/IEC 9075-2 §6.30 (OCTET_LENGTH)',
    },
    overloads: byteLengthOverloads('byte'),
  }),
  scalar({
    name: 'bit_length',
    category: 'string',
    doc: {
      summary: 'Number of bits of a text in UTF-8, or of a blob.',
      examples: [example("bit_length('ab')", '16')],
      source: 'PostgreSQL',
    },
    overloads: byteLengthOverloads('bit'),
  }),
  scalar({
    name: 'length_grapheme',
    category: 'string',
    doc: {
      summary: 'Number of user-perceived characters (grapheme clusters) of a text.',
      examples: [example("length_grapheme('🤦🏼‍♂️')", '1')],
      source: 'Unicode Standard Annex 29, through Intl.Segmenter',
    },
    overloads: [jsOverload(signature([VARCHAR], BIGINT), rowwise([TEXT], COUNT, graphemeCount))],
  }),
];
