import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Reply, Request } from './protocol.ts';

/** An engine in a process of its own, as the measuring process sees it. */
export interface EngineClient {
  /** Never rejects: a process that ended answers with an error, and `alive` turns false. */
  ask(request: Request): Promise<Reply>;
  readonly alive: boolean;
  /** Ends the process whatever it does. */
  kill(): void;
}

/** Longest that one request may take: a case beyond it failed. */
const TIMEOUT_MS = 300_000;

/** Starts the process of an engine with a JavaScript API. */
export function startEngine(): EngineClient {
  const child = fork(fileURLToPath(new URL('./engine-process.js', import.meta.url)));
  return {
    get alive() {
      return child.exitCode === null && child.signalCode === null && child.connected;
    },
    ask: (request) => ask(child, request),
    kill: () => {
      child.kill('SIGKILL');
    },
  };
}

function ask(child: ChildProcess, request: Request): Promise<Reply> {
  return new Promise((resolve) => {
    const settle = (reply: Reply): void => {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
      resolve(reply);
    };
    const onMessage = (message: unknown): void => settle(message as Reply);
    const onExit = (code: number | null, signal: string | null): void =>
      settle(failedReply(`the engine's process ended with ${signal ?? code}`));
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      settle(failedReply(`no answer within ${TIMEOUT_MS / 1000} s`));
    }, TIMEOUT_MS);
    child.on('message', onMessage);
    child.on('exit', onExit);
    child.send(request, (error) => {
      if (error !== null) settle(failedReply(error.message));
    });
  });
}

export const failedReply = (error: string): Reply => ({
  rows: [],
  wallMs: Number.NaN,
  cpuMs: Number.NaN,
  foreignMs: 0,
  peakBytes: 0,
  peakIsOwn: false,
  text: '',
  error,
});
