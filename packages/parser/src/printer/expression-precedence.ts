import type { Expression } from '../ast/expression.ts';
import type { BinaryOperator } from '../ast/operator.ts';
import { Precedence } from '../grammar/precedence.ts';
import type { LexerProfile } from '../lexer/profile.ts';

const BINARY: Readonly<Record<BinaryOperator, number>> = {
  '=': Precedence.comparison,
  '<>': Precedence.comparison,
  '<': Precedence.comparison,
  '<=': Precedence.comparison,
  '>': Precedence.comparison,
  '>=': Precedence.comparison,
  '+': Precedence.additive,
  '-': Precedence.additive,
  '*': Precedence.multiplicative,
  '/': Precedence.multiplicative,
  '//': Precedence.multiplicative,
  '%': Precedence.multiplicative,
  power: Precedence.power,
  '||': Precedence.other,
  '->': Precedence.other,
  '->>': Precedence.other,
  '<<': Precedence.other,
  '>>': Precedence.other,
  '@>': Precedence.other,
  '<@': Precedence.other,
  '&&': Precedence.other,
  '~': Precedence.other,
  '~*': Precedence.other,
  '!~': Precedence.other,
  '!~*': Precedence.other,
  '^@': Precedence.other,
  '&': Precedence.other,
  '|': Precedence.other,
  bitXor: Precedence.other,
};

/** Where these have levels of their own. */
const SPARK_BINARY: Readonly<Record<BinaryOperator, number>> = {
  ...BINARY,
  '&': Precedence.bitAnd,
  '|': Precedence.bitOr,
  bitXor: Precedence.bitXor,
};

/**
 * The level of literals of more than one token: a postfix form needs parentheses around them. Below
 * it lie the expressions with an operator.
 */
export const LOOSE_LITERAL: number = Precedence.unary + 5;

/**
 * How tightly the outermost operator of a printed expression binds; infinite when it has none, like
 * a name, a call or anything in brackets.
 */
export function expressionPrecedence(
  node: Expression,
  { caretIsXor }: Pick<LexerProfile, 'caretIsXor'>,
): number {
  switch (node.kind) {
    case 'logical':
      return Precedence[node.operator];
    case 'unary':
      if (node.operator === 'not') return Precedence.not;
      if (node.operator === '@') return Precedence.other;
      return node.operator === 'factorial' ? Precedence.postfix : Precedence.unary;
    case 'binary':
      if (!caretIsXor && node.operator === 'bitXor') return Number.POSITIVE_INFINITY;
      return (caretIsXor ? SPARK_BINARY : BINARY)[node.operator];
    case 'distinctFrom':
    case 'truthTest':
      return Precedence.is;
    case 'quantifiedSubquery':
    case 'quantifiedList':
      return Precedence.comparison;
    case 'between':
    case 'inList':
    case 'inSubquery':
    case 'inCollection':
    case 'like':
      return Precedence.pattern;
    case 'collate':
    case 'atTimeZone':
      return Precedence.zone;
    case 'index':
    case 'slice':
    case 'fieldAccess':
      return Precedence.postfix;
    case 'lambda':
    case 'star':
      return Precedence.lowest;
    case 'numberLiteral':
    case 'typedLiteral':
    case 'intervalLiteral':
    case 'positionalReference':
      return LOOSE_LITERAL;
    default:
      return Number.POSITIVE_INFINITY;
  }
}
