import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Statement } from './ast/statement.ts';
import { ANSI } from './lexer/profile.ts';
import { parseNextStatement, parseStatement } from './parse.ts';
import { expectRoundTrip } from './round-trip.test.support.ts';

// The queries of the usual benchmarks, read as scripts: each has to parse, and to survive printing.

test.each([
  ['tpch', 22],
  ['tpcds', 99],
  ['clickbench', 43],
])('%s: %d queries', (name, count) => {
  const script = readFileSync(new URL(`../fixtures/${name}.sql`, import.meta.url), 'utf8');
  const statements: Statement[] = [];
  let next = parseNextStatement(script);
  while (next !== null) {
    statements.push(next.statement);
    next = parseNextStatement(script, { offset: next.end });
  }
  expect(statements).toHaveLength(count);
  for (const statement of statements) expectRoundTrip(statement, [ANSI], parseStatement);
});
