import type { Arena } from '@windrow/core';
import { kernels } from '@windrow/kernels';
import type { ByteInput } from '../input/byte-input.ts';
import { loadPiece, type PieceLayout } from '../text/line-pieces.ts';
import type { ScanJob } from './scan-job.ts';

/*
 * Pieces begin behind a line end, but a line end may lie inside a quoted field. Whether a piece begins
 * inside one depends on all pieces before it; a piece's own part is a function of one bit, which any
 * thread can work out alone and share: bit 0 known, bit 1 the end's state when the piece begins outside
 * quotes, bit 2 when it begins inside.
 */

const KNOWN = 1;

/** Tells, for one file and thread, whether pieces begin inside a quoted field. */
export class QuoteStates {
  readonly #states: Int32Array;
  readonly #input: ByteInput;
  readonly #layout: PieceLayout;
  #knownPiece = 0;
  #knownState = 0;

  constructor(states: SharedArrayBuffer, input: ByteInput, layout: PieceLayout) {
    this.#states = new Int32Array(states);
    this.#input = input;
    this.#layout = layout;
  }

  /** 1 when the piece begins inside a quoted field. Pieces are asked for in ascending order, mostly. */
  stateBefore(piece: number, job: ScanJob, arena: Arena): number {
    if (piece < this.#knownPiece) [this.#knownPiece, this.#knownState] = [0, 0];
    while (this.#knownPiece < piece) {
      const transition = this.#transition(this.#knownPiece, job, arena);
      this.#knownState = (transition >> (1 + this.#knownState)) & 1;
      this.#knownPiece += 1;
    }
    return this.#knownState;
  }

  #transition(piece: number, job: ScanJob, arena: Arena): number {
    const known = Atomics.load(this.#states, piece);
    if (known !== 0) return known;
    const mark = arena.mark();
    const { start, limit } = loadPiece(
      this.#input,
      this.#layout,
      { index: piece, marginBytes: 4096 },
      arena,
    );
    const transition = quoteTransition({ start, limit }, job, arena);
    Atomics.store(this.#states, piece, transition);
    arena.rewind(mark);
    return transition;
  }
}

function quoteTransition(
  { start, limit }: { readonly start: number; readonly limit: number },
  job: ScanJob,
  arena: Arena,
): number {
  const { csvQuoteState } = kernels(arena.memory);
  const fromOutside = csvQuoteState(job.address, start, limit, 0);
  const fromInside = csvQuoteState(job.address, start, limit, 1);
  return KNOWN | (fromOutside << 1) | (fromInside << 2);
}
