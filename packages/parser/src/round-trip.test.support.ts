import { expect, test } from 'vitest';
import type { AstNode } from './ast/node.ts';
import { ANSI, type LexerProfile, SPARK } from './lexer/profile.ts';
import { parseExpression, parseStatement } from './parse.ts';
import { print } from './print.ts';

/** SQL text with its canonical form; one text where they are the same. */
export type PrintCase = string | readonly [sql: string, printed: string];

/** A tree without its spans, to compare with. */
export function withoutSpans(node: AstNode | readonly AstNode[]): unknown {
  return JSON.parse(
    JSON.stringify(node, (key, value: unknown) =>
      key === 'span' || key === 'operatorSpan' ? undefined : value,
    ),
  );
}

/** Each printed form of the tree, in these dialects, has to give the same tree again. */
export function expectRoundTrip(
  node: AstNode,
  profiles: readonly LexerProfile[],
  parse: (text: string, options: { readonly profile: LexerProfile }) => AstNode,
): void {
  const wanted = withoutSpans(node);
  for (const profile of profiles) {
    for (const parentheses of ['minimal', 'full'] as const) {
      const text = print(node, { profile, parentheses });
      expect(withoutSpans(parse(text, { profile })), text).toEqual(wanted);
    }
  }
}

/** One test for each statement: its canonical form, and that nothing is lost on the way there. */
export function testStatements(cases: readonly PrintCase[], profile: LexerProfile = ANSI): void {
  test.each(cases.map(pair))('%s', (sql, printed) => {
    const statement = parseStatement(sql, { profile });
    expect(print(statement, { profile })).toBe(printed);
    expectRoundTrip(statement, profilesOf(profile), parseStatement);
  });
}

/** The same for expressions, printed with all parentheses, so that the grouping shows. */
export function testExpressions(cases: readonly PrintCase[], profile: LexerProfile = ANSI): void {
  test.each(cases.map(pair))('%s', (sql, printed) => {
    const expression = parseExpression(sql, { profile });
    expect(print(expression, { profile, parentheses: 'full' })).toBe(printed);
    expectRoundTrip(expression, profilesOf(profile), parseExpression);
  });
}

/** What ANSI can say, Spark can say too; the other way round some things become calls. */
function profilesOf(profile: LexerProfile): readonly LexerProfile[] {
  return profile === ANSI ? [ANSI, SPARK] : [profile];
}

function pair(entry: PrintCase): readonly [string, string] {
  return typeof entry === 'string' ? [entry, entry] : entry;
}
