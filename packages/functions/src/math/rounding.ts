import {
  type CodeBuilder,
  type EmitValue,
  formatDouble,
  formatFloat,
  INTEGER,
  isFloat,
  isInteger,
  isNumeric,
  type LiteralValue,
  type ResolvedSignature,
  type ScalarFunction,
  type ScalarOverload,
  type SqlType,
  typeName,
} from '@windrow/core';
import { integerOf, integerTo, rangeOf, scaleDown } from '../cast/numeric-emit.ts';
import { emitted, example, scalar } from '../define.ts';
import { bind, type Code, push } from '../emit/code.ts';
import { powerOfTen } from '../emit/decimal.ts';
import {
  addWide,
  callWide,
  lessWide,
  pushWide,
  subtractWide,
  type Wide,
  wide,
  wideConstant,
} from '../emit/int128.ts';
import { first } from '../emit/value.ts';
import { outOfRange } from '../errors.ts';
import { type DecimalType, family } from '../resolve.ts';
import { jsOverload } from '../vector/overload.ts';
import { FLOAT32, FLOAT64, INT32, LITERAL, rowwise } from '../vector/rows.ts';
import { type RoundingMode, roundDouble, roundScaled } from './round-decimal.ts';

type WholeMode = 'ceil' | 'floor' | 'trunc' | 'round';

/** Numbers to whole numbers of their own type; decimals lose their places. */
const wholeTypes = (type: SqlType | undefined): ResolvedSignature | undefined => {
  if (type?.kind === 'null') return { args: [INTEGER], returns: INTEGER };
  if (type === undefined || !isNumeric(type)) return undefined;
  const returns: SqlType =
    type.kind === 'decimal' ? { kind: 'decimal', precision: type.precision, scale: 0 } : type;
  return { args: [type], returns };
};

/** `ceil(x)` and its kind. */
const wholeOverload = (mode: WholeMode): ScalarOverload =>
  emitted(
    family('(number) → number', 1, ([type]) => wholeTypes(type)),
    (b, [value], returns) => emitWhole(b, mode, value as EmitValue, returns),
  );

function emitWhole(b: CodeBuilder, mode: WholeMode, value: EmitValue, returns: SqlType): void {
  if (isFloat(returns)) {
    push(b, wholeFloat(returns.kind === 'float32' ? 'f32' : 'f64', mode, first(value)));
  } else if (returns.kind === 'decimal' && (value.type as DecimalType).scale > 0) {
    emitWholeDecimal(b, mode, value, returns);
  } else {
    for (const local of value.locals) b.get(local);
  }
}

function wholeFloat(type: 'f32' | 'f64', mode: WholeMode, x: Code): Code {
  if (mode !== 'round') return [`${type}.${mode}`, x];
  // Half away from zero, without the sum x + 0.5, which rounds up the double below a half.
  const whole: Code = [`${type}.trunc`, x];
  const isUp: Code = [`${type}.ge`, [`${type}.abs`, [`${type}.sub`, x, whole]], 0.5];
  const away: Code = [`${type}.add`, whole, [`${type}.copysign`, 1, x]];
  return ['select', away, whole, isUp];
}

function emitWholeDecimal(
  b: CodeBuilder,
  mode: WholeMode,
  value: EmitValue,
  returns: SqlType,
): void {
  const { scale } = value.type as DecimalType;
  if (mode === 'round') {
    const rounded = scaleDown(b, integerOf(b, value), scale);
    for (const local of integerTo(b, rounded, rangeOf(returns), returns).locals) b.get(local);
  } else if (value.locals.length === 2) {
    emitWholeWide(b, mode, wide(b, value), scale);
  } else {
    const factor = powerOfTen(scale);
    const x = first(value);
    const quotient: Code = ['i64.div_s', x, factor];
    const rest = bind(b, 'i64', ['i64.rem_s', x, factor]);
    if (mode === 'trunc') push(b, quotient);
    else if (mode === 'floor')
      push(b, ['i64.sub', quotient, ['i64.extend_i32_u', ['i64.lt_s', rest, 0]]]);
    else push(b, ['i64.add', quotient, ['i64.extend_i32_u', ['i64.gt_s', rest, 0]]]);
  }
}

