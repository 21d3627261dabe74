import {
  BIGINT,
  commonType,
  decimalOfInteger,
  HUGEINT,
  isInteger,
  isNumeric,
  isSignedInteger,
  type LiteralValue,
  NULL_TYPE,
  type ResolvedSignature,
  type Signature,
  type SqlType,
} from '@windrow/core';

/** A decimal type, taken apart. */
export type DecimalType = SqlType & { readonly kind: 'decimal' };

type Constants = readonly (LiteralValue | undefined)[];

/** A signature that is worked out from the argument types; `arity` filters wrong argument counts. */
export function family(
  display: string,
  arity: number,
  resolve: (args: readonly SqlType[], constants: Constants) => ResolvedSignature | undefined,
): Signature {
  return {
    display,
    resolve: (args, constants) =>
      args.length === arity ? resolve(withoutLiteralTypes(args, constants), constants) : undefined,
  };
}

/** As {@link family}, but string literals are VARCHAR whatever stands beside them. */
export const textFamily = (
  display: string,
  arity: number,
  resolve: (args: readonly SqlType[]) => ResolvedSignature | undefined,
): Signature => ({
  display,
  resolve: (args) => (args.length === arity ? resolve(args) : undefined),
});

/**
 * String literals beside something that is not text have no type of their own: they count as the
 * untyped NULL does and take the type the context asks for.
 */
export function withoutLiteralTypes(
  args: readonly SqlType[],
  constants: Constants,
): readonly SqlType[] {
  if (args.every((type) => type.kind === 'varchar')) return args;
  return args.map((type, i) =>
    type.kind === 'varchar' && typeof constants[i] === 'string' ? NULL_TYPE : type,
  );
}

/** The integer or float type in which `+ - * // %` compute; undefined with a decimal operand. */
export function arithmeticType(a: SqlType, b: SqlType): SqlType | undefined {
  const common = commonType(a, b);
  if (common === undefined || !isNumeric(common) || common.kind === 'decimal') return undefined;
  const mixesSigns = isInteger(a) && isInteger(b) && isSignedInteger(a) !== isSignedInteger(b);
  if (!mixesSigns) return common;
  return common.kind === 'hugeint' || a.kind === 'uint64' || b.kind === 'uint64' ? HUGEINT : BIGINT;
}

/** Both operands as decimals, when one is a decimal and the other a decimal, an integer or NULL. */
export function decimalOperands(
  a: SqlType,
  b: SqlType,
): readonly [DecimalType, DecimalType] | undefined {
  if (a.kind !== 'decimal' && b.kind !== 'decimal') return undefined;
  const left = asDecimal(a, b);
  const right = asDecimal(b, a);
  return left === undefined || right === undefined ? undefined : [left, right];
}

function asDecimal(type: SqlType, other: SqlType): DecimalType | undefined {
  if (type.kind === 'decimal') return type;
  if (isInteger(type)) return decimalOfInteger(type);
  return type.kind === 'null' && other.kind === 'decimal' ? other : undefined;
}
