import { SqlError } from '@windrow/core';

/** The `io` error for input that is not what its format demands; `place` is a part, a line, an offset. */
export function damagedFile(
  path: string,
  format: string,
  problem: string,
  details: { readonly place?: string; readonly hint?: string; readonly cause?: unknown } = {},
): SqlError {
  const place = details.place === undefined ? '' : `, ${details.place}`;
  return new SqlError('io', `cannot read ${format} file "${path}"${place}: ${problem}`, {
    hint: details.hint,
    cause: details.cause,
  });
}
