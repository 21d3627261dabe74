import type { Expression } from '../ast/expression.ts';
import type { Cursor } from './cursor.ts';

/** An operator that follows its left operand. */
export interface Infix {
  /** One of the levels of `Precedence`. */
  readonly precedence: number;
  /** `startIndex` is the first token of `left`; the cursor stands on the operator. */
  readonly parse: (cursor: Cursor, left: Expression, startIndex: number) => Expression;
}
