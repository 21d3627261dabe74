import type { Address, Batch, ColumnId, Expr, FlatVector } from '@windrow/core';
import { JOIN_KEY_BYTES, kernels } from '@windrow/kernels';
import { flatten } from '../../expression/flatten.ts';
import { createProjector, type Projector } from '../../expression/projector.ts';
import type { OperatorSpec } from '../../lower.ts';
import type { StreamOperator, TaskContext } from '../../operator.ts';
import { columnIds, layoutOf } from '../../runtime/layout.ts';
import type { Branch, OperatorData, Stream } from '../../runtime/stream.ts';
import { rowsOfColumns } from './join-columns.ts';
import type { JoinTable } from './join-table.ts';
import { Selectivity } from './selectivity.ts';

/** Drops rows that a join further up will find no match for, by one key column. */
export interface KeyFilterSpec extends OperatorData {
  readonly kind: 'keyFilter';
  readonly columns: readonly ColumnId[];
  readonly key: Expr;
  /** The key's record, and the filter of its codes. */
  readonly layout: Address;
  readonly filter: Address;
}

/**
 * Sends the filters of a join's key columns down into its probe side, as near to the source as the keys are
 * known, so that what happens between there and the join happens to fewer rows.
 */
export function pushKeyFilters(
  probe: Stream,
  nodeId: number,
  { keys, table }: { readonly keys: readonly Expr[]; readonly table: JoinTable },
): Stream {
  const { coding, filters } = table;
  if (coding.kind !== 'exact') return probe;
  const top = columnIds(probe.columns);
  const withFilters = (branch: Branch): Branch => {
    const operators = [...branch.operators];
    for (const { key: number, address: filter } of filters) {
      if (number === undefined) continue;
      const key = keys[number]!;
      const at = key.kind === 'column' ? placeOf(operators, key.id) : operators.length;
      const above = operators[at];
      const columns = (above && inputOf(above)) ?? top;
      const layout = coding.layouts + number * JOIN_KEY_BYTES;
      const spec = { nodeId, isAuxiliary: true, columns, key, layout, filter };
      operators.splice(at, 0, { kind: 'keyFilter', ...spec });
    }
    return { ...branch, operators };
  };
  return { ...probe, branches: probe.branches.map(withFilters) };
}

/** Where among a branch's operators rows may be dropped by a column: below which of them. */
function placeOf(operators: readonly OperatorSpec[], key: ColumnId): number {
  let at = operators.length;
  while (at > 0 && inputOf(operators[at - 1]!)?.includes(key) === true) at--;
  // What narrows batches already comes first.
  while (operators[at]?.kind === 'filter' || operators[at]?.kind === 'keyFilter') at++;
  return at;
}

/** Columns below an operator for which it makes no difference whether a row is dropped before or after. */
function inputOf(operator: OperatorSpec): readonly ColumnId[] | undefined {
  switch (operator.kind) {
    case 'filter':
    case 'keyFilter':
    case 'project':
      return operator.columns;
    case 'hashJoinProbe':
      return operator.matched === 0 ? operator.probe.columns : undefined;
    default:
      return undefined;
  }
}

export function openKeyFilter(spec: KeyFilterSpec, context: TaskContext): StreamOperator {
  const { memory, batchArena } = context;
  const { layout, filter } = spec;
  const valuesOf = keyValues(context, spec);
  const selectivity = new Selectivity();
  const k = kernels(memory);
  return {
    push(batch, next) {
      const key = selectivity.isWorthwhile ? valuesOf(batch) : undefined;
      if (key === undefined) {
        next(batch);
        return;
      }
      const { length, selection, columns } = batch;
      const { values, validity } = key.vector;
      const rows = batchArena.allocate(length * 4);
      const from = key.isColumn ? selection : 0;
      const count = k.joinFilterKey(layout, filter, values, validity, from, length, rows);
      selectivity.note(length, count);
      if (count === length) next(batch);
      else {
        const selected = key.isColumn
          ? rows
          : rowsOfColumns(context, batch, { probeRows: rows, count });
        next({ length: count, selection: selected, columns });
      }
    },
  };
}

interface KeyValues {
  readonly vector: FlatVector;
  /** Are they those of a batch's column, in whose rows the batch selects? */
  readonly isColumn: boolean;
}

/** The values of a key as they lie in a column, or computed; undefined where they are encoded. */
function keyValues(
  context: TaskContext,
  { key, columns }: KeyFilterSpec,
): (batch: Batch) => KeyValues | undefined {
  const layout = layoutOf(columns);
  if (key.kind === 'column') {
    const position = layout.get(key.id)!;
    return ({ columns }) => {
      const vector = columns[position]!;
      return vector.kind === 'flat' ? { vector, isColumn: true } : undefined;
    };
  }
  let projector: Projector | undefined;
  return (batch) => {
    projector ??= createProjector(context, [key], layout);
    const [vector] = projector.evaluate(batch);
    return { vector: flatten(context, vector!, 0, batch.length), isColumn: false };
  };
}
