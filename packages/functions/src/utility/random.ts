import { randomBytes, randomFillSync, randomUUID } from 'node:crypto';
import { DOUBLE, type ScalarFunction, TIMESTAMPTZ, UUID } from '@windrow/core';
import { example, scalar, signature } from '../define.ts';
import { jsOverload } from '../vector/overload.ts';
import { FLOAT64, INT64, LITERAL, rowwise } from '../vector/rows.ts';

/**
 * Uniform numbers in [0, 1) with 53 bits, by xoshiro256**, seeded from the system once per thread.
 * Source: Blackman and Vigna (2021), ACM TOMS 47(4).
 */
class UniformGenerator {
  readonly #state: BigUint64Array = randomFillSync(new BigUint64Array(4));

  next(): number {
    const [a, b, c, d] = this.#state as unknown as [bigint, bigint, bigint, bigint];
    const scrambled = BigInt.asUintN(64, rotate(BigInt.asUintN(64, b * 5n), 7n) * 9n);
    const third = c ^ a;
    const fourth = d ^ b;
    this.#state[1] = b ^ third;
    this.#state[0] = a ^ fourth;
    this.#state[2] = third ^ (b << 17n);
    this.#state[3] = rotate(fourth, 45n);
    return Number(scrambled >> 11n) * 2 ** -53;
  }
}

const rotate = (value: bigint, bits: bigint): bigint =>
  BigInt.asUintN(64, value << bits) | (value >> (64n - bits));

let generator: UniformGenerator | undefined;

function uniform(): number {
  generator ??= new UniformGenerator();
  return generator.next();
}

/** A standard normal number. Source: Box and Muller (1958), Annals of Mathematical Statistics 29(2). */
function normal(): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
  return radius * Math.cos(2 * Math.PI * uniform());
}

/** Version 7: 48 bits of milliseconds, then random bits. Source: RFC 9562 §5.7. */
function uuidVersion7(): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  const ends = [8, 12, 16, 20, 32];
  return ends.map((end, i) => hex.slice(ends[i - 1] ?? 0, end)).join('-');
}

const EPOCH_OFFSET_1582 = 12_219_292_800_000_000n;

/** The instant in a UUID of version 1 or 7, microseconds; null for other versions. */
function uuidInstant(text: string): bigint | null {
  const hex = text.replaceAll('-', '');
  if (hex[12] === '7') return BigInt(`0x${hex.slice(0, 12)}`) * 1000n;
  if (hex[12] !== '1') return null;
  const ticks = BigInt(`0x${hex.slice(13, 16)}${hex.slice(8, 12)}${hex.slice(0, 8)}`);
  return ticks / 10n - EPOCH_OFFSET_1582;
}

/** Random numbers and identifiers: new ones for each row. */
export const randomFunctions: readonly ScalarFunction[] = [
  scalar({
    name: 'random',
    aliases: ['rand'],
    category: 'random',
    doc: {
      summary: 'A random number of at least 0 and less than 1.',
      examples: [example('random() BETWEEN 0 AND 1', 'true')],
      source: 'xoshiro256**: Blackman and Vigna (2021), ACM TOMS 47(4)',
    },
    volatility: 'volatile',
    overloads: [jsOverload(signature([], DOUBLE), rowwise([], FLOAT64, uniform))],
  }),
  scalar({
    name: 'randn',
    category: 'random',
    doc: {
      summary: 'A random number of the standard normal distribution.',
      examples: [example('abs(randn()) < 40', 'true')],
      source: 'Box and Muller (1958), Annals of Mathematical Statistics 29(2)',
    },
    volatility: 'volatile',
    overloads: [jsOverload(signature([], DOUBLE), rowwise([], FLOAT64, normal))],
  }),
  scalar({
    name: 'uuid',
    aliases: ['gen_random_uuid', 'uuidv4'],
    category: 'random',
    doc: {
      summary: 'A random UUID, version 4.',
      examples: [example("split_part(uuid()::VARCHAR, '-', 3)[1]", '4')],
      source: 'RFC 9562 §5.4',
    },
    volatility: 'volatile',
    overloads: [jsOverload(signature([], UUID), rowwise([], LITERAL, randomUUID))],
  }),
  scalar({
    name: 'uuidv7',
    category: 'random',
    doc: {
      summary: 'A UUID that begins with the time, version 7.',
      examples: [example("split_part(uuidv7()::VARCHAR, '-', 3)[1]", '7')],
      source: 'RFC 9562 §5.7',
    },
    volatility: 'volatile',
    overloads: [jsOverload(signature([], UUID), rowwise([], LITERAL, uuidVersion7))],
  }),
  scalar({
    name: 'uuid_extract_timestamp',
    category: 'random',
    doc: {
      summary: 'The time in a UUID of version 1 or 7; NULL for others.',
      examples: [
        example(
          "uuid_extract_timestamp('018bcfe5-6800-7000-8000-000000000000'::UUID)",
          '2023-11-14 22:13:20+00',
        ),
      ],
      source: 'PostgreSQL; RFC 9562 §5.1 and §5.7',
    },
    overloads: [
      jsOverload(
        signature([UUID], TIMESTAMPTZ),
        rowwise([LITERAL], INT64, (value) => uuidInstant(String(value))),
        { returnsNull: true },
      ),
    ],
  }),
];
