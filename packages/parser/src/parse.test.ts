import { SqlError } from '@windrow/core';
import { describe, expect, test } from 'vitest';
import type { AstNode } from './ast/node.ts';
import { ANSI, SPARK } from './lexer/profile.ts';
import { parseExpression, parseNextStatement, parseStatement, parseStatements } from './parse.ts';

/** The text of every node of a kind. */
function spansOf(text: string, kind: AstNode['kind']): string[] {
  const found: string[] = [];
  JSON.stringify(parseStatement(text), (_key, value: AstNode) => {
    if (value?.kind === kind) found.push(text.slice(value.span.start, value.span.end));
    return value;
  });
  return found;
}

function errorOf(parse: () => unknown): SqlError {
  try {
    parse();
  } catch (error) {
    if (error instanceof SqlError) return error;
    throw error;
  }
  throw new Error('no error');
}

describe('scripts', () => {
  test('are read one statement at a time', () => {
    const text = ' ;; select 1 ; -- c\n insert into t values (1); /* end */';
    const first = parseNextStatement(text);
    expect(first).toMatchObject({
      statement: { kind: 'query', span: { start: 4, end: 12 } },
      end: 14,
    });
    const second = parseNextStatement(text, { offset: 14 });
    expect(second).toMatchObject({ statement: { kind: 'insert' }, end: 46 });
    expect(parseNextStatement(text, { offset: 46 })).toBeNull();
  });

  test('what follows a statement is not looked at', () => {
    const first = parseNextStatement("select 1; this is 'no SQL");
    expect(first?.end).toBe(9);
  });

  test('a statement may be read in another dialect than the one before', () => {
    const text = 'set dialect = spark; select `a`, "b"';
    const first = parseNextStatement(text, { profile: ANSI });
    const second = parseNextStatement(text, { profile: SPARK, offset: first?.end ?? 0 });
    expect(second?.statement).toMatchObject({
      body: {
        items: [
          { expression: { kind: 'columnReference' } },
          { expression: { kind: 'stringLiteral' } },
        ],
      },
    });
  });

  test('all at once', () => {
    expect(parseStatements('select 1; ; values (2);').map(({ kind }) => kind)).toEqual([
      'query',
      'query',
    ]);
    expect(parseStatements(' -- nothing')).toEqual([]);
  });

  test('a single statement is all there may be', () => {
    expect(parseStatement('select 1;;').kind).toBe('query');
    expect(errorOf(() => parseStatement('select 1; select 2'))).toMatchObject({
      message: 'expected one statement but found a second one',
      span: { start: 10, end: 16 },
    });
    expect(errorOf(() => parseStatement('; ')).message).toBe(
      'expected a statement but found end of statement',
    );
    expect(errorOf(() => parseExpression('1; 2')).message).toBe(
      'expected end of expression but found ";"',
    );
  });
});

describe('spans', () => {
  test('cover what a node was parsed from', () => {
    const text =
      'select (a + b) * c as d, f(x) over (order by y) from t as u join v on true where g';
    expect(spansOf(text, 'binary')).toEqual(['(a + b) * c', 'a + b']);
    expect(spansOf(text, 'selectItem')).toEqual(['(a + b) * c as d', 'f(x) over (order by y)']);
    expect(spansOf(text, 'windowSpecification')).toEqual(['(order by y)']);
    expect(spansOf(text, 'join')).toEqual(['t as u join v on true']);
    expect(spansOf(text, 'tableName')).toEqual(['t as u', 'v']);
    expect(spansOf(text, 'select')).toEqual([text]);
  });

  test('of operators, conversions and names', () => {
    const text =
      "select not a and b::int[1:2] is null, s.t.*, -1, 'x' 'y', case when a then b end from \"t\".u";
    expect(() => parseStatement(text)).toThrow(SqlError);
    const valid =
      'select not a and (b::int[])[1:2] is null, s.t.*, -1, case when a then b end from "t".u';
    expect(spansOf(valid, 'logical')).toEqual(['not a and (b::int[])[1:2] is null']);
    expect(spansOf(valid, 'unary')).toEqual(['not a', '-1']);
    expect(spansOf(valid, 'cast')).toEqual(['b::int[]']);
    expect(spansOf(valid, 'listType')).toEqual(['int[]']);
    expect(spansOf(valid, 'slice')).toEqual(['(b::int[])[1:2]']);
    expect(spansOf(valid, 'star')).toEqual(['s.t.*']);
    expect(spansOf(valid, 'case')).toEqual(['case when a then b end']);
    expect(spansOf(valid, 'qualifiedName')).toEqual(['int', '"t".u']);
  });

  test('count from the start of the script', () => {
    const text = 'select 1; select aa';
    expect(parseNextStatement(text, { offset: 9 })?.statement.span).toEqual({ start: 10, end: 19 });
  });

  test('of a chain of unions reach over all of it', () => {
    const text = 'select 1 union select 2 union select 3 order by 1';
    expect(spansOf(text, 'setOperation')).toEqual(['select 1 union select 2 union select 3']);
    expect(spansOf(text, 'query')).toEqual([text]);
  });
});

