import fc, { type Arbitrary } from 'fast-check';
import type { JsonPathStep } from '../ast/collection.ts';
import type { Argument, CallExpression, Expression, Star } from '../ast/expression.ts';
import type { Identifier } from '../ast/name.ts';
import type { TypeName } from '../ast/type-name.ts';
import type { FrameBound, SortItem, WindowFrame, WindowSpecification } from '../ast/window.ts';
import {
  columnReference,
  few,
  flag,
  label,
  maybe,
  name,
  node,
  number,
  qualified,
  some,
  span,
  string,
  text,
  type,
  unit,
} from './leaf.test.support.ts';
import type { Tie } from './nodes.test.support.ts';

export function literals(): Arbitrary<Expression> {
  return fc.oneof(
    number,
    string,
    fc.constantFrom<Expression>(
      { kind: 'nullLiteral', span },
      { kind: 'booleanLiteral', value: true, span },
      { kind: 'defaultValue', span },
      { kind: 'blobLiteral', hex: '00FF', span },
      { kind: 'bitLiteral', bits: '101', span },
      { kind: 'positionalReference', position: 3, span },
      { kind: 'parameter', index: 2, name: null, span },
    ),
    fc
      .tuple(fc.constantFrom('date', 'json', 'uuid', 'timestamptz', 'my_type'), text)
      .map(([word, value]): Expression => {
        const first: Identifier = { kind: 'identifier', name: word, quoted: false, span };
        const typeName: TypeName = {
          kind: 'namedType',
          name: { kind: 'qualifiedName', parts: [first], span },
          modifiers: [],
          span,
        };
        return { kind: 'typedLiteral', type: typeName, value, span };
      }),
  );
}

export function operators(tie: Tie): Arbitrary<Expression> {
  const operand = tie('expression');
  const operatorSpan = span;
  const binaryOperator = fc.constantFrom(
    '=' as const,
    '<>',
    '<',
    '>=',
    '>',
    '+',
    '-',
    '*',
    '/',
    '//',
    '%',
    'power',
    '||',
    '->',
    '->>',
    '<<',
    '>>',
    '&',
    '|',
    '@>',
    '<@',
    '&&',
    '~',
    '!~*',
    '^@',
  );
  const comparison = fc.constantFrom('=' as const, '<>', '<', '<=', '>', '>=');
  const quantifier = fc.constantFrom('any' as const, 'all');
  return fc.oneof(
    {
      weight: 4,
      arbitrary: node('binary', {
        operator: binaryOperator,
        left: operand,
        right: operand,
        operatorSpan: fc.constant(operatorSpan),
      }),
    },
    {
      weight: 2,
      arbitrary: node('unary', {
        operator: fc.constantFrom('+' as const, '-', '~', '@', 'not', 'factorial'),
        operand,
        operatorSpan: fc.constant(operatorSpan),
      }),
    },
    {
      weight: 2,
      arbitrary: node('logical', {
        operator: fc.constantFrom('and' as const, 'or'),
        operands: fc.array(operand, { minLength: 2, maxLength: 3 }),
      }),
    },
    node('distinctFrom', {
      left: operand,
      right: operand,
      negated: flag,
    }),
    node('truthTest', {
      operand,
      test: fc.constantFrom('null' as const, 'true', 'unknown', 'nan'),
      negated: flag,
    }),
    node('between', {
      operand,
      low: operand,
      high: operand,
      negated: flag,
      symmetric: flag,
    }),
    node('inList', {
      operand,
      items: some(operand.filter((item) => item.kind !== 'scalarSubquery')),
      negated: flag,
    }),
    node('inSubquery', {
      operand,
      query: tie('query'),
      negated: flag,
    }),
    node('inCollection', {
      operand,
      collection: fc.oneof(
        columnReference,
        few(operand).map((items): Expression => ({ kind: 'list', items, span })),
      ),
      negated: flag,
    }),
    node('like', {
      operator: fc.constantFrom('like' as const, 'ilike', 'glob', 'similar', 'regex'),
      operand,
      patterns: operand.map((pattern) => [pattern] as const),
      quantifier: fc.constant(null),
      escape: maybe(operand),
      negated: flag,
    }),
    node('like', {
      operator: fc.constantFrom('like' as const, 'ilike'),
      operand,
      patterns: some(operand.filter((item) => item.kind !== 'scalarSubquery')),
      quantifier,
      escape: maybe(operand),
      negated: flag,
    }),
    node('quantifiedSubquery', {
      operand,
      operator: comparison,
      quantifier,
      query: tie('query'),
    }),
    node('quantifiedList', {
      operand,
      operator: comparison,
      quantifier,
      list: operand.filter((item) => item.kind !== 'scalarSubquery'),
    }),
    node('collate', {
      operand,
      collation: qualified,
    }),
    node('atTimeZone', {
      operand,
      zone: operand,
    }),
    node('cast', {
      operand,
      type,
      try: flag,
    }),
  );
}

