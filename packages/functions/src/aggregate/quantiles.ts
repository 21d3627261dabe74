import {
  type Address,
  type AggregateFunction,
  type AggregateOverload,
  allocateList,
  DOUBLE,
  type EvalContext,
  type FlatVector,
  isInteger,
  type LiteralValue,
  list,
  physicalType,
  type ResultVector,
  type Segments,
  SqlError,
  type SqlType,
  setValidAt,
  TIMESTAMP,
  widthBytes,
} from '@windrow/core';
import { kernels } from '@windrow/kernels';
import { example } from '../define.ts';
import { largestSegment, startsOf, takeRows, typeCode } from './segments.ts';

const HYNDMAN_FAN = 'Hyndman and Fan (1996), The American Statistician 50(4)';

/** How a quantile of values of a type is computed: as what type, with what result. */
interface Method {
  readonly argument: SqlType;
  readonly returns: SqlType;
  readonly discrete: boolean;
}

/** Between two values: DOUBLE for integers, the type itself for other numbers and times. */
function continuousMethod(type: SqlType): Method | undefined {
  if (isInteger(type) || type.kind === 'boolean') {
    return { argument: DOUBLE, returns: DOUBLE, discrete: false };
  }
  switch (type.kind) {
    case 'decimal':
      return physicalType(type) === 'i64'
        ? { argument: type, returns: type, discrete: false }
        : undefined;
    case 'date':
      return { argument: TIMESTAMP, returns: TIMESTAMP, discrete: false };
    case 'float32':
    case 'float64':
    case 'timestamp':
    case 'time':
      return { argument: type, returns: type, discrete: false };
    default:
      return undefined;
  }
}

/** One of the values, of any type that is ordered by at most 8 bytes or by its text. */
function discreteMethod(type: SqlType): Method | undefined {
  const physical = physicalType(type);
  if (physical === 'i128' || physical === 'interval' || physical === 'uuid') return undefined;
  if (physical === 'ref' && type.kind !== 'varchar' && type.kind !== 'blob') return undefined;
  return { argument: type, returns: type, discrete: true };
}

/** Writes one quantile of every segment to `values`, in the method's result type. */
function computeQuantile(
  context: EvalContext,
  segments: Segments,
  argument: FlatVector,
  wanted: { readonly method: Method; readonly fraction: number },
  result: ResultVector,
): void {
  const { memory, arena } = context;
  const { method, fraction } = wanted;
  const { starts, count } = segments;
  const k = kernels(memory);
  const largest = largestSegment(context, segments);
  if (physicalType(argument.type) === 'ref') {
    const rows = arena.allocate(count * 4);
    k.segmentTextQuantiles(
      argument.values,
      starts,
      count,
      fraction,
      arena.allocate(largest * 4),
      rows,
    );
    takeRows(context, argument, rows, result);
    return;
  }
  const keys = arena.allocate(largest * 8);
  const lower = arena.allocateZeroed(count * 8);
  const upper = arena.allocateZeroed(count * 8);
  const weights = arena.allocateZeroed(count * 8);
  k.segmentQuantiles(
    typeCode(argument),
    argument.values,
    starts,
    count,
    fraction,
    method.discrete ? 1 : 0,
    keys,
    lower,
    upper,
    weights,
  );
  const bounds = startsOf(context, segments);
  for (let segment = 0; segment < count; segment++) {
    if (bounds[segment] === bounds[segment + 1])
      setValidAt(memory, result.validity, segment, false);
  }
  if (method.discrete) narrowed(context, lower, result);
  else interpolated(context, { lower, upper, weights }, result);
}

/** Restored values (int64 or float64) back in the width of their type. */
function narrowed({ memory }: EvalContext, from: Address, result: ResultVector): void {
  const { length, values } = result;
  switch (physicalType(result.type)) {
    case 'f32':
      for (let i = 0; i < length; i++)
        memory.f32[(values >>> 2) + i] = memory.f64[(from >>> 3) + i]!;
      return;
    default: {
      // Little-endian: the low bytes of a word are the narrower value.
      const width = widthBytes(result.type);
      for (let i = 0; i < length; i++) {
        memory.u8.copyWithin(values + i * width, from + i * 8, from + i * 8 + width);
      }
    }
  }
}

interface Between {
  readonly lower: Address;
  readonly upper: Address;
  readonly weights: Address;
}

