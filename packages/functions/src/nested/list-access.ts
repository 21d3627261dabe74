import {
  BIGINT,
  BOOLEAN,
  commonType,
  type EvalContext,
  INTEGER,
  type LiteralValue,
  list,
  type ResolvedSignature,
  type ScalarFunction,
  type ScalarOverload,
  type Signature,
  type SqlType,
  setValidAt,
  VARCHAR,
  type VectorEvaluate,
} from '@windrow/core';
import { invalidArgument } from '../errors.ts';
import { withoutLiteralTypes } from '../resolve.ts';
import { jsOverload } from '../vector/overload.ts';
import { type Argument, COUNT, isArgumentValid, LITERAL, rowwise, TEXT } from '../vector/rows.ts';
import { compareValues } from './compare-values.ts';
import { elementTypeOf, isList, listFunction, sharedElement } from './list-definition.ts';

/** `[a, b, …]`: the elements in their common type. */
const listOf: Signature = {
  display: '(T, …) → T[]',
  resolve(args, constants) {
    let type: SqlType | undefined = { kind: 'null' };
    for (const next of withoutLiteralTypes(args, constants))
      type = type === undefined ? undefined : commonType(type, next);
    if (type === undefined) return undefined;
    const element: SqlType = type.kind === 'null' ? (args[0] ?? type) : type;
    return { args: args.map(() => element), returns: list(element) };
  },
};

/** Collects the arguments of each row; NULL arguments are elements. */
const collect: VectorEvaluate = (context, args, result) => {
  const { memory } = context;
  const columns = args.map((column) => ({ column, read: LITERAL.reader(memory, column) }));
  const write = LITERAL.writer(context, result);
  for (let row = 0; row < result.length; row++) {
    write(
      row,
      columns.map(({ column, read }) => (isArgumentValid(memory, column, row) ? read(row) : null)),
    );
  }
};

/** The element at a position from 1, or from the end for a negative one; undefined outside. */
function elementAt(items: readonly LiteralValue[], position: number): LiteralValue {
  const index = position > 0 ? position - 1 : items.length + position;
  return position === 0 ? null : (items[index] ?? null);
}

const extractElement: ScalarOverload = jsOverload(
  {
    display: '(T[], BIGINT) → T',
    resolve([type, ...rest]) {
      return rest.length === 1 && isList(type)
        ? { args: [type, BIGINT], returns: type.element }
        : undefined;
    },
  },
  rowwise([LITERAL, COUNT], LITERAL, (items, position) =>
    elementAt(items as readonly LiteralValue[], position),
  ),
  { returnsNull: true },
);

/** The character at a position, as for a list of characters; empty outside. */
const extractCharacter: ScalarOverload = jsOverload(
  { args: [VARCHAR, BIGINT], returns: VARCHAR },
  rowwise([TEXT, COUNT], TEXT, (text, position) => {
    const found = elementAt(Array.from(text), position);
    return found === null ? '' : String(found);
  }),
);

/** Inclusive bounds from 1, negative from the end, cut to the list; a negative step walks backwards. */
function slice<T>(items: readonly T[], from: number, to: number, step: number): T[] {
  if (step === 0) throw invalidArgument('the step of a slice cannot be zero');
  const { length } = items;
  const place = (bound: number): number => (bound < 0 ? length + bound + 1 : bound);
  const [low, high] = [Math.max(1, place(from)), Math.min(length, place(to))];
  const taken: T[] = [];
  if (step > 0) for (let i = low; i <= high; i += step) taken.push(items[i - 1]!);
  else for (let i = high; i >= low; i += step) taken.push(items[i - 1]!);
  return taken;
}

