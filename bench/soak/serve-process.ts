/** `enclosure serve` as a process that is started again when it dies, and what its log says of its runs. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { whenWeDie } from '../../harness/when-we-die.ts';
import { EnclosureError, type ErrorCode } from '../../src/base/enclosure-error.ts';

export interface SeenRuns {
  /** Ends that nobody asked for: `SIGSEGV`, `exit 134`, ... */
  readonly crashes: string[];
  /** Runs by outcome. */
  readonly runs: Record<string, number>;
  /** Failed runs by code. */
  readonly failures: Record<string, number>;
  /** Of the failed runs, those that the queue does not try again. */
  failedForGood: number;
  /** Requests that were tried so often that the queue gave them up. */
  givenUp: number;
  longestLockWaitMs: number;
}

export interface ServeProcess {
  readonly url: string;
  readonly seen: SeenRuns;
  /** Runs that have ended, however. */
  readonly ended: () => number;
  /** The one that runs now. */
  readonly child: () => ChildProcess | undefined;
  stop(): Promise<void>;
}

/** @param directory its own, for what a process that dies may leave */
export function startServe(
  command: string,
  configuration: string,
  { port, directory }: { readonly port: number; readonly directory: string },
): ServeProcess {
  const seen: SeenRuns = {
    crashes: [],
    runs: {},
    failures: {},
    failedForGood: 0,
    givenUp: 0,
    longestLockWaitMs: 0,
  };
  const stopping = new AbortController();
  let ended = 0;
  let child: ChildProcess | undefined;

  const note = (text: string): void => {
    const line = asJson(text);
    if (line?.['msg'] === 'request given up') seen.givenUp += 1;
    if (line === undefined || typeof line['outcome'] !== 'string') return;
    ended += 1;
    count(seen.runs, line['outcome']);
    const { code, lockWaitMs } = line;
    if (line['outcome'] === 'failed' && typeof code === 'string') {
      count(seen.failures, code);
      if (!triedAgain(code)) seen.failedForGood += 1;
    }
    if (typeof lockWaitMs === 'number') seen.longestLockWaitMs = Math.max(seen.longestLockWaitMs, lockWaitMs);
  };
  const live = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const args = [command, 'serve', '--config', configuration, '--port', String(port), '--reconcile', '1s'];
      child = spawn(process.execPath, args, { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
      const callOff = whenWeDie(['kill', '-9', String(child.pid)], directory);
      for (const stream of [child.stdout, child.stderr]) {
        if (stream !== null) createInterface({ input: stream }).on('line', note);
      }
      const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
      callOff();
      if (!stopping.signal.aborted) seen.crashes.push(signal ?? `exit ${code}`);
    }
  };
  const living = live();
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    ended: () => ended,
    child: () => child,
    async stop() {
      stopping.abort();
      child?.kill('SIGTERM');
      const timer = setTimeout(() => child?.kill('SIGKILL'), 60_000);
      await living;
      clearTimeout(timer);
    },
  };
}

/** As the queue decides it; an error that is not ours is tried again. */
function triedAgain(code: string): boolean {
  return code === 'unexpected' || new EnclosureError(code as ErrorCode, '').retryable;
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
