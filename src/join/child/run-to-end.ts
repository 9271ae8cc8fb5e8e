/**
 * Runs a command that has to end: a check, or what the user wants done after a change. Its time is bounded, and so is what
 * is kept of its output; what it started ends with it. How it ended is a value, and so is a command that was not in time.
 * Fails with `command-failed` when it could not be started, and with the signal's error when that fires.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { abortedError, throwIfAborted } from '../../base/enclosure-error.ts';
import { type CommandEnd, CommandProcess } from './command-process.ts';

export interface RunToEndOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface RunResult extends CommandEnd {
  /** It did not end within its time, and was killed. */
  readonly late: boolean;
  /** The end of what it wrote to standard output and standard error, as lines that hold text; a few hundred characters. */
  readonly lastLines: readonly string[];
}

/** How long to read on after the command has ended: who left its group may hold the pipe open for ever. */
const readOnMs = 200;

export async function runToEnd(command: string, options: RunToEndOptions): Promise<RunResult> {
  const { env, timeoutMs, signal } = options;
  throwIfAborted(signal);
  const running = new CommandProcess(command, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const { stdout, stderr } = running.child;
  const lines = new LastLines();
  for (const stream of [stdout, stderr]) stream?.on('data', (chunk: Buffer) => lines.add(chunk));
  const closed = new Promise<void>((resolve) => running.child.once('close', () => resolve()));
  const kill = (): void => void running.signalGroup('SIGKILL');
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    kill();
  }, timeoutMs);
  signal?.addEventListener('abort', kill, { once: true });
  try {
    const end = await running.ended;
    await running.endGroup(0);
    const readOn = new AbortController();
    const enough = delay(readOnMs, undefined, { signal: readOn.signal }).catch(() => undefined);
    await Promise.race([closed, enough]).finally(() => readOn.abort());
    if (signal?.aborted === true) throw abortedError(signal);
    return { ...end, late, lastLines: lines.read() };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', kill);
    stdout?.destroy();
    stderr?.destroy();
  }
}

/** Keeps the end of an output of any length. */
const keptBytes = 4096;

export class LastLines {
  #kept: Buffer = Buffer.alloc(0);

  add(chunk: Uint8Array): void {
    this.#kept = Buffer.concat([this.#kept, chunk]).subarray(-keptBytes);
  }

  /** The lines that hold text, without colours; the first may have lost its beginning. */
  read(): string[] {
    const text = stripVTControlCharacters(this.#kept.toString('utf8'));
    return text
      .split(/[\r\n]+/)
      .map((line) => line.trim())
      .filter((line) => line !== '');
  }
}
