import { BOOLEAN, type Expr, type Span } from '@windrow/core';
import type {
  Between,
  BinaryExpression,
  BinaryOperator,
  CaseExpression,
  ComparisonOperator,
  DistinctFrom,
  Expression,
  InList,
  LikeExpression,
  LikeOperator,
  LogicalExpression,
  RowExpression,
  TruthTest,
  UnaryExpression,
} from '@windrow/parser';
import { conjunction, disjunction } from '../expr/structure.ts';
import { asCondition, type Binder, callScalar } from './binder.ts';
import { bindCollated, collate, commonCollation } from './collate.ts';
import { isNullLiteral, unify } from './convert.ts';
import { bindError, typeError, unsupported } from './errors.ts';
import { bindNumber, nullLiteral, textLiteral } from './literal.ts';
import type { ExpressionScope } from './scope.ts';

const COMPARISONS: Readonly<Record<ComparisonOperator, string>> = {
  '=': 'equal',
  '<>': 'not_equal',
  '<': 'less',
  '<=': 'less_equal',
  '>': 'greater',
  '>=': 'greater_equal',
};

const isComparison = (operator: string): operator is ComparisonOperator => operator in COMPARISONS;

/** Functions of the operators that take their operands as they stand; comparisons come apart. */
const BINARY: Readonly<Record<Exclude<BinaryOperator, ComparisonOperator>, BinaryForm>> = {
  '+': { function: 'add' },
  '-': { function: 'subtract' },
  '*': { function: 'multiply' },
  '/': { function: 'divide' },
  '//': { function: 'integer_divide' },
  '%': { function: 'modulo' },
  power: { function: 'power' },
  '||': { function: 'concat_operator' },
  '->': { function: 'json_extract' },
  '->>': { function: 'json_extract_string' },
  '<<': { function: 'shift_left' },
  '>>': { function: 'shift_right' },
  '&': { function: 'bitwise_and' },
  '|': { function: 'bitwise_or' },
  bitXor: { function: 'bitwise_xor' },
  '@>': { function: 'list_has_all' },
  '<@': { function: 'list_has_all', swapped: true },
  '&&': { function: 'list_has_any' },
  '~': { function: 'regexp_matches' },
  '~*': { function: 'regexp_matches', flags: 'i' },
  '!~': { function: 'regexp_matches', negated: true },
  '!~*': { function: 'regexp_matches', flags: 'i', negated: true },
  '^@': { function: 'starts_with' },
};

interface BinaryForm {
  readonly function: string;
  readonly swapped?: boolean;
  readonly negated?: boolean;
  readonly flags?: string;
}

export const negate = (binder: Binder, expr: Expr, span: Span): Expr =>
  callScalar(binder, 'not', [expr], span);

const negatedIf = (binder: Binder, negated: boolean, expr: Expr, span: Span): Expr =>
  negated ? negate(binder, expr, span) : expr;

/** A comparison of two values brought to a common type. @throws SqlError `type` 42804 */
export function compare(
  binder: Binder,
  operator: ComparisonOperator,
  left: Expr,
  right: Expr,
  span: Span,
): Expr {
  return callScalar(binder, COMPARISONS[operator], comparable(binder, [left, right]), span);
}

const comparable = (binder: Binder, exprs: readonly Expr[]): readonly Expr[] =>
  unify(exprs, 'compare', binder.dialect, 'operands of a comparison');

/** Operands of a comparison, of one type and under one collation. */
function bindOperands(
  binder: Binder,
  nodes: readonly Expression[],
  scope: ExpressionScope,
): readonly Expr[] {
  const operands = nodes.map((node) => bindCollated(binder, node, scope));
  const collation = commonCollation(operands);
  const exprs = comparable(
    binder,
    operands.map((operand) => operand.expr),
  );
  return collation === undefined ? exprs : exprs.map((expr) => collate(binder, expr, collation));
}

export function bindBinary(binder: Binder, node: BinaryExpression, scope: ExpressionScope): Expr {
  const { operator, span } = node;
  if (isComparison(operator)) {
    if (node.left.kind === 'row' && node.right.kind === 'row')
      return compareRows(binder, operator, node.left, node.right, span, scope);
    const operands = bindOperands(binder, [node.left, node.right], scope);
    return callScalar(binder, COMPARISONS[operator], operands, span);
  }
  const left = binder.expression(node.left, scope);
  const right = binder.expression(node.right, scope);
  const form = BINARY[operator];
  const operands = form.swapped === true ? [right, left] : [left, right];
  if (form.flags !== undefined) operands.push(textLiteral(form.flags, span));
  return negatedIf(
    binder,
    form.negated === true,
    callScalar(binder, form.function, operands, span),
    span,
  );
}

