import type { Address } from '@windrow/core';

/** What the text of fields looks like, for inferring types. */
export interface TextShapeKernels {
  /**
   * Counts the shapes of the rows that are not NULL (reference 0): a u32 for each of
   * {@link TEXT_SHAPES}, then a u32 each with the first row of that shape.
   */
  textShapes(refs: Address, count: number, out: Address): void;
}

/** The shapes, in the order of their counts; each value has the first one that fits. */
export const TEXT_SHAPES = [
  'empty',
  'integer',
  'wideInteger',
  'paddedInteger',
  'number',
  'specialNumber',
  'boolean',
  'booleanLetter',
  'date',
  'time',
  'timestamp',
  'zonedTimestamp',
  'uuid',
  'other',
] as const;
export type TextShape = (typeof TEXT_SHAPES)[number];
