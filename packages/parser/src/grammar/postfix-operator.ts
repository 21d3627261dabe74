import type { JsonPathStep } from '../ast/collection.ts';
import type { Expression } from '../ast/expression.ts';
import type { UnaryExpression } from '../ast/operator.ts';
import { call } from './call.ts';
import type { Cursor } from './cursor.ts';
import type { Infix } from './infix.ts';
import { Precedence } from './precedence.ts';
import { starModifiers } from './star.ts';
import { typeName } from './type-name.ts';

export const castOperator: Infix = {
  precedence: Precedence.postfix,
  parse: (cursor, left, startIndex) => {
    cursor.skip();
    const type = typeName(cursor);
    return { kind: 'cast', operand: left, type, try: false, span: cursor.span(startIndex) };
  },
};

export const factorialOperator: Infix = {
  precedence: Precedence.postfix,
  parse: (cursor, left, startIndex): UnaryExpression => {
    const operatorIndex = cursor.index;
    cursor.skip();
    const operatorSpan = cursor.span(operatorIndex);
    const span = cursor.span(startIndex);
    return { kind: 'unary', operator: 'factorial', operand: left, operatorSpan, span };
  },
};

export const collateOperator: Infix = {
  precedence: Precedence.zone,
  parse: (cursor, left, startIndex) => {
    cursor.skip();
    const collation = cursor.qualifiedName('a collation', 'string');
    return { kind: 'collate', operand: left, collation, span: cursor.span(startIndex) };
  },
};

export const atTimeZoneOperator: Infix = {
  precedence: Precedence.zone,
  parse: (cursor, left, startIndex) => {
    cursor.skip(3);
    const zone = cursor.grammar.expression(cursor, Precedence.zone);
    return { kind: 'atTimeZone', operand: left, zone, span: cursor.span(startIndex) };
  },
};

/** `.field`, `.*` and `.method()` behind anything but a chain of names. */
export const dotOperator: Infix = {
  precedence: Precedence.postfix,
  parse: (cursor, left, startIndex) => {
    cursor.skip();
    if (cursor.accept('*')) return starModifiers(cursor, left, startIndex);
    const field = cursor.label('a field name', 'column');
    if (cursor.at('(')) {
      const name = { kind: 'qualifiedName', parts: [field], span: field.span } as const;
      return call(cursor, name, startIndex, left);
    }
    return { kind: 'fieldAccess', base: left, field, span: cursor.span(startIndex) };
  },
};

/** `[index]` and `[lower:upper:step]`. A bound that is left out may also be written as `-`. */
export const bracketOperator: Infix = {
  precedence: Precedence.postfix,
  parse: (cursor, left, startIndex) => {
    const open = cursor.index;
    cursor.skip();
    cursor.enter();
    cursor.colonEnds = true;
    const result = subscript(cursor, left);
    cursor.leave();
    cursor.expectClose(']', open);
    return { ...result, span: cursor.span(startIndex) };
  },
};

function subscript(cursor: Cursor, base: Expression): Expression {
  const span = base.span;
  if (cursor.accept('::'))
    return { kind: 'slice', base, lower: null, upper: null, step: bound(cursor), span };
  const lower = bound(cursor);
  if (cursor.accept('::'))
    return { kind: 'slice', base, lower, upper: null, step: bound(cursor), span };
  if (!cursor.accept(':'))
    return { kind: 'index', base, index: lower ?? cursor.fail('an index'), span };
  const upper = bound(cursor);
  const step = cursor.accept(':') ? bound(cursor) : null;
  return { kind: 'slice', base, lower, upper, step, span };
}

function bound(cursor: Cursor): Expression | null {
  if (cursor.tag === ':' || cursor.tag === '::' || cursor.tag === ']') return null;
  const isOpen = cursor.tag === '-' && (cursor.tagAhead(1) === ':' || cursor.tagAhead(1) === ']');
  if (!isOpen) return cursor.grammar.expression(cursor);
  cursor.skip();
  return null;
}

/** `:a.b[0]` behind a JSON value. */
export const jsonPathOperator: Infix = {
  precedence: Precedence.postfix,
  parse: (cursor, left, startIndex) => {
    cursor.skip();
    const first: JsonPathStep = cursor.at('[') ? bracketStep(cursor) : keyStep(cursor);
    const steps: [JsonPathStep, ...JsonPathStep[]] = [first];
    for (;;) {
      if (cursor.accept('.')) steps.push(keyStep(cursor));
      else if (cursor.at('[')) steps.push(bracketStep(cursor));
      else return { kind: 'jsonPath', base: left, steps, span: cursor.span(startIndex) };
    }
  },
};

function keyStep(cursor: Cursor): JsonPathStep {
  const { name, span } = cursor.label('a key', 'string');
  return { kind: 'jsonKey', name, span };
}

function bracketStep(cursor: Cursor): JsonPathStep {
  const open = cursor.index;
  cursor.skip();
  if (cursor.tag === '*' && cursor.tagAhead(1) === ']') {
    cursor.skip(2);
    return { kind: 'jsonWildcard', span: cursor.span(open) };
  }
  cursor.enter();
  const index = cursor.grammar.expression(cursor);
  cursor.leave();
  cursor.expectClose(']', open);
  const span = cursor.span(open);
  return index.kind === 'stringLiteral'
    ? { kind: 'jsonKey', name: index.value, span }
    : { kind: 'jsonIndex', index, span };
}
