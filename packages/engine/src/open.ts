import { availableParallelism, tmpdir } from 'node:os';
import { SqlError } from '@windrow/core';
import { Session } from './session.ts';

/** Options of a new database. */
export interface OpenOptions {
  /** Worker threads; default: one a core. */
  readonly threads?: number;
  /** Bytes, or text such as '2GB'; default: the whole 4 GiB address space. */
  readonly memoryLimit?: number | string;
  /**
   * Where rows go that do not fit into memory; default: the system's directory for temporary files. What
   * databases have left there whose processes were killed is removed.
   */
  readonly tempDirectory?: string;
}

/**
 * Opens a database in this process's memory.
 * @throws SqlError `bind` 22023 for an option out of its range.
 *
 * @example
 * ```ts
 * const db = await open({ memoryLimit: '2GB' });
 * const { rows } = await db.query('select 42 as answer');
 * await db.close();
 * ```
 */
export async function open(options: OpenOptions = {}): Promise<Session> {
  const threads = options.threads ?? availableParallelism();
  if (!Number.isInteger(threads) || threads < 1) {
    throw new SqlError('bind', `threads must be a positive integer, not ${threads}`, {
      sqlState: '22023',
    });
  }
  const memoryLimitBytes = limitBytes(options.memoryLimit);
  return new Session({
    threads,
    memoryLimitBytes,
    tempDirectory: options.tempDirectory ?? tmpdir(),
  });
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
};

function limitBytes(limit: number | string | undefined): number | undefined {
  if (limit === undefined) return undefined;
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(String(limit));
  const unit = UNITS[match?.[2]?.toLowerCase() ?? ''];
  if (match === null || unit === undefined) {
    throw new SqlError('bind', `memoryLimit cannot be ${JSON.stringify(limit)}`, {
      sqlState: '22023',
      hint: "Give bytes, or text such as '512MB' or '2GiB'.",
    });
  }
  return Number(match[1]) * unit;
}
