import { assert, type Batch } from '@windrow/core';
import { openOperator, openSink, openSource } from '../lower.ts';
import type { PipelineSink, Push, Source, StreamOperator, TaskContext } from '../operator.ts';
import type { Control } from './control.ts';
import { DRIVER_SLOT, type Profiler } from './profile.ts';
import type { Branch, PipelineSpec } from './stream.ts';

/** Lets others have the thread when this query has had it for long enough. */
export interface TimeSlice {
  /** Asked after each batch and task. */
  expired(): boolean;
  pause(): Promise<void>;
}

interface OpenBranch {
  readonly firstMorsel: number;
  readonly source: Source;
  readonly sourceSlot: number;
  readonly operators: readonly StreamOperator[];
  readonly push: Push;
}

/** One thread's instance of a pipeline; it lives over all rounds of morsels of that pipeline. */
export class Pipeline {
  readonly #spec: PipelineSpec;
  readonly #context: TaskContext;
  readonly #profiler: Profiler;
  readonly #sink: PipelineSink;
  readonly #sinkSlot: number;
  readonly #open = new Map<Branch, OpenBranch>();
  readonly #position = { morsel: 0 };

  constructor(spec: PipelineSpec, context: TaskContext, profiler: Profiler) {
    this.#spec = spec;
    this.#context = context;
    this.#profiler = profiler;
    this.#sinkSlot = profiler.slot(spec.sink.nodeId);
    this.#sink = openSink(spec.sink, context);
  }

  /** Claims morsels below `morselEnd` and pushes their rows into the sink until none is left. */
  async run(control: Control, morselEnd: number, slice: TimeSlice): Promise<void> {
    for (let morsel = control.claim(); morsel < morselEnd; morsel = control.claim()) {
      this.#context.checkCancelled();
      await this.#runMorsel(morsel, slice);
      if (this.#sink.wants?.() === 'nothing') {
        control.exhaust();
        return;
      }
    }
  }

  /** The sink's result. The pipeline may run on when its sink allows for it. */
  finish(): unknown {
    const previous = this.#profiler.enter(this.#sinkSlot);
    const result = this.#sink.finish();
    this.#profiler.enter(previous);
    return result;
  }

  abort(): void {
    this.#sink.abort?.();
  }

  /** Closes sources and operators; the sink's result stays what it is. */
  close(): void {
    for (const { source, operators } of this.#open.values()) {
      source.close?.();
      for (const operator of operators) operator.close?.();
    }
    this.#open.clear();
  }

  async #runMorsel(morsel: number, slice: TimeSlice): Promise<void> {
    const branch = this.#branchOf(morsel);
    const { batchArena } = this.#context;
    this.#position.morsel = morsel;
    const batches = branch.source.batches(morsel - branch.firstMorsel)[Symbol.iterator]();
    try {
      for (;;) {
        this.#profiler.enter(branch.sourceSlot);
        const next = batches.next();
        this.#profiler.enter(DRIVER_SLOT);
        if (next.done === true) break;
        branch.push(next.value);
        batchArena.reset();
        if ((this.#sink.wants?.() ?? 'rows') !== 'rows') break;
        this.#context.checkCancelled();
        if (slice.expired()) await slice.pause();
      }
    } finally {
      batches.return?.();
      batchArena.reset();
    }
    this.#sink.endMorsel?.(this.#position);
  }

  #branchOf(morsel: number): OpenBranch {
    let firstMorsel = 0;
    for (const branch of this.#spec.branches) {
      if (morsel < firstMorsel + branch.source.morsels) {
        let open = this.#open.get(branch);
        if (open === undefined) {
          open = this.#openBranch(branch, firstMorsel);
          this.#open.set(branch, open);
        }
        return open;
      }
      firstMorsel += branch.source.morsels;
    }
    assert(false, `morsel ${morsel} belongs to a branch`);
  }

  #openBranch(branch: Branch, firstMorsel: number): OpenBranch {
    const profiler = this.#profiler;
    const source = openSource(branch.source, this.#context);
    const operators = branch.operators.map((spec) => openOperator(spec, this.#context));
    let push = this.#timed(this.#sinkSlot, (batch) => this.#sink.push(batch, this.#position));
    for (let index = operators.length - 1; index >= 0; index--) {
      const operator = operators[index]!;
      const { nodeId, isAuxiliary } = branch.operators[index]!;
      const slot = profiler.slot(nodeId);
      const next = this.#counted(isAuxiliary === true ? DRIVER_SLOT : slot, push);
      push = this.#timed(slot, (batch) => operator.push(batch, next));
    }
    const { nodeId, isAuxiliary } = branch.source;
    const sourceSlot = profiler.slot(nodeId);
    const counted = this.#counted(isAuxiliary === true ? DRIVER_SLOT : sourceSlot, push);
    return { firstMorsel, source, sourceSlot, operators, push: counted };
  }

  #timed(slot: number, push: Push): Push {
    const profiler = this.#profiler;
    return (batch: Batch) => {
      const previous = profiler.enter(slot);
      push(batch);
      profiler.enter(previous);
    };
  }

  /** Counts what a slot hands up, and keeps empty batches from everybody above. */
  #counted(slot: number, push: Push): Push {
    const profiler = this.#profiler;
    return (batch: Batch) => {
      if (batch.length === 0) return;
      profiler.countRows(slot, batch.length);
      push(batch);
    };
  }
}
