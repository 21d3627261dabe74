import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { removeFiles } from './spill.ts';

const NAME = /^windrow-(\d+)-(\d+)-\d+-\d+$/;

/** Two readings of when a process started differ by less. */
const START_TOLERANCE_MS = 1000;

let lastNumber = 0;

/**
 * When this process started, in milliseconds of the system's monotonic clock: it tells the process from
 * earlier ones that had its number, on every thread and whatever happens to the time of day.
 */
const processStartMs = (): number =>
  Math.round(Number(process.hrtime.bigint() / 1_000_000n) - process.uptime() * 1000);

/**
 * The directories for temporary files of one database, `windrow-<process>-<start>-<thread>-<number>` in
 * whatever directory is set. Queries remove their files; this removes what is left of processes that were killed.
 */
export class TemporaryFiles {
  readonly #name: string;
  /** By the directory that they lie in. */
  readonly #directories = new Map<string, string>();

  constructor() {
    lastNumber += 1;
    this.#name = `windrow-${process.pid}-${processStartMs()}-${threadId}-${lastNumber}`;
  }

  /**
   * The database's directory in `base`; whoever writes to it makes it. The first time, leftovers of
   * processes that are gone are removed from `base`.
   */
  directoryIn(base: string): string {
    let directory = this.#directories.get(base);
    if (directory === undefined) {
      removeLeftovers(base);
      directory = join(base, this.#name);
      this.#directories.set(base, directory);
    }
    return directory;
  }

  /** Removes everything. */
  close(): void {
    for (const directory of this.#directories.values()) {
      removeFiles(directory);
    }
    this.#directories.clear();
  }
}

function removeLeftovers(base: string): void {
  for (const name of entriesOf(base)) {
    const match = NAME.exec(name);
    if (match === null || isRunning(Number(match[1]), Number(match[2]))) continue;
    removeFiles(join(base, name));
  }
}

function entriesOf(base: string): readonly string[] {
  try {
    return readdirSync(base);
  } catch {
    // Whoever wants to write there will be told.
    return [];
  }
}

function isRunning(pid: number, startMs: number): boolean {
  if (pid === process.pid) return Math.abs(startMs - processStartMs()) < START_TOLERANCE_MS;
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    // A process that may not be signalled exists.
    return (thrown as { readonly code?: unknown }).code === 'EPERM';
  }
}
