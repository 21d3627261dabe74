import { type Address, bitmapBytes, type FlatVector, isReference, widthBytes } from '@windrow/core';
import { kernels } from '@windrow/kernels';
import type { ExpressionContext } from '../expression/context.ts';
import { gatherValidity, intersectValidity } from '../expression/flatten.ts';
import { OUTPUT_VALIDITY, OUTPUT_VALUES } from './argument-block.ts';
import { FusedLoop, type LoopCode, type PreparedInputs } from './fused-loop.ts';
import { type FusedNode, type FusedPlan, inputsOf, nullableNodes } from './fused-plan.ts';
import type { LoopInput } from './loop-inputs.ts';
import { wordsOf } from './words.ts';

/**
 * A loop that stores the values of nodes as dense vectors.
 *
 * A strict node is valid where its inputs are: its bitmap is the AND of theirs, 64 rows at a time. For
 * the others the loop stores a byte a row, which is packed afterwards.
 */
export class StoreLoop {
  readonly #context: ExpressionContext;
  readonly #plan: FusedPlan;
  readonly #outputs: readonly FusedNode[];
  readonly #loop: FusedLoop;

  constructor(context: ExpressionContext, plan: FusedPlan, outputs: readonly FusedNode[]) {
    this.#context = context;
    this.#plan = plan;
    this.#outputs = outputs;
    this.#loop = new FusedLoop(context, plan, {
      shape: `store ${outputs.map((node) => node.id).join()}`,
      outputs: outputs.length,
      emit: (loop) => emitStores(loop, outputs),
    });
  }

  /** One vector of `length` rows per output, in the batch arena. */
  run(inputs: readonly LoopInput[], selection: Address, length: number): readonly FlatVector[] {
    const { memory, batchArena } = this.#context;
    const prepared = this.#loop.prepare(inputs, selection, length);
    const nullable = nullableNodes(
      this.#plan.nodes,
      (input) => prepared.accesses[input]?.nullable === true,
    );
    const places = this.#outputs.map((node, i) => {
      const values = batchArena.allocate(length * widthBytes(node.type));
      const isFollowed = nullable[node.id] === true && !node.strict;
      const validBytes = isFollowed ? batchArena.allocate(length) : 0;
      this.#loop.setOutput(i, values, validBytes);
      return { values, validBytes };
    });
    this.#loop.run(prepared, selection !== 0, length);
    const bitmaps = this.#denseBitmaps(prepared, selection, length);
    return this.#outputs.map((node, i): FlatVector => {
      const { values, validBytes } = places[i]!;
      let validity = 0;
      if (validBytes !== 0) {
        validity = batchArena.allocate(bitmapBytes(length));
        kernels(memory).packBits(validBytes, length, validity);
      } else if (nullable[node.id] === true) {
        for (const input of inputsOf(node)) {
          validity = intersectValidity(this.#context, validity, bitmaps(input), length);
        }
      }
      const stable = isReference(node.type) && this.#isStable(node, inputs);
      return { kind: 'flat', type: node.type, length, values, validity, stable };
    });
  }

  /** Bitmaps of inputs by position after the selection, each gathered once. */
  #denseBitmaps(
    { sources }: PreparedInputs,
    selection: Address,
    length: number,
  ): (input: number) => Address {
    const known = new Map<number, Address>();
    return (input) => {
      const { validity, selected, isNull } = sources[input]!;
      let dense = known.get(input);
      if (dense === undefined) {
        dense = validity;
        if (isNull) dense = this.#context.batchArena.allocateZeroed(bitmapBytes(length));
        else if (selected) dense = gatherValidity(this.#context, validity, selection, length);
        known.set(input, dense);
      }
      return dense;
    };
  }

  /** Generated code makes no new bytes: a reference is one of its inputs' or a literal's. */
  #isStable(node: FusedNode, inputs: readonly LoopInput[]): boolean {
    return [...inputsOf(node)].every((input) => {
      const vector = inputs[input]?.vector;
      return vector === undefined || !isReference(vector.type) || vector.stable;
    });
  }
}

function emitStores(
  { b, code, block, rows, eachRow }: LoopCode,
  outputs: readonly FusedNode[],
): void {
  eachRow(() => {
    outputs.forEach((node, i) => {
      const values = code.scope.argument(block.output(i) + OUTPUT_VALUES);
      const locals = code.value(node);
      wordsOf(node.type).forEach((word, w) => {
        code.scope.pushElementAddress(values, rows.position, widthBytes(node.type));
        b.get(locals[w]!);
        b.store(word.store, word.offsetBytes);
      });
      const valid = node.strict ? undefined : code.valid(node);
      if (valid === undefined) return;
      b.get(code.scope.argument(block.output(i) + OUTPUT_VALIDITY));
      b.get(rows.position);
      b.op('i32.add');
      b.get(valid);
      b.store('i32.store8');
    });
  });
  b.i32(0);
}
