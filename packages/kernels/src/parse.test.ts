import {
  Arena,
  formatDate,
  formatDecimal,
  formatTime,
  formatTimestamp,
  readText,
  SharedMemory,
  VARCHAR,
  writeVector,
} from '@windrow/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kernels } from './module.ts';

const memory = SharedMemory.create();
const arena = new Arena(memory, memory.newOwner());
const kernel = kernels(memory);
const NO_ROWS = 0xffffffff;

/** What a parser read of each text; undefined for those it left to the caller. */
function parse<T>(
  texts: readonly string[],
  width: number,
  run: (refs: number, out: number, rest: number) => number,
  read: (address: number) => T,
): (T | undefined)[] {
  arena.reset();
  const { values: refs } = writeVector(arena, VARCHAR, texts);
  const out = arena.allocate(texts.length * width);
  const rest = arena.allocate(texts.length * 4);
  const left = new Set(memory.u32.subarray(rest >>> 2, (rest >>> 2) + run(refs, out, rest)));
  return texts.map((_, i) => (left.has(i) ? undefined : read(out + i * width)));
}

const readLong = (address: number): bigint => memory.i64[address >>> 3]!;
const column = <T>(row: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.array(row, { minLength: 1, maxLength: 20 });

describe('parsing', () => {
  it('reads integers of every width, or leaves them', () => {
    const text = fc.oneof(
      fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }).map(String),
      fc.integer({ min: -300, max: 300 }).map(String),
      fc.integer({ min: 0, max: 99 }).map((n) => `+00${n}`),
      fc.constantFrom('', '-', '+', ' 1', '1 ', '1.0', '1e3', '0x1', 'a', '--1'),
    );
    for (const [width, signed] of [
      [1, 1],
      [1, 0],
      [2, 1],
      [2, 0],
      [4, 1],
      [4, 0],
      [8, 1],
    ] as const) {
      const bits = BigInt(width * 8);
      fc.assert(
        fc.property(column(text), (texts) => {
          const found = parse(
            texts,
            width,
            (refs, out, rest) =>
              kernel.parseIntegers(refs, 8, texts.length, width, signed, out, rest),
            (address) => {
              let value = 0n;
              for (let i = width - 1; i >= 0; i--)
                value = (value << 8n) | BigInt(memory.u8[address + i]!);
              return signed === 1 ? BigInt.asIntN(width * 8, value) : value;
            },
          );
          texts.forEach((source, i) => {
            const isPlain = /^[+-]?\d{1,18}$/.test(source);
            const value = isPlain ? BigInt(source.replace('+', '')) : 0n;
            const [min, max] =
              signed === 1
                ? [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n]
                : [0n, (1n << bits) - 1n];
            expect(found[i], source).toBe(
              isPlain && value >= min && value <= max ? value : undefined,
            );
          });
        }),
        { numRuns: 200 },
      );
    }
  });

  it('reads doubles as Number does, to the last bit', () => {
    const text = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
      fc.tuple(fc.integer(), fc.integer({ min: -30, max: 30 })).map(([m, e]) => `${m}e${e}`),
      fc.tuple(fc.nat(), fc.nat()).map(([a, b]) => `${a}.${b}`),
      fc.constantFrom(
        '',
        '.',
        '-',
        '1e',
        'e5',
        '1.5.2',
        'nan',
        'inf',
        '.5',
        '5.',
        '-0',
        '1e22',
        '9007199254740993',
      ),
    );
    fc.assert(
      fc.property(column(text), (texts) => {
        const found = parse(
          texts,
          8,
          (refs, out, rest) => kernel.parseDoubles(refs, 8, texts.length, out, rest),
          (address) => memory.f64[address >>> 3]!,
        );
        texts.forEach((source, i) => {
          if (found[i] !== undefined) expect(found[i], source).toBe(Number(source));
        });
        for (const [i, source] of texts.entries())
          if (/^-?\d{1,15}(\.\d)?$/.test(source) && source.length < 16)
            expect(found[i], source).toBeDefined();
      }),
      { numRuns: 1000 },
    );
  });

  it('reads what the formats of core write: decimals, dates, timestamps, times', () => {
    const day = fc.integer({ min: -719_162, max: 2_932_896 });
    const micros = fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n });
    fc.assert(
      fc.property(
        column(fc.tuple(day, micros, fc.bigInt({ min: 1n - 10n ** 15n, max: 10n ** 15n - 1n }))),
        (rows) => {
          const count = rows.length;
          const dates = parse(
            rows.map(([d]) => formatDate(d)),
            4,
            (refs, out, rest) => kernel.parseDates(refs, 8, count, out, rest),
            (address) => memory.i32[address >>> 2],
          );
          expect(dates).toEqual(rows.map(([d]) => d));
          const times = parse(
            rows.map(([, t]) => formatTimestamp(t, 'us')),
            8,
            (refs, out, rest) => kernel.parseTimestamps(refs, 8, count, out, rest),
            readLong,
          );
          expect(times).toEqual(rows.map(([, t]) => t));
          const partOf = (t: bigint): bigint =>
            ((t % 86_400_000_000n) + 86_400_000_000n) % 86_400_000_000n;
          const clocks = parse(
            rows.map(([, t]) => formatTime(partOf(t))),
            8,
            (refs, out, rest) => kernel.parseTimes(refs, 8, count, out, rest),
            readLong,
          );
          expect(clocks).toEqual(rows.map(([, t]) => partOf(t)));
          const decimals = parse(
            rows.map(([, , u]) => formatDecimal(u, 4)),
            8,
            (refs, out, rest) => kernel.parseDecimals(refs, 8, count, 15, 4, out, rest),
            readLong,
          );
          expect(decimals).toEqual(rows.map(([, , u]) => u));
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([
    [
      'parseDates',
      [
        '2023-02-29',
        '2024-13-01',
        '2024-00-01',
        '2024-01-00',
        '0000-01-01',
        '2024-1-01',
        '2024/01/01',
        '2024-01-01x',
        '',
      ],
    ],
    [
      'parseTimestamps',
      [
        '2024-01-01 24:00:00',
        '2024-01-01 00:60:00',
        '2024-01-01 00:00:60',
        '2024-01-01x00:00:00',
        '2024-01-01 00:00',
        '2024-01-01 00:00:00.',
        '2024-01-01 00:00:00Z',
      ],
    ],
    ['parseTimes', ['24:00:00', '1:00:00', '00:00', '00:00:00.x']],
  ] as const)('%s leaves other spellings to the caller', (name, texts) => {
    const found = parse(
      [...texts],
      8,
      (refs, out, rest) => kernel[name](refs, 8, texts.length, out, rest),
      () => 0,
    );
    expect(found).toEqual(texts.map(() => undefined));
  });
});

/** The texts that a formatter wrote, '' where it left the row to the caller. */
function readTexts(out: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const word = (out >>> 2) + 2 * i;
    return readText(memory, memory.u32[word]!, memory.u32[word + 1]!);
  });
}

