/**
 * The syntax tree of one statement: expressions, queries, table references, types and the
 * data-modifying statements. All other statements are in `ast-statements.ts`.
 *
 * One file, because these types refer to each other in a circle (a query holds expressions, an
 * expression holds queries, a common table expression may hold an INSERT).
 *
 * Conventions, the same for every node:
 * - `kind` is unique over all nodes, so any node can be dispatched on it alone.
 * - `span` covers the text the node was parsed from, as UTF-16 offsets into the text that was given
 *   to the parser; parentheses around an expression belong to the expression inside.
 * - Absent is `null`, an absent list is empty: every field is always there.
 * - Syntax only: nothing is resolved, nothing is typed, numbers stay text.
 * - Spellings that mean the same give the same node (`!=` is `<>`, `x::T` is a cast, `trim(BOTH 'a'
 *   FROM s)` is a call of `trim`): what is left is what the binder has to tell apart.
 */
import type { Span } from '@windrow/core';

// --- Names ---------------------------------------------------------------------------------------

/** One name as written, escapes undone. Matching is case-insensitive even when quoted. */
export interface Identifier {
  readonly kind: 'identifier';
  readonly name: string;
  readonly quoted: boolean;
  readonly span: Span;
}

/** A dotted name (`catalog.schema.table`), outermost part first; never empty. */
export interface QualifiedName {
  readonly kind: 'qualifiedName';
  readonly parts: readonly [Identifier, ...Identifier[]];
  readonly span: Span;
}

// --- Types ---------------------------------------------------------------------------------------

/** A type as written in a cast, a column definition or a typed literal. */
export type TypeName =
  | NamedType
  | ListType
  | ArrayType
  | StructType
  | MapType
  | UnionType
  | EnumType
  | IntervalType;

/**
 * A type by name, with its modifiers in written order: `DECIMAL(10, 2)`, `s.my_type`.
 * Names of several words arrive as one word: `DOUBLE PRECISION` is `double`, `CHARACTER VARYING` is
 * `varchar`, `TIMESTAMP WITH TIME ZONE` is `timestamptz`, `TIME WITH TIME ZONE` is `timetz`.
 */
export interface NamedType {
  readonly kind: 'namedType';
  readonly name: QualifiedName;
  readonly modifiers: readonly Expression[];
  readonly span: Span;
}

/** `T[]`, `T ARRAY`, `ARRAY<T>`, `LIST(T)`. */
export interface ListType {
  readonly kind: 'listType';
  readonly element: TypeName;
  readonly span: Span;
}

/** `T[n]`, a list of fixed length. */
export interface ArrayType {
  readonly kind: 'arrayType';
  readonly element: TypeName;
  readonly size: number;
  readonly span: Span;
}

/** `STRUCT(a T, …)`, `ROW(a T, …)`, `STRUCT<a: T, …>`. */
export interface StructType {
  readonly kind: 'structType';
  readonly fields: readonly TypeField[];
  readonly span: Span;
}

/** `MAP(K, V)`, `MAP<K, V>`. */
export interface MapType {
  readonly kind: 'mapType';
  readonly key: TypeName;
  readonly value: TypeName;
  readonly span: Span;
}

/** `UNION(tag T, …)`. */
export interface UnionType {
  readonly kind: 'unionType';
  readonly members: readonly TypeField[];
  readonly span: Span;
}

/** `ENUM('a', …)`, values in declaration order. */
export interface EnumType {
  readonly kind: 'enumType';
  readonly values: readonly string[];
  readonly span: Span;
}

/** `INTERVAL YEAR TO MONTH` as a type; plain `INTERVAL` is a {@link NamedType}. */
export interface IntervalType {
  readonly kind: 'intervalType';
  readonly from: IntervalUnit;
  readonly to: IntervalUnit | null;
  readonly span: Span;
}

/** A named member of a struct or union type. `name` is null in `ROW(INTEGER, VARCHAR)`. */
export interface TypeField {
  readonly kind: 'typeField';
  readonly name: Identifier | null;
  readonly type: TypeName;
  readonly notNull: boolean;
  readonly comment: string | null;
  readonly span: Span;
}

/** Units of interval literals, singular whatever was written. */
export type IntervalUnit =
  | 'microsecond'
  | 'millisecond'
  | 'second'
  | 'minute'
  | 'hour'
  | 'day'
  | 'week'
  | 'month'
  | 'quarter'
  | 'year'
  | 'decade'
  | 'century'
  | 'millennium';

// --- Expressions ---------------------------------------------------------------------------------

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

/** `NULL` */
export interface NullLiteral {
  readonly kind: 'nullLiteral';
  readonly span: Span;
}

/** `TRUE`, `FALSE` */
export interface BooleanLiteral {
  readonly kind: 'booleanLiteral';
  readonly value: boolean;
  readonly span: Span;
}

