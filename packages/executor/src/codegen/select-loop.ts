import type { Address, Local } from '@windrow/core';
import type { ExpressionContext } from '../expression/context.ts';
import { FusedLoop, type LoopCode } from './fused-loop.ts';
import type { FusedNode, FusedPlan } from './fused-plan.ts';
import { eachSetBit, type SplitCondition, splitCondition } from './lane-loop.ts';
import { SIMD } from './lane-operations.ts';
import type { LoopInput } from './loop-inputs.ts';

/** Rows that may be written, and overwritten, beyond those selected. */
const OVERWRITE_ROWS = 4;

/** A loop that collects the numbers of the rows for which a BOOLEAN node is true. */
export class SelectLoop {
  readonly #context: ExpressionContext;
  readonly #loop: FusedLoop;

  constructor(context: ExpressionContext, plan: FusedPlan, condition: FusedNode) {
    this.#context = context;
    this.#loop = new FusedLoop(context, plan, {
      shape: `select ${condition.id}`,
      outputs: 0,
      emit: (loop) => emitSelect(loop, condition),
    });
    this.#loop.setWord('laneOrders', laneOrders(context));
  }

  /** The row numbers, ascending, in the batch arena. */
  run(
    inputs: readonly LoopInput[],
    selection: Address,
    length: number,
  ): { readonly selected: Address; readonly count: number } {
    const selected = this.#context.batchArena.allocate((length + OVERWRITE_ROWS) * 4);
    const prepared = this.#loop.prepare(inputs, selection, length);
    this.#loop.setWord('selected', selected);
    const count = this.#loop.run(prepared, selection !== 0, length);
    return { selected, count };
  }
}

/** For each set of four lanes the byte numbers that bring its 32-bit lanes to the front, 16 bytes each. */
function laneOrders({ memory, taskArena }: ExpressionContext): Address {
  const address = taskArena.allocate(256);
  for (let bits = 0; bits < 16; bits++) {
    const lanes = [0, 1, 2, 3].filter((lane) => ((bits >> lane) & 1) === 1);
    const bytes = lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => lane * 4 + byte));
    memory.fill(0, address + bits * 16, 16);
    memory.u8.set(bytes, address + bits * 16);
  }
  return address;
}

function emitSelect(loop: LoopCode, condition: FusedNode): void {
  const { b } = loop;
  const count = b.local('i32');
  const split = splitCondition(loop, condition);
  if (split === undefined) {
    loop.eachRow(() => emitAppend(loop, count, [condition]));
  } else if (split.rest.length > 0) {
    loop.eachLanes(split.lanes, (lanes) =>
      eachSetBit(loop, lanes, () => emitAppend(loop, count, split.rest)),
    );
  } else {
    emitAppendLanes(loop, count, split);
  }
  b.get(count);
}

/** The row is stored, and the next one overwrites it unless it counts: there is no jump to mispredict. */
function emitAppend(
  { b, code, block, rows }: LoopCode,
  count: Local,
  conditions: readonly FusedNode[],
): void {
  const truth = b.local('i32');
  code.pushAllTrue(conditions);
  b.set(truth);
  b.get(code.scope.argument(block.word('selected')));
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
}

/** Stores the numbers of four rows, those that count in front. */
function emitAppendLanes(loop: LoopCode, count: Local, { lanes }: SplitCondition): void {
  const { b, code, block } = loop;
  const orders = code.scope.argument(block.word('laneOrders'));
  const out = code.scope.argument(block.word('selected'));
  loop.eachLanes(lanes, ({ first, bits }) => {
    b.get(out);
    b.get(count);
    b.i32(2);
    b.op('i32.shl');
    b.op('i32.add');
    b.get(first);
    b.simd(SIMD['i32x4.splat']);
    b.simd(SIMD['v128.const'], [0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0]);
    b.simd(SIMD['i32x4.add']);
    b.get(orders);
    b.get(bits);
    b.i32(4);
    b.op('i32.shl');
    b.op('i32.add');
    b.simd(SIMD['v128.load'], [0, 0]);
    b.simd(SIMD['i8x16.swizzle']);
    b.simd(SIMD['v128.store'], [0, 0]);
    b.get(count);
    b.get(bits);
    b.op('i32.popcnt');
    b.op('i32.add');
    b.set(count);
  });
}
