import {
  BOOLEAN,
  type CodeBuilder,
  DOUBLE,
  type EmitValue,
  INTEGER,
  REAL,
  type ScalarFunction,
  type ScalarOverload,
  type Signature,
} from '@windrow/core';
import { emitted, example, scalar, signature } from '../define.ts';
import { type Code, push } from '../emit/code.ts';
import { first } from '../emit/value.ts';
import { family } from '../resolve.ts';

const SQL_PREDICATES = 'ISO/IEC 9075-2 §8.8 (null predicate) and §6.39 (boolean value expression)';

/** Takes an argument of any type as it is. */
const anyToBoolean: Signature = family('(T) → BOOLEAN', 1, ([type]) => ({
  args: [type?.kind === 'null' || type === undefined ? INTEGER : type],
  returns: BOOLEAN,
}));

const booleanToBoolean = signature([BOOLEAN], BOOLEAN);

/** 1 where the argument is not NULL. */
const isValid = (value: EmitValue | undefined): Code => value?.valid ?? 1;

/** 1 where the argument is valid and has the truth value. */
const isTruth = (value: EmitValue, truth: boolean): Code => [
  'i32.and',
  isValid(value),
  truth ? first(value) : ['i32.eqz', first(value)],
];

interface PredicateOptions {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly examples: readonly (readonly [sql: string, result: string])[];
  readonly overloads: readonly ScalarOverload[];
  readonly nulls?: 'handles';
}

const predicate = (options: PredicateOptions): ScalarFunction =>
  scalar({
    name: options.name,
    aliases: options.aliases ?? [],
    category: 'operators',
    doc: {
      summary: options.summary,
      examples: options.examples.map(([sql, result]) => example(sql, result)),
      source: SQL_PREDICATES,
    },
    nulls: options.nulls ?? 'propagate',
    overloads: options.overloads,
  });

/** `IS [NOT] TRUE`, `IS [NOT] FALSE`: never NULL. */
const truthTest = (name: string, truth: boolean, negate: boolean): ScalarFunction => {
  const words = `IS ${negate ? 'NOT ' : ''}${truth ? 'TRUE' : 'FALSE'}`;
  return predicate({
    name,
    summary: `Is the value ${negate ? 'anything but' : 'exactly'} ${truth}? NULL is neither.`,
    examples: [[`NULL ${words}`, negate ? 'true' : 'false']],
    nulls: 'handles',
    overloads: [
      emitted(booleanToBoolean, (b, [x]) => {
        push(b, isTruth(x as EmitValue, truth));
        if (negate) b.op('i32.eqz');
      }),
    ],
  });
};

/** Leaves whether a float is NaN. */
const emitIsNaN =
  (type: 'f32' | 'f64') =>
  (b: CodeBuilder, [x]: readonly EmitValue[]): void =>
    push(b, [`${type}.ne`, first(x as EmitValue), first(x as EmitValue)]);

/** NOT and the predicates of IS. */
export const boolean: readonly ScalarFunction[] = [
  predicate({
    name: 'not',
    summary: 'Turns true into false and false into true.',
    examples: [
      ['NOT true', 'false'],
      ['NOT NULL', 'NULL'],
    ],
    overloads: [emitted(booleanToBoolean, (b, [x]) => push(b, ['i32.eqz', first(x as EmitValue)]))],
  }),
  predicate({
    name: 'is_null',
    aliases: ['isnull'],
    summary: 'Is the value NULL?',
    examples: [['NULL IS NULL', 'true']],
    nulls: 'handles',
    overloads: [emitted(anyToBoolean, (b, [x]) => push(b, ['i32.eqz', isValid(x)]))],
  }),
  predicate({
    name: 'is_not_null',
    aliases: ['isnotnull', 'notnull'],
    summary: 'Is the value anything but NULL?',
    examples: [['1 IS NOT NULL', 'true']],
    nulls: 'handles',
    overloads: [emitted(anyToBoolean, (b, [x]) => push(b, isValid(x)))],
  }),
  truthTest('is_true', true, false),
  truthTest('is_not_true', true, true),
  truthTest('is_false', false, false),
  truthTest('is_not_false', false, true),
  predicate({
    name: 'is_nan',
    aliases: ['isnan'],
    summary: 'Is the number NaN?',
    examples: [["isnan('nan'::DOUBLE)", 'true']],
    overloads: [
      emitted(signature([REAL], BOOLEAN), emitIsNaN('f32')),
      emitted(signature([DOUBLE], BOOLEAN), emitIsNaN('f64')),
    ],
  }),
];
