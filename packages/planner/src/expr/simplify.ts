import {
  BOOLEAN,
  type Call,
  type Conditional,
  type Expr,
  type FunctionRegistry,
  type LiteralValue,
  transformExpr,
  typesEqual,
} from '@windrow/core';
import { tightenBounds } from './bounds.ts';
import { argumentOf, COMPARISON_FUNCTION, comparisonOf, MIRRORED, NEGATED } from './comparison.ts';
import { foldToLiteral } from './fold.ts';
import { tryMakeCall } from './make-call.ts';
import {
  conjunction,
  conjunctsOf,
  disjunction,
  disjunctsOf,
  distinctExprs,
  exprKey,
  isLiteral,
  isTrue,
  literal,
  sameExpr,
} from './structure.ts';
import type { ExprTraits } from './traits.ts';
import { unwrapCast } from './unwrap-cast.ts';

export interface SimplifyContext {
  readonly functions: FunctionRegistry;
  readonly traits: ExprTraits;
  readonly evaluateConstant: (expr: Expr) => LiteralValue;
}

/** The same value for every row, NULL included, more cheaply. */
export const simplify = (expr: Expr, context: SimplifyContext): Expr =>
  transformExpr(expr, (node) => simplifyNode(node, context));

/** True for the same rows; where `expr` is false the answer may be NULL and the other way round. */
export const simplifyPredicate = (expr: Expr, context: SimplifyContext): Expr =>
  asPredicate(simplify(expr, context), context);

function simplifyNode(node: Expr, context: SimplifyContext): Expr {
  switch (node.kind) {
    case 'literal':
    case 'column':
      return node;
    case 'cast':
      if (typesEqual(node.input.type, node.type)) return node.input;
      return foldToLiteral(node, context) ?? node;
    case 'call':
      return foldToLiteral(node, context) ?? simplifyCall(node, context);
    case 'conditional':
      return simplifyConditional(node, context);
  }
}

function simplifyCall(call: Call, context: SimplifyContext): Expr {
  const propagates = context.functions.scalar(call.function)?.nulls === 'propagate';
  if (propagates && call.args.some((arg) => isLiteral(arg, null))) {
    const othersAreSafe = call.args.every((arg) => !context.traits.mayRaise(arg));
    if (othersAreSafe) return { kind: 'literal', value: null, type: call.type };
  }
  if (comparisonOf(call) !== undefined) return simplifyComparison(call, context);
  const [argument, second] = call.args;
  if (argument === undefined) return call;
  const isNullable = context.traits.isNullable(argument);
  const mayRaise = context.traits.mayRaise(argument);
  switch (call.function) {
    case 'not':
      return simplifyNot(call, argument, context);
    case 'is_null':
      return isNullable || mayRaise ? call : literal(false);
    case 'is_not_null':
      return isNullable || mayRaise ? call : literal(true);
    case 'is_true':
    case 'is_not_false':
      return isNullable ? call : argument;
    case 'is_not_distinct_from':
    case 'is_distinct_from':
      return second === undefined ? call : simplifyDistinct(call, argument, second, context);
    case 'in_list':
      return call.args.length === 2 && second !== undefined
        ? (tryMakeCall(context.functions, 'equal', [argument, second]) ?? call)
        : call;
    case 'like':
      return simplifyLike(call, context);
    default:
      return call;
  }
}

/** Constants go right, and casts off the column. */
function simplifyComparison(call: Call, context: SimplifyContext): Expr {
  const comparison = comparisonOf(call);
  if (comparison === undefined) return call;
  const { left, right, operator } = comparison;
  if (left.kind === 'literal' && right.kind !== 'literal') {
    const mirrored = COMPARISON_FUNCTION[MIRRORED[operator]];
    const next = tryMakeCall(context.functions, mirrored, [right, left]);
    return next === undefined ? call : simplifyComparison(next, context);
  }
  if (left.kind === 'cast' && right.kind === 'literal') {
    const unwrapped = unwrapCast(operator, left, right, context);
    if (unwrapped?.kind === 'call') return simplifyComparison(unwrapped, context);
  }
  return call;
}

