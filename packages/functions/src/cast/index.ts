import {
  type CastImplementation,
  isNested,
  physicalType,
  type SqlType,
  typesEqual,
} from '@windrow/core';
import { push } from '../emit/code.ts';
import { WORDS } from '../emit/words.ts';
import { floatToDecimalCast } from './float-to-decimal.ts';
import { textCast } from './from-text.ts';
import { nestedCast } from './nested.ts';
import { numericCast, reinterpretCast } from './numeric.ts';
import { temporalCast } from './temporal.ts';
import { castToText } from './to-text.ts';

/** How a value of one type becomes one of another; undefined when no cast exists. */
export function castImplementation(
  from: SqlType,
  to: SqlType,
  options: { readonly try: boolean },
): CastImplementation | undefined {
  if (typesEqual(from, to)) return reinterpretCast;
  if (from.kind === 'null') return nullCast;
  if (to.kind === 'varchar') return from.kind === 'json' ? reinterpretCast : castToText(from);
  if (isNested(to)) return nestedCast(from, to, { ...options, canCast });
  if (from.kind === 'varchar') return textCast(to, options);
  return (
    numericCast(from, to, options) ??
    floatToDecimalCast(from, to, options) ??
    temporalCast(from, to, options)
  );
}

const canCast = (from: SqlType, to: SqlType): boolean =>
  castImplementation(from, to, { try: false }) !== undefined;

/** The untyped NULL has no values; the parts of a zero stand for the result that is never looked at. */
const nullCast: CastImplementation = {
  implementation: {
    kind: 'emit',
    emit: (b, _args, returns) => {
      for (const word of WORDS[physicalType(returns)]) push(b, 0, word);
    },
  },
  raises: false,
  returnsNull: false,
};
