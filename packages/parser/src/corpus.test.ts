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

// A sample of what other projects test their parsers with; what we refuse of it is known.
test('sqlglot: statements that DuckDB parses', () => {
  const text = readFileSync(new URL('../fixtures/sqlglot.sql', import.meta.url), 'utf8');
  const statements = text.split('\n').filter((line) => line !== '' && !/^--( |$)/.test(line));
  expect(statements.length).toBeGreaterThan(390);
  const refused = statements.filter((sql) => {
    let statement: Statement;
    try {
      statement = parseStatement(sql);
    } catch {
      return true;
    }
    expectRoundTrip(statement, [ANSI], parseStatement);
    return false;
  });
  expect(refused).toEqual([
    // The star of PostgreSQL's table inheritance.
    'SELECT * FROM t1*',
    'CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_table_id ON tbl USING btree(id)',
    'SELECT 1 OPERATOR(+) /* foo */ 2',
    "SELECT (CAST('2016-01-10' AS DATE), CAST('2016-02-01' AS DATE)) OVERLAPS (CAST('2016-01-20' AS DATE), CAST('2016-02-10' AS DATE))",
  ]);
});
