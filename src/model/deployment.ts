import type { Layout, UnsupportedPolicy } from './environment.ts';
import type { Counts } from './plan.ts';

/** Why a run was asked for. */
export type Reason = 'push' | 'manual' | 'schedule' | 'rollback';

/** What asks for a run. The message of the queue is exactly this: never the payload (design, section 3). */
export interface SyncRequest {
  readonly environment: string;
  readonly reason: Reason;
  /** Who: the sender of a push, the operator's user and host, `schedule`. */
  readonly actor: string;
  /** The webhook's delivery id. */
  readonly delivery?: string;
  /** When it was asked for, ISO 8601. */
  readonly time: string;
  /** The repository and ref of the push, and the commit it announced: a hint, for the log. */
  readonly repository?: string;
  readonly ref?: string;
  readonly hint?: string;
  /** A manual run may name the commit. */
  readonly commit?: string;
  readonly full?: boolean;
  /** Back to the applied commit, whatever the branch has. */
  readonly repair?: boolean;
  readonly allowRewind?: boolean;
  readonly allowDeletes?: boolean;
  readonly adopt?: boolean;
  /** In the words of whoever asks, for the history. */
  readonly why?: string;
}

export type Outcome = 'applied' | 'unchanged' | 'refused' | 'held' | 'failed';

/** What `sync --json` prints (design, section 10). */
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

/** How the znodes came from the files; with it the desired tree of a recorded commit can be made again. */
export interface Mapping {
  readonly directory: string;
  readonly layout: Layout;
  readonly unsupported: UnsupportedPolicy;
}

/** A commit whose znodes a run has begun to write. */
export interface WrittenCommit {
  readonly commit: string;
  readonly mapping: Mapping;
}

/** The environment's state znode (design, section 9). */
export interface State {
  readonly format: 1;
  readonly environment: string;
  readonly znode: string;
  readonly repository: string;
  readonly branch: string;
  readonly mapping: Mapping;
  readonly mappingDigest: string;
  /** 0 while the first deployment is under way. */
  readonly revision: number;
  /** The commit of `revision`; null before the first. */
  readonly commit: string | null;
  readonly phase: 'applied' | 'applying';
  /** While `applying`: where to. */
  readonly target?: WrittenCommit & {
    readonly revision: number;
    /** What runs before this one were writing when they died; newest first. */
    readonly earlier?: readonly WrittenCommit[];
  };
  /** Znodes that the revision holds. */
  readonly znodes: number;
  readonly time: string;
}

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
