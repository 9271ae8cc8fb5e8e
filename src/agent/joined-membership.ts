/**
 * A membership: one session after the other, and in each the member's znode and the following of the environment, side by
 * side. What is in use survives all of them; it is `config-keeper.ts`'s.
 */
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { abortedError, EnclosureError, isEnclosureError } from '../base/enclosure-error.ts';
import { connectionOf } from '../model/connection-options.ts';
import type { Member, Receipt } from '../model/member.ts';
import { joinPath } from '../model/znode-path.ts';
import type { StateOwner } from '../state/read-state.ts';
import { statePaths } from '../state/state-paths.ts';
import { readMembers } from '../state/read-members.ts';
import { type Link, openLink } from '../zookeeper/session/link.ts';
import { ConfigKeeper } from './config-keeper.ts';
import { revisionTreeOf } from './config-of.ts';
import { MemberZnode } from './member-znode.ts';
import type { Config, ConfigChange, JoinOptions, Membership } from './membership.ts';
import { follow } from './reading/follow.ts';
import { MembershipStart } from './membership-start.ts';
import { LoopWaker } from './loop-waker.ts';

const firstPauseMs = 100;
const longestPauseMs = 10_000;

export class JoinedMembership implements Membership {
  readonly #options: JoinOptions;
  readonly #environment: StateOwner;
  readonly #leaving = new AbortController();
  readonly #keeper: ConfigKeeper;
  readonly #receiptChanged = new LoopWaker();
  readonly #start: MembershipStart;
  readonly #ended: Promise<unknown>;
  readonly #joined = new Date().toISOString();
  #name: string;
  #sessions = 0;
  #link: Link | undefined;

  constructor(options: JoinOptions, environment: StateOwner) {
    this.#options = options;
    this.#environment = environment;
    this.#name = options.name;
    this.#keeper = new ConfigKeeper(environment, options, (error) => this.#onDecided(error));
    this.#start = new MembershipStart(options, environment, this.#keeper);
    const { signal } = this.#leaving;
    this.#ended = Promise.all([this.#keeper.run(signal), this.#live(signal)]);
  }

  /** Resolves when there is something to use and the member can be seen; see `start.ts`. */
  async started(): Promise<this> {
    await this.#start.done;
    return this;
  }

  get name(): string {
    return this.#name;
  }

  get config(): Config {
    const { config } = this.#keeper;
    if (config === undefined) throw new Error('a membership without a configuration');
    return config;
  }

  changes(): AsyncIterableIterator<ConfigChange> {
    return this.#keeper.changes();
  }

  async members(): Promise<readonly Member[]> {
    if (this.#link === undefined) {
      throw new EnclosureError(
        'zookeeper-unreachable',
        'the members cannot be read while there is no session',
        {
          where: this.#options.connect,
          next: 'Ask again when the connection is back.',
        },
      );
    }
    return await readMembers(await this.#link.channel(), this.#environment);
  }

  async leave(): Promise<void> {
    this.#leaving.abort();
    this.#start.end();
    await this.#ended;
  }

  /** One session after the other, until `leave`. Never fails. */
  async #live(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        await this.#liveInOneSession(signal, () => (failures = 0));
      } catch (error) {
        if (signal.aborted) return;
        this.#onProblem(asEnclosureError(error));
        this.#start.fail(asEnclosureError(error));
      }
      const pauseMs = Math.min(firstPauseMs * 2 ** failures, longestPauseMs);
      await delay(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async #liveInOneSession(leaving: AbortSignal, onOpen: () => void): Promise<void> {
    const link = await openLink({ ...connectionOf(this.#options), signal: leaving });
    onOpen();
    const stop = new AbortController();
    const signal = AbortSignal.any([leaving, link.session.lost, stop.signal]);
    this.#link = link;
    const { config } = this.#keeper;
    const following = follow({
      link,
      environment: this.#environment,
      znode: this.#options.znode,
      splayMs: this.#options.splayMs ?? 0,
      signal,
      known: config === undefined ? undefined : revisionTreeOf(config),
      propose: (tree) => this.#keeper.propose(tree),
      onProblem: (error) => this.#onProblem(error),
      onWaiting: (reason) => this.#start.note(reason),
    });
    try {
      await Promise.all([following, this.#beSeen(link, signal)]);
    } finally {
      this.#link = undefined;
      stop.abort();
      await link.close();
      // What is still under way in it ends with it.
      await following.catch(() => undefined);
    }
  }

  /** Makes the member's znode as soon as there is something to say, and keeps its receipt true. */
  async #beSeen(link: Link, signal: AbortSignal): Promise<void> {
    const requested = joinPath(statePaths(this.#environment).members, this.#options.name);
    const znode = new MemberZnode({ link, requested, signal });
    const again = this.#sessions > 0;
    let written = '';
    while (!signal.aborted) {
      const receipt = this.#receipt();
      const text = JSON.stringify(receipt);
      if (this.#keeper.config !== undefined && text !== written) {
        this.#name = await znode.write(receipt);
        if (written === '') {
          this.#sessions += 1;
          this.#options.onEvent?.({ type: 'joined', name: this.#name, again });
        }
        written = text;
        this.#start.seen();
      }
      await this.#receiptChanged.wait(signal);
    }
    throw abortedError(signal);
  }

  #receipt(): Receipt {
    const { name, labels = {}, data = null } = this.#options;
    return {
      format: 1,
      name,
      host: hostname(),
      pid: process.pid,
      labels,
      data,
      ...this.#keeper.standing(),
      joined: this.#joined,
    };
  }

  #onDecided(error: EnclosureError | undefined): void {
    this.#receiptChanged.set();
    if (error === undefined) this.#start.decided();
    else this.#start.fail(error);
  }

  #onProblem(error: EnclosureError): void {
    this.#start.note(error);
    this.#options.onEvent?.({ type: 'problem', error });
  }
}

function asEnclosureError(error: unknown): EnclosureError {
  if (isEnclosureError(error)) return error;
  return new EnclosureError('zookeeper-failed', 'following the environment failed', {
    found: error instanceof Error ? error.message : String(error),
    next: 'This is a fault of Enclosure: please report it.',
    cause: error,
  });
}
