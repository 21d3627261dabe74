import {
  type Address,
  BIGINT,
  type EvalContext,
  type FlatVector,
  isValidAt,
  type ResultVector,
  type Signature,
  setValidAt,
  type WindowFunction,
  type WindowOverload,
  type WindowRows,
  widthBytes,
} from '@windrow/core';
import { type KernelExports, kernels } from '@windrow/kernels';
import { example } from '../define.ts';

const SOURCE = 'ISO/IEC 9075-2, 6.10 window function';

/** The row number that stands for no row. */
const NO_ROW = 0xffffffff;

/** Numbers of the rows with a known argument, or zeros when all rows count. */
interface CountedRows {
  readonly positions: Address;
  readonly before: Address;
}

function countedRows(context: EvalContext, window: WindowRows, values: FlatVector): CountedRows {
  if (!window.ignoreNulls || values.validity === 0) return { positions: 0, before: 0 };
  const { memory, arena } = context;
  const positions = arena.allocate(window.rows * 4);
  const before = arena.allocate((window.rows + 1) * 4);
  kernels(memory).windowValidRows(values.validity, window.rows, positions, before);
  return { positions, before };
}

type GatherName = `gather${1 | 2 | 4 | 8 | 16}OrZero` & keyof KernelExports;

/** `result[i] = values[targets[i]]`, NULL where there is no target. */
function take(
  { memory }: EvalContext,
  values: FlatVector,
  targets: Address,
  result: ResultVector,
): void {
  const exports = kernels(memory);
  const gather: GatherName = `gather${widthBytes(values.type) as 1 | 2 | 4 | 8 | 16}OrZero`;
  exports[gather](values.values, targets, result.length, result.values);
  exports.gatherBitsOrZero(values.validity, targets, result.length, result.validity);
}

/** int64 values for every row: the argument's, or a constant when it is missing. */
function integers(
  { memory, arena }: EvalContext,
  argument: FlatVector | undefined,
  rows: number,
  missing: bigint,
): Address {
  if (argument !== undefined) return argument.values;
  const values = arena.allocate(rows * 8);
  memory.i64.fill(missing, values >>> 3, (values >>> 3) + rows);
  return values;
}

/** Rows whose argument is NULL get no target. */
function clearWhereNull(
  { memory }: EvalContext,
  argument: FlatVector | undefined,
  targets: Address,
  rows: number,
): void {
  if (argument === undefined || argument.validity === 0) return;
  for (let row = 0; row < rows; row++) {
    if (!isValidAt(memory, argument.validity, row)) memory.u32[(targets >>> 2) + row] = NO_ROW;
  }
}

/** (T), (T, BIGINT), (T, BIGINT, T) → T. */
const shiftSignature: Signature = {
  display: '(T [, offset BIGINT [, default T]]) → T',
  resolve(args) {
    const [value] = args;
    if (value === undefined || args.length > 3) return undefined;
    return { args: [value, BIGINT, value].slice(0, args.length), returns: value };
  },
};

function shift(name: 'lag' | 'lead', sign: bigint, place: string, result: string): WindowFunction {
  return {
    kind: 'window',
    name,
    aliases: [],
    category: 'offset',
    doc: {
      summary: `Value of the row \`offset\` (1) rows ${place} in the partition, else the default (NULL).`,
      examples: [example(`${name}(x, 1, 0) over (order by x) from (values (7)) t(x)`, result)],
      source: SOURCE,
    },
    usesFrame: false,
    reach: 'offset',
    supportsIgnoreNulls: true,
    overloads: [
      {
        signature: shiftSignature,
        evaluate(context, window, [values, offsets, defaults], out) {
          if (values === undefined) return;
          const { memory, arena } = context;
          const targets = arena.allocate(window.rows * 4);
          const { positions, before } = countedRows(context, window, values);
          kernels(memory).windowShift(
            window.partitionStart,
            window.partitionEnd,
            integers(context, offsets, window.rows, 1n),
            sign,
            positions,
            before,
            window.rows,
            targets,
          );
          if (defaults !== undefined) {
            takeOrDefault(context, { values, defaults, offsets }, targets, out);
            return;
          }
          clearWhereNull(context, offsets, targets, window.rows);
          take(context, values, targets, out);
        },
      },
    ],
  };
}