/** Bounds may be NULL: then the slice begins or ends with the list. */
const sliceRows: VectorEvaluate = (context, args, result) => {
  const { memory } = context;
  const [source, from, to, step] = args as readonly [Argument, Argument, Argument, Argument?];
  const isTextSource = source.type.kind === 'varchar';
  const read = isTextSource ? TEXT.reader(memory, source) : LITERAL.reader(memory, source);
  const write = LITERAL.writer(context, result);
  const bound = (arg: Argument | undefined, missing: number): ((row: number) => number) => {
    if (arg === undefined) return () => missing;
    const readCount = COUNT.reader(memory, arg);
    return (row) => (isArgumentValid(memory, arg, row) ? readCount(row) : missing);
  };
  const bounds = [bound(from, 1), bound(to, Number.MAX_SAFE_INTEGER), bound(step, 1)] as const;
  for (let row = 0; row < result.length; row++) {
    if (!isArgumentValid(memory, source, row)) {
      setValidAt(memory, result.validity, row, false);
      continue;
    }
    const value = read(row);
    const [low, high, stride] = bounds.map((at) => at(row)) as [number, number, number];
    if (isTextSource) write(row, slice(Array.from(String(value)), low, high, stride).join(''));
    else write(row, slice(value as readonly LiteralValue[], low, high, stride));
  }
};

const sliceSignature: Signature = {
  display: '(T[] | VARCHAR, BIGINT, BIGINT[, BIGINT]) → T[] | VARCHAR',
  resolve([source, ...bounds]) {
    if (source === undefined || bounds.length < 2 || bounds.length > 3) return undefined;
    if (!isList(source) && source.kind !== 'varchar') return undefined;
    const returns = isList(source) ? list(source.element) : source;
    const from: SqlType = isList(source) ? returns : source;
    return { args: [from, ...bounds.map(() => BIGINT)], returns };
  },
};

/** (list, element) with a common element type. */
function listAndElement(returns: SqlType, display: string): Signature {
  return {
    display,
    resolve(args, constants): ResolvedSignature | undefined {
      const element = sharedElement(args, constants, { list: 0, value: 1 });
      return element && { args: [list(element), element], returns };
    },
  };
}

/** Position from 1 of the first equal element, 0 when there is none; NULL elements equal nothing. */
function positionOf(
  elementType: SqlType,
  items: readonly LiteralValue[],
  value: LiteralValue,
): number {
  return (
    items.findIndex((item) => item !== null && compareValues(elementType, item, value) === 0) + 1
  );
}

const findElement =
  <T extends LiteralValue>(answer: (position: number) => T | null): VectorEvaluate =>
  (context: EvalContext, args, result) => {
    const element = elementTypeOf(args[0]);
    rowwise([LITERAL, LITERAL], LITERAL, (items, value) =>
      answer(positionOf(element, items as readonly LiteralValue[], value)),
    )(context, args, result);
  };

/** Lists from values, and values from lists. */
export const listAccessFunctions: readonly ScalarFunction[] = [
  listFunction({
    name: 'list_value',
    aliases: ['list_pack'],
    summary: 'The list of the arguments, in their common type.',
    examples: [['[1, 2, NULL]', '[1, 2, NULL]']],
    nulls: 'handles',
    overloads: [jsOverload(listOf, collect)],
  }),
  listFunction({
    name: 'list_extract',
    aliases: ['list_element', 'array_extract'],
    summary: 'The element at a position from 1, from the end for a negative one; NULL outside.',
    examples: [
      ['[4, 5, 6][2]', '5'],
      ['[4, 5, 6][-1]', '6'],
    ],
    overloads: [extractElement, extractCharacter],
  }),
  listFunction({
    name: 'list_slice',
    aliases: ['array_slice'],
    summary: 'The elements between two positions, both included; a third argument is the step.',
    examples: [['[1, 2, 3, 4][2:3]', '[2, 3]']],
    nulls: 'handles',
    overloads: [jsOverload(sliceSignature, sliceRows, { raises: true, returnsNull: true })],
  }),
  listFunction({
    name: 'list_contains',
    aliases: ['list_has', 'array_contains', 'array_has'],
    summary: 'Is the value an element of the list?',
    examples: [['list_contains([1, 2], 2)', 'true']],
    overloads: [
      jsOverload(
        listAndElement(BOOLEAN, '(T[], T) → BOOLEAN'),
        findElement((position) => position > 0),
      ),
    ],
  }),
  listFunction({
    name: 'list_position',
    aliases: ['list_indexof', 'array_position', 'array_indexof'],
    summary: 'Position from 1 of the first element equal to the value; NULL when there is none.',
    examples: [['list_position([4, 5], 5)', '2']],
    overloads: [
      jsOverload(
        listAndElement(INTEGER, '(T[], T) → INTEGER'),
        findElement((position) => (position === 0 ? null : position)),
        { returnsNull: true },
      ),
    ],
  }),
];
