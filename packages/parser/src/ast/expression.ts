import type { Span } from '@windrow/core';
import type {
  FieldAccess,
  IndexExpression,
  JsonPathExpression,
  ListComprehension,
  ListLiteral,
  MapLiteral,
  RowExpression,
  SliceExpression,
  StructLiteral,
} from './collection.ts';
import type {
  BitLiteral,
  BlobLiteral,
  BooleanLiteral,
  DefaultValue,
  IntervalLiteral,
  NullLiteral,
  NumberLiteral,
  StringLiteral,
  TypedLiteral,
} from './literal.ts';
import type { Identifier, QualifiedName } from './name.ts';
import type {
  Between,
  BinaryExpression,
  ComparisonOperator,
  DistinctFrom,
  InCollection,
  InList,
  InSubquery,
  LikeExpression,
  LikeOperator,
  LogicalExpression,
  Quantifier,
  TruthTest,
  UnaryExpression,
} from './operator.ts';
import type { Query } from './query.ts';
import type { TypeName } from './type-name.ts';
import type { SortItem, WindowName, WindowSpecification } from './window.ts';

/** Any expression. The tree is at most 1,000 levels deep, so consumers may recurse. */
export type Expression =
  | NullLiteral
  | BooleanLiteral
  | NumberLiteral
  | StringLiteral
  | BlobLiteral
  | BitLiteral
  | TypedLiteral
  | IntervalLiteral
  | DefaultValue
  | ColumnReference
  | PositionalReference
  | Parameter
  | Star
  | Columns
  | UnaryExpression
  | BinaryExpression
  | LogicalExpression
  | DistinctFrom
  | TruthTest
  | Between
  | InList
  | InSubquery
  | InCollection
  | LikeExpression
  | CaseExpression
  | CastExpression
  | CallExpression
  | ScalarSubquery
  | ExistsSubquery
  | ArraySubquery
  | QuantifiedSubquery
  | QuantifiedList
  | ListLiteral
  | StructLiteral
  | MapLiteral
  | RowExpression
  | ListComprehension
  | IndexExpression
  | SliceExpression
  | FieldAccess
  | JsonPathExpression
  | Lambda
  | CollateExpression
  | AtTimeZone;

/**
 * A chain of names: `a`, `t.a`, `s.t.a`, `t.struct_column.field`. Where the table ends and the
 * fields begin is for the binder to say.
 */
export interface ColumnReference {
  readonly kind: 'columnReference';
  readonly path: readonly [Identifier, ...Identifier[]];
  readonly span: Span;
}

/** `#1`, the n-th column of the input, counted from 1. */
export interface PositionalReference {
  readonly kind: 'positionalReference';
  readonly position: number;
  readonly span: Span;
}

/**
 * A parameter. `?` and `$1` have an `index` counted from 1 (`?` in text order), `$name`, `:name` and
 * `@name` have a `name`; the other one is null. A statement has one style only.
 */
export type Parameter =
  | {
      readonly kind: 'parameter';
      readonly index: number;
      readonly name: null;
      readonly span: Span;
    }
  | {
      readonly kind: 'parameter';
      readonly index: null;
      readonly name: string;
      readonly span: Span;
    };

/**
 * `*`, `t.*` or `expression.*`, as a SELECT item, in `count(*)` and in `COLUMNS(*)`.
 * In `t.*` and `s.t.*`, `of` is a {@link ColumnReference}: a table if there is one, else a struct.
 */
export interface Star {
  readonly kind: 'star';
  readonly of: Expression | null;
  readonly exclude: readonly QualifiedName[];
  readonly replace: readonly StarReplacement[];
  readonly rename: readonly StarRename[];
  readonly like: StarFilter | null;
  readonly span: Span;
}

/** `e AS a` in `* REPLACE (e AS a)`. */
export interface StarReplacement {
  readonly kind: 'starReplacement';
  readonly expression: Expression;
  readonly name: QualifiedName;
  readonly span: Span;
}

/** `a AS b` in `* RENAME (a AS b)`. */
export interface StarRename {
  readonly kind: 'starRename';
  readonly from: QualifiedName;
  readonly to: Identifier;
  readonly span: Span;
}

/** `* LIKE 'p%'`: keeps the columns whose name matches. */
export interface StarFilter {
  readonly kind: 'starFilter';
  readonly operator: LikeOperator;
  readonly negated: boolean;
  readonly pattern: Expression;
  readonly escape: Expression | null;
  readonly span: Span;
}

/**
 * `COLUMNS(selector)`: the enclosing expression repeats for each column. The selector is a
 * {@link Star}, a string (regular expression), a list of names or a {@link Lambda} over the name.
 * `spliced` is `*COLUMNS(…)`, which puts all of them into one argument list. In `t.COLUMNS(…)`,
 * `of` is `t`.
 */
