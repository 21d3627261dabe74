import {
  assert,
  type Call,
  type Cast,
  type ColumnId,
  type Conditional,
  children,
  type Expr,
  type Literal,
  type SqlType,
  unreachable,
} from '@windrow/core';
import { type FusedNode, FusedPlan } from '../codegen/fused-plan.ts';
import type { Layout } from './context.ts';
import type { ExpressionAnalysis, ExpressionFacts } from './expression-facts.ts';
import { expressionKey } from './expression-key.ts';

/**
 * A vector that a program works with, once a batch:
 * - `column`: of the batch, under its selection; all others are dense;
 * - `constant`: the same for all rows of all batches, computed once;
 * - `call`: a routine over the vectors of other registers;
 * - `fused`: an output of a generated loop;
 * - `lazy`: a conditional whose operands must not be evaluated for all rows;
 * - `coded`: computed for the entries of a column's dictionary and read through its indices.
 */
export type Register =
  | { readonly kind: 'column'; readonly position: number }
  | { readonly kind: 'constant'; readonly expr: Expr }
  | { readonly kind: 'call'; readonly expr: Call | Cast; readonly args: readonly number[] }
  | { readonly kind: 'fused'; readonly stage: FusedStage; readonly output: number }
  | { readonly kind: 'lazy'; readonly expr: Conditional }
  | { readonly kind: 'coded'; readonly position: number; readonly expr: Expr };

/** One generated loop under construction. Its plan's inputs name registers. */
export interface FusedStage {
  readonly plan: FusedPlan;
  readonly outputs: FusedNode[];
}

/** An expression cut at what generated code cannot compute; `level` is the highest register's. */
type Piece = { readonly level: number } & (
  | { readonly kind: 'register'; readonly register: number; readonly type: SqlType }
  | { readonly kind: 'literal'; readonly literal: Literal }
  | { readonly kind: 'call'; readonly expr: Call | Cast; readonly args: readonly Piece[] }
  | {
      readonly kind: 'conditional';
      readonly expr: Conditional;
      readonly operands: readonly Piece[];
    }
);

/**
 * May the conditional be computed by code that evaluates vectors for all rows first? Not when an operand
 * that is only needed for some rows contains a vector call that can fail.
 */
export const isLazy = (expr: Conditional, analysis: ExpressionAnalysis): boolean =>
  expr.operands.slice(1).some((operand) => analysis.facts(operand).hasRaisingVectorCall);

/** Is it worth computing the expression for a dictionary's entries instead of rows? */
export const isCodable = (facts: ExpressionFacts): boolean =>
  facts.isCostly && facts.strictColumn !== undefined;

export interface ProgramOptions {
  readonly analysis: ExpressionAnalysis;
  readonly layout: Layout;
  /** Columns whose dictionaries are used. */
  readonly coded: ReadonlySet<ColumnId>;
  /** Compute constant sub-expressions once, apart; not for a program that does just that. */
  readonly foldsConstants: boolean;
}

/**
 * Cuts expressions into registers and loops.
 *
 * Whatever generated code can compute is computed in as few loops as possible: registers have levels,
 * and one loop computes all values whose inputs are known at its level.
 */
export class ProgramPlan {
  readonly registers: Register[] = [];
  readonly #levels: number[] = [];
  readonly #stages: FusedStage[] = [];
  readonly #known = new Map<string, number>();
  readonly #options: ProgramOptions;

  constructor(options: ProgramOptions) {
    this.#options = options;
  }

  /** The register that will hold the expression's value. */
  register(expr: Expr): number {
    return this.#registerOf(this.#piece(expr, false));
  }

  /** A loop of its own, for nodes that are not stored. */
  stage(): FusedStage {
    return { plan: new FusedPlan(), outputs: [] };
  }

  /** The expression as a node of a stage; `isGuarded`: it will not be evaluated for all rows. */
  node(stage: FusedStage, expr: Expr, isGuarded = false): FusedNode {
    return this.#build(stage.plan, this.#piece(expr, isGuarded));
  }

