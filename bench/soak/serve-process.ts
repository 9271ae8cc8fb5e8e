/** `enclosure serve` as a process that is started again when it dies, and what it was seen to do meanwhile. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

export interface Seen {
  /** Ends that nobody asked for: `SIGSEGV`, `exit 134`, ... */
  readonly crashes: string[];
  /** Runs by outcome. */
  readonly runs: Record<string, number>;
  /** Failed runs by code. */
  readonly failures: Record<string, number>;
  longestLockWaitMs: number;
  /** The longest that `GET /healthz` was not answered by a process that lived. */
  longestSilenceMs: number;
}

export interface ServeProcess {
  readonly seen: Seen;
  /** Runs that have ended, however. */
  readonly ended: () => number;
  stop(): Promise<void>;
}

export function startServe(command: string, configuration: string, port: number): ServeProcess {
  const seen: Seen = { crashes: [], runs: {}, failures: {}, longestLockWaitMs: 0, longestSilenceMs: 0 };
  const stopping = new AbortController();
  let ended = 0;
  let child: ChildProcess | undefined;

  const note = (text: string): void => {
    const line = asJson(text);
    if (line === undefined || typeof line['outcome'] !== 'string') return;
    ended += 1;
    count(seen.runs, line['outcome']);
    if (typeof line['code'] === 'string') count(seen.failures, line['code']);
    const wait = line['lockWaitMs'];
    if (typeof wait === 'number') seen.longestLockWaitMs = Math.max(seen.longestLockWaitMs, wait);
  };
  const live = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const args = [command, 'serve', '--config', configuration, '--port', String(port), '--reconcile', '1s'];
      child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
      for (const stream of [child.stdout, child.stderr]) {
        if (stream !== null) createInterface({ input: stream }).on('line', note);
      }
      const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
      if (!stopping.signal.aborted) seen.crashes.push(signal ?? `exit ${code}`);
    }
  };
  const watch = async (): Promise<void> => {
    let answered = performance.now();
    let of = child;
    while (!stopping.signal.aborted) {
      const asked = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
      await asked?.body?.cancel();
      // A process that is just starting has not fallen silent.
      if (asked !== undefined && of === child) {
        seen.longestSilenceMs = Math.max(seen.longestSilenceMs, Math.round(performance.now() - answered));
      }
      if (asked !== undefined || of !== child) [answered, of] = [performance.now(), child];
      await delay(100);
    }
  };
  const both = Promise.all([live(), watch()]);
  return {
    seen,
    ended: () => ended,
    async stop() {
      stopping.abort();
      child?.kill('SIGTERM');
      const timer = setTimeout(() => child?.kill('SIGKILL'), 60_000);
      await both;
      clearTimeout(timer);
    },
  };
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

function asJson(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
