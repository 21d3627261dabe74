import { lineColumn, type Span, SqlError } from '@windrow/core';
import type { Expression } from '../ast/expression.ts';
import type { StringLiteral } from '../ast/literal.ts';
import type { Identifier, QualifiedName } from '../ast/name.ts';
import type { Query, QueryBody } from '../ast/query.ts';
import type { Statement } from '../ast/statement.ts';
import type { TableReference } from '../ast/table-reference.ts';
import { isReserved, type Keyword } from '../lexer/keyword.ts';
import { isStringKind, quotedName, stringValue } from '../lexer/literal.ts';
import type { LexerProfile } from '../lexer/profile.ts';
import { type Tag, TokenKind } from '../lexer/token.ts';
import type { TokenList } from '../lexer/token-list.ts';

/** Deepest nesting of one statement: brackets, operators and queries, each one level. */
export const MAX_DEPTH: number = 1000;

/** Most columns in a SELECT list, a table or an alias. */
export const MAX_COLUMNS: number = 65_536;

/** Longest name, in UTF-16 code units. */
const MAX_NAME_LENGTH = 4096;

/**
 * The rules that call each other in a circle, through which the files of the grammar reach each
 * other: imports between them stay a tree.
 */
export interface Grammar {
  /** An expression whose operators bind tighter than `minimum` (see precedence.ts). */
  readonly expression: (cursor: Cursor, minimum?: number) => Expression;
  /** The rest of an expression whose first operand, at `startIndex`, has been parsed already. */
  readonly expressionFrom: (cursor: Cursor, first: Expression, startIndex: number) => Expression;
  readonly query: (cursor: Cursor) => Query;
  /** A query whose first operand has been parsed already; `startIndex` is its first token. */
  readonly queryFrom: (cursor: Cursor, first: Query, startIndex: number) => Query;
  /** One operand of a set operation. */
  readonly queryTerm: (cursor: Cursor) => QueryBody;
  readonly tableReference: (cursor: Cursor) => TableReference;
  readonly statement: (cursor: Cursor) => Statement;
}

/** What a name may stand for at a place, for completion. */
export type NameKind =
  | 'column'
  | 'function'
  | 'relation'
  | 'tableFunction'
  | 'schema'
  | 'type'
  | 'setting'
  | 'alias'
  | 'string';

/** What the grammar would have accepted at one token. */
export interface Expectations {
  readonly tags: Set<Tag>;
  readonly names: Set<NameKind>;
}

/**
 * The parser's place in the tokens of one statement, with the questions a rule asks there. Rules are
 * functions that take the cursor, move it over what they recognise and return a node; a rule that
 * fails throws, and nothing is tried twice.
 */
export class Cursor {
  readonly text: string;
  readonly profile: LexerProfile;
  readonly grammar: Grammar;
  readonly nextOffset: number;
  /** Index of the current token. */
  index = 0;
  /** Where `:` ends an expression (slices, map keys), it is no JSON path. Off in each new bracket. */
  colonEnds = false;
  /** The depth at which the arguments of the innermost call stand. */
  argumentDepth = -1;

  readonly #kinds: readonly TokenKind[];
  readonly #tags: readonly (Tag | '')[];
  readonly #starts: readonly number[];
  readonly #ends: readonly number[];

  /** Height of the tree parsed since the innermost `enter` or `openTree`. */
  #height = 0;
  readonly #outerHeights: number[] = [];
  readonly #outerColonEnds: boolean[] = [];
  #parameterStyle = '';
  #parameterCount = 0;

  #recordAt = -1;
  #refusesName = false;
  readonly #expectations: Expectations = { tags: new Set(), names: new Set() };

  constructor(text: string, profile: LexerProfile, grammar: Grammar, tokens: TokenList) {
    this.text = text;
    this.profile = profile;
    this.grammar = grammar;
    this.nextOffset = tokens.nextOffset;
    this.#kinds = tokens.kinds;
    this.#tags = tokens.tags;
    this.#starts = tokens.starts;
    this.#ends = tokens.ends;
  }

  // --- Questions about tokens --------------------------------------------------------------------

  /** The keyword or symbol under the cursor; '' for names, literals and the end. */
  get tag(): Tag | '' {
    return this.#tags[this.index]!;
  }

  /** The tag `distance` tokens ahead; '' beyond the end. */
  tagAhead(distance: number): Tag | '' {
    return this.#tags[this.index + distance] ?? '';
  }

  get kind(): TokenKind {
    return this.#kinds[this.index]!;
  }

  kindAhead(distance: number): TokenKind {
    return this.#kinds[this.index + distance] ?? TokenKind.end;
  }

  get start(): number {
    return this.#starts[this.index]!;
  }