/** The default of a row without a target; a NULL offset still gives NULL. */
function takeOrDefault(
  context: EvalContext,
  args: {
    readonly values: FlatVector;
    readonly defaults: FlatVector;
    readonly offsets: FlatVector | undefined;
  },
  targets: Address,
  out: ResultVector,
): void {
  const { memory, arena } = context;
  const { values, defaults, offsets } = args;
  const width = widthBytes(values.type);
  const count = out.length;
  const missing = memory.u32.subarray(targets >>> 2, (targets >>> 2) + count);
  const wanting: number[] = [];
  for (let row = missing.indexOf(NO_ROW); row !== -1; row = missing.indexOf(NO_ROW, row + 1)) {
    wanting.push(row);
  }
  clearWhereNull(context, offsets, targets, count);
  take(context, values, targets, out);
  if (wanting.length === 0) return;
  const rows = arena.allocate(wanting.length * 4);
  memory.u32.set(wanting, rows >>> 2);
  const picked = arena.allocate(wanting.length * width);
  const exports = kernels(memory);
  const gather: GatherName = `gather${width as 1 | 2 | 4 | 8 | 16}OrZero`;
  exports[gather](defaults.values, rows, wanting.length, picked);
  exports.scatter(width, picked, rows, wanting.length, out.values);
  for (const row of wanting) {
    const isKnown =
      (defaults.validity === 0 || isValidAt(memory, defaults.validity, row)) &&
      (offsets === undefined || offsets.validity === 0 || isValidAt(memory, offsets.validity, row));
    setValidAt(memory, out.validity, row, isKnown);
  }
}

/** A value of the frame's k-th row, from its start or its end. */
function framed(definition: {
  readonly name: string;
  readonly summary: string;
  readonly example: string;
  readonly fromLast: boolean;
  readonly takesK: boolean;
}): WindowFunction {
  const { name, summary, fromLast, takesK } = definition;
  const evaluate: WindowOverload['evaluate'] = (context, window, [values, ks], result) => {
    if (values === undefined) return;
    const { memory, arena } = context;
    const { rows } = window;
    const targets = arena.allocate(rows * 4);
    memory.u32.fill(NO_ROW, targets >>> 2, (targets >>> 2) + rows);
    const { positions, before } = countedRows(context, window, values);
    const parts = [...window.frames];
    if (fromLast) parts.reverse();
    // What is left to count changes from part to part, and arguments are not ours to change.
    const left = arena.allocate(rows * 8);
    const wanted = integers(context, ks, rows, 1n);
    memory.u8.copyWithin(left, wanted, wanted + rows * 8);
    const side = fromLast ? 1 : 0;
    for (const { starts, ends } of parts) {
      kernels(memory).windowNth(starts, ends, left, side, positions, before, rows, targets);
    }
    clearWhereNull(context, ks, targets, window.rows);
    take(context, values, targets, result);
  };
  return {
    kind: 'window',
    name,
    aliases: [],
    category: 'offset',
    doc: { summary, examples: [example(definition.example, '7')], source: SOURCE },
    usesFrame: true,
    supportsIgnoreNulls: true,
    overloads: [{ signature: takesK ? nthSignature : valueSignature, evaluate }],
  };
}

const valueSignature: Signature = {
  display: '(T) → T',
  resolve: ([value, ...rest]) =>
    value === undefined || rest.length > 0 ? undefined : { args: [value], returns: value },
};

const nthSignature: Signature = {
  display: '(T, BIGINT) → T',
  resolve: ([value, k, ...rest]) =>
    value === undefined || k === undefined || rest.length > 0
      ? undefined
      : { args: [value, BIGINT], returns: value },
};

/** lag, lead and the values of rows of the frame. */
export const VALUE_FUNCTIONS: readonly WindowFunction[] = [
  shift('lag', -1n, 'before', '0'),
  shift('lead', 1n, 'after', '0'),
  framed({
    name: 'first_value',
    summary: 'Value of the frame’s first row; NULL for an empty frame.',
    example: 'first_value(x) over (order by x) from (values (7)) t(x)',
    fromLast: false,
    takesK: false,
  }),
  framed({
    name: 'last_value',
    summary: 'Value of the frame’s last row: of the last peer under the default frame.',
    example: 'last_value(x) over (order by x) from (values (7)) t(x)',
    fromLast: true,
    takesK: false,
  }),
  framed({
    name: 'nth_value',
    summary: 'Value of the frame’s k-th row; NULL beyond the frame and for k below 1.',
    example: 'nth_value(x, 1) over (order by x) from (values (7)) t(x)',
    fromLast: false,
    takesK: true,
  }),
];
