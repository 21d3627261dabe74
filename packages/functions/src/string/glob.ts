import { type RegularExpression, regularExpression } from './regexp.ts';

/**
 * The expression of a GLOB pattern: `*` any text, `?` one character, `[a-z]` and `[!a-z]` one of a set,
 * a backslash takes the next character literally. A set begins with `]` to contain it.
 */
export function globExpression(pattern: string): RegularExpression {
  const characters = Array.from(pattern);
  let source = '';
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i]!;
    const set = character === '[' ? readSet(characters, i) : undefined;
    if (set !== undefined) {
      source += set.source;
      i = set.end;
    } else if (character === '*') source += '.*';
    else if (character === '?') source += '.';
    else if (character === '\\' && i + 1 < characters.length) source += quoted(characters[++i]!);
    else source += quoted(character);
  }
  return regularExpression(source, {
    insensitive: false,
    dotAll: true,
    literal: false,
    all: false,
  });
}

/** A set from its bracket on; undefined when it is not closed, and the bracket stands for itself. */
function readSet(
  characters: readonly string[],
  start: number,
): { readonly source: string; readonly end: number } | undefined {
  const isNegated = characters[start + 1] === '!' || characters[start + 1] === '^';
  const first = isNegated ? start + 2 : start + 1;
  const end = characters.indexOf(']', first + 1);
  if (end === -1) return undefined;
  const members = characters
    .slice(first, end)
    .map((member, i, all) =>
      member === '-' && i > 0 && i < all.length - 1 ? '-' : quoted(member),
    );
  return { source: `[${isNegated ? '^' : ''}${members.join('')}]`, end };
}

const quoted = (character: string): string =>
  /[A-Za-z0-9_\u0080-\u{10ffff}]/u.test(character) ? character : `\\${character}`;
