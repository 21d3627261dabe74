import { SqlError } from '@windrow/core';

/** A LIKE pattern taken apart; escapes are resolved. */
export type LikePattern =
  /** Text between `%`, without `_`: at least two pieces; the first and the last are anchored. */
  | { readonly kind: 'pieces'; readonly pieces: readonly string[] }
  /** No wildcard at all. */
  | { readonly kind: 'exact'; readonly text: string }
  /** With `_`: the pattern written with `\` as its escape. */
  | { readonly kind: 'general'; readonly pattern: string };

/**
 * Reads a pattern.
 * @param escapeCharacter one character, or '' for none.
 * @throws SqlError `execution` 22025 when the pattern ends in the escape character.
 */
export function parseLike(pattern: string, escapeCharacter: string): LikePattern {
  checkEscape(escapeCharacter);
  const pieces = [''];
  let general = '';
  let hasUnderscore = false;
  const characters = Array.from(pattern);
  for (let i = 0; i < characters.length; i++) {
    let character = characters[i]!;
    const isEscaped = character === escapeCharacter;
    if (isEscaped) {
      i += 1;
      const next = characters[i];
      if (next === undefined) throw danglingEscape(pattern);
      character = next;
    }
    if (!isEscaped && character === '%') {
      pieces.push('');
      general += '%';
    } else if (!isEscaped && character === '_') {
      hasUnderscore = true;
      general += '_';
    } else {
      pieces.push((pieces.pop() ?? '') + character);
      general += /[%_\\]/.test(character) ? `\\${character}` : character;
    }
  }
  if (hasUnderscore) return { kind: 'general', pattern: general };
  if (pieces.length === 1) return { kind: 'exact', text: pieces[0] ?? '' };
  const [first = '', ...rest] = pieces;
  const last = rest.pop() ?? '';
  return { kind: 'pieces', pieces: [first, ...rest.filter((piece) => piece !== ''), last] };
}

/** @throws SqlError `execution` 22025 unless it is one character, or empty. */
function checkEscape(escapeCharacter: string): void {
  if (Array.from(escapeCharacter).length > 1) {
    throw new SqlError('execution', `the escape '${escapeCharacter}' is not a single character`, {
      sqlState: '22025',
      hint: "ESCAPE '' turns escaping off.",
    });
  }
}

const danglingEscape = (pattern: string): SqlError =>
  new SqlError('execution', `the pattern '${pattern}' ends in its escape character`, {
    sqlState: '22025',
    hint: 'Double the escape character to mean itself.',
  });
