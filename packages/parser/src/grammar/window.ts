import { SqlError } from '@windrow/core';
import type { Expression } from '../ast/expression.ts';
import type { NamedWindow } from '../ast/select.ts';
import type {
  FrameBound,
  SortFill,
  SortItem,
  WindowFrame,
  WindowName,
  WindowSpecification,
} from '../ast/window.ts';
import type { Tag } from '../lexer/token.ts';
import type { Cursor } from './cursor.ts';

/** One key of an ORDER BY. */
export function sortItem(cursor: Cursor, mayFill = false): SortItem {
  const startIndex = cursor.index;
  const expression = cursor.grammar.expression(cursor);
  const direction = sortDirection(cursor);
  const nulls = nullPlacement(cursor);
  const fill = mayFill && cursor.acceptWords('with', 'fill') ? sortFill(cursor) : null;
  const span = cursor.span(startIndex);
  return { kind: 'sortItem', expression, direction, nulls, fill, span };
}

/** ASC, DESC, `USING <` or `USING >`. */
export function sortDirection(cursor: Cursor): SortItem['direction'] {
  if (cursor.accept('asc')) return 'asc';
  if (cursor.accept('desc')) return 'desc';
  if (cursor.tag !== 'using' || (cursor.tagAhead(1) !== '<' && cursor.tagAhead(1) !== '>'))
    return null;
  cursor.skip();
  if (cursor.accept('<')) return 'asc';
  cursor.expect('>');
  return 'desc';
}

/** NULLS FIRST or NULLS LAST. */
export function nullPlacement(cursor: Cursor): SortItem['nulls'] {
  if (!cursor.accept('nulls')) return null;
  if (cursor.accept('first')) return 'first';
  return cursor.accept('last') ? 'last' : cursor.fail('FIRST or LAST');
}

function sortFill(cursor: Cursor): SortFill {
  const startIndex = cursor.index - 2;
  const { expression } = cursor.grammar;
  const from = cursor.accept('from') ? expression(cursor) : null;
  const to = cursor.accept('to') ? expression(cursor) : null;
  const step = cursor.accept('step') ? expression(cursor) : null;
  return { kind: 'sortFill', from, to, step, span: cursor.span(startIndex) };
}

/** `OVER w` or `OVER (…)`, if it stands here. */
export function over(cursor: Cursor): WindowName | WindowSpecification | null {
  if (!cursor.at('over') || (cursor.tagAhead(1) !== '(' && !cursor.isName(1))) return null;
  cursor.skip();
  if (cursor.tag === '(') return windowSpecification(cursor);
  const name = cursor.name('a window name');
  return { kind: 'windowName', name, span: name.span };
}

/** `name AS (…)` of the WINDOW clause. */
export function namedWindow(cursor: Cursor): NamedWindow {
  const startIndex = cursor.index;
  const name = cursor.name('a window name');
  cursor.expect('as');
  const window = windowSpecification(cursor);
  return { kind: 'namedWindow', name, window, span: cursor.span(startIndex) };
}

function windowSpecification(cursor: Cursor): WindowSpecification {
  const open = cursor.index;
  cursor.expect('(');
  cursor.enter();
  const base = atWindowBase(cursor) ? cursor.name('a window name') : null;
  const partitionBy = cursor.acceptWords('partition', 'by')
    ? cursor.list(() => cursor.grammar.expression(cursor))
    : [];
  const orderBy = cursor.acceptOrderBy() ? cursor.list(() => sortItem(cursor)) : [];
  const frame = cursor.atAny(FRAME_UNITS) === undefined ? null : windowFrame(cursor);
  cursor.leave();
  cursor.expectClose(')', open);
  const span = cursor.span(open);
  return { kind: 'windowSpecification', base, partitionBy, orderBy, frame, span };
}

const AFTER_BASE: ReadonlySet<string> = new Set<Tag>([
  ')',
  'partition',
  'order',
  'rows',
  'range',
  'groups',
]);

function atWindowBase(cursor: Cursor): boolean {
  return cursor.atName && AFTER_BASE.has(cursor.tagAhead(1));
}

// --- Frames --------------------------------------------------------------------------------------

const FRAME_UNITS: ReadonlySet<'rows' | 'range' | 'groups'> = new Set(['rows', 'range', 'groups']);

function windowFrame(cursor: Cursor): WindowFrame {
  const startIndex = cursor.index;
  const unit = cursor.expectAny(FRAME_UNITS, 'ROWS, RANGE or GROUPS');
  const isBetween = cursor.accept('between');
  const start = frameBound(cursor);
  let end: FrameBound = { kind: 'currentRow', span: start.span };
  if (isBetween) {
    cursor.expect('and');
    end = frameBound(cursor);
  }
  checkBounds(start, end, isBetween);
  const exclude = cursor.accept('exclude') ? exclusion(cursor) : 'noOthers';
  return { kind: 'windowFrame', unit, start, end, exclude, span: cursor.span(startIndex) };
}

function frameBound(cursor: Cursor): FrameBound {
  const startIndex = cursor.index;
  if (cursor.acceptWords('current', 'row'))
    return { kind: 'currentRow', span: cursor.span(startIndex) };
  if (cursor.acceptWords('unbounded', 'preceding'))
    return { kind: 'unboundedPreceding', span: cursor.span(startIndex) };
  if (cursor.acceptWords('unbounded', 'following'))
    return { kind: 'unboundedFollowing', span: cursor.span(startIndex) };
  const offset: Expression = cursor.grammar.expression(cursor);
  if (cursor.accept('preceding'))
    return { kind: 'preceding', offset, span: cursor.span(startIndex) };
  if (cursor.accept('following'))
    return { kind: 'following', offset, span: cursor.span(startIndex) };
  return cursor.fail('PRECEDING or FOLLOWING');
}

/** Bounds that are wrong whatever the data are: SQL:2016 part 2, 7.15, syntax rule 11. */
function checkBounds(start: FrameBound, end: FrameBound, isBetween: boolean): void {
  const fail = (message: string, bound: FrameBound): never => {
    throw new SqlError('bind', message, { span: bound.span, sqlState: '42P20' });
  };
  if (start.kind === 'unboundedFollowing')
    fail('a frame cannot start at UNBOUNDED FOLLOWING', start);
  if (end.kind === 'unboundedPreceding') fail('a frame cannot end at UNBOUNDED PRECEDING', end);
  if (start.kind === 'following' && !isBetween)
    fail('a frame that starts at FOLLOWING needs BETWEEN … AND …', start);
  if (start.kind === 'following' && (end.kind === 'preceding' || end.kind === 'currentRow'))
    fail('a frame that starts at FOLLOWING cannot end before it', end);
  if (start.kind === 'currentRow' && end.kind === 'preceding')
    fail('a frame that starts at CURRENT ROW cannot end at PRECEDING', end);
}

function exclusion(cursor: Cursor): WindowFrame['exclude'] {
  if (cursor.acceptWords('no', 'others')) return 'noOthers';
  if (cursor.acceptWords('current', 'row')) return 'currentRow';
  if (cursor.accept('group')) return 'group';
  if (cursor.accept('ties')) return 'ties';
  return cursor.fail('NO OTHERS, CURRENT ROW, GROUP or TIES');
}
