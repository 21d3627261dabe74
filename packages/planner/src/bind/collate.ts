import { type Expr, type Span, SqlError } from '@windrow/core';
import type { CollateExpression, Expression } from '@windrow/parser';
import { type Binder, callScalar } from './binder.ts';
import { typeError, unsupported } from './errors.ts';
import type { ExpressionScope } from './scope.ts';

/** Functions whose results compare as the collation says. Text compares by its bytes otherwise. */
const COLLATIONS: Readonly<Record<string, string | undefined>> = {
  nocase: 'lower',
  noaccent: 'strip_accents',
  nfc: 'nfc_normalize',
  binary: undefined,
  c: undefined,
  posix: undefined,
};

/** An operand of a comparison or a sort key, and the collation that was written after it. */
export interface Collated {
  readonly expr: Expr;
  readonly collation: CollateExpression | undefined;
}

export function bindCollated(binder: Binder, node: Expression, scope: ExpressionScope): Collated {
  return node.kind === 'collate'
    ? { expr: binder.expression(node.operand, scope), collation: node }
    : { expr: binder.expression(node, scope), collation: undefined };
}

const partsOf = (node: CollateExpression): readonly string[] =>
  node.collation.parts.map((part) => part.name.toLowerCase());

/** The one collation of a comparison. @throws SqlError `type` 42P21 for two different ones. */
export function commonCollation(operands: readonly Collated[]): CollateExpression | undefined {
  const written = operands.flatMap(({ collation }) => collation ?? []);
  const [first] = written;
  const other = written.find((node) => partsOf(node).join() !== partsOf(first ?? node).join());
  if (first === undefined || other === undefined) return first;
  throw new SqlError(
    'type',
    `collations ${partsOf(first).join('.')} and ${partsOf(other).join('.')} meet in a comparison`,
    { span: other.span, sqlState: '42P21', hint: 'Give both sides the same collation.' },
  );
}

/** The text that stands for a value under a collation. */
export function collate(binder: Binder, expr: Expr, node: CollateExpression | undefined): Expr {
  if (node === undefined) return expr;
  if (expr.type.kind !== 'varchar')
    throw typeError('COLLATE is for VARCHAR', node.span, 'Cast the value to VARCHAR.');
  return node.collation.parts.reduce((value, { name, span }) => {
    const known = Object.hasOwn(COLLATIONS, name.toLowerCase());
    if (!known) throw unknownCollation(name, span);
    const definition = COLLATIONS[name.toLowerCase()];
    return definition === undefined ? value : callScalar(binder, definition, [value], span);
  }, expr);
}

const unknownCollation = (name: string, span: Span): SqlError =>
  unsupported(
    `the collation ${name}`,
    span,
    `There are ${Object.keys(COLLATIONS).join(', ')}, joined by dots.`,
  );
