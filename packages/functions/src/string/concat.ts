import {
  type Address,
  BLOB,
  type EvalContext,
  isNested,
  type ResultVector,
  type ScalarFunction,
  type Signature,
  type SqlType,
  setValidAt,
  VARCHAR,
  type VectorEvaluate,
} from '@windrow/core';
import { kernels } from '@windrow/kernels';
import { example, scalar } from '../define.ts';
import { listConcatenation } from '../nested/list-building.ts';
import { family, textFamily } from '../resolve.ts';
import { jsOverload } from '../vector/overload.ts';
import { type Argument, isArgumentValid, kernelArgument, TEXT } from '../vector/rows.ts';

/** Joins columns of bytes; `validityOf` says which rows of an argument take part. */
function concatenate(
  { memory, arena }: EvalContext,
  args: readonly Argument[],
  result: ResultVector,
  validityOf: (arg: Argument) => Address,
): void {
  const kernel = kernels(memory);
  const count = result.length;
  const lengths = arena.allocateZeroed(count * 4);
  const parts = args.filter((arg) => arg.kind !== 'constant' || !arg.isNull);
  for (const part of parts) {
    const { values, step } = kernelArgument(part);
    kernel.textAddLengths(values, step, validityOf(part), count, lengths);
  }
  const bytes = arena.allocate(kernel.textSumLengths(lengths, count) >>> 0);
  kernel.textPlace(lengths, count, bytes, result.values);
  for (const part of parts) {
    const { values, step } = kernelArgument(part);
    kernel.textAppend(values, step, validityOf(part), count, lengths);
  }
}

/** `concat`: NULLs are left out, the result is never NULL. */
const concatSkippingNulls: VectorEvaluate = (context, args, result) =>
  concatenate(context, args, result, (arg) => (arg.kind === 'flat' ? arg.validity : 0));

/** `||`: rows with a NULL are NULL already. */
const concatAll: VectorEvaluate = (context, args, result) =>
  concatenate(context, args, result, () => result.validity);

/** The first argument between the others, NULLs left out; NULL when it is NULL itself. */
const concatWithSeparator: VectorEvaluate = (context, args, result) => {
  const { memory } = context;
  const columns = args.map((column) => ({ column, read: TEXT.reader(memory, column) }));
  const [separator, ...parts] = columns;
  const write = TEXT.writer(context, result);
  for (let row = 0; row < result.length; row++) {
    if (separator === undefined || !isArgumentValid(memory, separator.column, row)) {
      setValidAt(memory, result.validity, row, false);
      continue;
    }
    const texts = parts
      .filter(({ column }) => isArgumentValid(memory, column, row))
      .map(({ read }) => read(row));
    write(row, texts.join(separator.read(row)));
  }
};

const variadicText = (display: string, least: number): Signature => ({
  display,
  resolve: (args) =>
    args.length < least || args.some((type) => type.kind === 'blob')
      ? undefined
      : { args: args.map(() => VARCHAR), returns: VARCHAR },
});

const isBytes = (type: SqlType): boolean => type.kind === 'blob' || type.kind === 'null';
const isTextLike = (type: SqlType): boolean =>
  type.kind === 'varchar' || type.kind === 'json' || type.kind === 'enum';

/** `||` of text and anything else that has a text. */
const joinText = textFamily('(VARCHAR, T) → VARCHAR', 2, ([a, b]) => {
  const [left, right] = [a as SqlType, b as SqlType];
  const hasText = isTextLike(left) || isTextLike(right);
  const bothNull = left.kind === 'null' && right.kind === 'null';
  if (!(hasText || bothNull) || isNested(left) || isNested(right)) return undefined;
  return left.kind === 'blob' || right.kind === 'blob'
    ? undefined
    : { args: [VARCHAR, VARCHAR], returns: VARCHAR };
});

const joinBytes = family('(BLOB, BLOB) → BLOB', 2, ([a, b]) => {
  const [left, right] = [a as SqlType, b as SqlType];
  if (left.kind !== 'blob' && right.kind !== 'blob') return undefined;
  return isBytes(left) && isBytes(right) ? { args: [BLOB, BLOB], returns: BLOB } : undefined;
});

/** Functions that join texts. */
export const concatFunctions: readonly ScalarFunction[] = [
  scalar({
    name: 'concat_operator',
    category: 'string',
    doc: {
      summary: 'Joins two texts, blobs or lists; NULL if either is NULL. The operator `||`.',
      examples: [
        example("'a' || 'b'", 'ab'),
        example("'n = ' || 1", 'n = 1'),
        example('[1] || [2]', '[1, 2]'),
      ],
      source: 'ISO/IEC 9075-2 §6.32 (concatenation)',
    },
    overloads: [
      jsOverload(joinText, concatAll),
      jsOverload(joinBytes, concatAll),
      listConcatenation,
    ],
  }),
  scalar({
    name: 'concat',
    category: 'string',
    doc: {
      summary: 'Joins the texts of all arguments, leaving NULLs out.',
      examples: [example("concat('a', NULL, 1, true)", 'a1true')],
      source: 'PostgreSQL and DuckDB',
    },
    nulls: 'handles',
    overloads: [jsOverload(variadicText('(T, …) → VARCHAR', 1), concatSkippingNulls)],
  }),
  scalar({
    name: 'concat_ws',
    category: 'string',
    doc: {
      summary:
        'Joins the texts of all arguments but the first with the first one between them; NULLs are left out.',
      examples: [example("concat_ws(', ', 'a', NULL, 'b')", 'a, b')],
      source: 'PostgreSQL and DuckDB',
    },
    nulls: 'handles',
    overloads: [
      jsOverload(variadicText('(VARCHAR, T, …) → VARCHAR', 2), concatWithSeparator, {
        returnsNull: true,
      }),
    ],
  }),
];
