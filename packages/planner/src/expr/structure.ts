import {
  BOOLEAN,
  type ColumnId,
  type ColumnRef,
  type Expr,
  type LiteralValue,
  transformExpr,
  typeName,
} from '@windrow/core';
import type { OutputColumn } from '../logical.ts';

const literalKey = (value: LiteralValue): string =>
  JSON.stringify(value, (_, member: unknown) => {
    if (typeof member === 'bigint') return { bigint: member.toString() };
    if (typeof member === 'number' && !Number.isFinite(member)) return { number: String(member) };
    if (Object.is(member, -0)) return { number: '-0' };
    return member;
  });

const keys = new WeakMap<Expr, string>();

/** A text that two expressions share exactly when they are the same but for spans and names. */
export function exprKey(expr: Expr): string {
  let key = keys.get(expr);
  if (key === undefined) {
    key = computeKey(expr);
    keys.set(expr, key);
  }
  return key;
}

function computeKey(expr: Expr): string {
  switch (expr.kind) {
    case 'literal':
      return `${literalKey(expr.value)}:${typeName(expr.type)}`;
    case 'column':
      return `#${expr.id}`;
    case 'call':
      return `${expr.function}/${expr.overload}(${expr.args.map(exprKey).join(',')})`;
    case 'cast':
      return `${expr.try ? 'try' : 'cast'}(${exprKey(expr.input)}:${typeName(expr.type)})`;
    case 'conditional':
      return `${expr.operator}(${expr.operands.map(exprKey).join(',')})`;
  }
}

/** Same value for every row, spans and names apart. Volatile calls are equal in this sense too. */
export const sameExpr = (a: Expr, b: Expr): boolean => a === b || exprKey(a) === exprKey(b);

/** The list without repetitions, first occurrences kept. */
export function distinctExprs(exprs: readonly Expr[]): readonly Expr[] {
  const seen = new Map<string, Expr>();
  for (const expr of exprs) if (!seen.has(exprKey(expr))) seen.set(exprKey(expr), expr);
  return seen.size === exprs.length ? exprs : [...seen.values()];
}

export const literal = (value: boolean | null): Expr => ({ kind: 'literal', value, type: BOOLEAN });

export const isLiteral = (expr: Expr, value: LiteralValue): boolean =>
  expr.kind === 'literal' && expr.value === value;

export const isTrue = (expr: Expr): boolean => isLiteral(expr, true);

function flatten(expr: Expr, operator: 'and' | 'or', into: Expr[]): Expr[] {
  if (expr.kind === 'conditional' && expr.operator === operator) {
    for (const operand of expr.operands) flatten(operand, operator, into);
  } else {
    into.push(expr);
  }
  return into;
}

/** The operands of nested ANDs, in order; `true` itself has none. */
export const conjunctsOf = (expr: Expr): Expr[] =>
  flatten(expr, 'and', []).filter((conjunct) => !isTrue(conjunct));

/** The operands of nested ORs, in order. */
export const disjunctsOf = (expr: Expr): Expr[] => flatten(expr, 'or', []);

/** AND of the operands: `true` of none, the operand itself of one. */
export function conjunction(conjuncts: readonly Expr[]): Expr {
  const [first] = conjuncts;
  if (first === undefined) return literal(true);
  if (conjuncts.length === 1) return first;
  return { kind: 'conditional', operator: 'and', operands: conjuncts, type: BOOLEAN };
}

/** OR of the operands: `false` of none, the operand itself of one. */
export function disjunction(disjuncts: readonly Expr[]): Expr {
  const [first] = disjuncts;
  if (first === undefined) return literal(false);
  if (disjuncts.length === 1) return first;
  return { kind: 'conditional', operator: 'or', operands: disjuncts, type: BOOLEAN };
}

/** A reference to a column that some node hands up. */
export const columnRef = (column: OutputColumn): ColumnRef => ({ kind: 'column', ...column });

/** The expression over what the columns stand for. Columns without a replacement stay. */
export const substitute = (expr: Expr, replacements: ReadonlyMap<ColumnId, Expr>): Expr =>
  replacements.size === 0
    ? expr
    : transformExpr(expr, (node) =>
        node.kind === 'column' ? (replacements.get(node.id) ?? node) : node,
      );

export const isSubset = (ids: Iterable<ColumnId>, of: ReadonlySet<ColumnId>): boolean => {
  for (const id of ids) if (!of.has(id)) return false;
  return true;
};

export const intersects = (ids: Iterable<ColumnId>, other: ReadonlySet<ColumnId>): boolean => {
  for (const id of ids) if (other.has(id)) return true;
  return false;
};