describe('nodes', () => {
  test('names keep their spelling and whether they were quoted', () => {
    expect(parseExpression('Abc."De""f".GHI')).toMatchObject({
      path: [
        { name: 'Abc', quoted: false },
        { name: 'De"f', quoted: true },
        { name: 'GHI', quoted: false },
      ],
    });
  });

  test('numbers stay text', () => {
    const text = '123456789012345678901234567890.5';
    expect(parseExpression(text)).toMatchObject({
      kind: 'numberLiteral',
      text,
      form: 'decimal',
      suffix: null,
    });
    expect(parseExpression('1_000')).toMatchObject({ text: '1000', form: 'integer' });
    expect(parseExpression('1E3')).toMatchObject({ text: '1E3', form: 'exponent' });
    expect(parseExpression('0XfF')).toMatchObject({ text: '0xff', form: 'integer' });
    expect(parseExpression('1.5bd', { profile: SPARK })).toMatchObject({
      text: '1.5',
      suffix: 'BD',
    });
  });

  test('ten thousand operands of AND are one node', () => {
    const operands = Array.from({ length: 10_000 }, (_, index) => `a = ${index}`);
    const node = parseExpression(operands.join(' and '));
    expect(node.kind === 'logical' && node.operands.length).toBe(10_000);
  });

  test('a chain of UNION ALL is one node', () => {
    const statement = parseStatement(
      Array.from({ length: 5000 }, () => 'select 1').join(' union all '),
    );
    expect(statement).toMatchObject({
      body: { kind: 'setOperation', operator: 'union', all: true },
    });
  });

  test('parameters are numbered in text order', () => {
    expect(parseStatement('select ?, f(?) where ?')).toMatchObject({
      body: {
        items: [
          { expression: { index: 1 } },
          { expression: { arguments: [{ value: { index: 2 } }] } },
        ],
        where: { index: 3 },
      },
    });
  });

  test('a script counts the parameters of each statement anew', () => {
    const [, second] = parseStatements('select ?; select :a, ?'.replace(', ?', ''));
    expect(second).toMatchObject({ body: { items: [{ expression: { name: 'a' } }] } });
  });
});

