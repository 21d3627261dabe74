import { type Call, type ColumnId, type Conditional, type Expr, unreachable } from '@windrow/core';
import {
  type ComparisonCall,
  type ComparisonOperator,
  comparisonOf,
  MIRRORED,
} from '../expr/comparison.ts';
import { conjunctsOf } from '../expr/structure.ts';
import {
  type ColumnEstimate,
  type PlanEstimate,
  unknownColumn,
  withRows,
} from './column-estimate.ts';
import { scaleOf } from './scale.ts';

/*
 * How many rows a predicate keeps. Values are taken to be uniform between min and max, equality keeps one
 * value in `distinct`, and conjuncts are independent, except that ranges of one column are intersected.
 * Where nothing is known, these shares are assumed.
 */
const UNKNOWN_RANGE = 1 / 3;
const UNKNOWN_PATTERN = 0.1;
const UNKNOWN_PREDICATE = 1 / 3;
/** Share of NULL when nobody has counted. */
const UNKNOWN_NULL = 0.02;

/** Distinct values of a function's result that nothing more is known of. */
const UNKNOWN_FUNCTION_DISTINCT = 200;

const DAYS_PER: Readonly<Record<string, number>> = {
  year: 365.25,
  quarter: 91.3,
  month: 30.4,
  week: 7,
  day: 1,
};

const shareBelow = (column: ColumnEstimate, value: number | undefined): number | undefined => {
  if (value === undefined || column.min === undefined || column.max === undefined) return undefined;
  if (column.max === column.min) return value > column.min ? 1 : value < column.min ? 0 : 0.5;
  return Math.min(1, Math.max(0, (value - column.min) / (column.max - column.min)));
};

/** What an expression's values look like over the rows of `input`. */
export function estimateExpr(expr: Expr, input: PlanEstimate): ColumnEstimate {
  switch (expr.kind) {
    case 'column':
      return input.columns.get(expr.id) ?? unknownColumn(expr.type, input.rows);
    case 'literal': {
      const at = scaleOf(expr.value, expr.type);
      const nullFraction = expr.value === null ? 1 : 0;
      const bytes = unknownColumn(expr.type, 1).bytes;
      return { distinct: 1, domain: 1, min: at, max: at, nullFraction, bytes };
    }
    case 'cast':
      return { ...estimateExpr(expr.input, input), bytes: unknownColumn(expr.type, 1).bytes };
    case 'call':
      return estimateCall(expr, input);
    case 'conditional':
      return estimateCombined(expr, expr.operands, input);
    default:
      return unreachable(expr);
  }
}

function estimateCombined(expr: Expr, parts: readonly Expr[], input: PlanEstimate): ColumnEstimate {
  let distinct = 1;
  let present = 1;
  for (const part of parts) {
    const estimate = estimateExpr(part, input);
    distinct *= estimate.distinct;
    present *= 1 - estimate.nullFraction;
  }
  if (expr.type.kind === 'boolean') distinct = Math.min(2, distinct);
  distinct = Math.max(1, Math.min(distinct, input.rows));
  const unknown = unknownColumn(expr.type, input.rows);
  return { ...unknown, distinct, domain: distinct, nullFraction: 1 - present };
}

const ARITHMETIC: ReadonlySet<string> = new Set([
  'add',
  'subtract',
  'multiply',
  'divide',
  'negate',
  'concat_operator',
]);

function estimateCall(call: Call, input: PlanEstimate): ColumnEstimate {
  const combined = estimateCombined(call, call.args, input);
  if (ARITHMETIC.has(call.function)) return combined;
  const distinct =
    calendarDistinct(call, input) ?? Math.min(combined.distinct, UNKNOWN_FUNCTION_DISTINCT);
  return { ...combined, distinct, domain: distinct };
}

/** `date_part('year', d)` and `year(d)` have as many values as the range of `d` has years. */
function calendarDistinct(call: Call, input: PlanEstimate): number | undefined {
  const [first, second] = call.args;
  const isPart = call.function === 'date_part' || call.function === 'date_trunc';
  const part = isPart && first?.kind === 'literal' ? String(first.value) : call.function;
  const days = DAYS_PER[part];
  const argument = isPart ? second : first;
  if (days === undefined || argument === undefined) return undefined;
  const { min, max } = estimateExpr(argument, input);
  if (min === undefined || max === undefined) return undefined;
  const count = Math.ceil((max - min) / days) + 1;
  const cycle = { quarter: 4, month: 12, week: 53, day: 31 }[part];
  return call.function === 'date_trunc' || cycle === undefined ? count : Math.min(count, cycle);
}

/** Share of the rows of `input` for which the predicate is true, 0 … 1. */
export function selectivity(predicate: Expr, input: PlanEstimate): number {
  const kept = applyPredicate(predicate, input).rows;
  return input.rows > 0 ? Math.min(1, kept / input.rows) : 1;
}

