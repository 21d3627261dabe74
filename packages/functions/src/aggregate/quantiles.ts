import {
  type AggregateFunction,
  type AggregateOverload,
  BLOCK_ALIGNMENT_BYTES,
  bitmapBytes,
  DOUBLE,
  type EvalContext,
  type FlatVector,
  isInteger,
  isValidAt,
  type LiteralValue,
  list,
  listBlockBytes,
  listOffsets,
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
import {
  computeQuantile,
  type FrameQuantile,
  type QuantileMethod,
  quantilesOverFrames,
} from './quantile-values.ts';

const HYNDMAN_FAN = 'Hyndman and Fan (1996), The American Statistician 50(4)';

/** Between two values: DOUBLE for integers, the type itself for other numbers and times. */
function continuousMethod(type: SqlType): QuantileMethod | undefined {
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
function discreteMethod(type: SqlType): QuantileMethod | undefined {
  const physical = physicalType(type);
  if (physical === 'i128' || physical === 'interval' || physical === 'uuid') return undefined;
  if (physical === 'ref' && type.kind !== 'varchar' && type.kind !== 'blob') return undefined;
  return { argument: type, returns: type, discrete: true };
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
function quantileOverload(
  methodOf: (type: SqlType) => QuantileMethod | undefined,
): AggregateOverload {
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
        askedQuantiles(
          context,
          fraction,
          method,
          (each, into) =>
            computeQuantile(context, segments, argument, { method, fraction: each }, into),
          result,
        );
      },
      evaluateFrames(context, frames, [argument, fraction], result) {
        const method = argument === undefined ? undefined : methodOf(argument.type);
        if (argument === undefined || fraction === undefined || fraction.validity !== 0)
          return false;
        if (method === undefined || !hasRanks(argument.type)) return false;
        const quantile = quantilesOverFrames(context, frames, argument, method);
        askedQuantiles(context, fraction, method, quantile, result);
        return true;
      },
    },
  };
}

/** The fractions of a constant list: its first row's block holds those of all rows. */
function listedFractions({ memory }: EvalContext, fraction: FlatVector): number[] {
  const block = memory.u32[fraction.values >>> 2]!;
  return Array.from(
    { length: memory.u32[block >>> 2]! },
    (_, i) => memory.f64[((block + 16) >>> 3) + i]!,
  );
}

/** Several quantiles, in the order asked, as a list; `quantile` computes one of them for all rows. */
function quantileLists(
  context: EvalContext,
  work: { readonly fractions: readonly number[]; readonly element: SqlType },
  quantile: FrameQuantile,
  result: ResultVector,
): void {
  const { memory, arena } = context;
  const { fractions, element } = work;
  const { length } = result;
  const width = widthBytes(element);
  // Which rows have no values is known from a quantile, also when none is asked for.
  const columns = (fractions.length === 0 ? [0] : fractions).map((fraction) => {
    const values = arena.allocate(length * width);
    const validity = arena.allocate(bitmapBytes(length));
    memory.fill(0xff, validity, bitmapBytes(length));
    quantile(fraction, { type: element, length, values, validity });
    return { values, validity };
  });
  // All lists are as long and laid out alike, one behind the other.
  const { values, validity } = listOffsets(element, fractions.length);
  const bytes = listBlockBytes(element, fractions.length);
  const stride = Math.ceil(bytes / BLOCK_ALIGNMENT_BYTES) * BLOCK_ALIGNMENT_BYTES;
  const blocks = arena.allocate(length * stride);
  const places = arena.allocate(length * 4);
  const { u8, u32 } = memory;
  for (let row = 0; row < length; row++) {
    const block = blocks + row * stride;
    u32[block >>> 2] = fractions.length;
    for (let byte = validity; byte < bytes; byte++) u8[block + byte] = 0xff;
    u32[(result.values >>> 2) + 2 * row] = block;
    u32[(result.values >>> 2) + 2 * row + 1] = bytes;
    u32[(places >>> 2) + row] = (row * stride) / width;
    if (!isValidAt(memory, columns[0]!.validity, row)) {
      setValidAt(memory, result.validity, row, false);
    }
  }
  const k = kernels(memory);
  for (let i = 0; i < fractions.length; i++) {
    k.scatter(width, columns[i]!.values, places, length, blocks + values + i * width);
  }
}

/** Computes the quantiles asked for, one or a list, by whatever `quantile` computes one. */
function askedQuantiles(
  context: EvalContext,
  fraction: FlatVector,
  method: QuantileMethod,
  quantile: FrameQuantile,
  result: ResultVector,
): void {
  if (fraction.type.kind === 'list') {
    const fractions = listedFractions(context, fraction);
    quantileLists(context, { fractions, element: method.returns }, quantile, result);
  } else {
    quantile(context.memory.f64[fraction.values >>> 3]!, result);
  }
}

/** References have no ranks: their frames are collected. */
const hasRanks = (type: SqlType): boolean => physicalType(type) !== 'ref';

/** The middle: continuous where values can be averaged, else discrete. */
const medianMethod = (type: SqlType): QuantileMethod | undefined =>
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
    evaluateFrames(context, frames, [argument], result) {
      const method = argument === undefined ? undefined : medianMethod(argument.type);
      if (argument === undefined || method === undefined || !hasRanks(argument.type)) return false;
      quantilesOverFrames(context, frames, argument, method)(0.5, result);
      return true;
    },
  },
};

const doubles: QuantileMethod = { argument: DOUBLE, returns: DOUBLE, discrete: false };

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
