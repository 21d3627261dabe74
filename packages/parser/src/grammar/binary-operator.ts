import type {
  BinaryExpression,
  BinaryOperator,
  ComparisonOperator,
  LogicalExpression,
} from '../ast/operator.ts';
import type { Infix } from './infix.ts';
import { parenthesisContent } from './operand.ts';
import { Precedence } from './precedence.ts';

export function binary(operator: BinaryOperator, precedence: number): Infix {
  return {
    precedence,
    parse: (cursor, left, startIndex): BinaryExpression => {
      const operatorIndex = cursor.index;
      cursor.skip();
      const operatorSpan = cursor.span(operatorIndex);
      const right = cursor.grammar.expression(cursor, precedence);
      const span = cursor.span(startIndex);
      return { kind: 'binary', operator, left, right, operatorSpan, span };
    },
  };
}

export const SHIFT_RIGHT: Infix = {
  precedence: Precedence.other,
  parse: (cursor, left, startIndex): BinaryExpression => {
    const operatorIndex = cursor.index;
    cursor.skip(2);
    const operatorSpan = cursor.span(operatorIndex);
    const right = cursor.grammar.expression(cursor, Precedence.other);
    const span = cursor.span(startIndex);
    return { kind: 'binary', operator: '>>', left, right, operatorSpan, span };
  },
};

/** A comparison with a value, or with ANY or ALL of a set. */
export function comparison(operator: ComparisonOperator): Infix {
  const { precedence, parse } = binary(operator, Precedence.comparison);
  return {
    precedence,
    parse: (cursor, left, startIndex) => {
      const word = cursor.tagAhead(1);
      const isQuantified = word === 'any' || word === 'all' || word === 'some';
      if (!isQuantified || cursor.tagAhead(2) !== '(') return parse(cursor, left, startIndex);
      const quantifier = word === 'all' ? 'all' : 'any';
      cursor.skip(2);
      const content = parenthesisContent(cursor);
      const span = cursor.span(startIndex);
      if (!Array.isArray(content))
        return {
          kind: 'quantifiedSubquery',
          operand: left,
          operator,
          quantifier,
          query: content,
          span,
        };
      const [list] = content;
      return { kind: 'quantifiedList', operand: left, operator, quantifier, list, span };
    },
  };
}

/** A chain of AND or OR becomes one node, however long. */
export function logical(operator: 'and' | 'or'): Infix {
  const precedence = Precedence[operator];
  return {
    precedence,
    parse: (cursor, left, startIndex): LogicalExpression => {
      const operands = [left];
      while (cursor.accept(operator)) operands.push(cursor.grammar.expression(cursor, precedence));
      return { kind: 'logical', operator, operands, span: cursor.span(startIndex) };
    },
  };
}

export const distinctFromOperator: Infix = {
  precedence: Precedence.comparison,
  parse: (cursor, left, startIndex) => {
    cursor.skip();
    const right = cursor.grammar.expression(cursor, Precedence.comparison);
    return { kind: 'distinctFrom', left, right, negated: true, span: cursor.span(startIndex) };
  },
};
