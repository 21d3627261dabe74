import type { OutputColumn } from '@windrow/planner';
import type { OperatorSpec, SinkSpec, SourceSpec } from '../lower.ts';

/** What every source says of itself. */
export interface SourceData {
  readonly nodeId: number;
  /** Morsels are numbered `0 … morsels - 1`, in the order of rows. */
  readonly morsels: number;
  /** Rows in all, where that is known or well estimated beforehand. */
  readonly rows?: number;
  /** Its rows are not counted as the node's: it reads again what the node has kept. */
  readonly isAuxiliary?: boolean;
}

/** What every streaming operator and every sink says of itself. */
export interface OperatorData {
  readonly nodeId: number;
  /** Its rows are not counted as the node's: it only prepares what others of the node do. */
  readonly isAuxiliary?: boolean;
}

/** One source with the operators above it. */
export interface Branch {
  readonly source: SourceSpec;
  readonly operators: readonly OperatorSpec[];
  /**
   * Starts only when every thread is through with the earlier branches: for sources that depend on what
   * operators of earlier branches did (build rows without a match).
   */
  readonly afterEarlier?: boolean;
}

/**
 * Rows that a pipeline will make once it runs, as plain data: the branches one after the other
 * (UNION ALL has several). Column i of the batches is `columns[i]`.
 */
export interface Stream {
  readonly branches: readonly Branch[];
  readonly columns: readonly OutputColumn[];
  /** A function in it exists on the main thread only, so that the pipeline must run there. */
  readonly mainThread: boolean;
}

/** A stream with its end, ready to run on every thread. */
export interface PipelineSpec {
  readonly branches: readonly Branch[];
  readonly sink: SinkSpec;
}

/** A stream of one source without operators. */
export const streamOf = (source: SourceSpec, columns: readonly OutputColumn[]): Stream => ({
  branches: [{ source, operators: [] }],
  columns,
  mainThread: false,
});

/** The stream with one more operator at the end of each branch. */
export const append = (
  stream: Stream,
  operator: OperatorSpec,
  next: { readonly columns: readonly OutputColumn[]; readonly mainThread?: boolean },
): Stream => ({
  branches: stream.branches.map((branch) => ({
    ...branch,
    operators: [...branch.operators, operator],
  })),
  columns: next.columns,
  mainThread: stream.mainThread || (next.mainThread ?? false),
});

/** Rows that the branches' sources have; undefined when one of them does not know. */
export const sourceRows = (branches: readonly Branch[]): number | undefined =>
  branches.reduce<number | undefined>(
    (sum, { source: { rows } }) =>
      sum === undefined || rows === undefined ? undefined : sum + rows,
    0,
  );

/** All morsels of the branches; a branch's morsels follow those of the branch before it. */
export const morselCount = (branches: readonly Branch[]): number =>
  branches.reduce((sum, branch) => sum + branch.source.morsels, 0);
