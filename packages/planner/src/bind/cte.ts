import { commonType, implicitCastCost, type SqlType, typeName, typesEqual } from '@windrow/core';
import type { CommonTableExpression, Query, QueryBody, SetOperation, With } from '@windrow/parser';
import { copyPlan } from '../copy-plan.ts';
import { columnRef } from '../expr/structure.ts';
import type { CteScan, LogicalPlan, NamedExpr, OutputColumn } from '../logical.ts';
import { expressionsOf, outputOf, transformPlan, visitPlan } from '../plan-tree.ts';
import { type Binder, newColumn } from './binder.ts';
import { bindError, counted, typeError, unsupported } from './errors.ts';
import { convertColumns, positional } from './relation.ts';
import { type CteEntry, type CteScope, type QueryScope, type Relation, sameName } from './scope.ts';
import { visitSyntax } from './syntax.ts';

/** A common table expression that has been bound and waits for the query that uses it. */
export interface CteDefinition {
  readonly entry: CteEntry;
  readonly plan: LogicalPlan;
  /** As written; undefined leaves the choice to the planner. */
  readonly materialized: boolean | undefined;
}

type BindBody = (binder: Binder, body: QueryBody, scope: QueryScope) => Relation;

/** Binds a WITH list; each table sees those before it, and itself when it is recursive. */
export function bindWith(
  binder: Binder,
  node: With,
  scope: QueryScope,
  bindBody: BindBody,
): { readonly ctes: CteScope | undefined; readonly definitions: readonly CteDefinition[] } {
  let { ctes } = scope;
  const definitions: CteDefinition[] = [];
  for (const table of node.tables) {
    const name = table.name.name;
    if (definitions.some((d) => sameName(d.entry.name, name)))
      throw bindError('42712', `WITH defines "${name}" twice`, table.name.span, 'Rename one.');
    if (table.statement.kind !== 'query') {
      throw unsupported(
        'a data-changing statement in WITH',
        table.statement.span,
        'Run it as a statement of its own.',
      );
    }
    if (table.usingKey.length > 0)
      throw unsupported('USING KEY', table.usingKey[0]?.span ?? table.span, 'Use UNION.');
    const query = table.statement;
    const definition =
      node.recursive && refersTo(query, name)
        ? bindRecursive(binder, table, query, { ...scope, ctes }, bindBody)
        : bindPlain(binder, table, query, { ...scope, ctes });
    definitions.push(definition);
    ctes = { entry: definition.entry, next: ctes };
  }
  return { ctes, definitions };
}

function bindPlain(
  binder: Binder,
  table: CommonTableExpression,
  query: Query,
  scope: QueryScope,
): CteDefinition {
  const { plan, columns } = positional(binder, binder.query(query, scope));
  const named = rename(columns, table);
  return {
    entry: { name: table.name.name, cteId: binder.ids.next(), columns: named },
    plan,
    materialized: table.materialized ?? undefined,
  };
}

/** The column names of `WITH t(a, b)`. @throws SqlError `bind` 42P10 for too many. */
function rename(
  columns: readonly OutputColumn[],
  table: CommonTableExpression,
): readonly OutputColumn[] {
  const extra = table.columns[columns.length];
  if (extra !== undefined) {
    throw bindError(
      '42P10',
      `table "${table.name.name}" has ${counted(columns.length, 'column')} but ${counted(table.columns.length, 'name')}`,
      extra.span,
    );
  }
  return columns.map((column, i) => ({ ...column, name: table.columns[i]?.name ?? column.name }));
}

/** Does a syntax tree mention a table of that name? */
function refersTo(tree: unknown, name: string): boolean {
  let found = false;
  visitSyntax(tree, (node) => {
    if (node.kind === 'tableName') {
      const { parts } = node.name;
      found ||= parts.length === 1 && sameName(parts[0].name, name);
    }
    return !found;
  });
  return found;
}

/** `base UNION [ALL] step`: the step reads the rows of the last round. */
function bindRecursive(
  binder: Binder,
  table: CommonTableExpression,
  query: Query,
  scope: QueryScope,
  bindBody: BindBody,
): CteDefinition {
  const name = table.name.name;
  const { all, base: baseBody, step: stepBody } = splitRecursive(query, name);
  const base = positional(binder, bindBody(binder, baseBody, scope));
  const columns = rename(base.columns, table);
  const cteId = binder.ids.next();
  const bindStep = (types: readonly SqlType[]): Relation => {
    const entry: CteEntry = {
      name,
      cteId,
      columns: columns.map((c, i) => ({ ...c, type: types[i] ?? c.type, nullable: true })),
    };
    return bindBody(binder, stepBody, { ...scope, ctes: { entry, next: scope.ctes } });
  };
  const own = columns.map((column) => column.type);
  const firstStep = bindStep(own);
  checkWidth(firstStep, columns.length, name, stepBody);
  const types = stepTypes(own, firstStep);
  const isWider = types.some((type, i) => !typesEqual(type, own[i] ?? type));
  const step = isWider ? bindStep(types) : firstStep;
  rejectChangingTypes(step, types, name, stepBody);
  const wanted = columns.map((column, i) => ({ name: column.name, type: types[i] ?? column.type }));
  const output = wanted.map((w) => newColumn(binder, w.name, w.type, true));
  const plan: LogicalPlan = {
    kind: 'recursiveCte',
    cteId,
    name,
    base: convertColumns(binder, base, wanted).plan,
    step: convertColumns(binder, step, wanted).plan,
    all,
    output,
  };
  // Outside, the finished table is another common table expression than the rounds inside.
  const entry: CteEntry = { name, cteId: binder.ids.next(), columns: output };
  return { entry, plan, materialized: table.materialized ?? undefined };
}