/**
 * A number without sign, as text without digit separators.
 *
 * `form` is `integer` (also `0xff`, `0b101`, `0o17`: `BigInt(text)` reads all of them), `decimal` (a
 * point, no exponent) or `exponent`. `suffix` is Spark's `L S Y D F BD` in upper case, not part of
 * `text`.
 */
export interface NumberLiteral {
  readonly kind: 'numberLiteral';
  readonly text: string;
  readonly form: 'integer' | 'decimal' | 'exponent';
  readonly suffix: NumberSuffix | null;
  readonly span: Span;
}

/** Spark's type suffixes of number literals. */
export type NumberSuffix = 'L' | 'S' | 'Y' | 'D' | 'F' | 'BD';

/** A string, escapes undone; adjacent strings already joined. Untyped until the context says. */
export interface StringLiteral {
  readonly kind: 'stringLiteral';
  readonly value: string;
  readonly span: Span;
}

/** `x'1F'`: an even number of hexadecimal digits, upper case. */
export interface BlobLiteral {
  readonly kind: 'blobLiteral';
  readonly hex: string;
  readonly span: Span;
}

/** `b'101'`: digits 0 and 1. */
export interface BitLiteral {
  readonly kind: 'bitLiteral';
  readonly bits: string;
  readonly span: Span;
}

/** A type name before a string: `DATE '2020-01-01'`, `DECIMAL '1.20'`. */
export interface TypedLiteral {
  readonly kind: 'typedLiteral';
  readonly type: TypeName;
  readonly value: string;
  readonly span: Span;
}

/**
 * `INTERVAL '1 year 2 months'` (one part, no unit), `INTERVAL 1 DAY`, `INTERVAL (x) HOURS`,
 * `INTERVAL '1-2' YEAR TO MONTH` (unit and `to`), `INTERVAL 1 DAY 2 HOURS` (two parts).
 */
export interface IntervalLiteral {
  readonly kind: 'intervalLiteral';
  readonly parts: readonly [IntervalPart, ...IntervalPart[]];
  readonly span: Span;
}

/** One quantity of an {@link IntervalLiteral}. Without a unit the value is a string literal. */
export interface IntervalPart {
  readonly kind: 'intervalPart';
  readonly value: Expression;
  readonly unit: IntervalUnit | null;
  readonly to: IntervalUnit | null;
  readonly span: Span;
}

/** `DEFAULT` as a value, only in VALUES of an INSERT, in SET and in MERGE actions. */
export interface DefaultValue {
  readonly kind: 'defaultValue';
  readonly span: Span;
}

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

/** Prefix operators, and the postfix factorial. */
export type UnaryOperator = '+' | '-' | '~' | 'not' | 'factorial';

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

/** `x [NOT] IN (a, b, …)`; `(a, b) IN (…)` has a {@link RowExpression} as operand. */
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

/** `[a, b]`, `ARRAY[a, b]`. */
export interface ListLiteral {
  readonly kind: 'list';
  readonly items: readonly Expression[];
  readonly span: Span;
}

/** `{'a': x, b: y}`. */
export interface StructLiteral {
  readonly kind: 'struct';
  readonly fields: readonly StructField[];
  readonly span: Span;
}

/** One field of a {@link StructLiteral}. */
export interface StructField {
  readonly kind: 'structField';
  readonly name: Identifier;
  readonly value: Expression;
  readonly span: Span;
}

/** `MAP {k: v}`; `MAP(keys, values)` is a call. */
export interface MapLiteral {
  readonly kind: 'map';
  readonly entries: readonly MapEntry[];
  readonly span: Span;
}

/** One entry of a {@link MapLiteral}. */
export interface MapEntry {
  readonly kind: 'mapEntry';
  readonly key: Expression;
  readonly value: Expression;
  readonly span: Span;
}

/** `(a, b)`, `ROW(a, b)`: a struct without field names. */
export interface RowExpression {
  readonly kind: 'row';
  readonly items: readonly Expression[];
  readonly span: Span;
}

/** `[element FOR variable[, index] IN source [IF filter]]`. */
export interface ListComprehension {
  readonly kind: 'listComprehension';
  readonly element: Expression;
  readonly variables: readonly [Identifier, ...Identifier[]];
  readonly source: Expression;
  readonly filter: Expression | null;
  readonly span: Span;
}

/** `base[index]`. */
export interface IndexExpression {
  readonly kind: 'index';
  readonly base: Expression;
  readonly index: Expression;
  readonly span: Span;
}

/** `base[lower:upper:step]`, each part optional. */
export interface SliceExpression {
  readonly kind: 'slice';
  readonly base: Expression;
  readonly lower: Expression | null;
  readonly upper: Expression | null;
  readonly step: Expression | null;
  readonly span: Span;
}

