/**
 * How tightly operators bind; a larger number binds tighter. An expression parsed with a minimum
 * takes in the operators above it and leaves the others to its caller; so the right side of a
 * left-associative operator is parsed with the operator's own level as minimum.
 */
export const Precedence = {
  lowest: 0,
  or: 10,
  and: 20,
  not: 30,
  /** IS tests and IS DISTINCT FROM. */
  is: 40,
  comparison: 50,
  /** BETWEEN, IN, LIKE and its like; two of them do not follow each other without parentheses. */
  pattern: 60,
  /** All symbols without a level of their own. In Spark `&`, `^` and `|` follow below them. */
  other: 70,
  bitOr: 64,
  bitXor: 66,
  bitAnd: 68,
  additive: 80,
  multiplicative: 90,
  power: 100,
  unary: 110,
  /** COLLATE and AT TIME ZONE: looser than the other postfix forms, so `z::T` may be the zone. */
  zone: 120,
  /** `::`, `[…]`, `.field`, `!`. */
  postfix: 130,
} as const;
