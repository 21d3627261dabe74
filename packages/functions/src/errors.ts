import { SqlError } from '@windrow/core';

/** `execution` 22023: an argument outside the function's domain. */
export const invalidArgument = (message: string, hint?: string): SqlError =>
  new SqlError('execution', message, { sqlState: '22023', hint });

/** `execution` 22003: a result that the type cannot hold. */
export const outOfRange = (message: string, hint?: string): SqlError =>
  new SqlError('execution', message, { sqlState: '22003', hint });

/** `resource` 54000: a result larger than anything may be. */
export const tooLarge = (message: string): SqlError =>
  new SqlError('resource', message, { sqlState: '54000' });
