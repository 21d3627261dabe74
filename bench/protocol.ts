import type { Cell } from './engines/engine.ts';
import type { Reading } from './meter.ts';
import type { BenchFunction, EngineName, FunctionSource, Storage } from './suite.ts';

/** What an engine's process is told; polars.py reads the same as lines of JSON. */
export type Request =
  | { readonly kind: 'open'; readonly engine: EngineName; readonly threads: number }
  | {
      readonly kind: 'load';
      readonly table: string;
      readonly file: string;
      readonly storage: Storage;
    }
  | { readonly kind: 'register'; readonly definition: BenchFunction }
  | { readonly kind: 'run'; readonly sql: string; readonly fold?: FunctionSource }
  | { readonly kind: 'close' };

/** The reading is of the statement with its rows in JavaScript, before they are made comparable. */
export interface Reply extends Reading {
  readonly rows: readonly (readonly Cell[])[];
  readonly text: string;
  readonly error: string | undefined;
}
