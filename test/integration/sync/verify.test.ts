/** What `verify` finds and says of hand edits, and what `--repair` makes of them. */
import { rm } from 'node:fs/promises';
import { expect, inject, test } from 'vitest';
import { download } from '../../../src/agent/download.ts';
import { openRunOn, type OpenRun } from '../../../src/sync/open/open-run.ts';
import { verifyEnvironment } from '../../../src/verbs/verify/verify-environment.ts';
import { environment, expectTree, lines } from './fault-fixture.ts';
import { recordsOf } from '../../../harness/records-of.ts';

const repairRequest = { environment: 'production', actor: 'bob', time: '2026-03-01T12:00:00Z' };

async function editedByHand() {
  const fixture = await environment();
  fixture.git.commit({
    'd/.znode': 'of d',
    'd/app.properties': 'size=1\nname=x\n',
    'd/gone': 'here',
    binary: Uint8Array.of(0, 1, 2),
    'secrets/db': 'hunter2',
  });
  await fixture.sync();
  const { client, root } = fixture;
  await client.set(`${root}/d/app.properties`, 'size=2\nname=x\n');
  await client.set(`${root}/secrets/db`, 'hunter3');
  await client.set(`${root}/binary`, 'text');
  await client.delete(`${root}/d/gone`);
  await client.create(`${root}/d/foreign`, 'theirs');
  await client.create(`${root}/alive`, '', 'ephemeral');
  return fixture;
}

test('hand edits, deletions and additions are each found, with what was expected and what is there', async () => {
  const fixture = await editedByHand();
  const verification = await fixture.enclosure.verify('production');
  expect(verification).toMatchObject({
    revision: 1,
    phase: 'applied',
    basis: 'commit',
    znodes: 7,
    unknown: 0,
    tree: fixture.git.git(['rev-parse', 'main^{tree}']),
    drift: [
      { path: 'binary', kind: 'changed' },
      { path: 'd/app.properties', kind: 'changed' },
      { path: 'd/gone', kind: 'missing' },
      { path: 'secrets/db', kind: 'changed' },
    ],
    unmanaged: ['alive', 'd/foreign'],
  });
  const { changed, missing, unmanaged } = verification.differences;
  const properties = changed.find(({ path }) => path === 'd/app.properties');
  expect(properties).toMatchObject({
    expected: { oid: fixture.git.blob('size=1\nname=x\n'), size: 14 },
    found: { oid: fixture.git.blob('size=2\nname=x\n'), size: 14, version: 1, ephemeral: false },
  });
  expect(Math.abs(Date.parse(properties?.found?.mtime ?? '') - Date.now())).toBeLessThan(3_600_000);
  expect(properties?.difference).toEqual([
    '--- a/d/app.properties',
    '+++ b/d/app.properties',
    '@@ -1,2 +1,2 @@',
    '-size=1',
    '+size=2',
    ' name=x',
  ]);
  expect(missing).toMatchObject([{ path: 'd/gone', expected: { size: 4 }, found: null }]);
  expect(unmanaged).toMatchObject([
    { path: 'alive', found: { ephemeral: true } },
    { path: 'd/foreign', found: { size: 6, version: 0, ephemeral: false } },
  ]);
  expect(JSON.stringify(verification)).not.toContain('hunter');
});

test('the digest of an undisturbed tree is that of its members, and changes with any hand edit', async () => {
  const fixture = await environment();
  fixture.git.commit({ a: '1', 'd/x': '2' });
  await fixture.sync();
  const before = await fixture.enclosure.verify('production');
  expect(before.drift).toEqual([]);
  const config = await download({
    connect: inject('zookeeper'),
    environment: 'production',
    stateRoot: fixture.environment.stateRoot,
  });
  expect(before.digest).toBe(config.digest);
  await fixture.client.create(`${fixture.root}/alive`, '', 'ephemeral');
  expect((await fixture.enclosure.verify('production')).digest).toBe(before.digest);
  await fixture.client.create(`${fixture.root}/foreign`, '');
  expect((await fixture.enclosure.verify('production')).digest).not.toBe(before.digest);
});

test('an ephemeral znode of another session in the place of ours is drift, whatever it holds', async () => {
  const fixture = await environment();
  fixture.git.commit({ a: '1', b: '1' });
  await fixture.sync();
  await fixture.client.delete(`${fixture.root}/a`);
  await fixture.client.create(`${fixture.root}/a`, '1', 'ephemeral');
  expect((await fixture.enclosure.verify('production')).differences.changed).toMatchObject([
    { path: 'a', found: { ephemeral: true } },
  ]);
});

test('a repair brings the tree back to the applied commit, not to the head, and is recorded', async () => {
  const fixture = await editedByHand();
  const applied = (await fixture.enclosure.verify('production')).commit;
  fixture.git.commit({ new: 'head' });
  const { found, sync, left } = await fixture.enclosure.repair(repairRequest);
  expect(found.drift).toHaveLength(4);
  expect(sync?.result).toMatchObject({
    outcome: 'applied',
    revision: 2,
    commit: applied,
    previousCommit: applied,
    counts: { created: 1, updated: 3, deleted: 0 },
  });
  expect(left).toMatchObject({ revision: 2, commit: applied, drift: [], unmanaged: ['alive', 'd/foreign'] });
  await expectTree(fixture, {
    d: 'of d',
    'd/app.properties': 'size=1\nname=x\n',
    'd/gone': 'here',
    'd/foreign': 'theirs',
    binary: Uint8Array.of(0, 1, 2),
    'secrets/db': 'hunter2',
  });
  const [record] = await recordsOf(fixture.enclosure);
  expect(record).toMatchObject({
    revision: 2,
    reason: 'manual',
    actor: 'bob',
    message: 'repair of drift',
    commits: [],
  });
  expect(record?.changes.map(({ path }) => path).toSorted()).toEqual([
    'binary',
    'd/app.properties',
    'd/gone',
    'secrets/db',
  ]);
  const again = await fixture.enclosure.repair(repairRequest);
  expect(again.sync).toBeUndefined();
  expect((await recordsOf(fixture.enclosure)).length).toBe(2);
});

