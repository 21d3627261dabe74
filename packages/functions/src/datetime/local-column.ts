import { type EvalContext, isValidAt } from '@windrow/core';
import { type Argument, INT64, type KernelArgument, kernelArgument } from '../vector/rows.ts';
import { isUtc } from './time-zone.ts';
import { localToUtc, utcToLocal } from './zone-conversion.ts';

/**
 * Timestamps as wall times: of instants (TIMESTAMPTZ) in the session's zone, of others themselves.
 * NULL rows of the copy hold anything.
 */
export function localColumn(
  context: EvalContext,
  arg: Argument,
  length: number,
  validity: number,
): KernelArgument {
  const zone = context.session.timeZone;
  const isInstant = arg.type.kind === 'timestamp' && arg.type.zoned;
  if (!isInstant || isUtc(zone) || (arg.kind === 'constant' && arg.isNull))
    return kernelArgument(arg);
  const { memory, arena } = context;
  const count = arg.kind === 'constant' ? 1 : length;
  const values = arena.allocateZeroed(count * 8);
  const read = INT64.reader(memory, arg);
  for (let row = 0; row < count; row++) {
    if (arg.kind === 'constant' || isValidAt(memory, validity, row))
      memory.i64[(values >>> 3) + row] = utcToLocal(read(row), zone) ?? 0n;
  }
  return { values, step: arg.kind === 'constant' ? 0 : 8 };
}

/** Turns wall times of the session's zone into instants, in place. */
export function localToInstants(
  { memory, session }: EvalContext,
  values: number,
  length: number,
  validity: number,
): void {
  if (isUtc(session.timeZone)) return;
  const base = values >>> 3;
  for (let row = 0; row < length; row++) {
    if (!isValidAt(memory, validity, row)) continue;
    memory.i64[base + row] = localToUtc(memory.i64[base + row]!, session.timeZone) ?? 0n;
  }
}