/** `.field` after anything that is not a chain of names: `(x).a`, `f(x).a`, `l[1].a`. */
export interface FieldAccess {
  readonly kind: 'fieldAccess';
  readonly base: Expression;
  readonly field: Identifier;
  readonly span: Span;
}

/** `j:a.b[0]`, a path into a JSON value. */
export interface JsonPathExpression {
  readonly kind: 'jsonPath';
  readonly base: Expression;
  readonly steps: readonly [JsonPathStep, ...JsonPathStep[]];
  readonly span: Span;
}

/** One step of a {@link JsonPathExpression}: a key, an index or every element. */
export type JsonPathStep =
  | { readonly kind: 'jsonKey'; readonly name: string; readonly span: Span }
  | { readonly kind: 'jsonIndex'; readonly index: Expression; readonly span: Span }
  | { readonly kind: 'jsonWildcard'; readonly span: Span };

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

// --- Sorting and windows -------------------------------------------------------------------------

/** One key of an ORDER BY. `USING >` arrives as `desc`; null where nothing was written. */
export interface SortItem {
  readonly kind: 'sortItem';
  readonly expression: Expression;
  readonly direction: 'asc' | 'desc' | null;
  readonly nulls: 'first' | 'last' | null;
  readonly fill: SortFill | null;
  readonly span: Span;
}

/** `WITH FILL [FROM a] [TO b] [STEP s]` of a sort key. */
export interface SortFill {
  readonly kind: 'sortFill';
  readonly from: Expression | null;
  readonly to: Expression | null;
  readonly step: Expression | null;
  readonly span: Span;
}

/** `OVER w`. */
export interface WindowName {
  readonly kind: 'windowName';
  readonly name: Identifier;
  readonly span: Span;
}

/** `OVER ([base] [PARTITION BY …] [ORDER BY …] [frame])`, and the body of a WINDOW clause. */
export interface WindowSpecification {
  readonly kind: 'windowSpecification';
  readonly base: Identifier | null;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortItem[];
  readonly frame: WindowFrame | null;
  readonly span: Span;
}

/** A frame with both bounds: `ROWS 3 PRECEDING` arrives with the end `CURRENT ROW`. */
export interface WindowFrame {
  readonly kind: 'windowFrame';
  readonly unit: 'rows' | 'range' | 'groups';
  readonly start: FrameBound;
  readonly end: FrameBound;
  readonly exclude: 'noOthers' | 'currentRow' | 'group' | 'ties';
  readonly span: Span;
}

/** One bound of a frame. Bounds that are wrong by syntax alone never leave the parser. */
export type FrameBound =
  | { readonly kind: 'unboundedPreceding'; readonly span: Span }
  | { readonly kind: 'preceding'; readonly offset: Expression; readonly span: Span }
  | { readonly kind: 'currentRow'; readonly span: Span }
  | { readonly kind: 'following'; readonly offset: Expression; readonly span: Span }
  | { readonly kind: 'unboundedFollowing'; readonly span: Span };

// --- Queries -------------------------------------------------------------------------------------

/** A query with everything that applies to its whole result. */
export interface Query {
  readonly kind: 'query';
  readonly with: With | null;
  readonly body: QueryBody;
  readonly orderBy: OrderBy | null;
  readonly limitBy: LimitBy | null;
  readonly limit: Limit | null;
  readonly offset: Expression | null;
  readonly distribution: Distribution | null;
  readonly span: Span;
}

/**
 * What a query computes. `TABLE t` and a bare `FROM t` arrive as a {@link Select} of `*`, and
 * `PIVOT t ON …` as a {@link Select} of `*` from a {@link Pivot}; a {@link Query} is a nested one in
 * parentheses, with clauses of its own.
 */
export type QueryBody =
  | Select
  | SetOperation
  | Values
  | PipeQuery
  | Query
  | DescribeStatement
  | ShowStatement
  | SummarizeStatement;

/** `WITH [RECURSIVE] …`. */
export interface With {
  readonly kind: 'with';
  readonly recursive: boolean;
  readonly tables: readonly [CommonTableExpression, ...CommonTableExpression[]];
  readonly span: Span;
}

/** One table of a WITH list. `materialized` is null where nothing was said. */
export interface CommonTableExpression {
  readonly kind: 'commonTableExpression';
  readonly name: Identifier;
  readonly columns: readonly Identifier[];
  readonly materialized: boolean | null;
  /** `USING KEY (k)` of a recursive table. */
  readonly usingKey: readonly Identifier[];
  readonly statement: Query | Insert | Update | Delete | Merge;
  readonly span: Span;
}