function simplifyNot(call: Call, argument: Expr, context: SimplifyContext): Expr {
  const inner = argumentOf(argument, 'not');
  if (inner !== undefined) return inner;
  const comparison = comparisonOf(argument);
  if (comparison !== undefined) {
    const name = COMPARISON_FUNCTION[NEGATED[comparison.operator]];
    const args = [comparison.left, comparison.right];
    return tryMakeCall(context.functions, name, args) ?? call;
  }
  const opposite = argument.kind === 'call' ? OPPOSITES[argument.function] : undefined;
  if (argument.kind === 'call' && opposite !== undefined) {
    return tryMakeCall(context.functions, opposite, argument.args) ?? call;
  }
  if (argument.kind === 'conditional' && argument.operator !== 'case') {
    // De Morgan; both laws hold with NULL.
    const isAnd = argument.operator === 'and';
    if (!isAnd && argument.operator !== 'or') return call;
    const negated = argument.operands.map((operand) => {
      const not = tryMakeCall(context.functions, 'not', [operand]);
      return not === undefined ? undefined : simplifyNode(not, context);
    });
    const operands = negated.filter((operand) => operand !== undefined);
    if (operands.length < negated.length) return call;
    return simplifyNode({ ...argument, operator: isAnd ? 'or' : 'and', operands }, context);
  }
  return call;
}

const OPPOSITES: Readonly<Record<string, string>> = {
  is_null: 'is_not_null',
  is_not_null: 'is_null',
  is_true: 'is_not_true',
  is_not_true: 'is_true',
  is_false: 'is_not_false',
  is_not_false: 'is_false',
  is_distinct_from: 'is_not_distinct_from',
  is_not_distinct_from: 'is_distinct_from',
};

function simplifyDistinct(call: Call, a: Expr, b: Expr, context: SimplifyContext): Expr {
  const isSame = call.function === 'is_not_distinct_from';
  const nullSide = isLiteral(a, null) ? b : isLiteral(b, null) ? a : undefined;
  if (nullSide !== undefined) {
    const name = isSame ? 'is_null' : 'is_not_null';
    return tryMakeCall(context.functions, name, [nullSide]) ?? call;
  }
  if (context.traits.isNullable(a) || context.traits.isNullable(b)) return call;
  const next = tryMakeCall(context.functions, isSame ? 'equal' : 'not_equal', [a, b]);
  return next === undefined ? call : simplifyComparison(next, context);
}

/** A pattern without wildcards is an equality. */
function simplifyLike(call: Call, context: SimplifyContext): Expr {
  const [subject, pattern] = call.args;
  if (subject === undefined || pattern?.kind !== 'literal') return call;
  if (typeof pattern.value !== 'string' || /[%_\\]/.test(pattern.value)) return call;
  return tryMakeCall(context.functions, 'equal', [subject, pattern]) ?? call;
}

function simplifyConditional(node: Conditional, context: SimplifyContext): Expr {
  switch (node.operator) {
    case 'and':
      return simplifyAnd(node);
    case 'or':
      return simplifyOr(node, context);
    case 'case':
      return simplifyCase(node);
    case 'coalesce':
      return simplifyCoalesce(node, context);
  }
}

function simplifyAnd(node: Conditional): Expr {
  const operands = distinctExprs(conjunctsOf(node));
  if (operands.some((operand) => isLiteral(operand, false))) return literal(false);
  return same(node, operands) ? node : conjunction(operands);
}

const same = (node: Conditional, operands: readonly Expr[]): boolean =>
  operands.length > 1 &&
  operands.length === node.operands.length &&
  operands.every((operand, i) => operand === node.operands[i]);

function simplifyOr(node: Conditional, context: SimplifyContext): Expr {
  const flat = distinctExprs(disjunctsOf(node)).filter((operand) => !isLiteral(operand, false));
  if (flat.some(isTrue)) return literal(true);
  const operands = mergeEqualities(flat, context);
  const factored = factorCommon(operands);
  if (factored !== undefined) return factored;
  return same(node, operands) ? node : disjunction(operands);
}

