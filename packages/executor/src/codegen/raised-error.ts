import {
  type Address,
  formatLiteral,
  readValue,
  type SharedMemory,
  type Span,
  SqlError,
  type SqlType,
} from '@windrow/core';
import { ERROR_OPERANDS_OFFSET, ERROR_SITE_OFFSET } from './argument-block.ts';
import type { RaiseRecord } from './function-builder.ts';

const MAX_OPERAND_CHARACTERS = 80;

/**
 * The error that generated code left in its argument block, with the operands as text; the error cell is
 * cleared.
 */
export function takeRaisedError(
  memory: SharedMemory,
  block: Address,
  raises: readonly RaiseRecord[],
  spanOf: (node: number) => Span | undefined,
): SqlError {
  const word = (block + ERROR_SITE_OFFSET) >>> 2;
  const record = raises[(memory.u32[word] ?? 0) - 1];
  memory.u32[word] = 0;
  if (record === undefined) return new SqlError('internal', 'generated code failed nowhere');
  const { site, operandTypes, node } = record;
  const operands = operandTypes.map((type, i) =>
    operandText(memory, type, block + ERROR_OPERANDS_OFFSET + i * 16),
  );
  const message = site.message.replace(
    /\{(\d+)\}/g,
    (placeholder, index: string) => operands[Number(index)] ?? placeholder,
  );
  const { sqlState, hint } = site;
  return new SqlError('execution', message, { sqlState, hint, span: spanOf(node) });
}

function operandText(memory: SharedMemory, type: SqlType, address: Address): string {
  const text = formatLiteral(readValue(memory, type, address), type);
  if (text.length <= MAX_OPERAND_CHARACTERS) return text;
  return `${text.slice(0, MAX_OPERAND_CHARACTERS - 1)}…`;
}
