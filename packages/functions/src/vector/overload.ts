import type {
  EvalContext,
  ResultVector,
  ScalarOverload,
  Signature,
  VectorEvaluate,
} from '@windrow/core';
import { type KernelExports, kernels } from '@windrow/kernels';
import { type KernelArgument, kernelArgument } from './rows.ts';

/** What a kernel call gets to see. */
export interface KernelCall {
  readonly kernel: KernelExports;
  readonly context: EvalContext;
  /** Number of rows. */
  readonly count: number;
  /** Where the result's values go. */
  readonly out: number;
  readonly result: ResultVector;
}

/** A vector implementation by one kernel over all rows. */
export const byKernel =
  (run: (call: KernelCall, ...args: KernelArgument[]) => void): VectorEvaluate =>
  (context, args, result) => {
    const call: KernelCall = {
      kernel: kernels(context.memory),
      context,
      count: result.length,
      out: result.values,
      result,
    };
    run(call, ...args.map(kernelArgument));
  };

/** An overload computed by {@link byKernel}. */
export const kernelOverload = (
  signature: Signature,
  run: (call: KernelCall, ...args: KernelArgument[]) => void,
  flags: { readonly raises?: boolean } = {},
): ScalarOverload => ({
  signature,
  implementation: { kind: 'kernel', evaluate: byKernel(run) },
  ...flags,
});

/** An overload computed in TypeScript. */
export const jsOverload = (
  signature: Signature,
  evaluate: VectorEvaluate,
  flags: { readonly raises?: boolean; readonly returnsNull?: boolean } = {},
): ScalarOverload => ({ signature, implementation: { kind: 'js', evaluate }, ...flags });
