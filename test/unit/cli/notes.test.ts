import { expect, test } from 'vitest';
import { EnclosureError } from '../../../src/base/enclosure-error.ts';
import { renderStatus } from '../../../src/cli/commands/status/render-status.ts';
import { renderSync } from '../../../src/cli/commands/sync/render-sync.ts';
import type { NotesReport } from '../../../src/model/notes-state.ts';
import type { EnvironmentStatus } from '../../../src/verbs/read-status.ts';
import { syncReport } from '../serve/sync-report.ts';
import { recordOf } from './examples-of-results.ts';
import { runWith } from './fake-world.ts';
import { plain } from './styles.ts';

const error = new EnclosureError('repository-denied', 'the repository does not take a push');
const since = '2026-03-01T12:00:01.250Z';
const notes: NotesReport = { written: 0, pending: 2, since, error, durationMs: 5 };
const status: EnvironmentStatus = {
  environment: 'production',
  znode: '/e',
  repository: 'config',
  branch: 'main',
  waiters: [],
};

test('a sync whose notes are not written says how many are missing, since when and why', () => {
  const report = { ...syncReport('production'), notes };
  expect(renderSync(report, plain).at(-1)).toBe(
    '  audit notes: 2 deployments without a note, the oldest of 2026-03-01 12:00:01Z: the repository does not take a push',
  );
});

test('where every deployment has its note there is nothing to say of it', () => {
  const done: NotesReport = { written: 1, pending: 0, since: null, durationMs: 5 };
  const report = syncReport('production');
  expect(renderSync({ ...report, notes: done }, plain)).toEqual(renderSync(report, plain));
  expect(renderStatus([{ ...status, notes: done }], plain)).toEqual(renderStatus([status], plain));
});

test('status shows missing notes, and that it does not know of them, without failing', async () => {
  const entries = [
    { ...status, notes },
    { ...status, notes: { pending: null, since: null, error } },
  ];
  expect(renderStatus(entries, plain).filter((line) => line.includes('notes'))).toEqual([
    '  notes     2 deployments without a note, the oldest of 2026-03-01 12:00:01Z: the repository does not take a push',
    '  notes     not known: the repository does not take a push',
  ]);
  const ran = await runWith({ enclosure: { status: () => Promise.resolve(entries) } }, 'status', '--json');
  expect(ran.exitCode).toBe(0);
  const failure = { code: 'repository-denied', message: error.message, retryable: false };
  expect(ran.json()).toMatchObject([
    { notes: { pending: 2, since, error: failure } },
    { notes: { pending: null, since: null, error: failure } },
  ]);
});

test('sync --json has what became of the notes, and exits 0 without them', async () => {
  const enclosure = { sync: () => Promise.resolve({ ...syncReport('production'), notes }) };
  const ran = await runWith({ enclosure }, 'sync', 'production', '--json');
  expect(ran.exitCode).toBe(0);
  expect(ran.json()).toMatchObject({
    outcome: 'applied',
    notes: { written: 0, pending: 2, since, error: { code: 'repository-denied' } },
  });
});

test('history --from-notes asks git, not the ensemble, and says what the notes do not hold', async () => {
  const asked: unknown[] = [];
  const enclosure = {
    historyFromNotes: (name: string, options?: { readonly limit?: number }) => {
      asked.push([name, options?.limit]);
      return Promise.resolve({ records: [recordOf()], unread: 1 });
    },
  };
  const ran = await runWith({ enclosure }, 'history', 'production', '--from-notes', '-n', '3', '--json');
  expect(ran.exitCode).toBe(0);
  expect(ran.json()).toEqual([recordOf()]);
  expect(asked).toEqual([['production', 3]]);
  expect(ran.stderr).toContain('not when the environment was held and resumed');
  expect(ran.stderr).toContain('left out: 1 line that this version cannot read');
  const text = await runWith({ enclosure }, 'history', 'production', '--from-notes');
  expect(text.stdout).toContain('Raise the pool size');
});
