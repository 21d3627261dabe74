import { Arena, readText, SharedMemory, VARCHAR, writeVector } from '@windrow/core';
import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { kernels } from './module.ts';

const memory = SharedMemory.create();
const arena = new Arena(memory, memory.newOwner());
const kernel = kernels(memory);

beforeEach(() => arena.reset());

/** Text with repetitions, characters of one to four bytes, and lengths around the vector width. */
const text = fc
  .array(
    fc.constantFrom(
      'a',
      'b',
      'ab',
      'A',
      'z',
      'Z',
      ' ',
      '%',
      '_',
      'é',
      '漢',
      '𝄞',
      'aaaaaaaaaaaaaaaa',
    ),
    {
      maxLength: 12,
    },
  )
  .map((pieces) => pieces.join(''));

const refs = (texts: readonly string[]): number => writeVector(arena, VARCHAR, texts).values;
const bools = (address: number, count: number): boolean[] =>
  Array.from(memory.u8.subarray(address, address + count), (byte) => byte === 1);

function texts(address: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const word = (address >>> 2) + 2 * i;
    return readText(memory, memory.u32[word]!, memory.u32[word + 1]!);
  });
}

function longs(values: readonly number[]): number {
  const address = arena.allocate(values.length * 8);
  values.forEach((value, i) => {
    memory.i64[(address >>> 3) + i] = BigInt(value);
  });
  return address;
}

const readLongs = (address: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => Number(memory.i64[(address >>> 3) + i]));

/** Runs a property over columns of up to twenty rows in a fresh arena. */
function overColumns<T>(row: fc.Arbitrary<T>, check: (rows: readonly T[]) => void): void {
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), (rows) => {
      arena.reset();
      check(rows);
    }),
    { numRuns: 300 },
  );
}

it('counts code points', () => {
  overColumns(text, (rows) => {
    const out = arena.allocate(rows.length * 8);
    kernel.textLengths(refs(rows), 8, rows.length, out);
    expect(readLongs(out, rows.length)).toEqual(rows.map((row) => Array.from(row).length));
  });
});

it('finds text where indexOf does', () => {
  overColumns(fc.tuple(text, text), (rows) => {
    const count = rows.length;
    const [values, needles] = [refs(rows.map(([a]) => a)), refs(rows.map(([, b]) => b))];
    const out = arena.allocate(count * 8);
    const naive: readonly ((a: string, b: string) => boolean)[] = [
      (a, b) => a.includes(b),
      (a, b) => a.startsWith(b),
      (a, b) => a.endsWith(b),
      (a, b) => a === b,
    ];
    for (const [mode, matches] of naive.entries()) {
      kernel.textMatches(mode, values, 8, needles, 8, count, out);
      expect(bools(out, count)).toEqual(rows.map(([a, b]) => matches(a, b)));
    }
    kernel.textPositions(values, 8, needles, 8, count, out);
    const position = (a: string, b: string): number => {
      const at = a.indexOf(b);
      return at < 0 ? 0 : Array.from(a.slice(0, at)).length + 1;
    };
    expect(readLongs(out, count)).toEqual(rows.map(([a, b]) => position(a, b)));
  });
});

it('matches LIKE as the regular expression of the pattern does', () => {
  const pattern = fc
    .array(fc.constantFrom('a', 'b', 'ab', '%', '_', '%', '!%', '!_', 'é', '漢'), { maxLength: 8 })
    .map((pieces) => pieces.join(''));
  const toRegExp = (like: string, escapeCharacter: string): RegExp => {
    let source = '';
    const characters = Array.from(like);
    for (let i = 0; i < characters.length; i++) {
      let character = characters[i]!;
      const isLiteral = character === escapeCharacter && i + 1 < characters.length;
      if (isLiteral) character = characters[++i]!;
      if (!isLiteral && character === '%') source += '.*';
      else if (!isLiteral && character === '_') source += '.';
      else source += character.replace(/[%_!]/, '[$&]');
    }
    return new RegExp(`^${source}$`, 'su');
  };
  overColumns(fc.tuple(text, pattern), (rows) => {
    const count = rows.length;
    const [values, patterns] = [refs(rows.map(([a]) => a)), refs(rows.map(([, b]) => b))];
    const out = arena.allocate(count);
    for (const [escapeCharacter, code] of [
      ['', -1],
      ['!', 33],
    ] as const) {
      kernel.textLike(values, 8, patterns, 8, code, count, out);
      const expected = rows.map(([value, like]) => toRegExp(like, escapeCharacter).test(value));
      expect(bools(out, count)).toEqual(expected);
    }
  });
});

it('matches literal pieces between percent signs', () => {
  const pieces = fc.array(fc.constantFrom('', 'a', 'ab', 'é', 'aa'), {
    minLength: 2,
    maxLength: 5,
  });
  fc.assert(
    fc.property(
      fc.array(text, { minLength: 1, maxLength: 20 }),
      pieces,
      (rows, [first, ...rest]) => {
        arena.reset();
        const last = rest.pop()!;
        const literal = [first!, ...rest.filter((piece) => piece !== ''), last];
        const out = arena.allocate(rows.length);
        kernel.textLikePieces(refs(rows), 8, refs(literal), literal.length, rows.length, out);
        const pattern = new RegExp(`^${literal.join('.*')}$`, 'su');
        expect(bools(out, rows.length)).toEqual(rows.map((row) => pattern.test(row)));
      },
    ),
    { numRuns: 500 },
  );
});

