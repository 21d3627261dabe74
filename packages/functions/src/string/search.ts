import { BIGINT, BOOLEAN, type ScalarFunction, type ScalarOverload, VARCHAR } from '@windrow/core';
import { example, scalar, signature } from '../define.ts';
import { type KernelCall, kernelOverload } from '../vector/overload.ts';
import type { KernelArgument } from '../vector/rows.ts';

/** How a needle has to lie in a text. */
export const MATCH_MODES = { contains: 0, starts: 1, ends: 2, equals: 3 } as const;

const TWO_TEXTS = signature([VARCHAR, VARCHAR], BOOLEAN);

const matches = (mode: keyof typeof MATCH_MODES): ScalarOverload =>
  kernelOverload(TWO_TEXTS, ({ kernel, count, out }, text, needle) =>
    kernel.textMatches(
      MATCH_MODES[mode],
      text!.values,
      text!.step,
      needle!.values,
      needle!.step,
      count,
      out,
    ),
  );

const findPosition = (
  { kernel, count, out }: KernelCall,
  text: KernelArgument,
  needle: KernelArgument,
): void => kernel.textPositions(text.values, text.step, needle.values, needle.step, count, out);

const TWO_TEXTS_TO_POSITION = signature([VARCHAR, VARCHAR], BIGINT);

const replaceAll: ScalarOverload = kernelOverload(
  signature([VARCHAR, VARCHAR, VARCHAR], VARCHAR),
  ({ kernel, context, count, out, result }, text, needle, replacement) => {
    const inputs = [
      text!.values,
      text!.step,
      needle!.values,
      needle!.step,
      replacement!.values,
      replacement!.step,
      result.validity,
      count,
    ] as const;
    const lengths = context.arena.allocate(count * 4);
    kernel.textReplaceLengths(...inputs, lengths);
    const bytes = context.arena.allocate(kernel.textSumLengths(lengths, count) >>> 0);
    kernel.textPlace(lengths, count, bytes, out);
    kernel.textReplace(...inputs, lengths);
  },
);

/** Functions that look for one text in another. */
export const searchFunctions: readonly ScalarFunction[] = [
  scalar({
    name: 'contains',
    category: 'string',
    doc: {
      summary: 'Does the first text contain the second one?',
      examples: [example("contains('window', 'indo')", 'true')],
      source: 'DuckDB',
    },
    overloads: [matches('contains')],
  }),
  scalar({
    name: 'starts_with',
    aliases: ['prefix', 'startswith'],
    category: 'string',
    doc: {
      summary: 'Does the first text begin with the second one? The operator `^@`.',
      examples: [example("starts_with('window', 'win')", 'true')],
      source: 'PostgreSQL',
    },
    overloads: [matches('starts')],
  }),
  scalar({
    name: 'ends_with',
    aliases: ['suffix', 'endswith'],
    category: 'string',
    doc: {
      summary: 'Does the first text end with the second one?',
      examples: [example("ends_with('window', 'dow')", 'true')],
      source: 'DuckDB',
    },
    overloads: [matches('ends')],
  }),
  scalar({
    name: 'strpos',
    aliases: ['instr'],
    category: 'string',
    doc: {
      summary:
        'Position of the second text in the first one, 1 being the first character; 0 when it is absent.',
      examples: [example("strpos('window', 'd')", '4'), example("strpos('window', 'x')", '0')],
      source: 'PostgreSQL',
    },
    overloads: [
      kernelOverload(TWO_TEXTS_TO_POSITION, (call, text, needle) =>
        findPosition(call, text!, needle!),
      ),
    ],
  }),
  scalar({
    name: 'position',
    aliases: ['locate'],
    category: 'string',
    doc: {
      summary:
        'Position of the first text in the second one, 1 being the first character; 0 when it is absent.',
      examples: [example("position('d' IN 'window')", '4'), example("locate('o', 'window')", '5')],
      source: 'ISO/IEC 9075-2 §6.30 (POSITION)',
    },
    overloads: [
      kernelOverload(TWO_TEXTS_TO_POSITION, (call, needle, text) =>
        findPosition(call, text!, needle!),
      ),
    ],
  }),
  scalar({
    name: 'replace',
    category: 'string',
    doc: {
      summary:
        'The first text with every occurrence of the second replaced by the third; an empty second text changes nothing.',
      examples: [example("replace('a-b-c', '-', '+')", 'a+b+c')],
      source: 'PostgreSQL',
    },
    overloads: [replaceAll],
  }),
];
