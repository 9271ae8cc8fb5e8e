import type { RepairReport } from '../../verbs/verify/repair-environment.ts';
import type { Verification } from '../../verbs/verify/verification.ts';
import { errorJson } from './error-json.ts';
import { syncJson } from './sync-json.ts';

/** `verify --json`. */
export function verifyJson({ error, ...verification }: Verification) {
  return { ...verification, ...(error !== undefined && { error: errorJson(error) }) };
}

/** `verify --repair --json`: what was found, and under `repair` what was done about it and what is left. */
export function repairJson({ found, sync, left }: RepairReport) {
  const repair =
    sync === undefined || left === undefined ? null : { ...syncJson(sync), left: verifyJson(left) };
  return { ...verifyJson(found), repair };
}