describe('formatting', () => {
  const longs = (values: readonly bigint[]): number => {
    const address = arena.allocate(values.length * 8);
    values.forEach((value, i) => {
      memory.i64[(address >>> 3) + i] = value;
    });
    return address;
  };

  it('writes integers and decimals', () => {
    const value = fc.oneof(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.bigInt({ min: -1000n, max: 1000n }),
      fc.constantFrom(0n, 9n, 10n, 99n, 100n, -(2n ** 63n), 10n ** 18n),
    );
    fc.assert(
      fc.property(column(value), fc.integer({ min: 0, max: 18 }), (values, scale) => {
        arena.reset();
        const count = values.length;
        const [bytes, out, at] = [
          arena.allocate(count * 21),
          arena.allocate(count * 8),
          longs(values),
        ];
        kernel.formatIntegers(at, 8, count, 8, 1, bytes, out);
        expect(readTexts(out, count)).toEqual(values.map(String));
        kernel.formatIntegers(at, 8, count, 8, 0, bytes, out);
        expect(readTexts(out, count)).toEqual(values.map((v) => String(BigInt.asUintN(64, v))));
        kernel.formatDecimals(at, 8, count, scale, bytes, out);
        expect(readTexts(out, count)).toEqual(values.map((v) => formatDecimal(v, scale)));
      }),
      { numRuns: 500 },
    );
  });

  it('writes dates and timestamps of the years 1 to 9999 and lists the others', () => {
    const value = fc.oneof(
      fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n }),
      fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }),
      fc.constantFrom(2n ** 63n - 1n, 1n - 2n ** 63n, -1n, 0n),
    );
    fc.assert(
      fc.property(column(value), (values) => {
        arena.reset();
        const count = values.length;
        const [bytes, at] = [arena.allocate(count * 32), longs(values)];
        const [out, rest] = [arena.allocateZeroed(count * 8), arena.allocate((count + 1) * 4)];
        kernel.formatTimestamps(at, 8, count, 1_000_000n, 6, 0, 0, bytes, out, rest);
        const isPlain = (v: bigint): boolean =>
          v >= -62_135_596_800_000_000n && v <= 253_402_300_799_999_999n;
        expect(readTexts(out, count)).toEqual(
          values.map((v) => (isPlain(v) ? formatTimestamp(v, 'us') : '')),
        );
        const others = values.flatMap((v, i) => (isPlain(v) ? [] : [i]));
        expect(
          Array.from(memory.u32.subarray(rest >>> 2, (rest >>> 2) + others.length + 1)),
        ).toEqual([...others, NO_ROWS]);
      }),
      { numRuns: 500 },
    );
  });
});