  /** The text of a token as written. */
  textAt(index: number): string {
    return this.text.slice(this.#starts[index], this.#ends[index]);
  }

  /** Is there nothing between the token at `index` and the one before it? */
  isTight(index: number): boolean {
    return this.#ends[index - 1] === this.#starts[index];
  }

  get atEnd(): boolean {
    return this.kind === TokenKind.end;
  }

  get atString(): boolean {
    this.want('string');
    return isStringKind(this.kind);
  }

  at(tag: Tag): boolean {
    if (this.index === this.#recordAt) this.#expectations.tags.add(tag);
    return this.#tags[this.index] === tag;
  }

  /** Are these words, in this order, the next tokens? */
  atWords(...words: readonly Keyword[]): boolean {
    if (!this.at(words[0]!)) return false;
    for (let i = 1; i < words.length; i++) if (this.tagAhead(i) !== words[i]) return false;
    return true;
  }

  /** The tag under the cursor, if it is one of the set. */
  atAny<T extends Tag>(tags: ReadonlySet<T> | ReadonlyMap<T, unknown>): T | undefined {
    if (this.index === this.#recordAt)
      for (const tag of tags.keys()) this.#expectations.tags.add(tag);
    const tag = this.tag as T;
    return tags.has(tag) ? tag : undefined;
  }

  /** Can a name without AS stand here: a word that is not reserved, or a quoted one? */
  get atName(): boolean {
    return this.isName(0);
  }

  /** The same for the token `distance` ahead. */
  isName(distance: number): boolean {
    const kind = this.kindAhead(distance);
    if (kind === TokenKind.quotedIdentifier) return true;
    if (this.#refusesName && this.index + distance === this.#recordAt) return false;
    return kind === TokenKind.word && !isReserved(this.tagAhead(distance));
  }

  /** Can an expression begin at the token `distance` ahead? */
  isOperandStart(distance: number): boolean {
    const tag = this.tagAhead(distance);
    if (OPERAND_TAGS.has(tag)) return true;
    const kind = this.kindAhead(distance);
    if (kind === TokenKind.word) return !isReserved(tag);
    return kind !== TokenKind.end && kind !== TokenKind.symbol;
  }

  // --- Moving ------------------------------------------------------------------------------------

  /** Moves over a token that has been looked at. */
  skip(count = 1): void {
    this.index += count;
  }

  accept(tag: Tag): boolean {
    if (!this.at(tag)) return false;
    this.index++;
    return true;
  }

  /** Accepts a tag only where the tokens around it say that it is meant. */
  acceptIf(isMeant: boolean, tag: Tag): boolean {
    if (!this.at(tag) || !isMeant) return false;
    this.index++;
    return true;
  }

  acceptWords(...words: readonly Keyword[]): boolean {
    if (!this.atWords(...words)) return false;
    this.index += words.length;
    return true;
  }

  /** ORDER BY. */
  acceptOrderBy(): boolean {
    if (!this.accept('order')) return false;
    this.expect('by');
    return true;
  }

  expect(tag: Tag): void {
    if (!this.accept(tag)) this.fail(describeTag(tag));
  }

  expectWords(...words: readonly Keyword[]): void {
    for (const word of words) this.expect(word);
  }

  /** Moves over one word of the set and returns it; `expected` names the set in the error. */
  expectAny<T extends Tag>(tags: ReadonlySet<T> | ReadonlyMap<T, unknown>, expected: string): T {
    const tag = this.atAny(tags);
    if (tag === undefined) return this.fail(expected);
    this.index++;
    return tag;
  }

  /** Moves over a closing bracket; an error at the end of the text tells where it was opened. */
  expectClose(tag: ')' | ']' | '}', openIndex: number): void {
    if (this.accept(tag)) return;
    const { line, column } = lineColumn(this.text, this.#starts[openIndex]!);
    const isCutShort = this.atEnd || CLAUSE_WORDS.has(this.tag);
    const hint = isCutShort
      ? `The "${this.textAt(openIndex)}" at line ${line}, column ${column} is not closed.`
      : undefined;
    this.fail(describeTag(tag), hint);
  }

  // --- Names and literals ------------------------------------------------------------------------

  /** A name that is not reserved; `expected` says what for in the error. */
  name(expected = 'a name', kind: NameKind = 'alias'): Identifier {
    this.want(kind);
    if (!this.isName(0)) return this.fail(expected, this.#reservedHint());
    return this.#identifier();
  }

  /** Any word, reserved or not: after AS and after a dot. */
  label(expected = 'a name', kind: NameKind = 'alias'): Identifier {
    this.want(kind);
    if (this.kind !== TokenKind.word && this.kind !== TokenKind.quotedIdentifier)
      return this.fail(expected);
    return this.#identifier();
  }

  qualifiedName(expected = 'a name', kind: NameKind = 'relation'): QualifiedName {
    return this.qualifiedFrom(this.name(expected, kind), kind);
  }

  /** The rest of a dotted name. */
  qualifiedFrom(first: Identifier, kind: NameKind = 'relation'): QualifiedName {
    const parts: [Identifier, ...Identifier[]] = [first];
    while (this.accept('.')) parts.push(this.label('a name', kind));
    const end = parts[parts.length - 1]!.span.end;
    return { kind: 'qualifiedName', parts, span: { start: first.span.start, end } };
  }

  #identifier(): Identifier {
    const index = this.index++;
    const start = this.#starts[index]!;
    const end = this.#ends[index]!;
    const quoted = this.#kinds[index] === TokenKind.quotedIdentifier;
    const name = quoted ? quotedName(this.text, start, end) : this.text.slice(start, end);
    if (name.length > MAX_NAME_LENGTH)
      throw new SqlError('syntax', `name is longer than ${MAX_NAME_LENGTH} characters`, {
        span: { start, end },
        sqlState: '42622',
      });
    return { kind: 'identifier', name, quoted, span: { start, end } };
  }

  #reservedHint(): string | undefined {
    if (this.kind !== TokenKind.word) return undefined;
    const quote = this.profile.identifierQuote;
    const word = this.textAt(this.index);
    return `${word.toUpperCase()} is a reserved word; as a name it needs quotes: ${quote}${word}${quote}.`;
  }

  /** A string, with those beside it that join it. */
  string(expected = 'a string'): StringLiteral {
    if (!this.atString) return this.fail(expected);
    const first = this.index;
    let value = this.#stringToken(this.index++);
    while (this.kind === TokenKind.string && this.#joinsPrevious())
      value += this.#stringToken(this.index++);
    return { kind: 'stringLiteral', value, span: this.span(first) };
  }

  #stringToken(index: number): string {
    const token = {
      kind: this.#kinds[index]!,
      start: this.#starts[index]!,
      end: this.#ends[index]!,
    };
    return stringValue(this.text, token, this.profile);
  }

  #joinsPrevious(): boolean {
    if (this.profile.joinStringsOnOneLine) return true;
    return this.text.slice(this.#ends[this.index - 1], this.start).includes('\n');
  }

  /** A whole number written in digits; `expected` names it in the error. */
  wholeNumber(expected: string): number {
    if (this.kind !== TokenKind.number) return this.fail(expected);
    const value = Number(this.textAt(this.index).replaceAll('_', ''));
    if (!Number.isSafeInteger(value)) return this.fail(expected);
    this.index++;
    return value;
  }

  /** Numbers a `?`, or notes the style of another parameter: a statement keeps to one. */
  noteParameter(style: '?' | '$1' | '$name' | ':name' | '@name', startIndex: number): number {
    if (this.#parameterStyle !== '' && this.#parameterStyle !== style)
      throw new SqlError(
        'syntax',
        `parameters are written in two styles: ${this.#parameterStyle} and ${style}`,
        { span: this.span(startIndex), hint: 'Use one style of parameters in a statement.' },
      );
    this.#parameterStyle = style;
    return ++this.#parameterCount;
  }

  // --- Lists -------------------------------------------------------------------------------------

  /** One or more items with commas between. `Trailing` lists may end in a comma. */
  list<T>(item: (cursor: this) => T): [T, ...T[]] {
    const items: [T, ...T[]] = [item(this)];
    while (this.accept(',')) items.push(item(this));
    return items;
  }

  /** As {@link list}; a comma before something that begins no item ends the list. */
  listWithTrailingComma<T>(item: (cursor: this) => T): [T, ...T[]] {
    const items: [T, ...T[]] = [item(this)];
    while (this.accept(',')) {
      if (!this.#isItemStart()) {
        this.want('column');
        break;
      }
      items.push(item(this));
    }
    return items;
  }

  #isItemStart(): boolean {
    return this.isOperandStart(0) || ITEM_TAGS.has(this.tag);
  }

  /** `( item, … )`, one or more. */
  parenthesized<T>(item: (cursor: this) => T): [T, ...T[]] {
    const open = this.index;
    this.expect('(');
    const items = this.list(item);
    this.expectClose(')', open);
    return items;
  }

  /** As {@link parenthesized}, with a trailing comma if you like. */
  parenthesizedWithTrailingComma<T>(item: (cursor: this) => T): [T, ...T[]] {
    const open = this.index;
    this.expect('(');
    const items = this.listWithTrailingComma(item);
    this.expectClose(')', open);
    return items;
  }

  /** Names in parentheses, or none when there is no parenthesis. */
  optionalNames(expected = 'a column name'): readonly Identifier[] {
    return this.at('(') ? this.parenthesized(() => this.name(expected, 'column')) : [];
  }

  /** @throws SqlError `resource` 54011 when a list of columns is too long. */
  limitColumns(count: number, startIndex: number): void {
    if (count <= MAX_COLUMNS) return;
    throw new SqlError('resource', `${count} columns; at most ${MAX_COLUMNS} are possible`, {
      span: this.span(startIndex),
      sqlState: '54011',
    });
  }

  // --- Spans and depth ---------------------------------------------------------------------------

  /** From a token to the last one passed. */
  span(startIndex: number): Span {
    return {
      start: this.#starts[startIndex]!,
      end: this.#ends[this.index > startIndex ? this.index - 1 : startIndex]!,
    };
  }

  /**
   * Goes one level of brackets down; `leave` comes up again. Each level costs the parser a few
   * frames of the stack, hence the limit.
   *
   * @throws SqlError `resource` 54001 beyond {@link MAX_DEPTH}.
   */
  enter(): void {
    this.#outerHeights.push(this.#height);
    this.#outerColonEnds.push(this.colonEnds);
    this.#height = 0;
    this.colonEnds = false;
    if (this.#outerHeights.length > MAX_DEPTH) throw tooDeep(this.span(this.index));
  }

  /** How many levels of brackets there are around the cursor. */
  get depth(): number {
    return this.#outerHeights.length;
  }

  leave(): void {
    this.#height = Math.max(this.#outerHeights.pop() ?? 0, this.#height + 1);
    this.colonEnds = this.#outerColonEnds.pop() ?? false;
  }

  /** Begins a tree of its own height; the result is for `closeTree`. */
  openTree(): number {
    const outer = this.#height;
    this.#height = 0;
    return outer;
  }

  closeTree(outer: number): void {
    if (outer > this.#height) this.#height = outer;
  }

  /**
   * Notes that a node was put around the tree parsed so far: `1 + 1 + …` grows deep without brackets,
   * and whoever works on the tree recurses.
   *
   * @throws SqlError `resource` 54001 beyond {@link MAX_DEPTH}.
   */
  wrap(): void {
    if (++this.#height > MAX_DEPTH) throw tooDeep(this.span(this.index - 1));
  }

  // --- Errors and expectations -------------------------------------------------------------------

  /** @throws SqlError `syntax` 42601 at the current token. */
  fail(expected: string, hint?: string): never {
    throw new SqlError('syntax', `expected ${expected} but found ${this.found()}`, {
      span: this.span(this.index),
      hint,
    });
  }

  /** The current token as error messages show it. */
  found(): string {
    if (this.atEnd) return 'end of statement';
    const text = this.textAt(this.index);
    return text.length > 80 ? `"${text.slice(0, 80)}…"` : `"${text}"`;
  }

  /**
   * From here on, notes what is asked for at the token with this index. When it may not be a name,
   * everything else that could stand there is asked for too.
   */
  record(index: number, mayBeName: boolean): void {
    this.#recordAt = index;
    this.#refusesName = !mayBeName;
  }

  /** Says that any of these tags could stand here. */
  wantAny(tags: ReadonlyMap<Tag, unknown>): void {
    if (this.index === this.#recordAt)
      for (const tag of tags.keys()) this.#expectations.tags.add(tag);
  }

  /** Says that a name of this kind could stand here. */
  want(kind: NameKind): void {
    if (this.index === this.#recordAt) this.#expectations.names.add(kind);
  }

  /** What was asked for at the recorded token. */
  get expectations(): Expectations {
    return this.#expectations;
  }
}

/** The error for a tree that is too deep to be worked on. */
export function tooDeep(span: Span): SqlError {
  return new SqlError('resource', `statement is nested more than ${MAX_DEPTH} levels deep`, {
    span,
    sqlState: '54001',
    hint: 'Split it with WITH, or put the values into a list or a table.',
  });
}

/** A tag as messages show it: words in upper case, symbols in quotes. */
export function describeTag(tag: Tag): string {
  return /^[a-z]/.test(tag) ? tag.toUpperCase() : `"${tag}"`;
}

/** The words that begin the clauses of a query, in their order. */
export const CLAUSE_WORDS: ReadonlySet<string> = new Set<Tag>([
  'from',
  'where',
  'group',
  'having',
  'window',
  'qualify',
  'order',
  'limit',
  'offset',
]);

/** Reserved words and symbols that begin an expression. */
const OPERAND_TAGS: ReadonlySet<string> = new Set<Tag>([
  '(',
  '[',
  '{',
  '+',
  '-',
  '~',
  '*',
  '?',
  ':',
  '@',
  '#',
  '!',
  'not',
  'case',
  'cast',
  'try_cast',
  'null',
  'true',
  'false',
  'default',
]);

/** Reserved words that begin a table in FROM or an element of CREATE TABLE. */
const ITEM_TAGS: ReadonlySet<string> = new Set<Tag>(['lateral', 'table', 'like']);