/** ORDER BY of a query: keys, or ALL columns from left to right. */
export type OrderBy =
  | {
      readonly kind: 'orderByItems';
      readonly items: readonly [SortItem, ...SortItem[]];
      readonly interpolate: readonly Interpolation[];
      readonly span: Span;
    }
  | {
      readonly kind: 'orderByAll';
      readonly direction: 'asc' | 'desc' | null;
      readonly nulls: 'first' | 'last' | null;
      readonly span: Span;
    };

/** `c [AS e]` of `WITH FILL … INTERPOLATE (…)`; without `e` the last value is carried. */
export interface Interpolation {
  readonly kind: 'interpolation';
  readonly column: Identifier;
  readonly expression: Expression | null;
  readonly span: Span;
}

/** LIMIT or FETCH. `count` is null for LIMIT ALL; with `percent` it is a share of the rows. */
export interface Limit {
  readonly kind: 'limit';
  readonly count: Expression | null;
  readonly percent: boolean;
  readonly withTies: boolean;
  readonly span: Span;
}

/** `LIMIT n [OFFSET m] BY e, …`: at most n rows for each key. */
export interface LimitBy {
  readonly kind: 'limitBy';
  readonly count: Expression;
  readonly offset: Expression | null;
  readonly keys: readonly [Expression, ...Expression[]];
  readonly span: Span;
}

/** Spark's DISTRIBUTE BY, SORT BY and CLUSTER BY. */
export interface Distribution {
  readonly kind: 'distribution';
  readonly distributeBy: readonly Expression[];
  readonly sortBy: readonly SortItem[];
  readonly clusterBy: readonly Expression[];
  readonly span: Span;
}

/**
 * UNION, EXCEPT or INTERSECT of two or more operands, folded from the left: `a EXCEPT b EXCEPT c` is
 * `(a EXCEPT b) EXCEPT c`. A chain of one operator is one node, so a UNION ALL of thousands is flat.
 */
export interface SetOperation {
  readonly kind: 'setOperation';
  readonly operator: 'union' | 'except' | 'intersect';
  readonly all: boolean;
  readonly byName: boolean;
  readonly operands: readonly QueryBody[];
  readonly span: Span;
}

/** `VALUES (1, 'a'), (2, 'b')`, at least one row; row lengths may differ (42601 by the binder). */
export interface Values {
  readonly kind: 'values';
  readonly rows: readonly (readonly [Expression, ...Expression[]])[];
  readonly span: Span;
}

/** `FROM … |> operator |> …`. */
export interface PipeQuery {
  readonly kind: 'pipeQuery';
  readonly source: QueryBody;
  readonly operators: readonly [PipeOperator, ...PipeOperator[]];
  readonly span: Span;
}

/** One step of a {@link PipeQuery}; a step sees only the columns of the step before. */
export type PipeOperator =
  | { readonly kind: 'pipeWhere'; readonly condition: Expression; readonly span: Span }
  | {
      readonly kind: 'pipeSelect';
      readonly distinct: boolean;
      readonly items: readonly SelectItem[];
      readonly windows: readonly NamedWindow[];
      readonly span: Span;
    }
  | {
      readonly kind: 'pipeAggregate';
      readonly items: readonly SelectItem[];
      readonly groupBy: readonly SelectItem[];
      readonly span: Span;
    }
  | { readonly kind: 'pipeExtend'; readonly items: readonly SelectItem[]; readonly span: Span }
  | { readonly kind: 'pipeSet'; readonly assignments: readonly Assignment[]; readonly span: Span }
  | { readonly kind: 'pipeDrop'; readonly columns: readonly Identifier[]; readonly span: Span }
  | { readonly kind: 'pipeRename'; readonly items: readonly StarRename[]; readonly span: Span }
  | { readonly kind: 'pipeAs'; readonly alias: Identifier; readonly span: Span }
  | {
      readonly kind: 'pipeJoin';
      /** What stands before the `|>` is the left side. */
      readonly joinType: JoinType;
      readonly asof: boolean;
      readonly right: TableReference;
      readonly constraint: JoinConstraint | null;
      readonly tolerance: Expression | null;
      readonly span: Span;
    }
  | { readonly kind: 'pipePivot'; readonly pivot: PivotClause; readonly span: Span }
  | { readonly kind: 'pipeUnpivot'; readonly unpivot: UnpivotClause; readonly span: Span }
  | { readonly kind: 'pipeOrderBy'; readonly orderBy: OrderBy; readonly span: Span }
  | {
      readonly kind: 'pipeLimit';
      readonly limit: Limit | null;
      readonly offset: Expression | null;
      readonly span: Span;
    }
  | { readonly kind: 'pipeSample'; readonly sample: Sample; readonly span: Span }
  | { readonly kind: 'pipeDistinct'; readonly span: Span }
  | {
      readonly kind: 'pipeSetOperation';
      readonly operator: 'union' | 'except' | 'intersect';
      readonly all: boolean;
      readonly byName: boolean;
      readonly operands: readonly [QueryBody, ...QueryBody[]];
      readonly span: Span;
    };

