/** The history with its filters, one deployment as a diff, and what an environment was. */
import { expect, test } from 'vitest';
import type { DeploymentRecord } from '../../../src/model/deployment-record.ts';
import { recordName } from '../../../src/state/state-paths.ts';
import type { EnvironmentFixture } from '../../../harness/environment-fixture.ts';
import { environment, smallFiles } from '../sync/fault-fixture.ts';
import { recordsOf } from '../../../harness/records-of.ts';

/** The record's znode, changed: what another version, or another clock, would have written. */
async function rewrite(fixture: EnvironmentFixture, revision: number, change: object): Promise<void> {
  const path = `${fixture.state}/history/${recordName(revision)}`;
  const record = JSON.parse((await fixture.client.get(path))?.data.toString() ?? '{}') as DeploymentRecord;
  await fixture.client.set(path, JSON.stringify({ ...record, ...change }));
}

async function revisions(
  fixture: EnvironmentFixture,
  filter: { readonly limit?: number; readonly since?: number; readonly path?: string },
): Promise<number[]> {
  const { entries } = await fixture.enclosure.timeline('production', { limit: 100, ...filter });
  return entries.map((entry) => (entry.kind === 'deployment' ? entry.record.revision : 0));
}

/** Three deployments: of everything, of `app/db`, of `other`. */
async function three(): Promise<{ fixture: EnvironmentFixture; commits: readonly string[] }> {
  const fixture = await environment();
  const commits = [fixture.git.commit({ 'app/db': 'one\n', other: 'x' })];
  await fixture.sync();
  commits.push(fixture.git.commit({ 'app/db': 'two\n' }, { patch: true }));
  await fixture.sync();
  commits.push(fixture.git.commit({ other: null, 'app/password': 'hunter2' }, { patch: true }));
  await fixture.sync();
  return { fixture, commits };
}

test('the history is filtered by znode, by time and by number, newest first', async () => {
  const { fixture } = await three();
  expect(await revisions(fixture, {})).toEqual([3, 2, 1]);
  expect(await revisions(fixture, { limit: 2 })).toEqual([3, 2]);
  expect(await revisions(fixture, { path: 'app/db' })).toEqual([2, 1]);
  expect(await revisions(fixture, { path: 'app/db', limit: 1 })).toEqual([2]);
  expect(await revisions(fixture, { path: `${fixture.root}/app` })).toEqual([3, 2, 1]);
  expect(await revisions(fixture, { path: 'ap' })).toEqual([]);
  expect(await revisions(fixture, { since: Date.now() + 3_600_000 })).toEqual([]);
  // A clock that jumped: an older deployment has the later time.
  await rewrite(fixture, 2, { ended: '2001-01-01T00:00:00.000Z' });
  expect(await revisions(fixture, { since: Date.parse('2020-01-01') })).toEqual([3, 1]);
});

test('a filter by znode asks git where a record was cut', async () => {
  const fixture = await environment();
  fixture.git.commit(smallFiles(600, 'x'));
  await fixture.sync();
  const path = '9/599';
  expect((await recordsOf(fixture.enclosure))[0]?.changes.map((one) => one.path)).not.toContain(path);
  expect(await revisions(fixture, { path })).toEqual([1]);
  expect(await revisions(fixture, { path: '9/6' })).toEqual([]);
});

test('a record of a newer format is left out of the list with a remark, and is an error by itself', async () => {
  const { fixture } = await three();
  await rewrite(fixture, 2, { format: 2 });
  const { entries, remarks } = await fixture.enclosure.timeline('production', { limit: 20 });
  expect(entries).toHaveLength(2);
  expect(remarks).toEqual([expect.stringMatching(/^left out: .*newer Enclosure.*0000000002/)]);
  const newer = { code: 'state-newer' };
  await expect(fixture.enclosure.deployment('production', 2)).rejects.toMatchObject(newer);
  await expect(fixture.enclosure.at('production', { moment: { revision: 2 } })).rejects.toMatchObject(newer);
  expect((await fixture.enclosure.blame('production', { path: 'app/db' })).remarks).toEqual(remarks);
});

test('holds and resumptions stand between the deployments', async () => {
  const { fixture } = await three();
  await fixture.enclosure.hold('production', { who: 'alice', why: 'release day' });
  const { entries } = await fixture.enclosure.timeline('production', { limit: 2 });
  expect(entries).toMatchObject([
    { kind: 'hold', event: { who: 'alice', why: 'release day', revision: 3 } },
    { kind: 'deployment', record: { revision: 3 } },
  ]);
  expect(await revisions(fixture, { path: 'app' })).toEqual([3, 2, 1]);
});

test('one deployment is shown with its changes as a diff, and secrets without their content', async () => {
  const { fixture } = await three();
  const second = await fixture.enclosure.deployment('production', 2);
  expect(second).toMatchObject({ record: { revision: 2 }, remarks: [] });
  expect(second.differences).toEqual([
    {
      path: 'app/db',
      action: 'update',
      lines: ['--- a/app/db', '+++ b/app/db', '@@ -1,1 +1,1 @@', '-one', '+two'],
    },
  ]);
  const third = await fixture.enclosure.deployment('production', 3);
  expect(third.differences.map(({ action, path }) => `${action} ${path}`)).toEqual([
    'create app/password',
    'delete other',
  ]);
  expect(JSON.stringify(third)).not.toContain('hunter2');
});

