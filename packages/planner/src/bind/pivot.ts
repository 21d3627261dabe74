import type {
  CallExpression,
  Expression,
  PivotClause,
  PivotKey,
  Select,
  SelectItem,
} from '@windrow/parser';
import { type Binder, sourceText } from './binder.ts';
import { bindError, typeError, unsupported } from './errors.ts';
import type { FromRelation, QueryScope, Relation } from './scope.ts';
import { bindSelect } from './select.ts';
import { plainSelect, selectItem, visitSyntax } from './syntax.ts';

/** One value (or combination of values) that becomes a column: its condition and its name. */
interface PivotValue {
  readonly condition: Expression;
  readonly name: string;
}

/**
 * PIVOT as a grouped SELECT: each aggregate is computed once for every listed value, over the rows that
 * have it. Values that are absent give what the aggregate gives for no rows.
 */
export function bindPivot(
  binder: Binder,
  from: FromRelation,
  pivot: PivotClause,
  scope: QueryScope,
): Relation {
  const values = pivot.keys
    .map((key) => valuesOf(binder, key))
    .reduce((left, right) => left.flatMap((a) => right.map((b) => both(a, b))));
  const groupBy = pivot.groupBy ?? otherColumns(from, pivot);
  const items = [
    ...groupBy.map((expression) => selectItem(expression, nameOfColumn(from, expression))),
    ...values.flatMap((value) =>
      pivot.aggregates.map((aggregate) => pivotItem(binder, pivot, aggregate, value)),
    ),
  ];
  const select: Select = {
    ...plainSelect(items, pivot.span),
    groupBy: {
      kind: 'groupBy',
      all: false,
      distinct: false,
      elements: groupBy.map((expression) => ({
        kind: 'groupingSet',
        expressions: [expression],
        span: expression.span,
      })),
      with: null,
      span: pivot.span,
    },
  };
  return bindSelect(binder, select, from, scope, null);
}

function nameOfColumn(from: FromRelation, node: Expression): string | undefined {
  return node.kind === 'positionalReference' ? from.columns[node.position - 1]?.name : undefined;
}

/** Columns that neither the keys nor the aggregates mention: the groups where none are written. */
function otherColumns(from: FromRelation, pivot: PivotClause): readonly Expression[] {
  const used = new Set<string>();
  visitSyntax([pivot.aggregates, pivot.keys.map((key) => key.expression)], (node) => {
    if (node.kind !== 'columnReference') return true;
    for (const part of node.path) used.add(part.name.toLowerCase());
    return false;
  });
  return from.columns.flatMap((column, i): readonly Expression[] =>
    used.has(column.name.toLowerCase())
      ? []
      : [{ kind: 'positionalReference', position: i + 1, span: pivot.span }],
  );
}

/** The listed values of one key. @throws SqlError `unsupported` where they would have to be looked up. */
function valuesOf(binder: Binder, key: PivotKey): readonly PivotValue[] {
  const { values, expression } = key;
  switch (values.kind) {
    case 'pivotList':
      return values.items.map((value) => ({
        condition: hasValue(expression, value.expression),
        name: value.alias?.name ?? valueName(binder, value.expression),
      }));
    case 'pivotEnum': {
      const type = binder.context.lookupType?.(values.name.parts.map((part) => part.name));
      if (type?.kind !== 'enum') {
        throw bindError(
          '42704',
          `type "${values.name.parts.at(-1)?.name}" does not exist`,
          values.span,
          'IN without parentheses takes an ENUM type.',
        );
      }
      return type.values.map((name) => ({
        condition: hasValue(expression, { kind: 'stringLiteral', value: name, span: values.span }),
        name,
      }));
    }
    case 'pivotAny':
    case 'pivotQuery':
      throw unsupported(
        'PIVOT without a list of values',
        key.span,
        'List them: ON key IN (value, …).',
      );
  }
}

/** NULL is a value too. */
function hasValue(key: Expression, value: Expression): Expression {
  if (key.kind === 'row') {
    if (value.kind !== 'row' || value.items.length !== key.items.length)
      throw typeError(`a value of this key is a row of ${key.items.length}`, value.span);
    const operands = key.items.map((part, i) => hasValue(part, value.items[i] ?? part));
    return { kind: 'logical', operator: 'and', operands, span: value.span };
  }
  return { kind: 'distinctFrom', left: key, right: value, negated: true, span: value.span };
}

function valueName(binder: Binder, node: Expression): string {
  switch (node.kind) {
    case 'stringLiteral':
    case 'typedLiteral':
      return node.value;
    case 'numberLiteral':
      return node.text;
    case 'nullLiteral':
      return 'NULL';
    case 'booleanLiteral':
      return String(node.value);
    case 'row':
      return node.items.map((part) => valueName(binder, part)).join('_');
    case 'columnReference':
      return node.path.at(-1)?.name ?? '';
    case 'unary':
      return `${node.operator === '-' ? '-' : ''}${valueName(binder, node.operand)}`;
    default:
      return sourceText(binder, node.span) ?? 'value';
  }
}

const both = (a: PivotValue, b: PivotValue): PivotValue => ({
  condition: {
    kind: 'logical',
    operator: 'and',
    operands: [a.condition, b.condition],
    span: a.condition.span,
  },
  name: `${a.name}_${b.name}`,
});

/** One aggregate for one value. A single aggregate without an alias is called by the value alone. */
function pivotItem(
  binder: Binder,
  pivot: PivotClause,
  aggregate: SelectItem,
  value: PivotValue,
): SelectItem {
  const { expression, alias } = aggregate;
  const suffix =
    alias?.name ??
    (pivot.aggregates.length > 1
      ? (sourceText(binder, expression.span) ?? 'value').toLowerCase()
      : undefined);
  const name = suffix === undefined ? value.name : `${value.name}_${suffix}`;
  return selectItem(overRows(binder, expression, value.condition) as Expression, name);
}

/** The expression with its aggregates restricted to the rows that satisfy the condition. */
function overRows(binder: Binder, node: unknown, condition: Expression): unknown {
  if (Array.isArray(node)) return node.map((entry) => overRows(binder, entry, condition));
  if (typeof node !== 'object' || node === null) return node;
  const { kind } = node as { readonly kind?: unknown };
  if (kind === 'call') {
    const call = node as CallExpression;
    const name = call.name.parts.at(-1)?.name ?? '';
    if (call.over === null && binder.context.functions.aggregate(name) !== undefined) {
      const { filter } = call;
      const operands = filter === null ? [] : [filter];
      return {
        ...call,
        filter:
          operands.length === 0
            ? condition
            : {
                kind: 'logical',
                operator: 'and',
                operands: [...operands, condition],
                span: call.span,
              },
      };
    }
  }
  return Object.fromEntries(
    Object.entries(node).map(([key, entry]) => [
      key,
      key === 'span' ? entry : overRows(binder, entry, condition),
    ]),
  );
}
