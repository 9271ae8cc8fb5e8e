import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import type { HoldWish } from '../../../src/model/hold.ts';
import type { RunOptions } from '../../../src/model/run-options.ts';
import type { ResumeRequest } from '../../../src/verbs/hold-environment.ts';
import type { PlanReport } from '../../../src/verbs/plan-environment.ts';
import type { RollbackRequest } from '../../../src/verbs/rollback/rollback-target.ts';
import { commit, holdOf, planOf, previous } from './examples-of-results.ts';
import { runWith } from './fake-world.ts';

const held = {
  who: 'alice',
  why: 'errors',
  since: '2026-03-01T12:00:00.000Z',
  until: null,
  rollback: null,
};
const result = {
  environment: 'production',
  outcome: 'applied',
  revision: 13,
  commit: previous,
  previousCommit: commit,
  counts: { created: 0, updated: 1, deleted: 0, unchanged: 4 },
  transactions: 1,
  durationMs: 34,
} as const;
const change = { action: 'update', path: 'a', content: 'x', previous: 'y', bytes: 3, version: 1 } as const;

function fakeRollback(outcome: 'applied' | 'refused' = 'applied') {
  const asked: [RollbackRequest, RunOptions | undefined][] = [];
  const rollback = (request: RollbackRequest, options?: RunOptions) => {
    asked.push([request, options]);
    if (outcome === 'applied') return Promise.resolve({ result, plan: planOf(), hold: holdOf() });
    const plan = planOf({ refusals: [{ code: 'too-many-deletes', message: 'too many' }] });
    return Promise.resolve({ result: { ...result, outcome }, plan });
  };
  return { asked, enclosure: { rollback } };
}

test('rollback passes on what was asked for, and answers as sync does, with the hold', async () => {
  const { asked, enclosure } = fakeRollback();
  const flags = ['--to', '12', '--message', ' errors ', '--until', '2h', '--allow-deletes'];
  const ran = await runWith({ enclosure }, 'rollback', 'production', ...flags, '--json');
  expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
  expect(ran.json()).toEqual({ ...result, held });
  expect(asked[0]?.[0]).toMatchObject({
    environment: 'production',
    to: { revision: 12 },
    why: 'errors',
    until: { afterMs: 7_200_000 },
    allowDeletes: true,
  });
  expect(asked[0]?.[0].actor.endsWith(`@${hostname()}`)).toBe(true);
  expect(asked[0]?.[1]).toMatchObject({ lockTimeoutMs: 60_000 });

  const text = await runWith({ enclosure }, 'rollback', 'production', '--to', 'ABCDEF12');
  expect(asked[1]?.[0].to).toEqual({ commit: 'abcdef12' });
  expect(text.stdout.split('\n')).toEqual([
    'production: applied, now revision 13, commit 0123456789ab (before: 3f2a1b9c0d1e)',
    '  0 created, 1 updated, 0 deleted, 4 unchanged; 1 transaction, 34 ms',
    'held by alice since 2026-03-01 12:00:00Z, until it is resumed: errors',
    '  Nothing but a rollback is applied until then; enclosure resume production lifts it.',
    '',
  ]);
  await runWith({ enclosure }, 'rollback', 'production');
  expect(Object.keys(asked[2]?.[0] ?? {})).toEqual(['environment', 'actor', 'time']);
});

test('a refused rollback exits 3 and says that nothing is held', async () => {
  const ran = await runWith(fakeRollback('refused'), 'rollback', 'production', '--json');
  expect(ran.exitCode).toBe(3);
  expect(ran.json()).toMatchObject({ outcome: 'refused', refusals: [{ code: 'too-many-deletes' }] });
  expect(ran.json()).not.toHaveProperty('held');
});

test('hold wants a reason, and prints who holds until when', async () => {
  const asked: [string, HoldWish][] = [];
  const hold = (environment: string, wish: HoldWish) => {
    asked.push([environment, wish]);
    return Promise.resolve(holdOf());
  };
  const until = ['--until', '2026-03-01 18:00'];
  const ran = await runWith({ enclosure: { hold } }, 'hold', 'production', '--message', 'errors', ...until);
  expect(ran.exitCode).toBe(0);
  expect(ran.stdout).toMatch(/^production:\nheld by alice since /);
  expect(asked).toMatchObject([
    ['production', { why: 'errors', until: { time: '2026-03-01T18:00:00.000Z' } }],
  ]);
  const json = await runWith({ enclosure: { hold } }, 'hold', 'production', '--message', 'errors', '--json');
  expect(json.json()).toEqual({ environment: 'production', held });
  for (const flags of [
    [],
    ['--message', ' '],
    ['--message', 'x', '--until', 'tomorrow'],
    ['--message', 'x', '--until', '2026-13-01'],
    ['--message', 'x', '--until', '0s'],
  ]) {
    const wrong = await runWith({ enclosure: { hold } }, 'hold', 'production', ...flags);
    expect(wrong, flags.join(' ')).toMatchObject({ exitCode: 1, stdout: '', openedWith: [] });
  }
  expect(asked).toHaveLength(2);
});

