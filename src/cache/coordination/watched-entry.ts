/**
 * The state of one key, as this process knows it: read once, watched, and read again after a change. As long as the watch
 * has not fired, what is known is current, so a hit asks no server. A server that this process is cut off from cannot fire
 * it; so what is known may be outdated for as long as the session survives without a connection.
 */
import { ensureZnodes } from '../../zookeeper/tree/ensure-znodes.ts';
import type { CacheSession } from './cache-session.ts';
import { absentEntry, parseEntry, type EntryFacts } from './parse-entry.ts';
import type { EntryPaths } from './entry-paths.ts';

export interface Seen {
  readonly facts: EntryFacts;
  /** The version of the znode. */
  readonly version: number;
  /** Resolves when the state is another one, or the session is over. */
  readonly changed: Promise<void>;
  /** Of a fill that is under way, whether its process lives; asked once, however many want to know. */
  filler(): Promise<Filler>;
}

export interface Filler {
  /** Once it is not, it never is again: the znode is this fill's alone. */
  readonly isAlive: boolean;
  /** Resolves when it is not any more. */
  readonly ended: Promise<void>;
}

const nobody: Filler = { isAlive: false, ended: Promise.resolve() };

export class WatchedEntry {
  readonly key: string;
  readonly paths: EntryPaths;
  #session: CacheSession | undefined;
  #seen: Seen | undefined;
  /** Simultaneous callers share one request. */
  #looking: { readonly session: CacheSession; readonly seen: Promise<Seen> } | undefined;
  /** What was seen last, as long as nothing else was heard. */
  #last: EntryFacts | undefined;

  constructor(key: string, paths: EntryPaths) {
    this.key = key;
    this.paths = paths;
  }

  /** What is known through this session without asking. */
  known(session: CacheSession): Seen | undefined {
    return this.#session === session && !session.isOver ? this.#seen : undefined;
  }

  /** For when nobody can be asked. */
  get last(): EntryFacts | undefined {
    return this.#last;
  }

  /** What is known, or else what the ensemble says. Makes the entry's znodes where they are missing. */
  async look(session: CacheSession): Promise<Seen> {
    const known = this.known(session);
    if (known !== undefined) return known;
    if (this.#looking?.session === session) return await this.#looking.seen;
    const seen = this.#read(session);
    const looking = { session, seen };
    this.#looking = looking;
    try {
      const found = await seen;
      // Otherwise it was forgotten meanwhile, and may be old.
      if (this.#looking === looking) this.#keep(found, session);
      return found;
    } finally {
      if (this.#looking === looking) this.#looking = undefined;
    }
  }

  async #read(session: CacheSession): Promise<Seen> {
    const { entry, progress, streams } = this.paths;
    // What somebody did before we were asked must count, whichever server we are connected to.
    if (this.#session !== session) await session.link.session.sync(entry);
    for (;;) {
      const found = await session.link.session.watch(entry);
      if (found === undefined) {
        await session.ask(async (channel) => await ensureZnodes(channel, [entry, progress, streams]));
        continue;
      }
      const facts = parseEntry(found.data, entry) ?? absentEntry(this.key);
      let filler: Promise<Filler> | undefined;
      return {
        facts,
        version: found.stat.version,
        changed: found.fired,
        filler: async () => {
          const known = (filler ??= this.#watchFiller(session, facts));
          const { isAlive } = await known;
          // News of the state arrives before the answer to any other question.
          if (!isAlive && filler === known) filler = this.#watchFiller(session, facts);
          return await filler;
        },
      };
    }
  }

  async #watchFiller(session: CacheSession, { epoch, filling }: EntryFacts): Promise<Filler> {
    if (filling === null) return nobody;
    const found = await session.link.session.watch(this.paths.filler(epoch, filling.token));
    if (found === undefined) return nobody;
    const filler = { isAlive: true, ended: found.fired };
    void found.fired.then(() => (filler.isAlive = false));
    return filler;
  }

  #keep(seen: Seen, session: CacheSession): void {
    this.#session = session;
    this.#seen = seen;
    this.#last = seen.facts;
    void seen.changed.then(() => this.#onChanged(seen, session));
  }

  #onChanged(seen: Seen, session: CacheSession): void {
    if (this.#seen === seen) this.#seen = undefined;
    // What there is instead is not known; it may have been invalidated.
    if (this.#last === seen.facts && !session.isOver) this.#last = undefined;
  }

  /** What is known holds no more, whatever the watch says: a transaction showed it. */
  forget(): void {
    this.#seen = undefined;
    this.#looking = undefined;
  }

  /** Nothing that was seen before may be handed out. */
  invalidated(): void {
    this.forget();
    this.#last = undefined;
  }
}
