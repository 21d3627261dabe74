import type { CodeBuilder, WasmType } from '@windrow/core';
import type { KernelExports } from '@windrow/kernels';
import { type Code, push } from './code.ts';

/** Leaves the result of a kernel over the operands; their types are those of the kernel's parameters. */
export function callKernel(
  b: CodeBuilder,
  name: keyof KernelExports,
  operands: readonly (readonly [WasmType, Code])[],
  result: WasmType,
): void {
  for (const [type, code] of operands) push(b, code, type);
  b.callKernel(
    name,
    operands.map(([type]) => type),
    [result],
  );
}

/** A function of one double, as code. */
export const kernelOf =
  (b: CodeBuilder, name: keyof KernelExports, ...operands: readonly Code[]): (() => void) =>
  () =>
    callKernel(
      b,
      name,
      operands.map((operand) => ['f64', operand] as const),
      'f64',
    );
