import type { Address } from '@windrow/core';
import type { ExpressionContext } from '../expression/context.ts';
import { FusedLoop, type LoopCode } from './fused-loop.ts';
import type { FusedNode, FusedPlan } from './fused-plan.ts';
import type { LoopInput } from './loop-inputs.ts';

/** A loop that collects the numbers of the rows for which a BOOLEAN node is true. */
export class SelectLoop {
  readonly #loop: FusedLoop;

  constructor(context: ExpressionContext, plan: FusedPlan, condition: FusedNode) {
    this.#loop = new FusedLoop(context, plan, {
      shape: `select ${condition.id}`,
      outputs: 0,
      emit: (loop) => emitSelect(loop, condition),
    });
  }

  /** Writes row numbers in ascending order to `out`, which has room for `length`; returns how many. */
  run(inputs: readonly LoopInput[], selection: Address, length: number, out: Address): number {
    const prepared = this.#loop.prepare(inputs, selection, length);
    this.#loop.setWord('selected', out);
    return this.#loop.run(prepared, selection !== 0, length);
  }
}

/** Every row is stored, and the next one overwrites it unless it counts: there is no jump to mispredict. */
function emitSelect({ b, code, block, rows, eachRow }: LoopCode, condition: FusedNode): void {
  const out = code.argument(block.word('selected'));
  const count = b.local('i32');
  eachRow(() => {
    const truth = b.local('i32');
    code.pushTruth(condition);
    b.set(truth);
    b.get(out);
    b.get(count);
    b.i32(2);
    b.op('i32.shl');
    b.op('i32.add');
    b.get(rows.row);
    b.store('i32.store');
    b.get(count);
    b.get(truth);
    b.op('i32.add');
    b.set(count);
  });
  b.get(count);
}
