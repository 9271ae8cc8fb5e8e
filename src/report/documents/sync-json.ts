/** `sync --json`. */
import type { Refusal } from '../../model/plan.ts';
import type { SyncReport } from '../../model/sync/sync-report.ts';
import type { SyncResult } from '../../model/sync/sync-result.ts';
import { adoptionJson, type AdoptionJson } from './adoption-json.ts';
import { errorJson, type ErrorJson } from './error-json.ts';
import { heldJson, type HeldJson } from './held-json.ts';
import { notesJson, type NotesJson } from './notes-json.ts';

export type SyncJson =
  | (SyncResult & {
      readonly refusals?: readonly Refusal[];
      readonly adoption?: AdoptionJson;
      readonly held?: HeldJson;
      readonly notes?: NotesJson;
    })
  | FailedSync;

/** The same keys; what a failure leaves unknown is null. */
type FailedSync = {
  readonly [Key in Exclude<keyof SyncResult, 'environment' | 'outcome' | 'durationMs'>]: null;
} & {
  readonly environment: string;
  readonly outcome: 'failed';
  readonly durationMs: number;
  readonly error: ErrorJson;
};

export function syncJson({ result, plan, hold, notes }: SyncReport): SyncJson {
  return {
    ...result,
    ...(result.outcome === 'refused' && { refusals: plan.refusals }),
    ...(plan.adoption !== undefined && { adoption: adoptionJson(plan.adoption) }),
    ...(hold !== undefined && { held: heldJson(hold) }),
    ...(notes !== undefined && { notes: notesJson(notes) }),
  };
}

/** What was applied before the failure is not known here: `status` tells. */
export function failedSyncJson(environment: string, error: unknown, durationMs: number): FailedSync {
  return {
    environment,
    outcome: 'failed',
    revision: null,
    commit: null,
    previousCommit: null,
    counts: null,
    transactions: null,
    durationMs,
    error: errorJson(error),
  };
}
