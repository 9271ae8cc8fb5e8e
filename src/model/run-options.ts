import type { OnProgress } from './progress.ts';
import type { SharedFetchEvent } from './shared-fetch-event.ts';

export interface RunOptions {
  readonly signal?: AbortSignal;
  /** How long to wait for the environment's lock; default 60 s. Then `lock-timeout`. */
  readonly lockTimeoutMs?: number;
  /** How long the audit notes of a run may take, once it is done; default 30 s. */
  readonly notesTimeoutMs?: number;
  readonly onProgress?: OnProgress;
  /** Told once, by `sync` only: how long it took from asking for the environment's lock to holding it, or to failing to. */
  readonly onLockWait?: (ms: number) => void;
  /** Hears what shared fetches do for the run. Must not throw. */
  readonly onSharedFetch?: (event: SharedFetchEvent) => void;
}

export interface HistoryOptions extends RunOptions {
  /** How many at most; default 20. */
  readonly limit?: number;
}
