import type { Address, Batch, Expr } from '@windrow/core';
import type { PipelineSink, Returns, Source, TaskContext } from '../../operator.ts';
import type { OperatorData, SourceData } from '../../runtime/stream.ts';
import type { Aggregation } from './aggregation.ts';
import { openStates } from './group-rows.ts';

/** Aggregates without keys: one state a thread. */
export interface GlobalSinkSpec extends OperatorData, Returns<Address> {
  readonly kind: 'global';
  readonly aggregation: Aggregation;
  /** Only rows for which it is true are seen. */
  readonly predicate: Expr | undefined;
}

/** The one row of a global aggregate, from the threads' states. */
export interface GlobalSourceSpec extends SourceData {
  readonly kind: 'global';
  readonly aggregation: Aggregation;
  readonly states: readonly Address[];
}

export function openGlobalSink(spec: GlobalSinkSpec, context: TaskContext): PipelineSink<Address> {
  const { taskArena, batchArena, memory } = context;
  const { input, aggregates } = spec.aggregation;
  const states = openStates(context, aggregates, input, spec.predicate);
  const state = taskArena.allocateZeroed(Math.max(8, states.stateBytes));
  return {
    push(batch: Batch): void {
      states.updateSingle(batch, state);
      if (!states.hasReferences) return;
      const one = batchArena.allocate(4);
      memory.u32[one / 4] = state;
      states.persistReferences(one, 1, taskArena);
    },
    finish: () => state,
  };
}

export function openGlobalSource(spec: GlobalSourceSpec, context: TaskContext): Source {
  const { memory, batchArena } = context;
  const { input, aggregates } = spec.aggregation;
  return {
    *batches(): Iterable<Batch> {
      const states = openStates(context, aggregates, input);
      const count = spec.states.length;
      // A fresh state takes all of them in, so that the row can be asked for again.
      const merged = batchArena.allocateZeroed(Math.max(8, states.stateBytes));
      const into = batchArena.allocate(count * 4);
      const from = batchArena.allocate(count * 4);
      memory.u32.fill(merged, into / 4, into / 4 + count);
      memory.u32.set(spec.states, from / 4);
      states.merge(into, from, count);
      yield { length: 1, selection: 0, columns: states.finish(into, 1) };
    },
  };
}
