import {
  BIGINT,
  type Chunk,
  type ColumnPredicate,
  civilFromDays,
  daysFromCivil,
  type FilterSupport,
  type IntervalValue,
  type PartitionReader,
  type ScanDescription,
  type ScanRequest,
  type ScanSource,
  type Schema,
  SqlError,
  type SqlType,
  type TableProvider,
  type TableStatistics,
  TIMESTAMP,
} from '@windrow/core';
import { kernels } from '@windrow/kernels';

const SERIES_SOURCE = 'series';

/** Rows of a partition: a round number of batches, so that bitmaps start at whole words. */
const PARTITION_ROWS = 65536;

/** More partitions than this are made longer instead, up to the longest. */
const MANY_PARTITIONS = 4096;
const LONGEST_PARTITION_ROWS = 1048576;

/** Where the values come from: `start + i × step`, or a list. */
type SeriesValues =
  | { readonly kind: 'steps'; readonly start: bigint; readonly step: bigint }
  | { readonly kind: 'list'; readonly values: BigInt64Array };

/** The series cut into partitions; plain data. */
interface SeriesScan {
  readonly series: SeriesValues;
  readonly rows: number;
  readonly partitionRows: number;
  /** 0 when only the number of rows is wanted. */
  readonly columns: number;
  readonly type: SqlType;
}

/** A table of one int64 column whose values are made when they are read. */
export class SeriesTable implements TableProvider {
  readonly schema: Schema;
  readonly #series: SeriesValues;
  readonly #rows: number;

  private constructor(name: string, type: SqlType, series: SeriesValues, rows: number) {
    this.schema = { fields: [{ name, type, nullable: false }] };
    this.#series = series;
    this.#rows = rows;
  }

  /** BIGINTs that count from `start` by `step`. */
  static ofSteps(name: string, steps: { start: bigint; step: bigint; rows: number }): SeriesTable {
    const { start, step, rows } = steps;
    return new SeriesTable(name, BIGINT, { kind: 'steps', start, step }, rows);
  }

  /** TIMESTAMPs, as microseconds in ascending or descending order. */
  static ofMoments(name: string, values: BigInt64Array): SeriesTable {
    return new SeriesTable(name, TIMESTAMP, { kind: 'list', values }, values.length);
  }

  statistics(): TableStatistics {
    const series = this.#series;
    const at = (row: number): bigint =>
      series.kind === 'steps'
        ? series.start + series.step * BigInt(row)
        : (series.values[row] ?? 0n);
    const ends = [at(0), at(Math.max(0, this.#rows - 1))].sort((a, b) => (a < b ? -1 : 1));
    const [min = 0n, max = 0n] = ends;
    const bounds = this.#rows === 0 ? {} : { min, max };
    return {
      rowCount: this.#rows,
      exact: true,
      columns: [{ ...bounds, nullCount: 0, distinctCount: this.#rows }],
    };
  }

  supports(_predicate: ColumnPredicate): FilterSupport {
    return 'no';
  }

  scan({ columns }: ScanRequest): ScanDescription {
    const rows = this.#rows;
    const wanted = Math.ceil(rows / MANY_PARTITIONS / PARTITION_ROWS) * PARTITION_ROWS;
    const partitionRows = Math.min(Math.max(PARTITION_ROWS, wanted), LONGEST_PARTITION_ROWS);
    const count = Math.ceil(rows / partitionRows);
    const partitions = Array.from({ length: count }, (_, index) => {
      const length = Math.min(partitionRows, rows - index * partitionRows);
      return { rows: length, bytes: length * 8 * columns.length };
    });
    const spec: SeriesScan = {
      series: this.#series,
      rows,
      partitionRows,
      columns: columns.length,
      type: this.schema.fields[0]?.type ?? BIGINT,
    };
    const bytes = rows * 8 * columns.length;
    return {
      source: SERIES_SOURCE,
      spec,
      partitions,
      totals: {
        files: 0,
        filesTotal: 0,
        rowGroups: count,
        rowGroupsTotal: count,
        bytes,
        bytesTotal: bytes,
      },
    };
  }
}

/** Writes the numbers of a partition. */
export const seriesSource: ScanSource = {
  name: SERIES_SOURCE,
  open(description, { memory }): PartitionReader {
    const { series, rows, partitionRows, columns, type } = description.spec as SeriesScan;
    return {
      read(partition, arena): Chunk {
        const first = partition * partitionRows;
        const length = Math.min(partitionRows, rows - first);
        if (columns === 0) return { length, columns: [] };
        const values = arena.allocate(length * 8);
        if (series.kind === 'steps') {
          const start = series.start + series.step * BigInt(first);
          kernels(memory).seriesInt64(start, series.step, length, values);
        } else {
          memory.i64.set(series.values.subarray(first, first + length), values >>> 3);
        }
        const column = { kind: 'flat', type, length, values, validity: 0, stable: true } as const;
        return { length, columns: Array.from({ length: columns }, () => column) };
      },
      close: () => undefined,
    };
  },
};

/** Rows of `start, start + step, …` up to `end`, without it or with it. */
export function countSteps(
  start: bigint,
  end: bigint,
  step: bigint,
  options: { readonly inclusive: boolean },
): number {
  if (step === 0n) {
    throw new SqlError('bind', 'the step of a series must not be 0', { sqlState: '22023' });
  }
  const distance = step > 0n ? end - start : start - end;
  const size = step > 0n ? step : -step;
  const limit = options.inclusive ? distance : distance - 1n;
  return limit < 0n ? 0 : Number(limit / size) + 1;
}

const DAY_MICROS = 86_400_000_000n;

/**
 * Moments from `start` by an interval, as microseconds. Steps of months have no fixed length, so the
 * moments are listed; more than `limit` are refused.
 */
export function momentsBetween(
  start: bigint,
  end: bigint,
  step: IntervalValue,
  options: { readonly inclusive: boolean; readonly limit: number },
): bigint[] {
  const isForward = addInterval(start, step, 1) > start;
  if (addInterval(start, step, 1) === start) {
    throw new SqlError('bind', 'the step of a series must not be 0', { sqlState: '22023' });
  }
  const moments: bigint[] = [];
  for (let index = 0; ; index++) {
    const moment = addInterval(start, step, index);
    const isPast = isForward ? moment > end : moment < end;
    if (isPast || (moment === end && !options.inclusive)) return moments;
    if (moments.length === options.limit) {
      throw new SqlError('resource', `the series would have more than ${options.limit} rows`, {
        sqlState: '54000',
      });
    }
    moments.push(moment);
  }
}

/** `micros` plus `times` intervals; days of a month that is too short are clipped to its end. */
function addInterval(micros: bigint, step: IntervalValue, times: number): bigint {
  const days = micros / DAY_MICROS - (micros % DAY_MICROS < 0n ? 1n : 0n);
  const time = micros - days * DAY_MICROS;
  const { year, month, day } = civilFromDays(Number(days));
  const months = year * 12 + month - 1 + step.months * times;
  const newYear = Math.floor(months / 12);
  const newMonth = months - newYear * 12 + 1;
  const first = daysFromCivil(newYear, newMonth, 1);
  const next = daysFromCivil(newMonth === 12 ? newYear + 1 : newYear, (newMonth % 12) + 1, 1);
  const clipped = Math.min(first + day - 1, next - 1);
  return BigInt(clipped + step.days * times) * DAY_MICROS + time + step.micros * BigInt(times);
}
