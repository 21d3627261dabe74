import {
  DOUBLE,
  isNumeric,
  type ScalarFunction,
  type ScalarOverload,
  type SqlType,
} from '@windrow/core';
import { emitted, example, scalar } from '../define.ts';
import { bind, push } from '../emit/code.ts';
import { first } from '../emit/value.ts';
import { family } from '../resolve.ts';
import { numericTypes } from './arithmetic.ts';
import { type ExactOperation, emitArithmetic } from './arithmetic-emit.ts';
import { exactRemainder, floatRemainder } from './division.ts';

/** As the operator, but an overflow sets a flag instead of raising, and gives NULL. */
const tryOverload = (operation: ExactOperation): ScalarOverload =>
  emitted(
    family('(number, number) → number', 2, (args) => numericTypes(operation, args)),
    (b, args, returns) => {
      const isValid = bind(b, 'i32', 1);
      emitArithmetic(b, operation, args, returns, () => {
        b.i32(0);
        b.set(isValid);
      });
      b.get(isValid);
    },
    { returnsNull: true },
  );

const isNumber = (type: SqlType | undefined): boolean =>
  type !== undefined && (isNumeric(type) || type.kind === 'null');

const tryQuotient: ScalarOverload = emitted(
  family('(number, number) → DOUBLE', 2, ([a, b]) =>
    isNumber(a) && isNumber(b) ? { args: [DOUBLE, DOUBLE], returns: DOUBLE } : undefined,
  ),
  (b, [x, y]) => {
    push(b, ['f64.div', first(x), first(y)]);
    push(b, ['f64.ne', first(y), 0]);
  },
  { returnsNull: true },
);

const tryFunction = (
  name: string,
  summary: string,
  examples: readonly (readonly [sql: string, result: string])[],
  overloads: readonly ScalarOverload[],
): ScalarFunction =>
  scalar({
    name,
    category: 'operators',
    doc: {
      summary,
      examples: examples.map(([sql, result]) => example(sql, result)),
      source: 'Spark',
    },
    overloads,
  });

/** Arithmetic that gives NULL where the operator would fail. */
export const tryArithmetic: readonly ScalarFunction[] = [
  tryFunction(
    'try_add',
    'The sum; NULL when the type cannot hold it.',
    [['try_add(127::TINYINT, 1::TINYINT)', 'NULL']],
    [tryOverload('add')],
  ),
  tryFunction(
    'try_subtract',
    'The difference; NULL when the type cannot hold it.',
    [['try_subtract(0::UTINYINT, 1::UTINYINT)', 'NULL']],
    [tryOverload('sub')],
  ),
  tryFunction(
    'try_multiply',
    'The product; NULL when the type cannot hold it.',
    [
      ['try_multiply(9223372036854775807, 2)', 'NULL'],
      ['try_multiply(6, 7)', '42'],
    ],
    [tryOverload('mul')],
  ),
  tryFunction(
    'try_divide',
    'The quotient as a DOUBLE; NULL when dividing by zero.',
    [['try_divide(1, 0)', 'NULL']],
    [tryQuotient],
  ),
  tryFunction(
    'try_mod',
    'The remainder; NULL when dividing by zero.',
    [['try_mod(7, 0)', 'NULL']],
    [exactRemainder, floatRemainder],
  ),
];
