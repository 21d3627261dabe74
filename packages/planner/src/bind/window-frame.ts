import {
  assert,
  BIGINT,
  type Expr,
  INTEGER,
  INTERVAL,
  isInteger,
  isNumeric,
  isTemporal,
  type Span,
  SqlError,
  type SqlType,
  typeName,
} from '@windrow/core';
import type { WindowFrame } from '@windrow/parser';
import type { Frame, FrameBound, SortKey } from '../logical.ts';
import type { Binder } from './binder.ts';
import { castTo, implicitly, isTextLiteral, unifiedType } from './convert.ts';
import { windowError } from './errors.ts';
import { integerOf } from './literal.ts';
import type { ExpressionScope } from './scope.ts';

type WrittenBound = WindowFrame['start'];

/** With ORDER BY up to the current row's last peer, without it the whole partition. */
const defaultFrame = (hasOrder: boolean): Frame => ({
  unit: 'range',
  start: { kind: 'unboundedPreceding' },
  end: { kind: hasOrder ? 'currentRow' : 'unboundedFollowing' },
  exclude: 'noOthers',
});

/**
 * The frame of a window, offsets bound and typed. The sort keys come back, as a RANGE offset with finer
 * digits than its key widens the key.
 *
 * @throws SqlError `bind` 42P20 where a RANGE offset has not exactly one fitting key.
 */
export function bindFrame(
  binder: Binder,
  written: WindowFrame | null,
  orderBy: readonly SortKey[],
  scope: ExpressionScope,
): { readonly frame: Frame; readonly orderBy: readonly SortKey[] } {
  if (written === null) return { frame: defaultFrame(orderBy.length > 0), orderBy };
  const { unit, exclude } = written;
  const offsets = new Map<WrittenBound, Expr>();
  for (const bound of [written.start, written.end]) {
    if (bound.kind !== 'preceding' && bound.kind !== 'following') continue;
    const offset = binder.expression(bound.offset, scope);
    const { span } = bound.offset;
    if (unit !== 'rows') rejectNegative(offset, unit, span);
    const what = `the offset of ${unit.toUpperCase()}`;
    const isCount = unit !== 'range';
    const options = { what, span, dialect: binder.dialect };
    offsets.set(bound, isCount ? implicitly(offset, BIGINT, options) : { ...offset, span });
  }
  const typed =
    unit === 'range' && offsets.size > 0
      ? typeRangeOffsets(binder, [...offsets.values()], orderBy)
      : { offsets: [...offsets.values()], orderBy };
  const bounds = [...offsets.keys()];
  const frameBound = (bound: WrittenBound): FrameBound => {
    const offset = typed.offsets[bounds.indexOf(bound)];
    if (bound.kind === 'preceding' || bound.kind === 'following') {
      assert(offset !== undefined, 'every bound with an offset has been bound');
      return { kind: bound.kind, offset };
    }
    return { kind: bound.kind };
  };
  return {
    frame: { unit, start: frameBound(written.start), end: frameBound(written.end), exclude },
    orderBy: typed.orderBy,
  };
}

function rejectNegative(offset: Expr, unit: string, span: Span): void {
  const isNull = offset.kind === 'literal' && offset.value === null;
  const isNegative = (integerOf(offset) ?? 0n) < 0n;
  if (!isNegative && !(isNull && unit === 'range')) return;
  throw new SqlError(
    'execution',
    `the offset of ${unit.toUpperCase()} must not be ${isNegative ? 'negative' : 'NULL'}`,
    { span, sqlState: '22013' },
  );
}

/** RANGE offsets of the type that is added to the one key, and that key. */
function typeRangeOffsets(
  binder: Binder,
  offsets: readonly Expr[],
  orderBy: readonly SortKey[],
): { readonly offsets: readonly Expr[]; readonly orderBy: readonly SortKey[] } {
  const [key] = orderBy;
  const span = offsets[0]?.span ?? { start: 0, end: 0 };
  if (key === undefined || orderBy.length > 1) {
    throw windowError(
      'RANGE with an offset needs exactly one ORDER BY key',
      span,
      'Use ROWS or GROUPS, or order by a single key.',
    );
  }
  const { type } = key.expr;
  if (isNumeric(type)) {
    const common = unifiedType([key.expr, ...offsets], 'compare', binder.dialect);
    if (common !== undefined && isNumeric(common)) {
      return {
        offsets: offsets.map((offset) => castTo(offset, common)),
        orderBy: [{ ...key, expr: castTo(key.expr, common) }],
      };
    }
  }
  return { offsets: offsets.map((offset) => temporalOffset(offset, type)), orderBy };
}

/** What is added to a date, time, timestamp or interval: an interval, or whole days to a date. */
function temporalOffset(offset: Expr, key: SqlType): Expr {
  const isSpanOfTime = isTemporal(key) || key.kind === 'interval';
  if (isSpanOfTime && (offset.type.kind === 'interval' || isTextLiteral(offset)))
    return castTo(offset, INTERVAL);
  if (key.kind === 'date' && isInteger(offset.type)) return castTo(offset, INTEGER);
  throw windowError(
    `RANGE cannot add ${typeName(offset.type)} to the key's ${typeName(key)}`,
    offset.span ?? { start: 0, end: 0 },
    isSpanOfTime ? "Write an interval: INTERVAL '1 day'." : 'Use ROWS or GROUPS.',
  );
}
