import { keywordAt } from './keyword.ts';
import type { LexerProfile } from './profile.ts';
import { SYMBOLS, type SymbolTag, type Tag, TokenKind } from './token.ts';

/** Why a piece of text is no token. */
export interface LexicalProblem {
  readonly message: string;
  readonly hint: string | undefined;
  readonly start: number;
  readonly end: number;
}

// Character classes of ASCII; everything above is decided by isSpace and isForeignQuote.
const SPACE = 1;
const LETTER = 2;
const DIGIT = 4;
const CLASSES = buildClasses();

function buildClasses(): Uint8Array {
  const classes = new Uint8Array(128);
  for (const code of [9, 10, 11, 12, 13, 32]) classes[code] = SPACE;
  for (let code = 48; code <= 57; code++) classes[code] = DIGIT;
  for (let code = 65; code <= 90; code++) classes[code] = classes[code + 32] = LETTER;
  classes[95] = LETTER;
  return classes;
}

/** Blanks beyond ASCII: no-break and typographic spaces, line separators, the byte order mark. */
function isForeignSpace(code: number): boolean {
  return (
    code === 0xa0 ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200b) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000 ||
    code === 0xfeff
  );
}

function isTypographicQuote(code: number): boolean {
  return code >= 0x2018 && code <= 0x201f;
}

