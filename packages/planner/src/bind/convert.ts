import {
  commonType,
  type Expr,
  implicitCastCost,
  isFloat,
  isInteger,
  isNumeric,
  type Literal,
  type Span,
  type SqlType,
  typeName,
  typesEqual,
  VARCHAR,
} from '@windrow/core';
import type { BindDialect } from './context.ts';
import { typeError } from './errors.ts';
import { fitsInteger, integerOf, integerValue } from './literal.ts';

/** Literals whose type was written (`1::BIGINT`): they do not follow their neighbours. */
const ownTyped = new WeakSet<Expr>();

/** The literal with a type of its own; other expressions have one anyway. */
export function withOwnType(expr: Expr): Expr {
  if (expr.kind !== 'literal') return expr;
  const typed = { ...expr };
  ownTyped.add(typed);
  return typed;
}

/** A bare NULL: it takes any type. */
export const isNullLiteral = (expr: Expr): boolean =>
  expr.kind === 'literal' && expr.type.kind === 'null';

/** A string literal: it takes the type the context asks for. */
export const isTextLiteral = (expr: Expr): expr is Literal =>
  expr.kind === 'literal' &&
  expr.type.kind === 'varchar' &&
  typeof expr.value === 'string' &&
  !ownTyped.has(expr);

/** The value of an integer literal without a type of its own. */
export const untypedInteger = (expr: Expr): bigint | undefined =>
  ownTyped.has(expr) ? undefined : integerOf(expr);

/** Has the expression a type of its own, or does it take its neighbour's? */
const isTyped = (expr: Expr): boolean =>
  !isNullLiteral(expr) && !isTextLiteral(expr) && untypedInteger(expr) === undefined;

/**
 * The expression as `type`; literals change their own type where no value is lost, everything else
 * gets a cast. Whether the conversion may happen silently has been decided by the caller.
 */
export function castTo(expr: Expr, type: SqlType): Expr {
  if (typesEqual(expr.type, type)) return expr;
  const literal = expr.kind === 'literal' ? retypeLiteral(expr, type) : undefined;
  return literal ?? { kind: 'cast', input: expr, type, try: false, span: expr.span };
}

/** The literal with another type and the same value, or undefined when that needs a computation. */
function retypeLiteral(literal: Literal, type: SqlType): Literal | undefined {
  if (literal.value === null) return { ...literal, type };
  const integer = integerOf(literal);
  if (integer !== undefined) {
    if (isInteger(type) && fitsInteger(integer, type))
      return { ...literal, value: integerValue(integer, type), type };
    if (type.kind === 'decimal' && decimalFits(integer, 0, type))
      return { ...literal, value: integer * 10n ** BigInt(type.scale), type };
    if (type.kind === 'float64' || (type.kind === 'float32' && Math.abs(Number(integer)) < 2 ** 24))
      return { ...literal, value: Number(integer), type };
    return undefined;
  }
  if (literal.type.kind === 'decimal' && typeof literal.value === 'bigint') {
    const { scale } = literal.type;
    if (type.kind === 'decimal' && type.scale >= scale && decimalFits(literal.value, scale, type))
      return { ...literal, value: literal.value * 10n ** BigInt(type.scale - scale), type };
    if (type.kind === 'float64') return { ...literal, value: doubleOf(literal.value, scale), type };
  }
  return undefined;
}

/** Is `unscaled / 10^scale` a value of the decimal type? */
function decimalFits(
  unscaled: bigint,
  scale: number,
  type: SqlType & { kind: 'decimal' },
): boolean {
  if (type.scale < scale) return false;
  const value = unscaled * 10n ** BigInt(type.scale - scale);
  return (value < 0n ? -value : value) < 10n ** BigInt(type.precision);
}

/** The nearest double of a decimal, by way of its text: dividing would round twice. */
function doubleOf(unscaled: bigint, scale: number): number {
  return Number(`${unscaled}e-${scale}`);
}

/** A number literal that a column's type holds exactly, so that comparing needs no cast of the column. */
function fitsExactly(expr: Expr, type: SqlType): boolean {
  if (expr.kind !== 'literal' || expr.value === null) return false;
  const integer = integerOf(expr);
  if (integer !== undefined) {
    if (isInteger(type)) return fitsInteger(integer, type);
    return type.kind === 'decimal' && decimalFits(integer, 0, type);
  }
  if (expr.type.kind !== 'decimal' || typeof expr.value !== 'bigint') return false;
  let { scale } = expr.type;
  let unscaled = expr.value;
  while (scale > 0 && unscaled % 10n === 0n) {
    unscaled /= 10n;
    scale -= 1;
  }
  if (isInteger(type)) return scale === 0 && fitsInteger(unscaled, type);
  return type.kind === 'decimal' && decimalFits(unscaled, scale, type);
}

/** What operands are brought together for; CASE and set operations may fall back to text. */
export type UnifyMode = 'compare' | 'result';

/**
 * The type that expressions which stand side by side share: literals without a type of their own follow
 * the others, typed ones meet at their common type. Undefined when they have none.
 */
