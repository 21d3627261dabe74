import {
  type LiteralValue,
  type ScalarFunction,
  type Signature,
  type SqlType,
  VARCHAR,
  type VectorEvaluate,
} from '@windrow/core';
import { example, scalar } from '../define.ts';
import { invalidArgument } from '../errors.ts';
import { shownText } from '../text/shown.ts';
import { jsOverload } from '../vector/overload.ts';
import { type Argument, LITERAL, rowwise, TEXT } from '../vector/rows.ts';
import { type FormatSpec, formatValue, MAX_WIDTH } from './format-spec.ts';

/** A format taken apart: text, or an argument and how it is written. */
type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'value';
      readonly argument: number;
      readonly spec: FormatSpec;
      /** The argument that holds the width (`%*d`). */
      readonly widthArgument: number | undefined;
    };

type ReadFormat = (format: string) => readonly Piece[];

const PLAIN: FormatSpec = {
  fill: ' ',
  align: undefined,
  plus: '',
  alternate: false,
  width: 0,
  precision: undefined,
  separator: '',
  letter: '',
};

/** `{}`, `{0}`, `{:>8.2f}`; `{{` and `}}` are braces. */
const BRACES =
  /\{\{|\}\}|\{(?<argument>\d*)(?::(?:(?<fill>[^{}])?(?<align>[<>^=]))?(?<plus>[-+ ])?(?<alternate>#)?(?<zero>0)?(?<width>\d+)?(?<separator>[,_'])?(?:\.(?<precision>\d+))?(?<letter>[a-zA-Z])?)?\}|[{}]/gu;

function readBraces(format: string): readonly Piece[] {
  let next = 0;
  return pieces(format, BRACES, (match) => {
    if (match[0] === '{{' || match[0] === '}}') return match[0].charAt(0);
    const groups = match.groups ?? {};
    if (match[0].length === 1) throw badFormat(format, match.index);
    const { argument = '', fill, align, zero, letter = '' } = groups;
    const spec: FormatSpec = {
      ...PLAIN,
      ...shared(groups),
      fill: fill ?? (zero !== undefined && align === undefined ? '0' : ' '),
      align: (align as FormatSpec['align']) ?? (zero === undefined ? undefined : '='),
      separator: groups['separator'] ?? '',
      letter,
    };
    const place = argument === '' ? next++ : Number(argument);
    return { kind: 'value', argument: place, spec, widthArgument: undefined };
  });
}

/** `%d`, `%-8s`, `%08.2f`, `%*d`; `%%` is a percent sign. */
const PERCENT =
  /%%|%(?<flags>[-+ #0]*)(?<width>\d+|\*)?(?:\.(?<precision>\d+))?(?:hh|h|ll|l|L|q|j|z|t)?(?<letter>[a-zA-Z])|%/gu;

function readPercent(format: string): readonly Piece[] {
  let next = 0;
  return pieces(format, PERCENT, (match) => {
    if (match[0] === '%%') return '%';
    const groups = match.groups ?? {};
    const { flags = '', width, letter } = groups;
    if (letter === undefined) throw badFormat(format, match.index);
    const isLeft = flags.includes('-');
    const isZero = flags.includes('0') && !isLeft;
    const widthArgument = width === '*' ? next++ : undefined;
    const spec: FormatSpec = {
      ...PLAIN,
      ...shared({ ...groups, width: width === '*' ? undefined : width }),
      fill: isZero ? '0' : ' ',
      align: isLeft ? '<' : isZero ? '=' : '>',
      plus: flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '',
      alternate: flags.includes('#'),
      letter,
    };
    return { kind: 'value', argument: next++, spec, widthArgument };
  });
}

/** What both kinds write alike. */
function shared(
  groups: Readonly<Record<string, string | undefined>>,
): Pick<FormatSpec, 'plus' | 'alternate' | 'width' | 'precision'> {
  const { plus, alternate, width, precision } = groups;
  return {
    plus: plus === '+' || plus === ' ' ? plus : '',
    alternate: alternate !== undefined,
    width: checkedWidth(width === undefined ? 0 : Number(width)),
    precision: precision === undefined ? undefined : checkedWidth(Number(precision)),
  };
}

function checkedWidth(width: number): number {
  if (width <= MAX_WIDTH) return width;
  throw invalidArgument(`a format cannot be ${width} characters wide`);
}

const badFormat = (format: string, at: number): Error =>
  invalidArgument(`the format cannot be read from ${shownText(format.slice(at))} on`);

function pieces(
  format: string,
  pattern: RegExp,
  read: (match: RegExpMatchArray & { readonly index: number }) => Piece | string,
): readonly Piece[] {
  const found: Piece[] = [];
  let end = 0;
  const text = (part: string): void => {
    if (part !== '') found.push({ kind: 'text', text: part });
  };
  for (const match of format.matchAll(pattern)) {
    text(format.slice(end, match.index));
    const piece = read(match);
    if (typeof piece === 'string') text(piece);
    else found.push(piece);
    end = match.index + match[0].length;
  }
  text(format.slice(end));
  return found;
}

/** Writes the arguments of each row into its format. */
const formatted =
  (read: ReadFormat): VectorEvaluate =>
  (context, [format, ...args], result) => {
    const columns = args as readonly Argument[];
    const types = columns.map(({ type }) => type);
    let last: { readonly text: string; readonly pieces: readonly Piece[] } | undefined;
    const write = (text: string, ...values: LiteralValue[]): string => {
      if (last?.text !== text) last = { text, pieces: read(text) };
      return last.pieces
        .map((piece) => (piece.kind === 'text' ? piece.text : valueText(piece, values, types)))
        .join('');
    };
    const readers = [TEXT, ...columns.map(() => LITERAL)];
    rowwise(readers, TEXT, write as (...values: unknown[]) => string)(
      context,
      [format as Argument, ...columns],
      result,
    );
  };

function valueText(
  { argument, spec, widthArgument }: Extract<Piece, { readonly kind: 'value' }>,
  values: readonly LiteralValue[],
  types: readonly SqlType[],
): string {
  const value = values[argument];
  const type = types[argument];
  if (value === undefined || type === undefined) {
    throw invalidArgument(
      `the format asks for argument ${argument + 1}, of ${values.length}`,
      'Give it as many values as it has places.',
    );
  }
  if (widthArgument === undefined) return formatValue(value, type, spec);
  const width = Number(values[widthArgument]);
  const align = width < 0 ? '<' : spec.align;
  return formatValue(value, type, { ...spec, align, width: checkedWidth(Math.abs(width)) });
}

const formatAndValues: Signature = {
  display: '(VARCHAR, ANY, …) → VARCHAR',
  resolve: ([format, ...rest]) =>
    format?.kind === 'varchar' || format?.kind === 'null'
      ? { args: [VARCHAR, ...rest], returns: VARCHAR }
      : undefined,
};

/** Values written into a format. */
export const formatTextFunctions: readonly ScalarFunction[] = [
  scalar({
    name: 'format',
    category: 'string',
    doc: {
      summary:
        'A format with `{}` for each value, `{0}` for one by place, `{:>8.2f}` with a layout.',
      examples: [
        example("format('{} is {:.1f} %', 'half', 50.0)", 'half is 50.0 %'),
        example("format('{1}-{0}|', 'a', 'b')", 'b-a|'),
        example("format('{:,}', 1234567)", '1,234,567'),
      ],
      source: '{fmt}, Python’s format; DuckDB',
    },
    overloads: [jsOverload(formatAndValues, formatted(readBraces), { raises: true })],
  }),
  scalar({
    name: 'printf',
    aliases: ['format_string'],
    category: 'string',
    doc: {
      summary: 'A format with `%d`, `%s`, `%8.2f` and the like for each value.',
      examples: [
        example("printf('%05d %s %.2f%%', 42, 'of', 99.5)", '00042 of 99.50%'),
        example("printf('%x|%-4s|%e', 255, 'ab', 12345.678)", 'ff|ab  |1.234568e+04'),
      ],
      source: 'ISO C §7.21.6.1 (fprintf)',
    },
    overloads: [jsOverload(formatAndValues, formatted(readPercent), { raises: true })],
  }),
];
