import {
  BOOLEAN,
  type CodeBuilder,
  commonType,
  type EmitValue,
  isNested,
  isValidAt,
  type ResolvedSignature,
  type ScalarFunction,
  type SqlType,
  VARCHAR,
  type VectorEvaluate,
} from '@windrow/core';
import { emitted, example, scalar } from '../define.ts';
import { type Code, push } from '../emit/code.ts';
import { compareValues } from '../nested/compare-values.ts';
import { family } from '../resolve.ts';
import { jsOverload } from '../vector/overload.ts';
import { type Argument, BOOL, isArgumentValid, LITERAL } from '../vector/rows.ts';
import { emitEqual, emitLess } from './compare-emit.ts';

const SOURCE = 'ISO/IEC 9075-2 §8.2; NaN equals itself and is greater than every number';

/** Both operands go to their common type; two bare NULLs are compared as text. */
function comparable(args: readonly SqlType[]): ResolvedSignature | undefined {
  const [a, b] = args as readonly [SqlType, SqlType];
  const type = commonType(a, b);
  if (type === undefined || isNested(type)) return undefined;
  const operand = type.kind === 'null' ? VARCHAR : type;
  return { args: [operand, operand], returns: BOOLEAN };
}

/** Lists, structs and maps, whose values are compared part by part. */
function comparableNested(args: readonly SqlType[]): ResolvedSignature | undefined {
  const [a, b] = args as readonly [SqlType, SqlType];
  const type = commonType(a, b);
  if (type === undefined || !isNested(type)) return undefined;
  return { args: [type, type], returns: BOOLEAN };
}

/** What the sign of a comparison means for the operator. */
const SIGN_TESTS: Readonly<Record<string, (sign: number) => boolean>> = {
  equal: (sign) => sign === 0,
  not_equal: (sign) => sign !== 0,
  less: (sign) => sign < 0,
  less_equal: (sign) => sign <= 0,
  greater: (sign) => sign > 0,
  greater_equal: (sign) => sign >= 0,
  is_distinct_from: (sign) => sign !== 0,
  is_not_distinct_from: (sign) => sign === 0,
};

/** Compares nested values; NULL operands are seen only by the two operators that handle them. */
const compareNested =
  (name: string): VectorEvaluate =>
  (context, args, result) => {
    const { memory } = context;
    const [x, y] = args as readonly [Argument, Argument];
    const [readX, readY] = [LITERAL.reader(memory, x), LITERAL.reader(memory, y)];
    const write = BOOL.writer(context, result);
    const holds = SIGN_TESTS[name] ?? (() => false);
    for (let row = 0; row < result.length; row++) {
      if (!isValidAt(memory, result.validity, row)) continue;
      const left = isArgumentValid(memory, x, row) ? readX(row) : null;
      const right = isArgumentValid(memory, y, row) ? readY(row) : null;
      write(row, holds(compareValues(x.type, left, right)));
    }
  };

type EmitComparison = (b: CodeBuilder, x: EmitValue, y: EmitValue) => void;

const negated =
  (emit: EmitComparison): EmitComparison =>
  (b, x, y) => {
    emit(b, x, y);
    b.op('i32.eqz');
  };
const swapped =
  (emit: EmitComparison): EmitComparison =>
  (b, x, y) =>
    emit(b, y, x);

interface ComparisonOptions {
  readonly name: string;
  readonly summary: string;
  readonly examples: readonly (readonly [sql: string, result: string])[];
  readonly emit: EmitComparison;
  readonly nulls?: 'handles';
}

const comparisonFunction = (options: ComparisonOptions): ScalarFunction =>
  scalar({
    name: options.name,
    category: 'operators',
    doc: {
      summary: options.summary,
      examples: options.examples.map(([sql, result]) => example(sql, result)),
      source: SOURCE,
    },
    nulls: options.nulls ?? 'propagate',
    overloads: [
      emitted(family('(T, T) → BOOLEAN', 2, comparable), (b, [x, y]) =>
        options.emit(b, x as EmitValue, y as EmitValue),
      ),
      jsOverload(
        family('(nested, nested) → BOOLEAN', 2, comparableNested),
        compareNested(options.name),
      ),
    ],
  });

/**
 * Leaves 1 where exactly one operand is NULL, or both are valid and differ. What lies under a NULL is
 * compared too, which is harmless, and masked.
 */
const emitDistinct: EmitComparison = (b, x, y) => {
  const xValid: Code = x.valid ?? 1;
  const yValid: Code = y.valid ?? 1;
  const bothValid: Code = ['i32.and', xValid, yValid];
  const unequal: Code = () => negated(emitEqual)(b, x, y);
  push(b, ['select', unequal, ['i32.ne', xValid, yValid], bothValid]);
};

/** Comparison operators, for every type that has an order. */
export const comparison: readonly ScalarFunction[] = [
  comparisonFunction({
    name: 'equal',
    summary: 'Are the two values equal?',
    examples: [
      ['1 = 1.0', 'true'],
      ['[1, NULL] = [1, NULL]', 'true'],
      ["'a' = 'A'", 'false'],
      ["'nan'::DOUBLE = 'nan'::DOUBLE", 'true'],
    ],
    emit: emitEqual,
  }),
  comparisonFunction({
    name: 'not_equal',
    summary: 'Do the two values differ?',
    examples: [
      ['1 <> 2', 'true'],
      ['1 <> NULL', 'NULL'],
    ],
    emit: negated(emitEqual),
  }),
  comparisonFunction({
    name: 'less',
    summary: 'Does the first value come before the second?',
    examples: [
      ['1 < 2', 'true'],
      ["'Z' < 'a'", 'true'],
    ],
    emit: emitLess,
  }),
  comparisonFunction({
    name: 'less_equal',
    summary: 'Does the first value come before the second, or equal it?',
    examples: [['2 <= 2', 'true']],
    emit: negated(swapped(emitLess)),
  }),
  comparisonFunction({
    name: 'greater',
    summary: 'Does the first value come after the second?',
    examples: [["'nan'::DOUBLE > 'inf'::DOUBLE", 'true']],
    emit: swapped(emitLess),
  }),
  comparisonFunction({
    name: 'greater_equal',
    summary: 'Does the first value come after the second, or equal it?',
    examples: [['INTERVAL 1 MONTH >= INTERVAL 30 DAY', 'true']],
    emit: negated(emitLess),
  }),
  comparisonFunction({
    name: 'is_distinct_from',
    summary: 'Do the two values differ, NULL being equal to NULL?',
    examples: [
      ['1 IS DISTINCT FROM NULL', 'true'],
      ['NULL IS DISTINCT FROM NULL', 'false'],
    ],
    emit: emitDistinct,
    nulls: 'handles',
  }),
  comparisonFunction({
    name: 'is_not_distinct_from',
    summary: 'Are the two values equal, NULL being equal to NULL?',
    examples: [['1 IS NOT DISTINCT FROM 1', 'true']],
    emit: negated(emitDistinct),
    nulls: 'handles',
  }),
];
