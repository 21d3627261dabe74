import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changes, expressions, queriesOfAllKinds } from './arbitrary/statement.test.support.ts';
import { ANSI, SPARK } from './lexer/profile.ts';
import { parseExpression, parseStatement } from './parse.ts';
import { print } from './print.ts';
import { expectRoundTrip } from './round-trip.test.support.ts';

/**
 * What is printed parses to the same tree, in both dialects, with few and with all parentheses. A
 * failure prints the seed and the smallest tree that shows it.
 */
export function testPrinting(treeCount: number, timeoutMs: number): void {
  const runs = (share: number): { numRuns: number } => ({ numRuns: Math.ceil(treeCount * share) });
  const options = { timeout: timeoutMs };

  test('any expression survives printing and parsing', options, () => {
    const property = fc.property(expressions, (node) =>
      expectRoundTrip(node, [ANSI, SPARK], parseExpression),
    );
    fc.assert(property, runs(1));
  });

  test('any query survives printing and parsing', options, () => {
    const property = fc.property(queriesOfAllKinds, (node) =>
      expectRoundTrip(node, [ANSI, SPARK], parseStatement),
    );
    fc.assert(property, runs(0.5));
  });

  test('any change of rows survives printing and parsing', options, () => {
    const property = fc.property(changes, (node) =>
      expectRoundTrip(node, [ANSI, SPARK], parseStatement),
    );
    fc.assert(property, runs(0.2));
  });

  test('the canonical text is a fixed point', options, () => {
    const property = fc.property(queriesOfAllKinds, (node) => {
      const text = print(node);
      expect(print(parseStatement(text))).toBe(text);
    });
    fc.assert(property, runs(0.2));
  });
}
