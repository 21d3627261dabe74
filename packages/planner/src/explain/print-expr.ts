import {
  type Call,
  type ColumnId,
  type Conditional,
  type Expr,
  quoteIdentifier,
  typeName,
  unreachable,
} from '@windrow/core';
import { printLiteral } from './print-literal.ts';

/** How a column is called in a text; EXPLAIN numbers columns that share a name. */
export type ColumnNames = (column: { readonly id: ColumnId; readonly name: string }) => string;

/** The name as it was written, whichever column it is. */
export const plainNames: ColumnNames = (column) => quoteIdentifier(column.name);

/** Binding strength, as in the grammar: a higher one binds tighter. */
const OR = 1;
const AND = 2;
const NOT = 3;
const IS = 4;
const COMPARISON = 5;
const SPECIAL = 6;
const SYMBOL = 7;
const SUM = 8;
const PRODUCT = 9;
const POWER = 10;
const UNARY = 11;
const ATOM = 12;

interface Infix {
  readonly symbol: string;
  readonly strength: number;
}

const INFIX: Readonly<Record<string, Infix>> = {
  add: { symbol: '+', strength: SUM },
  subtract: { symbol: '-', strength: SUM },
  multiply: { symbol: '*', strength: PRODUCT },
  divide: { symbol: '/', strength: PRODUCT },
  integer_divide: { symbol: '//', strength: PRODUCT },
  modulo: { symbol: '%', strength: PRODUCT },
  power: { symbol: '^', strength: POWER },
  equal: { symbol: '=', strength: COMPARISON },
  not_equal: { symbol: '<>', strength: COMPARISON },
  less: { symbol: '<', strength: COMPARISON },
  less_equal: { symbol: '<=', strength: COMPARISON },
  greater: { symbol: '>', strength: COMPARISON },
  greater_equal: { symbol: '>=', strength: COMPARISON },
  is_distinct_from: { symbol: 'IS DISTINCT FROM', strength: IS },
  is_not_distinct_from: { symbol: 'IS NOT DISTINCT FROM', strength: IS },
  concat_operator: { symbol: '||', strength: SYMBOL },
  like: { symbol: 'LIKE', strength: SPECIAL },
  ilike: { symbol: 'ILIKE', strength: SPECIAL },
  glob: { symbol: 'GLOB', strength: SPECIAL },
  similar_to: { symbol: 'SIMILAR TO', strength: SPECIAL },
};

const POSTFIX: Readonly<Record<string, string>> = {
  is_null: 'IS NULL',
  is_not_null: 'IS NOT NULL',
  is_true: 'IS TRUE',
  is_not_true: 'IS NOT TRUE',
  is_false: 'IS FALSE',
  is_not_false: 'IS NOT FALSE',
};

/**
 * An expression as SQL text with as few parentheses as the grammar allows, for EXPLAIN and messages.
 *
 * It is for readers: types of constants and implicit casts of columns are shown, overloads are not.
 */
export const printExpr = (expr: Expr, names: ColumnNames = plainNames): string =>
  print(expr, names, 0);

function print(expr: Expr, names: ColumnNames, outer: number): string {
  switch (expr.kind) {
    case 'literal':
      return printLiteral(expr.value, expr.type);
    case 'column':
      return names(expr);
    case 'call':
      return printCall(expr, names, outer);
    case 'cast': {
      const input = print(expr.input, names, 0);
      return `${expr.try ? 'TRY_CAST' : 'CAST'}(${input} AS ${typeName(expr.type)})`;
    }
    case 'conditional':
      return printConditional(expr, names, outer);
    default:
      return unreachable(expr);
  }
}

const wrap = (text: string, strength: number, outer: number): string =>
  strength < outer ? `(${text})` : text;

function printCall(call: Call, names: ColumnNames, outer: number): string {
  const [left, right] = call.args;
  const infix = INFIX[call.function];
  if (infix !== undefined && left !== undefined && right !== undefined && call.args.length === 2) {
    const { symbol, strength } = infix;
    // Left-associative, so that only the right operand of equal strength needs parentheses;
    // comparisons do not chain, so there both do.
    const leftStrength = strength <= SPECIAL ? strength + 1 : strength;
    const text = `${print(left, names, leftStrength)} ${symbol} ${print(right, names, strength + 1)}`;
    return wrap(text, strength, outer);
  }
  const postfix = POSTFIX[call.function];
  if (postfix !== undefined && left !== undefined) {
    return wrap(`${print(left, names, IS + 1)} ${postfix}`, IS, outer);
  }
  if (call.function === 'not' && left !== undefined) {
    return wrap(`NOT ${print(left, names, NOT)}`, NOT, outer);
  }
  if (call.function === 'negate' && left !== undefined) {
    return wrap(`-${print(left, names, ATOM)}`, UNARY, outer);
  }
  if (call.function === 'in_list' && left !== undefined) {
    const values = call.args.slice(1).map((arg) => print(arg, names, 0));
    return wrap(`${print(left, names, SPECIAL + 1)} IN (${values.join(', ')})`, SPECIAL, outer);
  }
  return `${call.function}(${call.args.map((arg) => print(arg, names, 0)).join(', ')})`;
}

function printConditional(expr: Conditional, names: ColumnNames, outer: number): string {
  const { operator, operands } = expr;
  switch (operator) {
    case 'and':
    case 'or': {
      const strength = operator === 'and' ? AND : OR;
      const word = operator === 'and' ? ' AND ' : ' OR ';
      return wrap(operands.map((o) => print(o, names, strength + 1)).join(word), strength, outer);
    }
    case 'coalesce':
      return `coalesce(${operands.map((o) => print(o, names, 0)).join(', ')})`;
    case 'case': {
      const parts: string[] = [];
      for (let i = 0; i + 1 < operands.length; i += 2) {
        const [when, then] = [operands[i], operands[i + 1]];
        if (when === undefined || then === undefined) continue;
        parts.push(`WHEN ${print(when, names, 0)} THEN ${print(then, names, 0)}`);
      }
      const otherwise = operands.at(-1);
      const isNull = otherwise?.kind === 'literal' && otherwise.value === null;
      if (otherwise !== undefined && !isNull) parts.push(`ELSE ${print(otherwise, names, 0)}`);
      return `CASE ${parts.join(' ')} END`;
    }
    default:
      return unreachable(operator);
  }
}
