import type { AstNode } from './ast/node.ts';
import { ANSI, type LexerProfile } from './lexer/profile.ts';
import { CALL_RULES } from './printer/print-call.ts';
import { DEFINITION_RULES } from './printer/print-definition.ts';
import { EXPRESSION_RULES } from './printer/print-expression.ts';
import { NAME_RULES } from './printer/print-name.ts';
import { QUERY_RULES } from './printer/print-query.ts';
import { SELECT_RULES } from './printer/print-select.ts';
import { STATEMENT_RULES } from './printer/print-statement.ts';
import { MATCH_RECOGNIZE_RULES, TABLE_RULES } from './printer/print-table.ts';
import { Printer, type PrintRules } from './printer/printer.ts';

/** How to print a tree. */
export interface PrintOptions {
  /** The dialect of the text. Default: {@link ANSI}. */
  readonly profile?: LexerProfile;
  /** Around an operand only where it needs them (the default), or around every compound one. */
  readonly parentheses?: 'minimal' | 'full';
}

const RULES: PrintRules<AstNode> = {
  ...NAME_RULES,
  ...EXPRESSION_RULES,
  ...CALL_RULES,
  ...QUERY_RULES,
  ...SELECT_RULES,
  ...TABLE_RULES,
  ...MATCH_RECOGNIZE_RULES,
  ...DEFINITION_RULES,
  ...STATEMENT_RULES,
};

/**
 * The SQL text of a node on one line, in one canonical spelling: keywords in upper case, aliases with
 * AS, special forms as calls.
 *
 * Parsing the text gives the same tree again, apart from spans, if the tree came from the parser.
 * Exception: a statement of kind `unsupported` prints its first words only.
 */
export function print(node: AstNode, options: PrintOptions = {}): string {
  const { profile = ANSI, parentheses = 'minimal' } = options;
  return new Printer({ profile, parentheses }, RULES).print(node);
}
