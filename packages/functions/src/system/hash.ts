import {
  type EvalContext,
  isNested,
  physicalType,
  type ScalarFunction,
  UBIGINT,
  type VectorEvaluate,
} from '@windrow/core';
import { kernels, PHYSICAL_TYPE_CODES } from '@windrow/kernels';
import { example, scalar } from '../define.ts';

type Argument = Parameters<VectorEvaluate>[1][number];

/** Adds an argument's hashes to those in `out`; the first one starts them. */
function hashArgument(
  { memory, arena }: EvalContext,
  arg: Argument,
  rows: number,
  combine: number,
  out: number,
): void {
  const k = kernels(memory);
  const code = PHYSICAL_TYPE_CODES[physicalType(arg.type)];
  if (arg.kind === 'flat') {
    k.hashColumn(code, arg.values, arg.validity, rows, combine, out);
    return;
  }
  const validity = arena.allocateZeroed(8);
  if (!arg.isNull) memory.u8[validity] = 1;
  const one = arena.allocate(8);
  k.hashColumn(code, arg.values, validity, 1, 0, one);
  k.hashConstant(one, rows, combine, out);
}

/** 64-bit hash of values of any type. */
export const hash: ScalarFunction = scalar({
  name: 'hash',
  category: 'system',
  doc: {
    summary: 'A 64-bit hash of one or several values, NULLs included; stable within a version.',
    examples: [
      example("hash(1, 'a') = hash(1, 'a')", 'true'),
      example('hash(0.0::double) = hash(-0.0::double)', 'true'),
    ],
    source: 'the hash that groups and joins use',
  },
  nulls: 'handles',
  overloads: [
    {
      signature: {
        display: '(ANY, …) → UBIGINT',
        resolve: (args) =>
          args.length > 0 && !args.some(isNested) ? { args, returns: UBIGINT } : undefined,
      },
      implementation: {
        kind: 'kernel',
        evaluate(context, args, result) {
          args.forEach((arg, index) => {
            hashArgument(context, arg, result.length, index === 0 ? 0 : 1, result.values);
          });
        },
      },
    },
  ],
});
