import {
  type AggregateFunction,
  BIGINT,
  BOOLEAN,
  type CastImplementation,
  commonType,
  DATE,
  DOUBLE,
  decimal,
  decimalOfInteger,
  type FunctionDefinition,
  type FunctionDoc,
  type FunctionRegistry,
  HUGEINT,
  INTEGER,
  INTERVAL,
  isFloat,
  isInteger,
  isNumeric,
  JSON_TYPE,
  type LiteralValue,
  list,
  type ResolvedSignature,
  type ScalarFunction,
  type Signature,
  type SqlType,
  type TableFunction,
  TIMESTAMP,
  VARCHAR,
  type WindowFunction,
} from '@windrow/core';
import { table } from './tables.ts';

/*
 * A function library with signatures and no implementations: what binding and planning look at. Its
 * typing follows the real library's rules where tests depend on them.
 */

const DOC: FunctionDoc = { summary: 'For tests.', examples: [], source: 'test' };
type Resolve = (
  args: readonly SqlType[],
  constants: readonly (LiteralValue | undefined)[],
) => ResolvedSignature | undefined;

const family = (display: string, resolve: Resolve): Signature => ({ display, resolve });
const fixed = (args: readonly SqlType[], returns: SqlType): Signature => ({ args, returns });

interface ScalarOptions {
  readonly aliases?: readonly string[];
  readonly volatility?: ScalarFunction['volatility'];
  readonly nulls?: ScalarFunction['nulls'];
  readonly raises?: boolean;
  readonly returnsNull?: boolean;
}

function scalar(
  name: string,
  signatures: readonly Signature[],
  options: ScalarOptions = {},
): ScalarFunction {
  const { raises = false, returnsNull = false } = options;
  return {
    kind: 'scalar',
    name,
    aliases: options.aliases ?? [],
    category: 'test',
    doc: DOC,
    volatility: options.volatility ?? 'immutable',
    nulls: options.nulls ?? 'propagate',
    overloads: signatures.map((signature) => ({
      signature,
      raises,
      returnsNull,
      implementation: { kind: 'js', evaluate: () => undefined },
    })),
  };
}

function aggregate(
  name: string,
  signatures: readonly Signature[],
  options: Partial<
    Pick<AggregateFunction, 'aliases' | 'nulls' | 'ordered' | 'ignoresDistinct' | 'emptyValue'>
  > = {},
): AggregateFunction {
  return {
    kind: 'aggregate',
    name,
    aliases: options.aliases ?? [],
    category: 'test',
    doc: DOC,
    nulls: options.nulls ?? 'skip',
    ordered: options.ordered ?? false,
    ignoresDistinct: options.ignoresDistinct ?? false,
    ...(options.emptyValue === undefined ? {} : { emptyValue: options.emptyValue }),
    overloads: signatures.map((signature) => ({
      signature,
      implementation: { kind: 'segments', evaluate: () => undefined },
    })),
  };
}

function window(
  name: string,
  signatures: readonly Signature[],
  options: Partial<Pick<WindowFunction, 'aliases' | 'usesFrame' | 'supportsIgnoreNulls'>> = {},
): WindowFunction {
  return {
    kind: 'window',
    name,
    aliases: options.aliases ?? [],
    category: 'test',
    doc: DOC,
    usesFrame: options.usesFrame ?? false,
    supportsIgnoreNulls: options.supportsIgnoreNulls ?? false,
    overloads: signatures.map((signature) => ({ signature, evaluate: () => undefined })),
  };
}

const two = (args: readonly SqlType[]): readonly [SqlType, SqlType] | undefined => {
  const [a, b] = args;
  return a !== undefined && b !== undefined && args.length === 2 ? [a, b] : undefined;
};

const comparison: Resolve = (args) => {
  const pair = two(args);
  const type = pair && commonType(pair[0], pair[1]);
  if (type === undefined) return undefined;
  const operand = type.kind === 'null' ? VARCHAR : type;
  return { args: [operand, operand], returns: BOOLEAN };
};

type Decimal = SqlType & { readonly kind: 'decimal' };

const asDecimal = (type: SqlType): Decimal | undefined =>
  type.kind === 'decimal' ? type : isInteger(type) ? decimalOfInteger(type) : undefined;

