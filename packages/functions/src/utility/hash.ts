import { createHash } from 'node:crypto';
import {
  BIGINT,
  BLOB,
  INTEGER,
  isNested,
  physicalType,
  type ScalarFunction,
  type ScalarOverload,
  type SqlType,
  UBIGINT,
  VARCHAR,
  type VectorEvaluate,
} from '@windrow/core';
import { kernels, PHYSICAL_TYPE_CODES } from '@windrow/kernels';
import { example, scalar, signature } from '../define.ts';
import { invalidArgument } from '../errors.ts';
import { jsOverload } from '../vector/overload.ts';
import { BYTES, COUNT, INT32, rowwise, TEXT } from '../vector/rows.ts';

/** The hash by which rows are grouped and joined: equal values hash alike, NULL has a hash too. */
const hashRows: VectorEvaluate = ({ memory, arena }, args, result) => {
  const kernel = kernels(memory);
  const { length, values: out } = result;
  args.forEach((arg, column) => {
    const combine = column === 0 ? 0 : 1;
    const code = PHYSICAL_TYPE_CODES[physicalType(arg.type)];
    if (arg.kind === 'flat') {
      kernel.hashColumn(code, arg.values, arg.validity, length, combine, out);
      return;
    }
    // The hash of the one value, NULL as a row whose bit is not set.
    const one = arena.allocate(8);
    const validity = arena.allocateZeroed(8);
    kernel.hashColumn(code, arg.values, arg.isNull ? validity : 0, 1, 0, one);
    kernel.hashConstant(one, length, combine, out);
  });
};

const digest =
  (algorithm: string): ((bytes: Uint8Array) => string) =>
  (bytes) =>
    createHash(algorithm).update(bytes).digest('hex');

/** Overloads for text, as its UTF-8, and for blobs. */
const ofBytes = (compute: (bytes: Uint8Array) => string): readonly ScalarOverload[] =>
  [VARCHAR, BLOB].map((type) =>
    jsOverload(signature([type], VARCHAR), rowwise([BYTES], TEXT, compute)),
  );

const SHA2: ReadonlyMap<number, (bytes: Uint8Array) => string> = new Map([
  [224, digest('sha224')],
  [256, digest('sha256')],
  [0, digest('sha256')],
  [384, digest('sha384')],
  [512, digest('sha512')],
]);

function sha2(bytes: Uint8Array, bits: number): string {
  const compute = SHA2.get(bits);
  if (compute === undefined)
    throw invalidArgument(
      `SHA-2 has no digest of ${bits} bits`,
      'There are 224, 256, 384 and 512.',
    );
  return compute(bytes);
}

/** Reversed CRC-32 of every byte. Source: ISO/IEC 13239; polynomial 0xEDB88320. */
const CRC_TABLE: Uint32Array = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ byte) & 0xff]!;
  return (crc ^ 0xffffffff) >>> 0;
}

interface DigestOptions {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly algorithm: string;
  readonly label: string;
  readonly result: string;
  readonly source: string;
}

const digestFunction = (options: DigestOptions): ScalarFunction =>
  scalar({
    name: options.name,
    aliases: options.aliases ?? [],
    category: 'hashes',
    doc: {
      summary: `The ${options.label} digest of a text's UTF-8 or of a blob, in lower-case hexadecimal.`,
      examples: [example(`${options.name}('abc')`, options.result)],
      source: options.source,
    },
    overloads: ofBytes(digest(options.algorithm)),
  });

/** Hashes and digests. */
export const hashFunctions: readonly ScalarFunction[] = [
  scalar({
    name: 'hash',
    category: 'hashes',
    doc: {
      summary: 'A 64-bit hash of one or more values, NULL among them; stable within a version.',
      examples: [
        example('hash(0.0::DOUBLE) = hash(-0.0::DOUBLE)', 'true'),
        example('hash(NULL) IS NULL', 'false'),
      ],
      source: 'The hash of GROUP BY and joins',
    },
    nulls: 'handles',
    overloads: [
      jsOverload(
        {
          display: '(T, …) → UBIGINT',
          resolve: (args) =>
            args.length > 0 && !args.some(isNested)
              ? {
                  args: args.map((type): SqlType => (type.kind === 'null' ? INTEGER : type)),
                  returns: UBIGINT,
                }
              : undefined,
        },
        hashRows,
      ),
    ],
  }),
  digestFunction({
    name: 'md5',
    algorithm: 'md5',
    label: 'MD5',
    result: '900150983cd24fb0d6963f7d28e17f72',
    source: 'RFC 1321',
  }),
  digestFunction({
    name: 'sha1',
    aliases: ['sha'],
    algorithm: 'sha1',
    label: 'SHA-1',
    result: 'a9993e364706816aba3e25717850c26c9cd0d89d',
    source: 'FIPS 180-4',
  }),
  digestFunction({
    name: 'sha256',
    algorithm: 'sha256',
    label: 'SHA-256',
    result: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    source: 'FIPS 180-4',
  }),
  digestFunction({
    name: 'sha512',
    algorithm: 'sha512',
    label: 'SHA-512',
    result:
      'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
    source: 'FIPS 180-4',
  }),
  scalar({
    name: 'sha2',
    category: 'hashes',
    doc: {
      summary: 'The SHA-2 digest of 224, 256, 384 or 512 bits, in lower-case hexadecimal.',
      examples: [
        example("sha2('abc', 224)", '23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7'),
      ],
      source: 'FIPS 180-4',
    },
    overloads: [VARCHAR, BLOB].map((type) =>
      jsOverload(signature([type, INTEGER], VARCHAR), rowwise([BYTES, INT32], TEXT, sha2), {
        raises: true,
      }),
    ),
  }),
  scalar({
    name: 'crc32',
    category: 'hashes',
    doc: {
      summary: 'The CRC-32 checksum of a text’s UTF-8 or of a blob.',
      examples: [example("crc32('123456789')", '3421780262')],
      source: 'ISO/IEC 13239',
    },
    overloads: [VARCHAR, BLOB].map((type) =>
      jsOverload(signature([type], BIGINT), rowwise([BYTES], COUNT, crc32)),
    ),
  }),
];
