import { SqlError } from '@windrow/core';
import type { NumberLiteral, NumberSuffix } from '../ast/literal.ts';
import type { LexerProfile } from './profile.ts';
import { TokenKind } from './token.ts';

/** A token's place and kind, as far as its value depends on them. */
export interface LiteralToken {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
}

/** Is the token some kind of string? */
export function isStringKind(kind: TokenKind): boolean {
  return kind >= TokenKind.string && kind <= TokenKind.unicodeString;
}

/**
 * The value of a string token, quotes and escapes undone.
 *
 * @throws SqlError `syntax` 22025 for a malformed escape sequence.
 */
export function stringValue(text: string, token: LiteralToken, profile: LexerProfile): string {
  switch (token.kind) {
    case TokenKind.escapeString:
      return unescaped(text, token.start + 2, token.end - 1, SIMPLE_ESCAPES);
    case TokenKind.unicodeString:
      return unescapeUnicode(text, token.start + 3, token.end - 1);
    case TokenKind.rawString:
      return text.slice(token.start + 2, token.end - 1);
    case TokenKind.dollarString: {
      const tagLength = text.indexOf('$', token.start + 1) + 1 - token.start;
      return text.slice(token.start + tagLength, token.end - tagLength);
    }
    default: {
      const quote = text[token.start] ?? "'";
      if (profile.backslashEscapes)
        return unescaped(text, token.start + 1, token.end - 1, SPARK_ESCAPES);
      return undouble(text.slice(token.start + 1, token.end - 1), quote);
    }
  }
}

/** The name between the quotes of an identifier. */
export function quotedName(text: string, start: number, end: number): string {
  return undouble(text.slice(start + 1, end - 1), text[start] ?? '"');
}

function undouble(body: string, quote: string): string {
  return body.includes(quote) ? body.replaceAll(quote + quote, quote) : body;
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '0': '\0',
  Z: '\x1a',
};

/** Spark leaves these to LIKE, backslash and all. */
const SPARK_ESCAPES: Readonly<Record<string, string>> = {
  ...SIMPLE_ESCAPES,
  '%': '\\%',
  _: '\\_',
};

/** Escapes of `E'…'` and of Spark: `\n`, `\x41`, `\u0041`, `\U00000041`, `\101`, else the character. */
function unescaped(
  text: string,
  start: number,
  end: number,
  simple: Readonly<Record<string, string>>,
): string {
  const quote = text[start - 1]!;
  const body = text.slice(start, end);
  if (!body.includes('\\')) return undouble(body, quote);
  let value = '';
  for (let at = start; at < end; ) {
    const character = text[at]!;
    if (character === quote) {
      value += quote;
      at += 2;
    } else if (character !== '\\') {
      value += character;
      at++;
    } else {
      const sequence = readEscape(text, at, end, simple);
      value += sequence.value;
      at += sequence.length;
    }
  }
  return value;
}

function readEscape(
  text: string,
  at: number,
  end: number,
  simple: Readonly<Record<string, string>>,
): { value: string; length: number } {
  const letter = text[at + 1] ?? '';
  const octal = /^[0-3][0-7]{2}/.exec(text.slice(at + 1, Math.min(at + 4, end)))?.[0];
  if (octal !== undefined)
    return { value: String.fromCharCode(Number.parseInt(octal, 8)), length: 4 };
  const digitCount = letter === 'x' ? 2 : letter === 'u' ? 4 : letter === 'U' ? 8 : 0;
  if (digitCount > 0) {
    const digits = /^[0-9a-fA-F]+/.exec(
      text.slice(at + 2, Math.min(at + 2 + digitCount, end)),
    )?.[0];
    const isShort = letter === 'x' ? digits === undefined : digits?.length !== digitCount;
    if (digits === undefined || isShort) badEscape(text, at, at + 2 + (digits?.length ?? 0));
    return { value: codePoint(text, at, digits), length: 2 + digits.length };
  }
  return { value: simple[letter] ?? letter, length: 2 };
}

/** Escapes of `U&'…'`: `\0041`, `\+000041`, `\\`. */
function unescapeUnicode(text: string, start: number, end: number): string {
  const body = text.slice(start, end);
  let at = start;
  const parts = body.split(/(\\\\|\\\+[0-9a-fA-F]{6}|\\[0-9a-fA-F]{4}|\\|'')/);
  return parts
    .map((part) => {
      const from = at;
      at += part.length;
      if (part === '\\\\') return '\\';
      if (part === "''") return "'";
      if (part === '\\') return badEscape(text, from, from + 1);
      return part.startsWith('\\') ? codePoint(text, from, part.replace(/^\\\+?/, '')) : part;
    })
    .join('');
}

function codePoint(text: string, at: number, hexDigits: string): string {
  const code = Number.parseInt(hexDigits, 16);
  if (code > 0x10ffff) badEscape(text, at, at + 2 + hexDigits.length);
  return String.fromCodePoint(code);
}

function badEscape(text: string, start: number, end: number): never {
  throw new SqlError('syntax', `invalid escape sequence "${text.slice(start, end)}"`, {
    span: { start, end },
    sqlState: '22025',
    hint: 'Write \\\\ for a backslash, \\x41 or \\u0041 for a character by its number.',
  });
}

const SUFFIX = /(?:BD|[LSYDF])$/i;

/** Text, form and suffix of a number token. */
export function numberValue(
  written: string,
  profile: LexerProfile,
): Pick<NumberLiteral, 'text' | 'form' | 'suffix'> {
  const plain = written.includes('_') ? written.replaceAll('_', '') : written;
  const isPrefixed = /^0[xob]/i.test(plain);
  if (isPrefixed) return { text: plain.toLowerCase(), form: 'integer', suffix: null };
  const found = profile.numberSuffixes ? SUFFIX.exec(plain)?.[0] : undefined;
  const text = found === undefined ? plain : plain.slice(0, -found.length);
  const form = /e/i.test(text) ? 'exponent' : text.includes('.') ? 'decimal' : 'integer';
  return { text, form, suffix: (found?.toUpperCase() ?? null) as NumberSuffix | null };
}
