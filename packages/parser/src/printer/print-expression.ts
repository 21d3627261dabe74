import type { Expression } from '../ast/expression.ts';
import type { BinaryExpression } from '../ast/operator.ts';
import { Precedence } from '../grammar/precedence.ts';
import { expressionPrecedence } from './expression-precedence.ts';
import { type Printer, type PrintRules, words } from './printer.ts';

/** The nodes printed in this file: expressions with operators, names and literals. */
type Printed = Exclude<
  Expression,
  {
    kind:
      | 'call'
      | 'columns'
      | 'star'
      | 'list'
      | 'struct'
      | 'map'
      | 'row'
      | 'listComprehension'
      | 'index'
      | 'slice'
      | 'fieldAccess'
      | 'jsonPath'
      | 'lambda';
  }
>;

/** Print rules for names, literals, operators and subqueries. */
export const EXPRESSION_RULES: PrintRules<Printed> = {
  nullLiteral: () => 'NULL',
  booleanLiteral: ({ value }) => (value ? 'TRUE' : 'FALSE'),
  defaultValue: () => 'DEFAULT',
  numberLiteral: ({ text, suffix }, { profile }) => {
    if (suffix === null) return text;
    return profile.numberSuffixes ? text + suffix : `CAST(${text} AS ${SUFFIX_TYPES[suffix]})`;
  },
  stringLiteral: ({ value }, printer) => printer.string(value),
  blobLiteral: ({ hex }) => `x'${hex}'`,
  bitLiteral: ({ bits }) => `b'${bits}'`,
  typedLiteral: ({ type, value }, printer) => `${printer.print(type)} ${printer.string(value)}`,
  intervalLiteral: ({ parts }, printer) =>
    `INTERVAL ${parts.map((p) => printer.print(p)).join(' ')}`,
  columnReference: ({ path }, printer) => printer.path(path),
  positionalReference: ({ position }) => `#${position}`,
  parameter: ({ index, name }) => `$${index ?? name}`,

  unary: ({ operator, operand }, printer) => {
    if (operator === '@') return `@ ${printer.operand(operand, Precedence.other)}`;
    if (operator === 'factorial') return `${printer.operand(operand, Precedence.postfix - 1)}!`;
    if (operator === 'not') return `NOT ${printer.operand(operand, Precedence.not)}`;
    const text = printer.operand(operand, Precedence.unary - 1);
    // Two signs in a row would begin a comment or be another operator.
    return /^[-+~*]/.test(text) ? `${operator} ${text}` : operator + text;
  },
  binary: printBinary,
  logical: ({ operator, operands }, printer) =>
    operands
      .map((operand) => printer.operand(operand, Precedence[operator]))
      .join(operator === 'and' ? ' AND ' : ' OR '),
  distinctFrom: ({ left, right, negated }, printer) =>
    words(
      leftOperand(left, Precedence.is, printer),
      negated ? 'IS NOT DISTINCT FROM' : 'IS DISTINCT FROM',
      printer.operand(right, Precedence.is),
    ),
  truthTest: ({ operand, test, negated }, printer) =>
    words(
      leftOperand(operand, Precedence.is, printer),
      negated ? 'IS NOT' : 'IS',
      test.toUpperCase(),
    ),
  collate: ({ operand, collation }, printer) =>
    `${leftOperand(operand, Precedence.zone, printer)} COLLATE ${printer.print(collation)}`,
  atTimeZone: ({ operand, zone }, printer) =>
    words(
      leftOperand(operand, Precedence.zone, printer),
      'AT TIME ZONE',
      printer.operand(zone, Precedence.zone),
    ),

  between: ({ operand, low, high, negated, symmetric }, printer) =>
    words(
      printer.operand(operand, Precedence.pattern),
      negated && 'NOT',
      symmetric ? 'BETWEEN SYMMETRIC' : 'BETWEEN',
      printer.operand(low, Precedence.pattern),
      'AND',
      printer.operand(high, Precedence.pattern),
    ),
  inList: ({ operand, items, negated }, printer) =>
    words(
      printer.operand(operand, Precedence.pattern),
      inWord(negated),
      `(${printer.list(items)})`,
    ),
  inSubquery: ({ operand, query, negated }, printer) =>
    words(
      printer.operand(operand, Precedence.pattern),
      inWord(negated),
      `(${printer.print(query)})`,
    ),
  inCollection: ({ operand, collection, negated }, printer) =>
    words(
      printer.operand(operand, Precedence.pattern),
      inWord(negated),
      printer.operand(collection, Precedence.pattern),
    ),
  like: ({ operator, operand, patterns, quantifier, escape: escapeWith, negated }, printer) =>
    words(
      printer.operand(operand, Precedence.pattern),
      negated && 'NOT',
      LIKE_WORDS[operator],
      quantifier === null
        ? patternOperand(patterns[0], printer)
        : `${quantifier.toUpperCase()} (${printer.list(patterns)})`,
      escapeWith !== null && `ESCAPE ${printer.operand(escapeWith, Precedence.pattern)}`,
    ),

  case: ({ operand, branches, otherwise }, printer) =>
    words(
      'CASE',
      operand !== null && printer.print(operand),
      ...branches.map((branch) => printer.print(branch)),
      printer.optional('ELSE', otherwise),
      'END',
    ),
  cast: ({ operand, type, try: isTry }, printer) =>
    `${isTry ? 'TRY_CAST' : 'CAST'}(${printer.print(operand)} AS ${printer.print(type)})`,

  scalarSubquery: ({ query }, printer) => `(${printer.print(query)})`,
  exists: ({ query }, printer) => `EXISTS (${printer.print(query)})`,
  arraySubquery: ({ query }, printer) => `ARRAY(${printer.print(query)})`,
  quantifiedSubquery: ({ operand, operator, quantifier, query }, printer) =>
    words(
      leftOperand(operand, Precedence.comparison, printer),
      operator,
      `${quantifier.toUpperCase()} (${printer.print(query)})`,
    ),
  quantifiedList: ({ operand, operator, quantifier, list }, printer) =>
    words(
      leftOperand(operand, Precedence.comparison, printer),
      operator,
      `${quantifier.toUpperCase()} (${printer.print(list)})`,
    ),
};

