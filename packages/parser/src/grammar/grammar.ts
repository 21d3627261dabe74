import type { Grammar } from './cursor.ts';
import { expression, expressionFrom } from './expression.ts';
import { query, queryFrom, queryTerm } from './query.ts';
import { statement } from './statement.ts';
import { tableReference } from './table.ts';

/** The whole grammar: where the rules that need each other are tied together. */
export const GRAMMAR: Grammar = {
  expression,
  expressionFrom,
  query,
  queryFrom,
  queryTerm,
  tableReference,
  statement,
};
