import type { EmitValue, Local } from '@windrow/core';

/** The first (for one-word types the only) local of a value. */
export function first(value: EmitValue | undefined): Local {
  const local = value?.locals[0];
  if (local === undefined) throw new RangeError('a value without locals');
  return local;
}