  #piece(expr: Expr, isGuarded: boolean): Piece {
    const { analysis, coded, foldsConstants, layout } = this.#options;
    if (expr.kind === 'literal') return { kind: 'literal', literal: expr, level: 0 };
    if (expr.kind === 'column') {
      const position = layout.get(expr.id);
      assert(position !== undefined, `column ${expr.name} is in the batch`);
      return this.#fromRegister(expr, { kind: 'column', position }, 0);
    }
    const facts = analysis.facts(expr);
    if (facts.isConstant && foldsConstants && !(facts.raises && isGuarded)) {
      return this.#fromRegister(expr, { kind: 'constant', expr }, 0);
    }
    const column = facts.strictColumn;
    if (isCodable(facts) && column !== undefined && coded.has(column)) {
      const position = layout.get(column);
      assert(position !== undefined, 'a column of a dictionary is in the batch');
      return this.#fromRegister(expr, { kind: 'coded', position, expr }, 0);
    }
    return expr.kind === 'conditional'
      ? this.#conditionalPiece(expr, isGuarded)
      : this.#callPiece(expr, isGuarded);
  }

  #conditionalPiece(expr: Conditional, isGuarded: boolean): Piece {
    if (isLazy(expr, this.#options.analysis)) {
      return this.#fromRegister(expr, { kind: 'lazy', expr }, 0);
    }
    const operands = expr.operands.map((operand, i) => this.#piece(operand, isGuarded || i > 0));
    return { kind: 'conditional', expr, operands, level: levelOf(operands) };
  }

  #callPiece(expr: Call | Cast, isGuarded: boolean): Piece {
    const args = children(expr).map((arg) => this.#piece(arg, isGuarded));
    if (this.#options.analysis.resolved(expr).implementation.kind === 'emit') {
      return { kind: 'call', expr, args, level: levelOf(args) };
    }
    const registers = args.map((arg) => this.#registerOf(arg));
    const level = Math.max(0, ...registers.map((register) => this.#levels[register] ?? 0));
    return this.#fromRegister(expr, { kind: 'call', expr, args: registers }, level);
  }

  #fromRegister(expr: Expr, register: Register, level: number): Piece {
    const isVolatile = this.#options.analysis.facts(expr).isVolatile;
    const number = this.#add(isVolatile ? undefined : expressionKey(expr), register, level);
    return {
      kind: 'register',
      register: number,
      type: expr.type,
      level: this.#levels[number] ?? level,
    };
  }

  #add(key: string | undefined, register: Register, level: number): number {
    const known = key === undefined ? undefined : this.#known.get(key);
    if (known !== undefined) return known;
    const number = this.registers.push(register) - 1;
    this.#levels.push(level);
    if (key !== undefined) this.#known.set(key, number);
    return number;
  }

  #registerOf(piece: Piece): number {
    switch (piece.kind) {
      case 'register':
        return piece.register;
      case 'literal': {
        const { literal } = piece;
        return this.#add(expressionKey(literal), { kind: 'constant', expr: literal }, 0);
      }
      case 'call':
      case 'conditional': {
        const level = piece.level + 1;
        this.#stages[level] ??= this.stage();
        const stage = this.#stages[level];
        const node = this.#build(stage.plan, piece);
        let output = stage.outputs.indexOf(node);
        if (output < 0) output = stage.outputs.push(node) - 1;
        return this.#add(`fused ${level}.${output}`, { kind: 'fused', stage, output }, level);
      }
      default:
        return unreachable(piece);
    }
  }

  #build(plan: FusedPlan, piece: Piece): FusedNode {
    switch (piece.kind) {
      case 'register':
        return plan.input(piece.register, piece.type);
      case 'literal':
        return plan.literal(piece.literal);
      case 'call': {
        const { expr } = piece;
        const { name, implementation, volatility, ...flags } =
          this.#options.analysis.resolved(expr);
        assert(implementation.kind === 'emit', 'only emitted calls are fused');
        const args = piece.args.map((arg) => this.#build(plan, arg));
        const { type, span } = expr;
        const { emit } = implementation;
        const isVolatile = volatility === 'volatile';
        return plan.call({ name, emit, ...flags, isVolatile, type, span }, args);
      }
      case 'conditional': {
        const operands = piece.operands.map((operand) => this.#build(plan, operand));
        return plan.conditional(piece.expr.operator, operands, piece.expr.type);
      }
      default:
        return unreachable(piece);
    }
  }
}

const levelOf = (pieces: readonly Piece[]): number =>
  Math.max(0, ...pieces.map((piece) => piece.level));
