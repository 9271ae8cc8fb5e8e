/** What the built command answers to faults: exit codes, documents, and that nothing leaks. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EnvironmentFixture } from '../../harness/environment-fixture.ts';
import { expectTree } from '../integration/sync/fault-fixture.ts';
import {
  buildCommand,
  configurationOf,
  environment,
  type BuiltCommand,
  type Ended,
} from './built-command.ts';

let command: BuiltCommand;
beforeAll(async () => {
  command = await buildCommand();
});
afterAll(() => command.remove());

/** A sync that must not change the tree. */
async function unchanged(fixture: EnvironmentFixture, keys: object, ...flags: string[]): Promise<Ended> {
  const before = await fixture.tree();
  const configuration = await configurationOf(fixture, { keys });
  const ended = await command.start(configuration, 'sync', 'production', ...flags).ended;
  expect(await fixture.tree()).toEqual(before);
  return ended;
}

test('F25: too many deletions exit 3 and an override exits 0', async () => {
  const fixture = await environment();
  fixture.git.commit({ a: '1', b: '1', c: '1', d: '1', e: '1' });
  await fixture.sync();
  fixture.git.commit({ a: '1' });
  const keys = { maxDelete: '20%' };
  const refused = await unchanged(fixture, keys);
  expect(refused).toMatchObject({
    code: 3,
    document: { outcome: 'refused', revision: 1, refusals: [{ code: 'too-many-deletes' }] },
  });
  const configuration = await configurationOf(fixture, { keys });
  const allowed = await command.start(configuration, 'sync', 'production', '--allow-deletes').ended;
  expect(allowed).toMatchObject({ code: 0, document: { outcome: 'applied', counts: { deleted: 4 } } });
  await expectTree(fixture, { a: '1' });
});

test('F25: a directory that is misspelt exits 3', async () => {
  const fixture = await environment();
  fixture.git.commit({ 'live/a': '1' });
  await fixture.sync();
  expect(await unchanged(fixture, { directory: 'life' })).toMatchObject({
    code: 3,
    document: { refusals: [{ code: 'directory-missing' }] },
  });
});

test('F38: a link to the secrets of the process exits 3 and gives none of them away', async () => {
  const fixture = await environment();
  fixture.git.commit({ a: '1' });
  await fixture.sync();
  fixture.git.commit({ a: '2', link: { symlink: '/proc/self/environ' } });
  const { code, document, stderr } = await unchanged(fixture, {}, '--full', '--verbose');
  expect({ code, document }).toMatchObject({ code: 3, document: { refusals: [{ code: 'unsupported' }] } });
  expect(stderr + JSON.stringify(document)).not.toContain('canary-5ecret');

  const skip = await configurationOf(fixture, { keys: { unsupported: 'skip' } });
  const skipped = await command.start(skip, 'sync', 'production').ended;
  expect(skipped).toMatchObject({ code: 0, document: { outcome: 'applied' } });
  expect(skipped.stderr).toContain('"link" is a symbolic link; it is left out');
  await expectTree(fixture, { a: '2' });
});

test('F36: a root inside /zookeeper or around the bookkeeping is refused before anything is opened', async () => {
  const fixture = await environment();
  fixture.git.commit({ a: '1' });
  const { stateRoot } = fixture.environment;
  for (const znode of ['/zookeeper', '/zookeeper/config', '/', stateRoot, `${stateRoot}/production/lock`]) {
    const { code, document } = await unchanged(fixture, { znode });
    expect({ code, document }, znode).toMatchObject({
      code: 1,
      document: { outcome: 'failed', error: { code: 'configuration-invalid' } },
    });
  }
  expect((await fixture.client.tree(stateRoot)).size).toBe(0);
  expect(await fixture.client.get('/zookeeper/config/a')).toBeUndefined();
});

test('F45: a branch that is deleted exits 1', async () => {
  const fixture = await environment();
  fixture.git.commit({ a: '1' });
  await fixture.sync();
  fixture.git.git(['update-ref', '-d', 'refs/heads/main']);
  expect(await unchanged(fixture, {}, '--allow-deletes', '--allow-rewind')).toMatchObject({
    code: 1,
    document: { outcome: 'failed', error: { code: 'branch-missing', retryable: false } },
  });
});
