import {
  BIGINT,
  commonType,
  type LiteralValue,
  list,
  type ScalarFunction,
  type ScalarOverload,
  type Signature,
  type SqlType,
  setValidAt,
  UBIGINT,
  type VectorEvaluate,
} from '@windrow/core';
import { invalidArgument, tooLarge } from '../errors.ts';
import { jsOverload } from '../vector/overload.ts';
import { type Argument, isArgumentValid, LITERAL, rowwise } from '../vector/rows.ts';
import { compareValues } from './compare-values.ts';
import { elementTypeOf, isList, listFunction, sharedElement } from './list-definition.ts';

/** Elements that a range may have. */
const MAX_ELEMENTS = 2 ** 26;

/** From `start` by `step` up to `end`, which belongs to it or not. */
function numberRange(start: bigint, end: bigint, step: bigint, isInclusive: boolean): bigint[] {
  if (step === 0n) throw invalidArgument('the step of a range cannot be zero');
  const distance = (end - start) / step;
  if (distance > BigInt(MAX_ELEMENTS))
    throw tooLarge(`a range of ${distance} elements is too long`);
  const numbers: bigint[] = [];
  const isBefore = (value: bigint): boolean => (step > 0n ? value < end : value > end);
  for (let value = start; isBefore(value) || (isInclusive && value === end); value += step)
    numbers.push(value);
  return numbers;
}

const rangeOverloads = (isInclusive: boolean): readonly ScalarOverload[] =>
  [1, 2, 3].map((arity) =>
    jsOverload(
      { args: Array(arity).fill(BIGINT), returns: list(BIGINT) },
      rowwise(Array(arity).fill(LITERAL) as (typeof LITERAL)[], LITERAL, (...bounds) => {
        const numbers = bounds as readonly bigint[];
        const [start, end] = arity === 1 ? [0n, numbers[0]!] : [numbers[0]!, numbers[1]!];
        return numberRange(start, end, numbers[2] ?? 1n, isInclusive);
      }),
      { raises: true },
    ),
  );

/** Two lists with their elements in a common type. */
const twoLists: Signature = {
  display: '(T[], T[]) → T[]',
  resolve([a, b, ...rest]) {
    if (rest.length > 0 || a === undefined || b === undefined) return undefined;
    if (!isList(a) && !isList(b)) return undefined;
    const type = commonType(a, b);
    if (!isList(type)) return undefined;
    const common = list(type.element);
    return { args: [common, common], returns: common };
  },
};

const joinLists = (a: LiteralValue, b: LiteralValue): LiteralValue => [
  ...(a as readonly LiteralValue[]),
  ...(b as readonly LiteralValue[]),
];

/** `a || b` of lists: NULL if either is NULL. */
export const listConcatenation: ScalarOverload = jsOverload(
  twoLists,
  rowwise([LITERAL, LITERAL], LITERAL, joinLists),
);

/** `list_concat`: a NULL list counts as empty, two of them are NULL. */
const concatLists: VectorEvaluate = (context, args, result) => {
  const { memory } = context;
  const columns = args.map((column) => ({ column, read: LITERAL.reader(memory, column) }));
  const write = LITERAL.writer(context, result);
  for (let row = 0; row < result.length; row++) {
    const lists = columns
      .filter(({ column }) => isArgumentValid(memory, column, row))
      .map(({ read }) => read(row) as readonly LiteralValue[]);
    if (lists.length === 0) setValidAt(memory, result.validity, row, false);
    else write(row, lists.flat());
  }
};

/** (list, element) or (element, list) to a list of their common element type. */
function withElement(isFirst: boolean): Signature {
  return {
    display: isFirst ? '(T, T[]) → T[]' : '(T[], T) → T[]',
    resolve(args, constants) {
      const places = isFirst ? { list: 1, value: 0 } : { list: 0, value: 1 };
      const element = sharedElement(args, constants, places);
      if (element === undefined) return undefined;
      const types = [list(element), element];
      return { args: isFirst ? types.reverse() : types, returns: list(element) };
    },
  };
}

/** Adds a value, NULL too; to a NULL list as to an empty one. */
const addElement =
  (isFirst: boolean): VectorEvaluate =>
  (context, args, result) => {
    const { memory } = context;
    const [source, value] = (isFirst ? [...args].reverse() : args) as readonly [Argument, Argument];
    const [readList, readValue] = [LITERAL.reader(memory, source), LITERAL.reader(memory, value)];
    const write = LITERAL.writer(context, result);
    for (let row = 0; row < result.length; row++) {
      const items = isArgumentValid(memory, source, row)
        ? (readList(row) as readonly LiteralValue[])
        : [];
      const added = isArgumentValid(memory, value, row) ? readValue(row) : null;
      write(row, isFirst ? [added, ...items] : [...items, added]);
    }
  };

/** A list to a list of the same type. */
const listToList: Signature = {
  display: '(T[]) → T[]',
  resolve: ([type, ...rest]) =>
    rest.length === 0 && isList(type)
      ? { args: [list(type.element)], returns: list(type.element) }
      : undefined,
};