/** SELECT … FROM … WHERE … GROUP BY … HAVING … WINDOW … QUALIFY … USING SAMPLE. */
export interface Select {
  readonly kind: 'select';
  readonly distinct: Distinct | null;
  readonly items: readonly SelectItem[];
  /** Comma-separated; a comma binds weaker than JOIN. Empty without FROM. */
  readonly from: readonly TableReference[];
  readonly lateralViews: readonly LateralView[];
  readonly where: Expression | null;
  readonly groupBy: GroupBy | null;
  readonly having: Expression | null;
  readonly windows: readonly NamedWindow[];
  readonly qualify: Expression | null;
  readonly sample: Sample | null;
  readonly hints: readonly Hint[];
  /** `SELECT TRANSFORM (…) USING …`; then `items` are its inputs. */
  readonly transform: Transform | null;
  readonly span: Span;
}

/** `DISTINCT` (no keys) or `DISTINCT ON (keys)`. */
export interface Distinct {
  readonly kind: 'distinct';
  readonly on: readonly Expression[];
  readonly span: Span;
}

/** `e [AS a]`, `a: e`. `columnAliases` is Spark's `e AS (a, b)` for generators. */
export interface SelectItem {
  readonly kind: 'selectItem';
  readonly expression: Expression;
  readonly alias: Identifier | null;
  readonly columnAliases: readonly Identifier[];
  readonly span: Span;
}

/** GROUP BY; `with` is MySQL's and Spark's `WITH ROLLUP | CUBE`, ClickHouse's `WITH TOTALS`. */
export interface GroupBy {
  readonly kind: 'groupBy';
  readonly all: boolean;
  readonly distinct: boolean;
  readonly elements: readonly GroupingElement[];
  readonly with: 'rollup' | 'cube' | 'totals' | null;
  readonly span: Span;
}

/** An element of GROUP BY; several elements multiply. */
export type GroupingElement =
  /** A plain expression (one), `(a, b)` (several) or `()` (none). */
  | {
      readonly kind: 'groupingSet';
      readonly expressions: readonly Expression[];
      readonly span: Span;
    }
  | {
      readonly kind: 'rollup';
      readonly items: readonly (readonly Expression[])[];
      readonly span: Span;
    }
  | {
      readonly kind: 'cube';
      readonly items: readonly (readonly Expression[])[];
      readonly span: Span;
    }
  | {
      readonly kind: 'groupingSets';
      readonly elements: readonly GroupingElement[];
      readonly span: Span;
    };

/** `name AS (…)` of the WINDOW clause. */
export interface NamedWindow {
  readonly kind: 'namedWindow';
  readonly name: Identifier;
  readonly window: WindowSpecification;
  readonly span: Span;
}

/** A sample: a share or a number of rows. `method` is null where none was named. */
export interface Sample {
  readonly kind: 'sample';
  readonly method: 'bernoulli' | 'system' | 'reservoir' | null;
  readonly size: Expression;
  readonly unit: 'percent' | 'rows';
  readonly seed: Expression | null;
  /** Spark's `BUCKET size OUT OF buckets`; then `unit` is rows and means nothing. */
  readonly buckets: Expression | null;
  readonly span: Span;
}

/** One hint of the comment after SELECT: `BROADCAST(t)`, `COALESCE(3)`, `NO_REORDER`. */
export interface Hint {
  readonly kind: 'hint';
  readonly name: Identifier;
  readonly arguments: readonly Expression[];
  readonly span: Span;
}

/** Spark's `LATERAL VIEW [OUTER] f(x) t AS a, b`, applied to the whole FROM clause. */
export interface LateralView {
  readonly kind: 'lateralView';
  readonly outer: boolean;
  readonly call: CallExpression;
  readonly table: Identifier | null;
  readonly columns: readonly Identifier[];
  readonly span: Span;
}

/** Spark's `SELECT TRANSFORM (…) USING 'script' [AS (…)]`. */
export interface Transform {
  readonly kind: 'transform';
  readonly script: string;
  readonly columns: readonly AliasColumn[];
  readonly span: Span;
}

// --- Table references ----------------------------------------------------------------------------

/** What stands in FROM. */
export type TableReference =
  | TableName
  | TablePath
  | DerivedTable
  | TableFunction
  | Join
  | ParenthesizedTable
  | PivotTable
  | UnpivotTable
  | MatchRecognize;

/** `AS t (a, b)`, with types for functions that return records: `AS t (a INTEGER)`. */
export interface TableAlias {
  readonly kind: 'tableAlias';
  readonly name: Identifier;
  readonly columns: readonly AliasColumn[];
  readonly span: Span;
}

