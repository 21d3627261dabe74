import {
  type AggregateFunction,
  allocateList,
  BIGINT,
  DOUBLE,
  type EvalContext,
  type FlatVector,
  list,
  type ResultVector,
  type Segments,
  type Signature,
  setValidAt,
  VARCHAR,
  widthBytes,
} from '@windrow/core';
import {
  HYPERLOGLOG_BYTES,
  hyperLogLogEstimate,
  kernels,
  segmentTableBytes,
} from '@windrow/kernels';
import { example } from '../define.ts';
import { comparable, hashesOf, largestSegment, startsOf, typeCode } from './segments.ts';

const listOfArgument: Signature = {
  display: '(T) → T[]',
  resolve: ([type, ...rest]) =>
    type === undefined || rest.length > 0 ? undefined : { args: [type], returns: list(type) },
};

function putReference(
  { memory }: EvalContext,
  result: ResultVector,
  segment: number,
  address: number,
  bytes: number,
): void {
  memory.u32[(result.values >>> 2) + 2 * segment] = address;
  memory.u32[(result.values >>> 2) + 2 * segment + 1] = bytes;
}

/** Each segment's rows as a list. */
function collectLists(
  context: EvalContext,
  segments: Segments,
  values: FlatVector,
  options: { readonly emptyIsNull: boolean; readonly result: ResultVector },
): void {
  const { memory, arena } = context;
  const { result } = options;
  const width = widthBytes(values.type);
  const k = kernels(memory);
  const starts = startsOf(context, segments);
  for (let segment = 0; segment < segments.count; segment++) {
    const start = starts[segment]!;
    const count = starts[segment + 1]! - start;
    if (count === 0 && options.emptyIsNull) {
      setValidAt(memory, result.validity, segment, false);
      continue;
    }
    const { address, bytes, elements } = allocateList(arena, values.type, count);
    const from = values.values + start * width;
    memory.u8.copyWithin(elements.values, from, from + count * width);
    if (values.validity !== 0) k.bitmapSlice(values.validity, start, count, elements.validity);
    putReference(context, result, segment, address, bytes);
  }
}

interface ListDefinition {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly nulls: 'skip' | 'handles';
  readonly emptyIsNull: boolean;
  readonly distinct: boolean;
  readonly summary: string;
  readonly example: readonly [sql: string, result: string];
}

function listAggregate(definition: ListDefinition): AggregateFunction {
  const { name, aliases, nulls, emptyIsNull, distinct, summary } = definition;
  return {
    kind: 'aggregate',
    name,
    aliases,
    category: 'aggregate',
    doc: { summary, examples: [example(...definition.example)], source: 'DuckDB, Spark' },
    nulls,
    ordered: true,
    ...(emptyIsNull ? {} : { emptyValue: [] }),
    overloads: [
      {
        signature: listOfArgument,
        implementation: {
          kind: 'segments',
          evaluate(context, segments, [values], result) {
            if (values === undefined) return;
            const options = { emptyIsNull, result };
            if (!distinct) {
              collectLists(context, segments, values, options);
              return;
            }
            const unique = distinctRows(context, segments, values);
            collectLists(context, unique.segments, unique.values, options);
          },
        },
      },
    ],
  };
}

/** The rows that hold a value of their segment for the first time. */
function distinctRows(
  context: EvalContext,
  segments: Segments,
  values: FlatVector,
): { readonly segments: Segments; readonly values: FlatVector } {
  const { memory, arena } = context;
  const k = kernels(memory);
  const table = arena.allocate(segmentTableBytes(largestSegment(context, segments)));
  const rows = arena.allocate(values.length * 4);
  const starts = arena.allocate((segments.count + 1) * 4);
  const compared = comparable(context, values);
  const count = k.segmentDistinct(
    typeCode(compared),
    compared.values,
    hashesOf(context, compared),
    segments.starts,
    segments.count,
    table,
    rows,
    starts,
  );
  const width = widthBytes(values.type) as 1 | 2 | 4 | 8 | 16;
  const unique = arena.allocate(count * width);
  k[`gather${width}`](values.values, rows, count, unique);
  return {
    segments: { starts, count: segments.count },
    values: { ...values, length: count, values: unique, validity: 0 },
  };
}

/** Texts one behind the other, the separator of the segment's first row between them. */
const stringAgg: AggregateFunction = {
  kind: 'aggregate',
  name: 'string_agg',
  aliases: ['group_concat', 'listagg'],
  category: 'aggregate',
  doc: {
    summary: 'Texts joined by a separator (a comma); NULLs are skipped.',
    examples: [example("string_agg(x, '-') from (values ('a'), (NULL), ('b')) t(x)", 'a-b')],
    source: 'PostgreSQL, DuckDB',
  },
  nulls: 'skip',
  ordered: true,
  overloads: [1, 2].map((argumentCount) => ({
    signature: { args: [VARCHAR, VARCHAR].slice(0, argumentCount), returns: VARCHAR },
    implementation: {
      kind: 'segments',
      evaluate(context, segments, [values, separators], result) {
        if (values !== undefined) joinTexts(context, segments, values, separators, result);
      },
    },
  })),
};

