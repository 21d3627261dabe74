import type { Arbitrary } from 'fast-check';
import type { Argument, CallExpression, Expression, Star } from '../ast/expression.ts';
import type { RowPattern } from '../ast/match-recognize.ts';
import type { PipeOperator } from '../ast/pipe.ts';
import type { Query, QueryBody } from '../ast/query.ts';
import type { GroupingElement, Sample, Select, SelectItem } from '../ast/select.ts';
import type { TableAlias, TableReference } from '../ast/table-reference.ts';
import type { SortItem, WindowSpecification } from '../ast/window.ts';

export interface Nodes {
  expression: Expression;
  star: Star;
  argument: Argument;
  call: CallExpression;
  sortItem: SortItem;
  window: WindowSpecification;
  selectItem: SelectItem;
  grouping: GroupingElement;
  sample: Sample;
  select: Select;
  queryBody: QueryBody;
  query: Query;
  alias: TableAlias;
  table: TableReference;
  pattern: RowPattern;
  pipe: PipeOperator;
}

export type Tie = <K extends keyof Nodes>(key: K) => Arbitrary<Nodes[K]>;