/** A column name in a {@link TableAlias}. */
export interface AliasColumn {
  readonly kind: 'aliasColumn';
  readonly name: Identifier;
  readonly type: TypeName | null;
  readonly span: Span;
}

/** A table, view, common table expression or bound variable by name. */
export interface TableName {
  readonly kind: 'tableName';
  readonly name: QualifiedName;
  readonly version: TableVersion | null;
  readonly alias: TableAlias | null;
  readonly sample: Sample | null;
  readonly span: Span;
}

/** `VERSION AS OF 3`, `TIMESTAMP AS OF '…'`, `AT (VERSION => 3)`. */
export interface TableVersion {
  readonly kind: 'tableVersion';
  readonly unit: 'version' | 'timestamp';
  readonly value: Expression;
  readonly span: Span;
}

/** `FROM 'data/*.parquet'`. */
export interface TablePath {
  readonly kind: 'tablePath';
  readonly path: string;
  readonly alias: TableAlias | null;
  readonly sample: Sample | null;
  readonly span: Span;
}

/** `(SELECT …) t`, `(VALUES …) t`, `VALUES … t`. */
export interface DerivedTable {
  readonly kind: 'derivedTable';
  readonly query: Query;
  readonly lateral: boolean;
  readonly alias: TableAlias | null;
  readonly sample: Sample | null;
  readonly span: Span;
}

/** `f(…) [WITH ORDINALITY]`; always sees the tables to its left. */
export interface TableFunction {
  readonly kind: 'tableFunction';
  readonly call: CallExpression;
  readonly lateral: boolean;
  readonly ordinality: boolean;
  readonly alias: TableAlias | null;
  readonly sample: Sample | null;
  readonly span: Span;
}

/** Kinds of join. `LEFT SEMI` is `semi`, `LEFT ANTI` is `anti`. */
export type JoinType =
  | 'inner'
  | 'left'
  | 'right'
  | 'full'
  | 'cross'
  | 'semi'
  | 'anti'
  | 'positional';

/**
 * `left JOIN right`. `constraint` is null for cross and positional joins, and there alone.
 * `tolerance` only with `asof`.
 */
export interface Join {
  readonly kind: 'join';
  readonly joinType: JoinType;
  readonly asof: boolean;
  readonly left: TableReference;
  readonly right: TableReference;
  readonly constraint: JoinConstraint | null;
  readonly tolerance: Expression | null;
  readonly span: Span;
}

/** How rows of a join are matched. */
export type JoinConstraint =
  | { readonly kind: 'joinOn'; readonly condition: Expression; readonly span: Span }
  | {
      readonly kind: 'joinUsing';
      readonly columns: readonly [Identifier, ...Identifier[]];
      readonly span: Span;
    }
  | { readonly kind: 'joinNatural'; readonly span: Span };

/** `(a JOIN b …) AS t`. Parentheses without alias and sample leave no node. */
export interface ParenthesizedTable {
  readonly kind: 'parenthesizedTable';
  readonly source: TableReference;
  readonly alias: TableAlias | null;
  readonly sample: Sample | null;
  readonly span: Span;
}

/** `source PIVOT (…)`, and the statement `PIVOT source ON … USING …`. */
export interface PivotTable {
  readonly kind: 'pivotTable';
  readonly source: TableReference;
  readonly pivot: PivotClause;
  readonly alias: TableAlias | null;
  readonly span: Span;
}

/** What to pivot. `groupBy` is null where none was written: every column not named elsewhere. */
export interface PivotClause {
  readonly kind: 'pivotClause';
  readonly aggregates: readonly SelectItem[];
  readonly keys: readonly [PivotKey, ...PivotKey[]];
  readonly groupBy: readonly Expression[] | null;
  readonly span: Span;
}

/** One `k IN (…)`. `(a, b) IN ((1, 2), …)` has a {@link RowExpression} as expression. */
export interface PivotKey {
  readonly kind: 'pivotKey';
  readonly expression: Expression;
  readonly values: PivotValues;
  readonly span: Span;
}

/** Where the values of a {@link PivotKey} come from. */
export type PivotValues =
  | { readonly kind: 'pivotList'; readonly items: readonly SelectItem[]; readonly span: Span }
  /** `IN ANY`, or no IN at all: the values found, sorted. */
  | {
      readonly kind: 'pivotAny';
      readonly orderBy: readonly SortItem[];
      readonly span: Span;
    }
  | { readonly kind: 'pivotQuery'; readonly query: Query; readonly span: Span }
  /** `IN name` without parentheses: an enum type, whose values are taken. */
  | { readonly kind: 'pivotEnum'; readonly name: QualifiedName; readonly span: Span };

