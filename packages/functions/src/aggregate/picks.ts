import {
  type AggregateFunction,
  type AggregateOverload,
  type EvalContext,
  type FlatVector,
  isNested,
  type Segments,
  type Signature,
} from '@windrow/core';
import { kernels, segmentTableBytes } from '@windrow/kernels';
import { example } from '../define.ts';
import {
  comparable,
  hashesOf,
  largestSegment,
  NO_ROW,
  startsOf,
  takeRows,
  typeCode,
} from './segments.ts';

/** Writes the row that each segment's answer comes from, or {@link NO_ROW}. */
type Pick = (
  context: EvalContext,
  segments: Segments,
  args: readonly FlatVector[],
  rows: Uint32Array,
  address: number,
) => void;

const ofAnyType = (argumentCount: number, display: string): Signature => ({
  display,
  resolve: (args) =>
    args.length === argumentCount && args[0] !== undefined ? { args, returns: args[0] } : undefined,
});

function picking(signature: Signature, pick: Pick): AggregateOverload {
  return {
    signature,
    implementation: {
      kind: 'segments',
      evaluate(context, segments, args, result) {
        const [values] = args;
        if (values === undefined) return;
        const { memory, arena } = context;
        const address = arena.allocate(segments.count * 4);
        const rows = memory.u32.subarray(address >>> 2, (address >>> 2) + segments.count);
        pick(context, segments, args, rows, address);
        takeRows(context, values, address, result);
      },
    },
  };
}

const firstRow: Pick = (context, segments, _args, rows) => {
  const starts = startsOf(context, segments);
  for (let segment = 0; segment < rows.length; segment++) {
    const start = starts[segment]!;
    rows[segment] = start < starts[segment + 1]! ? start : NO_ROW;
  }
};

const lastRow: Pick = (context, segments, _args, rows) => {
  const starts = startsOf(context, segments);
  for (let segment = 0; segment < rows.length; segment++) {
    const end = starts[segment + 1]!;
    rows[segment] = starts[segment]! < end ? end - 1 : NO_ROW;
  }
};

const atExtreme =
  (greatest: 0 | 1): Pick =>
  (context, { starts, count }, args, _rows, address) => {
    const last = args.at(-1);
    if (last === undefined) return;
    const key = comparable(context, last);
    const k = kernels(context.memory);
    k.segmentExtremes(typeCode(key), key.values, starts, count, greatest, address);
  };

/** min and max of nested values, which no state of fixed size compares. */
export const nestedExtreme = (wanted: 'min' | 'max'): AggregateOverload =>
  picking(
    {
      display: '(nested T) → T',
      resolve: ([type, ...rest]) =>
        type !== undefined && rest.length === 0 && isNested(type)
          ? { args: [type], returns: type }
          : undefined,
    },
    atExtreme(wanted === 'max' ? 1 : 0),
  );

const mostFrequent: Pick = (context, segments, [argument], _rows, address) => {
  if (argument === undefined) return;
  const values = comparable(context, argument);
  const { memory, arena } = context;
  const table = arena.allocate(segmentTableBytes(largestSegment(context, segments)));
  kernels(memory).segmentModes(
    typeCode(values),
    values.values,
    hashesOf(context, values),
    segments.starts,
    segments.count,
    table,
    address,
  );
};

interface PickDefinition {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly nulls: 'skip' | 'handles';
  readonly arguments: 1 | 2;
  readonly pick: Pick;
  readonly summary: string;
  readonly example: readonly [sql: string, result: string];
  readonly source?: string;
}

function pickAggregate(definition: PickDefinition): AggregateFunction {
  const { name, aliases = [], nulls, pick, summary, source = 'DuckDB' } = definition;
  const display = definition.arguments === 1 ? '(T) → T' : '(T, key U) → T';
  return {
    kind: 'aggregate',
    name,
    aliases,
    category: 'aggregate',
    doc: { summary, examples: [example(...definition.example)], source },
    nulls,
    ordered: true,
    overloads: [picking(ofAnyType(definition.arguments, display), pick)],
  };
}

/** Aggregates whose answer is the value of one of the rows. */
export const PICK_AGGREGATES: readonly AggregateFunction[] = [
  pickAggregate({
    name: 'first',
    aliases: ['arbitrary'],
    nulls: 'handles',
    arguments: 1,
    pick: firstRow,
    summary: 'Value of the first row, NULLs counted.',
    example: ['first(x) from (values (1), (2)) t(x)', '1'],
  }),
  pickAggregate({
    name: 'last',
    nulls: 'handles',
    arguments: 1,
    pick: lastRow,
    summary: 'Value of the last row, NULLs counted.',
    example: ['last(x) from (values (1), (2)) t(x)', '2'],
  }),
  pickAggregate({
    name: 'any_value',
    nulls: 'skip',
    arguments: 1,
    pick: firstRow,
    summary: 'First value that is not NULL.',
    example: ['any_value(x) from (values (NULL), (2)) t(x)', '2'],
  }),
  pickAggregate({
    name: 'arg_min',
    aliases: ['min_by', 'argmin'],
    nulls: 'skip',
    arguments: 2,
    pick: atExtreme(0),
    summary: 'Value at the smallest key; the earliest row of equal keys.',
    example: ["arg_min(x, k) from (values ('a', 2), ('b', 1)) t(x, k)", 'b'],
  }),
  pickAggregate({
    name: 'arg_max',
    aliases: ['max_by', 'argmax'],
    nulls: 'skip',
    arguments: 2,
    pick: atExtreme(1),
    summary: 'Value at the largest key; the earliest row of equal keys.',
    example: ["arg_max(x, k) from (values ('a', 2), ('b', 1)) t(x, k)", 'a'],
  }),
  pickAggregate({
    name: 'mode',
    nulls: 'skip',
    arguments: 1,
    pick: mostFrequent,
    summary: 'Most frequent value; of equally frequent ones the earliest.',
    example: ['mode(x) from (values (1), (2), (2)) t(x)', '2'],
  }),
];