const SUFFIX_TYPES = {
  L: 'BIGINT',
  S: 'SMALLINT',
  Y: 'TINYINT',
  D: 'DOUBLE',
  F: 'FLOAT',
  BD: 'DECIMAL',
} as const;

const LIKE_WORDS = {
  like: 'LIKE',
  ilike: 'ILIKE',
  glob: 'GLOB',
  similar: 'SIMILAR TO',
  regex: 'RLIKE',
} as const;

function inWord(negated: boolean): string {
  return negated ? 'NOT IN' : 'IN';
}

/** The left side of a left-associative operator may have the same level. */
function leftOperand(node: Expression, precedence: number, printer: Printer): string {
  return printer.operand(node, precedence - 1);
}

function printBinary(node: BinaryExpression, printer: Printer): string {
  const { operator, left, right } = node;
  const isXorCall = operator === 'bitXor' && !printer.profile.caretIsXor;
  if (isXorCall) return `xor(${printer.print(left)}, ${printer.print(right)})`;
  const precedence = expressionPrecedence(node, printer.profile);
  const symbol = operator === 'power' ? '**' : operator === 'bitXor' ? '^' : operator;
  return words(
    leftOperand(left, precedence, printer),
    symbol,
    unquantified(printer.operand(right, precedence)),
  );
}

function patternOperand(pattern: Expression, printer: Printer): string {
  return unquantified(printer.operand(pattern, Precedence.pattern));
}

/** A call of the aggregates `any` and `some` would read as a quantifier behind an operator. */
function unquantified(text: string): string {
  return /^(?:any|some)\(/i.test(text) ? `(${text})` : text;
}
