import type { Span } from '@windrow/core';
import type { Expression } from './expression.ts';
import type { Query } from './query.ts';

/** Prefix operators (`@` is the absolute value), and the postfix factorial. */
export type UnaryOperator = '+' | '-' | '~' | '@' | 'not' | 'factorial';

/** One operand and its operator. `-1` is `-` over the literal 1. */
export interface UnaryExpression {
  readonly kind: 'unary';
  readonly operator: UnaryOperator;
  readonly operand: Expression;
  readonly operatorSpan: Span;
  readonly span: Span;
}

/** Comparison operators, one spelling each (`==` is `=`, `!=` is `<>`). */
export type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>=';

/**
 * Operators between two operands, apart from AND and OR, one spelling each: `power` is `**`, and `^`
 * in the default dialect; `bitXor` is Spark's `^`; `DIV` is `//` and `MOD` is `%`; `!~~` and `~~` are
 * `[NOT] LIKE` and do not occur; `<=>` is {@link DistinctFrom}.
 */
export type BinaryOperator =
  | ComparisonOperator
  | '+'
  | '-'
  | '*'
  | '/'
  | '//'
  | '%'
  | 'power'
  | '||'
  | '->'
  | '->>'
  | '<<'
  | '>>'
  | '&'
  | '|'
  | 'bitXor'
  | '@>'
  | '<@'
  | '&&'
  | '~'
  | '~*'
  | '!~'
  | '!~*'
  | '^@';

/** Two operands and the operator between them. */
export interface BinaryExpression {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly operatorSpan: Span;
  readonly span: Span;
}

/**
 * A chain of AND or OR with all its operands, two or more, in text order: a chain of ten thousand
 * is one node. Parentheses inside the chain keep their own node.
 */
export interface LogicalExpression {
  readonly kind: 'logical';
  readonly operator: 'and' | 'or';
  readonly operands: readonly Expression[];
  readonly span: Span;
}

/** `a IS [NOT] DISTINCT FROM b`; `a <=> b` is the negated form. */
export interface DistinctFrom {
  readonly kind: 'distinctFrom';
  readonly left: Expression;
  readonly right: Expression;
  readonly negated: boolean;
  readonly span: Span;
}

/** `x IS [NOT] NULL | TRUE | FALSE | UNKNOWN | NAN`, `x ISNULL`, `x NOTNULL`. */
export interface TruthTest {
  readonly kind: 'truthTest';
  readonly operand: Expression;
  readonly test: 'null' | 'true' | 'false' | 'unknown' | 'nan';
  readonly negated: boolean;
  readonly span: Span;
}

/** `x [NOT] BETWEEN [SYMMETRIC] low AND high`. */
export interface Between {
  readonly kind: 'between';
  readonly operand: Expression;
  readonly low: Expression;
  readonly high: Expression;
  readonly negated: boolean;
  readonly symmetric: boolean;
  readonly span: Span;
}

/** `x [NOT] IN (a, b, …)`; `(a, b) IN (…)` has a `RowExpression` as operand. */
export interface InList {
  readonly kind: 'inList';
  readonly operand: Expression;
  readonly items: readonly [Expression, ...Expression[]];
  readonly negated: boolean;
  readonly span: Span;
}

/** `x [NOT] IN (SELECT …)`. */
export interface InSubquery {
  readonly kind: 'inSubquery';
  readonly operand: Expression;
  readonly query: Query;
  readonly negated: boolean;
  readonly span: Span;
}

/** `x [NOT] IN collection` without parentheses: membership in a list or in the keys of a map. */
export interface InCollection {
  readonly kind: 'inCollection';
  readonly operand: Expression;
  readonly collection: Expression;
  readonly negated: boolean;
  readonly span: Span;
}

/** Pattern operators; `regex` is `RLIKE` and `REGEXP` (found anywhere). */
export type LikeOperator = 'like' | 'ilike' | 'glob' | 'similar' | 'regex';

/**
 * `x [NOT] LIKE pattern [ESCAPE e]`, and the list forms `x LIKE ANY ('a%', 'b%')`: then `quantifier`
 * is set and there may be several patterns (or one, a list or a scalar subquery).
 */
export interface LikeExpression {
  readonly kind: 'like';
  readonly operator: LikeOperator;
  readonly operand: Expression;
  readonly patterns: readonly [Expression, ...Expression[]];
  readonly quantifier: Quantifier | null;
  readonly escape: Expression | null;
  readonly negated: boolean;
  readonly span: Span;
}

/** `SOME` is `any`. */
export type Quantifier = 'any' | 'all';