export function compounds(tie: Tie): Arbitrary<Expression> {
  const inner = tie('expression');
  const jsonStep = fc.oneof(
    text.map((key): JsonPathStep => ({ kind: 'jsonKey', name: key, span })),
    inner
      .filter(({ kind }) => kind !== 'stringLiteral')
      .map((index): JsonPathStep => ({ kind: 'jsonIndex', index, span })),
    fc.constant<JsonPathStep>({ kind: 'jsonWildcard', span }),
  );
  const part = node('intervalPart', {
    value: fc.oneof(number, string),
    unit,
    to: fc.constant(null),
  });
  const onePart = node('intervalPart', {
    value: inner,
    unit,
    to: maybe(unit),
  });
  return fc.oneof(
    { weight: 3, arbitrary: tie('call') },
    node('case', {
      operand: maybe(inner),
      branches: some(
        fc
          .tuple(inner, inner)
          .map(([when, then]) => ({ kind: 'caseBranch' as const, when, then, span })),
      ),
      otherwise: maybe(inner),
    }),
    node('columns', {
      of: maybe(qualified),
      selector: fc.oneof(tie('star'), string, inner),
      spliced: fc.constant(false),
    }),
    string.map(
      (selector): Expression => ({ kind: 'columns', of: null, selector, spliced: true, span }),
    ),
    tie('query').map((query): Expression => ({ kind: 'scalarSubquery', query, span })),
    tie('query').map((query): Expression => ({ kind: 'exists', query, span })),
    tie('query').map((query): Expression => ({ kind: 'arraySubquery', query, span })),
    few(inner).map((items): Expression => ({ kind: 'list', items, span })),
    few(inner).map((items): Expression => ({ kind: 'row', items, span })),
    few(
      node('structField', {
        name: label,
        value: inner,
      }),
    ).map((fields): Expression => ({ kind: 'struct', fields, span })),
    few(
      node('mapEntry', {
        key: inner,
        value: inner,
      }),
    ).map((entries): Expression => ({ kind: 'map', entries, span })),
    node('listComprehension', {
      element: inner,
      variables: some(name),
      source: inner,
      filter: maybe(inner),
    }),
    node('index', {
      base: inner,
      index: inner,
    }),
    node('slice', {
      base: inner,
      lower: maybe(inner),
      upper: maybe(inner),
      step: maybe(inner),
    }),
    node('fieldAccess', {
      base: inner,
      field: label,
    }),
    node('jsonPath', {
      base: columnReference,
      steps: some(jsonStep),
    }),
    some(part).map((parts): Expression => ({ kind: 'intervalLiteral', parts, span })),
    onePart.map((only): Expression => ({ kind: 'intervalLiteral', parts: [only], span })),
    text.map(
      (value): Expression => ({
        kind: 'intervalLiteral',
        parts: [
          {
            kind: 'intervalPart',
            value: { kind: 'stringLiteral', value, span },
            unit: null,
            to: null,
            span,
          },
        ],
        span,
      }),
    ),
  );
}