/** Rows compare field by field, NULL equal to NULL and greater than everything else. */
function compareRows(
  binder: Binder,
  operator: ComparisonOperator,
  left: RowExpression,
  right: RowExpression,
  span: Span,
  scope: ExpressionScope,
): Expr {
  if (left.items.length !== right.items.length) {
    throw typeError(
      `a row of ${left.items.length} and a row of ${right.items.length} values cannot be compared`,
      span,
    );
  }
  const pairs = left.items.map((item, i): readonly Expr[] => {
    const other = right.items[i] ?? item;
    return comparable(binder, [binder.expression(item, scope), binder.expression(other, scope)]);
  });
  const call = (name: string, args: readonly Expr[]): Expr => callScalar(binder, name, args, span);
  const same = (pair: readonly Expr[]): Expr => call('is_not_distinct_from', pair);
  if (operator === '=') return conjunction(pairs.map(same));
  if (operator === '<>') return call('not', [conjunction(pairs.map(same))]);
  const isLess = operator === '<' || operator === '<=';
  const before = (pair: readonly Expr[]): Expr => {
    const [low, high] = isLess ? [pair[0], pair[1]] : [pair[1], pair[0]];
    if (low === undefined || high === undefined) return nullLiteral(span, BOOLEAN);
    const byNulls = conjunction([call('is_not_null', [low]), call('is_null', [high])]);
    return {
      kind: 'conditional',
      operator: 'coalesce',
      operands: [call('less', [low, high]), byNulls],
      type: BOOLEAN,
      span,
    };
  };
  const ways = pairs.map((pair, i) => conjunction([...pairs.slice(0, i).map(same), before(pair)]));
  const orEqual = operator === '<=' || operator === '>=';
  return disjunction(orEqual ? [...ways, conjunction(pairs.map(same))] : ways);
}

export function bindUnary(binder: Binder, node: UnaryExpression, scope: ExpressionScope): Expr {
  const { operator, operand, span } = node;
  if (operator === '-' && operand.kind === 'numberLiteral') return bindNumber(operand, true, span);
  const value = binder.expression(operand, scope);
  switch (operator) {
    case '+':
      // `+x` is x; what cannot be negated is no number and gets the same error.
      callScalar(binder, 'negate', [value], span);
      return value;
    case '-':
      return callScalar(binder, 'negate', [value], span);
    case '~':
      return callScalar(binder, 'bitwise_not', [value], span);
    case 'not':
      return negate(binder, asCondition(binder, value, 'the operand of NOT', operand.span), span);
    case '@':
      return callScalar(binder, 'abs', [value], span);
    case 'factorial':
      return callScalar(binder, 'factorial', [value], span);
  }
}

export function bindLogical(binder: Binder, node: LogicalExpression, scope: ExpressionScope): Expr {
  const { operator, span } = node;
  const what = `an operand of ${operator.toUpperCase()}`;
  const operands = node.operands.map((operand) =>
    asCondition(binder, binder.expression(operand, scope), what, operand.span),
  );
  return { kind: 'conditional', operator, operands, type: BOOLEAN, span };
}

export function bindDistinctFrom(binder: Binder, node: DistinctFrom, scope: ExpressionScope): Expr {
  const operands = bindOperands(binder, [node.left, node.right], scope);
  const name = node.negated ? 'is_not_distinct_from' : 'is_distinct_from';
  return callScalar(binder, name, operands, node.span);
}

export function bindTruthTest(binder: Binder, node: TruthTest, scope: ExpressionScope): Expr {
  const value = binder.expression(node.operand, scope);
  const { test, negated, span } = node;
  if (test === 'null')
    return callScalar(binder, negated ? 'is_not_null' : 'is_null', [value], span);
  if (test === 'nan')
    return negatedIf(binder, negated, callScalar(binder, 'is_nan', [value], span), span);
  const what = `the operand of IS ${test.toUpperCase()}`;
  const condition = asCondition(binder, value, what, node.operand.span);
  if (test === 'unknown')
    return callScalar(binder, negated ? 'is_not_null' : 'is_null', [condition], span);
  return callScalar(binder, `is_${negated ? 'not_' : ''}${test}`, [condition], span);
}

export function bindBetween(binder: Binder, node: Between, scope: ExpressionScope): Expr {
  const { span } = node;
  const operands = bindOperands(binder, [node.operand, node.low, node.high], scope);
  const [operand, low, high] = operands as readonly [Expr, Expr, Expr];
  const within = (from: Expr, to: Expr): Expr =>
    conjunction([
      callScalar(binder, 'greater_equal', [operand, from], span),
      callScalar(binder, 'less_equal', [operand, to], span),
    ]);
  const inside = node.symmetric
    ? disjunction([within(low, high), within(high, low)])
    : within(low, high);
  return negatedIf(binder, node.negated, inside, span);
}