function emitWholeWide(b: CodeBuilder, mode: WholeMode, x: Wide, scale: number): void {
  const factor = wideConstant(b, powerOfTen(scale));
  const quotient = callWide(b, 'int128Divide', x, factor);
  if (mode === 'trunc') {
    pushWide(b, quotient);
    return;
  }
  const rest = callWide(b, 'int128Remainder', x, factor);
  const zero = wideConstant(b, 0n);
  const step: Code = mode === 'floor' ? lessWide(rest, zero) : lessWide(zero, rest);
  const unit: Wide = {
    low: bind(b, 'i64', ['i64.extend_i32_u', step]),
    high: bind(b, 'i64', 0),
  };
  pushWide(b, mode === 'floor' ? subtractWide(b, quotient, unit) : addWide(b, quotient, unit));
}

/** `round(x, d)` of floats, by the shortest decimal text of x. */
const floatDigits = (mode: RoundingMode): readonly ScalarOverload[] => [
  jsOverload(
    digitsFamily('(FLOAT, INTEGER) → FLOAT', (type) => type.kind === 'float32'),
    rowwise([FLOAT32, INT32], FLOAT32, (x, digits) => roundDouble(x, digits, mode, formatFloat)),
  ),
  jsOverload(
    {
      display: '(DOUBLE, INTEGER) → DOUBLE',
      resolve: ([type, digits, ...rest], [, places]) => {
        if (rest.length > 0 || type === undefined || !isCount(digits)) return undefined;
        const isDouble = type.kind === 'float64' || type.kind === 'null';
        // A decimal rounded to digits that are not known becomes a DOUBLE: its scale would be open.
        const isOpen = type.kind === 'decimal' && typeof places !== 'number';
        if (!isDouble && !isOpen) return undefined;
        return { args: [{ kind: 'float64' }, INTEGER], returns: { kind: 'float64' } };
      },
    },
    rowwise([FLOAT64, INT32], FLOAT64, (x, digits) => roundDouble(x, digits, mode, formatDouble)),
  ),
];

const isCount = (type: SqlType | undefined): boolean =>
  type !== undefined && (isInteger(type) || type.kind === 'null');

const digitsFamily = (display: string, fits: (type: SqlType) => boolean) =>
  family(display, 2, ([type, digits]) =>
    type !== undefined && fits(type) && isCount(digits)
      ? { args: [type, INTEGER], returns: type }
      : undefined,
  );

/** `round(x, d)` of integers: left of the point only. */
const integerDigits = (mode: RoundingMode): ScalarOverload =>
  jsOverload(
    digitsFamily('(integer, INTEGER) → integer', isInteger),
    (context, args, result) => {
      const { min, max } = rangeOf(result.type);
      const isBig = (value: LiteralValue): value is bigint => typeof value === 'bigint';
      rowwise([LITERAL, INT32], LITERAL, (value, digits) => {
        if (digits >= 0) return value;
        const rounded = roundScaled(BigInt(value as bigint), -digits, mode) * powerOfTen(-digits);
        if (rounded < min || rounded > max)
          throw outOfRange(
            `round(${value}, ${digits}) is out of range for ${typeName(result.type)}`,
          );
        return isBig(value) ? rounded : Number(rounded);
      })(context, args, result);
    },
    { raises: true },
  );

/** `round(x, d)` of decimals to a known number of digits, which is the result's scale. */
const decimalDigits = (mode: RoundingMode): ScalarOverload =>
  jsOverload(
    {
      display: '(DECIMAL(p,s), INTEGER) → DECIMAL(p,min(d,s))',
      resolve: ([type, digits, ...rest], [, places]) => {
        if (rest.length > 0 || type?.kind !== 'decimal' || !isCount(digits)) return undefined;
        if (typeof places !== 'number') return undefined;
        const scale = Math.max(0, Math.min(places, type.scale));
        return { args: [type, INTEGER], returns: { ...type, scale } };
      },
    },
    (context, args, result) => {
      const from = args[0]?.type as DecimalType;
      const to = result.type as DecimalType;
      const limit = powerOfTen(to.precision);
      rowwise([LITERAL, INT32], LITERAL, (value, digits) => {
        const dropped = from.scale - Math.min(digits, from.scale);
        const rounded =
          roundScaled(value as bigint, dropped, mode) * powerOfTen(Math.max(0, -digits));
        if (rounded >= limit || rounded <= -limit)
          throw outOfRange(`the rounded value is out of range for ${typeName(to)}`);
        return rounded;
      })(context, args, result);
    },
    { raises: true },
  );

