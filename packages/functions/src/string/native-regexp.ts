/*
 * Patterns that JavaScript's own engine matches as RE2 does: several times as fast, but by backtracking.
 * It gets what it cannot take long for; anything else, and all that the two languages read differently
 * (flags inside, POSIX classes, what a repeated group has captured), stays with RE2.
 */

/** A pattern for JavaScript's engine. */
export interface NativePattern {
  /** Of `RegExp`, with the flag `u`. */
  readonly source: string;
  /** Most steps for a text of so many UTF-16 units. */
  steps(length: number): number;
}

/** A part of the pattern, translated. */
interface Part {
  readonly source: string;
  /** Repetitions without an upper limit. */
  readonly unbounded: number;
  /** Ways to go through the rest of it. */
  readonly branches: number;
  /** Does it match the empty text? */
  readonly nullable: boolean;
  readonly captures: boolean;
}

const EMPTY: Part = { source: '', unbounded: 0, branches: 1, nullable: true, captures: false };

const atom = (source: string): Part => ({ ...EMPTY, source, nullable: false });

/** Thrown where a pattern leaves the common language; never leaves this file. */
const NOT_COMMON: unique symbol = Symbol('not common');

/** The pattern for JavaScript's engine, undefined where the two differ; it is well formed for RE2. */
export function nativePattern(
  pattern: string,
  { dotAll }: { readonly dotAll: boolean },
): NativePattern | undefined {
  try {
    const translation = new Translation(pattern, dotAll);
    const { source, unbounded, branches } = translation.whole();
    // A match may begin anywhere, unless it is tied to the beginning.
    const exponent = unbounded + (pattern.startsWith('^') && !pattern.includes('|') ? 0 : 1);
    return { source, steps: (length) => branches * Math.max(1, length) ** exponent };
  } catch (thrown) {
    if (thrown === NOT_COMMON) return undefined;
    throw thrown;
  }
}

const ESCAPED_CLASSES: ReadonlyMap<string, string> = new Map([
  ['d', '\\d'],
  ['D', '\\D'],
  ['w', '\\w'],
  ['W', '\\W'],
  ['s', '[\\t\\n\\f\\r ]'],
  ['S', '[^\\t\\n\\f\\r ]'],
]);

/** Escaped classes inside brackets. */
const MEMBERS: ReadonlyMap<string, string> = new Map([
  ['d', '\\d'],
  ['w', '\\w'],
  ['s', '\\t\\n\\f\\r '],
]);

const CONTROLS: ReadonlyMap<string, string> = new Map([
  ['t', '\t'],
  ['n', '\n'],
  ['r', '\r'],
  ['f', '\f'],
]);

const literal = (character: string): string => `\\u{${character.codePointAt(0)?.toString(16)}}`;

/** Recursive descent over the characters of a pattern. */
class Translation {
  readonly #characters: readonly string[];
  readonly #dot: string;
  #at = 0;

  constructor(pattern: string, dotAll: boolean) {
    this.#characters = Array.from(pattern);
    this.#dot = dotAll ? '[^]' : '[^\\n]';
  }

  whole(): Part {
    const part = this.#alternatives();
    if (this.#at < this.#characters.length) throw NOT_COMMON;
    return part;
  }

  get #next(): string | undefined {
    return this.#characters[this.#at];
  }