/** `x = 1 OR x = 2 OR x IN (3, 4)` becomes `x IN (1, 2, 3, 4)`. */
function mergeEqualities(operands: readonly Expr[], context: SimplifyContext): readonly Expr[] {
  const bySubject = new Map<string, { first: number; args: Expr[]; from: number[] }>();
  operands.forEach((operand, index) => {
    if (operand.kind !== 'call') return;
    const [subject, ...values] = operand.args;
    const isSet = operand.function === 'equal' || operand.function === 'in_list';
    if (!isSet || subject === undefined || subject.kind === 'literal') return;
    if (!values.every((value) => value.kind === 'literal')) return;
    if (context.traits.isVolatile(subject)) return;
    const key = exprKey(subject);
    const entry = bySubject.get(key) ?? { first: index, args: [subject], from: [] };
    entry.args.push(...values);
    entry.from.push(index);
    bySubject.set(key, entry);
  });
  const next: (Expr | undefined)[] = [...operands];
  let changed = false;
  for (const { first, args, from } of bySubject.values()) {
    if (from.length < 2) continue;
    const merged = tryMakeCall(context.functions, 'in_list', distinctExprs(args));
    if (merged === undefined) continue;
    for (const index of from) next[index] = undefined;
    next[first] = merged;
    changed = true;
  }
  return changed ? next.filter((operand) => operand !== undefined) : operands;
}

/** `(a AND b) OR (a AND c)` becomes `a AND (b OR c)`; undefined when nothing is common. */
function factorCommon(operands: readonly Expr[]): Expr | undefined {
  if (operands.length < 2) return undefined;
  const branches = operands.map(conjunctsOf);
  const [first, ...others] = branches;
  const common = (first ?? []).filter((conjunct) =>
    others.every((branch) => branch.some((other) => sameExpr(other, conjunct))),
  );
  if (common.length === 0) return undefined;
  const isCommon = (conjunct: Expr): boolean => common.some((other) => sameExpr(other, conjunct));
  const rests = branches.map((branch) => branch.filter((conjunct) => !isCommon(conjunct)));
  // One branch is the common part alone, and absorbs the others.
  if (rests.some((rest) => rest.length === 0)) return conjunction(common);
  return conjunction([...common, disjunction(rests.map(conjunction))]);
}

function simplifyCase(node: Conditional): Expr {
  const operands: Expr[] = [];
  let otherwise = node.operands.at(-1);
  for (let i = 0; i + 1 < node.operands.length; i += 2) {
    const [when, then] = [node.operands[i], node.operands[i + 1]];
    if (when === undefined || then === undefined) break;
    if (isLiteral(when, false) || isLiteral(when, null)) continue;
    if (isTrue(when)) {
      otherwise = then;
      break;
    }
    operands.push(when, then);
  }
  if (otherwise === undefined || operands.length + 1 === node.operands.length) return node;
  return operands.length === 0 ? otherwise : { ...node, operands: [...operands, otherwise] };
}

function simplifyCoalesce(node: Conditional, context: SimplifyContext): Expr {
  const operands: Expr[] = [];
  for (const operand of node.operands) {
    if (isLiteral(operand, null)) continue;
    operands.push(operand);
    if (!context.traits.isNullable(operand)) break;
  }
  const [first] = operands;
  if (first === undefined) return { kind: 'literal', value: null, type: node.type };
  if (operands.length === 1) return first;
  return operands.length === node.operands.length ? node : { ...node, operands };
}

/** What only matters where the whole is true: NULL counts as false, and wrappers against NULL go. */
function asPredicate(expr: Expr, context: SimplifyContext): Expr {
  if (isLiteral(expr, null)) return literal(false);
  const wrapped = argumentOf(expr, 'is_true');
  if (wrapped !== undefined) return asPredicate(wrapped, context);
  if (expr.kind === 'conditional' && expr.operator === 'and') {
    return predicateAnd(expr, context);
  }
  if (expr.kind === 'conditional' && expr.operator === 'or') {
    const operands = expr.operands.map((operand) => asPredicate(operand, context));
    if (operands.every((operand, i) => operand === expr.operands[i])) return expr;
    return simplifyOr({ ...expr, operands }, context);
  }
  if (expr.kind === 'call' && expr.function === 'in_list') {
    const args = expr.args.filter((arg, i) => i === 0 || !isLiteral(arg, null));
    if (args.length === expr.args.length) return expr;
    if (args.length === 1) return literal(false);
    const next = tryMakeCall(context.functions, args.length === 2 ? 'equal' : 'in_list', args);
    return next ?? expr;
  }
  return expr;
}

function predicateAnd(expr: Conditional, context: SimplifyContext): Expr {
  const operands = expr.operands.map((operand) => asPredicate(operand, context));
  const flat = distinctExprs(conjunctsOf({ ...expr, operands, type: BOOLEAN }));
  if (flat.some((operand) => isLiteral(operand, false))) return literal(false);
  const tight = tightenBounds(flat, context.functions);
  if (tight === undefined) return literal(false);
  return same(expr, tight) ? expr : conjunction(tight);
}