/** Names that begin a special form when a parenthesis follows. */
const SPECIAL_NAMES: ReadonlySet<string> = new Set([
  'columns',
  'exists',
  'extract',
  'interval',
  'lambda',
  'map',
  'position',
  'row',
  'substring',
  'trim',
  'values',
  'array',
]);

export function calls(tie: Tie): {
  argument: Arbitrary<Argument>;
  call: Arbitrary<CallExpression>;
  star: Arbitrary<Star>;
} {
  const inner = tie('expression');
  const lambda = node('lambda', {
    parameters: some(name),
    body: inner,
  });
  const callee = qualified.filter(({ parts }) => {
    const last = parts[parts.length - 1]!;
    if (last.quoted) return true;
    return last.name !== 'columns' && (parts.length > 1 || !SPECIAL_NAMES.has(last.name));
  });

  return {
    argument: fc.oneof(
      {
        weight: 5,
        arbitrary: inner.map((value): Argument => ({ kind: 'argument', name: null, value, span })),
      },
      fc
        .tuple(label, fc.oneof(inner, lambda))
        .map(([key, value]): Argument => ({ kind: 'argument', name: key, value, span })),
      lambda.map((value): Argument => ({ kind: 'argument', name: null, value, span })),
      tie('star').map((value): Argument => ({ kind: 'argument', name: null, value, span })),
    ),
    call: node('call', {
      name: callee,
      arguments: few(tie('argument')),
      distinct: flag,
      orderBy: few(tie('sortItem')),
      withinGroup: few(tie('sortItem')),
      filter: maybe(inner),
      nullTreatment: maybe(fc.constantFrom('ignore' as const, 'respect')),
      fromLast: flag,
      over: maybe(
        fc.oneof(
          name.map((window) => ({ kind: 'windowName' as const, name: window, span })),
          tie('window'),
        ),
      ),
    }).map((node) => ({
      ...node,
      // FROM LAST is told from a FROM clause by what follows it.
      fromLast: node.fromLast && (node.nullTreatment !== null || node.over !== null),
      distinct: node.distinct && node.arguments.length > 0,
    })),
    star: node('star', {
      of: maybe(columnReference),
      exclude: few(qualified),
      replace: few(
        node('starReplacement', {
          expression: inner,
          name: qualified,
        }),
      ),
      rename: few(
        node('starRename', {
          from: qualified,
          to: label,
        }),
      ),
      like: maybe(
        node('starFilter', {
          operator: fc.constantFrom('like' as const, 'ilike', 'glob', 'similar'),
          negated: flag,
          pattern: inner,
          escape: maybe(inner),
        }),
      ),
    }),
  };
}

export function windows(tie: Tie): {
  sortItem: Arbitrary<SortItem>;
  window: Arbitrary<WindowSpecification>;
} {
  const inner = tie('expression');
  const before = fc.oneof(
    inner.map((offset): FrameBound => ({ kind: 'preceding', offset, span })),
    fc.constantFrom<FrameBound>({ kind: 'unboundedPreceding', span }, { kind: 'currentRow', span }),
  );
  const after = fc.oneof(
    inner.map((offset): FrameBound => ({ kind: 'following', offset, span })),
    fc.constant<FrameBound>({ kind: 'unboundedFollowing', span }),
  );
  const frame = node('windowFrame', {
    unit: fc.constantFrom('rows' as const, 'range', 'groups'),
    start: before,
    end: after,
    exclude: fc.constantFrom('noOthers' as const, 'currentRow', 'group', 'ties'),
  }) satisfies Arbitrary<WindowFrame>;
  return {
    sortItem: node('sortItem', {
      expression: inner,
      direction: maybe(fc.constantFrom('asc' as const, 'desc')),
      nulls: maybe(fc.constantFrom('first' as const, 'last')),
      fill: fc.constant(null),
    }),
    window: node('windowSpecification', {
      base: maybe(name),
      partitionBy: few(inner),
      orderBy: few(tie('sortItem')),
      frame: maybe(frame),
    }),
  };
}
