import { assert, type ColumnId, type Expr, typeName, typesEqual, visitExpr } from '@windrow/core';
import type { LogicalPlan, OutputColumn } from './logical.ts';
import {
  definedColumns,
  expressionsOf,
  inputsOf,
  outputIds,
  outputOf,
  visitPlan,
} from './plan-tree.ts';

/**
 * Checks what every rule has to keep: a column is read only above the node that hands it up and with its
 * type, one that cannot be NULL is not read as if an outer join had not been there, no id is defined
 * twice, positions of set operations agree, and the required columns arrive at the root.
 *
 * @throws SqlError `internal` naming the rule and what is wrong.
 */
export function validatePlan(
  plan: LogicalPlan,
  required: ReadonlySet<ColumnId>,
  after: string,
): void {
  const check = (condition: boolean, message: string): void =>
    assert(condition, `after ${after}: ${message}`);
  const defined = new Set<ColumnId>();
  const definitions = new Map<number, readonly OutputColumn[]>();
  visitPlan(plan, (node) => {
    for (const { id, name } of definedColumns(node)) {
      check(!defined.has(id), `column ${name} #${id} is defined twice`);
      defined.add(id);
    }
    if (node.kind === 'withCte') definitions.set(node.cteId, outputOf(node.definition));
    if (node.kind === 'recursiveCte') definitions.set(node.cteId, node.output);
    return true;
  });
  visitPlan(plan, (node) => {
    checkOutput(node, check);
    checkPositions(node, definitions, check);
    // A dependent join's right side reads the left's columns anywhere: nothing to check before unnesting.
    if (node.kind === 'dependentJoin') return false;
    const available = readableIn(node);
    for (const expr of expressionsOf(node)) checkColumns(node, expr, available, check);
    return true;
  });
  for (const id of required) check(outputIds(plan).has(id), `column #${id} of the result is lost`);
}

type Check = (condition: boolean, message: string) => void;

function checkOutput(node: LogicalPlan, check: Check): void {
  const output = outputOf(node);
  check(
    new Set(output.map((column) => column.id)).size === output.length,
    `${node.kind} hands up a column twice`,
  );
}

function checkPositions(
  node: LogicalPlan,
  definitions: ReadonlyMap<number, readonly OutputColumn[]>,
  check: Check,
): void {
  const same = (columns: readonly OutputColumn[], output: readonly OutputColumn[]): boolean =>
    columns.length === output.length &&
    columns.every((column, i) => typesEqual(column.type, output[i]?.type ?? { kind: 'null' }));
  if (node.kind === 'setOperation') {
    const agree = node.inputs.every((input) => same(outputOf(input), node.output));
    check(agree, `inputs of ${node.operator} differ from its output`);
  }
  if (node.kind === 'recursiveCte') {
    const agree = [node.base, node.step].every((input) => same(outputOf(input), node.output));
    check(agree, `base and step of ${node.name} differ from its output`);
  }
  if (node.kind === 'cteScan') {
    const columns = definitions.get(node.cteId);
    check(columns !== undefined, `${node.name} is read but not defined`);
    check(columns !== undefined && same(columns, node.output), `${node.name} is read otherwise`);
  }
  if (node.kind === 'values') {
    const agree = node.rows.every((row) => row.length === node.output.length);
    check(agree, 'a row of VALUES has another number of columns');
  }
}

/** Columns that a node's expressions may read. */
function readableIn(node: LogicalPlan): ReadonlyMap<ColumnId, OutputColumn> {
  const columns = inputsOf(node).flatMap(outputOf);
  return new Map(columns.map((column) => [column.id, column]));
}

function checkColumns(
  node: LogicalPlan,
  expr: Expr,
  available: ReadonlyMap<ColumnId, OutputColumn>,
  check: Check,
): void {
  visitExpr(expr, (part) => {
    if (part.kind !== 'column') return true;
    const column = available.get(part.id);
    check(column !== undefined, `${node.kind} reads ${part.name} #${part.id}, which no input has`);
    if (column === undefined) return true;
    check(
      typesEqual(column.type, part.type),
      `${node.kind} reads ${part.name} as ${typeName(part.type)}, it is ${typeName(column.type)}`,
    );
    check(
      part.nullable || !column.nullable,
      `${node.kind} reads ${part.name} #${part.id} as if it could not be NULL`,
    );
    return true;
  });
}
