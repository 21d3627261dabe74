import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** What a stretch of work in this process took. */
export interface Reading {
  readonly wallMs: number;
  /** CPU time of all threads of this process. */
  readonly cpuMs: number;
  /** CPU time that other processes of the machine took meanwhile; clock ticks of 10 ms. */
  readonly foreignMs: number;
  /** Most memory resident at one time, with all that earlier work left behind. */
  readonly peakBytes: number;
  /** Is the peak this stretch's? Otherwise it is the process's since its start. */
  readonly peakIsOwn: boolean;
}

/** Starts a measurement; the function returned ends it. */
export function startMeter(): () => Reading {
  const peakIsOwn = resetPeak();
  const busyBefore = machineBusyMs();
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  return () => {
    const wallMs = performance.now() - startedAt;
    const cpu = process.cpuUsage(cpuBefore);
    const cpuMs = (cpu.user + cpu.system) / 1000;
    const foreignMs = Math.max(0, machineBusyMs() - busyBefore - cpuMs);
    return { wallMs, cpuMs, foreignMs, peakBytes: peakBytes(peakIsOwn), peakIsOwn };
  };
}

/** Linux forgets its high-water mark on request; elsewhere it is the process's for ever. */
function resetPeak(): boolean {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
    return true;
  } catch {
    return false;
  }
}

function peakBytes(peakIsOwn: boolean): number {
  if (peakIsOwn) {
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
    if (found !== null) return Number(found[1]) * 1024;
  }
  return process.resourceUsage().maxRSS * 1024;
}

function machineBusyMs(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys, 0);
}