test('a repair works with drift: report, while the environment is held, and with the mapping that was deployed', async () => {
  const fixture = await environment({ drift: 'report' });
  fixture.git.commit({ 'live/a': '1', other: 'not synced yet' });
  const live = fixture.with({ directory: 'live' });
  await live.sync(fixture.request());
  await fixture.client.set(`${fixture.root}/a`, 'by hand');
  await fixture.enclosure.hold('production', { who: 'alice', why: 'exam' });
  // The configuration names another directory meanwhile: that is for the next sync.
  const { sync, left } = await fixture.enclosure.repair(repairRequest);
  expect(sync?.result).toMatchObject({ outcome: 'applied', counts: { created: 0, updated: 1, deleted: 0 } });
  expect(left?.drift).toEqual([]);
  await expectTree(fixture, { a: '1' });
  expect((await fixture.sync()).result.outcome).toBe('held');
});

test('without drift a repair writes nothing, and what a guard refuses stays', async () => {
  const fixture = await environment();
  fixture.git.commit({ a: '1', b: '1' });
  expect((await fixture.enclosure.repair(repairRequest)).sync).toBeUndefined();
  await fixture.sync();
  const before = lines(await fixture.client.tree(fixture.environment.stateRoot));
  await fixture.enclosure.repair(repairRequest);
  expect(lines(await fixture.client.tree(fixture.environment.stateRoot))).toEqual(before);
  await fixture.client.delete(`${fixture.root}/a`);
  await fixture.client.create(`${fixture.root}/a`, 'alive', 'ephemeral');
  const { sync, left } = await fixture.enclosure.repair(repairRequest);
  expect(sync?.result.outcome).toBe('refused');
  expect(left?.drift).toEqual([{ path: 'a', kind: 'changed' }]);
});

test('where git no longer has the applied commit, the records still tell what was written and deleted', async () => {
  const fixture = await environment();
  fixture.git.commit({ a: '1', b: '1', c: '1' });
  await fixture.sync();
  const commit = fixture.git.commit({ a: '2', b: '1' });
  await fixture.sync();
  await fixture.client.set(`${fixture.root}/b`, 'by hand');
  await fixture.client.create(`${fixture.root}/c`, 'again');
  await fixture.client.create(`${fixture.root}/foreign`, '');
  fixture.git.commit({ z: '1' }, { orphan: true });
  fixture.git.git(['reflog', 'expire', '--expire=now', '--all']);
  fixture.git.git(['gc', '--quiet', '--prune=now']);
  // As on another machine, whose copy never had the commit.
  await rm(fixture.configuration.cacheDirectory, { recursive: true });
  const verification = await fixture.enclosure.verify('production');
  expect(verification).toMatchObject({
    revision: 2,
    commit,
    basis: 'records',
    tree: null,
    znodes: 3,
    unknown: 0,
    drift: [{ path: 'b', kind: 'changed' }],
    unmanaged: ['c'],
    error: { code: 'commit-missing' },
  });
  expect(verification.differences.changed).toMatchObject([
    { path: 'b', expected: { oid: fixture.git.blob('1'), size: null }, difference: null },
  ]);
  const { sync } = await fixture.enclosure.repair(repairRequest);
  expect(sync).toBeUndefined();
});

test('a repair does not undo a deployment that came in between and maps the files in another way', async () => {
  const fixture = await environment();
  fixture.git.commit({ a: '1', 'live/b': '1' });
  await fixture.sync();
  const begunBefore = fixture.with({ directory: 'live' });
  const repair = begunBefore.sync(fixture.request({ repair: true, full: true }));
  await expect(repair).rejects.toMatchObject({ code: 'conflict', retryable: true });
  await expectTree(fixture, { a: '1', 'live/b': '1' });
});

test('a deployment that comes while the tree is read makes it read again, a few times', async () => {
  const fixture = await environment();
  fixture.git.commit({ a: '1' });
  await fixture.sync();
  const gitEnvironment = { PATH: process.env['PATH'] };
  const open = openRunOn(fixture.environment, { ...fixture.configuration, gitEnvironment });
  let deployments = 1;
  /** After the state was read, and before the tree is. */
  const interruptedBy = (most: number): OpenRun => ({
    ...open,
    async repository(signal) {
      if (deployments < most) {
        deployments += 1;
        fixture.git.commit({ a: String(deployments) });
        await fixture.sync();
      }
      return await open.repository(signal);
    },
  });
  expect(await verifyEnvironment(fixture.environment, interruptedBy(3), {})).toMatchObject({
    revision: 3,
    drift: [],
  });
  await expect(verifyEnvironment(fixture.environment, interruptedBy(99), {})).rejects.toMatchObject({
    code: 'conflict',
    retryable: true,
  });
});
