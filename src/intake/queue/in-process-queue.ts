/**
 * The queue of `enclosure serve`: in memory, one environment at a time and in order, environments in parallel. What
 * waits when the process ends is lost, which the reconcile at the next start repairs. What to do with a request is the
 * caller's; so is what becomes of one that is given up.
 *
 * A request that failed and may succeed later waits for its next attempt at the front of its environment's line. A new
 * request for that environment ends the wait: it is often the commit that repairs what failed.
 */
import PQueue from 'p-queue';
import { setTimeout as delay } from 'node:timers/promises';
import { EnclosureError, isEnclosureError } from '../../base/enclosure-error.ts';
import type { Log } from '../../model/ports/log.ts';
import type { Queue } from '../../model/ports/queue.ts';
import type { SyncRequest } from '../../model/sync/sync-request.ts';
import { type Backoff, backoffDelay, mayPass } from './backoff-delay.ts';
import { type Entry, EnvironmentLine } from './environment-line.ts';

export interface InProcessQueueOptions {
  /** Carries out one request. Rejecting means failed; the signal fires when the process must end. */
  readonly work: (request: SyncRequest, signal: AbortSignal) => Promise<void>;
  /** Told of a request that is given up, and why. Must not throw. */
  readonly onDead: (request: SyncRequest, error: unknown, attempts: number) => void;
  readonly log: Log;
  /** How many requests may wait, over all environments. */
  readonly maxWaiting?: number;
  /** How many environments may be worked on at the same time. */
  readonly concurrency?: number;
  readonly backoff?: Partial<Backoff>;
}

const defaultBackoff: Backoff = { attempts: 6, firstDelayMs: 1_000, maxDelayMs: 60_000 };

export class InProcessQueue implements Queue {
  readonly #options: InProcessQueueOptions;
  readonly #backoff: Backoff;
  readonly #maxWaiting: number;
  readonly #pool: PQueue;
  readonly #lines = new Map<string, EnvironmentLine>();
  /** One a line that is not empty; ends when the line is. */
  readonly #runners = new Map<string, Promise<void>>();
  /** Ends the wait for the next attempt of an environment. */
  readonly #wake = new Map<string, () => void>();
  readonly #work = new AbortController();
  #closed = false;

  constructor(options: InProcessQueueOptions) {
    this.#options = options;
    this.#backoff = { ...defaultBackoff, ...options.backoff };
    this.#maxWaiting = options.maxWaiting ?? 1_000;
    this.#pool = new PQueue({ concurrency: options.concurrency ?? 8 });
  }

  /** Everything that runs or waits. */
  contents(): SyncRequest[] {
    return [...this.#lines.values()].flatMap((line) => line.contents());
  }

  async send(requests: readonly SyncRequest[]): Promise<void> {
    if (this.#closed) throw refused('it is closing');
    const joining = requests.filter(
      (request) => this.#lines.get(request.environment)?.wouldSupersede(request) !== true,
    );
    const waiting = [...this.#lines.values()].reduce((sum, line) => sum + line.waiting, 0);
    if (waiting + joining.length > this.#maxWaiting) throw refused(`${waiting} requests are waiting`);
    for (const request of requests) this.#join(request);
  }

  /** Takes nothing more and forgets what waits. What runs may end by itself until `deadline` fires; then it is aborted. */
  async close(deadline?: AbortSignal): Promise<void> {
    this.#closed = true;
    const abort = (): void =>
      this.#work.abort(
        new EnclosureError('aborted', 'the process is ending', {
          next: 'Nothing to do: the environment is reconciled at the next start.',
        }),
      );
    if (deadline?.aborted === true) abort();
    deadline?.addEventListener('abort', abort, { once: true });
    for (const line of this.#lines.values()) {
      for (const request of line.clear()) this.#options.log.warn({ ...request }, 'request left undone');
    }
    for (const wake of this.#wake.values()) wake();
    await Promise.all(this.#runners.values());
    deadline?.removeEventListener('abort', abort);
  }

  #join(request: SyncRequest): void {
    const { environment } = request;
    const line = this.#lines.get(environment) ?? new EnvironmentLine();
    this.#lines.set(environment, line);
    const superseded = line.join(request);
    if (superseded !== undefined) this.#logSuperseded(superseded, request);
    this.#wake.get(environment)?.();
    if (!this.#runners.has(environment)) this.#runners.set(environment, this.#run(environment, line));
  }

  async #run(environment: string, line: EnvironmentLine): Promise<void> {
    // The sender goes on first: what it sends next may still join the line before the first request starts.
    await Promise.resolve();
    for (let entry = line.start(); entry !== undefined; entry = line.start()) {
      await this.#attempt(environment, line, entry);
    }
    this.#lines.delete(environment);
    this.#runners.delete(environment);
  }

  async #attempt(environment: string, line: EnvironmentLine, entry: Entry): Promise<void> {
    const { request } = entry;
    try {
      await this.#pool.add(() => this.#perform(request));
      line.finish();
    } catch (error) {
      const attempt = entry.failures + 1;
      if (this.#closed) {
        line.finish();
        this.#options.log.warn({ ...request, ...describe(error) }, 'request left undone');
      } else if (!mayPass(error) || attempt >= this.#backoff.attempts) {
        line.finish();
        this.#options.onDead(request, error, attempt);
      } else {
        const next = line.retry();
        if (next !== undefined) this.#logSuperseded(request, next);
        else await this.#waitForRetry(environment, request, attempt, error);
      }
    }
  }

  /** A request may wait here for its turn among the environments, and the queue be closed meanwhile. */
  async #perform(request: SyncRequest): Promise<void> {
    if (this.#closed) throw refused('it is closing');
    await this.#options.work(request, this.#work.signal);
  }

  async #waitForRetry(
    environment: string,
    request: SyncRequest,
    attempt: number,
    error: unknown,
  ): Promise<void> {
    const delayMs = backoffDelay(attempt, this.#backoff, Math.random());
    this.#options.log.warn(
      { ...request, ...describe(error), attempt, delayMs },
      'failed; will be tried again',
    );
    const woken = new AbortController();
    this.#wake.set(environment, () => woken.abort());
    await delay(delayMs, undefined, { signal: woken.signal }).catch(() => undefined);
    this.#wake.delete(environment);
  }

  #logSuperseded(superseded: SyncRequest, by: SyncRequest): void {
    this.#options.log.info({ ...superseded, supersededBy: by.delivery ?? by.reason }, 'request superseded');
  }
}

function describe(error: unknown): { readonly code?: string; readonly error: string } {
  if (isEnclosureError(error)) return { code: error.code, error: error.message };
  return { error: error instanceof Error ? error.message : String(error) };
}

function refused(found: string): EnclosureError {
  return new EnclosureError('queue-refused', 'the queue takes no more requests', {
    found,
    next: 'Send the webhook again later; the scheduled reconcile catches up in any case.',
  });
}
