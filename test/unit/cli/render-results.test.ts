import { expect, test } from 'vitest';
import { EnclosureError } from '../../../src/base/enclosure-error.ts';
import { renderTimeline } from '../../../src/cli/commands/history/render-timeline.ts';
import { renderStatus } from '../../../src/cli/commands/status/render-status.ts';
import { renderSync } from '../../../src/cli/commands/sync/render-sync.ts';
import type { DeploymentRecord } from '../../../src/model/deployment-record.ts';
import type { SyncResult } from '../../../src/model/sync/sync-result.ts';
import type { TimelineEntry } from '../../../src/state/read-timeline.ts';
import { renderError } from '../../../src/terminal/render-error.ts';
import { renderProgressBar, renderProgressLine } from '../../../src/terminal/render-progress-line.ts';
import { styleFor } from '../../../src/terminal/style.ts';
import { commit, planOf, previous, recordOf, stateOf } from './examples-of-results.ts';
import { plain, terminal, verboseTerminal } from './styles.ts';

const result: SyncResult = {
  environment: 'production',
  outcome: 'applied',
  revision: 12,
  commit,
  previousCommit: previous,
  counts: { created: 1, updated: 2, deleted: 3, unchanged: 4 },
  transactions: 1,
  durationMs: 1234,
};

test('an applied sync tells revision, commits, work, transactions and duration', () => {
  expect(renderSync({ result, plan: planOf({ warnings: ['careful'] }) }, plain)).toEqual([
    'warning: careful',
    'production: applied, now revision 12, commit 3f2a1b9c0d1e (before: 0123456789ab)',
    '  1 created, 2 updated, 3 deleted, 4 unchanged; 1 transaction, 1.2 s',
  ]);
});

test('an unchanged and a refused sync say so, the refused one with its reasons', () => {
  expect(renderSync({ result: { ...result, outcome: 'unchanged' }, plan: planOf() }, plain)).toEqual([
    'production: unchanged at revision 12, commit 3f2a1b9c0d1e (1.2 s)',
  ]);
  const refused = { ...result, outcome: 'refused', revision: 0, commit: null } as const;
  const plan = planOf({ refusals: [{ code: 'directory-empty', message: 'no files' }] });
  expect(renderSync({ result: refused, plan }, plain)).toEqual([
    'refused[directory-empty]: no files',
    'production: refused, nothing was changed; still without a deployment',
  ]);
});

const deployment = (record: DeploymentRecord): TimelineEntry => ({ kind: 'deployment', record });

test('a deployment is one line', () => {
  const records = [recordOf(), recordOf({ revision: 9, reason: 'manual', commitsCut: 3, actor: 'bob@host' })];
  expect(renderTimeline(records.map(deployment), plain)).toEqual([
    '12  3f2a1b9c0d1e  2026-03-01 12:00:01Z  push      +1 ~2 -0  1.3 s  alice  alice: Raise the pool size',
    ' 9  3f2a1b9c0d1e  2026-03-01 12:00:01Z  manual    +1 ~2 -0  1.3 s  bob@host  alice: Raise the pool size (and 3 more)',
  ]);
  expect(renderTimeline([], plain)).toEqual(['no deployments yet']);
});

test('a deployment keeps to the width of the terminal, and a hostile subject to its line', () => {
  const subject = `\u001b[31m${'long '.repeat(100)}\n\r`;
  const record = recordOf({ commits: [{ sha: commit, author: 'a', subject }], actor: '\u001b[0m' });
  for (const columns of [20, 40, 80, 200]) {
    const style = styleFor({ colour: false, terminal: true, columns, verbose: false });
    const [line = '', ...more] = renderTimeline([deployment(record)], style);
    expect(more).toEqual([]);
    expect(line).toHaveLength(columns);
    expect(line.endsWith('…')).toBe(true);
    // oxlint-disable-next-line no-control-regex -- these are what must not be there
    expect(line).not.toMatch(/[\u0000-\u001f]/);
  }
});

