import type { ColumnId } from '@windrow/core';
import type { OutputColumn } from '@windrow/planner';
import type { Layout } from '../expression/context.ts';

export const columnIds = (columns: readonly OutputColumn[]): readonly ColumnId[] =>
  columns.map(({ id }) => id);

/** Where each column lies in a batch whose columns are these. */
export const layoutOf = (ids: readonly ColumnId[]): Layout =>
  new Map(ids.map((id, position) => [id, position]));