function isSpace(code: number): boolean {
  return code < 128 ? CLASSES[code] === SPACE : isForeignSpace(code);
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isWordStart(code: number): boolean {
  return code < 128
    ? CLASSES[code] === LETTER
    : !Number.isNaN(code) && !isForeignSpace(code) && !isTypographicQuote(code);
}

function isWordPart(code: number): boolean {
  return isWordStart(code) || isDigit(code) || code === 36;
}

/**
 * Cuts a text into tokens, one at a time: after `next()` the token lies in `kind`, `tag`, `start`
 * and `end`. Blanks and comments are skipped, unless `keepComments` is set.
 *
 * Never throws: text that is no token has the kind `invalid` and a `problem`. Cost: O(text).
 */
export class Lexer {
  kind: TokenKind = TokenKind.end;
  /** The symbol, the keyword in lower case, or '' for every other token. */
  tag: Tag | '' = '';
  start = 0;
  end: number;
  problem: LexicalProblem | null = null;

  readonly #text: string;
  readonly #profile: LexerProfile;
  readonly #limit: number;
  readonly #keepComments: boolean;

  constructor(
    text: string,
    profile: LexerProfile,
    range: { readonly start: number; readonly end: number },
    keepComments = false,
  ) {
    this.#text = text;
    this.#profile = profile;
    this.end = range.start;
    this.#limit = Math.min(range.end, text.length);
    this.#keepComments = keepComments;
  }

  /** Moves to the next token. At the end of the range the kind is `end` and the tag ''. */
  next(): void {
    const mayHint = this.tag === 'select';
    this.problem = null;
    this.tag = '';
    do this.kind = this.#read(mayHint);
    while (this.kind === TokenKind.comment && !this.#keepComments);
  }

  // The methods below read one token from `start` on, set `end` behind it and return its kind.

  #read(mayHint: boolean): TokenKind {
    this.#skipBlanks();
    this.start = this.end;
    const first = this.#code(this.start);
    if (Number.isNaN(first)) return TokenKind.end;
    const second = this.#code(this.start + 1);
    if (isWordStart(first)) return this.#wordOrPrefixedString(first, second);
    if (isDigit(first) || (first === 46 && isDigit(second))) return this.#number();
    if (first === 45 && second === 45) return this.#lineComment();
    if (first === 47 && second === 42) return this.#blockComment(mayHint);
    if (first === 39) return this.#string(TokenKind.string, 0);
    if (first === 34 && this.#profile.doubleQuotedStrings) return this.#string(TokenKind.string, 0);
    if (first === 34 || first === 96) return this.#quotedIdentifier(first);
    if (first === 36) return this.#dollar();
    return this.#symbol(first);
  }

  /** The character code at an offset; NaN outside the range. */
  #code(offset: number): number {
    return offset < this.#limit ? this.#text.charCodeAt(offset) : Number.NaN;
  }

  #skipBlanks(): void {
    let at = this.end;
    while (at < this.#limit && isSpace(this.#text.charCodeAt(at))) at++;
    this.end = at;
  }

  #lineComment(): TokenKind {
    const lineEnd = this.#text.indexOf('\n', this.start);
    this.end = lineEnd === -1 || lineEnd > this.#limit ? this.#limit : lineEnd;
    return TokenKind.comment;
  }

  #blockComment(mayHint: boolean): TokenKind {
    let depth = 1;
    let at = this.start + 2;
    const isHint = mayHint && this.#code(at) === 43;
    while (depth > 0) {
      const code = this.#code(at);
      if (Number.isNaN(code)) {
        const hint = 'The comment that begins here is never closed; comments nest.';
        return this.#fail('unterminated comment', this.start + 2, this.#limit, hint);
      }
      const isMark = this.#code(at + 1) === (code === 42 ? 47 : 42) && (code === 42 || code === 47);
      if (isMark) depth += code === 42 ? -1 : 1;
      at += isMark ? 2 : 1;
    }
    this.end = at;
    return isHint ? TokenKind.hint : TokenKind.comment;
  }

  /** A word, or a string whose kind a word in front of its quote tells. */
  #wordOrPrefixedString(first: number, second: number): TokenKind {
    const letter = first | 32;
    if (second === 39) {
      if (letter === 101) return this.#string(TokenKind.escapeString, 1);
      if (letter === 120) return this.#string(TokenKind.blob, 1);
      if (letter === 98) return this.#string(TokenKind.bits, 1);
    }
    const isQuote = second === 39 || (second === 34 && this.#profile.doubleQuotedStrings);
    if (isQuote && letter === 114 && this.#profile.rawStrings)
      return this.#string(TokenKind.rawString, 1);
    if (letter === 117 && second === 38 && this.#code(this.start + 2) === 39)
      return this.#string(TokenKind.unicodeString, 2);
    return this.#word();
  }

  #word(): TokenKind {
    const text = this.#text;
    let at = this.start;
    // A rolling hash over the letters without regard to case, for the look-up of keywords.
    let hash = 0;
    while (at < this.#limit) {
      const code = text.charCodeAt(at);
      if (!isWordPart(code)) break;
      hash = (Math.imul(hash, 31) + (code | 32)) | 0;
      at++;
    }
    this.end = at;
    this.tag = keywordAt(text, this.start, at, hash);
    return TokenKind.word;
  }

  // --- Numbers -----------------------------------------------------------------------------------

  #number(): TokenKind {
    const prefix = this.#code(this.start) === 48 ? this.#code(this.start + 1) | 32 : 0;
    const isPrefixedDigit =
      prefix === 120 ? isHexDigit : prefix === 98 ? isBinaryDigit : isOctalDigit;
    if (prefix === 120 || prefix === 98 || prefix === 111) {
      const end = this.#digits(this.start + 2, isPrefixedDigit);
      return end > this.start + 2 ? this.#numberEnd(end) : this.#malformedNumber(end);
    }
    let at = this.#digits(this.start, isDigit);
    if (this.#code(at) === 46) at = this.#digits(at + 1, isDigit);
    if ((this.#code(at) | 32) === 101) {
      const sign = this.#code(at + 1);
      const exponent = sign === 43 || sign === 45 ? at + 2 : at + 1;
      if (isDigit(this.#code(exponent))) at = this.#digits(exponent, isDigit);
    }
    return this.#numberEnd(at);
  }

  /** The offset behind a run of digits, with single underscores between them. */
  #digits(from: number, isAllowed: (code: number) => boolean): number {
    let at = from;
    for (;;) {
      if (isAllowed(this.#code(at))) at++;
      else if (at > from && this.#code(at) === 95 && isAllowed(this.#code(at + 1))) at += 2;
      else return at;
    }
  }

  #numberEnd(digitsEnd: number): TokenKind {
    const suffix = this.#profile.numberSuffixes
      ? /^(?:BD|[LSYDF])/i.exec(this.#text.slice(digitsEnd, digitsEnd + 2))
      : null;
    const at = digitsEnd + (suffix?.[0].length ?? 0);
    if (isWordPart(this.#code(at))) return this.#malformedNumber(at);
    this.end = at;
    return TokenKind.number;
  }

  #malformedNumber(from: number): TokenKind {
    let at = from;
    while (isWordPart(this.#code(at))) at++;
    const number = this.#text.slice(this.start, at).slice(0, 80);
    const hint = 'Put a blank between a number and a word; quote a name that begins with a digit.';
    return this.#fail(`malformed number "${number}"`, at, at, hint);
  }

  // --- Quotes ------------------------------------------------------------------------------------

  /** A string, with the letters of `prefixLength` in front of its quote. */
  #string(kind: TokenKind, prefixLength: number): TokenKind {
    const opening = this.start + prefixLength;
    const isPlain = kind === TokenKind.string;
    const escapes = kind === TokenKind.escapeString || (isPlain && this.#profile.backslashEscapes);
    if (this.#skipQuoted(opening, escapes)) return kind;
    const quote = this.#text[opening];
    const hint = `The string that begins here is never closed; write ${quote}${quote} for a quote in it.`;
    return this.#fail('unterminated string', opening + 1, this.#limit, hint);
  }

  /** Sets `end` behind the closing quote; a doubled quote goes on. False when there is none. */
  #skipQuoted(opening: number, backslashEscapes: boolean): boolean {
    const text = this.#text;
    const quote = text.charCodeAt(opening);
    for (let at = opening + 1; at < this.#limit; at++) {
      const code = text.charCodeAt(at);
      if (code === 92 && backslashEscapes) at++;
      if (code !== quote) continue;
      if (this.#code(at + 1) === quote) at++;
      else {
        this.end = at + 1;
        return true;
      }
    }
    return false;
  }

  #quotedIdentifier(quote: number): TokenKind {
    const mark = String.fromCharCode(quote);
    const nameStart = this.start + 1;
    if (mark !== this.#profile.identifierQuote) {
      const hint = 'Write names in double quotes; backticks need the spark dialect.';
      return this.#fail(`unexpected character "${mark}"`, nameStart, nameStart, hint);
    }
    if (!this.#skipQuoted(this.start, false)) {
      const hint = `The name that begins here is never closed; write ${mark}${mark} for a quote in it.`;
      return this.#fail('unterminated quoted identifier', nameStart, this.#limit, hint);
    }
    if (this.end === nameStart + 1)
      return this.#fail('zero-length quoted identifier', this.end, this.end, undefined);
    return TokenKind.quotedIdentifier;
  }

  /** `$1`, `$name`, or a string between `$tag$`. */
  #dollar(): TokenKind {
    let at = this.start + 1;
    if (isDigit(this.#code(at))) {
      while (isDigit(this.#code(at))) at++;
      if (isWordPart(this.#code(at))) return this.#malformedNumber(at);
      this.end = at;
      return TokenKind.parameter;
    }
    while (isWordStart(this.#code(at)) || (at > this.start + 1 && isDigit(this.#code(at)))) at++;
    if (this.#profile.dollarQuotes && this.#code(at) === 36) return this.#dollarString(at + 1);
    if (at === this.start + 1) return this.#symbol(36);
    this.end = at;
    return TokenKind.parameter;
  }

  #dollarString(bodyStart: number): TokenKind {
    const delimiter = this.#text.slice(this.start, bodyStart);
    const closing = this.#text.indexOf(delimiter, bodyStart);
    if (closing === -1 || closing + delimiter.length > this.#limit) {
      const hint = `The string that begins here is never closed; it ends with ${delimiter}.`;
      return this.#fail('unterminated string', bodyStart, this.#limit, hint);
    }
    this.end = closing + delimiter.length;
    return TokenKind.dollarString;
  }

  // --- Symbols -----------------------------------------------------------------------------------

  #symbol(first: number): TokenKind {
    for (const symbol of SYMBOLS_BY_CODE[first] ?? []) {
      const end = this.start + symbol.length;
      if (end > this.#limit || !this.#text.startsWith(symbol, this.start)) continue;
      this.tag = symbol;
      this.end = end;
      return TokenKind.symbol;
    }
    return this.#unexpectedCharacter(first);
  }

  #unexpectedCharacter(code: number): TokenKind {
    const character = String.fromCodePoint(this.#text.codePointAt(this.start) ?? code);
    const hint = isTypographicQuote(code)
      ? 'Typographic quotes are no quotes in SQL: use \' around strings and " around names.'
      : undefined;
    const isControl = code < 32 || code === 127;
    const shown = isControl
      ? `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
      : `"${character}"`;
    const end = this.start + character.length;
    return this.#fail(`unexpected character ${shown}`, end, end, hint);
  }

  /** `markEnd` ends the piece of text to underline, `tokenEnd` the text to go on behind. */
  #fail(message: string, markEnd: number, tokenEnd: number, hint: string | undefined): TokenKind {
    this.problem = { message, hint, start: this.start, end: markEnd };
    this.end = tokenEnd;
    this.tag = '';
    return TokenKind.invalid;
  }
}

/** The symbols that begin with each character, longest first. */
const SYMBOLS_BY_CODE: readonly (readonly SymbolTag[] | undefined)[] = symbolsByCode();

function symbolsByCode(): readonly (readonly SymbolTag[] | undefined)[] {
  const table: (SymbolTag[] | undefined)[] = new Array(128).fill(undefined);
  for (const symbol of SYMBOLS) {
    const code = symbol.charCodeAt(0);
    table[code] = [...(table[code] ?? []), symbol].sort((a, b) => b.length - a.length);
  }
  return table;
}

function isHexDigit(code: number): boolean {
  const letter = code | 32;
  return isDigit(code) || (letter >= 97 && letter <= 102);
}

function isBinaryDigit(code: number): boolean {
  return code === 48 || code === 49;
}

function isOctalDigit(code: number): boolean {
  return code >= 48 && code <= 55;
}