const arithmetic =
  (decimals: (a: Decimal, b: Decimal) => ResolvedSignature): Resolve =>
  (args) => {
    const pair = two(args);
    if (pair === undefined) return undefined;
    const [a, b] = pair;
    if (a.kind === 'decimal' || b.kind === 'decimal') {
      const [left, right] = [asDecimal(a), asDecimal(b)];
      if (left !== undefined && right !== undefined) return decimals(left, right);
    }
    const type = commonType(a, b);
    if (type === undefined || !(isNumeric(type) || type.kind === 'null')) return undefined;
    const operand = type.kind === 'null' ? INTEGER : type;
    return { args: [operand, operand], returns: operand };
  };

const sum = arithmetic((a, b) => {
  const scale = Math.max(a.scale, b.scale);
  const whole = Math.max(a.precision - a.scale, b.precision - b.scale);
  const type = decimal(Math.min(38, whole + scale + 1), scale);
  return { args: [type, type], returns: type };
});

const product = arithmetic((a, b) => ({
  args: [a, b],
  returns: decimal(Math.min(38, a.precision + b.precision), a.scale + b.scale),
}));

const numericUnary: Resolve = ([type, ...others]) =>
  type !== undefined && others.length === 0 && isNumeric(type)
    ? { args: [type], returns: type }
    : undefined;

/** `f(T)` for any T. */
const anyTo = (returns: SqlType): Signature =>
  family('(T)', (args) => (args.length === 1 ? { args, returns } : undefined));

const same: Resolve = ([type, ...others]) =>
  type !== undefined && others.length === 0 ? { args: [type], returns: type } : undefined;

/** Arguments of one common type. */
const common =
  (returns: (type: SqlType) => SqlType): Resolve =>
  (args) => {
    let type: SqlType | undefined = args[0];
    for (const arg of args) type = type && commonType(type, arg);
    const operand = type;
    return operand === undefined
      ? undefined
      : { args: args.map(() => operand), returns: returns(operand) };
  };

const sumType = (type: SqlType): SqlType | undefined => {
  if (type.kind === 'decimal') return decimal(38, type.scale);
  if (isFloat(type)) return DOUBLE;
  return isInteger(type) || type.kind === 'boolean' ? HUGEINT : undefined;
};

const sumSignature = family('(number)', ([type, ...others]) => {
  const returns = type === undefined || others.length > 0 ? undefined : sumType(type);
  return type === undefined || returns === undefined ? undefined : { args: [type], returns };
});

const structPack: Resolve = (args, constants) => {
  const fields = [];
  for (let i = 0; i + 1 < args.length; i += 2) {
    const [name, type] = [constants[i], args[i + 1]];
    if (typeof name !== 'string' || type === undefined) return undefined;
    fields.push({ name, type });
  }
  return { args, returns: { kind: 'struct', fields } };
};

const structExtract: Resolve = ([struct], constants) => {
  if (struct?.kind !== 'struct') return undefined;
  const name = String(constants[1]).toLowerCase();
  const field = struct.fields.find((f) => f.name.toLowerCase() === name);
  return field === undefined ? undefined : { args: [struct, VARCHAR], returns: field.type };
};

const listElement: Resolve = ([type]) =>
  type?.kind === 'list' ? { args: [type, BIGINT], returns: type.element } : undefined;

