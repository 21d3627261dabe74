/*
 * Every generated function works on an argument block, whose address is its first parameter:
 *
 *     0  error site: number + 1 of the place that failed, 0 = none
 *     4  addresses that concern all rows (see `WordArgument`)
 *    32  operands of the error, 16 bytes each
 *   128  inputs, 16 bytes each: values, validity, dictionary indices, constant's validity
 *        outputs, 8 bytes each: values, validity bytes
 *        literals, 16 bytes each
 *
 * Addresses are u32. What does not change between batches is written once.
 */

export const ERROR_SITE_OFFSET = 0;
export const ERROR_OPERANDS_OFFSET = 32;
const INPUTS_OFFSET = 128;
const INPUT_BYTES = 16;
const OUTPUT_BYTES = 8;
const LITERAL_BYTES = 16;

/** Operands that fit between the error's operands and the inputs. */
export const MAX_RAISE_OPERANDS: number = (INPUTS_OFFSET - ERROR_OPERANDS_OFFSET) / 16;

const WORD_ARGUMENTS = {
  /** Row numbers of the selected rows. */
  selection: 4,
  /** Where a filter puts row numbers. */
  selected: 8,
  /** One state, or an array of state addresses. */
  states: 12,
  /** An array of state addresses to merge from. */
  from: 16,
  /** Pairs of addresses of the starts and ends of frames. */
  frames: 20,
  /** Addresses of the levels of a segment tree. */
  levels: 24,
  /** For each set of four lanes, the bytes that bring its lanes to the front. */
  laneOrders: 28,
} as const;

export type WordArgument = keyof typeof WORD_ARGUMENTS;

export const INPUT_VALUES = 0;
export const INPUT_VALIDITY = 4;
export const INPUT_INDICES = 8;
export const INPUT_CONSTANT_VALID = 12;
export const OUTPUT_VALUES = 0;
export const OUTPUT_VALIDITY = 4;

/** Where the arguments lie, by how many there are. */
export interface BlockLayout {
  word(name: WordArgument): number;
  input(index: number): number;
  output(index: number): number;
  literal(index: number): number;
  readonly bytes: number;
}

export interface BlockCounts {
  readonly inputs: number;
  readonly outputs: number;
  readonly literals: number;
}

export function blockLayout({ inputs, outputs, literals }: BlockCounts): BlockLayout {
  const outputsOffset = INPUTS_OFFSET + inputs * INPUT_BYTES;
  const literalsOffset = Math.ceil((outputsOffset + outputs * OUTPUT_BYTES) / 16) * 16;
  return {
    word: (name) => WORD_ARGUMENTS[name],
    input: (index) => INPUTS_OFFSET + index * INPUT_BYTES,
    output: (index) => outputsOffset + index * OUTPUT_BYTES,
    literal: (index) => literalsOffset + index * LITERAL_BYTES,
    bytes: literalsOffset + literals * LITERAL_BYTES,
  };
}
