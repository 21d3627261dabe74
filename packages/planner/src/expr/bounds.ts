import type { Expr, FunctionRegistry, Literal } from '@windrow/core';
import { compareLiterals } from './compare-literals.ts';
import { COMPARISON_FUNCTION, type ComparisonOperator, comparisonOf } from './comparison.ts';
import { tryMakeCall } from './make-call.ts';
import { exprKey } from './structure.ts';

/** What the conjuncts say about one expression: a range, or a set of values. */
interface Bounds {
  readonly subject: Expr;
  lower: Bound | undefined;
  upper: Bound | undefined;
  /** Conjuncts that were read, by index. */
  readonly sources: number[];
  equal: Literal | undefined;
  isEmpty: boolean;
}

interface Bound {
  readonly literal: Literal;
  readonly inclusive: boolean;
}

/** Types whose order is not that of their literals as the plan holds them. */
const isOrdered = (expr: Expr): boolean =>
  expr.type.kind !== 'enum' && expr.type.kind !== 'json' && expr.type.kind !== 'uuid';

function addBound(bounds: Bounds, operator: ComparisonOperator, literal: Literal): boolean {
  if (operator === '=') {
    const isOther =
      bounds.equal !== undefined && compareLiterals(bounds.equal.value, literal.value) !== 0;
    if (isOther) bounds.isEmpty = true;
    bounds.equal = literal;
    return true;
  }
  const inclusive = operator === '<=' || operator === '>=';
  const isUpper = operator === '<' || operator === '<=';
  const current = isUpper ? bounds.upper : bounds.lower;
  const next = { literal, inclusive };
  const order = current === undefined ? 0 : compareLiterals(literal.value, current.literal.value);
  if (order === undefined) return false;
  const isTighter =
    current === undefined ||
    (isUpper ? order < 0 : order > 0) ||
    (order === 0 && current.inclusive && !inclusive);
  if (isTighter && isUpper) bounds.upper = next;
  if (isTighter && !isUpper) bounds.lower = next;
  return true;
}

const satisfies = (value: Literal, bound: Bound | undefined, isUpper: boolean): boolean => {
  if (bound === undefined) return true;
  const order = compareLiterals(value.value, bound.literal.value) ?? 0;
  return order === 0 ? bound.inclusive : isUpper === order < 0;
};

function finish(bounds: Bounds): void {
  const { lower, upper, equal } = bounds;
  if (equal !== undefined) {
    if (!satisfies(equal, lower, false) || !satisfies(equal, upper, true)) bounds.isEmpty = true;
    return;
  }
  if (lower === undefined || upper === undefined) return;
  const order = compareLiterals(lower.literal.value, upper.literal.value) ?? -1;
  if (order > 0 || (order === 0 && !(lower.inclusive && upper.inclusive))) bounds.isEmpty = true;
}

/**
 * Comparisons of one expression with constants, reduced to the tightest: `x > 3 AND x >= 5` becomes
 * `x >= 5`. Undefined when no row can pass. Only for conditions that keep what is true: where `x` is
 * NULL, the answer may change from NULL to false.
 */
export function tightenBounds(
  conjuncts: readonly Expr[],
  functions: FunctionRegistry,
): readonly Expr[] | undefined {
  const bySubject = new Map<string, Bounds>();
  conjuncts.forEach((conjunct, index) => {
    const comparison = comparisonOf(conjunct);
    if (comparison === undefined || comparison.right.kind !== 'literal') return;
    const { left, right, operator } = comparison;
    if (operator === '<>' || left.kind === 'literal' || !isOrdered(left)) return;
    if (compareLiterals(right.value, right.value) === undefined) return;
    const key = exprKey(left);
    const bounds: Bounds = bySubject.get(key) ?? {
      subject: left,
      lower: undefined,
      upper: undefined,
      sources: [],
      equal: undefined,
      isEmpty: false,
    };
    bySubject.set(key, bounds);
    if (addBound(bounds, operator, right)) bounds.sources.push(index);
  });
  const replaced = new Map<number, readonly Expr[]>();
  for (const bounds of bySubject.values()) {
    finish(bounds);
    if (bounds.isEmpty) return undefined;
    const next = comparisonsOf(bounds, functions);
    if (next === undefined || next.length >= bounds.sources.length) continue;
    bounds.sources.forEach((index, i) => {
      replaced.set(index, i === 0 ? next : []);
    });
  }
  return replaced.size === 0 ? conjuncts : conjuncts.flatMap((c, i) => replaced.get(i) ?? [c]);
}

function comparisonsOf(bounds: Bounds, functions: FunctionRegistry): readonly Expr[] | undefined {
  const call = (operator: ComparisonOperator, literal: Literal): Expr | undefined =>
    tryMakeCall(functions, COMPARISON_FUNCTION[operator], [bounds.subject, literal]);
  const { lower, upper, equal } = bounds;
  const wanted =
    equal !== undefined
      ? [call('=', equal)]
      : [
          ...(lower === undefined ? [] : [call(lower.inclusive ? '>=' : '>', lower.literal)]),
          ...(upper === undefined ? [] : [call(upper.inclusive ? '<=' : '<', upper.literal)]),
        ];
  const found = wanted.filter((expr) => expr !== undefined);
  return found.length === wanted.length ? found : undefined;
}