function joinTexts(
  context: EvalContext,
  segments: Segments,
  values: FlatVector,
  separators: FlatVector | undefined,
  result: ResultVector,
): void {
  const { memory, arena } = context;
  const { u8, u32 } = memory;
  const comma = arena.allocate(1);
  u8[comma] = 0x2c;
  const starts = startsOf(context, segments);
  const refs = values.values >>> 2;
  for (let segment = 0; segment < segments.count; segment++) {
    const start = starts[segment]!;
    const end = starts[segment + 1]!;
    if (start === end) {
      setValidAt(memory, result.validity, segment, false);
      continue;
    }
    const separator = separators === undefined ? -1 : (separators.values >>> 2) + 2 * start;
    const between = separator < 0 ? comma : u32[separator]!;
    const betweenBytes = separator < 0 ? 1 : u32[separator + 1]!;
    let bytes = (end - start - 1) * betweenBytes;
    for (let row = start; row < end; row++) bytes += u32[refs + 2 * row + 1]!;
    const text = arena.allocate(bytes);
    let at = text;
    for (let row = start; row < end; row++) {
      if (row > start) {
        u8.copyWithin(at, between, between + betweenBytes);
        at += betweenBytes;
      }
      const from = u32[refs + 2 * row]!;
      const length = u32[refs + 2 * row + 1]!;
      u8.copyWithin(at, from, from + length);
      at += length;
    }
    putReference(context, result, segment, text, bytes);
  }
}

const approxCountDistinct: AggregateFunction = {
  kind: 'aggregate',
  name: 'approx_count_distinct',
  aliases: ['approx_distinct', 'uniq_hll12'],
  category: 'aggregate',
  doc: {
    summary: 'Estimated number of distinct values, standard error 1.6 %.',
    examples: [example('approx_count_distinct(x) from (values (1), (2), (2)) t(x)', '2')],
    source: 'Flajolet et al. (2007), HyperLogLog; estimator of Ertl (2017), 2¹² registers',
  },
  nulls: 'skip',
  ordered: false,
  ignoresDistinct: true,
  emptyValue: 0n,
  overloads: [
    {
      signature: {
        display: '(ANY) → BIGINT',
        resolve: (args) => (args.length === 1 ? { args, returns: BIGINT } : undefined),
      },
      implementation: {
        kind: 'segments',
        evaluate(context, segments, [values], result) {
          if (values === undefined) return;
          const { memory, arena } = context;
          const k = kernels(memory);
          const hashes = hashesOf(context, comparable(context, values));
          const registers = arena.allocate(HYPERLOGLOG_BYTES);
          const counts = arena.allocate(64 * 4);
          const starts = startsOf(context, segments);
          for (let segment = 0; segment < segments.count; segment++) {
            const start = starts[segment]!;
            memory.fill(0, registers, HYPERLOGLOG_BYTES);
            k.hyperLogLogAdd(registers, hashes + start * 8, 0, starts[segment + 1]! - start);
            const estimate = hyperLogLogEstimate(memory, registers, counts);
            memory.i64[(result.values >>> 3) + segment] = BigInt(Math.round(estimate));
          }
        },
      },
    },
  ],
};

const entropy: AggregateFunction = {
  kind: 'aggregate',
  name: 'entropy',
  aliases: [],
  category: 'statistics',
  doc: {
    summary: 'Shannon entropy of the value frequencies in bits; 0 for no values.',
    examples: [example('entropy(x) from (values (1), (2)) t(x)', '1.0')],
    source: 'Shannon (1948); scipy.stats.entropy(base=2)',
  },
  nulls: 'skip',
  ordered: false,
  emptyValue: 0,
  overloads: [
    {
      signature: {
        display: '(ANY) → DOUBLE',
        resolve: (args) => (args.length === 1 ? { args, returns: DOUBLE } : undefined),
      },
      implementation: {
        kind: 'segments',
        evaluate(context, segments, [argument], result) {
          if (argument === undefined) return;
          const { memory, arena } = context;
          const values = comparable(context, argument);
          kernels(memory).segmentEntropy(
            typeCode(values),
            values.values,
            hashesOf(context, values),
            segments.starts,
            segments.count,
            arena.allocate(segmentTableBytes(largestSegment(context, segments))),
            result.values,
          );
        },
      },
    },
  ],
};

/** Aggregates that keep the values of each group. */
export const COLLECTING_AGGREGATES: readonly AggregateFunction[] = [
  listAggregate({
    name: 'array_agg',
    aliases: ['list', 'group_array'],
    nulls: 'handles',
    emptyIsNull: true,
    distinct: false,
    summary: 'List of the values, NULLs kept; NULL when there is no row.',
    example: ['array_agg(x) from (values (1), (NULL)) t(x)', '[1, NULL]'],
  }),
  listAggregate({
    name: 'collect_list',
    aliases: [],
    nulls: 'skip',
    emptyIsNull: false,
    distinct: false,
    summary: 'List of the values that are not NULL; empty when there are none.',
    example: ['collect_list(x) from (values (1), (NULL)) t(x)', '[1]'],
  }),
  listAggregate({
    name: 'collect_set',
    aliases: ['group_uniq_array'],
    nulls: 'skip',
    emptyIsNull: false,
    distinct: true,
    summary: 'List of the distinct values that are not NULL, in the order of their first row.',
    example: ['collect_set(x) from (values (2), (1), (2)) t(x)', '[2, 1]'],
  }),
  stringAgg,
  approxCountDistinct,
  entropy,
];
