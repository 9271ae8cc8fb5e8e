/** Who set a znode: the commit as git says it, the deployment that brought it, and whether the live znode is still that. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createEnclosure } from '../../../../src/enclosure/create-enclosure.ts';
import type { BlameEntry } from '../../../../src/verbs/blame/blame-entry.ts';
import type { EnvironmentFixture } from '../../../../harness/environment-fixture.ts';
import { environment, smallFiles } from '../../sync/fault-fixture.ts';
import { recordsOf } from '../../../../harness/records-of.ts';

async function blameOf(fixture: EnvironmentFixture, path: string): Promise<BlameEntry> {
  const { entries } = await fixture.enclosure.blame('production', { path });
  expect(entries).toHaveLength(1);
  return entries[0] as BlameEntry;
}

test('a znode is told with its commit, its deployment and its live state, by either path', async () => {
  const fixture = await environment();
  const first = fixture.git.commit({ 'app/db': '1', other: 'x' }, { author: 'alice', message: 'Begin' });
  await fixture.sync();
  const second = fixture.git.commit({ other: 'y' }, { author: 'bob', patch: true });
  await fixture.sync({ actor: 'bob@host' });
  expect(await blameOf(fixture, 'app/db')).toMatchObject({
    path: 'app/db',
    znode: `${fixture.root}/app/db`,
    file: 'app/db',
    commit: { sha: first, author: 'alice', subject: 'Begin' },
    deployment: { revision: 1 },
    live: { verdict: 'same', version: 0 },
  });
  expect(await blameOf(fixture, `${fixture.root}/other`)).toMatchObject({
    commit: { sha: second, author: 'bob' },
    deployment: { revision: 2, actor: 'bob@host' },
    live: { verdict: 'same', version: 1 },
  });
});

test('a znode that was edited by hand is told with its time and version, one that is gone too', async () => {
  const fixture = await environment();
  fixture.git.commit({ edited: '1', gone: '1' });
  await fixture.sync();
  await fixture.client.set(`${fixture.root}/edited`, 'by hand');
  await fixture.client.delete(`${fixture.root}/gone`);
  const before = Date.now();
  const { live } = await blameOf(fixture, 'edited');
  expect(live).toMatchObject({ verdict: 'changed', version: 1, size: 7 });
  const modified = Date.parse(live.verdict === 'changed' ? live.modified : '');
  expect(Math.abs(modified - before)).toBeLessThan(60_000);
  expect((await blameOf(fixture, 'gone')).live).toEqual({ verdict: 'missing' });
});

test('with a directory of the repository, files named .znode and directories without data, the file is found', async () => {
  const fixture = await environment({ directory: 'env/prod' });
  const first = fixture.git.commit({ 'env/prod/a/.znode': '1', 'env/prod/a/b/c': '1', 'env/other': '1' });
  const below = fixture.git.commit({ 'env/prod/a/b/c': '2' }, { patch: true });
  fixture.git.commit({ 'env/other': '2' }, { patch: true });
  await fixture.sync();
  expect(await blameOf(fixture, 'a')).toMatchObject({ file: 'env/prod/a/.znode', commit: { sha: first } });
  expect(await blameOf(fixture, 'a/b')).toMatchObject({ file: null, commit: { sha: below } });
  expect(await blameOf(fixture, '.')).toMatchObject({ path: '', file: null, commit: { sha: below } });
});

test('with layout: directory the file of a znode has any name', async () => {
  const fixture = await environment({ layout: 'directory' });
  const first = fixture.git.commit({ 'a/pool.json': '1', 'a/b/x': '1' });
  const second = fixture.git.commit({ 'a/b/x': '2' }, { patch: true });
  await fixture.sync();
  expect(await blameOf(fixture, 'a')).toMatchObject({ file: 'a/pool.json', commit: { sha: first } });
  expect(await blameOf(fixture, 'a/b')).toMatchObject({ file: 'a/b/x', commit: { sha: second } });
});

test('a file that was left out is not taken for the file of a znode', async () => {
  const fixture = await environment({ layout: 'directory', unsupported: 'skip' });
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 12345\n`;
  fixture.git.commit({ 'a/pool.json': '1', 'a/z.bin': pointer });
  await fixture.sync();
  expect(await blameOf(fixture, 'a')).toMatchObject({ file: 'a/pool.json', live: { verdict: 'same' } });
});

test('a tree is a line for each of its znodes, the same as one by one', async () => {
  const fixture = await environment();
  fixture.git.commit({ 'app/a': '1', 'app/b': '1', 'app/d/.znode': '1', apple: '1' });
  await fixture.sync();
  fixture.git.commit({ 'app/b': '2', 'app/d/e': '1' }, { patch: true });
  await fixture.sync();
  await fixture.client.set(`${fixture.root}/app/a`, 'by hand');
  const { entries } = await fixture.enclosure.blame('production', { path: 'app', tree: true });
  expect(entries.map(({ path }) => path)).toEqual(['app', 'app/a', 'app/b', 'app/d', 'app/d/e']);
  for (const entry of entries) expect(entry).toEqual(await blameOf(fixture, entry.path));
  const whole = await fixture.enclosure.blame('production', { path: '/', tree: true }).catch(String);
  expect(whole).toMatch(/no znode of the environment/);
});

test('the deployment is found where its record was cut, from git', async () => {
  const fixture = await environment();
  const first = fixture.git.commit({ ...smallFiles(600, 'x'), untouched: '1' });
  await fixture.sync();
  fixture.git.commit({ ...smallFiles(600, 'y'), untouched: '1' }, { patch: true });
  await fixture.sync();
  // Back again: no new commit that could tell, and more changes than a record names.
  await fixture.sync({ commit: first, allowRewind: true, reason: 'rollback' });
  const [cut] = await recordsOf(fixture.enclosure);
  const named = new Set(cut?.changes.map(({ path }) => path));
  const unnamed = Object.keys(smallFiles(600, '')).find((path) => !named.has(path)) ?? '';
  expect(cut?.changesCut).toBeGreaterThan(0);
  expect(await blameOf(fixture, unnamed)).toMatchObject({
    commit: { sha: first },
    deployment: { revision: 3, reason: 'rollback' },
  });
  // What the rollback did not have to write is still the first deployment's.
  expect(await blameOf(fixture, 'untouched')).toMatchObject({
    commit: { sha: first },
    deployment: { revision: 1 },
  });
});

test('a commit that git no longer has: the records answer, and it is said what they cannot know', async () => {
  const fixture = await environment();
  fixture.git.commit({ a: '1', deleted: '1' }, { author: 'alice' });
  await fixture.sync();
  const lost = fixture.git.commit({ a: '2', b: '2' }, { author: 'bob', message: 'Lost' });
  await fixture.sync();
  fixture.git.commit({ a: '3' }, { orphan: true });
  fixture.git.git(['reflog', 'expire', '--expire=now', '--all']);
  fixture.git.git(['gc', '--quiet', '--prune=now']);
  await fixture.client.set(`${fixture.root}/b`, 'by hand');
  // On a machine that never had the commit.
  const cacheDirectory = join(fixture.configuration.cacheDirectory, 'new');
  const enclosure = createEnclosure(
    { ...fixture.configuration, cacheDirectory },
    { PATH: process.env['PATH'] },
  );
  const { entries, remarks } = await enclosure.blame('production', { path: '.', tree: true });
  expect(remarks).toEqual([expect.stringContaining(`no longer has the applied commit ${lost}`)]);
  expect(entries).toMatchObject([
    { path: '', deployment: { revision: 1 } },
    {
      path: 'a',
      commit: { sha: lost, author: 'bob', subject: 'Lost', time: null },
      deployment: { revision: 2 },
      live: { verdict: 'same' },
    },
    { path: 'b', live: { verdict: 'changed' } },
  ]);
  await expect(enclosure.blame('production', { path: 'c' })).rejects.toMatchObject({
    code: 'commit-missing',
  });
  await expect(enclosure.at('production', { moment: { revision: 2 } })).rejects.toMatchObject({
    code: 'commit-missing',
    message: expect.stringContaining('applied at'),
  });
  const shown = await enclosure.deployment('production', 2);
  expect(shown.remarks).toEqual([expect.stringContaining(lost)]);
  expect(shown.differences[0]?.lines).toEqual([expect.stringMatching(/^\(content not in git: /)]);
});

test.each([
  ['../x', 'usage-invalid'],
  ['a//b', 'usage-invalid'],
  ['/elsewhere', 'usage-invalid'],
  ['a\u0007', 'usage-invalid'],
  ['never', 'znode-unknown'],
  ['deleted', 'znode-unknown'],
  ['foreign', 'znode-unknown'],
])('the path %j fails with %s', async (path, code) => {
  const fixture = await environment();
  fixture.git.commit({ a: '1', deleted: '1' });
  const last = fixture.git.commit({ deleted: null }, { patch: true, author: 'carol' });
  await fixture.sync();
  await fixture.client.create(`${fixture.root}/foreign`, 'x');
  const error = await fixture.enclosure.blame('production', { path }).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code });
  if (path === 'deleted') expect(String(error)).toContain(`${last.slice(0, 12)} (carol`);
  if (path === 'foreign') expect(String(error)).toContain('a live znode that is not of this environment');
});

test('before the first deployment there is nothing to tell', async () => {
  const fixture = await environment();
  await expect(fixture.enclosure.blame('production', { path: 'a' })).rejects.toMatchObject({
    code: 'revision-missing',
  });
});