export function bindInList(binder: Binder, node: InList, scope: ExpressionScope): Expr {
  const { span, operand } = node;
  if (operand.kind === 'row') {
    const matches = node.items.map((item) => {
      if (item.kind !== 'row')
        throw typeError('a row is compared with rows: (a, b) IN ((1, 2), …)', item.span);
      return compareRows(binder, '=', operand, item, span, scope);
    });
    return negatedIf(binder, node.negated, disjunction(matches), span);
  }
  const operands = bindOperands(binder, [operand, ...node.items], scope);
  const [value, ...items] = operands as readonly [Expr, ...Expr[]];
  return negatedIf(binder, node.negated, membership(binder, value, items, span), span);
}

/** `value = item` for any of the items, all of one type. */
function membership(binder: Binder, value: Expr, items: readonly Expr[], span: Span): Expr {
  const areConstants = items.every((item) => isConstant(binder, item));
  if (items.length > 1 && areConstants)
    return callScalar(binder, 'in_list', [value, ...items], span);
  return disjunction(items.map((item) => callScalar(binder, 'equal', [value, item], span)));
}

function isConstant(binder: Binder, expr: Expr): boolean {
  switch (expr.kind) {
    case 'literal':
      return true;
    case 'column':
      return false;
    case 'cast':
      return isConstant(binder, expr.input);
    case 'conditional':
      return expr.operands.every((operand) => isConstant(binder, operand));
    case 'call':
      return !binder.traits.isVolatile(expr) && expr.args.every((arg) => isConstant(binder, arg));
  }
}

const PATTERNS: Readonly<Record<LikeOperator, { plain: string; escape: string | undefined }>> = {
  like: { plain: 'like', escape: 'like_escape' },
  ilike: { plain: 'ilike', escape: 'ilike_escape' },
  glob: { plain: 'glob', escape: undefined },
  similar: { plain: 'similar_to', escape: undefined },
  regex: { plain: 'regexp_matches', escape: undefined },
};

export function bindLike(binder: Binder, node: LikeExpression, scope: ExpressionScope): Expr {
  const { span, operator, quantifier } = node;
  const value = binder.expression(node.operand, scope);
  const names = PATTERNS[operator];
  const escapeChar = node.escape === null ? undefined : binder.expression(node.escape, scope);
  if (escapeChar !== undefined && names.escape === undefined) {
    throw unsupported(
      `ESCAPE with ${operator.toUpperCase()}`,
      node.escape?.span ?? span,
      'Use LIKE, or put the character in brackets.',
    );
  }
  const match = (pattern: Expression): Expr => {
    const bound = binder.expression(pattern, scope);
    const call =
      escapeChar === undefined || names.escape === undefined
        ? callScalar(binder, names.plain, [value, bound], span)
        : callScalar(binder, names.escape, [value, bound, escapeChar], span);
    return negatedIf(binder, node.negated, call, span);
  };
  const [only] = node.patterns;
  if (quantifier === null) return match(only);
  if (node.patterns.length === 1 && only.kind === 'scalarSubquery') {
    throw unsupported(
      `a subquery in LIKE ${quantifier.toUpperCase()}`,
      only.span,
      'Use EXISTS (SELECT … WHERE x LIKE pattern).',
    );
  }
  const matches = node.patterns.map(match);
  return quantifier === 'any' ? disjunction(matches) : conjunction(matches);
}

export function bindCase(binder: Binder, node: CaseExpression, scope: ExpressionScope): Expr {
  const { span } = node;
  const operand = node.operand === null ? undefined : binder.expression(node.operand, scope);
  const conditions = node.branches.map(({ when }) => {
    const bound = binder.expression(when, scope);
    return operand === undefined
      ? asCondition(binder, bound, 'the condition of WHEN', when.span)
      : compare(binder, '=', operand, bound, when.span);
  });
  const values = node.branches.map(({ then }) => binder.expression(then, scope));
  values.push(
    node.otherwise === null ? nullLiteral(span) : binder.expression(node.otherwise, scope),
  );
  return caseOf(binder, conditions, values, span);
}

/** CASE over bound parts; `values` has one more element, the ELSE. */
export function caseOf(
  binder: Binder,
  conditions: readonly Expr[],
  values: readonly Expr[],
  span: Span,
): Expr {
  const unified = unify(values, 'result', binder.dialect, 'branches of CASE');
  const operands = unified.flatMap((value, i) => {
    const condition = conditions[i];
    return condition === undefined ? [value] : [condition, value];
  });
  const type = unified[0]?.type ?? values[0]?.type;
  if (type === undefined) throw bindError('42601', 'CASE needs a branch', span);
  return { kind: 'conditional', operator: 'case', operands, type, span };
}

/** COALESCE over bound parts: the lazy form, of one type. */
export function coalesceOf(binder: Binder, values: readonly Expr[], span: Span): Expr {
  const unified = unify(values, 'result', binder.dialect, 'arguments of COALESCE');
  const [first] = unified;
  if (first === undefined) throw bindError('42883', 'COALESCE needs an argument', span);
  if (unified.length === 1 || unified.every(isNullLiteral)) return first;
  return { kind: 'conditional', operator: 'coalesce', operands: unified, type: first.type, span };
}