/** lower + (upper − lower) × weight; in integers the fraction is cut off. */
function interpolated({ memory }: EvalContext, between: Between, result: ResultVector): void {
  const low = between.lower >>> 3;
  const high = between.upper >>> 3;
  const weight = between.weights >>> 3;
  const out = result.values >>> 3;
  if (physicalType(result.type) === 'f64') {
    const { f64 } = memory;
    for (let i = 0; i < result.length; i++) {
      const share = f64[weight + i]!;
      const start = f64[low + i]!;
      f64[out + i] = share === 0 ? start : start + (f64[high + i]! - start) * share;
    }
    return;
  }
  if (physicalType(result.type) === 'f32') {
    const { f32, f64 } = memory;
    for (let i = 0; i < result.length; i++) {
      const start = f64[low + i]!;
      const distance = Math.fround(f64[high + i]! - start);
      const share = f64[weight + i]!;
      f32[(result.values >>> 2) + i] = share === 0 ? start : start + distance * share;
    }
    return;
  }
  for (let i = 0; i < result.length; i++) {
    const start = memory.i64[low + i]!;
    const distance = Number(memory.i64[high + i]! - start) * memory.f64[weight + i]!;
    memory.i64[out + i] = start + BigInt(Math.trunc(distance));
  }
}

/** Fractions given as a constant number or list of numbers; undefined when the argument is no constant. */
function fractionsOf(
  value: LiteralValue | undefined,
  type: SqlType | undefined,
): number[] | undefined {
  if (value === undefined || type === undefined) return undefined;
  if (type.kind === 'list' && Array.isArray(value)) {
    return (value as readonly LiteralValue[]).map((item) => fractionOf(item, type.element));
  }
  return value === null ? undefined : [fractionOf(value, type)];
}

function fractionOf(value: LiteralValue, type: SqlType): number {
  const number = type.kind === 'decimal' ? Number(value) / 10 ** type.scale : Number(value);
  if (number >= -1 && number <= 1) return number;
  throw new SqlError('bind', `a quantile lies between 0 and 1 (or −1 and 0), not at ${number}`, {
    sqlState: '22023',
  });
}

/** (T, fraction) → T and (T, fractions) → T[]; the fractions are constants. */
function quantileOverload(methodOf: (type: SqlType) => Method | undefined): AggregateOverload {
  return {
    signature: {
      display: '(T, constant DOUBLE or DOUBLE[]) → T or T[]',
      resolve(args, constants) {
        const [type, fractionType] = args;
        const method = type === undefined ? undefined : methodOf(type);
        const fractions = fractionsOf(constants[1], fractionType);
        if (method === undefined || args.length !== 2 || fractions === undefined) return undefined;
        const isList = fractionType?.kind === 'list';
        return {
          args: [method.argument, isList ? list(DOUBLE) : DOUBLE],
          returns: isList ? list(method.returns) : method.returns,
        };
      },
    },
    implementation: {
      kind: 'segments',
      evaluate(context, segments, [argument, fraction], result) {
        if (argument === undefined || fraction === undefined || fraction.length === 0) {
          for (let segment = 0; segment < segments.count; segment++) {
            setValidAt(context.memory, result.validity, segment, false);
          }
          return;
        }
        const method = methodOf(argument.type);
        if (method === undefined) return;
        if (fraction.type.kind === 'list') {
          quantileLists(context, segments, { argument, fraction, method }, result);
          return;
        }
        const wanted = { method, fraction: context.memory.f64[fraction.values >>> 3]! };
        computeQuantile(context, segments, argument, wanted, result);
      },
    },
  };
}

/** Several quantiles of each segment, in the order asked, as a list. */
function quantileLists(
  context: EvalContext,
  segments: Segments,
  work: { readonly argument: FlatVector; readonly fraction: FlatVector; readonly method: Method },
  result: ResultVector,
): void {
  const { memory, arena } = context;
  const { argument, fraction, method } = work;
  // The list is a constant, so the first row's block holds the fractions of all rows.
  const block = memory.u32[fraction.values >>> 2]!;
  const fractions = Array.from(
    { length: memory.u32[block >>> 2]! },
    (_, i) => memory.f64[((block + 16) >>> 3) + i]!,
  );
  const { count } = segments;
  const width = widthBytes(method.returns);
  const columns = fractions.map((each) => {
    const values = arena.allocate(count * width);
    const validity = arena.allocate(Math.ceil(count / 64) * 8);
    memory.u8.fill(0xff, validity, validity + Math.ceil(count / 64) * 8);
    const column: ResultVector = { type: method.returns, length: count, values, validity };
    computeQuantile(context, segments, argument, { method, fraction: each }, column);
    return values;
  });
  const bounds = startsOf(context, segments);
  for (let segment = 0; segment < count; segment++) {
    if (bounds[segment] === bounds[segment + 1]) {
      setValidAt(memory, result.validity, segment, false);
      continue;
    }
    const { address, bytes, elements } = allocateList(arena, method.returns, fractions.length);
    columns.forEach((values, i) => {
      const from = values + segment * width;
      memory.u8.copyWithin(elements.values + i * width, from, from + width);
    });
    memory.u32[(result.values >>> 2) + 2 * segment] = address;
    memory.u32[(result.values >>> 2) + 2 * segment + 1] = bytes;
  }
}