it('cuts substrings by code points', () => {
  const bound = fc.integer({ min: -15, max: 15 });
  const naive = (value: string, start: number, length: number | undefined): string => {
    const characters = Array.from(value);
    const first = start < 0 ? characters.length + start + 1 : start;
    const [from, to] =
      length === undefined
        ? [first, Number.POSITIVE_INFINITY]
        : length < 0
          ? [first + length, first]
          : [first, first + length];
    return characters.filter((_, i) => i + 1 >= from && i + 1 < to).join('');
  };
  overColumns(fc.tuple(text, bound, bound), (rows) => {
    const count = rows.length;
    const values = refs(rows.map(([value]) => value));
    const starts = longs(rows.map(([, start]) => start));
    const lengths = longs(rows.map(([, , length]) => length));
    const out = arena.allocate(count * 8);
    kernel.textSubstring(values, 8, starts, 8, lengths, 8, count, out);
    expect(texts(out, count)).toEqual(rows.map(([v, s, n]) => naive(v, s, n)));
    kernel.textSubstring(values, 8, starts, 8, 0, 0, count, out);
    expect(texts(out, count)).toEqual(rows.map(([v, s]) => naive(v, s, undefined)));
    kernel.textEdge(values, 8, starts, 8, 0, count, out);
    expect(texts(out, count)).toEqual(rows.map(([v, n]) => Array.from(v).slice(0, n).join('')));
    kernel.textEdge(values, 8, starts, 8, 1, count, out);
    const right = (v: string, n: number): string =>
      n === 0 ? '' : Array.from(v).slice(-n).join('');
    expect(texts(out, count)).toEqual(rows.map(([v, n]) => right(v, n)));
  });
});

it('trims blanks, and sets of code points', () => {
  const set = fc.array(fc.constantFrom('a', ' ', 'é', '𝄞'), { maxLength: 3 });
  const naive = (value: string, drop: ReadonlySet<string>, sides: number): string => {
    const characters = Array.from(value);
    while (sides & 1 && drop.has(characters[0] ?? '')) characters.shift();
    while (sides & 2 && drop.has(characters.at(-1) ?? '')) characters.pop();
    return characters.join('');
  };
  overColumns(fc.tuple(text, set), (rows) => {
    const count = rows.length;
    const values = refs(rows.map(([value]) => value));
    const sets = refs(rows.map(([, characters]) => characters.join('')));
    const out = arena.allocate(count * 8);
    for (const sides of [1, 2, 3]) {
      kernel.textTrimBlanks(values, 8, sides, count, out);
      expect(texts(out, count)).toEqual(rows.map(([v]) => naive(v, new Set(' '), sides)));
      kernel.textTrimSet(values, 8, sets, 8, sides, count, out);
      expect(texts(out, count)).toEqual(rows.map(([v, s]) => naive(v, new Set(s), sides)));
    }
  });
});

it('splits, and replaces all occurrences', () => {
  const needle = fc.constantFrom('', 'a', 'ab', 'aa', 'é', 'zz');
  overColumns(fc.tuple(text, needle, fc.integer({ min: -4, max: 4 })), (rows) => {
    const count = rows.length;
    const values = refs(rows.map(([value]) => value));
    const needles = refs(rows.map(([, separator]) => separator));
    const indexes = longs(rows.map(([, , index]) => index));
    const out = arena.allocate(count * 8);
    kernel.textSplitPart(values, 8, needles, 8, indexes, 8, count, out);
    const part = (value: string, separator: string, index: number): string => {
      const parts = separator === '' ? Array.from(value) : value.split(separator);
      return index === 0 ? '' : (parts.at(index > 0 ? index - 1 : index) ?? '');
    };
    expect(texts(out, count)).toEqual(rows.map(([v, s, i]) => part(v, s, i)));

    const replacement = refs(['<é>']);
    const lengths = arena.allocate(count * 4);
    kernel.textReplaceLengths(values, 8, needles, 8, replacement, 0, 0, count, lengths);
    const bytes = arena.allocate(kernel.textSumLengths(lengths, count));
    kernel.textPlace(lengths, count, bytes, out);
    kernel.textReplace(values, 8, needles, 8, replacement, 0, 0, count, lengths);
    const replaced = (v: string, s: string): string => (s === '' ? v : v.replaceAll(s, '<é>'));
    expect(texts(out, count)).toEqual(rows.map(([v, s]) => replaced(v, s)));
  });
});

it('changes the case of ASCII and lists the other rows', () => {
  overColumns(text, (rows) => {
    const count = rows.length;
    const bytes = arena.allocate(kernel.textTotalBytes(refs(rows), 8, 0, count));
    const out = arena.allocateZeroed(count * 8);
    const rest = arena.allocate((count + 1) * 4);
    for (const upper of [0, 1]) {
      kernel.textChangeCase(refs(rows), 8, 0, count, upper, bytes, out, rest);
      const isAscii = (value: string): boolean => /^[\0-\x7f]*$/.test(value);
      const others = rows.flatMap((row, i) => (isAscii(row) ? [] : [i]));
      expect(Array.from(memory.u32.subarray(rest >>> 2, (rest >>> 2) + others.length + 1))).toEqual(
        [...others, 0xffffffff],
      );
      const changed = rows.map((row) => (upper === 1 ? row.toUpperCase() : row.toLowerCase()));
      texts(out, count).forEach((value, i) => {
        if (isAscii(rows[i]!)) expect(value).toBe(changed[i]);
      });
    }
  });
});
