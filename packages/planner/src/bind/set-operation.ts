import { commonType, SqlError, type SqlType, typeName, VARCHAR } from '@windrow/core';
import type { QueryBody, SetOperation } from '@windrow/parser';
import type { LogicalPlan, OutputColumn } from '../logical.ts';
import { outputOf } from '../plan-tree.ts';
import { type Binder, newColumn } from './binder.ts';
import { typeError } from './errors.ts';
import { nullLiteral } from './literal.ts';
import { convertColumns } from './relation.ts';
import { type QueryScope, type Relation, sameName } from './scope.ts';

type BindBody = (binder: Binder, body: QueryBody, scope: QueryScope) => Relation;

/** UNION, EXCEPT and INTERSECT: operands brought to common columns and types. */
export function bindSetOperation(
  binder: Binder,
  node: SetOperation,
  scope: QueryScope,
  bindBody: BindBody,
): Relation {
  const operands = node.operands.map((body) => ({
    body,
    relation: bindBody(binder, body, scope),
  }));
  return combineOperands(binder, node, operands);
}

interface Operand {
  readonly body: { readonly span: QueryBody['span'] };
  readonly relation: Relation;
}

/** A set operation over bound operands. */
export function combineOperands(
  binder: Binder,
  node: Pick<SetOperation, 'operator' | 'all' | 'byName'>,
  given: readonly Operand[],
): Relation {
  const operands = node.byName ? alignByName(binder, given) : given;
  const [first, ...others] = operands;
  const columns = first?.relation.columns ?? [];
  for (const { body, relation } of others) {
    if (relation.columns.length === columns.length) continue;
    throw new SqlError(
      'syntax',
      `${node.operator.toUpperCase()} of ${columns.length} and ${relation.columns.length} columns`,
      {
        span: body.span,
        hint: 'Both sides need the same number of columns; BY NAME fills them up.',
      },
    );
  }
  const wanted = columns.map((column, i) => ({
    name: column.name,
    type: columnType(node.operator, operands, i),
  }));
  const inputs = operands.map(({ relation }) => convertColumns(binder, relation, wanted).plan);
  const output = wanted.map(({ name, type }, i): OutputColumn => {
    const nullable = inputs.some((input) => outputOf(input)[i]?.nullable !== false);
    return newColumn(binder, name, type, nullable);
  });
  const plan: LogicalPlan = {
    kind: 'setOperation',
    operator: node.operator,
    all: node.all,
    inputs,
    output,
  };
  return { plan, columns: output };
}

/** The type that column i of all operands meets at; text takes in what has no common type. */
function columnType(operator: string, operands: readonly Operand[], index: number): SqlType {
  let type: SqlType | undefined;
  for (const { body, relation } of operands) {
    const column = relation.columns[index];
    if (column === undefined) continue;
    if (type === undefined) {
      type = column.type;
      continue;
    }
    const isText = type.kind === 'varchar' || column.type.kind === 'varchar';
    const common = commonType(type, column.type) ?? (isText ? VARCHAR : undefined);
    if (common === undefined) {
      throw typeError(
        `column ${index + 1} of ${operator.toUpperCase()}: ${typeName(type)} and ${typeName(column.type)} have no common type`,
        body.span,
        'Cast one side.',
      );
    }
    type = common;
  }
  return type ?? VARCHAR;
}

/** BY NAME: all names in the order of their first appearance; a missing column is NULL. */
function alignByName(binder: Binder, operands: readonly Operand[]): readonly Operand[] {
  const names: string[] = [];
  for (const { body, relation } of operands) {
    const own = new Set<string>();
    for (const { name } of relation.columns) {
      if (own.has(name.toLowerCase())) {
        throw new SqlError('bind', `BY NAME: column "${name}" is there twice`, {
          span: body.span,
          sqlState: '42701',
          hint: 'Give the columns different names with AS.',
        });
      }
      own.add(name.toLowerCase());
      if (!names.some((known) => sameName(known, name))) names.push(name);
    }
  }
  return operands.map(({ body, relation }) => ({
    body,
    relation: pickByName(binder, relation, names, body.span),
  }));
}

function pickByName(
  binder: Binder,
  relation: Relation,
  names: readonly string[],
  span: QueryBody['span'],
): Relation {
  const expressions = relation.columns.map((output) => ({
    output,
    expr: { kind: 'column' as const, ...output },
  }));
  const missing: { output: OutputColumn; expr: ReturnType<typeof nullLiteral> }[] = [];
  const columns = names.map((name) => {
    const own = relation.columns.find((column) => sameName(column.name, name));
    if (own !== undefined) return { ...own, name };
    const expr = nullLiteral(span);
    const output = newColumn(binder, name, expr.type, true);
    missing.push({ output, expr });
    return output;
  });
  if (missing.length === 0) return { plan: relation.plan, columns };
  const input = relation.plan;
  return { plan: { kind: 'project', input, expressions: [...expressions, ...missing] }, columns };
}