const holder = { guid: 'g', who: 'alice', host: 'h1', pid: 7, since: '2026-03-01T12:00:00Z', run: 'r' };
const entry = {
  environment: 'production',
  znode: '/environments/production',
  repository: 'config',
  branch: 'main',
  waiters: [],
};

test('a status shows revision, phase, holder with progress, waiters and the last deployment', () => {
  const state = stateOf({
    phase: 'applying',
    target: { revision: 13, commit: previous, mapping: stateOf().mapping },
  });
  const lines = renderStatus(
    [
      {
        ...entry,
        state,
        holder: { ...holder, done: 40, total: 200 },
        waiters: [{ ...holder, who: 'bob\u0007' }],
        last: recordOf(),
      },
      { ...entry, environment: 'new' },
    ],
    plain,
  );
  expect(lines).toEqual([
    'production at /environments/production from config, branch main',
    '  revision  12, commit 3f2a1b9c0d1e, 10 znodes, applying revision 13, commit 0123456789ab since 2026-03-01 12:00:01Z',
    '  lock      held by alice (h1, pid 7) since 2026-03-01 12:00:00Z, 40 of 200 operations',
    '  waiting   bob\\u{7} (h1, pid 7) since 2026-03-01 12:00:00Z',
    '  last      revision 12 by alice (push) 2026-03-01 12:00:01Z, +1 ~2 -0',
    '',
    'new at /environments/production from config, branch main',
    '  revision  nothing applied yet',
  ]);
});

const error = new EnclosureError('branch-missing', 'the branch does not exist', {
  where: 'https://git.example/x',
  expected: 'main',
  found: 'no such ref',
  next: 'Create it',
});

test('F32: an ensemble that is away shows its error in its entry', () => {
  expect(renderStatus([{ ...entry, error }], plain)[1]).toBe(
    '  error[branch-missing]: the branch does not exist (https://git.example/x); expected main; found no such ref. Create it',
  );
});

test('an error is one line in a pipe; on a terminal where and next have lines of their own', () => {
  expect(renderError(error, plain)).toEqual([
    'error[branch-missing]: the branch does not exist (https://git.example/x); expected main; found no such ref. Create it',
  ]);
  expect(renderError(error, terminal)).toEqual([
    'error[branch-missing]: the branch does not exist; expected main; found no such ref',
    '  where https://git.example/x',
    '  next  Create it',
  ]);
});

test('an error keeps its lines and nothing else that moves a cursor', () => {
  const hostile = new EnclosureError('git-failed', 'one\ntwo\u001b[2J', { where: 'a\rb', next: 'c\u0008' });
  expect(renderError(hostile, terminal)).toEqual([
    'error[git-failed]: one',
    'two\\u{1b}[2J',
    '  where a\\u{d}b',
    '  next  c\\u{8}',
  ]);
});

test('what is no error of ours is called unexpected, with its stack where it is asked for', () => {
  expect(renderError(new TypeError('oops'), terminal)).toEqual([
    'error[unexpected]: oops (--verbose shows where)',
  ]);
  expect(renderError(new TypeError('oops'), verboseTerminal).length).toBeGreaterThan(1);
  expect(renderError('text', plain)).toEqual(['error[unexpected]: text']);
});

test('a progress bar fills up, keeps to the width and escapes what it shows', () => {
  const progress = { phase: 'apply', done: 3, total: 6 } as const;
  expect(renderProgressBar('a', progress, 79)).toBe(`a: applying [${'='.repeat(12)}${' '.repeat(12)}] 3/6`);
  expect(renderProgressBar('a', { ...progress, done: 9 }, 79)).toContain('='.repeat(24));
  expect(renderProgressBar('a', { ...progress, detail: 'x'.repeat(99) }, 40)).toHaveLength(40);
  expect(renderProgressBar('a', { phase: 'lock', done: 0, total: 0, detail: '\u001b[2J' }, 79)).toBe(
    'a: waiting for the lock, \\u{1b}[2J',
  );
  expect(renderProgressLine('a', { phase: 'read', done: 7, total: 0 })).toBe('a: reading 7');
});