function splitRecursive(
  query: Query,
  name: string,
): { readonly all: boolean; readonly base: QueryBody; readonly step: QueryBody } {
  const { body } = query;
  const hasTail = query.orderBy !== null || query.limit !== null || query.offset !== null;
  if (body.kind !== 'setOperation' || body.operator !== 'union' || query.with !== null || hasTail) {
    throw bindError(
      '42P19',
      `recursive table "${name}" must be base UNION [ALL] step`,
      query.span,
      hasTail
        ? 'Put ORDER BY and LIMIT into the query that reads it.'
        : 'Write a query that does not read it, UNION [ALL], and one that does.',
    );
  }
  if (body.byName)
    throw unsupported('UNION BY NAME in a recursive table', body.span, 'Use UNION [ALL].');
  const step = body.operands.at(-1);
  const rest = body.operands.slice(0, -1);
  const [only] = rest;
  if (step === undefined || only === undefined || rest.some((operand) => refersTo(operand, name))) {
    throw bindError(
      '42P19',
      `recursive table "${name}" may be read in the last operand of UNION only`,
      body.span,
      'Start with a query that does not read it.',
    );
  }
  const base: SetOperation = { ...body, operands: rest };
  return { all: body.all, base: rest.length === 1 ? only : base, step };
}

function checkWidth(step: Relation, count: number, name: string, node: QueryBody): void {
  if (step.columns.length === count) return;
  throw bindError(
    '42601',
    `recursive table "${name}" has ${counted(count, 'column')}, its step ${step.columns.length}`,
    node.span,
  );
}

/** The base's types, widened where the step gives a wider type of the same family. */
const stepTypes = (own: readonly SqlType[], step: Relation): readonly SqlType[] =>
  own.map((type, i) => {
    const other = step.columns[i]?.type ?? type;
    return implicitCastCost(other, type) !== undefined ? type : (commonType(type, other) ?? type);
  });

/** 42804: the step's types must not change from round to round. */
function rejectChangingTypes(
  step: Relation,
  types: readonly SqlType[],
  name: string,
  node: QueryBody,
): void {
  for (const [i, type] of types.entries()) {
    const other = step.columns[i]?.type ?? type;
    if (implicitCastCost(other, type) !== undefined) continue;
    throw typeError(
      `column ${i + 1} of recursive table "${name}" is ${typeName(type)} first, then ${typeName(other)}`,
      node.span,
      `Cast it in the step: CAST(… AS ${typeName(type)}).`,
    );
  }
}

/** Puts the definitions of a WITH list around the query that uses them, innermost last. */
export const wrapCtes = (
  binder: Binder,
  body: LogicalPlan,
  definitions: readonly CteDefinition[],
): LogicalPlan =>
  definitions.reduceRight((plan, definition) => wrapCte(binder, plan, definition), body);

/** Computed once where that saves work or keeps volatile values; else put in where it is read. */
function wrapCte(binder: Binder, body: LogicalPlan, definition: CteDefinition): LogicalPlan {
  const { entry, plan, materialized } = definition;
  const { count, inStep } = countScans(body, entry.cteId);
  if (count === 0) return body;
  const isShared = count > 1 || inStep || hasVolatile(binder, plan);
  const keep = materialized ?? isShared;
  if (keep)
    return { kind: 'withCte', cteId: entry.cteId, name: entry.name, definition: plan, body };
  let copies = 0;
  return transformPlan(body, (node) => {
    if (node.kind !== 'cteScan' || node.cteId !== entry.cteId) return node;
    copies += 1;
    return inlined(node, copies === 1 ? plan : copyPlan(plan, binder.ids).plan);
  });
}

/** The definition in place of its scan, under the scan's column ids. */
const inlined = (scan: CteScan, definition: LogicalPlan): LogicalPlan => ({
  kind: 'project',
  input: definition,
  expressions: scan.output.flatMap((output, i): readonly NamedExpr[] => {
    const column = outputOf(definition)[i];
    return column === undefined ? [] : [{ output, expr: columnRef(column) }];
  }),
});

/** How often a table is read, and whether the step of a recursion reads it round after round. */
function countScans(
  plan: LogicalPlan,
  cteId: number,
): { readonly count: number; readonly inStep: boolean } {
  let count = 0;
  let inStep = false;
  visitPlan(plan, (node) => {
    if (node.kind === 'cteScan' && node.cteId === cteId) count += 1;
    if (node.kind === 'recursiveCte') inStep ||= countScans(node.step, cteId).count > 0;
    return true;
  });
  return { count, inStep };
}

function hasVolatile(binder: Binder, plan: LogicalPlan): boolean {
  let found = false;
  visitPlan(plan, (node) => {
    found ||= expressionsOf(node).some((expr) => binder.traits.isVolatile(expr));
    return !found;
  });
  return found;
}
