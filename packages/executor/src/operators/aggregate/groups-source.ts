import type { Batch } from '@windrow/core';
import type { Source, TaskContext } from '../../operator.ts';
import { rowsOfBatch } from '../../runtime/slice.ts';
import type { SourceData } from '../../runtime/stream.ts';
import type { Aggregation } from './aggregation.ts';
import { openStates } from './group-rows.ts';
import { decodeKeys, type GroupList, statesOf } from './group-table.ts';
import { layOutKey } from './key-layout.ts';

/** Finished groups: their keys, then the aggregates' values. A morsel is one of the lists. */
export interface GroupsSourceSpec extends SourceData {
  readonly kind: 'groups';
  readonly aggregation: Aggregation;
  readonly lists: readonly GroupList[];
}

export function openGroupsSource(spec: GroupsSourceSpec, context: TaskContext): Source {
  const { memory, batchArena } = context;
  const { input, keys, aggregates } = spec.aggregation;
  const layout = layOutKey(keys.map(({ type }) => type));
  const states = openStates(context, aggregates, input);
  const outputs = [...keys, ...aggregates.map(({ output }) => output)];
  const batchRows = rowsOfBatch(
    context,
    outputs.map(({ type }) => type),
  );
  return {
    *batches(morsel): Iterable<Batch> {
      const list = spec.lists[morsel]!;
      for (let from = 0; from < list.count; from += batchRows) {
        const count = Math.min(batchRows, list.count - from);
        const groups = { entries: list.entries + from * 4, count };
        const values = states.finish(statesOf(memory, layout, groups, batchArena), count);
        const columns = [...decodeKeys(memory, layout, groups, batchArena), ...values];
        yield { length: count, selection: 0, columns };
      }
    },
  };
}
