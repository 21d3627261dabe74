import {
  type Address,
  type EvalContext,
  type ResultVector,
  type SharedMemory,
} from '@windrow/core';
import type { Argument } from './rows.ts';
/**
 * Appends text and bytes to an arena, many values to an allocation (an arena's own are cache lines
 * apart), and puts their references into a result's rows.
 */
export declare class TextWriter {
  constructor(context: EvalContext, result: ResultVector);
  setText(row: number, text: string): void;
  setBytes(row: number, bytes: Uint8Array): void;
  /** Points a row at bytes that exist already: the argument's, or those of another row. */
  setReference(row: number, address: Address, bytes: number): void;
}
/** Reads rows of a text column; a constant is decoded once. */
export declare function textReader(memory: SharedMemory, arg: Argument): (row: number) => string;
/** Reads rows of a blob column as views, valid while the column is. */
export declare function bytesReader(
  memory: SharedMemory,
  arg: Argument,
): (row: number) => Uint8Array;
//# sourceMappingURL=text.d.ts.map
