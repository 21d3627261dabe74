import { type ColumnId, type Expr, isNested } from '@windrow/core';
import { copyPlan } from '../copy-plan.ts';
import { columnRef } from '../expr/structure.ts';
import { freeColumns } from '../free-columns.ts';
import type { LogicalPlan, NamedExpr, OutputColumn } from '../logical.ts';
import { outputOf } from '../plan-tree.ts';
import { addRowNumber } from '../row-number.ts';
import type { RuleContext } from '../rules/rule.ts';
import { type Flattened, flatten, type Outer } from './flatten.ts';
import { sameValue } from './parts.ts';
import type { Pulled } from './pull-up.ts';

/** The outer rows of a dependent join as a source of values for its right side. */
export interface OuterValues {
  /** Computes a plan of the right side for all outer values at once. */
  flatten(plan: LogicalPlan): Pulled;
  /** The outer rows to join with: the left side itself, or a scan of it once it is read twice. */
  left(): LogicalPlan;
  /** Puts what is read twice around the plan that reads it. */
  wrap(plan: LogicalPlan): LogicalPlan;
}

/** Nothing is shared before the first call of `flatten`. */
export function createOuterValues(
  left: LogicalPlan,
  columns: readonly OutputColumn[],
  context: RuleContext,
): OuterValues {
  let shared: (SharedLeft & { readonly number: OutputColumn | undefined }) | undefined;
  const share = () => {
    if (shared === undefined) {
      const numbered = numberRows(left, columns, context);
      shared = { ...shareLeft(numbered.left, context), number: numbered.number };
    }
    return shared;
  };
  return {
    flatten: (plan) => {
      const source = share();
      const read = columns.filter((column) => freeColumns(plan).has(column.id));
      const outer = outerOf(read, source.number);
      const flat = flatten(plan, outer, () => makeDomain(source, outer, context), context);
      const predicates = outer.keys.flatMap((column): readonly Expr[] => {
        const own = flat.domain.get(column.id);
        return own === undefined ? [] : [sameValue(context, columnRef(column), columnRef(own))];
      });
      return { plan: flat.plan, predicates, deferred: new Map(), isOneRow: false };
    },
    left: () => shared?.left ?? left,
    wrap: (plan) => shared?.wrap(plan) ?? plan,
  };
}

function outerOf(read: readonly OutputColumn[], number: OutputColumn | undefined): Outer {
  const columns = number === undefined ? read : [...read, number];
  return {
    columns,
    ids: new Set(columns.map((column) => column.id)),
    keys: number === undefined ? read : [number],
  };
}

/** The distinct values of the outer columns; rows with a number are distinct anyway. */
function makeDomain(source: SharedLeft, outer: Outer, context: RuleContext): Flattened {
  const again = source.readAgain(outer.columns);
  const expressions = again.columns.map((column): NamedExpr => {
    const output: OutputColumn = { ...column, id: context.ids.next() };
    return { output, expr: columnRef(column) };
  });
  const domain = new Map<ColumnId, OutputColumn>();
  for (const [i, { id }] of outer.columns.entries()) {
    const entry = expressions[i];
    if (entry !== undefined) domain.set(id, entry.output);
  }
  const values: LogicalPlan = { kind: 'project', input: again.plan, expressions };
  const isDistinct = outer.keys.length === outer.columns.length;
  const plan: LogicalPlan = isDistinct
    ? { kind: 'distinct', input: values, on: undefined, orderBy: [] }
    : values;
  return { plan, domain };
}

/** Lists, maps and structs are not compared: outer rows that have them are told apart by a number. */
function numberRows(
  left: LogicalPlan,
  columns: readonly OutputColumn[],
  context: RuleContext,
): { readonly left: LogicalPlan; readonly number: OutputColumn | undefined } {
  if (!columns.some((column) => isNested(column.type))) return { left, number: undefined };
  const { plan, number } = addRowNumber(context.ids, left);
  return { left: plan, number };
}

/** A left side that can be read several times. */
interface SharedLeft {
  readonly left: LogicalPlan;
  /** Reads it again; `columns` under new ids, in the order asked for. */
  readAgain(columns: readonly OutputColumn[]): {
    readonly plan: LogicalPlan;
    readonly columns: readonly OutputColumn[];
  };
  wrap(plan: LogicalPlan): LogicalPlan;
}

function shareLeft(left: LogicalPlan, context: RuleContext): SharedLeft {
  if (left.kind === 'cteScan' || left.kind === 'values') {
    return {
      left,
      readAgain: (columns) => {
        const { plan, renamed } = copyPlan(left, context.ids);
        return { plan, columns: columns.map((c) => ({ ...c, id: renamed.get(c.id) ?? c.id })) };
      },
      wrap: (plan) => plan,
    };
  }
  const cteId = context.ids.next();
  const name = 'outer rows';
  const output = outputOf(left);
  const definition = copyPlan(left, context.ids).plan;
  return {
    left: { kind: 'cteScan', cteId, name, output },
    readAgain: (columns) => {
      const again = output.map((column) => ({ ...column, id: context.ids.next() }));
      const position = new Map(output.map((column, i) => [column.id, again[i]]));
      return {
        plan: { kind: 'cteScan', cteId, name, output: again },
        columns: columns.map((column) => position.get(column.id) ?? column),
      };
    },
    wrap: (body) => ({ kind: 'withCte', cteId, name, definition, body }),
  };
}
