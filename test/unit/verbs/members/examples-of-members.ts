/** Members and their receipts, for what judges, counts and shows them. */
import type { Member, Receipt } from '../../../../src/model/member.ts';

export const commit = '3f2a1b9c0d1e2f3a4b5c6d7e8f9a0b1c2d3e4f5a';
export const previous = '0123456789abcdef0123456789abcdef01234567';

export function receiptOf(changed: Partial<Receipt> = {}): Receipt {
  return {
    format: 1,
    name: 'app-1',
    host: 'host-1',
    pid: 4711,
    labels: { zone: 'a' },
    data: { port: 8080 },
    revision: 12,
    commit,
    digest: 'd'.repeat(64),
    status: 'applied',
    rejected: null,
    problem: null,
    since: '2026-03-01T12:00:01.250Z',
    joined: '2026-02-28T08:00:00.000Z',
    ...changed,
  };
}

/** Runs a revision and the commit of it. */
export function memberAt(name: string, revision: number | null, changed: Partial<Receipt> = {}): Member {
  const runs = revision === 12 ? commit : revision === null ? null : previous;
  return { name, ephemeral: true, receipt: receiptOf({ name, revision, commit: runs, ...changed }) };
}

/** Runs revision 11 and refused 12. */
export function rejecting(name: string, changed: Partial<Receipt['rejected'] & object> = {}): Member {
  return memberAt(name, 11, {
    status: 'rejected',
    rejected: { revision: 12, commit, reason: 'no port', time: '2026-03-01T12:00:02.000Z', ...changed },
  });
}