const digitsOverloads = (mode: RoundingMode): readonly ScalarOverload[] => [
  ...floatDigits(mode),
  integerDigits(mode),
  decimalDigits(mode),
];

/** Away from zero to an even whole number. */
function emitEven(b: CodeBuilder, [value]: readonly EmitValue[]): void {
  const x = first(value);
  const half: Code = ['f64.ceil', ['f64.mul', ['f64.abs', x], 0.5]];
  push(b, ['f64.copysign', ['f64.mul', half, 2], x]);
}

interface RoundingOptions {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly examples: readonly (readonly [sql: string, result: string])[];
  readonly source?: string;
  readonly overloads: readonly ScalarOverload[];
}

const roundingFunction = (options: RoundingOptions): ScalarFunction =>
  scalar({
    name: options.name,
    aliases: options.aliases ?? [],
    category: 'math',
    doc: {
      summary: options.summary,
      examples: options.examples.map(([sql, result]) => example(sql, result)),
      source: options.source ?? 'PostgreSQL; the result keeps the type, decimals lose their places',
    },
    overloads: options.overloads,
  });

/** Functions that round. */
export const roundingFunctions: readonly ScalarFunction[] = [
  roundingFunction({
    name: 'ceil',
    aliases: ['ceiling'],
    summary: 'The least whole number that is not smaller.',
    examples: [
      ['ceil(2.1)', '3'],
      ['ceil(-2.5::DOUBLE)', '-2.0'],
    ],
    overloads: [wholeOverload('ceil')],
  }),
  roundingFunction({
    name: 'floor',
    summary: 'The greatest whole number that is not larger.',
    examples: [['floor(-2.1)', '-3']],
    overloads: [wholeOverload('floor')],
  }),
  roundingFunction({
    name: 'trunc',
    summary: 'The number without its fraction, or with d digits of it.',
    examples: [
      ['trunc(-2.7)', '-2'],
      ['trunc(2.567, 2)', '2.56'],
    ],
    overloads: [wholeOverload('trunc'), ...digitsOverloads('truncate')],
  }),
  roundingFunction({
    name: 'round',
    summary:
      'The nearest number of d digits (default 0), halves away from zero; d < 0 rounds left of the point.',
    examples: [
      ['round(2.5)', '3'],
      ['round(2.675::DOUBLE, 2)', '2.68'],
      ['round(1250, -2)', '1300'],
    ],
    source: 'PostgreSQL; DOUBLE by its shortest decimal text',
    overloads: [wholeOverload('round'), ...digitsOverloads('halfAway')],
  }),
  roundingFunction({
    name: 'bround',
    aliases: ['round_even', 'roundbankers'],
    summary: 'The nearest number of d digits, halves to the even digit.',
    examples: [['bround(2.5, 0)', '2']],
    source: 'IEEE 754-2019 roundTiesToEven; DOUBLE by its shortest decimal text',
    overloads: digitsOverloads('halfEven'),
  }),
  roundingFunction({
    name: 'rint',
    summary: 'The nearest whole double, halves to even.',
    examples: [['rint(2.5)', '2.0']],
    source: 'IEEE 754-2019 roundToIntegralTiesToEven',
    overloads: [
      emitted({ args: [{ kind: 'float64' }], returns: { kind: 'float64' } }, (b, [value]) =>
        push(b, ['f64.nearest', first(value)]),
      ),
    ],
  }),
  roundingFunction({
    name: 'even',
    summary: 'The next even whole number away from zero.',
    examples: [
      ['even(2.9)', '4.0'],
      ['even(-3)', '-4.0'],
    ],
    source: 'DuckDB',
    overloads: [emitted({ args: [{ kind: 'float64' }], returns: { kind: 'float64' } }, emitEven)],
  }),
];