describe('limits', () => {
  const nested = (open: string, inner: string, close: string, depth: number): string =>
    open.repeat(depth) + inner + close.repeat(depth);

  test.each<[string, (depth: number) => string]>([
    ['parentheses', (depth) => nested('(', '1', ')', depth)],
    ['calls', (depth) => nested('f(', '1', ')', depth)],
    ['lists', (depth) => nested('[', '1', ']', depth)],
    ['cases', (depth) => nested('case when a then ', '1', ' end', depth)],
    ['NOT', (depth) => nested('not ', 'a', '', depth)],
    ['signs', (depth) => nested('- ', 'a', '', depth)],
    ['sums', (depth) => `1${' + 1'.repeat(depth)}`],
    ['casts', (depth) => `1${'::int'.repeat(depth)}`],
    ['subscripts', (depth) => `a${'[1]'.repeat(depth)}`],
    ['list types', (depth) => `a::int${'[]'.repeat(depth)}`],
  ])('%s may be nested 900 deep, not 1,001', (_name, expression) => {
    expect(parseExpression(expression(900)).span.start).toBeGreaterThanOrEqual(0);
    expect(errorOf(() => parseExpression(expression(1001)))).toMatchObject({
      code: 'resource',
      sqlState: '54001',
      message: 'statement is nested more than 1000 levels deep',
    });
  });

  test.each<[string, (depth: number) => string]>([
    ['subqueries', (depth) => nested('select (', 'select 1', ')', depth)],
    ['derived tables', (depth) => nested('select * from (', 'select 1', ')', depth)],
    ['EXISTS', (depth) => nested('select exists (', 'select 1', ')', depth)],
    ['WITH', (depth) => `${nested('with a as (', 'select 1', ') select 1', depth)}`],
    ['parenthesized queries', (depth) => nested('(', 'select 1', ')', depth)],
    ['EXPLAIN', (depth) => `${'explain '.repeat(depth)}select 1`],
  ])('%s may be nested 400 deep, not 1,001', (_name, statement) => {
    expect(parseStatement(statement(400)).kind).toMatch(/query|explain/);
    expect(errorOf(() => parseStatement(statement(1001))).sqlState).toBe('54001');
  });

  test('a hundred thousand of anything is an error, not a crash', () => {
    for (const piece of [
      '(',
      '[',
      'f(',
      '{a:',
      'case ',
      'not ',
      '-',
      'select (',
      '(select ',
      'a.',
      'a[',
      'x -> ',
      'exists(',
      '/*',
      '::a',
      '"',
      "'",
      '(a,',
      'with a as (',
      'cast(',
      ' union ',
    ])
      expect(errorOf(() => parseStatement(`select ${piece.repeat(100_001)}`)).code).toMatch(
        /syntax|resource/,
      );
  });

  test('a deep mixture of operators is bounded as a tree', () => {
    const text = nested('1 or 1 and not 1 = 1 + 1 * (', '1', ')', 300);
    expect(errorOf(() => parseExpression(text)).sqlState).toBe('54001');
    expect(parseExpression(nested('1 or 1 and not 1 = 1 + 1 * (', '1', ')', 100)).kind).toBe(
      'logical',
    );
  });

  test('statements beyond 16 MiB are refused, scripts are not', () => {
    const padding = ' '.repeat(10 * 1024 * 1024);
    expect(
      parseStatements(
        `select 1;${padding}select${padding};`
          .replace('select 1;', 'select 1;'.repeat(2))
          .slice(0, 18 + padding.length),
      ),
    ).toHaveLength(2);
    expect(errorOf(() => parseStatement(`select '${padding}', '${padding}'`))).toMatchObject({
      code: 'resource',
      sqlState: '54000',
    });
  });

  test('65,536 columns, and no more', () => {
    const columns = (count: number): string =>
      Array.from({ length: count }, (_, index) => `c${index}`).join(',');
    expect(parseStatement(`select ${columns(65_536)}`).kind).toBe('query');
    expect(errorOf(() => parseStatement(`select ${columns(65_537)}`))).toMatchObject({
      code: 'resource',
      sqlState: '54011',
      message: '65537 columns; at most 65536 are possible',
    });
    const definitions = columns(65_537).replaceAll(',', ' int,');
    expect(errorOf(() => parseStatement(`create table t (${definitions} int)`)).sqlState).toBe(
      '54011',
    );
  });

  test('names of more than 4,096 characters', () => {
    expect(errorOf(() => parseExpression('a'.repeat(4097)))).toMatchObject({
      code: 'syntax',
      sqlState: '42622',
    });
    expect(parseExpression('a'.repeat(4096)).kind).toBe('columnReference');
  });
});