const OPERATORS: readonly ScalarFunction[] = [
  ...['equal', 'not_equal', 'less', 'less_equal', 'greater', 'greater_equal'].map((name) =>
    scalar(name, [family('(T, T) → BOOLEAN', comparison)]),
  ),
  ...['is_distinct_from', 'is_not_distinct_from'].map((name) =>
    scalar(name, [family('(T, T) → BOOLEAN', comparison)], { nulls: 'handles' }),
  ),
  scalar('add', [
    family('(number, number) → number', sum),
    fixed([DATE, INTERVAL], TIMESTAMP),
    fixed([TIMESTAMP, INTERVAL], TIMESTAMP),
    fixed([DATE, INTEGER], DATE),
    fixed([INTERVAL, INTERVAL], INTERVAL),
  ]),
  scalar('subtract', [
    family('(number, number) → number', sum),
    fixed([DATE, DATE], BIGINT),
    fixed([DATE, INTERVAL], TIMESTAMP),
    fixed([TIMESTAMP, INTERVAL], TIMESTAMP),
    fixed([DATE, INTEGER], DATE),
  ]),
  scalar('multiply', [
    family('(number, number) → number', product),
    fixed([INTERVAL, DOUBLE], INTERVAL),
    fixed([INTERVAL, BIGINT], INTERVAL),
  ]),
  scalar('divide', [fixed([DOUBLE, DOUBLE], DOUBLE)], { raises: false }),
  scalar('integer_divide', [family('(number, number) → number', sum)], { returnsNull: true }),
  scalar('modulo', [family('(number, number) → number', sum)], { aliases: ['mod'] }),
  scalar('power', [fixed([DOUBLE, DOUBLE], DOUBLE)], { aliases: ['pow'] }),
  scalar('negate', [family('(number) → number', numericUnary), fixed([INTERVAL], INTERVAL)]),
  ...['bitwise_and', 'bitwise_or', 'bitwise_xor', 'shift_left', 'shift_right'].map((name) =>
    scalar(name, [fixed([INTEGER, INTEGER], INTEGER), fixed([BIGINT, BIGINT], BIGINT)]),
  ),
  scalar('bitwise_not', [fixed([INTEGER], INTEGER), fixed([BIGINT], BIGINT)]),
  scalar('not', [fixed([BOOLEAN], BOOLEAN)]),
  ...['is_null', 'is_not_null'].map((name) => scalar(name, [anyTo(BOOLEAN)], { nulls: 'handles' })),
  ...['is_true', 'is_not_true', 'is_false', 'is_not_false'].map((name) =>
    scalar(name, [fixed([BOOLEAN], BOOLEAN)], { nulls: 'handles' }),
  ),
  scalar('is_nan', [fixed([DOUBLE], BOOLEAN)]),
  scalar(
    'in_list',
    [
      family(
        '(T, T, …) → BOOLEAN',
        common(() => BOOLEAN),
      ),
    ],
    { nulls: 'handles', returnsNull: true },
  ),
  scalar('concat_operator', [fixed([VARCHAR, VARCHAR], VARCHAR)]),
  ...['like', 'ilike', 'glob', 'similar_to', 'starts_with', 'contains'].map((name) =>
    scalar(name, [fixed([VARCHAR, VARCHAR], BOOLEAN)]),
  ),
  ...['like_escape', 'ilike_escape'].map((name) =>
    scalar(name, [fixed([VARCHAR, VARCHAR, VARCHAR], BOOLEAN)]),
  ),
];

const SCALARS: readonly ScalarFunction[] = [
  scalar('abs', [family('(number) → number', numericUnary)]),
  scalar('round', [family('(number) → number', numericUnary), fixed([DOUBLE, INTEGER], DOUBLE)]),
  scalar('sqrt', [fixed([DOUBLE], DOUBLE)]),
  scalar('lower', [fixed([VARCHAR], VARCHAR)]),
  scalar('upper', [fixed([VARCHAR], VARCHAR)]),
  scalar('length', [fixed([VARCHAR], BIGINT)], { aliases: ['len'] }),
  scalar(
    'substring',
    [fixed([VARCHAR, BIGINT, BIGINT], VARCHAR), fixed([VARCHAR, BIGINT], VARCHAR)],
    { aliases: ['substr'] },
  ),
  scalar('regexp_matches', [
    fixed([VARCHAR, VARCHAR], BOOLEAN),
    fixed([VARCHAR, VARCHAR, VARCHAR], BOOLEAN),
  ]),
  scalar('date_part', [fixed([VARCHAR, DATE], BIGINT), fixed([VARCHAR, TIMESTAMP], BIGINT)]),
  scalar('random', [fixed([], DOUBLE)], { volatility: 'volatile' }),
  scalar('current_date', [fixed([], DATE)], { volatility: 'stable' }),
  scalar('list_value', [family('(T, …) → T[]', common(list))], { nulls: 'handles' }),
  scalar('list_extract', [family('(T[], BIGINT) → T', listElement)]),
  scalar('list_contains', [
    family('(T[], T) → BOOLEAN', (args) => {
      const [type] = args;
      return type?.kind === 'list' ? { args: [type, type.element], returns: BOOLEAN } : undefined;
    }),
  ]),
  scalar('range', [fixed([BIGINT], list(BIGINT)), fixed([BIGINT, BIGINT], list(BIGINT))]),
  scalar('struct_pack', [family('(name, value, …) → STRUCT', structPack)], { nulls: 'handles' }),
  scalar('struct_extract', [family('(STRUCT, name) → T', structExtract)]),
  scalar('json_extract', [fixed([JSON_TYPE, VARCHAR], JSON_TYPE)]),
  // Two ways that cost the same, for the error.
  scalar('undecided', [fixed([DOUBLE, INTEGER], DOUBLE), fixed([INTEGER, DOUBLE], DOUBLE)]),
];

