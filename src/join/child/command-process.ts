/**
 * A command of the user's, run by `/bin/sh -c` in a process group of its own: what it starts can be ended with it, and the
 * terminal's Ctrl-C reaches it only through us. Whatever way this process ends but SIGKILL, the group does not outlive it.
 *
 * A signal to what is gone is no error.
 */
import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { EnclosureError } from '../../base/enclosure-error.ts';
import { livesInGroup } from './lives-in-group.ts';

/** How a command ended: one of the two is null. */
export interface CommandEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface CommandOptions {
  /** All of its environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdio: StdioOptions;
}

const lookAgainMs = 20;

export class CommandProcess {
  readonly child: ChildProcess;
  /** Of the command itself, whatever it started. Fails with `command-failed` when it could not be started. */
  readonly ended: Promise<CommandEnd>;
  /** The group's number may be given away again: once it is empty, it is not signalled any more. */
  #isGroupGone = false;

  constructor(command: string, { env, stdio }: CommandOptions) {
    try {
      this.child = spawn('/bin/sh', ['-c', command], { env, stdio, detached: true });
    } catch (error) {
      // Some refusals of the system come this way, others as an event.
      throw notStarted(error);
    }
    this.ended = new Promise((resolve, reject) => {
      this.child.once('exit', (code, signal) => resolve({ code, signal }));
      this.child.once('error', (cause) => {
        if (this.child.pid === undefined) reject(notStarted(cause));
      });
    });
    this.ended.catch(() => undefined);
    if (this.child.pid === undefined) return;
    if (running.size === 0) process.on('exit', killAll);
    running.add(this);
  }

  /** To the command itself. */
  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** To the command and all that it started and that stayed in its group. False when nothing is left of it. */
  signalGroup(name: NodeJS.Signals | 0): boolean {
    const { pid } = this.child;
    if (pid === undefined || this.#isGroupGone) return false;
    try {
      process.kill(-pid, name);
      return true;
    } catch {
      // ESRCH; or EPERM, when what is left runs as another user and nothing can be done about it.
      this.#forgetGroup();
      return false;
    }
  }

  /** Nothing is left of the group when this returns; what is there after the grace gets SIGKILL. */
  async endGroup(graceMs: number): Promise<void> {
    const end = Date.now() + graceMs;
    // Those left are nobody's children, so nothing tells when they end.
    while (Date.now() < end && this.#isGroupAlive()) await delay(lookAgainMs);
    this.signalGroup('SIGKILL');
    this.#forgetGroup();
  }

  #isGroupAlive(): boolean {
    const { pid } = this.child;
    return pid !== undefined && this.signalGroup(0) && livesInGroup(pid);
  }

  #forgetGroup(): void {
    this.#isGroupGone = true;
    running.delete(this);
    if (running.size === 0) process.off('exit', killAll);
  }
}

const running = new Set<CommandProcess>();

function killAll(): void {
  for (const one of running) one.signalGroup('SIGKILL');
}

function notStarted(cause: unknown): EnclosureError {
  return new EnclosureError('command-failed', 'a command could not be started', {
    where: '/bin/sh',
    found: (cause as NodeJS.ErrnoException).code ?? 'an unknown error',
    cause,
  });
}

/** As a shell has it: the command's own, or 128 and the number of the signal that ended it. */
export function exitCodeOfEnd({ code, signal }: CommandEnd): number {
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}
