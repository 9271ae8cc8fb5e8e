/**
 * The requests of one environment, in order: at most one runs, the others wait. Decides what joins, what a newer request
 * supersedes and what is tried again; runs nothing itself. Synchronous, never throws.
 *
 * Only the last one waiting can be superseded. A request further ahead stays where it is, because what stands between
 * may name another commit, and the order of two commits is their effect.
 */
import type { SyncRequest } from '../../model/sync/sync-request.ts';
import { permissionNames } from '../../model/sync/permission-switches.ts';

export interface Entry {
  readonly request: SyncRequest;
  /** Attempts that failed. */
  readonly failures: number;
}

export class EnvironmentLine {
  readonly #waiting: Entry[] = [];
  #running: Entry | undefined;

  get waiting(): number {
    return this.#waiting.length;
  }

  get isEmpty(): boolean {
    return this.#running === undefined && this.#waiting.length === 0;
  }

  /** The request that runs and those that wait. */
  contents(): SyncRequest[] {
    const running = this.#running === undefined ? [] : [this.#running];
    return [...running, ...this.#waiting].map((entry) => entry.request);
  }

  wouldSupersede(request: SyncRequest): boolean {
    const last = this.#waiting.at(-1);
    return last !== undefined && haveSameEffect(last.request, request);
  }

  /** Lets a request join at the end; returns the one whose place it took, if any. */
  join(request: SyncRequest): SyncRequest | undefined {
    const superseded = this.wouldSupersede(request) ? this.#waiting.pop() : undefined;
    this.#waiting.push({ request, failures: 0 });
    return superseded?.request;
  }

  /** The next to run, which runs until `finish` or `retry`. */
  start(): Entry | undefined {
    this.#running = this.#waiting.shift();
    return this.#running;
  }

  finish(): void {
    this.#running = undefined;
  }

  /**
   * Puts the one that ran back at the front, one failure richer. Returns the waiting request that makes it needless
   * instead, if the next in line would do the same anyway.
   */
  retry(): SyncRequest | undefined {
    const failed = this.#running;
    this.#running = undefined;
    if (failed === undefined) return undefined;
    const next = this.#waiting[0];
    if (next !== undefined && haveSameEffect(next.request, failed.request)) return next.request;
    this.#waiting.unshift({ request: failed.request, failures: failed.failures + 1 });
    return undefined;
  }

  /** Forgets what waits and returns it. */
  clear(): SyncRequest[] {
    return this.#waiting.splice(0).map((entry) => entry.request);
  }
}

/**
 * Whether two requests would do the same, whoever asked for them and why: same environment, same commit (none means the
 * branch head at the time of the run, whatever a push announced), same permissions. Pure.
 */
export function haveSameEffect(one: SyncRequest, other: SyncRequest): boolean {
  return (
    one.environment === other.environment &&
    one.commit === other.commit &&
    switches.every((name) => (one[name] ?? false) === (other[name] ?? false))
  );
}

const switches = ['full', ...permissionNames] as const;
