import {
  isNumeric,
  type ResolvedSignature,
  type ScalarFunction,
  type SqlType,
} from '@windrow/core';
import { emitted, example, scalar } from '../define.ts';
import { type Code, push } from '../emit/code.ts';
import { family } from '../resolve.ts';

const numberToItself = (type: SqlType | undefined): ResolvedSignature | undefined =>
  type !== undefined && isNumeric(type) ? { args: [type], returns: type } : undefined;

/** Functions about NULL and zero that are not lazy; CASE, COALESCE and NULLIF are forms of their own. */
export const nullFunctions: readonly ScalarFunction[] = [
  scalar({
    name: 'nullifzero',
    category: 'conditional',
    doc: {
      summary: 'The number, or NULL when it is zero.',
      examples: [example('nullifzero(0)', 'NULL'), example('nullifzero(5)', '5')],
      source: 'Spark',
    },
    overloads: [
      emitted(
        family('(number) → number', 1, ([type]) => numberToItself(type)),
        (b, [value]) => {
          const locals = value?.locals ?? [];
          for (const local of locals) b.get(local);
          const isNonZero = locals.map((local): Code => [`${local.type as 'i32'}.ne`, local, 0]);
          push(
            b,
            isNonZero.reduce((a, c): Code => ['i32.or', a, c]),
          );
        },
        { returnsNull: true },
      ),
    ],
  }),
  scalar({
    name: 'zeroifnull',
    category: 'conditional',
    doc: {
      summary: 'The number, or zero when it is NULL.',
      examples: [example('zeroifnull(NULL::INTEGER)', '0')],
      source: 'Spark',
    },
    nulls: 'handles',
    overloads: [
      emitted(
        family('(number) → number', 1, ([type]) => numberToItself(type)),
        (b, [value]) => {
          for (const local of value?.locals ?? [])
            push(b, ['select', local, 0, value?.valid ?? 1], local.type);
        },
      ),
    ],
  }),
];
