import type { Span } from '@windrow/core';
import fc, { type Arbitrary, type DepthIdentifier } from 'fast-check';
import type { Expression } from '../ast/expression.ts';
import type { Identifier, QualifiedName } from '../ast/name.ts';
import type { IntervalUnit, TypeField, TypeName } from '../ast/type-name.ts';

export const span: Span = { start: 0, end: 0 };
export const flag: Arbitrary<boolean> = fc.boolean();

/** Trees stay small because all choices between simple and nested nodes share one depth. */
export const depth: { depthIdentifier: DepthIdentifier; depthSize: 'small'; maxDepth: number } = {
  depthIdentifier: fc.createDepthIdentifier(),
  depthSize: 'small',
  maxDepth: 6,
};

/** Short lists keep the texts readable; the property is about pairs of neighbours. */
export function few<T>(item: Arbitrary<T>): Arbitrary<T[]> {
  return fc.array(item, { maxLength: 2 });
}

export function some<T>(item: Arbitrary<T>): Arbitrary<[T, ...T[]]> {
  return fc.array(item, { minLength: 1, maxLength: 3 }) as Arbitrary<[T, ...T[]]>;
}

export function maybe<T>(item: Arbitrary<T>): Arbitrary<T | null> {
  return fc.option(item, { freq: 3 });
}

/** A node of one kind with random fields. */
export function node<const K extends string, F extends object>(
  kind: K,
  fields: { [P in keyof F]: Arbitrary<F[P]> },
): Arbitrary<F & { readonly kind: K; readonly span: Span }> {
  return fc
    .record(fields as unknown as Record<string, Arbitrary<unknown>>)
    .map((values) => ({ kind, ...values, span }) as F & { kind: K; span: Span });
}

/** Words that the grammar uses somewhere, and that are names everywhere else. */
const BUSY_WORDS = [
  'anti',
  'any',
  'asof',
  'at',
  'by',
  'columns',
  'current',
  'date',
  'escape',
  'exclude',
  'exists',
  'extract',
  'filter',
  'first',
  'following',
  'full',
  'glob',
  'groups',
  'ignore',
  'include',
  'index',
  'interval',
  'key',
  'lambda',
  'last',
  'left',
  'map',
  'minus',
  'mod',
  'name',
  'nulls',
  'of',
  'only',
  'over',
  'partition',
  'percent',
  'position',
  'preceding',
  'range',
  'repeatable',
  'replace',
  'right',
  'row',
  'rows',
  'sample',
  'semi',
  'set',
  'similar',
  'some',
  'sort',
  'stats',
  'step',
  'substring',
  'tablesample',
  'time',
  'timestamp',
  'to',
  'trim',
  'type',
  'unbounded',
  'value',
  'values',
  'version',
  'within',
  'year',
  'zone',
];

const quoted = fc
  .string({ minLength: 1, maxLength: 6, unit: 'grapheme' })
  .map((name): Identifier => ({ kind: 'identifier', name, quoted: true, span }));

export const plain: Arbitrary<Identifier> = fc
  .oneof(
    { weight: 3, arbitrary: fc.constantFrom('a', 'b', 'c1', 'd_e', 'F') },
    { weight: 2, arbitrary: fc.constantFrom(...BUSY_WORDS) },
  )
  .map((name): Identifier => ({ kind: 'identifier', name, quoted: false, span }));

export const name: Arbitrary<Identifier> = fc.oneof({ weight: 4, arbitrary: plain }, quoted);

/** Behind AS and behind a dot any word will do. */
export const label: Arbitrary<Identifier> = fc.oneof(
  { weight: 5, arbitrary: name },
  fc.constantFrom('select', 'from', 'order', 'end', 'null').map((word): Identifier => {
    return { kind: 'identifier', name: word, quoted: false, span };
  }),
);

export const qualified: Arbitrary<QualifiedName> = fc
  .tuple(name, few(label))
  .map(
    ([first, rest]): QualifiedName => ({ kind: 'qualifiedName', parts: [first, ...rest], span }),
  );

export const text: Arbitrary<string> = fc.oneof(
  fc.constantFrom('', "it's", 'a\\n', '%'),
  fc.string({ maxLength: 5, unit: 'grapheme' }),
);

const numberText = fc.oneof(
  fc
    .bigInt({ min: 0n, max: 10n ** 40n })
    .map((value) => ({ text: String(value), form: 'integer' as const })),
  fc
    .constantFrom('0xff', '0b101', '0o17')
    .map((digits) => ({ text: digits, form: 'integer' as const })),
  fc
    .constantFrom('1.5', '.5', '5.', '0.10')
    .map((digits) => ({ text: digits, form: 'decimal' as const })),
  fc
    .constantFrom('1e3', '1.5e-7', '2.E+1')
    .map((digits) => ({ text: digits, form: 'exponent' as const })),
);

export const number: Arbitrary<Expression> = numberText.map(
  (digits): Expression => ({ kind: 'numberLiteral', ...digits, suffix: null, span }),
);
export const string: Arbitrary<Expression> = text.map(
  (value): Expression => ({ kind: 'stringLiteral', value, span }),
);
export const unit: Arbitrary<IntervalUnit> = fc.constantFrom(
  'second',
  'minute',
  'hour',
  'day',
  'month',
  'year',
);

/** Named types whose first word begins no other type. */
const namedType = fc
  .tuple(
    fc.constantFrom(
      'integer',
      'varchar',
      'double',
      'decimal',
      'timestamp',
      'timestamptz',
      'my_type',
    ),
    few(number),
  )
  .map(([word, modifiers]): TypeName => {
    const first: Identifier = { kind: 'identifier', name: word, quoted: false, span };
    return {
      kind: 'namedType',
      name: { kind: 'qualifiedName', parts: [first], span },
      modifiers,
      span,
    };
  });

const types = fc.letrec<{ type: TypeName; field: TypeField }>((tie) => ({
  field: node('typeField', {
    name: maybe(
      fc
        .constantFrom('a', 'b')
        .map((word): Identifier => ({ kind: 'identifier', name: word, quoted: false, span })),
    ),
    type: tie('type'),
    notNull: flag,
    comment: maybe(text),
  }),
  type: fc.oneof(
    { ...depth, withCrossShrink: true },
    namedType,
    tie('type').map((element): TypeName => ({ kind: 'listType', element, span })),
    fc
      .tuple(tie('type'), fc.nat(9))
      .map(([element, size]): TypeName => ({ kind: 'arrayType', element, size, span })),
    few(tie('field')).map((fields): TypeName => ({ kind: 'structType', fields, span })),
    some(tie('field')).map((members): TypeName => ({ kind: 'unionType', members, span })),
    fc
      .tuple(tie('type'), tie('type'))
      .map(([key, value]): TypeName => ({ kind: 'mapType', key, value, span })),
    some(text).map((values): TypeName => ({ kind: 'enumType', values, span })),
    fc
      .tuple(unit, maybe(unit))
      .map(([from, to]): TypeName => ({ kind: 'intervalType', from, to, span })),
  ),
}));

export const columnReference: Arbitrary<Expression> = fc
  .tuple(name, few(label))
  .map(([first, rest]): Expression => ({ kind: 'columnReference', path: [first, ...rest], span }));

export const type: Arbitrary<TypeName> = types.type;
