import type { TimeSlice } from './pipeline.ts';
import type { ThreadCommand, ThreadReply } from './query-thread.ts';
import { QueryThread, type ThreadEnvironment, type ThreadSetup } from './query-thread.ts';

/** A thread that takes part in a query, as the coordinator sees it. One command at a time. */
export interface ThreadHandle {
  /** Never rejects; a thread that died replies with a failure. */
  send(command: ThreadCommand): Promise<ThreadReply>;
  /** Ends the thread's part of the query; afterwards it touches none of the query's memory. */
  close(): Promise<void>;
}

/** How long a query may keep the main thread's event loop from turning. */
const SLICE_MS = 10;

/** Gives other work of the thread's event loop a turn after `SLICE_MS`, when `wanted` says so. */
export function createTimeSlice(wanted: () => boolean = () => true): TimeSlice {
  let until = performance.now() + SLICE_MS;
  return {
    expired: () => performance.now() >= until && wanted(),
    pause: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      until = performance.now() + SLICE_MS;
    },
  };
}

/** The main thread itself, which runs tiny queries and what needs functions that live here. */
export function createMainThread(environment: ThreadEnvironment, setup: ThreadSetup): ThreadHandle {
  const thread = new QueryThread(environment, setup, createTimeSlice());
  return {
    send: (command) => thread.handle(command),
    close: async () => thread.abort(),
  };
}
