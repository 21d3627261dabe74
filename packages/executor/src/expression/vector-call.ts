import {
  bitmapBytes,
  type Call,
  type Cast,
  type ConstantVector,
  children,
  type EvalContext,
  isReference,
  SqlError,
  type SqlType,
  type Vector,
  type VectorEvaluate,
  widthBytes,
} from '@windrow/core';
import { kernels } from '@windrow/kernels';
import type { ExpressionContext, PlainVector } from './context.ts';
import { intersectValidity } from './flatten.ts';
import type { ResolvedCall } from './resolve-call.ts';

/** A call of a `kernel` or `js` implementation, prepared for its literal arguments. */
export class VectorCall {
  readonly #context: ExpressionContext;
  readonly #expr: Call | Cast;
  readonly #call: ResolvedCall;
  #evaluate: VectorEvaluate | undefined;

  constructor(context: ExpressionContext, expr: Call | Cast, call: ResolvedCall) {
    this.#context = context;
    this.#expr = expr;
    this.#call = call;
  }

  /**
   * The call's value for `length > 0` rows, in the batch arena.
   * @throws SqlError what the implementation throws, with the call's span.
   */
  run(args: readonly PlainVector[], length: number): PlainVector {
    const { memory, batchArena, session } = this.#context;
    const { type } = this.#expr;
    if (!this.#call.handlesNulls && args.some((arg) => arg.kind === 'constant' && arg.isNull)) {
      return nullVector(type, length);
    }
    const bytes = length * widthBytes(type);
    const isRef = isReference(type);
    // Rows that the implementation leaves out must hold references that can be read.
    const values = isRef ? batchArena.allocateZeroed(bytes) : batchArena.allocate(bytes);
    const validity = this.#initialValidity(args, length);
    const result = { type, length, values, validity };
    try {
      this.#evaluate ??= this.#prepare();
      this.#evaluate({ memory, arena: batchArena, session } satisfies EvalContext, args, result);
    } catch (error) {
      throw this.#located(error);
    }
    const hasNulls = kernels(memory).bitmapAllSet(validity, length) === 0;
    return { kind: 'flat', ...result, validity: hasNulls ? validity : 0, stable: false };
  }

  #prepare(): VectorEvaluate {
    const { implementation } = this.#call;
    if (implementation.kind === 'emit')
      throw new RangeError('an emitted call is not run on vectors');
    if (implementation.prepare === undefined) return implementation.evaluate;
    const args = children(this.#expr);
    return implementation.prepare({
      args: args.map((arg) => arg.type),
      returns: this.#expr.type,
      constants: args.map((arg) => (arg.kind === 'literal' ? arg.value : undefined)),
    });
  }

  /** A fresh bitmap: all ones, or under NULL propagation the rows where every argument is valid. */
  #initialValidity(args: readonly Vector[], length: number): number {
    const { memory, batchArena } = this.#context;
    const bytes = bitmapBytes(length);
    const validity = batchArena.allocate(bytes);
    let propagated = 0;
    if (!this.#call.handlesNulls) {
      for (const arg of args) {
        if (arg.kind !== 'flat') continue;
        propagated = intersectValidity(this.#context, propagated, arg.validity, length);
      }
    }
    if (propagated === 0) memory.fill(0xff, validity, bytes);
    else memory.u8.copyWithin(validity, propagated, propagated + bytes);
    return validity;
  }

  #located(error: unknown): unknown {
    const { span } = this.#expr;
    if (!(error instanceof SqlError) || error.span !== undefined || span === undefined)
      return error;
    const { code, message, sqlState, hint, cause } = error;
    return new SqlError(code, message, { sqlState, hint, cause, span });
  }
}

/** NULL for all rows. */
export const nullVector = (type: SqlType, length: number): ConstantVector => ({
  kind: 'constant',
  type,
  length,
  values: 0,
  isNull: true,
  stable: true,
});
