import { type ColumnId, type ColumnStatistics, type SqlType, widthBytes } from '@windrow/core';
import { gapOf, scaleOf } from './scale.ts';

/** What is believed of the values of one column, or of one expression, over some rows. */
export interface ColumnEstimate {
  /** Distinct non-NULL values among the rows. */
  readonly distinct: number;
  /**
   * Distinct values the column could have had: like `distinct`, but only conditions on the column itself
   * lower it. Two sides of a join that were filtered by other columns still draw from this many values.
   */
  readonly domain: number;
  /** Inclusive range on the line of `scaleOf`; undefined when nothing is known. */
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** Share of rows that are NULL, 0 … 1. */
  readonly nullFraction: number;
  /** Mean bytes of a value, the bytes behind a reference included. */
  readonly bytes: number;
}

/** What is believed of the rows that a plan hands up. */
export interface PlanEstimate {
  readonly rows: number;
  /** Rows there would be without any filter: how many combinations the keys of a table may have. */
  readonly baseRows: number;
  readonly columns: ReadonlyMap<ColumnId, ColumnEstimate>;
}

/**
 * Distinct values of a column nobody has counted and whose range bounds nothing: strings and floats from
 * files without dictionaries. An equality then keeps one row in 200, as in PostgreSQL.
 */
const UNKNOWN_DISTINCT = 200;

/** Length of a string nobody has measured. */
const UNKNOWN_STRING_BYTES = 16;

export function bytesOf(type: SqlType, averageBytes: number | undefined): number {
  switch (type.kind) {
    case 'varchar':
    case 'blob':
    case 'json':
      return widthBytes(type) + (averageBytes ?? UNKNOWN_STRING_BYTES);
    case 'list':
    case 'array':
    case 'struct':
    case 'map':
      return widthBytes(type) + (averageBytes ?? 4 * UNKNOWN_STRING_BYTES);
    default:
      return widthBytes(type);
  }
}

/** A column about which nothing is known but its type. */
export function unknownColumn(type: SqlType, rows: number): ColumnEstimate {
  const limit = type.kind === 'boolean' ? 2 : UNKNOWN_DISTINCT;
  const distinct = Math.max(1, Math.min(rows, limit));
  return {
    distinct,
    domain: distinct,
    min: undefined,
    max: undefined,
    nullFraction: 0,
    bytes: bytesOf(type, undefined),
  };
}

/** From a provider's statistics. */
export function columnFromStatistics(
  statistics: ColumnStatistics | undefined,
  type: SqlType,
  rows: number,
): ColumnEstimate {
  const nullFraction = rows > 0 ? Math.min(1, Math.max(0, (statistics?.nullCount ?? 0) / rows)) : 0;
  const min = scaleOf(statistics?.min, type);
  const max = scaleOf(statistics?.max, type);
  const present = Math.max(1, rows * (1 - nullFraction));
  const counted =
    statistics?.distinctCount ?? distinctInRange(min, max, type) ?? distinctLetters(statistics);
  const distinct = Math.max(1, Math.min(present, counted ?? unknownColumn(type, rows).distinct));
  return {
    distinct,
    domain: distinct,
    min,
    max,
    nullFraction,
    bytes: bytesOf(type, statistics?.averageBytes),
  };
}

function distinctInRange(
  min: number | undefined,
  max: number | undefined,
  type: SqlType,
): number | undefined {
  const gap = gapOf(type);
  if (gap === undefined || min === undefined || max === undefined) return undefined;
  return Math.max(1, (max - min) / gap + 1);
}

/** Between two single letters lie other single letters: codes and flags, of which there are few. */
function distinctLetters(statistics: ColumnStatistics | undefined): number | undefined {
  const { min, max } = statistics ?? {};
  if (typeof min !== 'string' || typeof max !== 'string') return undefined;
  if (min.length !== 1 || max.length !== 1) return undefined;
  return max.charCodeAt(0) - min.charCodeAt(0) + 1;
}

/**
 * Distinct values left when rows drop from `rowsBefore` to `rowsAfter` without regard to the column:
 * each value has rowsBefore ÷ distinct rows and vanishes when all of them do (Cardenas 1975).
 */
export function distinctAfter(distinct: number, rowsBefore: number, rowsAfter: number): number {
  if (rowsAfter >= rowsBefore || rowsBefore <= 0) return Math.max(1, distinct);
  const perValue = rowsBefore / Math.max(1, distinct);
  const kept = distinct * (1 - (1 - rowsAfter / rowsBefore) ** perValue);
  return Math.max(1, Math.min(kept, rowsAfter));
}

/** The same columns over fewer (or more) rows. */
export function withRows(estimate: PlanEstimate, rows: number): PlanEstimate {
  if (rows >= estimate.rows) return rows === estimate.rows ? estimate : { ...estimate, rows };
  const columns = new Map<ColumnId, ColumnEstimate>();
  for (const [id, column] of estimate.columns) {
    const distinct = distinctAfter(column.distinct, estimate.rows, rows);
    columns.set(id, distinct === column.distinct ? column : { ...column, distinct });
  }
  return { ...estimate, rows, columns };
}
