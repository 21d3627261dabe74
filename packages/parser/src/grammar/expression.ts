import type { Expression } from '../ast/expression.ts';
import { type Tag, TokenKind } from '../lexer/token.ts';
import {
  binary,
  comparison,
  distinctFromOperator,
  logical,
  SHIFT_RIGHT,
} from './binary-operator.ts';
import type { Cursor } from './cursor.ts';
import type { Infix } from './infix.ts';
import { LIKE_WORDS } from './like-word.ts';
import { operand } from './operand.ts';
import { isOperator, likeSymbol, NOT_NULL, nullTest, patternOperator } from './pattern-operator.ts';
import {
  atTimeZoneOperator,
  bracketOperator,
  castOperator,
  collateOperator,
  dotOperator,
  factorialOperator,
  jsonPathOperator,
} from './postfix-operator.ts';
import { Precedence } from './precedence.ts';

/**
 * Parses an expression by operator precedence, after Pratt (1973): one operand, then as many
 * operators with their right sides as bind tighter than `minimum`.
 */
export function expression(cursor: Cursor, minimum: number = Precedence.lowest): Expression {
  const startIndex = cursor.index;
  const outer = cursor.openTree();
  const result = continueExpression(cursor, operand(cursor), startIndex, minimum);
  cursor.closeTree(outer);
  return result;
}

/** The rest of an expression whose first operand is known. */
export function expressionFrom(cursor: Cursor, first: Expression, startIndex: number): Expression {
  return continueExpression(cursor, first, startIndex, Precedence.lowest);
}

function continueExpression(
  cursor: Cursor,
  first: Expression,
  startIndex: number,
  minimum: number,
): Expression {
  let left = first;
  let endsInPattern = false;
  for (;;) {
    const infix = infixAt(cursor, left);
    if (infix === undefined || infix.precedence <= minimum) return left;
    // a LIKE b LIKE c means nothing anybody wants: the second operator is an error.
    const isPattern = infix.precedence === Precedence.pattern;
    if (isPattern && endsInPattern) return left;
    left = infix.parse(cursor, left, startIndex);
    endsInPattern = isPattern && left.kind !== 'inList' && left.kind !== 'inSubquery';
    cursor.wrap();
  }
}

/** The operator under the cursor, if it is one here: some words and symbols need a second look. */
function infixAt(cursor: Cursor, left: Expression): Infix | undefined {
  const table = cursor.profile.caretIsXor ? SPARK_INFIX : ANSI_INFIX;
  cursor.wantAny(table);
  const { tag } = cursor;
  if (tag === '' || tag === ',' || tag === ')') return undefined;
  switch (tag) {
    case '>': {
      const isShift = cursor.tagAhead(1) === '>' && cursor.isTight(cursor.index + 1);
      return isShift ? SHIFT_RIGHT : table.get(tag);
    }
    case 'not':
      if (cursor.tagAhead(1) === 'null') return NOT_NULL;
      return PATTERN_WORDS.has(cursor.tagAhead(1)) ? table.get(tag) : undefined;
    case '%':
    case 'div':
    case 'mod':
    case 'glob':
    case 'rlike':
    case 'regexp':
      // LIMIT 10%, and columns with the name of an operator.
      return cursor.isOperandStart(1) ? table.get(tag) : undefined;
    case 'similar':
      return cursor.tagAhead(1) === 'to' ? table.get(tag) : undefined;
    case 'at':
      return cursor.tagAhead(1) === 'time' && cursor.tagAhead(2) === 'zone'
        ? table.get(tag)
        : undefined;
    case '::':
      // In a[1::2] it is two colons.
      return cursor.colonEnds && !cursor.isName(1) ? undefined : table.get(tag);
    case ':':
      return isJsonPath(cursor, left) ? table.get(tag) : undefined;
    default:
      return table.get(tag);
  }
}

const PATTERN_WORDS: ReadonlySet<string> = new Set<Tag>(['in', 'between', ...LIKE_WORDS.keys()]);

/** `j:a` without blanks, where a colon does not end the expression. */
function isJsonPath(cursor: Cursor, left: Expression): boolean {
  if (cursor.colonEnds || !PATH_BASES.has(left.kind)) return false;
  const next = cursor.index + 1;
  const isKey =
    cursor.kindAhead(1) === TokenKind.word ||
    cursor.kindAhead(1) === TokenKind.quotedIdentifier ||
    cursor.tagAhead(1) === '[';
  return isKey && cursor.isTight(cursor.index) && cursor.isTight(next);
}

const PATH_BASES: ReadonlySet<Expression['kind']> = new Set<Expression['kind']>([
  'columnReference',
  'call',
  'index',
  'fieldAccess',
  'cast',
]);

// --- The tables ----------------------------------------------------------------------------------

function infixTable(caretIsXor: boolean): ReadonlyMap<Tag, Infix> {
  const { other, power, additive, multiplicative } = Precedence;
  const table = new Map<Tag, Infix>([
    ['or', logical('or')],
    ['and', logical('and')],
    ['is', isOperator],
    ['isnull', nullTest(1, false)],
    ['notnull', nullTest(1, true)],
    ['=', comparison('=')],
    ['==', comparison('=')],
    ['<>', comparison('<>')],
    ['!=', comparison('<>')],
    ['<', comparison('<')],
    ['<=', comparison('<=')],
    ['>', comparison('>')],
    ['>=', comparison('>=')],
    ['<=>', distinctFromOperator],
    ['~~', likeSymbol('like', false)],
    ['!~~', likeSymbol('like', true)],
    ['~~*', likeSymbol('ilike', false)],
    ['!~~*', likeSymbol('ilike', true)],
    ['~~~', likeSymbol('glob', false)],
    ['!~~~', likeSymbol('glob', true)],
    ['+', binary('+', additive)],
    ['-', binary('-', additive)],
    ['*', binary('*', multiplicative)],
    ['/', binary('/', multiplicative)],
    ['//', binary('//', multiplicative)],
    ['div', binary('//', multiplicative)],
    ['%', binary('%', multiplicative)],
    ['mod', binary('%', multiplicative)],
    ['**', binary('power', power)],
    ['^', caretIsXor ? binary('bitXor', Precedence.bitXor) : binary('power', power)],
    ['&', binary('&', caretIsXor ? Precedence.bitAnd : other)],
    ['|', binary('|', caretIsXor ? Precedence.bitOr : other)],
    ['!', factorialOperator],
    ['::', castOperator],
    ['[', bracketOperator],
    ['.', dotOperator],
    [':', jsonPathOperator],
    ['collate', collateOperator],
    ['at', atTimeZoneOperator],
  ]);
  const symbols = [
    '||',
    '->',
    '->>',
    '<<',
    '@>',
    '<@',
    '&&',
    '~',
    '~*',
    '!~',
    '!~*',
    '^@',
  ] as const;
  for (const symbol of symbols) table.set(symbol, binary(symbol, other));
  for (const word of ['not', 'between', 'in', ...LIKE_WORDS.keys()] as const)
    table.set(word, patternOperator);
  return table;
}

const ANSI_INFIX: ReadonlyMap<Tag, Infix> = infixTable(false);
const SPARK_INFIX: ReadonlyMap<Tag, Infix> = infixTable(true);
