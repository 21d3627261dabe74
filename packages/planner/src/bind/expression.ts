import {
  assert,
  BOOLEAN,
  didYouMean,
  type Expr,
  type Span,
  SqlError,
  typeName,
  typesEqual,
} from '@windrow/core';
import type {
  CastExpression,
  ColumnReference,
  Columns,
  Expression,
  FieldAccess,
  Identifier,
  IndexExpression,
  ListLiteral,
  MapLiteral,
  Parameter,
  PositionalReference,
  RowExpression,
  SliceExpression,
  StructLiteral,
} from '@windrow/parser';
import { columnRef } from '../expr/structure.ts';
import { type Binder, callScalar } from './binder.ts';
import { bindCall } from './call.ts';
import { castTo, isNullLiteral, unify, withOwnType } from './convert.ts';
import { bindError, counted, typeError, unsupported } from './errors.ts';
import { bindInterval } from './interval.ts';
import { bindListComprehension } from './lambda.ts';
import { bindBlob, bindNumber, integerLiteral, nullLiteral, textLiteral } from './literal.ts';
import {
  bindBetween,
  bindBinary,
  bindCase,
  bindDistinctFrom,
  bindInList,
  bindLike,
  bindLogical,
  bindTruthTest,
  bindUnary,
} from './operators.ts';
import { type ExpressionScope, lookupColumn, resolveColumn } from './scope.ts';
import {
  bindArraySubquery,
  bindExists,
  bindInCollection,
  bindInSubquery,
  bindQuantifiedList,
  bindQuantifiedSubquery,
  bindScalarSubquery,
} from './subquery.ts';
import { bindType } from './type-name.ts';

type Kind = Expression['kind'];
type Bind<K extends Kind> = (
  binder: Binder,
  node: Extract<Expression, { kind: K }>,
  scope: ExpressionScope,
) => Expr;

/** One binder for each kind of expression. */
const BINDERS: { readonly [K in Kind]: Bind<K> } = {
  nullLiteral: (_binder, node) => nullLiteral(node.span),
  booleanLiteral: (_binder, { value, span }) => ({ kind: 'literal', value, type: BOOLEAN, span }),
  numberLiteral: (_binder, node) => bindNumber(node, false, node.span),
  stringLiteral: (_binder, node) => textLiteral(node.value, node.span),
  blobLiteral: (_binder, node) => bindBlob(node),
  bitLiteral: (_binder, node) => {
    throw unsupported('the type BIT', node.span, "Use a BLOB: x'1F'.");
  },
  typedLiteral: (binder, node) => {
    const type = bindType(node.type, binder.context);
    return withOwnType(castTo(textLiteral(node.value, node.span), type));
  },
  intervalLiteral: bindInterval,
  defaultValue: (_binder, node) => {
    throw bindError('42601', 'DEFAULT stands for a value only in INSERT and UPDATE', node.span);
  },
  columnReference: bindColumnReference,
  positionalReference: bindPositionalReference,
  parameter: bindParameter,
  star: (_binder, node, scope) => {
    throw bindError('42601', `* is not a value in ${scope.clause}`, node.span, 'Name the column.');
  },
  columns: bindColumns,
  unary: bindUnary,
  binary: bindBinary,
  logical: bindLogical,
  distinctFrom: bindDistinctFrom,
  truthTest: bindTruthTest,
  between: bindBetween,
  inList: bindInList,
  inSubquery: bindInSubquery,
  inCollection: bindInCollection,
  like: bindLike,
  case: bindCase,
  cast: bindCast,
  call: bindCall,
  scalarSubquery: bindScalarSubquery,
  exists: bindExists,
  arraySubquery: bindArraySubquery,
  quantifiedSubquery: bindQuantifiedSubquery,
  quantifiedList: bindQuantifiedList,
  list: bindListLiteral,
  struct: bindStructLiteral,
  map: bindMapLiteral,
  row: bindRow,
  listComprehension: bindListComprehension,
  index: bindIndex,
  slice: bindSlice,
  fieldAccess: bindFieldAccess,
  jsonPath: (_binder, node) => {
    throw unsupported('a JSON path after a colon', node.span, "Use j -> 'a' -> 'b'.");
  },
  lambda: (_binder, node) => {
    throw unsupported(
      'a lambda outside of a call',
      node.span,
      'list_transform and list_filter take one.',
    );
  },
  collate: (_binder, node) => {
    throw unsupported(
      'COLLATE outside of a comparison or ORDER BY',
      node.span,
      'Use lower(x), strip_accents(x) or nfc_normalize(x).',
    );
  },
  atTimeZone: (binder, node, scope) => {
    const value = binder.expression(node.operand, scope);
    const zone = binder.expression(node.zone, scope);
    return callScalar(binder, 'timezone', [zone, value], node.span);
  },
};

