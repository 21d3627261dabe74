import type { Identifier } from '../ast/name.ts';
import type { Option, TableStorage } from '../ast/table-definition.ts';
import type { AliasColumn } from '../ast/table-reference.ts';
import type { SortItem } from '../ast/window.ts';
import type { Cursor } from './cursor.ts';
import { options } from './option.ts';
import { aliasColumns } from './table-alias.ts';
import { sortItem } from './window.ts';

/** USING, STORED AS, LOCATION, PARTITIONED BY and the like, in any order; null without any. */
export function tableStorage(cursor: Cursor): TableStorage | null {
  const startIndex = cursor.index;
  let format: Identifier | null = null;
  let location: string | null = null;
  let partitionedBy: readonly AliasColumn[] = [];
  let buckets: Buckets = { clusteredBy: [], sortedBy: [], bucketCount: null };
  let settings: readonly Option[] = [];
  let comment: string | null = null;
  for (;;) {
    if (cursor.accept('using')) format = cursor.name('a format');
    else if (cursor.acceptWords('stored', 'as')) format = cursor.name('a format');
    else if (cursor.accept('location')) location = cursor.string('a directory').value;
    else if (cursor.acceptWords('partitioned', 'by')) partitionedBy = aliasColumns(cursor);
    else if (cursor.acceptWords('clustered', 'by')) buckets = bucketClause(cursor);
    else if (cursor.accept('options') || cursor.accept('tblproperties') || atWithOptions(cursor))
      settings = [...settings, ...options(cursor)];
    else if (cursor.accept('comment')) comment = cursor.string().value;
    else break;
  }
  if (cursor.index === startIndex) return null;
  const span = cursor.span(startIndex);
  return {
    kind: 'tableStorage',
    format,
    location,
    partitionedBy,
    ...buckets,
    options: settings,
    comment,
    span,
  };
}

/** `WITH (…)`, but not the WITH of a query or of WITH DATA. */
function atWithOptions(cursor: Cursor): boolean {
  if (cursor.tag !== 'with' || cursor.tagAhead(1) !== '(') return false;
  cursor.skip();
  return true;
}

type Buckets = Pick<TableStorage, 'clusteredBy' | 'sortedBy' | 'bucketCount'>;

/** `(c, …) [SORTED BY (s, …)] [INTO n BUCKETS]`. */
function bucketClause(cursor: Cursor): Buckets {
  const clusteredBy = cursor.parenthesized(() => cursor.name('a column name', 'column'));
  const sortedBy: readonly SortItem[] = cursor.acceptWords('sorted', 'by')
    ? cursor.parenthesized(() => sortItem(cursor))
    : [];
  let bucketCount: number | null = null;
  if (cursor.accept('into')) {
    bucketCount = cursor.wholeNumber('a number of buckets');
    cursor.expect('buckets');
  }
  return { clusteredBy, sortedBy, bucketCount };
}
