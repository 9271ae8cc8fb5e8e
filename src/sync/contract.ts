import type { AwaitedMembers, AwaitOptions } from '../members/await-members.ts';
import type { MembersReport } from '../members/members-report.ts';
import type { MembersSummary } from '../members/summarize.ts';
import type { DeploymentRecord, State, SyncRequest, SyncResult } from '../model/deployment.ts';
import type { EnclosureError } from '../model/errors.ts';
import type { Drift, Plan } from '../model/plan.ts';
import type { OnProgress } from '../model/progress.ts';
import type { Holder } from '../model/lock.ts';

/** What the entries (command line, serve, functions) ask of Enclosure; `createEnclosure` makes one from a configuration. */
export interface Enclosure {
  /** What `sync` would do with the same request; takes no lock and writes nothing. */
  plan(request: SyncRequest, options?: RunOptions): Promise<PlanReport>;
  /**
   * Applies. Resolves for the outcomes `applied`, `unchanged` and `refused`; everything else is thrown as an
   * `EnclosureError` (whose `retryable` a queue asks for) and means `failed`.
   */
  sync(request: SyncRequest, options?: RunOptions): Promise<SyncReport>;
  /** Reads everything and compares it with the applied commit; takes no lock and writes nothing. */
  verify(environment: string, options?: RunOptions): Promise<Verification>;
  /** One entry an environment, in the configuration's order; an ensemble that is away is an `error` in its entry only. */
  status(environments: readonly string[], options?: RunOptions): Promise<EnvironmentStatus[]>;
  /** Deployments, newest first. */
  history(environment: string, options?: HistoryOptions): Promise<DeploymentRecord[]>;
  /** Who has joined, and what each says of itself. */
  members(environment: string, options?: RunOptions): Promise<MembersReport>;
  /** Waits until enough members run a revision, until that has become impossible, or until the time is over. */
  awaitMembers(environment: string, options: AwaitOptions): Promise<AwaitedMembers>;
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  /** How long to wait for the environment's lock; default 60 s. Then `lock-timeout`. */
  readonly lockTimeoutMs?: number;
  readonly onProgress?: OnProgress;
  /** Told once, by `sync` only: how long it took from asking for the environment's lock to holding it, or to failing to. */
  readonly onLockWait?: (ms: number) => void;
}

export interface HistoryOptions extends RunOptions {
  /** How many at most; default 20. */
  readonly limit?: number;
}

export interface PlanReport {
  readonly plan: Plan;
  /** The revision that is applied now; 0 before the first deployment. */
  readonly revision: number;
  readonly durationMs: number;
}

export interface SyncReport {
  readonly result: SyncResult;
  readonly plan: Plan;
}

export interface Verification {
  readonly environment: string;
  readonly revision: number;
  readonly commit: string | null;
  /** Znodes compared. */
  readonly znodes: number;
  readonly drift: readonly Drift[];
  readonly unmanaged: readonly string[];
  readonly durationMs: number;
}

export interface EnvironmentStatus {
  readonly environment: string;
  readonly znode: string;
  readonly repository: string;
  readonly branch: string;
  /** Absent before the first deployment. */
  readonly state?: State;
  readonly holder?: Holder;
  readonly waiters: readonly Holder[];
  readonly last?: DeploymentRecord;
  /** Absent where the environment could not be read. */
  readonly members?: MembersSummary;
  readonly error?: EnclosureError;
}