/** The bound form of an expression, where `scope` says it stands. */
export function bindExpressionNode(binder: Binder, node: Expression, scope: ExpressionScope): Expr {
  const bind = BINDERS[node.kind] as Bind<Kind>;
  return bind(binder, node, scope);
}

/** A chain of names: a column of this query, an alias, a column of an enclosing query; then fields. */
function bindColumnReference(binder: Binder, node: ColumnReference, scope: ExpressionScope): Expr {
  const { path, span } = node;
  const [first, ...rest] = path;
  const { aliases, names } = scope;
  if (aliases?.first === true) {
    const aliased = aliases.resolve(first.name, scope);
    if (aliased !== undefined) return withFields(binder, { ...aliased, span }, rest);
  }
  const own = lookupColumn(names, path);
  if (own === undefined && aliases !== undefined && !aliases.first) {
    const aliased = aliases.resolve(first.name, scope);
    if (aliased !== undefined) return withFields(binder, { ...aliased, span }, rest);
  }
  const found = own ?? resolveColumn(names, path, aliases?.names ?? []);
  return withFields(binder, { ...columnRef(found.column), span }, found.fields);
}

const withFields = (binder: Binder, base: Expr, fields: readonly Identifier[]): Expr =>
  fields.reduce((value, field) => fieldOf(binder, value, field), base);

/** `base.field` of a struct. */
function fieldOf(binder: Binder, base: Expr, field: Identifier): Expr {
  if (base.type.kind !== 'struct') {
    throw typeError(
      `${typeName(base.type)} has no field "${field.name}"`,
      field.span,
      'Only a STRUCT has fields.',
    );
  }
  const names = base.type.fields.map((member) => member.name);
  if (!names.some((name) => name.toLowerCase() === field.name.toLowerCase())) {
    throw bindError(
      '42703',
      `the struct has no field "${field.name}"`,
      field.span,
      didYouMean(field.name, names) ?? `It has ${names.join(', ')}.`,
    );
  }
  const span = { start: base.span?.start ?? field.span.start, end: field.span.end };
  return callScalar(binder, 'struct_extract', [base, textLiteral(field.name, field.span)], span);
}

function bindFieldAccess(binder: Binder, node: FieldAccess, scope: ExpressionScope): Expr {
  return fieldOf(binder, binder.expression(node.base, scope), node.field);
}

function bindPositionalReference(
  _binder: Binder,
  node: PositionalReference,
  scope: ExpressionScope,
): Expr {
  const { columns } = scope.names;
  const column = columns[node.position - 1];
  if (column === undefined) {
    throw bindError(
      '42P10',
      `there is no column #${node.position}`,
      node.span,
      `FROM has ${counted(columns.length, 'column')}.`,
    );
  }
  return { ...columnRef(column), span: node.span };
}

function bindParameter(binder: Binder, node: Parameter, _scope: ExpressionScope): Expr {
  const key = node.name ?? String(node.index);
  const values = binder.context.parameters;
  const value = values?.get(key);
  if (value !== undefined) return { kind: 'literal', ...value, span: node.span };
  const shown = node.name === null ? `$${node.index}` : `$${node.name}`;
  const given = values === undefined ? 0 : values.size;
  throw bindError(
    '42P02',
    `parameter ${shown} has no value`,
    node.span,
    given === 0
      ? 'Give the values with the query.'
      : (didYouMean(key, values?.keys() ?? []) ??
          `The statement was given ${counted(given, 'value')}.`),
  );
}

function bindColumns(_binder: Binder, node: Columns, scope: ExpressionScope): Expr {
  const chosen = scope.columnChoice?.get(node);
  if (chosen !== undefined) return { ...chosen, span: node.span };
  throw bindError('42601', `COLUMNS is not allowed in ${scope.clause}`, node.span);
}

