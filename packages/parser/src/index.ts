export type * from './ast/alter.ts';
export type * from './ast/collection.ts';
export type * from './ast/definition.ts';
export type * from './ast/expression.ts';
export type * from './ast/inspection.ts';
export type * from './ast/literal.ts';
export type * from './ast/match-recognize.ts';
export type * from './ast/name.ts';
export type * from './ast/node.ts';
export type * from './ast/operator.ts';
export type * from './ast/pipe.ts';
export type * from './ast/pivot.ts';
export type * from './ast/query.ts';
export type * from './ast/row-change.ts';
export type * from './ast/select.ts';
export type * from './ast/session.ts';
export type * from './ast/statement.ts';
export type * from './ast/table-definition.ts';
export type * from './ast/table-reference.ts';
export type * from './ast/type-name.ts';
export type * from './ast/window.ts';

export { type Completion, expectedAt } from './completion.ts';
export { MAX_COLUMNS, MAX_DEPTH, type NameKind } from './grammar/cursor.ts';
export { ANSI, type LexerProfile, SPARK } from './lexer/profile.ts';
export { MAX_STATEMENT_LENGTH } from './lexer/token-list.ts';
export {
  findStatementEnd,
  isComplete,
  type Token,
  type TokenCategory,
  tokenize,
} from './lexer/tokenize.ts';
export {
  type ParsedStatement,
  type ParseOptions,
  parseExpression,
  parseNextStatement,
  parseStatement,
  parseStatements,
} from './parse.ts';
export { type PrintOptions, print } from './print.ts';