test('with layout: directory it is the name of the file that says secret', async () => {
  const fixture = await environment({ layout: 'directory' });
  fixture.git.commit({ 'db/password': '7' });
  await fixture.sync();
  const { differences } = await fixture.enclosure.deployment('production', 1);
  const db = differences.find(({ path }) => path === 'db');
  expect(db?.lines.at(-1)).toMatch(/^\(may hold a secret/);
});

test('what somebody had set by hand is not in git, and a large deployment is cut: both are said', async () => {
  const fixture = await environment();
  fixture.git.commit({ '.a': '1' });
  await fixture.sync();
  await fixture.client.set(`${fixture.root}/.a`, 'by hand');
  // The first in the record, which leaves out the last ones.
  fixture.git.commit({ '.a': '2', ...smallFiles(600, 'x') });
  await fixture.sync({ full: true });
  const { differences, remarks, record } = await fixture.enclosure.deployment('production', 2);
  expect(differences.find(({ path }) => path === '.a')?.lines).toEqual([
    expect.stringMatching(/^\(content not in git: [0-9a-f]{40} before, [0-9a-f]{40} after\)$/),
  ]);
  expect(record.changesCut).toBeGreaterThan(0);
  expect(remarks[0]).toBe(
    `the record leaves out ${record.changesCut} more changes; all of them: git diff ${record.previousCommit} ${record.commit} -- .`,
  );
});

test('an environment is told as it was at a revision, and its files byte for byte', async () => {
  const { fixture, commits } = await three();
  const first = await fixture.enclosure.at('production', { moment: { revision: 1 } });
  expect(first).toMatchObject({ revision: 1, commit: commits[0], path: '', remarks: [] });
  expect(first.znodes.map(({ path }) => path)).toEqual(['', 'app', 'app/db', 'other']);
  expect(first.content).toBeUndefined();
  const file = await fixture.enclosure.at('production', { moment: { revision: 1 }, path: 'app/db' });
  expect(file.content?.data.toString()).toBe('one\n');
  const below = await fixture.enclosure.at('production', {
    moment: { revision: 3 },
    path: `${fixture.root}/app`,
  });
  expect(below.znodes.map(({ path }) => path)).toEqual(['app', 'app/db', 'app/password']);
  await expect(
    fixture.enclosure.at('production', { moment: { revision: 3 }, path: 'other' }),
  ).rejects.toMatchObject({ code: 'znode-unknown' });
});

test('a moment is the newest revision that had ended by then, whatever the clocks say', async () => {
  const { fixture } = await three();
  await rewrite(fixture, 1, { started: '2026-01-01T00:00:00Z', ended: '2026-01-01T10:00:00Z' });
  await rewrite(fixture, 2, { started: '2026-01-01T11:58:00Z', ended: '2026-01-01T12:00:00Z' });
  await rewrite(fixture, 3, { started: '2026-01-01T10:59:00Z', ended: '2026-01-01T11:00:00Z' });
  const at = async (time: string) =>
    await fixture.enclosure.at('production', { moment: { time: Date.parse(time) } });
  expect(await at('2026-01-01T10:00:00Z')).toMatchObject({ revision: 1, remarks: [] });
  expect(await at('2026-01-01T11:59:00Z')).toMatchObject({
    revision: 3,
    remarks: [expect.stringContaining('the clocks disagree: revision 2')],
  });
  expect(await at('2026-01-01T13:00:00Z')).toMatchObject({ revision: 3, remarks: [] });
  await rewrite(fixture, 3, { started: '2026-01-01T12:30:00Z', ended: '2026-01-01T13:30:00Z' });
  expect(await at('2026-01-01T13:00:00Z')).toMatchObject({
    revision: 2,
    remarks: ['revision 3 was being applied at that time'],
  });
  await expect(at('2025-12-31')).rejects.toMatchObject({
    code: 'revision-missing',
    message: expect.stringContaining('nothing was deployed yet at that time'),
  });
});

test('a revision that never was, and one that the limit has taken, are told apart', async () => {
  const { fixture } = await three();
  await fixture.client.delete(`${fixture.state}/history/${recordName(1)}`);
  const missing = async (revision: number): Promise<string> =>
    String(await fixture.enclosure.deployment('production', revision).catch((error: unknown) => error));
  expect(await missing(4)).toMatch(/there is no such revision; expected a revision from 2 to 3; found 4/);
  expect(await missing(1)).toMatch(/the record of this revision is gone/);
  await expect(
    fixture.enclosure.at('production', { moment: { time: Date.parse('2001-01-01') } }),
  ).rejects.toMatchObject({ message: expect.stringContaining('the records do not go back to that time') });
  // What it set is still there, and nobody knows by which deployment.
  await fixture.client.delete(`${fixture.state}/history/${recordName(2)}`);
  const [entry] = (await fixture.enclosure.blame('production', { path: 'app/db' })).entries;
  expect(entry).toMatchObject({
    deployment: null,
    remark: 'it was set before revision 3, the oldest that still has a record',
  });
  await fixture.client.delete(`${fixture.state}/history/${recordName(3)}`);
  expect(await fixture.enclosure.at('production', { moment: { revision: 3 } })).toMatchObject({
    revision: 3,
    applied: null,
    remarks: [expect.stringContaining('the record of this revision is gone')],
  });
});
