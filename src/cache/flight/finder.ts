/**
 * Finds the result of a key for one caller: what is in memory and known to be current; what the ensemble names, wherever it
 * is; what a call has to make first. A result that turns out to be damaged is forgotten and made again.
 *
 * Fails with what the flight fails with, `cache-busy`, `store-failed`, or the error of the caller's signal.
 */
import { EnclosureError, isEnclosureError } from '../../base/enclosure-error.ts';
import { orAborted } from '../../base/or-aborted.ts';
import type { Fill } from '../bulk-cache-options.ts';
import { discardResult } from '../coordination/discard-result.ts';
import { isFresh, tooOld } from '../coordination/decide.ts';
import type { FinishedResult } from '../coordination/parse-entry.ts';
import type { WatchedEntry } from '../coordination/watched-entry.ts';
import type { Flights } from './flights.ts';
import { assessKey, type Situation } from './assess-key.ts';
import type { ReadableResult } from '../reading/bring-to-level1.ts';
import type { Results } from '../reading/results.ts';
import { shownKey } from '../shown-key.ts';
import type { Sessions } from '../sessions.ts';
import type { CacheSettings } from '../cache-settings.ts';
import type { EventCounter } from '../event-counter.ts';

export interface FinderParts<T> {
  readonly sessions: Sessions;
  readonly flights: Flights<T>;
  readonly results: Results;
  readonly counter: EventCounter;
  readonly settings: Pick<CacheSettings<T>, 'staleWhileFilling' | 'staleOnError' | 'maxWaiters'>;
}

/** What somebody wants. */
export interface Wanted<T> {
  readonly entry: WatchedEntry;
  /** Digest of the key. */
  readonly digest: string;
  readonly fill: Fill<T>;
  readonly signal: AbortSignal;
}

interface Found {
  readonly result: FinishedResult;
  /** It was there, a call made it, or it is too old and will do. */
  readonly how: 'hit' | 'made' | 'old';
  /** The error of the call that should have made it again. */
  readonly failure?: { readonly error: unknown };
}

/** A store that loses what was just written to it is broken, and calling again does not repair it. */
const mostRepairs = 3;

export class Finder<T> {
  readonly #parts: FinderParts<T>;

  constructor(parts: FinderParts<T>) {
    this.#parts = parts;
  }

  /** Asks nobody, and costs microseconds. */
  inMemory(entry: WatchedEntry, digest: string): ReadableResult | undefined {
    const { sessions, results } = this.#parts;
    const { live } = sessions;
    const generation = live?.knownGeneration;
    const facts = live === undefined ? undefined : entry.known(live)?.facts;
    if (live === undefined || generation === undefined || facts?.state !== 'ready') return undefined;
    const { result } = facts;
    return result !== null && isFresh(result, generation, live.now())
      ? results.inMemory(digest, result)
      : undefined;
  }

  async find(wanted: Wanted<T>): Promise<ReadableResult> {
    const { results, counter } = this.#parts;
    const { entry, digest, signal } = wanted;
    let mayBeOld = true;
    for (let repairs = 0; ; repairs += 1) {
      const found = await this.#finished(wanted, mayBeOld);
      const { result, how } = found;
      const opening = results.open(digest, result);
      const opened = await orAborted(opening, signal).catch((error: unknown) => {
        closeWhenOpen(opening);
        throw error;
      });
      if (opened !== undefined) {
        if (how === 'hit') counter.count({ type: 'hit', key: entry.key, level: opened.level });
        if (how === 'old') counter.count({ type: 'stale', key: entry.key });
        return opened.readable;
      }
      if (found.failure !== undefined) throw found.failure.error;
      counter.count({ type: 'repair', key: entry.key, what: `the result of epoch ${result.epoch}` });
      if (repairs === mostRepairs) throw lost(entry.key);
      // One that is too old is being made again already.
      if (how === 'old') mayBeOld = false;
      else await orAborted(this.#discard(entry, result), signal);
    }
  }

  /** Waits for the call that is under way, or makes it. Throws `cache-busy` at once; fails as the flight does. */
  wait(wanted: Wanted<T>): Promise<FinishedResult> {
    const { settings, flights, counter } = this.#parts;
    const { entry, fill, signal } = wanted;
    const flight = flights.of(wanted);
    if (flight.callers >= settings.maxWaiters) throw busy(entry.key, settings.maxWaiters);
    counter.count({ type: 'wait', key: entry.key });
    return flight.join(fill, signal);
  }

  /** The result that counts, or one that is too old where that will do. */
  async #finished(wanted: Wanted<T>, mayBeOld: boolean): Promise<Found> {
    const { settings, flights } = this.#parts;
    const { entry, signal } = wanted;
    const situation = await this.#look(wanted);
    if (isEnclosureError(situation, 'zookeeper-unreachable')) {
      // Nobody can be asked, and the flight would try it as long again.
      const old = settings.staleOnError && mayBeOld ? this.#old(entry) : undefined;
      if (old === undefined) throw situation;
      return { result: old, how: 'old' };
    }
    const decision = isEnclosureError(situation) ? undefined : situation.decision;
    if (decision?.do === 'take') return { result: decision.result, how: 'hit' };
    const isMaking = decision?.do === 'fill' || decision?.do === 'wait';
    const old = mayBeOld ? this.#old(entry) : undefined;
    if (settings.staleWhileFilling && isMaking && old !== undefined) {
      flights.background(wanted);
      return { result: old, how: 'old' };
    }
    try {
      return { result: await this.wait(wanted), how: 'made' };
    } catch (error) {
      if (!settings.staleOnError || !mayBeOld || signal.aborted) throw error;
      // Looked at now: it may have been invalidated meanwhile.
      if (entry.last === undefined) await this.#look(wanted).catch(() => undefined);
      const result = this.#old(entry);
      if (result === undefined) throw error;
      return { result, how: 'old', failure: { error } };
    }
  }

  /** Or what stood in the way, where the flight, which goes on where this gives up, may have more luck. */
  async #look({ entry, signal }: Wanted<T>): Promise<Situation | EnclosureError> {
    try {
      const session = await orAborted(this.#parts.sessions.get(), signal);
      return await orAborted(assessKey(entry, session), signal);
    } catch (error) {
      if (signal.aborted || !isEnclosureError(error) || !error.retryable) throw error;
      return error;
    }
  }

  /** By what was heard last: for when nobody can be asked, too. */
  #old(entry: WatchedEntry): FinishedResult | undefined {
    const { last } = entry;
    return last && tooOld({ facts: last, generation: this.#parts.sessions.leastGeneration });
  }

  async #discard(entry: WatchedEntry, result: FinishedResult): Promise<void> {
    const session = await this.#parts.sessions.get();
    await discardResult(session, entry.paths.entry, result.token);
    entry.forget();
  }
}

/** The caller has left: what was opened for them is nobody's. */
function closeWhenOpen(opening: Promise<{ readonly readable: ReadableResult } | undefined>): void {
  opening.then(
    (opened) => void opened?.readable.close(),
    () => undefined,
  );
}

function busy(key: string, limit: number): EnclosureError {
  return new EnclosureError('cache-busy', 'too many callers are waiting for this key', {
    where: shownKey(key),
    expected: `at most ${limit} in one process`,
    next: 'Ask again later, or raise maxWaiters.',
  });
}

function lost(key: string): EnclosureError {
  return new EnclosureError('store-failed', 'level 2 does not keep what is written to it', {
    where: shownKey(key),
    found: `a result that was missing or damaged ${mostRepairs + 1} times`,
    next: 'See whether all processes use the same directory or bucket, and whether something removes its objects.',
  });
}
