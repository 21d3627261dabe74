import { existsSync, readFileSync } from 'node:fs';
import { differenceOf } from './answers.ts';
import { type Cell, cellOf } from './engines/engine.ts';
import type { Outcome, RivalOutcome } from './outcome.ts';
import type { Reply } from './protocol.ts';
import type { Seat } from './seat.ts';
import { ascending, median, quantile } from './statistics.ts';
import type { QueryCase } from './suite.ts';

/** The engines of a comparison and how long to measure. */
export interface MeasureOptions {
  readonly suite: string;
  readonly windrow: Seat;
  readonly duckdb: Seat;
  /** Further engines, compared with DuckDB's answers; a failure of theirs is only noted. */
  readonly others: readonly Seat[];
  readonly threads: number;
  readonly rounds: number;
}

/** One run of the two engines. */
interface Round {
  readonly windrow: Reply;
  readonly duckdb: Reply;
}

/** Answers first, untimed, which also warms both engines; then times, the engines in alternation. */
export async function measureQuery(item: QueryCase, options: MeasureOptions): Promise<Outcome> {
  const { windrow, duckdb, others } = options;
  const seats = [duckdb, windrow, ...others];
  for (const seat of seats) {
    const obstacle = await seat.runAll(item.setup);
    if (obstacle !== undefined && !others.includes(seat)) {
      return outcomeOf(item, options, { rounds: [], failure: `${seat.engine}: ${obstacle}` });
    }
  }
  const expected = await duckdb.answer(item);
  const actual = await windrow.answer(item);
  const published = publishedRows(item, windrow);
  const failure =
    failureOf(item, actual, expected) ??
    (published === undefined ? undefined : publishedFailure(actual, published));
  const { rounds, note } =
    failure === undefined ? await measuredRounds(item, options) : { rounds: [], note: '' };
  const rivals: RivalOutcome[] = [];
  for (const seat of others) rivals.push(await measureRival(item, seat, expected, options.rounds));
  for (const seat of seats) await seat.runAll(item.cleanup);
  const outcome = outcomeOf(item, options, { rounds, failure, note, expected });
  return {
    ...outcome,
    ...(published === undefined ? {} : { published: failure === undefined }),
    others: rivals,
  };
}

/** The published answer of a case, where there is one at hand. */
function publishedRows(item: QueryCase, seat: Seat): readonly (readonly Cell[])[] | undefined {
  const file = seat.filled(item.published ?? '');
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n').slice(1);
  return lines.map((line) => line.split('|').map(cellOf));
}

function publishedFailure(
  actual: Reply,
  published: readonly (readonly Cell[])[],
): string | undefined {
  const options = { ordered: false, tolerance: 1e-9 };
  const difference = differenceOf(actual.rows, published, options);
  return difference === undefined ? undefined : `the published answer differs: ${difference}`;
}

function failureOf(item: QueryCase, actual: Reply, expected: Reply): string | undefined {
  if (expected.error !== undefined) return `duckdb: ${expected.error}`;
  if (actual.error !== undefined) return actual.error;
  return differenceOf(actual.rows, expected.rows, {
    ordered: item.ordered ?? false,
    tolerance: item.tolerance ?? 1e-9,
  });
}

interface Rounds {
  readonly rounds: readonly Round[];
  readonly note: string;
}

/**
 * Rounds that other processes disturbed, or whose CPU time exceeds what the threads could have used, are
 * taken again, at most once each; what then remains of them is kept and said.
 */
async function measuredRounds(item: QueryCase, options: MeasureOptions): Promise<Rounds> {
  const { windrow, duckdb, rounds: wanted, threads } = options;
  const good: Round[] = [];
  const doubtful: Round[] = [];
  for (let attempt = 0; attempt < 2 * wanted && good.length < wanted; attempt++) {
    const order = attempt % 2 === 0 ? [windrow, duckdb] : [duckdb, windrow];
    const replies = new Map<Seat, Reply>();
    for (const seat of order) replies.set(seat, await seat.run(item));
    const round = { windrow: replyOf(replies, windrow), duckdb: replyOf(replies, duckdb) };
    const error = round.windrow.error ?? round.duckdb.error;
    if (error !== undefined) return { rounds: good, note: `a later round failed: ${error}` };
    const isDoubtful = [round.windrow, round.duckdb].some((reply) => doubt(reply, threads));
    (isDoubtful ? doubtful : good).push(round);
  }
  const kept = doubtful.slice(0, wanted - good.length);
  const note = kept.length === 0 ? '' : `${kept.length} of ${wanted} rounds were disturbed`;
  return { rounds: [...good, ...kept], note };
}

function replyOf(replies: ReadonlyMap<Seat, Reply>, seat: Seat): Reply {
  const reply = replies.get(seat);
  if (reply === undefined) throw new Error(`${seat.engine} did not run`);
  return reply;
}

/** Clock ticks are 10 ms and garbage is collected beside the threads: both bounds leave room for that. */
const doubt = ({ wallMs, cpuMs, foreignMs }: Reply, threads: number): boolean =>
  foreignMs > 30 + 0.2 * wallMs || cpuMs > 30 + 1.3 * wallMs * threads;

async function measureRival(
  item: QueryCase,
  seat: Seat,
  expected: Reply,
  rounds: number,
): Promise<RivalOutcome> {
  const failed = (note: string): RivalOutcome => ({
    engine: seat.engine,
    ms: Number.NaN,
    ok: false,
    note,
  });
  const skipped = item.skip?.[seat.engine];
  if (skipped !== undefined) return failed(skipped);
  const actual = await seat.answer(item);
  const failure = failureOf(item, actual, expected);
  if (failure !== undefined) return failed(failure);
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) times.push((await seat.run(item)).wallMs);
  return { engine: seat.engine, ms: median(times), ok: true, note: '' };
}

interface Measured extends Partial<Rounds> {
  readonly rounds: readonly Round[];
  readonly failure?: string | undefined;
  readonly expected?: Reply;
}

function outcomeOf(item: QueryCase, options: MeasureOptions, measured: Measured): Outcome {
  const { rounds, failure, note = '', expected } = measured;
  const windrow = rounds.map((round) => round.windrow);
  const duckdb = rounds.map((round) => round.duckdb);
  const ratios = ascending(rounds.map((round) => round.windrow.wallMs / round.duckdb.wallMs));
  const isOwn = windrow.every((reply) => reply.peakIsOwn);
  const highestMb = (replies: readonly Reply[]): number =>
    Math.max(0, ...replies.map((reply) => reply.peakBytes)) / 1e6;
  return {
    suite: options.suite,
    case: item.name,
    windrowMs: median(windrow.map((reply) => reply.wallMs)),
    duckdbMs: median(duckdb.map((reply) => reply.wallMs)),
    ratio: median(ratios),
    spread: quantile(ratios, 0.75) - quantile(ratios, 0.25),
    rounds: rounds.length,
    rows: expected?.rows.length ?? 0,
    cpuMs: median(windrow.map((reply) => reply.cpuMs)),
    duckdbCpuMs: median(duckdb.map((reply) => reply.cpuMs)),
    peakMb: highestMb(windrow),
    duckdbPeakMb: highestMb(duckdb),
    peakScope: isOwn ? 'case' : 'process',
    metric: 'time',
    ok: failure === undefined && rounds.length > 0,
    note: failure ?? note,
    others: [],
  };
}