/** `source UNPIVOT (…)`, and the statement `UNPIVOT source ON … INTO NAME … VALUE …`. */
export interface UnpivotTable {
  readonly kind: 'unpivotTable';
  readonly source: TableReference;
  readonly unpivot: UnpivotClause;
  readonly alias: TableAlias | null;
  readonly span: Span;
}

/** What to unpivot: one output row for each item, its expressions in the value columns. */
export interface UnpivotClause {
  readonly kind: 'unpivotClause';
  readonly includeNulls: boolean;
  readonly nameColumn: Identifier;
  readonly valueColumns: readonly [Identifier, ...Identifier[]];
  readonly items: readonly [UnpivotItem, ...UnpivotItem[]];
  readonly span: Span;
}

/** `a [AS 'x']` or `(a, b) [AS 'x']`; an expression may be a {@link Columns} or a {@link Star}. */
export interface UnpivotItem {
  readonly kind: 'unpivotItem';
  readonly expressions: readonly [Expression, ...Expression[]];
  readonly alias: Expression | null;
  readonly span: Span;
}

/** `source MATCH_RECOGNIZE (…)`. */
export interface MatchRecognize {
  readonly kind: 'matchRecognize';
  readonly source: TableReference;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortItem[];
  readonly measures: readonly SelectItem[];
  readonly rowsPerMatch: 'one' | 'all' | 'allShowEmpty' | 'allOmitEmpty' | 'allWithUnmatched';
  readonly afterMatch: AfterMatch;
  readonly pattern: RowPattern;
  readonly subsets: readonly PatternSubset[];
  readonly define: readonly PatternDefinition[];
  readonly alias: TableAlias | null;
  readonly span: Span;
}

/** Where the search goes on after a match. The default is past the last row. */
export type AfterMatch =
  | { readonly kind: 'skipPastLastRow'; readonly span: Span }
  | { readonly kind: 'skipToNextRow'; readonly span: Span }
  | { readonly kind: 'skipToFirst'; readonly variable: Identifier; readonly span: Span }
  | { readonly kind: 'skipToLast'; readonly variable: Identifier; readonly span: Span };

/** A row pattern. */
export type RowPattern =
  | { readonly kind: 'patternVariable'; readonly name: Identifier; readonly span: Span }
  | { readonly kind: 'patternSequence'; readonly parts: readonly RowPattern[]; readonly span: Span }
  | {
      readonly kind: 'patternAlternation';
      readonly alternatives: readonly RowPattern[];
      readonly span: Span;
    }
  | { readonly kind: 'patternPermute'; readonly parts: readonly RowPattern[]; readonly span: Span }
  | {
      readonly kind: 'patternRepeat';
      readonly pattern: RowPattern;
      readonly min: number;
      /** null: without bound */
      readonly max: number | null;
      readonly reluctant: boolean;
      readonly span: Span;
    }
  | { readonly kind: 'patternExclude'; readonly pattern: RowPattern; readonly span: Span }
  | { readonly kind: 'patternStart'; readonly span: Span }
  | { readonly kind: 'patternEnd'; readonly span: Span };

/** `SUBSET u = (a, b)`. */
export interface PatternSubset {
  readonly kind: 'patternSubset';
  readonly name: Identifier;
  readonly variables: readonly Identifier[];
  readonly span: Span;
}

/** `DEFINE a AS condition`. */
export interface PatternDefinition {
  readonly kind: 'patternDefinition';
  readonly name: Identifier;
  readonly condition: Expression;
  readonly span: Span;
}

// --- Statements that are also tables -------------------------------------------------------------

/** What DESCRIBE, SUMMARIZE and COPY take. */
export type RelationTarget = TableName | TablePath | TableFunction | Query;

/** `DESCRIBE t | q`, `DESC`, and `DESCRIBE INPUT | OUTPUT p` for prepared statements. */
export interface DescribeStatement {
  readonly kind: 'describe';
  readonly target:
    | RelationTarget
    | { readonly kind: 'describeInput'; readonly name: Identifier; readonly span: Span }
    | { readonly kind: 'describeOutput'; readonly name: Identifier; readonly span: Span }
    | { readonly kind: 'describeFunction'; readonly name: QualifiedName; readonly span: Span };
  /** Spark's EXTENDED and FORMATTED. */
  readonly extended: boolean;
  readonly span: Span;
}

/** `SUMMARIZE t | q [STATS]`. */
export interface SummarizeStatement {
  readonly kind: 'summarize';
  readonly target: RelationTarget;
  readonly stats: boolean;
  readonly span: Span;
}

/** What a {@link ShowStatement} lists. */
export type ShowSubject =
  | 'tables'
  | 'allTables'
  | 'schemas'
  | 'catalogs'
  | 'columns'
  | 'functions'
  | 'views'
  | 'settings'
  | 'partitions'
  | 'createTable'
  | 'createView'
  | 'statistics'
  /** `SHOW name`: a setting, else a table to describe. */
  | 'name';

