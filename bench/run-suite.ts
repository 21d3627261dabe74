import type { BenchOptions } from './arguments.ts';
import { prepareData } from './data.ts';
import { measureQuery } from './measure.ts';
import { measureProcess } from './measure-process.ts';
import type { Outcome } from './outcome.ts';
import { headline, outcomeLine, summaryLine } from './print.ts';
import { Seat, type SeatOptions } from './seat.ts';
import type { BenchCase, BenchSuite } from './suite.ts';

/** A suite's outcomes and what made them. */
export interface SuiteRun {
  /** Names and versions of the engines that ran. */
  readonly versions: readonly string[];
  readonly rows: number;
  readonly outcomes: readonly Outcome[];
}

/** Measures a suite, each engine in a process of its own that lives as long as the suite. */
export async function runSuite(
  suite: BenchSuite,
  options: BenchOptions,
  say: (text: string) => void,
): Promise<SuiteRun> {
  const rows = options.rows ?? suite.rows;
  const data = await prepareData(suite, { rows, given: options.data, say });
  const seatOptions: SeatOptions = { suite, threads: options.threads, rows, data };
  const windrow = new Seat('windrow', seatOptions);
  const duckdb = new Seat('duckdb', seatOptions);
  const others = await openOthers(suite, options, seatOptions, say);
  for (const seat of [duckdb, windrow]) {
    const obstacle = await seat.open();
    if (obstacle !== undefined) say(`${suite.name}: ${seat.engine}: ${obstacle}\n`);
  }
  const seats = [windrow, duckdb, ...others];
  const versions = seats.map((seat) => seat.version);
  say(
    `${suite.name}: ${rows} rows, ${options.threads} threads, ${versions.join(', ')}, Node ${process.version}\n` +
      'one untimed run of each engine compares the answers and warms it; then the engines alternate\n' +
      headline(),
  );
  const { threads, rounds } = options;
  const measure = (item: BenchCase): Promise<Outcome> =>
    item.kind === 'process'
      ? measureProcess(item, { suite: suite.name, data, rounds })
      : measureQuery(item, { suite: suite.name, windrow, duckdb, others, threads, rounds });
  const outcomes: Outcome[] = [];
  for (const item of suite.cases.filter(({ name }) => name.includes(options.cases))) {
    const outcome = await measure(item);
    outcomes.push(outcome);
    say(outcomeLine(outcome));
  }
  for (const seat of seats) await seat.close();
  say(summaryLine(outcomes));
  return { versions, rows, outcomes };
}

/** Opens engines besides the two; one that is not there is left out, and said. */
async function openOthers(
  suite: BenchSuite,
  options: BenchOptions,
  seatOptions: SeatOptions,
  say: (text: string) => void,
): Promise<readonly Seat[]> {
  const opened: Seat[] = [];
  for (const engine of options.against.filter((name) => name !== 'duckdb')) {
    if (suite.polars !== true) {
      say(`${suite.name}: its SQL is not for ${engine}, which is left out\n`);
      continue;
    }
    const seat = new Seat(engine, seatOptions);
    const obstacle = await seat.open();
    if (obstacle === undefined) {
      opened.push(seat);
      continue;
    }
    say(`${suite.name}: ${engine} is left out: ${obstacle}\n`);
    await seat.close();
  }
  return opened;
}