export function unifiedType(
  exprs: readonly Expr[],
  mode: UnifyMode,
  dialect: BindDialect,
): SqlType | undefined {
  let type: SqlType | undefined;
  for (const expr of exprs) {
    if (!isTyped(expr)) continue;
    type = type === undefined ? expr.type : meet(type, expr.type, mode, dialect);
    if (type === undefined) return undefined;
  }
  if (mode === 'compare' && type !== undefined) type = withoutNumberLiterals(exprs, type);
  for (const expr of exprs) {
    const integer = untypedInteger(expr);
    if (integer === undefined) continue;
    if (type === undefined) type = expr.type;
    else if (!(isInteger(type) && fitsInteger(integer, type))) {
      const keeps = mode === 'compare' && fitsExactly(expr, type);
      if (!keeps) type = meet(type, expr.type, mode, dialect);
    }
    if (type === undefined) return undefined;
  }
  if (exprs.some(isTextLiteral)) {
    if (type === undefined || type.kind === 'enum') return VARCHAR;
    if (type.kind === 'json' && mode === 'result') return VARCHAR;
  }
  return type ?? exprs[0]?.type;
}

/** Decimal literals that the columns' own type holds do not widen it. */
function withoutNumberLiterals(exprs: readonly Expr[], all: SqlType): SqlType {
  if (!isNumeric(all) || isFloat(all)) return all;
  let type: SqlType | undefined;
  for (const expr of exprs) {
    if (!isTyped(expr) || expr.kind === 'literal') continue;
    type = type === undefined ? expr.type : commonType(type, expr.type);
    if (type === undefined) return all;
  }
  if (type === undefined) return all;
  const own = type;
  const fits = exprs.every(
    (expr) => !(isTyped(expr) && expr.kind === 'literal') || fitsExactly(expr, own),
  );
  return fits ? own : all;
}

function meet(a: SqlType, b: SqlType, mode: UnifyMode, dialect: BindDialect): SqlType | undefined {
  const common = commonType(a, b);
  if (common !== undefined) return common;
  const isText = a.kind === 'varchar' || b.kind === 'varchar';
  if (!isText) return undefined;
  if (mode === 'result') return VARCHAR;
  if (!dialect.convertsText) return undefined;
  return a.kind === 'varchar' ? b : a;
}

/**
 * Casts of all expressions to their shared type.
 *
 * @throws SqlError `type` 42804 naming both types; `what` says of what they are (`branches of CASE`).
 */
export function unify(
  exprs: readonly Expr[],
  mode: UnifyMode,
  dialect: BindDialect,
  what: string,
): readonly Expr[] {
  const type = unifiedType(exprs, mode, dialect);
  if (type === undefined) throw noCommonType(exprs, mode, dialect, what);
  return exprs.map((expr) => castForUnify(expr, type));
}

/** Exact decimal literals may lose trailing zeros on their way to a shared type. */
function castForUnify(expr: Expr, type: SqlType): Expr {
  if (expr.kind === 'literal' && expr.type.kind === 'decimal' && typeof expr.value === 'bigint') {
    let { scale } = expr.type;
    let value = expr.value;
    while (scale > 0 && value % 10n === 0n) {
      value /= 10n;
      scale -= 1;
    }
    if (scale === 0 && isInteger(type) && fitsInteger(value, type))
      return { ...expr, value: integerValue(value, type), type };
    if (type.kind === 'decimal' && decimalFits(value, scale, type))
      return { ...expr, value: value * 10n ** BigInt(type.scale - scale), type };
  }
  return castTo(expr, type);
}

/** The error of expressions that do not go together: the first that does not fit those before it. */
function noCommonType(
  exprs: readonly Expr[],
  mode: UnifyMode,
  dialect: BindDialect,
  what: string,
): Error {
  let type: SqlType | undefined;
  for (const expr of exprs) {
    if (isNullLiteral(expr) || isTextLiteral(expr)) continue;
    const next: SqlType | undefined =
      type === undefined ? expr.type : meet(type, expr.type, mode, dialect);
    if (next === undefined && type !== undefined) {
      const [left, right] = [typeName(type), typeName(expr.type)];
      return typeError(
        `${what}: ${left} and ${right} have no common type`,
        expr.span,
        `Cast one side: CAST(… AS ${left}).`,
      );
    }
    type = next;
  }
  return typeError(`${what} have no common type`, exprs[0]?.span);
}

/**
 * What it costs to give the expression a parameter's type: literals adapt cheaply, the rest by the
 * implicit casts. Undefined when that is not done silently.
 */
export function conversionCost(expr: Expr, to: SqlType, dialect: BindDialect): number | undefined {
  if (typesEqual(expr.type, to)) return 0;
  if (isNullLiteral(expr)) return 1;
  if (isTextLiteral(expr)) return to.kind === 'enum' ? undefined : 50;
  const integer = untypedInteger(expr);
  if (integer !== undefined && isInteger(to) && fitsInteger(integer, to))
    return implicitCastCost(expr.type, to) ?? 1;
  const cost = implicitCastCost(expr.type, to);
  if (cost === undefined && dialect.convertsText && expr.type.kind === 'varchar') return 300;
  return cost;
}

/**
 * The expression converted silently. @throws SqlError `type` 42804: `what` says who wants the type.
 */
export function implicitly(
  expr: Expr,
  type: SqlType,
  options: { readonly what: string; readonly span: Span; readonly dialect: BindDialect },
): Expr {
  if (conversionCost(expr, type, options.dialect) === undefined) {
    throw typeError(
      `${options.what} must be ${typeName(type)}, not ${typeName(expr.type)}`,
      options.span,
      `Cast it: CAST(… AS ${typeName(type)}).`,
    );
  }
  return castTo(expr, type);
}