/** CAST, TRY_CAST and `::`. @throws SqlError `type` 42846 for pairs that never convert. */
function bindCast(binder: Binder, node: CastExpression, scope: ExpressionScope): Expr {
  const operand = binder.expression(node.operand, scope);
  const type = bindType(node.type, binder.context);
  return explicitCast(binder, operand, type, { try: node.try, span: node.span });
}

function explicitCast(
  binder: Binder,
  operand: Expr,
  type: Expr['type'],
  options: { readonly try: boolean; readonly span: Span },
): Expr {
  const { span } = options;
  if (typesEqual(operand.type, type)) return withOwnType({ ...operand, span });
  if (
    !isNullLiteral(operand) &&
    binder.context.functions.cast(operand.type, type, options) === undefined
  ) {
    throw new SqlError('type', `${typeName(operand.type)} cannot be cast to ${typeName(type)}`, {
      span,
      sqlState: '42846',
    });
  }
  const cast = castTo(operand, type);
  if (cast.kind === 'literal') return withOwnType({ ...cast, span });
  return { kind: 'cast', input: operand, type, try: options.try, span };
}

function bindListLiteral(binder: Binder, node: ListLiteral, scope: ExpressionScope): Expr {
  const items = node.items.map((item) => binder.expression(item, scope));
  const unified =
    items.length === 0 ? [] : unify(items, 'result', binder.dialect, 'elements of a list');
  return callScalar(binder, 'list_value', unified, node.span);
}

/** Field names travel as constants before their values, so that the function's rule sees them. */
function bindStructLiteral(binder: Binder, node: StructLiteral, scope: ExpressionScope): Expr {
  const seen = new Set<string>();
  const args = node.fields.flatMap(({ name, value }) => {
    if (seen.has(name.name.toLowerCase()))
      throw bindError('42701', `the struct has two fields "${name.name}"`, name.span);
    seen.add(name.name.toLowerCase());
    return [textLiteral(name.name, name.span), binder.expression(value, scope)];
  });
  return callScalar(binder, 'struct_pack', args, node.span);
}

function bindRow(binder: Binder, node: RowExpression, scope: ExpressionScope): Expr {
  const args = node.items.flatMap((item) => [
    textLiteral('', item.span),
    binder.expression(item, scope),
  ]);
  return callScalar(binder, 'struct_pack', args, node.span);
}

function bindMapLiteral(binder: Binder, node: MapLiteral, scope: ExpressionScope): Expr {
  const side = (what: string, pick: 'key' | 'value'): Expr => {
    const items = node.entries.map((entry) => binder.expression(entry[pick], scope));
    const unified =
      items.length === 0 ? [] : unify(items, 'result', binder.dialect, `${what} of a map`);
    return callScalar(binder, 'list_value', unified, node.span);
  };
  return callScalar(binder, 'map', [side('keys', 'key'), side('values', 'value')], node.span);
}

function bindIndex(binder: Binder, node: IndexExpression, scope: ExpressionScope): Expr {
  const base = binder.expression(node.base, scope);
  const index = binder.expression(node.index, scope);
  const { span } = node;
  switch (base.type.kind) {
    case 'map':
      return callScalar(binder, 'map_extract_value', [base, index], span);
    case 'struct':
      if (index.kind === 'literal' && typeof index.value === 'string') {
        const name = index.value;
        return fieldOf(binder, base, {
          kind: 'identifier',
          name,
          quoted: true,
          span: node.index.span,
        });
      }
      return callScalar(binder, 'struct_extract', [base, index], span);
    case 'json':
      return callScalar(binder, 'json_extract', [base, index], span);
    case 'varchar':
      return callScalar(binder, 'substring', [base, index, integerLiteral(1, span)], span);
    default:
      return callScalar(binder, 'list_extract', [base, index], span);
  }
}

function bindSlice(binder: Binder, node: SliceExpression, scope: ExpressionScope): Expr {
  const base = binder.expression(node.base, scope);
  const bound = (part: Expression | null): Expr =>
    part === null ? nullLiteral(node.span) : binder.expression(part, scope);
  const args = [base, bound(node.lower), bound(node.upper)];
  if (node.step !== null) args.push(bound(node.step));
  assert(args.length >= 3, 'a slice has two bounds');
  return callScalar(binder, 'list_slice', args, node.span);
}
