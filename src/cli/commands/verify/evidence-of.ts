/**
 * What a verification leaves as evidence. Contents are in it by their blob ids alone, so that it may be handed on. Pure.
 */
import { syncJson } from '../../../report/documents/sync-json.ts';
import { verifyJson } from '../../../report/documents/verify-json.ts';
import type { RepairReport } from '../../../verbs/verify/repair-environment.ts';
import type { DriftedZnode, Verification } from '../../../verbs/verify/verification.ts';
import { version } from '../../version.ts';

export function evidenceOf({ found, sync, left }: RepairReport) {
  const { outcome, revision, commit, counts, transactions } = sync === undefined ? none : syncJson(sync);
  return {
    format: 1,
    tool: { name: 'enclosure', version },
    ...verified(found),
    ...(left !== undefined && {
      repair: { outcome, revision, commit, counts, transactions, left: verified(left) },
    }),
  };
}

const none = { outcome: null, revision: null, commit: null, counts: null, transactions: null } as const;

function verified(verification: Verification) {
  const { changed, missing, unmanaged } = verification.differences;
  return {
    verdict: verdictOf(verification),
    ...verifyJson(verification),
    differences: { changed: changed.map(withoutContent), missing: missing.map(withoutContent) },
    unmanaged,
  };
}

/** `unknown` where git no longer has the commit and what is known of it is as it should be. */
function verdictOf({ basis, drift }: Verification): 'equal' | 'drift' | 'unknown' | 'nothing-applied' {
  if (basis === null) return 'nothing-applied';
  if (drift.length > 0) return 'drift';
  return basis === 'commit' ? 'equal' : 'unknown';
}

function withoutContent({ path, kind, expected, found }: DriftedZnode) {
  return { path, kind, expected, found };
}
