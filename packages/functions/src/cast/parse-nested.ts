import { type LiteralValue, SqlError, type SqlType, typeName } from '@windrow/core';
import { shownText } from '../text/shown.ts';
import { TRY_CAST_HINT } from './numeric.ts';

type NestedType = Extract<SqlType, { kind: 'list' | 'array' | 'struct' | 'map' }>;

/**
 * The parts of a nested value's text, each still text (or null for a bare NULL): `[1, NULL]`,
 * `{'a': x}`, `{k=v}`. Parts may be quoted, with a backslash before a quote, and nested themselves.
 * @throws SqlError `execution` 22018 when the text has another shape.
 */
export function parseNestedText(text: string, to: NestedType): LiteralValue {
  const reader = new NestedReader(text, to);
  switch (to.kind) {
    case 'list':
    case 'array':
      return reader.parts('[', ']');
    case 'struct': {
      const entries = reader.entries(':');
      const byName = new Map(entries.map(([name, value]) => [name?.toLowerCase(), value]));
      return { struct: to.fields.map(({ name }) => byName.get(name.toLowerCase()) ?? null) };
    }
    case 'map':
      return { map: reader.entries('=') };
  }
}

const OPENING = '[{(';
const CLOSING = ']})';

class NestedReader {
  readonly #text: string;
  readonly #to: NestedType;
  #at = 0;

  constructor(text: string, to: NestedType) {
    this.#text = text.trim();
    this.#to = to;
  }

  /** What stands between the brackets, divided at commas. */
  parts(open: string, close: string): (string | null)[] {
    this.#take(open);
    const parts: (string | null)[] = [];
    this.#skipBlanks();
    if (this.#text[this.#at] === close) this.#at += 1;
    else {
      let separator = ',';
      while (separator === ',') {
        parts.push(this.#part([',', close]));
        separator = this.#text[this.#at++] ?? '';
      }
    }
    if (this.#at !== this.#text.length) throw this.#malformed();
    return parts;
  }

  /** Pairs within braces, divided at commas and the sign between key and value. */
  entries(sign: string): (readonly [string | null, string | null])[] {
    this.#take('{');
    const entries: (readonly [string | null, string | null])[] = [];
    this.#skipBlanks();
    if (this.#text[this.#at] === '}') this.#at += 1;
    else {
      let separator = ',';
      while (separator === ',') {
        const key = this.#part([sign]);
        this.#take(sign);
        entries.push([key, this.#part([',', '}'])]);
        separator = this.#text[this.#at++] ?? '';
      }
    }
    if (this.#at !== this.#text.length) throw this.#malformed();
    return entries;
  }

  /** A part up to one of the ends, which is not taken; quoted parts lose their quotes. */
  #part(ends: readonly string[]): string | null {
    this.#skipBlanks();
    const quote = this.#text[this.#at];
    if (quote === "'" || quote === '"') return this.#quoted(quote, ends);
    const start = this.#at;
    let depth = 0;
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at] as string;
      if (depth === 0 && ends.includes(character)) break;
      if (OPENING.includes(character)) depth += 1;
      else if (CLOSING.includes(character)) depth -= 1;
      if (character === "'" || character === '"') this.#quoted(character, undefined);
      else this.#at += 1;
    }
    if (this.#at === this.#text.length) throw this.#malformed();
    const part = this.#text.slice(start, this.#at).trim();
    return part.toUpperCase() === 'NULL' ? null : part;
  }

  /** A quoted text; with `ends`, one of them has to follow. */
  #quoted(quote: string, ends: readonly string[] | undefined): string {
    let value = '';
    this.#at += 1;
    while (this.#text[this.#at] !== quote) {
      if (this.#text[this.#at] === '\\') this.#at += 1;
      const character = this.#text[this.#at];
      if (character === undefined) throw this.#malformed();
      value += character;
      this.#at += 1;
    }
    this.#at += 1;
    if (ends !== undefined) {
      this.#skipBlanks();
      if (!ends.includes(this.#text[this.#at] ?? '')) throw this.#malformed();
    }
    return value;
  }

  #take(character: string): void {
    this.#skipBlanks();
    if (this.#text[this.#at] !== character) throw this.#malformed();
    this.#at += 1;
  }

  #skipBlanks(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  #malformed(): SqlError {
    return new SqlError(
      'execution',
      `${shownText(this.#text)} is not a valid ${typeName(this.#to)}`,
      { sqlState: '22018', hint: TRY_CAST_HINT },
    );
  }
}
