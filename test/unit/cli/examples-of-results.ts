/** Results as Enclosure gives them, for the renderers and the commands. */
import type { DeploymentRecord } from '../../../src/model/deployment-record.ts';
import type { Hold } from '../../../src/model/hold.ts';
import type { Plan } from '../../../src/model/plan.ts';
import type { State } from '../../../src/model/state.ts';

export const commit = '3f2a1b9c0d1e2f3a4b5c6d7e8f9a0b1c2d3e4f5a';
export const previous = '0123456789abcdef0123456789abcdef01234567';

export function planOf(changed: Partial<Plan> = {}): Plan {
  return {
    environment: 'production',
    commit,
    previousCommit: previous,
    mode: 'fast',
    steps: [],
    landed: [],
    refusals: [],
    warnings: [],
    unchanged: 5,
    znodes: 5,
    unmanaged: [],
    strays: [],
    drift: [],
    ...changed,
  };
}

export function recordOf(changed: Partial<DeploymentRecord> = {}): DeploymentRecord {
  return {
    format: 1,
    environment: 'production',
    revision: 12,
    commit,
    previousCommit: previous,
    commits: [{ sha: commit, author: 'alice', subject: 'Raise the pool size' }],
    commitsCut: 0,
    reason: 'push',
    actor: 'alice',
    delivery: null,
    started: '2026-03-01T12:00:00.000Z',
    ended: '2026-03-01T12:00:01.250Z',
    counts: { created: 1, updated: 2, deleted: 0, unchanged: 7 },
    transactions: 1,
    mode: 'fast',
    changes: [],
    changesCut: 0,
    ...changed,
  };
}

export function stateOf(changed: Partial<State> = {}): State {
  return {
    format: 1,
    environment: 'production',
    znode: '/environments/production',
    repository: 'config',
    branch: 'main',
    mapping: { directory: '', layout: 'file', unsupported: 'refuse' },
    mappingDigest: 'digest',
    revision: 12,
    commit,
    phase: 'applied',
    znodes: 10,
    time: '2026-03-01T12:00:01.250Z',
    ...changed,
  };
}

export function holdOf(changed: Partial<Hold> = {}): Hold {
  return {
    format: 1,
    environment: 'production',
    who: 'alice',
    why: 'errors',
    since: '2026-03-01T12:00:00.000Z',
    until: null,
    rollback: null,
    ...changed,
  };
}
