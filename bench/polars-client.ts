import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type EngineClient, failedReply } from './engine-client.ts';
import { cellOf } from './engines/engine.ts';
import { benchDirectory, pythonDirectory } from './paths.ts';
import type { Reply } from './protocol.ts';

/** Starts Polars under `python3`, told the same as the other engines, a line of JSON for each request. */
export function startPolars(threads: number): EngineClient {
  const child = spawn('python3', [`${benchDirectory}engines/polars_engine.py`], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      ...process.env,
      POLARS_MAX_THREADS: String(threads),
      PYTHONPATH: [pythonDirectory, process.env['PYTHONPATH']].filter(Boolean).join(':'),
    },
  });
  let alive = true;
  let settle: ((reply: Reply) => void) | undefined;
  const end = (reason: string): void => {
    alive = false;
    settle?.(failedReply(reason));
  };
  child.on('error', (error) => end(`python3: ${error.message}`));
  child.on('exit', (code, signal) => end(`the engine's process ended with ${signal ?? code}`));
  child.stdin.on('error', (error) => end(error.message));
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { error = undefined, ...reply } = JSON.parse(line) as Reply;
    const rows = reply.rows.map((row) => row.map(cellOf));
    settle?.({ ...reply, rows, error });
  });
  return {
    get alive() {
      return alive;
    },
    ask: (request) =>
      new Promise((resolve) => {
        settle = (reply) => {
          settle = undefined;
          resolve(reply);
        };
        if (alive) child.stdin.write(`${JSON.stringify(request)}\n`);
        else settle(failedReply("the engine's process has ended"));
      }),
    kill: () => {
      child.kill('SIGKILL');
    },
  };
}
