import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { nativePattern } from './native-regexp.ts';

/** Patterns over few characters, so that many texts match in several ways. */
const patterns = fc.letrec<{ all: string; sequence: string; single: string }>((tie) => ({
  all: fc.array(tie('sequence'), { minLength: 1, maxLength: 2 }).map((parts) => parts.join('|')),
  sequence: fc.array(tie('single'), { maxLength: 4 }).map((parts) => parts.join('')),
  single: fc
    .tuple(
      fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom('a', 'b', '.', '\\d', '\\w', '\\s', '\\.', 'é') },
        fc.constantFrom('[ab]', '[^a]', '[a-c\\d]', '\\b', '^', '$', '[\\s.]', '\\W'),
        tie('all').map((inner) => `(${inner})`),
        tie('all').map((inner) => `(?:${inner})`),
      ),
      fc.constantFrom('', '', '', '*', '+', '?', '*?', '+?', '??', '{2}', '{1,3}', '{2,}'),
    )
    .map(([single, repetition]) => single + repetition),
})).all;

const texts = fc.array(fc.constantFrom('a', 'b', 'c', '1', '.', ' ', '\n', 'é', '_'), {
  maxLength: 12,
});

describe('patterns for the native engine', () => {
  it('match what RE2 matches, with the same groups', () => {
    let compared = 0;
    const property = fc.property(patterns, texts, fc.boolean(), (pattern, characters, dotAll) => {
      const native = nativePattern(pattern, { dotAll });
      if (native === undefined) return;
      let expected: RE2JS;
      try {
        expected = RE2JS.compile(pattern, dotAll ? RE2JS.DOTALL : 0);
      } catch {
        // Repetitions of anchors, say: what is malformed never gets here.
        return;
      }
      const text = characters.join('');
      compared += 1;
      const matcher = expected.matcher(text);
      const wanted: (readonly (string | null)[])[] = [];
      while (matcher.find()) {
        const groups = Array.from({ length: expected.groupCount() + 1 }, (_, i) => i);
        wanted.push(groups.map((group) => matcher.group(group) ?? null));
      }
      const found = Array.from(text.matchAll(new RegExp(native.source, 'gu')), (match) =>
        Array.from(match, (group) => group ?? null),
      );
      expect(found).toEqual(wanted);
      expect(new RegExp(`^(?:${native.source})$`, 'u').test(text)).toBe(expected.testExact(text));
    });
    fc.assert(property, { numRuns: 3000 });
    expect(compared).toBeGreaterThan(1000);
  });

  it.each([
    ['(?i)a', 'flags inside'],
    ['[[:alpha:]]', 'POSIX classes'],
    ['(a*)*', 'repeated repetitions'],
    ['(a|b)+', 'captures in rounds'],
    ['(?:a|ab)+', 'several ways through a round'],
    ['\\pL', 'Unicode classes'],
    ['\\Qa.b\\E', 'quotations'],
    ['[]a]', 'a bracket in brackets'],
    ['x**', 'malformed'],
  ])('%s is left to RE2: %s', (pattern) => {
    expect(nativePattern(pattern, { dotAll: false })).toBeUndefined();
  });

  it('know how long they may take', () => {
    const steps = (pattern: string): number | undefined =>
      nativePattern(pattern, { dotAll: false })?.steps(100);
    expect(steps('^abc')).toBe(1);
    expect(steps('abc')).toBe(100);
    expect(steps('^https?://(?:www\\.)?([^/]+)/.*$')).toBe(4 * 100 ** 2);
    expect(steps('a.*b.*c')).toBe(100 ** 3);
  });
});
