import type {
  AtQuestion,
  Blame,
  BlameQuestion,
  DeploymentDetails,
  EnvironmentAt,
  History,
  HistoryQuestion,
} from '../verbs/past/contract.ts';
import type { NotedHistory } from '../report/notes/read-noted-history.ts';
import type { Verification } from '../verbs/verify/verification.ts';
import type { ExportReport } from '../verbs/export/export-report.ts';
import type { AwaitedMembers, AwaitOptions } from '../verbs/members/await-members.ts';
import type { MembersReport } from '../verbs/members/members-report.ts';
import type { MembersSummary } from '../verbs/members/summarize.ts';
import type { DeploymentRecord, State, SyncRequest, SyncResult } from '../model/deployment.ts';
import type { EnclosureError } from '../base/enclosure-error.ts';
import type { Hold, HoldEnd, HoldWish } from '../model/hold.ts';
import type { Plan } from '../model/plan.ts';
import type { OnProgress } from '../model/progress.ts';
import type { SnapshotCacheEvent } from '../model/snapshot-cache-event.ts';
import type { Holder } from '../model/holder.ts';

/** What the entries (command line, serve, functions) ask of Enclosure; `createEnclosure` makes one from a configuration. */
export interface Enclosure {
  /** What `sync` would do with the same request; takes no lock and writes nothing. */
  plan(request: SyncRequest, options?: RunOptions): Promise<PlanReport>;
  /**
   * Applies. Resolves for the outcomes `applied`, `unchanged`, `refused` and `held`; everything else is thrown as an
   * `EnclosureError` (whose `retryable` a queue asks for) and means `failed`.
   */
  sync(request: SyncRequest, options?: RunOptions): Promise<SyncReport>;
  /**
   * Reads everything and compares it with the applied commit; takes no lock and writes nothing. Where git no longer has the
   * commit it says what the records still tell, and has an `error`.
   */
  verify(environment: string, options?: RunOptions): Promise<Verification>;
  /**
   * Verifies, and brings what drifted back to the applied commit, whatever the branch has: as a deployment of its own, also
   * while the environment is held, since no commit changes. Fails as `sync` does.
   */
  repair(request: RepairRequest, options?: RunOptions): Promise<RepairReport>;
  /** One entry an environment, in the configuration's order; an ensemble that is away is an `error` in its entry only. */
  status(environments: readonly string[], options?: RunOptions): Promise<EnvironmentStatus[]>;
  /** Deployments, newest first. */
  history(environment: string, options?: HistoryOptions): Promise<DeploymentRecord[]>;
  /** The same with the holds and resumptions between them, filtered. Skips what a newer Enclosure wrote, with a note. */
  timeline(environment: string, question: HistoryQuestion, options?: RunOptions): Promise<History>;
  /** One deployment with what it changed; fails with `revision-missing`. */
  deployment(environment: string, revision: number, options?: RunOptions): Promise<DeploymentDetails>;
  /** Which commit and which deployment set a znode, and whether it is still so; fails with `znode-unknown`. */
  blame(environment: string, question: BlameQuestion, options?: RunOptions): Promise<Blame>;
  /** What the environment was, from git; fails with `revision-missing`, `commit-missing`, `znode-unknown`. */
  at(environment: string, question: AtQuestion, options?: RunOptions): Promise<EnvironmentAt>;
  /** The deployments from the audit notes in git, without a word to the ensemble: for when it is lost. */
  historyFromNotes(environment: string, options?: HistoryOptions): Promise<NotedHistory>;
  /**
   * Applies an earlier commit as a new revision and holds the environment there. Resolves and fails as `sync` does, but for
   * `held`; a revision that is not there is `revision-missing`.
   */
  rollback(request: RollbackRequest, options?: RunOptions): Promise<SyncReport>;
  /** Keeps everything but a rollback from applying anything. Who holds already is replaced. */
  hold(environment: string, wish: HoldWish, options?: RunOptions): Promise<Hold>;
  /** Lifts the hold and applies nothing; null where there was none. */
  resume(request: ResumeRequest, options?: RunOptions): Promise<Hold | null>;
  /**
   * Writes a tree as files that, committed and synced, give the same tree. Fails with `znode-unknown`, `name-unholdable`,
   * `directory-taken`, `directory-failed`; the directory is then as it was.
   */
  export(request: ExportRequest, options?: RunOptions): Promise<ExportReport>;
  /** Who has joined, and what each says of itself. */
  members(environment: string, options?: RunOptions): Promise<MembersReport>;
  /** Waits until enough members run a revision, until that has become impossible, or until the time is over. */
  awaitMembers(environment: string, options: AwaitOptions): Promise<AwaitedMembers>;
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  /** How long to wait for the environment's lock; default 60 s. Then `lock-timeout`. */
  readonly lockTimeoutMs?: number;
  /** How long the audit notes of a run may take, once it is done; default 30 s. */
  readonly notesTimeoutMs?: number;
  readonly onProgress?: OnProgress;
  /** Told once, by `sync` only: how long it took from asking for the environment's lock to holding it, or to failing to. */
  readonly onLockWait?: (ms: number) => void;
  /** Told of what the snapshot cache does for the run. Must not throw. */
  readonly onSnapshotCache?: (event: SnapshotCacheEvent) => void;
}

