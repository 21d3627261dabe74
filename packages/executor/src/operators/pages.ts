import type { Address } from '@windrow/core';
import type { Query } from '../runtime/query.ts';

/** Pages for as long as `body` runs; if it fails they stay the query's, which frees them at its end. */
export async function withPages(
  { memory, owner }: Query,
  bytes: number,
  body: (address: Address) => Promise<void>,
): Promise<void> {
  const address = memory.allocatePages(bytes, owner);
  await body(address);
  memory.freePages(address, bytes);
}
