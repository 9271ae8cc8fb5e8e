/** `sync --json` (design, section 10). */
import type { SyncResult } from '../model/deployment.ts';
import type { Refusal } from '../model/plan.ts';
import type { SyncReport } from './contract.ts';
import { errorJson, type ErrorJson } from './error-json.ts';

export type SyncJson = SyncResult | (SyncResult & { readonly refusals: readonly Refusal[] }) | FailedSync;

/** The same keys; what a failure leaves unknown is null. */
type FailedSync = {
  readonly [Key in Exclude<keyof SyncResult, 'environment' | 'outcome' | 'durationMs'>]: null;
} & {
  readonly environment: string;
  readonly outcome: 'failed';
  readonly durationMs: number;
  readonly error: ErrorJson;
};

export function syncJson({ result, plan }: SyncReport): SyncJson {
  return result.outcome === 'refused' ? { ...result, refusals: plan.refusals } : result;
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