/** The rows for which the predicate is true; columns compared with constants get their new range. */
export function applyPredicate(predicate: Expr, input: PlanEstimate): PlanEstimate {
  let current = input;
  for (const conjunct of conjunctsOf(predicate)) current = applyConjunct(conjunct, current);
  return current;
}

function applyConjunct(conjunct: Expr, input: PlanEstimate): PlanEstimate {
  const comparison = comparisonOf(conjunct);
  if (comparison !== undefined) return applyComparison(comparison, input);
  if (conjunct.kind === 'call' && conjunct.function === 'in_list') {
    const [first, ...values] = conjunct.args;
    if (first !== undefined) return applyIn(first, values, input);
  }
  return withRows(input, input.rows * shareOf(conjunct, input));
}

function applyComparison(comparison: ComparisonCall, input: PlanEstimate): PlanEstimate {
  const { operator, left, right } = comparison;
  if (left.kind === 'literal' && right.kind !== 'literal') {
    return applyConstant(MIRRORED[operator], right, left, input);
  }
  if (right.kind === 'literal') return applyConstant(operator, left, right, input);
  const share = shareOfColumns(operator, estimateExpr(left, input), estimateExpr(right, input));
  return withRows(input, input.rows * share);
}

function shareOfColumns(
  comparison: ComparisonOperator,
  a: ColumnEstimate,
  b: ColumnEstimate,
): number {
  const present = (1 - a.nullFraction) * (1 - b.nullFraction);
  const equal = 1 / Math.max(a.domain, b.domain, 1);
  if (comparison === '=') return present * equal;
  if (comparison === '<>') return present * (1 - equal);
  return present * UNKNOWN_RANGE;
}

function applyConstant(
  comparison: ComparisonOperator,
  expr: Expr,
  constant: Expr & { kind: 'literal' },
  input: PlanEstimate,
): PlanEstimate {
  if (constant.value === null) return withRows(input, 0);
  const column = estimateExpr(expr, input);
  const value = scaleOf(constant.value, constant.type);
  const narrowed = narrow(comparison, column, value);
  const present = 1 - column.nullFraction;
  const after = withRows(input, input.rows * present * narrowed.share);
  const id = columnUnder(expr);
  if (id === undefined || narrowed.share === 1) return after;
  const columns = new Map(after.columns);
  columns.set(id, { ...column, ...narrowed.column, nullFraction: 0 });
  return { ...after, columns };
}

/** A column compared through casts keeps its place on the scale, so its range narrows all the same. */
const columnUnder = (expr: Expr): ColumnId | undefined => {
  if (expr.kind === 'column') return expr.id;
  return expr.kind === 'cast' ? columnUnder(expr.input) : undefined;
};

interface Narrowed {
  readonly share: number;
  readonly column: Partial<ColumnEstimate>;
}

function narrow(
  comparison: ComparisonOperator,
  column: ColumnEstimate,
  value: number | undefined,
): Narrowed {
  const { min, max, distinct, domain } = column;
  switch (comparison) {
    case '=': {
      const outside =
        value !== undefined &&
        min !== undefined &&
        max !== undefined &&
        (value < min || value > max);
      const at = value === undefined ? {} : { min: value, max: value };
      return { share: outside ? 0 : 1 / distinct, column: { distinct: 1, domain: 1, ...at } };
    }
    case '<>':
      return {
        share: distinct <= 1 ? UNKNOWN_RANGE : 1 - 1 / distinct,
        column: { distinct: Math.max(1, distinct - 1), domain: Math.max(1, domain - 1) },
      };
    case '<':
    case '<=': {
      const below = shareBelow(column, value);
      const share =
        below === undefined ? UNKNOWN_RANGE : atLeastOneValue(below, comparison, column);
      const bound = value === undefined || max === undefined ? max : Math.min(max, value);
      return { share, column: { ...scaled(column, share), max: bound } };
    }
    case '>':
    case '>=': {
      const below = shareBelow(column, value);
      const share =
        below === undefined ? UNKNOWN_RANGE : atLeastOneValue(1 - below, comparison, column);
      const bound = value === undefined || min === undefined ? min : Math.max(min, value);
      return { share, column: { ...scaled(column, share), min: bound } };
    }
    default:
      return unreachable(comparison);
  }
}

/** An inclusive bound inside the range keeps one value at least. */
function atLeastOneValue(
  share: number,
  comparison: ComparisonOperator,
  column: ColumnEstimate,
): number {
  const inclusive = comparison === '<=' || comparison === '>=';
  return inclusive ? Math.min(1, Math.max(share, 1 / column.distinct)) : share;
}

const scaled = (column: ColumnEstimate, share: number): Partial<ColumnEstimate> => ({
  distinct: Math.max(1, column.distinct * share),
  domain: Math.max(1, column.domain * share),
});