export interface Columns {
  readonly kind: 'columns';
  readonly of: QualifiedName | null;
  readonly selector: Expression;
  readonly spliced: boolean;
  readonly span: Span;
}

/** `CASE [operand] WHEN … THEN … [ELSE …] END`. */
export interface CaseExpression {
  readonly kind: 'case';
  readonly operand: Expression | null;
  readonly branches: readonly [CaseBranch, ...CaseBranch[]];
  readonly otherwise: Expression | null;
  readonly span: Span;
}

/** One WHEN … THEN … */
export interface CaseBranch {
  readonly kind: 'caseBranch';
  readonly when: Expression;
  readonly then: Expression;
  readonly span: Span;
}

/** `CAST(x AS T)`, `x::T`, and `TRY_CAST(x AS T)` with `try`. */
export interface CastExpression {
  readonly kind: 'cast';
  readonly operand: Expression;
  readonly type: TypeName;
  readonly try: boolean;
  readonly span: Span;
}

/**
 * A call of a function, aggregate, window function or macro.
 *
 * `x.f(y)` has the name `x.f`: the binder looks for a schema x first, then reads it as `f(x, y)`.
 * On any other expression, `(e).f(y)` arrives as `f(e, y)`. Special forms arrive as calls with
 * ordinary arguments: `extract(p FROM x)` as `date_part('p', x)`, `position(a IN s)` as
 * `strpos(s, a)`, `substring(s FROM i FOR n)` as `substring(s, i, n)`, `trim(LEADING c FROM s)` as
 * `ltrim(s, c)`, `overlay(s PLACING r FROM i FOR n)` as `overlay(s, r, i, n)`; `CURRENT_DATE` and
 * its like as calls without arguments.
 */
export interface CallExpression {
  readonly kind: 'call';
  readonly name: QualifiedName;
  readonly arguments: readonly Argument[];
  readonly distinct: boolean;
  /** ORDER BY inside the parentheses. */
  readonly orderBy: readonly SortItem[];
  readonly withinGroup: readonly SortItem[];
  readonly filter: Expression | null;
  /** IGNORE NULLS or RESPECT NULLS, inside or after the parentheses. */
  readonly nullTreatment: 'ignore' | 'respect' | null;
  /** FROM LAST of nth_value. */
  readonly fromLast: boolean;
  readonly over: WindowName | WindowSpecification | null;
  readonly span: Span;
}

/** An argument, named in `name := value` and `name => value`. */
export interface Argument {
  readonly kind: 'argument';
  readonly name: Identifier | null;
  readonly value: Expression;
  readonly span: Span;
}

/** `(SELECT …)` as a value. */
export interface ScalarSubquery {
  readonly kind: 'scalarSubquery';
  readonly query: Query;
  readonly span: Span;
}

/** `EXISTS (SELECT …)`; NOT EXISTS is a `not` around it. */
export interface ExistsSubquery {
  readonly kind: 'exists';
  readonly query: Query;
  readonly span: Span;
}

/** `ARRAY (SELECT …)`. */
export interface ArraySubquery {
  readonly kind: 'arraySubquery';
  readonly query: Query;
  readonly span: Span;
}

/** `x = ANY (SELECT …)`, `x > ALL (SELECT …)`. */
export interface QuantifiedSubquery {
  readonly kind: 'quantifiedSubquery';
  readonly operand: Expression;
  readonly operator: ComparisonOperator;
  readonly quantifier: Quantifier;
  readonly query: Query;
  readonly span: Span;
}

/** `x = ANY (list)`, `x > ALL (list)`. */
export interface QuantifiedList {
  readonly kind: 'quantifiedList';
  readonly operand: Expression;
  readonly operator: ComparisonOperator;
  readonly quantifier: Quantifier;
  readonly list: Expression;
  readonly span: Span;
}

/** `x -> e`, `(x, y) -> e`, `lambda x, y: e`. */
export interface Lambda {
  readonly kind: 'lambda';
  readonly parameters: readonly [Identifier, ...Identifier[]];
  readonly body: Expression;
  readonly span: Span;
}

/** `x COLLATE nocase.noaccent`; the parts of the name are collations to combine. */
export interface CollateExpression {
  readonly kind: 'collate';
  readonly operand: Expression;
  readonly collation: QualifiedName;
  readonly span: Span;
}

/** `x AT TIME ZONE z`. */
export interface AtTimeZone {
  readonly kind: 'atTimeZone';
  readonly operand: Expression;
  readonly zone: Expression;
  readonly span: Span;
}