  #take(): string {
    const character = this.#next;
    if (character === undefined) throw NOT_COMMON;
    this.#at += 1;
    return character;
  }

  #accept(character: string): boolean {
    if (this.#next !== character) return false;
    this.#at += 1;
    return true;
  }

  #alternatives(): Part {
    let all = this.#sequence();
    while (this.#accept('|')) {
      const other = this.#sequence();
      all = {
        source: `${all.source}|${other.source}`,
        unbounded: Math.max(all.unbounded, other.unbounded),
        branches: all.branches + other.branches,
        nullable: all.nullable || other.nullable,
        captures: all.captures || other.captures,
      };
    }
    return all;
  }

  #sequence(): Part {
    let all = EMPTY;
    while (this.#next !== undefined && this.#next !== '|' && this.#next !== ')') {
      const part = this.#repeated(this.#single());
      all = {
        source: all.source + part.source,
        unbounded: all.unbounded + part.unbounded,
        branches: all.branches * part.branches,
        nullable: all.nullable && part.nullable,
        captures: all.captures || part.captures,
      };
    }
    return all;
  }

  #single(): Part {
    const character = this.#take();
    switch (character) {
      case '(':
        return this.#group();
      case '[':
        return atom(this.#brackets());
      case '.':
        return atom(this.#dot);
      case '^':
      case '$':
        return { ...EMPTY, source: character };
      case '\\':
        return this.#escape();
      case '*':
      case '+':
      case '?':
      case '{':
        throw NOT_COMMON;
      default:
        return atom(literal(character));
    }
  }

  #group(): Part {
    const isPlain = this.#accept('?');
    if (isPlain && !this.#accept(':')) throw NOT_COMMON;
    const inner = this.#alternatives();
    if (!this.#accept(')')) throw NOT_COMMON;
    const source = `(${isPlain ? '?:' : ''}${inner.source})`;
    return { ...inner, source, captures: inner.captures || !isPlain };
  }

  #escape(): Part {
    const character = this.#take();
    if (character === 'b' || character === 'B') return { ...EMPTY, source: `\\${character}` };
    return atom(ESCAPED_CLASSES.get(character) ?? literal(plainEscape(character)));
  }

  #brackets(): string {
    let source = this.#accept('^') ? '[^' : '[';
    // A bracket in front is a member for RE2, and the end for JavaScript.
    if (this.#next === ']') throw NOT_COMMON;
    while (!this.#accept(']')) {
      const member = this.#member();
      source += member;
      if (!this.#accept('-')) continue;
      // What ranges mean beside classes and brackets is left to RE2.
      if (this.#next === ']' || !member.startsWith('\\u')) throw NOT_COMMON;
      const end = this.#member();
      if (!end.startsWith('\\u')) throw NOT_COMMON;
      source += `-${end}`;
    }
    return `${source}]`;
  }

  #member(): string {
    const character = this.#take();
    if (character === '[' || character === '-') throw NOT_COMMON;
    if (character !== '\\') return literal(character);
    const escaped = this.#take();
    return MEMBERS.get(escaped) ?? literal(plainEscape(escaped));
  }

  #repeated(part: Part): Part {
    const limits = this.#limits();
    if (limits === undefined) return part;
    const [from, to, source] = limits;
    // Captures of earlier rounds, empty rounds, and repetitions of repetitions.
    const isOnce = to === 1;
    if (part.nullable || part.unbounded > 0 || (part.captures && !isOnce)) throw NOT_COMMON;
    const isBounded = to !== Number.POSITIVE_INFINITY;
    // Several ways through each round multiply with every one of them.
    if (!isOnce && part.branches > 1) throw NOT_COMMON;
    const lazy = this.#accept('?') ? '?' : '';
    if (this.#next === '*' || this.#next === '+' || this.#next === '?') throw NOT_COMMON;
    return {
      source: part.source + source + lazy,
      unbounded: isBounded ? 0 : 1,
      branches: isBounded ? part.branches * (to - from + 1) : 1,
      nullable: from === 0,
      captures: part.captures,
    };
  }

  /** Fewest and most rounds, and how they are written. */
  #limits(): readonly [from: number, to: number, source: string] | undefined {
    if (this.#accept('*')) return [0, Number.POSITIVE_INFINITY, '*'];
    if (this.#accept('+')) return [1, Number.POSITIVE_INFINITY, '+'];
    if (this.#accept('?')) return [0, 1, '?'];
    if (!this.#accept('{')) return undefined;
    let text = '';
    while (this.#next !== '}') text += this.#take();
    this.#take();
    const found = /^(\d+)(,(\d*))?$/.exec(text);
    if (found === null) throw NOT_COMMON;
    const from = Number(found[1]);
    const to = found[2] === undefined ? from : Number(found[3] || Number.POSITIVE_INFINITY);
    return [from, to, `{${text}}`];
  }
}

/** The character of an escape that is none of a class. */
function plainEscape(character: string): string {
  const control = CONTROLS.get(character);
  if (control !== undefined) return control;
  if (!/[!-/:-@[-`{-~]/.test(character)) throw NOT_COMMON;
  return character;
}
