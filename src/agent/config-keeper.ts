/**
 * Holds what is in use, and decides about what is proposed: asks the application's `validate`, puts what it accepts into
 * use, tells the application, and keeps it as the last good one. One proposal at a time; of those that come meanwhile only
 * the newest counts. Knows nothing of ZooKeeper.
 *
 * Nothing that the application throws ends it: it becomes a rejection or a problem in the receipt.
 */
import { EnclosureError, isEnclosureError } from '../base/enclosure-error.ts';
import type { Receipt, RejectedRevision } from '../model/member.ts';
import type { StateOwner } from '../state/read-state.ts';
import { ChangeQueue } from './change-queue.ts';
import { changeBetween, configOf, revisionTreeOf } from './config-of.ts';
import type { Config, ConfigChange, JoinOptions } from './membership.ts';
import { saveLastGood } from './load-last-good.ts';
import type { RevisionTree } from './reading/revision-tree.ts';
import { LoopWaker } from './loop-waker.ts';

type Application = Pick<JoinOptions, 'validate' | 'onChange' | 'onEvent' | 'cacheDirectory'>;

interface Proposal {
  readonly tree: RevisionTree;
  readonly stale: boolean;
}

interface Rejection extends RejectedRevision {
  readonly digest: string;
  readonly error: EnclosureError;
}

/** What a receipt says beyond who the member is. */
export type Standing = Pick<
  Receipt,
  'revision' | 'commit' | 'digest' | 'status' | 'rejected' | 'problem' | 'since'
>;

const firstRetryMs = 1_000;
const longestRetryMs = 60_000;

export class ConfigKeeper {
  readonly #environment: StateOwner;
  readonly #application: Application;
  /** After each decision. */
  readonly #onDecided: (error?: EnclosureError) => void;
  readonly #queues = new Set<ChangeQueue>();
  readonly #wake = new LoopWaker();
  #proposed: Proposal | undefined;
  #config: Config | undefined;
  #since = now();
  #rejected: Rejection | null = null;
  #problem: string | null = null;

  constructor(
    environment: StateOwner,
    application: Application,
    onDecided: (error?: EnclosureError) => void,
  ) {
    this.#environment = environment;
    this.#application = application;
    this.#onDecided = onDecided;
  }

  /** Undefined until the first revision is in use. */
  get config(): Config | undefined {
    return this.#config;
  }

  standing(): Standing {
    const { revision = null, commit = null, digest = null } = this.#config ?? {};
    const rejected = this.#rejected;
    return {
      revision,
      commit,
      digest,
      status: rejected === null ? 'applied' : 'rejected',
      rejected: rejected && {
        revision: rejected.revision,
        commit: rejected.commit,
        reason: rejected.reason,
        time: rejected.time,
      },
      problem: this.#problem,
      since: this.#since,
    };
  }

  changes(): ChangeQueue {
    const queue = new ChangeQueue((one) => this.#queues.delete(one));
    this.#queues.add(queue);
    return queue;
  }

  propose(tree: RevisionTree, stale = false): void {
    this.#proposed = { tree, stale };
    this.#wake.set();
  }

  /** Decides until the signal fires; then what runs is finished, and the readers of changes are told the end. */
  async run(signal: AbortSignal): Promise<void> {
    let retryMs: number | undefined;
    let again: Proposal | undefined;
    for (;;) {
      await this.#wake.wait(signal, retryMs);
      if (signal.aborted) break;
      const proposal = this.#proposed ?? again;
      this.#proposed = undefined;
      if (proposal === undefined) continue;
      const tryAgain = await this.#decide(proposal, signal, proposal === again);
      again = tryAgain ? proposal : undefined;
      retryMs = tryAgain ? Math.min((retryMs ?? firstRetryMs / 2) * 2, longestRetryMs) : undefined;
    }
    for (const queue of this.#queues) queue.end();
  }

  /** Returns whether to try again later, although nothing new has come. */
  async #decide({ tree, stale }: Proposal, signal: AbortSignal, retried: boolean): Promise<boolean> {
    const config = configOf(tree, stale);
    if (this.#config?.digest === config.digest) {
      await this.#keep(config);
      return false;
    }
    const { digest, revision, commit } = config;
    const known = this.#rejected;
    if (known?.digest === digest && known.revision === revision && !retried) {
      this.#onDecided(known.error);
      return false;
    }
    try {
      const verdict = await this.#application.validate?.(config, signal);
      if (verdict === false) throw new Error('validate returned false');
    } catch (error) {
      // Told to end in the middle of it: that is no verdict.
      if (signal.aborted) return false;
      const reason = oneLine(error);
      const rejected = rejection(config, reason, error);
      this.#rejected = { digest, revision, commit, reason, time: now(), error: rejected };
      this.#application.onEvent?.({ type: 'rejected', config, reason });
      this.#onDecided(rejected);
      return isEnclosureError(error) && error.retryable;
    }
    await this.#use(config, signal);
    return false;
  }

  /** The same bytes under another revision, or known to be current after all: nothing to tell the application. */
  async #keep(config: Config): Promise<void> {
    const before = this.#config;
    this.#config = config;
    this.#settleRejection(config);
    if (before?.revision !== config.revision) {
      this.#since = now();
      this.#application.onEvent?.({ type: 'applied', config });
    }
    if (before?.revision !== config.revision || before.commit !== config.commit) await this.#save(config);
    this.#onDecided();
  }

  async #use(config: Config, signal: AbortSignal): Promise<void> {
    const before = this.#config;
    this.#config = config;
    this.#since = now();
    this.#settleRejection(config);
    this.#problem = null;
    this.#application.onEvent?.({ type: 'applied', config });
    if (!config.stale) await this.#save(config);
    if (before !== undefined) await this.#tell(changeBetween(before, config), signal);
    this.#onDecided();
  }

  /** A kept revision that is used in place of a rejected revision does not make that one accepted. */
  #settleRejection({ stale }: Config): void {
    if (!stale) this.#rejected = null;
  }

  async #tell(change: ConfigChange, signal: AbortSignal): Promise<void> {
    for (const queue of this.#queues) queue.push(change);
    try {
      await this.#application.onChange?.(change, signal);
    } catch (error) {
      if (signal.aborted) return;
      this.#problem = oneLine(error);
      const failed = new EnclosureError('command-failed', 'the application failed to take the change', {
        found: this.#problem,
        cause: error,
      });
      this.#application.onEvent?.({ type: 'problem', error: failed });
    }
  }

  async #save(config: Config): Promise<void> {
    const { cacheDirectory, onEvent } = this.#application;
    if (cacheDirectory === undefined) return;
    try {
      await saveLastGood(cacheDirectory, this.#environment, revisionTreeOf(config));
    } catch (error) {
      if (!isEnclosureError(error)) throw error;
      onEvent?.({ type: 'problem', error });
    }
  }
}

function rejection({ revision, environment }: Config, reason: string, cause: unknown): EnclosureError {
  return new EnclosureError('config-rejected', 'the application rejects its configuration', {
    where: revision === null ? environment : `${environment}, revision ${revision}`,
    found: reason,
    next: 'Correct the configuration in git, or the check.',
    cause,
  });
}

const longestReason = 500;

/** For a receipt, which others read: what was thrown, without its stack, on one line. */
function oneLine(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > longestReason ? `${line.slice(0, longestReason - 1)}…` : line;
}

function now(): string {
  return new Date().toISOString();
}
