/**
 * The life of `enclosure join`: opens the directory, joins, starts the application, reacts to changes, and leaves. Nothing
 * it opened or started outlives it.
 *
 * With an application it ends when that does, with its exit code, and signals are the application's. Without one it ends
 * when it is asked to, which is no failure: exit code 0.
 */
import { once } from 'node:events';
import { type Config, join, type Membership } from '../agent/index.ts';
import { throwIfAborted } from '../base/enclosure-error.ts';
import { defaultMemberName, inheritedByCommands } from '../config/process-environment.ts';
import type { Context } from '../terminal/context.ts';
import { commandEnvironment } from './child/command-environment.ts';
import { exitCodeOfEnd } from './child/command-process.ts';
import { runToEnd } from './child/run-to-end.ts';
import { startChild } from './child/start-child.ts';
import { SupervisedChild } from './child/supervised-child.ts';
import { complaintOf } from './complaint-of.ts';
import { createJoinLog } from './create-join-log.ts';
import { type JoinDirectory, openJoinDirectory } from './join-directory.ts';
import type { JoinFlags } from './join-flags.ts';
import type { JoinTarget } from './join-target.ts';
import { takeRevision } from './take-revision.ts';

export async function joinForLife(context: Context, target: JoinTarget, flags: JoinFlags): Promise<number> {
  const files = flags.out === undefined ? undefined : await openJoinDirectory(flags.out, target);
  try {
    return await new JoinLife(context, target, flags, files).run();
  } finally {
    await files?.directory.close();
  }
}

class JoinLife {
  readonly #context: Context;
  readonly #target: JoinTarget;
  readonly #flags: JoinFlags;
  readonly #files: JoinDirectory | undefined;
  readonly #name: string;
  readonly #inherited: Readonly<Record<string, string>>;
  #membership: Membership | undefined;
  #application: SupervisedChild | undefined;

  constructor(context: Context, target: JoinTarget, flags: JoinFlags, files: JoinDirectory | undefined) {
    this.#context = context;
    this.#target = target;
    this.#flags = flags;
    this.#files = files;
    this.#name = flags.name ?? defaultMemberName();
    this.#inherited = inheritedByCommands(context.world.env);
  }

  async run(): Promise<number> {
    const { signal } = this.#context;
    const { exec } = this.#flags;
    const membership = await this.#join();
    this.#membership = membership;
    try {
      throwIfAborted(signal);
      if (exec !== undefined) return await this.#lookAfter(exec, membership);
      if (!signal.aborted) await once(signal, 'abort');
      return 0;
    } finally {
      await membership.leave();
    }
  }

  async #join(): Promise<Membership> {
    const { label, splay } = this.#flags;
    const files = this.#files;
    return await join({
      ...this.#target,
      name: this.#name,
      ...(label !== undefined && { labels: label }),
      ...(splay !== undefined && { splayMs: splay }),
      ...(files !== undefined && {
        cacheDirectory: files.cacheDirectory,
        validate: (config: Config, signal: AbortSignal) => this.#take(files, config, signal),
      }),
      onChange: ({ after }, signal) => this.#react(after, signal),
      onEvent: createJoinLog(this.#context, this.#target.environment),
    });
  }

  async #take({ directory }: JoinDirectory, config: Config, signal: AbortSignal): Promise<void> {
    const { check, checkTimeout } = this.#flags;
    const environmentFor = this.#environmentFor.bind(this);
    await takeRevision(config, { directory, check, timeoutMs: checkTimeout, environmentFor, signal });
  }

  /** Runs the command, then tells the child: what the command prepares is there when the child looks. */
  async #react(config: Config, signal: AbortSignal): Promise<void> {
    const { run, restart, signal: name, checkTimeout: timeoutMs } = this.#flags;
    if (run !== undefined) {
      const env = this.#environmentFor(config, this.#files?.current);
      const complaint = complaintOf(
        'the command',
        await runToEnd(run, { env, timeoutMs, signal }),
        timeoutMs,
      );
      if (complaint !== undefined) throw new Error(complaint);
    }
    if (restart === true) await this.#application?.restart();
    else if (name !== undefined) this.#application?.signal(name);
  }

  /** Until the application has ended. */
  async #lookAfter(exec: string, membership: Membership): Promise<number> {
    const application = new SupervisedChild({
      start: () => startChild(exec, { env: this.#environmentFor(membership.config, this.#files?.current) }),
      graceMs: this.#flags.killAfter,
    });
    // Not given back: after the application's end we are on our way out, and that cannot take long.
    this.#context.world.claimSignals((name) => application.pass(name));
    this.#application = application;
    application.start();
    return exitCodeOfEnd(await application.ended);
  }

  #environmentFor(config: Config, directory: string | undefined): Readonly<Record<string, string>> {
    const member = this.#membership?.name ?? this.#name;
    return commandEnvironment(this.#inherited, { config, member, directory });
  }
}
