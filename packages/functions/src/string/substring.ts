import { BIGINT, type ScalarFunction, type ScalarOverload, VARCHAR } from '@windrow/core';
import { example, scalar, signature } from '../define.ts';
import { kernelOverload } from '../vector/overload.ts';

const TEXT_COUNT = signature([VARCHAR, BIGINT], VARCHAR);
const TEXT_START_COUNT = signature([VARCHAR, BIGINT, BIGINT], VARCHAR);

const edge = (fromEnd: 0 | 1): ScalarOverload =>
  kernelOverload(TEXT_COUNT, ({ kernel, count, out }, text, length) =>
    kernel.textEdge(text!.values, text!.step, length!.values, length!.step, fromEnd, count, out),
  );

type Sides = 1 | 2 | 3;

const trimOverloads = (sides: Sides): readonly ScalarOverload[] => [
  kernelOverload(signature([VARCHAR], VARCHAR), ({ kernel, count, out }, text) =>
    kernel.textTrimBlanks(text!.values, text!.step, sides, count, out),
  ),
  kernelOverload(signature([VARCHAR, VARCHAR], VARCHAR), ({ kernel, count, out }, text, set) =>
    kernel.textTrimSet(text!.values, text!.step, set!.values, set!.step, sides, count, out),
  ),
];

interface TrimOptions {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly sides: Sides;
  readonly where: string;
  readonly examples: readonly (readonly [sql: string, result: string])[];
}

const trimFunction = ({
  name,
  aliases = [],
  sides,
  where,
  examples,
}: TrimOptions): ScalarFunction =>
  scalar({
    name,
    aliases,
    category: 'string',
    doc: {
      summary: `The text without blanks ${where}; with a second argument, without any of its characters there.`,
      examples: examples.map(([sql, result]) => example(sql, result)),
      source: 'ISO/IEC 9075-2 §6.32 (TRIM); the set of characters as in PostgreSQL',
    },
    overloads: trimOverloads(sides),
  });

/** Functions whose results are parts of their argument; they copy no bytes. */
export const substringFunctions: readonly ScalarFunction[] = [
  scalar({
    name: 'substring',
    aliases: ['substr', 'mid'],
    category: 'string',
    doc: {
      summary:
        'Characters from a position (1 is the first, negative counts from the end), by default up to the end; a negative count takes those before the position.',
      examples: [
        example("substring('window', 4)", 'dow'),
        example("substring('window', 1, 3)", 'win'),
        example("substring('window', -3, 2)", 'do'),
      ],
      source: 'ISO/IEC 9075-2 §6.32; positions below 1 as in DuckDB',
    },
    overloads: [
      kernelOverload(TEXT_COUNT, ({ kernel, count, out }, text, start) =>
        kernel.textSubstring(
          text!.values,
          text!.step,
          start!.values,
          start!.step,
          0,
          0,
          count,
          out,
        ),
      ),
      kernelOverload(TEXT_START_COUNT, ({ kernel, count, out }, text, start, length) =>
        kernel.textSubstring(
          text!.values,
          text!.step,
          start!.values,
          start!.step,
          length!.values,
          length!.step,
          count,
          out,
        ),
      ),
    ],
  }),
  scalar({
    name: 'left',
    category: 'string',
    doc: {
      summary: 'The first n characters; a negative n leaves out the last ones.',
      examples: [example("left('window', 3)", 'win'), example("left('window', -2)", 'wind')],
      source: 'PostgreSQL',
    },
    overloads: [edge(0)],
  }),
  scalar({
    name: 'right',
    category: 'string',
    doc: {
      summary: 'The last n characters; a negative n leaves out the first ones.',
      examples: [example("right('window', 3)", 'dow'), example("right('window', -2)", 'ndow')],
      source: 'PostgreSQL',
    },
    overloads: [edge(1)],
  }),
  trimFunction({
    name: 'trim',
    aliases: ['btrim'],
    sides: 3,
    where: 'at both ends',
    examples: [
      ["trim('  x ')", 'x'],
      ["trim('xxabx', 'x')", 'ab'],
    ],
  }),
  trimFunction({
    name: 'ltrim',
    sides: 1,
    where: 'at the start',
    examples: [["ltrim('  x') || '.'", 'x.']],
  }),
  trimFunction({
    name: 'rtrim',
    sides: 2,
    where: 'at the end',
    examples: [["rtrim('x  ') || '.'", 'x.']],
  }),
  scalar({
    name: 'split_part',
    category: 'string',
    doc: {
      summary:
        'The i-th part of a text between separators, from the end for a negative i; empty when there is none.',
      examples: [
        example("split_part('a-b-c', '-', 2)", 'b'),
        example("split_part('a-b-c', '-', -1)", 'c'),
      ],
      source: 'PostgreSQL',
    },
    overloads: [
      kernelOverload(
        signature([VARCHAR, VARCHAR, BIGINT], VARCHAR),
        ({ kernel, count, out }, text, separator, index) =>
          kernel.textSplitPart(
            text!.values,
            text!.step,
            separator!.values,
            separator!.step,
            index!.values,
            index!.step,
            count,
            out,
          ),
      ),
    ],
  }),
];
