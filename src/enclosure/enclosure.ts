import type { Hold, HoldWish } from '../model/hold.ts';
import type { HistoryOptions, RunOptions } from '../model/run-options.ts';
import type { SyncReport } from '../model/sync/sync-report.ts';
import type { SyncRequest } from '../model/sync/sync-request.ts';
import type { NotedHistory } from '../report/notes/read-noted-history.ts';
import type { Blame, BlameQuestion } from '../verbs/blame/blame-entry.ts';
import type { AtQuestion, EnvironmentAt } from '../verbs/environment-at.ts';
import type { ExportRequest } from '../verbs/export/export-from-ensemble.ts';
import type { ExportReport } from '../verbs/export/export-report.ts';
import type { DeploymentDetails } from '../verbs/history/deployment-details.ts';
import type { History, HistoryQuestion } from '../verbs/history/history.ts';
import type { ResumeRequest } from '../verbs/hold-environment.ts';
import type { AwaitedMembers, AwaitOptions } from '../verbs/members/await-members.ts';
import type { MembersReport } from '../verbs/members/members-report.ts';
import type { PlanReport } from '../verbs/plan-environment.ts';
import type { EnvironmentStatus } from '../verbs/read-status.ts';
import type { RollbackRequest } from '../verbs/rollback/rollback-target.ts';
import type { RepairReport, RepairRequest } from '../verbs/verify/repair-environment.ts';
import type { Verification } from '../verbs/verify/verification.ts';

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
  /** Deployments with the holds and resumptions between them, filtered, newest first. Skips what a newer Enclosure wrote, with a note. */
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
  /** Keeps everything but a rollback from applying anything. A hold that is there already is replaced. */
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
