import type { Expression } from '../ast/expression.ts';
import type { Identifier, QualifiedName } from '../ast/name.ts';
import type { AstNode } from '../ast/node.ts';
import { isReserved } from '../lexer/keyword.ts';
import type { LexerProfile } from '../lexer/profile.ts';
import { expressionPrecedence, LOOSE_LITERAL } from './expression-precedence.ts';

/** How the text of each kind of node is made, for a set of nodes. */
export type PrintRules<N extends AstNode> = {
  readonly [K in N['kind']]: (node: Extract<AstNode, { kind: K }>, printer: Printer) => string;
};

/** How to print. */
export interface PrintSettings {
  /** The dialect of the text. */
  readonly profile: LexerProfile;
  /** Only where the meaning needs them, or around every operand. */
  readonly parentheses: 'minimal' | 'full';
}

/** What the print rules share: settings, names, lists, and parentheses by precedence. */
export class Printer {
  readonly profile: LexerProfile;
  readonly #isFull: boolean;
  readonly #rules: PrintRules<AstNode>;

  constructor(settings: PrintSettings, rules: PrintRules<AstNode>) {
    this.profile = settings.profile;
    this.#isFull = settings.parentheses === 'full';
    this.#rules = rules;
  }

  /** The text of a node; an expression without parentheses around it. */
  print(node: AstNode): string {
    const rule = this.#rules[node.kind] as (node: AstNode, printer: Printer) => string;
    return rule(node, this);
  }

  /** The same with a word in front; null when there is no node. */
  optional(word: string, node: AstNode | null): string | null {
    return node === null ? null : `${word} ${this.print(node)}`;
  }

  list(nodes: readonly AstNode[]): string {
    return nodes.map((node) => this.print(node)).join(', ');
  }

  /** `word a, b`; null for an empty list. */
  clause(word: string, nodes: readonly AstNode[]): string | null {
    return nodes.length === 0 ? null : `${word} ${this.list(nodes)}`;
  }

  /** `(a, b)`; null for an empty list. */
  brackets(nodes: readonly AstNode[]): string | null {
    return nodes.length === 0 ? null : `(${this.list(nodes)})`;
  }

  /**
   * An expression where the parser takes in operators above `minimum` only: with parentheses if its
   * own operator is no tighter.
   */
  operand(node: Expression, minimum: number): string {
    const precedence = expressionPrecedence(node, this.profile);
    const isWrapped = precedence <= minimum || (this.#isFull && precedence < LOOSE_LITERAL);
    return isWrapped ? `(${this.print(node)})` : this.print(node);
  }

  // --- Names and strings -------------------------------------------------------------------------

  /** A name where reserved words need quotes. */
  name({ name, quoted }: Identifier): string {
    return quoted || isReserved(name.toLowerCase()) || !isWord(name) ? this.#quote(name) : name;
  }

  /** A name where any word will do: behind AS and behind a dot. */
  label({ name, quoted }: Identifier): string {
    return quoted || !isWord(name) ? this.#quote(name) : name;
  }

  names(identifiers: readonly Identifier[]): string {
    return identifiers.map((identifier) => this.name(identifier)).join(', ');
  }

  /** `(a, b)` or null. */
  nameBrackets(identifiers: readonly Identifier[]): string | null {
    return identifiers.length === 0 ? null : `(${this.names(identifiers)})`;
  }

  path([first, ...others]: QualifiedName['parts']): string {
    return [this.name(first), ...others.map((part) => this.label(part))].join('.');
  }

  #quote(name: string): string {
    const quote = this.profile.identifierQuote;
    return quote + name.replaceAll(quote, quote + quote) + quote;
  }

  string(value: string): string {
    const escaped = this.profile.backslashEscapes ? value.replaceAll('\\', '\\\\') : value;
    return `'${escaped.replaceAll("'", "''")}'`;
  }

  optionalString(word: string, value: string | null): string | null {
    return value === null ? null : `${word} ${this.string(value)}`;
  }
}

function isWord(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_$]*$/.test(name);
}

/** The pieces that are there, with blanks between. */
export function words(...pieces: readonly (string | null | false)[]): string {
  return pieces.filter((piece) => piece !== null && piece !== false && piece !== '').join(' ');
}