/** The middle: continuous where values can be averaged, else discrete. */
const medianMethod = (type: SqlType): Method | undefined =>
  continuousMethod(type) ?? discreteMethod(type);

const median: AggregateOverload = {
  signature: {
    display: '(T) → DOUBLE or T',
    resolve([type, ...rest]) {
      const method = type === undefined ? undefined : medianMethod(type);
      if (method === undefined || rest.length > 0) return undefined;
      return { args: [method.argument], returns: method.returns };
    },
  },
  implementation: {
    kind: 'segments',
    evaluate(context, segments, [argument], result) {
      const method = argument === undefined ? undefined : medianMethod(argument.type);
      if (argument === undefined || method === undefined) return;
      computeQuantile(context, segments, argument, { method, fraction: 0.5 }, result);
    },
  },
};

const doubles: Method = { argument: DOUBLE, returns: DOUBLE, discrete: false };

/** A statistic of doubles made from quantiles. */
function fromDoubles(
  evaluate: (
    context: EvalContext,
    segments: Segments,
    argument: FlatVector,
    result: ResultVector,
  ) => void,
): AggregateOverload {
  return {
    signature: { args: [DOUBLE], returns: DOUBLE },
    implementation: {
      kind: 'segments',
      evaluate(context, segments, [argument], result) {
        if (argument !== undefined) evaluate(context, segments, argument, result);
      },
    },
  };
}

const mad = fromDoubles((context, segments, argument, result) => {
  const { memory, arena } = context;
  computeQuantile(context, segments, argument, { method: doubles, fraction: 0.5 }, result);
  const distances = arena.allocate(argument.length * 8);
  kernels(memory).segmentDistances(
    argument.values,
    segments.starts,
    segments.count,
    result.values,
    distances,
  );
  const values = { ...argument, values: distances };
  computeQuantile(context, segments, values, { method: doubles, fraction: 0.5 }, result);
});

const iqr = fromDoubles((context, segments, argument, result) => {
  const { memory, arena } = context;
  const low: ResultVector = { ...result, values: arena.allocate(segments.count * 8) };
  computeQuantile(context, segments, argument, { method: doubles, fraction: 0.25 }, low);
  computeQuantile(context, segments, argument, { method: doubles, fraction: 0.75 }, result);
  for (let i = 0; i < result.length; i++) {
    memory.f64[(result.values >>> 3) + i]! -= memory.f64[(low.values >>> 3) + i]!;
  }
});

function quantileAggregate(definition: {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly example: readonly [sql: string, result: string];
  readonly source?: string;
  readonly overload: AggregateOverload;
}): AggregateFunction {
  const { name, aliases = [], summary, overload, source = HYNDMAN_FAN } = definition;
  return {
    kind: 'aggregate',
    name,
    aliases,
    category: 'statistics',
    doc: { summary, examples: [example(...definition.example)], source },
    nulls: 'skip',
    ordered: false,
    overloads: [overload],
  };
}

/** Order statistics: they keep the values of each group. */
export const QUANTILE_AGGREGATES: readonly AggregateFunction[] = [
  quantileAggregate({
    name: 'median',
    summary: 'Middle value: the mean of the two middle ones for numbers and times.',
    example: ['median(x) from (values (1), (2), (10), (20)) t(x)', '6.0'],
    overload: median,
  }),
  quantileAggregate({
    name: 'quantile_cont',
    aliases: ['percentile_cont', 'quantile_exact_inclusive'],
    summary: 'Quantile by linear interpolation at (n − 1)p (type 7).',
    example: ['quantile_cont(x, 0.25) from (values (1), (2), (3), (5)) t(x)', '1.75'],
    overload: quantileOverload(continuousMethod),
  }),
  quantileAggregate({
    name: 'quantile_disc',
    aliases: ['quantile', 'percentile_disc'],
    summary: 'Quantile that is one of the values: the one at place max(1, ⌈np⌉) (type 1).',
    example: ['quantile_disc(x, 0.5) from (values (1), (2), (3), (5)) t(x)', '2'],
    overload: quantileOverload(discreteMethod),
  }),
  quantileAggregate({
    name: 'mad',
    summary: 'Median absolute deviation from the median, unscaled.',
    example: ['mad(x) from (values (1), (2), (4), (100)) t(x)', '1.5'],
    source: 'scipy.stats.median_abs_deviation',
    overload: mad,
  }),
  quantileAggregate({
    name: 'iqr',
    summary: 'Interquartile range: the 0.75 quantile less the 0.25 quantile (type 7).',
    example: ['iqr(x) from (values (1), (2), (3), (5)) t(x)', '1.75'],
    source: 'scipy.stats.iqr',
    overload: iqr,
  }),
];
