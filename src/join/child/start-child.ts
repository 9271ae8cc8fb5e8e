/** Starts a command that runs for as long as it likes: the application. */
import { setTimeout as delay } from 'node:timers/promises';
import { asOneProcess } from './as-one-process.ts';
import { CommandProcess, type CommandEnd } from './command-process.ts';

export interface StartOptions {
  readonly env: Readonly<Record<string, string>>;
  /** Default: ours. */
  readonly stdio?: readonly ['inherit' | 'ignore' | number, 'inherit' | number, 'inherit' | number];
}

export interface StopOptions {
  /** After it the whole group gets SIGKILL. */
  readonly graceMs: number;
  /** What asks it to end; default SIGTERM. */
  readonly signal?: NodeJS.Signals;
}

export interface Child {
  readonly pid: number | undefined;
  /** Fails with `command-failed` when it could not be started. */
  readonly ended: Promise<CommandEnd>;
  /** To the child itself. Of one that has ended, nothing happens. */
  signal(name: NodeJS.Signals): void;
  /**
   * Ends it, and then what it started and left behind; of a child that has ended by itself only that. Gives the child's own
   * end; fails as `ended` does.
   */
  stop(options: StopOptions): Promise<CommandEnd>;
}

const inherited = ['inherit', 'inherit', 'inherit'] as const;

export function startChild(command: string, { env, stdio }: StartOptions): Child {
  const started = new CommandProcess(asOneProcess(command), { env, stdio: [...(stdio ?? inherited)] });
  return {
    pid: started.child.pid,
    ended: started.ended,
    signal: (name) => started.signal(name),
    async stop({ graceMs, signal = 'SIGTERM' }) {
      const end = Date.now() + graceMs;
      started.signal(signal);
      const calledOff = new AbortController();
      const over = delay(graceMs, undefined, { signal: calledOff.signal }).catch(() => undefined);
      await Promise.race([started.ended, over]).finally(() => calledOff.abort());
      // A shell that waits for what it runs dies without telling it.
      if (Date.now() < end) started.signalGroup('SIGTERM');
      await started.endGroup(end - Date.now());
      return await started.ended;
    },
  };
}
