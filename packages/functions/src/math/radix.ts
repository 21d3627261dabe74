import { BIGINT, BLOB, INTEGER, type ScalarFunction, SqlError, VARCHAR } from '@windrow/core';
import { signature } from '../define.ts';
import { invalidArgument, tooLarge } from '../errors.ts';
import { shownText } from '../text/shown.ts';
import { jsOverload } from '../vector/overload.ts';
import { BYTES, INT32, INT64, rowwise, TEXT } from '../vector/rows.ts';
import { numberFunction } from './integer.ts';

/** Digits of an integer as an unsigned 64-bit number, so that negative ones show two's complement. */
const digits =
  (base: 2 | 8 | 16) =>
  (value: bigint): string =>
    BigInt.asUintN(64, value).toString(base).toUpperCase();

const hexOfBytes = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex').toUpperCase();

function checkBase(base: number): void {
  if (base < 2 || base > 36) throw invalidArgument(`the base must be 2 to 36, not ${base}`);
}

const MAX_DIGITS = 10_000;

function toBase(value: bigint, base: number, length = 1): string {
  checkBase(base);
  if (value < 0n) throw invalidArgument(`to_base takes no negative number, but ${value}`);
  if (length > MAX_DIGITS) throw tooLarge(`${length} digits are more than ${MAX_DIGITS}`);
  return value.toString(base).toUpperCase().padStart(length, '0');
}

function fromBase(text: string, base: number): bigint {
  checkBase(base);
  const [, sign, body = ''] = /^\s*([+-]?)([0-9a-zA-Z]+)\s*$/.exec(text) ?? [];
  let value = 0n;
  for (const character of body) {
    const digit = Number.parseInt(character, 36);
    if (digit >= base) return malformed(text, base);
    value = value * BigInt(base) + BigInt(digit);
  }
  if (body === '') return malformed(text, base);
  const signed = sign === '-' ? -value : value;
  if (BigInt.asIntN(64, signed) !== signed) {
    throw new SqlError('execution', `${shownText(text)} is out of range for BIGINT`, {
      sqlState: '22003',
    });
  }
  return signed;
}

function malformed(text: string, base: number): never {
  throw new SqlError('execution', `${shownText(text)} is not a number to base ${base}`, {
    sqlState: '22018',
  });
}

const convert = (text: string, from: number, to: number): string => {
  checkBase(to);
  return fromBase(text, from).toString(to).toUpperCase();
};

const OF_INTEGER = signature([BIGINT], VARCHAR);
const CAN_FAIL = { raises: true } as const;

/** Functions of the digits of numbers. */
export const radixFunctions: readonly ScalarFunction[] = [
  numberFunction({
    name: 'bin',
    summary: 'The integer in binary; a negative one as 64 bits of two’s complement.',
    examples: [['bin(10)', '1010']],
    source: 'MySQL and Spark',
    overloads: [jsOverload(OF_INTEGER, rowwise([INT64], TEXT, digits(2)))],
  }),
  numberFunction({
    name: 'oct',
    summary: 'The integer in octal; a negative one as 64 bits of two’s complement.',
    examples: [['oct(8)', '10']],
    source: 'MySQL',
    overloads: [jsOverload(OF_INTEGER, rowwise([INT64], TEXT, digits(8)))],
  }),
  numberFunction({
    name: 'hex',
    aliases: ['to_hex'],
    summary: 'The integer, or the bytes of a text or blob, in hexadecimal.',
    examples: [
      ['hex(255)', 'FF'],
      ["hex('win')", '77696E'],
    ],
    source: 'MySQL and DuckDB',
    overloads: [
      jsOverload(signature([VARCHAR], VARCHAR), rowwise([BYTES], TEXT, hexOfBytes)),
      jsOverload(signature([BLOB], VARCHAR), rowwise([BYTES], TEXT, hexOfBytes)),
      jsOverload(OF_INTEGER, rowwise([INT64], TEXT, digits(16))),
    ],
  }),
  numberFunction({
    name: 'to_base',
    summary: 'The number to a base of 2 to 36, with at least so many digits.',
    examples: [
      ['to_base(10, 2)', '1010'],
      ['to_base(10, 2, 8)', '00001010'],
    ],
    source: 'DuckDB',
    overloads: [
      jsOverload(
        signature([BIGINT, INTEGER], VARCHAR),
        rowwise([INT64, INT32], TEXT, (value, base) => toBase(value, base)),
        CAN_FAIL,
      ),
      jsOverload(
        signature([BIGINT, INTEGER, INTEGER], VARCHAR),
        rowwise([INT64, INT32, INT32], TEXT, toBase),
        CAN_FAIL,
      ),
    ],
  }),
  numberFunction({
    name: 'from_base',
    summary: 'The integer that a text means to a base of 2 to 36.',
    examples: [["from_base('ff', 16)", '255']],
    source: 'Trino',
    overloads: [
      jsOverload(
        signature([VARCHAR, INTEGER], BIGINT),
        rowwise([TEXT, INT32], INT64, fromBase),
        CAN_FAIL,
      ),
    ],
  }),
  numberFunction({
    name: 'conv',
    summary: 'A number to one base as text to another.',
    examples: [["conv('ff', 16, 2)", '11111111']],
    source: 'MySQL',
    overloads: [
      jsOverload(
        signature([VARCHAR, INTEGER, INTEGER], VARCHAR),
        rowwise([TEXT, INT32, INT32], TEXT, convert),
        CAN_FAIL,
      ),
    ],
  }),
];
