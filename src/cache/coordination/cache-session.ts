/**
 * One session with the ensemble, as the cache needs it: the namespace's generation, watched, and the ensemble's clock. When
 * the session is lost, so is everything that was known through it, and the next one asks again.
 *
 * No client's clock decides anything: time between two events is measured by the monotonic clock, and times that different
 * machines compare are the ensemble's, learnt once per session by a write. A process that was frozen so long that its own
 * clock stood still has lost its session.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { ensureZnodes } from '../../zookeeper/tree/ensure-znodes.ts';
import { openLink, type Link } from '../../zookeeper/session/link.ts';
import { connectionOf } from '../../model/connection-options.ts';
import type { Channel } from '../../model/ports/channel.ts';
import { isEnclosureError } from '../../base/enclosure-error.ts';
import type { Connection, Level2 } from '../bulk-cache-options.ts';
import { formatNamespace, parseNamespace } from './parse-namespace.ts';
import type { NamespacePaths } from './entry-paths.ts';

export interface CacheSessionOptions extends Connection {
  readonly paths: NamespacePaths;
  /** Written into the namespace where nobody has yet. */
  readonly level2: Level2;
  readonly signal: AbortSignal;
}

const pauseMs = 50;
/** In the beginning, and of a namespace that somebody deleted. */
const firstGeneration = 1;

export interface Namespace {
  readonly generation: number;
  /** The version of its znode, which a transaction can check. */
  readonly version: number;
  /** Resolves when there is another generation, or the session is over. */
  readonly changed: Promise<void>;
}

export class CacheSession {
  readonly link: Link;
  readonly #paths: NamespacePaths;
  readonly #level2: Level2;
  /** Ensemble's time less the monotonic clock. */
  #offsetMs = 0;
  #namespace: Namespace = { generation: firstGeneration, version: -1, changed: Promise.resolve() };
  #current = false;
  /** The generation is known to be another one, but not which. */
  #outdated = false;

  constructor(link: Link, paths: NamespacePaths, level2: Level2) {
    this.link = link;
    this.#paths = paths;
    this.#level2 = level2;
  }

  get lost(): AbortSignal {
    return this.link.session.lost;
  }

  get isOver(): boolean {
    return this.lost.aborted;
  }

  /** Ensemble's time, milliseconds since 1970. */
  now(): number {
    return Math.round(performance.now() + this.#offsetMs);
  }

  /** From the stat of a write that has just been answered. */
  setClock(mtime: number): void {
    this.#offsetMs = mtime - performance.now();
  }

  /** As it is known; undefined where it changed since it was read. */
  get knownGeneration(): number | undefined {
    return this.#current && !this.isOver ? this.#namespace.generation : undefined;
  }

  /** A lower bound of the current generation, from what was heard so far. */
  get leastGeneration(): number {
    return this.#namespace.generation + Number(this.#outdated);
  }

  async namespace(): Promise<Namespace> {
    while (!this.#current) {
      const path = this.#paths.namespace;
      const found = await this.link.session.watch(path);
      if (found === undefined) {
        await this.prepare();
        continue;
      }
      this.#current = true;
      this.#outdated = false;
      void found.fired.then(() => this.#onChanged());
      const facts = parseNamespace(found.data, path);
      this.#namespace = {
        generation: facts?.generation ?? firstGeneration,
        version: found.stat.version,
        changed: found.fired,
      };
    }
    return this.#namespace;
  }

  #onChanged(): void {
    this.#current = false;
    this.#outdated = !this.isOver;
  }

  /** Creates the znodes of the namespace, and learns the time. */
  async prepare(): Promise<void> {
    const { namespace, clock } = this.#paths;
    const channel = await this.link.channel();
    await ensureZnodes(channel, [namespace, clock]);
    const [result] = await channel.multi([
      { op: 'setData', path: clock, data: new Uint8Array(), version: -1 },
    ]);
    if (result?.op === 'setData') this.setClock(result.stat.mtime);
    const found = await channel.getData(namespace);
    if (found?.data.length !== 0) return;
    const data = formatNamespace({ format: 1, generation: firstGeneration, level2: this.#level2 });
    // Somebody else's is as good.
    await channel
      .multi([{ op: 'setData', path: namespace, data, version: found.stat.version }])
      .catch(ignoreLost);
  }

  /**
   * Asks over the channel; where its connection broke, once more when the session has one again. So `run` looks first
   * whether what it wants was done by an earlier try. Fails when the session is lost.
   */
  async ask<T>(run: (channel: Channel) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await run(await this.link.channel());
      } catch (error) {
        if (!isEnclosureError(error, 'zookeeper-connection-lost', 'zookeeper-unreachable')) throw error;
        // Answers when there is a connection, and fails when there will be none.
        await this.link.session.sync('/');
        await delay(pauseMs * (0.5 + Math.random()));
      }
    }
  }

  close(): Promise<void> {
    return this.link.close();
  }
}

/** Fails as `openLink` does. */
export async function openCacheSession(options: CacheSessionOptions): Promise<CacheSession> {
  const { sessionTimeout: sessionTimeoutMs, connectTimeout, signal } = options;
  const given = { ...options, ...(sessionTimeoutMs !== undefined && { sessionTimeoutMs }) };
  const link = await openLink({
    ...connectionOf(given),
    ...(connectTimeout !== undefined && { connectTimeoutMs: connectTimeout }),
    signal,
  });
  const session = new CacheSession(link, options.paths, options.level2);
  try {
    await session.prepare();
    return session;
  } catch (error) {
    await session.close();
    throw error;
  }
}

function ignoreLost(error: unknown): void {
  if (!isEnclosureError(error, 'transaction-failed')) throw error;
}