function applyIn(expr: Expr, values: readonly Expr[], input: PlanEstimate): PlanEstimate {
  const column = estimateExpr(expr, input);
  const places = values.map((v) => (v.kind === 'literal' ? scaleOf(v.value, v.type) : undefined));
  const inside = places.filter(
    (at) =>
      at === undefined ||
      ((column.min === undefined || at >= column.min) &&
        (column.max === undefined || at <= column.max)),
  );
  const share = Math.min(1, inside.length / column.distinct);
  const after = withRows(input, input.rows * (1 - column.nullFraction) * share);
  const id = columnUnder(expr);
  if (id === undefined) return after;
  const count = Math.max(1, Math.min(inside.length, column.distinct));
  const known = places.every((at) => at !== undefined) && places.length > 0;
  const range = known
    ? { min: Math.min(...(inside as number[])), max: Math.max(...(inside as number[])) }
    : {};
  const columns = new Map(after.columns);
  columns.set(id, {
    ...column,
    ...(inside.length > 0 ? range : {}),
    distinct: count,
    domain: Math.max(1, Math.min(count, column.domain)),
    nullFraction: 0,
  });
  return { ...after, columns };
}

/** Share of rows for which a predicate without a range is true. */
function shareOf(predicate: Expr, input: PlanEstimate): number {
  switch (predicate.kind) {
    case 'literal':
      return predicate.value === true ? 1 : 0;
    case 'column':
      return (1 - estimateExpr(predicate, input).nullFraction) / 2;
    case 'cast':
      return UNKNOWN_PREDICATE;
    case 'call':
      return shareOfCall(predicate, input);
    case 'conditional':
      return shareOfConditional(predicate, input);
    default:
      return unreachable(predicate);
  }
}

function shareOfConditional(predicate: Conditional, input: PlanEstimate): number {
  if (predicate.operator === 'and') return selectivity(predicate, input);
  if (predicate.operator !== 'or') return UNKNOWN_PREDICATE;
  let missed = 1;
  for (const operand of predicate.operands) missed *= 1 - selectivity(operand, input);
  return 1 - missed;
}

function shareOfCall(call: Call, input: PlanEstimate): number {
  const [first, second] = call.args;
  const operand = first === undefined ? undefined : estimateExpr(first, input);
  const nulls = operand === undefined ? UNKNOWN_NULL : operand.nullFraction;
  switch (call.function) {
    case 'not':
      return first === undefined ? UNKNOWN_PREDICATE : shareOfNot(first, input);
    case 'is_true':
      return first === undefined ? UNKNOWN_PREDICATE : selectivity(first, input);
    case 'is_not_false':
      return first === undefined ? UNKNOWN_PREDICATE : selectivity(first, input) + nulls;
    case 'is_false':
      return first === undefined ? UNKNOWN_PREDICATE : shareOfNot(first, input);
    case 'is_not_true':
      return first === undefined ? UNKNOWN_PREDICATE : 1 - selectivity(first, input);
    case 'is_null':
      return nulls;
    case 'is_not_null':
      return 1 - nulls;
    case 'like':
    case 'like_escape':
    case 'ilike':
    case 'ilike_escape':
    case 'glob':
    case 'similar_to':
    case 'contains':
    case 'starts_with':
    case 'ends_with':
    case 'regexp_matches':
    case 'regexp_full_match':
      return UNKNOWN_PATTERN * (1 - nulls);
    case 'is_not_distinct_from':
      return first === undefined || second === undefined
        ? UNKNOWN_PREDICATE
        : shareOfColumns('=', estimateExpr(first, input), estimateExpr(second, input));
    case 'is_distinct_from':
      return first === undefined || second === undefined
        ? UNKNOWN_PREDICATE
        : shareOfColumns('<>', estimateExpr(first, input), estimateExpr(second, input));
    default:
      return comparisonOf(call) !== undefined || call.function === 'in_list'
        ? selectivity(call, input)
        : UNKNOWN_PREDICATE;
  }
}

/** NOT keeps what is false, not what is NULL. */
function shareOfNot(negated: Expr, input: PlanEstimate): number {
  const [first] = negated.kind === 'call' ? negated.args : [];
  const nulls = first === undefined ? 0 : estimateExpr(first, input).nullFraction;
  return Math.max(0, 1 - nulls - selectivity(negated, input));
}

/** Distinct combinations of several expressions among the rows, as if they were independent. */
export function distinctCombinations(exprs: readonly Expr[], input: PlanEstimate): number {
  let combinations = 1;
  for (const expr of exprs) {
    const column = estimateExpr(expr, input);
    combinations *= column.distinct + (column.nullFraction > 0 ? 1 : 0);
    if (combinations >= input.rows) break;
  }
  return Math.max(1, Math.min(combinations, input.rows));
}
