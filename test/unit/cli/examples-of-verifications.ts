/** Verifications as Enclosure gives them. */
import type { FoundZnode, Verification } from '../../../src/verbs/verify/verification.ts';
import { commit } from './examples-of-results.ts';

const mtime = '2026-03-01T12:00:00.000Z';

function foundOf(changed: Partial<FoundZnode> = {}): FoundZnode {
  return { oid: 'b'.repeat(40), size: 14, version: 3, mtime, ephemeral: false, ...changed };
}

export function verificationOf(changed: Partial<Verification> = {}): Verification {
  return {
    environment: 'production',
    revision: 12,
    commit,
    phase: 'applied',
    znode: '/environments/production',
    repository: 'https://git.example/config.git',
    branch: 'main',
    directory: 'live',
    tree: 'c'.repeat(40),
    basis: 'commit',
    znodes: 10,
    unknown: 0,
    drift: [],
    unmanaged: [],
    differences: { changed: [], missing: [], unmanaged: [] },
    digest: 'd'.repeat(64),
    time: mtime,
    durationMs: 5,
    ...changed,
  };
}

/** One znode of each kind. */
export const drifted = verificationOf({
  drift: [
    { path: 'a', kind: 'changed' },
    { path: '', kind: 'missing' },
  ],
  unmanaged: ['x\u0007'],
  differences: {
    changed: [
      {
        path: 'a',
        kind: 'changed',
        expected: { oid: 'a'.repeat(40), size: 12 },
        found: foundOf(),
        difference: ['--- a/a', '+++ b/a', '-one', '+two'],
      },
    ],
    missing: [
      {
        path: '',
        kind: 'missing',
        expected: { oid: 'e'.repeat(40), size: null },
        found: null,
        difference: ['-three'],
      },
    ],
    unmanaged: [{ path: 'x\u0007', found: foundOf({ ephemeral: true, size: 0 }) }],
  },
});
