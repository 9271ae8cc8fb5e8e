/** From a tree that is there to files, to git, and back to the same tree. */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, onTestFinished, test } from 'vitest';
import { createEnvironment, type EnvironmentFixture } from '../../../harness/environment-fixture.ts';
import { openOfficialClient, type SeenZnode } from '../../../harness/official-client.ts';
import { startZooKeeper } from '../../../harness/zookeeper-server.ts';
import { layOutTree } from '../../../src/files/lay-out-tree.ts';
import { surveyTree } from '../../../src/verbs/export/survey-tree.ts';
import { writeFiles } from '../../../src/verbs/export/write-files.ts';
import type { Progress } from '../../../src/model/progress.ts';
import { openChannel } from '../../../src/zookeeper/channel/open-channel.ts';

const acl = [{ permissions: 31, scheme: 'world', id: 'anyone' }];
const connection = { connect: inject('zookeeper'), sessionTimeoutMs: 10_000, auth: [] };
const every = Uint8Array.from({ length: 256 }, (_, index) => index);

async function environment(): Promise<EnvironmentFixture> {
  const fixture = await createEnvironment(inject('zookeeper'), { directory: 'live' });
  onTestFinished(() => fixture.remove());
  return fixture;
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'enclosure-export-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** Makes znodes below the root, parents first; '' is the root itself. */
async function plant(
  fixture: EnvironmentFixture,
  znodes: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  const channel = await openChannel(connection);
  const entries = Object.entries(znodes);
  for (let start = 0; start < entries.length; start += 500) {
    await channel.multi(
      entries.slice(start, start + 500).map(([path, data]) => ({
        op: 'create',
        path: path === '' ? fixture.root : `${fixture.root}/${path}`,
        data: Buffer.from(data),
        acl,
      })),
    );
  }
  await channel.close();
}

/** Of every kind that a tree can hold, 5,000 together. */
function manyZnodes(): Record<string, string | Uint8Array> {
  const znodes: Record<string, string | Uint8Array> = {
    '': 'of the root',
    binary: every,
    both: 'its own data',
    'both/child': 'x',
    'both/empty': '',
    'caf\u00e9': 'nfc',
    empty: '',
    large: new Uint8Array(900_000).fill(7),
    plain: '',
    'plain/crlf': '\r\n',
    'plain/nul': Uint8Array.of(0),
    'with space': '1',
  };
  const rest = 5000 - Object.keys(znodes).length - 50;
  for (let index = 0; index < 50; index += 1) znodes[`d${index}`] = '';
  for (let index = 0; index < rest; index += 1) {
    znodes[`d${index % 50}/n${index}`] = index % 7 === 0 ? '' : `value ${index}`;
  }
  return znodes;
}

function exported(fixture: EnvironmentFixture, directory: string) {
  return fixture.enclosure.export({ ensemble: 'main', znode: fixture.root, directory });
}

/** Commits everything in a clone of the fixture's repository, as a person would. */
function commitAll({ git }: EnvironmentFixture, clone: string): void {
  const run = (...args: readonly string[]): void => {
    const { status, stderr } = spawnSync('git', ['-C', clone, ...args], {
      env: { PATH: process.env['PATH'] ?? '', HOME: clone, GIT_CONFIG_NOSYSTEM: '1' },
    });
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr.toString()}`);
  };
  run('init', '--quiet', '--initial-branch=main');
  run('add', '--all');
  run('-c', 'user.name=A', '-c', 'user.email=a@example.org', 'commit', '--quiet', '--message', 'As it is');
  run('push', '--quiet', git.url, 'main');
}

/** What every znode holds, without what only the first server says of it. */
function contents(tree: ReadonlyMap<string, SeenZnode>): Record<string, string> {
  return Object.fromEntries(
    [...tree]
      .filter(([, { ephemeral }]) => !ephemeral)
      .map(([path, { data }]) => [path, data.toString('base64')]),
  );
}

test('a tree of 5,000 znodes, exported, committed and synced, is the same on a second ensemble, and taken over on the first', async () => {
  const fixture = await environment();
  const second = await startZooKeeper();
  onTestFinished(() => second.stop());
  const planted = manyZnodes();
  await plant(fixture, planted);
  await fixture.client.create(`${fixture.root}/alive`, '', 'ephemeral');
  const clone = await folder();
  const phases = new Set<Progress['phase']>();
  const report = await fixture.enclosure.export(
    { ensemble: 'main', znode: fixture.root, directory: join(clone, 'live') },
    { onProgress: ({ phase }) => phases.add(phase) },
  );
  expect(report).toMatchObject({ znodes: 5000, ephemeral: 1, changed: 0 });
  expect([...phases]).toEqual(['connect', 'read', 'write']);
  expect(await readFile(join(clone, 'live/both/.znode'), 'utf8')).toBe('its own data');
  expect(await readFile(join(clone, 'live/.znode'), 'utf8')).toBe('of the root');
  commitAll(fixture, clone);

  const onSecond = { ...fixture.environment.ensemble, connect: second.connect };
  const { result } = await fixture.with({ ensemble: onSecond }).sync(fixture.request());
  expect(result).toMatchObject({ outcome: 'applied', counts: { created: report.znodes } });
  const client = await openOfficialClient(second.connect);
  onTestFinished(() => client.close());
  const before = await fixture.tree();
  expect(contents(await client.tree(fixture.root))).toEqual(contents(before));

  // The first deployment takes equal znodes over: recorded, and nothing is written.
  const { plan } = await fixture.enclosure.plan(fixture.request());
  expect(plan.adoption?.equal).toHaveLength(report.znodes);
  expect(plan.adoption).toMatchObject({ different: [], unmanaged: ['alive'] });
  expect((await fixture.sync()).result).toMatchObject({
    outcome: 'applied',
    revision: 1,
    counts: { created: 0, updated: 0, deleted: 0, unchanged: report.znodes },
  });
  expect(await fixture.tree()).toEqual(before);
  expect((await fixture.sync({ full: true })).result).toMatchObject({ outcome: 'unchanged', revision: 1 });
});

test('names that a repository cannot hold are refused, all of them, before anything is written', async () => {
  const fixture = await environment();
  await plant(fixture, {
    '': '',
    a: '1',
    '.git': '',
    '.git/config': 'x',
    d: '',
    'd/.gitkeep': '',
    'd/.znode': 'x',
    'd/.enclosureignore': 'x',
    'd/GIT~1': 'x',
    'd/.gitfoo': 'fine',
  });
  const target = join(await folder(), 'live');
  const failure = exported(fixture, target);
  await expect(failure).rejects.toMatchObject({ code: 'name-unholdable' });
  for (const name of ['.git', 'd/.gitkeep', 'd/.znode', 'd/.enclosureignore', 'd/GIT~1']) {
    await expect(failure).rejects.toThrow(`"${name}": `);
  }
  await expect(failure).rejects.not.toThrow('gitfoo');
  expect(await readdir(join(target, '..'))).toEqual([]);
});

test('a name that is too long for a disk is refused, and nothing is left', async () => {
  const fixture = await environment();
  await plant(fixture, { '': '', a: '1', ['n'.repeat(256)]: 'x' });
  const target = join(await folder(), 'live');
  await expect(exported(fixture, target)).rejects.toMatchObject({ code: 'name-unholdable' });
  expect(await readdir(join(target, '..'))).toEqual([]);
});

test('only a directory that is missing or empty is written to', async () => {
  const fixture = await environment();
  await plant(fixture, { '': '', a: '1' });
  const target = join(await folder(), 'deeper/live');
  await exported(fixture, target);
  await expect(exported(fixture, target)).rejects.toMatchObject({ code: 'directory-taken' });
  // Before anything is read: a large tree takes its time.
  const unread = { ensemble: 'main', znode: '/not-there-at-all', directory: target };
  await expect(fixture.enclosure.export(unread)).rejects.toMatchObject({ code: 'directory-taken' });
  await rm(join(target, 'a'));
  await exported(fixture, target);
  expect(await readFile(join(target, 'a'), 'utf8')).toBe('1');

  const file = join(target, 'a');
  await expect(exported(fixture, file)).rejects.toMatchObject({ code: 'directory-failed' });
});

test('what an export that died left is recognised, and not written into', async () => {
  const fixture = await environment();
  await plant(fixture, { '': '', a: '1' });
  const target = join(await folder(), 'live');
  await mkdir(`${target}.partial`);
  await writeFile(`${target}.partial/half`, '');
  await expect(exported(fixture, target)).rejects.toMatchObject({
    code: 'directory-taken',
    message: expect.stringContaining('live.partial') as string,
  });
  expect(await readdir(`${target}.partial`)).toEqual(['half']);
});

test('an export that is stopped leaves nothing', async () => {
  const fixture = await environment();
  await plant(fixture, { '': '', a: '1' });
  const target = join(await folder(), 'live');
  const controller = new AbortController();
  const request = { ensemble: 'main', znode: fixture.root, directory: target };
  const stopped = fixture.enclosure.export(request, {
    signal: controller.signal,
    onProgress: ({ phase }) => phase === 'read' && controller.abort(),
  });
  await expect(stopped).rejects.toMatchObject({ code: 'aborted' });
  expect(await readdir(join(target, '..'))).toEqual([]);
});

test('znodes that are set and deleted between the two readings are counted, and written as they are then', async () => {
  const fixture = await environment();
  await plant(fixture, { '': '', a: '1', b: '1', c: '1' });
  const channel = await openChannel(connection);
  onTestFinished(() => channel.close());
  const directory = await folder();
  const survey = await surveyTree(channel, fixture.root, {});
  await fixture.client.set(`${fixture.root}/a`, '2');
  await fixture.client.delete(`${fixture.root}/b`);
  const from = { channel, root: fixture.root, survey };
  expect(
    await writeFiles(
      from,
      layOutTree(survey.znodes, ({ bytes }) => bytes),
      directory,
      {},
    ),
  ).toEqual({ bytes: 2, changed: 2 });
  expect(await readdir(directory)).toEqual(['a', 'c']);
  expect(await readFile(join(directory, 'a'), 'utf8')).toBe('2');
});

test.each([
  ['nowhere', '/a', 'usage-invalid'],
  ['main', '/', 'usage-invalid'],
  ['main', '/zookeeper/quota', 'usage-invalid'],
  ['main', 'relative', 'usage-invalid'],
  ['main', '/not-there-at-all', 'znode-unknown'],
])('of ensemble %s the znode %s is refused with %s', async (ensemble, znode, code) => {
  const fixture = await environment();
  const directory = join(await folder(), 'live');
  await expect(fixture.enclosure.export({ ensemble, znode, directory })).rejects.toMatchObject({ code });
});
