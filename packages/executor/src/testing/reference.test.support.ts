import {
  type ColumnId,
  type Expr,
  type LiteralValue,
  SqlError,
  type SqlType,
  unreachable,
} from '@windrow/core';
import { testFunction } from './scalar-functions.test.support.ts';

/** A row by column id. */
export type Row = ReadonlyMap<ColumnId, LiteralValue>;

/** What stands for the value of an expression that has failed. */
const FAILURE: unique symbol = Symbol('failure');
type Outcome = LiteralValue | typeof FAILURE;

/**
 * Evaluates expressions row by row, straight from the definitions. Where several operands fail, any of
 * their errors may be the one that is reported, so all are collected.
 *
 * A condition that is an AND is settled as soon as an operand is NULL. Whether the operands behind it
 * are still looked at is left open: their errors are `permitted`.
 */
export class Reference {
  readonly errors: Set<string> = new Set();
  readonly permitted: Set<string> = new Set();
  #isOpen = false;

  /** NULL where evaluation fails. */
  value(expr: Expr, row: Row): LiteralValue {
    const outcome = this.#value(expr, row);
    return outcome === FAILURE ? null : outcome;
  }

  /** True for the row, where NULL and false come to the same and an AND may end at either. */
  truth(expr: Expr, row: Row): boolean {
    return this.#truth(expr, row) === true;
  }

  #value(expr: Expr, row: Row): Outcome {
    switch (expr.kind) {
      case 'literal':
        return expr.value;
      case 'column':
        return row.get(expr.id) ?? null;
      case 'call':
        return this.#call(
          expr.function,
          expr.args.map((arg) => this.#value(arg, row)),
        );
      case 'cast':
        throw new RangeError('the tests have no casts');
      case 'conditional':
        return this.#conditional(expr.operator, expr.operands, row);
      default:
        return unreachable(expr);
    }
  }

  #call(name: string, outcomes: readonly Outcome[]): Outcome {
    const { flags, reference } = testFunction(name);
    const args = outcomes.filter((outcome) => outcome !== FAILURE);
    if (args.length < outcomes.length) return FAILURE;
    if (flags.nulls === undefined && args.includes(null)) return null;
    try {
      return reference(...args);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      (this.#isOpen ? this.permitted : this.errors).add(error.message);
      return FAILURE;
    }
  }

  #openly(evaluate: () => void): void {
    const outer = this.#isOpen;
    this.#isOpen = true;
    evaluate();
    this.#isOpen = outer;
  }

  #truth(expr: Expr, row: Row): boolean | typeof FAILURE {
    const decisive = expr.kind === 'conditional' ? DECISIVE.get(expr.operator) : undefined;
    if (expr.kind === 'conditional' && decisive !== undefined) {
      for (const operand of expr.operands) {
        const truth = this.#truth(operand, row);
        if (truth === !decisive) continue;
        if (truth === false) this.#openly(() => this.#value(expr, row));
        return truth;
      }
      return !decisive;
    }
    const value = this.#value(expr, row);
    return value === FAILURE ? FAILURE : value === true;
  }

  #conditional(operator: string, operands: readonly Expr[], row: Row): Outcome {
    const decisive = DECISIVE.get(operator);
    if (decisive !== undefined) return this.#junction(decisive, operands, row);
    if (operator === 'coalesce') {
      for (const operand of operands) {
        const value = this.#value(operand, row);
        if (value !== null) return value;
      }
      return null;
    }
    const [condition, then, ...rest] = operands;
    if (then === undefined) return this.#value(condition!, row);
    const truth = this.#truth(condition!, row);
    if (truth === FAILURE) return FAILURE;
    return truth ? this.#value(then, row) : this.#conditional('case', rest, row);
  }

  #junction(decisive: boolean, operands: readonly Expr[], row: Row): Outcome {
    let result: LiteralValue = !decisive;
    for (const operand of operands) {
      const value = this.#value(operand, row);
      if (value === FAILURE || value === decisive) return value;
      if (value === null) result = null;
    }
    return result;
  }
}

/** The operand value that settles a junction. */
const DECISIVE: ReadonlyMap<string, boolean> = new Map([
  ['and', false],
  ['or', true],
]);

/** Shorthands for expressions. */
export const column = (id: ColumnId, type: SqlType): Expr => ({
  kind: 'column',
  id,
  type,
  name: `c${id}`,
  nullable: true,
});

export const literal = (value: LiteralValue, type: SqlType): Expr => ({
  kind: 'literal',
  value,
  type,
});

export const call = (name: string, ...args: readonly Expr[]): Expr => ({
  kind: 'call',
  function: name,
  overload: 0,
  args,
  type: testFunction(name).returns,
});

export const conditional = (
  operator: 'and' | 'or' | 'case' | 'coalesce',
  type: SqlType,
  ...operands: readonly Expr[]
): Expr => ({ kind: 'conditional', operator, operands, type });