/**
 * `SHOW TABLES FROM s LIKE 'p%'` and its like. `name` is the schema of `FROM`/`IN`, the table of
 * COLUMNS, PARTITIONS, CREATE TABLE and statistics (`SHOW STATS FOR t`), or the name itself.
 */
export interface ShowStatement {
  readonly kind: 'show';
  readonly subject: ShowSubject;
  readonly name: QualifiedName | null;
  readonly like: string | null;
  readonly span: Span;
}

// --- Statements that change rows -----------------------------------------------------------------

/** `INSERT INTO …`, `INSERT OVERWRITE …`. */
export interface Insert {
  readonly kind: 'insert';
  readonly with: With | null;
  readonly table: QualifiedName;
  readonly alias: Identifier | null;
  readonly columns: readonly QualifiedName[];
  readonly byName: boolean;
  readonly overwrite: boolean;
  /** Spark's `PARTITION (c = 1, d)`. */
  readonly partition: readonly PartitionValue[];
  /** null: DEFAULT VALUES */
  readonly source: Query | null;
  /** INSERT OR REPLACE, INSERT OR IGNORE. */
  readonly orAction: 'replace' | 'ignore' | null;
  readonly onConflict: OnConflict | null;
  readonly returning: readonly SelectItem[];
  readonly span: Span;
}

/** `c = 1` or `c` of a PARTITION clause. */
export interface PartitionValue {
  readonly kind: 'partitionValue';
  readonly column: Identifier;
  readonly value: Expression | null;
  readonly span: Span;
}

/** `ON CONFLICT [(k, …) [WHERE p]] DO NOTHING | DO UPDATE SET … [WHERE p]`. */
export interface OnConflict {
  readonly kind: 'onConflict';
  readonly target: readonly Expression[];
  readonly targetWhere: Expression | null;
  /** null: DO NOTHING */
  readonly assignments: readonly Assignment[] | null;
  readonly where: Expression | null;
  readonly span: Span;
}

/** `a = e`, `s.a = e`, and `(a, b) = e` with several targets. */
export interface Assignment {
  readonly kind: 'assignment';
  readonly targets: readonly [QualifiedName, ...QualifiedName[]];
  /** Written with parentheses around the targets: the value is a row even for one target. */
  readonly row: boolean;
  readonly value: Expression;
  readonly span: Span;
}

/** `UPDATE t SET … [FROM …] [WHERE …] [RETURNING …]`. */
export interface Update {
  readonly kind: 'update';
  readonly with: With | null;
  readonly table: QualifiedName;
  readonly alias: Identifier | null;
  readonly assignments: readonly [Assignment, ...Assignment[]];
  readonly from: readonly TableReference[];
  readonly where: Expression | null;
  readonly returning: readonly SelectItem[];
  readonly span: Span;
}

/** `DELETE FROM t [USING …] [WHERE …] [RETURNING …]`. */
export interface Delete {
  readonly kind: 'delete';
  readonly with: With | null;
  readonly table: QualifiedName;
  readonly alias: Identifier | null;
  readonly using: readonly TableReference[];
  readonly where: Expression | null;
  readonly returning: readonly SelectItem[];
  readonly span: Span;
}

/** `MERGE INTO t USING s ON c WHEN …`. */
export interface Merge {
  readonly kind: 'merge';
  readonly with: With | null;
  readonly table: QualifiedName;
  readonly alias: Identifier | null;
  readonly source: TableReference;
  readonly constraint: JoinConstraint;
  readonly clauses: readonly [MergeClause, ...MergeClause[]];
  readonly returning: readonly SelectItem[];
  readonly span: Span;
}

/** One WHEN of a MERGE; the first that fits a row counts. */
export interface MergeClause {
  readonly kind: 'mergeClause';
  readonly match: 'matched' | 'notMatchedByTarget' | 'notMatchedBySource';
  readonly condition: Expression | null;
  readonly action: MergeAction;
  readonly span: Span;
}

/** What a {@link MergeClause} does. */
export type MergeAction =
  /** null: `UPDATE *`, `UPDATE SET *`: every column by name */
  | {
      readonly kind: 'mergeUpdate';
      readonly assignments: readonly Assignment[] | null;
      readonly span: Span;
    }
  /** null: `INSERT *`: every column by name */
  | {
      readonly kind: 'mergeInsert';
      readonly columns: readonly QualifiedName[];
      readonly values: readonly Expression[] | 'default' | null;
      readonly span: Span;
    }
  | { readonly kind: 'mergeDelete'; readonly span: Span }
  | { readonly kind: 'mergeDoNothing'; readonly span: Span }
  | { readonly kind: 'mergeError'; readonly message: Expression | null; readonly span: Span };