const ofList =
  (compute: (items: readonly LiteralValue[], element: SqlType) => LiteralValue): VectorEvaluate =>
  (context, args, result) => {
    const element = elementTypeOf(args[0]);
    rowwise([LITERAL], LITERAL, (items) => compute(items as readonly LiteralValue[], element))(
      context,
      args,
      result,
    );
  };

/** Distinct elements in the order in which they come first, without NULLs. */
function distinctElements(items: readonly LiteralValue[], element: SqlType): LiteralValue[] {
  const kept: LiteralValue[] = [];
  const sorted: LiteralValue[] = [];
  for (const item of items) {
    if (item === null) continue;
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareValues(element, sorted[middle] ?? null, item) < 0) low = middle + 1;
      else high = middle;
    }
    if (low < sorted.length && compareValues(element, sorted[low] ?? null, item) === 0) continue;
    sorted.splice(low, 0, item);
    kept.push(item);
  }
  return kept;
}

const sortElements =
  (direction: 1 | -1) =>
  (items: readonly LiteralValue[], element: SqlType): LiteralValue[] => {
    const values = items.filter((item) => item !== null);
    const nulls = items.filter((item) => item === null);
    values.sort((a, b) => direction * compareValues(element, a, b));
    return [...values, ...nulls];
  };

/** Functions that make lists of numbers and of lists. */
export const listBuildingFunctions: readonly ScalarFunction[] = [
  listFunction({
    name: 'list_concat',
    aliases: ['list_cat', 'array_concat', 'array_cat'],
    summary:
      'The elements of the first list, then those of the second; a NULL list counts as empty.',
    examples: [['list_concat([1, 2], [3])', '[1, 2, 3]']],
    nulls: 'handles',
    overloads: [jsOverload(twoLists, concatLists, { returnsNull: true })],
  }),
  listFunction({
    name: 'list_append',
    aliases: ['array_append', 'array_push_back'],
    summary: 'The list with a value at its end.',
    examples: [['list_append([1, 2], 3)', '[1, 2, 3]']],
    nulls: 'handles',
    overloads: [jsOverload(withElement(false), addElement(false))],
  }),
  listFunction({
    name: 'list_prepend',
    aliases: ['array_prepend', 'array_push_front'],
    summary: 'The list with a value at its beginning.',
    examples: [['list_prepend(0, [1, 2])', '[0, 1, 2]']],
    nulls: 'handles',
    overloads: [jsOverload(withElement(true), addElement(true))],
  }),
  listFunction({
    name: 'list_reverse',
    aliases: ['array_reverse'],
    summary: 'The elements from the last to the first.',
    examples: [['list_reverse([1, 2, 3])', '[3, 2, 1]']],
    overloads: [
      jsOverload(
        listToList,
        ofList((items) => [...items].reverse()),
      ),
    ],
  }),
  listFunction({
    name: 'list_sort',
    aliases: ['array_sort'],
    summary: 'The elements in ascending order, NULLs last.',
    examples: [['list_sort([3, NULL, 1])', '[1, 3, NULL]']],
    overloads: [jsOverload(listToList, ofList(sortElements(1)))],
  }),
  listFunction({
    name: 'list_reverse_sort',
    aliases: ['array_reverse_sort'],
    summary: 'The elements in descending order, NULLs last.',
    examples: [['list_reverse_sort([3, NULL, 1, 4])', '[4, 3, 1, NULL]']],
    overloads: [jsOverload(listToList, ofList(sortElements(-1)))],
  }),
  listFunction({
    name: 'list_distinct',
    aliases: ['array_distinct'],
    summary: 'The different elements in the order in which they come first, without NULLs.',
    examples: [['list_distinct([2, 1, 2, NULL])', '[2, 1]']],
    overloads: [jsOverload(listToList, ofList(distinctElements))],
  }),
  listFunction({
    name: 'list_unique',
    aliases: ['array_unique'],
    summary: 'Number of different elements, NULLs not counted.',
    examples: [['list_unique([2, 1, 2, NULL])', '2']],
    overloads: [
      jsOverload(
        {
          display: '(T[]) → UBIGINT',
          resolve: ([type, ...rest]) =>
            rest.length === 0 && isList(type)
              ? { args: [list(type.element)], returns: UBIGINT }
              : undefined,
        },
        ofList((items, element) => BigInt(distinctElements(items, element).length)),
      ),
    ],
  }),
  listFunction({
    name: 'range',
    summary: 'The numbers from the first to before the second argument, by steps of the third.',
    examples: [
      ['range(3)', '[0, 1, 2]'],
      ['range(10, 0, -5)', '[10, 5]'],
    ],
    overloads: rangeOverloads(false),
  }),
  listFunction({
    name: 'generate_series',
    summary: 'The numbers from the first to the second argument, by steps of the third.',
    examples: [['generate_series(1, 3)', '[1, 2, 3]']],
    overloads: rangeOverloads(true),
  }),
];
