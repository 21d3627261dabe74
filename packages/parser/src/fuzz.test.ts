import { readFileSync } from 'node:fs';
import { SqlError } from '@windrow/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectedAt } from './completion.ts';
import { KEYWORDS } from './lexer/keyword.ts';
import { ANSI, SPARK } from './lexer/profile.ts';
import { SYMBOLS } from './lexer/token.ts';
import { tokenize } from './lexer/tokenize.ts';
import { parseStatements } from './parse.ts';
import { print } from './print.ts';

// Whatever comes in: a tree, or a SqlError that points into the text. Never a crash, never a hang.

const profile = fc.constantFrom(ANSI, SPARK);

function expectTreeOrError(text: string, dialect: typeof ANSI): void {
  try {
    for (const statement of parseStatements(text, { profile: dialect })) print(statement);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    expect(['syntax', 'resource', 'bind']).toContain(error.code);
    if (error.span !== undefined) {
      expect(error.span.start).toBeGreaterThanOrEqual(0);
      expect(error.span.end).toBeGreaterThanOrEqual(error.span.start);
      expect(error.span.end).toBeLessThanOrEqual(text.length);
    }
  }
  let end = 0;
  for (const token of tokenize(text, dialect)) {
    expect(token.start).toBeGreaterThanOrEqual(end);
    expect(token.end).toBeGreaterThan(token.start);
    end = token.end;
  }
  expect(end).toBeLessThanOrEqual(text.length);
  expectedAt(text, Math.floor(text.length / 2), { profile: dialect });
}

test('random bytes', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({
      unit: fc.constantFrom(...'\'"`$ex()[]{}*/-+.,;:|&<>=!~@#^%?\\ \n0a_'),
      maxLength: 60,
    }),
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  );
  fc.assert(fc.property(text, profile, expectTreeOrError), { numRuns: 2000 });
});

test('random tokens', () => {
  const token = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...KEYWORDS) },
    { weight: 3, arbitrary: fc.constantFrom(...SYMBOLS) },
    { weight: 3, arbitrary: fc.constantFrom('a', 'b', '"c"', "'s'", '1', '2.5', '$1', 'e') },
    fc.constantFrom(
      'select',
      'from',
      'where',
      '(',
      ')',
      ',',
      'over',
      'group by',
      'order by',
      'join',
    ),
  );
  const text = fc.array(token, { maxLength: 40 }).map((tokens) => tokens.join(' '));
  fc.assert(
    fc.property(
      text,
      fc.constantFrom('', 'select ', 'create table ', 'select a from '),
      profile,
      (tail, head, dialect) => expectTreeOrError(head + tail, dialect),
    ),
    { numRuns: 3000 },
  );
});

test('valid queries with a piece taken out, doubled or moved', () => {
  const script = readFileSync(new URL('../fixtures/tpch.sql', import.meta.url), 'utf8');
  const pieces = tokenize(script).map(({ start, end }) => script.slice(start, end));
  const position = fc.nat(pieces.length - 61);
  const change = fc.tuple(fc.constantFrom('drop', 'double', 'swap'), fc.nat(58));
  fc.assert(
    fc.property(
      position,
      fc.array(change, { minLength: 1, maxLength: 3 }),
      profile,
      (from, changes, dialect) => {
        const window = pieces.slice(from, from + 60);
        for (const [kind, at] of changes) {
          const [piece, next] = [window[at] ?? '', window[at + 1] ?? ''];
          if (kind === 'drop') window.splice(at, 1);
          else if (kind === 'double') window.splice(at, 0, piece);
          else window.splice(at, 2, next, piece);
        }
        expectTreeOrError(window.join(' '), dialect);
      },
    ),
    { numRuns: 2000 },
  );
});
