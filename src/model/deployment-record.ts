import type { Counts } from './plan.ts';
import type { Reason } from './sync/sync-request.ts';

export interface CommitSummary {
  readonly sha: string;
  readonly author: string;
  readonly subject: string;
}

export interface Change {
  readonly path: string;
  readonly action: 'create' | 'update' | 'delete';
  /** Blob ids before and after; null where there is none. */
  readonly before: string | null;
  readonly after: string | null;
}

/** One entry of an environment's history. */
export interface DeploymentRecord {
  readonly format: 1;
  readonly environment: string;
  readonly revision: number;
  readonly commit: string;
  readonly previousCommit: string | null;
  /** Newest first; bounded, see `commitsCut`. */
  readonly commits: readonly CommitSummary[];
  /** How many commits were left out. */
  readonly commitsCut: number;
  readonly reason: Reason;
  readonly actor: string;
  readonly delivery: string | null;
  readonly started: string;
  readonly ended: string;
  readonly counts: Counts;
  readonly transactions: number;
  readonly mode: 'fast' | 'full';
  readonly changes: readonly Change[];
  readonly changesCut: number;
  /** Why, in the words of whoever asked for it. */
  readonly message?: string;
}
