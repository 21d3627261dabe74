import { BIGINT, SharedMemory, VARCHAR } from '@windrow/core';
import { expect, it } from 'vitest';
import { call, literal } from '../testing/reference.test.support.ts';
import { registryOf, TEST_FUNCTIONS } from '../testing/scalar-functions.test.support.ts';
import { evaluateConstant } from './constant.ts';

const memory = SharedMemory.create();
const context = {
  functions: registryOf(TEST_FUNCTIONS),
  session: { nowMicros: 0n, timeZone: 'UTC' },
  memory,
};
const big = (value: bigint | null) => literal(value, BIGINT);

it.each([
  [big(5n), 5n],
  [call('add', big(2n), big(3n)), 5n],
  [call('add', big(2n), big(null)), null],
  [call('upper', literal('straße', VARCHAR)), 'STRASSE'],
  [call('byte_count', call('upper', literal('ab', VARCHAR))), 2n],
  [call('describe', big(null)), 'none'],
])('folds %#', (expr, value) => {
  expect(evaluateConstant(expr, context)).toBe(value);
});

it('gives back all memory, also after an error', () => {
  const before = memory.usedBytes;
  const failing = call('remainder', big(1n), big(0n));
  expect(() => evaluateConstant(failing, context)).toThrow('remainder of 1 by zero');
  expect(memory.usedBytes).toBe(before);
});
