/**
 * `enclosure`: what the command line does, for programs. A configuration is loaded, made able to act, and asked; whatever
 * fails is an `EnclosureError`. Applications that only read an environment take `enclosure/agent`, which is smaller.
 */
export { createEnclosure } from './create-enclosure.ts';
export { loadConfiguration } from './load-configuration.ts';
export { EnclosureError, isEnclosureError, type ErrorCode } from '../base/enclosure-error.ts';
export type { Enclosure } from './enclosure.ts';
export type { Configuration, Ensemble, Environment, Repository } from '../model/environment.ts';
export type { DeploymentRecord } from '../model/deployment-record.ts';
export type { Hold, HoldEvent, HoldWish } from '../model/hold.ts';
export type { Plan, Refusal, Step } from '../model/plan.ts';
export type { Progress } from '../model/progress.ts';
export type { HistoryOptions, RunOptions } from '../model/run-options.ts';
export type { SyncReport } from '../model/sync/sync-report.ts';
export type { Reason, SyncRequest } from '../model/sync/sync-request.ts';
export type { Outcome, SyncResult } from '../model/sync/sync-result.ts';
export type { NotedHistory } from '../report/notes/read-noted-history.ts';
export type { Blame, BlameQuestion } from '../verbs/blame/blame-entry.ts';
export type { AtQuestion, EnvironmentAt } from '../verbs/environment-at.ts';
export type { ExportRequest } from '../verbs/export/export-from-ensemble.ts';
export type { ExportReport } from '../verbs/export/export-report.ts';
export type { DeploymentDetails } from '../verbs/history/deployment-details.ts';
export type { History, HistoryQuestion } from '../verbs/history/history.ts';
export type { ResumeRequest } from '../verbs/hold-environment.ts';
export type { AwaitedMembers, AwaitOptions } from '../verbs/members/await-members.ts';
export type { MembersReport } from '../verbs/members/members-report.ts';
export type { PlanReport } from '../verbs/plan-environment.ts';
export type { EnvironmentStatus } from '../verbs/read-status.ts';
export type { RollbackRequest } from '../verbs/rollback/rollback-target.ts';
export type { RepairReport, RepairRequest } from '../verbs/verify/repair-environment.ts';
export type { Verification } from '../verbs/verify/verification.ts';
