import {
  assert,
  type ColumnId,
  children,
  type Expr,
  type FunctionRegistry,
  isReference,
} from '@windrow/core';
import { type ResolvedCall, resolveCall } from './resolve-call.ts';

/** What evaluating an expression involves, its sub-expressions included. */
export interface ExpressionFacts {
  /** Of the node itself, when it is a call or cast. */
  readonly call: ResolvedCall | undefined;
  readonly raises: boolean;
  readonly isVolatile: boolean;
  /** Reads no column and is the same for every row. */
  readonly isConstant: boolean;
  /** Contains a call that works on vectors: it cannot be part of a generated loop. */
  readonly hasVectorCall: boolean;
  /** Contains a call on vectors that can fail, or whose arguments can. */
  readonly hasRaisingVectorCall: boolean;
  /** The only column below, where NULL in it makes the whole NULL and nothing else about the row counts. */
  readonly strictColumn: ColumnId | undefined;
  /** Contains a call that is dear enough to be worth avoiding: on vectors, or on what references hold. */
  readonly isCostly: boolean;
  /** Rough cost per row in nanoseconds, to order conjuncts by. */
  readonly cost: number;
}

const VECTOR_CALL_COST = { kernel: 20, js: 100 } as const;
const REFERENCE_CALL_COST = 10;

/** Facts about the expressions of one plan, each worked out once. */
export class ExpressionAnalysis {
  readonly #functions: FunctionRegistry;
  readonly #known = new Map<Expr, ExpressionFacts>();

  constructor(functions: FunctionRegistry) {
    this.#functions = functions;
  }

  facts(expr: Expr): ExpressionFacts {
    let facts = this.#known.get(expr);
    if (facts === undefined) {
      facts = this.#analyse(expr);
      this.#known.set(expr, facts);
    }
    return facts;
  }

  /** The call that a call or cast stands for. */
  resolved(expr: Expr): ResolvedCall {
    const { call } = this.facts(expr);
    assert(call !== undefined, 'the expression is a call or a cast');
    return call;
  }

  #analyse(expr: Expr): ExpressionFacts {
    const call =
      expr.kind === 'call' || expr.kind === 'cast' ? resolveCall(expr, this.#functions) : undefined;
    const parts = children(expr).map((child) => this.facts(child));
    const raises = call?.raises === true || parts.some((part) => part.raises);
    const isVolatile = call?.volatility === 'volatile' || parts.some((part) => part.isVolatile);
    const isVectorCall = call !== undefined && call.implementation.kind !== 'emit';
    const readsReference = children(expr).some((child) => isReference(child.type));
    const isCostlyCall = call !== undefined && (isVectorCall || readsReference);
    return {
      call,
      raises,
      isVolatile,
      isConstant: expr.kind !== 'column' && !isVolatile && parts.every((part) => part.isConstant),
      hasVectorCall: isVectorCall || parts.some((part) => part.hasVectorCall),
      hasRaisingVectorCall:
        (isVectorCall && raises) || parts.some((part) => part.hasRaisingVectorCall),
      strictColumn: isVolatile ? undefined : strictColumn(expr, call, parts),
      isCostly: isCostlyCall || parts.some((part) => part.isCostly),
      cost: parts.reduce((sum, part) => sum + part.cost, ownCost(call, readsReference)),
    };
  }
}

function ownCost(call: ResolvedCall | undefined, readsReference: boolean): number {
  if (call === undefined) return 0.5;
  const { kind } = call.implementation;
  if (kind !== 'emit') return VECTOR_CALL_COST[kind];
  return readsReference ? REFERENCE_CALL_COST : 1;
}

function strictColumn(
  expr: Expr,
  call: ResolvedCall | undefined,
  parts: readonly ExpressionFacts[],
): ColumnId | undefined {
  if (expr.kind === 'column') return expr.id;
  if (call === undefined || call.handlesNulls) return undefined;
  const [column, ...others] = parts.filter((part) => !part.isConstant);
  const id = column?.strictColumn;
  return others.every((other) => other.strictColumn === id) ? id : undefined;
}
