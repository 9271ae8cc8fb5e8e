import { describe, expect, it } from 'vitest';
import { mapPush } from '../../../../src/intake/webhook/accept-webhook.ts';
import type { Push } from '../../../../src/intake/webhook/push.ts';
import { configurationOf, repositoryOf } from '../../../integration/intake/webhook/configuration-of.ts';

const push: Push = {
  ref: 'refs/heads/main',
  branch: 'main',
  before: '1'.repeat(40),
  after: '2'.repeat(40),
  forced: false,
  actor: 'alice',
  delivery: 'delivery-1',
  time: '2026-01-02T03:04:05.000Z',
};

describe('mapPush', () => {
  it('asks for one sync of every environment of the branch, and never names the commit to apply', () => {
    const configuration = configurationOf({ production: 'main', staging: 'develop', canary: 'main' });
    const common = {
      reason: 'push',
      actor: 'alice',
      delivery: 'delivery-1',
      time: '2026-01-02T03:04:05.000Z',
      repository: 'config',
      ref: 'refs/heads/main',
      hint: '2'.repeat(40),
    };
    expect(mapPush(configuration, 'config', push)).toEqual([
      { environment: 'production', ...common },
      { environment: 'canary', ...common },
    ]);
  });

  it('asks for nothing where the branch or the repository is another', () => {
    expect(mapPush(configurationOf({ production: 'Main' }), 'config', push)).toEqual([]);
    const other = configurationOf({ production: 'main' }, repositoryOf({ name: 'other' }));
    expect(mapPush(other, 'config', push)).toEqual([]);
  });

  it('compares whole branch names', () => {
    const slashed = { ...push, ref: 'refs/heads/release/main', branch: 'release/main' };
    expect(mapPush(configurationOf({ production: 'main' }), 'config', slashed)).toEqual([]);
    expect(mapPush(configurationOf({ production: 'release/main' }), 'config', slashed)).toHaveLength(1);
  });
});
