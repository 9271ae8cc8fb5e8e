import type { Counts } from '../plan.ts';

export type Outcome = 'applied' | 'unchanged' | 'refused' | 'held' | 'failed';

/** What `sync --json` prints. */
export interface SyncResult {
  readonly environment: string;
  readonly outcome: Outcome;
  readonly revision: number;
  readonly commit: string | null;
  readonly previousCommit: string | null;
  readonly counts: Counts;
  readonly transactions: number;
  readonly durationMs: number;
}