const AGGREGATES: readonly AggregateFunction[] = [
  aggregate('count_star', [fixed([], BIGINT)], { emptyValue: 0n }),
  aggregate('count', [anyTo(BIGINT)], { emptyValue: 0n }),
  aggregate('sum', [sumSignature]),
  aggregate('avg', [fixed([DOUBLE], DOUBLE)], { aliases: ['mean'] }),
  aggregate('min', [family('(T) → T', same)], { ignoresDistinct: true }),
  aggregate('max', [family('(T) → T', same)], { ignoresDistinct: true }),
  aggregate('any_value', [family('(T) → T', same)]),
  aggregate('first', [family('(T) → T', same)], { ordered: true, nulls: 'handles' }),
  aggregate('stddev_samp', [fixed([DOUBLE], DOUBLE)], { aliases: ['stddev'] }),
  aggregate('bool_or', [fixed([BOOLEAN], BOOLEAN)], { ignoresDistinct: true }),
  aggregate('string_agg', [fixed([VARCHAR], VARCHAR), fixed([VARCHAR, VARCHAR], VARCHAR)], {
    ordered: true,
    aliases: ['listagg'],
  }),
  aggregate(
    'array_agg',
    [family('(T) → T[]', ([type]) => type && { args: [type], returns: list(type) })],
    {
      ordered: true,
      nulls: 'handles',
    },
  ),
  aggregate('quantile_cont', [fixed([DOUBLE, DOUBLE], DOUBLE)], { aliases: ['percentile_cont'] }),
  aggregate('mode', [family('(T) → T', same)], { ordered: true }),
];

const offset: Resolve = (args) => {
  const [value, , fallback] = args;
  if (value === undefined || args.length > 3) return undefined;
  const types = [value, BIGINT, value].slice(0, args.length);
  return fallback === undefined || commonType(value, fallback) !== undefined
    ? { args: types, returns: value }
    : undefined;
};

const WINDOWS: readonly WindowFunction[] = [
  ...['row_number', 'rank', 'dense_rank'].map((name) => window(name, [fixed([], BIGINT)])),
  window('ntile', [fixed([BIGINT], BIGINT)]),
  ...['lag', 'lead'].map((name) =>
    window(name, [family('(T[, BIGINT[, T]]) → T', offset)], { supportsIgnoreNulls: true }),
  ),
  ...['first_value', 'last_value'].map((name) =>
    window(name, [family('(T) → T', same)], { supportsIgnoreNulls: true, usesFrame: true }),
  ),
];

/** `range(n)`: a table of n numbers, as far as planning is concerned. */
const TABLE_FUNCTIONS: readonly TableFunction[] = [
  {
    kind: 'table',
    name: 'range',
    aliases: [],
    doc: DOC,
    namedParameters: ['step'],
    bind: ({ positional }) =>
      Promise.resolve(table({ range: BIGINT }, { rowCount: Number(positional[0] ?? 0) })),
  },
  {
    kind: 'table',
    name: 'read_csv',
    aliases: [],
    doc: DOC,
    namedParameters: ['header', 'delim'],
    bind: () => Promise.resolve(table({ line: VARCHAR })),
  },
];

/** Pairs that cannot be cast even when asked. */
const impossible = (from: SqlType, to: SqlType): boolean =>
  (from.kind === 'boolean' && to.kind === 'date') || (from.kind === 'date' && isNumeric(to));

const CAST: CastImplementation = {
  implementation: { kind: 'js', evaluate: () => undefined },
  raises: true,
  returnsNull: false,
};

/** Everything above behind the interface that binder and planner use. */
export function testFunctions(extra: readonly FunctionDefinition[] = []): FunctionRegistry {
  const all: readonly FunctionDefinition[] = [
    ...OPERATORS,
    ...SCALARS,
    ...AGGREGATES,
    ...WINDOWS,
    ...TABLE_FUNCTIONS,
    ...extra,
  ];
  const find = <K extends FunctionDefinition['kind']>(kind: K, name: string) => {
    const wanted = name.toLowerCase();
    return all.find(
      (f): f is Extract<FunctionDefinition, { kind: K }> =>
        f.kind === kind && (f.name === wanted || f.aliases.includes(wanted)),
    );
  };
  return {
    scalar: (name) => find('scalar', name),
    aggregate: (name) => find('aggregate', name),
    window: (name) => find('window', name),
    table: (name) => find('table', name),
    cast: (from, to) => (impossible(from, to) ? undefined : CAST),
    all: () => all,
  };
}