function fakeResume(hold: ReturnType<typeof holdOf> | null) {
  const asked: string[] = [];
  const report: PlanReport = { plan: planOf({ steps: [change] }), revision: 13, durationMs: 5 };
  const enclosure = {
    plan: () => {
      asked.push('plan');
      return Promise.resolve(hold === null ? report : { ...report, hold });
    },
    resume: ({ actor: _actor, ...request }: ResumeRequest) => {
      asked.push(`resume ${JSON.stringify(request)}`);
      return Promise.resolve(hold);
    },
  };
  return { asked, enclosure };
}

test('resume says what the head will change before it lifts the hold', async () => {
  const { asked, enclosure } = fakeResume(holdOf());
  const ran = await runWith({ enclosure }, 'resume', 'production', '--message', 'mended');
  expect(asked).toEqual(['plan', 'resume {"environment":"production","why":"mended"}']);
  expect(ran.exitCode).toBe(0);
  expect(ran.stdout.split('\n').slice(1)).toEqual([
    '  ~ update        3 B  a',
    '0 to create, 1 to update, 0 to delete, 5 unchanged. (fast comparison, 5 ms)',
    'The hold was lifted: by alice since 2026-03-01 12:00:00Z, until it is resumed: errors',
    'The next push or reconcile applies this; at once: enclosure sync production',
    '',
  ]);
  const json = await runWith({ enclosure }, 'resume', 'production', '--json');
  expect(json.json()).toMatchObject({
    environment: 'production',
    lifted: held,
    plan: { outcome: 'applied', held: null, steps: [{ action: 'update', path: 'a', bytes: 3 }] },
  });
});

test('resume --dry-run only says it, and without a hold nothing is lifted', async () => {
  const dry = fakeResume(holdOf());
  const ran = await runWith(dry, 'resume', 'production', '--dry-run');
  expect(dry.asked).toEqual(['plan']);
  expect(ran.stdout).toContain('1 to update');
  expect(ran.stdout).toContain('held by alice');
  expect(ran.stdout).not.toContain('lifted:');
  const json = await runWith(dry, 'resume', 'production', '--dry-run', '--json');
  expect(json.json()).toMatchObject({ lifted: null, plan: { outcome: 'held', held } });

  const none = await runWith(fakeResume(null), 'resume', 'production');
  expect(none.exitCode).toBe(0);
  expect(none.stdout).toContain('production was not held; nothing was written.\n');
});

test('a sync by hand that meets a hold exits 3 and says by whom, why and until when', async () => {
  const report = { result: { ...result, outcome: 'held' as const }, plan: planOf(), hold: holdOf() };
  const enclosure = { sync: () => Promise.resolve(report) };
  const ran = await runWith({ enclosure }, 'sync', 'production', '--json');
  expect(ran.exitCode).toBe(3);
  expect(ran.json()).toEqual({ ...result, outcome: 'held', held });
  const text = await runWith({ enclosure }, 'sync', 'production');
  expect(text.exitCode).toBe(3);
  expect(text.stdout.split('\n')).toEqual([
    'production: held, nothing was changed; still at revision 13, commit 0123456789ab',
    'held by alice since 2026-03-01 12:00:00Z, until it is resumed: errors',
    '  Nothing but a rollback is applied until then; enclosure resume production lifts it.',
    '',
  ]);
});

test('plan shows the plan all the same and says that it is held; the exit code is that of the plan', async () => {
  const planned = (steps: readonly (typeof change)[]) => ({
    plan: () => Promise.resolve({ plan: planOf({ steps }), revision: 13, durationMs: 5, hold: holdOf() }),
  });
  const ran = await runWith({ enclosure: planned([change]) }, 'plan', 'production');
  expect(ran.exitCode).toBe(0);
  expect(ran.stdout).toContain('~ update');
  expect(ran.stdout).toContain('held by alice');
  const flags = ['plan', 'production', '--detailed-exitcode', '--json'];
  const json = await runWith({ enclosure: planned([change]) }, ...flags);
  expect(json.exitCode).toBe(2);
  expect(json.json()).toMatchObject({ outcome: 'held', held, steps: [{ path: 'a' }] });
  expect((await runWith({ enclosure: planned([]) }, ...flags)).exitCode).toBe(0);
});

test('status says who holds an environment', async () => {
  const entry = { environment: 'production', znode: '/p', repository: 'r', branch: 'main', waiters: [] };
  const hold = holdOf({
    who: 'al\u001bice',
    why: 'a\nb',
    until: '2026-03-01T18:00:00.000Z',
    rollback: { from: { revision: 12, commit }, to: { revision: 13, commit: previous } },
  });
  const enclosure = { status: () => Promise.resolve([{ ...entry, hold }]) };
  const ran = await runWith({ enclosure }, 'status', 'production');
  expect(ran.stdout).toContain(
    '  held      by al\\u{1b}ice since 2026-03-01 12:00:00Z, until 2026-03-01 18:00:00Z, rolled back from revision 12 (3f2a1b9c0d1e): a\\u{a}b\n',
  );
  const json = await runWith({ enclosure }, 'status', '--json');
  expect(json.json()).toMatchObject([{ held: { who: 'al\u001bice', rollback: hold.rollback } }]);
  const free = { status: () => Promise.resolve([entry]) };
  expect((await runWith({ enclosure: free }, 'status', '--json')).json()).toMatchObject([{ held: null }]);
});
