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
  UBIGINT,
  VARCHAR,
  type VectorEvaluate,
} from '@windrow/core';
import { example, scalar } from '../define.ts';
import { invalidArgument, tooLarge } from '../errors.ts';
import { withoutLiteralTypes } from '../resolve.ts';
import { jsOverload } from '../vector/overload.ts';
import { type Argument, COUNT, isArgumentValid, LITERAL, rowwise, TEXT } from '../vector/rows.ts';
import { compareValues } from './compare-values.ts';

type ListType = SqlType & { readonly kind: 'list' | 'array' };

const isList = (type: SqlType | undefined): type is ListType =>
  type?.kind === 'list' || type?.kind === 'array';

/** `[a, b, …]`: the elements in their common type. */
const listOf: Signature = {
  display: '(T, …) → T[]',
  resolve(args, constants) {
    let type: SqlType | undefined = { kind: 'null' };
    for (const next of withoutLiteralTypes(args, constants))
      type = type === undefined ? undefined : commonType(type, next);
    if (type === undefined) return undefined;
    const element: SqlType = type.kind === 'null' ? (args[0] ?? INTEGER) : type;
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
      const [source, value, ...rest] = withoutLiteralTypes(args, constants);
      if (rest.length > 0 || !isList(source) || value === undefined) return undefined;
      const element = commonType(source.element, value);
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

const elementTypeOf = (arg: Argument | undefined): SqlType =>
  isList(arg?.type) ? arg.type.element : INTEGER;

const findElement =
  <T extends LiteralValue>(answer: (position: number) => T | null): VectorEvaluate =>
  (context: EvalContext, args, result) => {
    const element = elementTypeOf(args[0]);
    rowwise([LITERAL, LITERAL], LITERAL, (items, value) =>
      answer(positionOf(element, items as readonly LiteralValue[], value)),
    )(context, args, result);
  };

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
      const [a, b, ...rest] = withoutLiteralTypes(args, constants);
      const [source, value] = isFirst ? [b, a] : [a, b];
      if (rest.length > 0 || !isList(source) || value === undefined) return undefined;
      const element = commonType(source.element, value);
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

interface ListFunctionOptions {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly examples: readonly (readonly [sql: string, result: string])[];
  readonly overloads: readonly ScalarOverload[];
  readonly nulls?: 'handles';
}

const listFunction = (options: ListFunctionOptions): ScalarFunction =>
  scalar({
    name: options.name,
    aliases: options.aliases ?? [],
    category: 'lists',
    doc: {
      summary: options.summary,
      examples: options.examples.map(([sql, result]) => example(sql, result)),
      source: 'DuckDB',
    },
    nulls: options.nulls ?? 'propagate',
    overloads: options.overloads,
  });

/** Functions of lists. */
export const listFunctions: readonly ScalarFunction[] = [
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