export interface HistoryOptions extends RunOptions {
  /** How many at most; default 20. */
  readonly limit?: number;
}

export interface RollbackRequest extends Pick<
  SyncRequest,
  'environment' | 'actor' | 'time' | 'why' | 'allowDeletes'
> {
  /** Default: the commit of the deployment before. */
  readonly to?: { readonly revision: number } | { readonly commit: string };
  /** Default: until it is lifted. */
  readonly until?: HoldEnd;
}

export type ResumeRequest = Pick<SyncRequest, 'environment' | 'actor' | 'why'>;

export interface PlanReport {
  readonly plan: Plan;
  /** While it is there, a sync is `held` and does nothing of the plan. */
  readonly hold?: Hold;
  /** The revision that is applied now; 0 before the first deployment. */
  readonly revision: number;
  readonly durationMs: number;
}

export interface SyncReport {
  readonly result: SyncResult;
  /** With the outcome `held` none was made: this one has no steps. */
  readonly plan: Plan;
  /** What holds the environment: with the outcome `held`, and after a rollback. */
  readonly hold?: Hold;
  /** Where the repository has audit notes. */
  readonly notes?: NotesReport;
}

/** Whether the audit notes in git say what the history says. */
export interface NotesState {
  /** Records that have no note there yet; null where that is not known. */
  readonly pending: number | null;
  /** When the oldest of them was deployed. */
  readonly since: string | null;
  /** Why it is so, or why it is not known; whatever it is, the next run tries again. */
  readonly error?: EnclosureError;
}

export interface NotesReport extends NotesState {
  /** Records that got their note in this run. */
  readonly written: number;
  readonly durationMs: number;
}

export interface ExportRequest {
  /** As the configuration names it. */
  readonly ensemble: string;
  readonly znode: string;
  /** Missing or empty. */
  readonly directory: string;
}

export type RepairRequest = Pick<SyncRequest, 'environment' | 'actor' | 'time'>;

export interface RepairReport {
  /** What was there before. */
  readonly found: Verification;
  /** Absent where there was nothing to repair, or nothing to repair it from. */
  readonly sync?: SyncReport;
  /** What is there after it. */
  readonly left?: Verification;
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
  /** What keeps syncs from applying anything; of the lock says `holder`. */
  readonly hold?: Hold;
  readonly last?: DeploymentRecord;
  /** Where the repository has audit notes. */
  readonly notes?: NotesState;
  /** Absent where the environment could not be read. */
  readonly members?: MembersSummary;
  readonly error?: EnclosureError;
}
