import { describe, expect, it } from 'vitest';
import { haveSameEffect } from '../../../../src/intake/queue/environment-line.ts';
import type { SyncRequest } from '../../../../src/model/sync/sync-request.ts';

const push: SyncRequest = {
  environment: 'production',
  reason: 'push',
  actor: 'alice',
  delivery: 'one',
  time: '2026-01-02T03:04:05.000Z',
  hint: '1'.repeat(40),
};

describe('haveSameEffect', () => {
  it('does not depend on who asks, when, why, and what was announced', () => {
    const other: SyncRequest = {
      environment: 'production',
      reason: 'manual',
      actor: 'bob',
      time: 'later',
      hint: '2'.repeat(40),
      full: false,
    };
    expect(haveSameEffect(push, other)).toBe(true);
  });

  it.each([
    { environment: 'staging' },
    { commit: '1'.repeat(40) },
    { full: true },
    { allowRewind: true },
    { allowDeletes: true },
    { adopt: true },
  ])('depends on %j', (changes) => {
    expect(haveSameEffect(push, { ...push, ...changes })).toBe(false);
    expect(haveSameEffect({ ...push, ...changes }, push)).toBe(false);
    expect(haveSameEffect({ ...push, ...changes }, { ...push, ...changes })).toBe(true);
  });
});
