import type { EngineName } from './suite.ts';

/** How another engine than the two did on a case; times are medians. */
export interface RivalOutcome {
  readonly engine: EngineName;
  readonly ms: number;
  readonly ok: boolean;
  readonly note: string;
}

/** One case's result. Times are medians over the rounds, in milliseconds; memory in 10^6 bytes. */
export interface Outcome {
  readonly suite: string;
  readonly case: string;
  readonly windrowMs: number;
  readonly duckdbMs: number;
  /** Windrow's time over DuckDB's (for a case about memory: its memory): median of the rounds'. */
  readonly ratio: number;
  /** Interquartile range of the rounds' ratios. */
  readonly spread: number;
  readonly rounds: number;
  /** Rows of the answer. */
  readonly rows: number;
  readonly cpuMs: number;
  readonly duckdbCpuMs: number;
  /** High-water mark of the process: during the case, or since its start as `peakScope` says. */
  readonly peakMb: number;
  readonly duckdbPeakMb: number;
  readonly peakScope: 'case' | 'process';
  readonly metric: 'time' | 'memory';
  /** Does the answer agree with the benchmark's published one? Absent where there is none at hand. */
  readonly published?: boolean;
  readonly ok: boolean;
  /** Why it failed, or what to know about the figures; empty when nothing. */
  readonly note: string;
  readonly others: readonly RivalOutcome[];
}
