/** `client: official`: the npm package `zookeeper` is asked for by nobody else, and is found where it is installed. */
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectRoot } from '../../harness/project-root.ts';
import { expectTree } from '../integration/sync/fault-fixture.ts';
import { buildCommand, configurationOf, environment, type BuiltCommand } from './built-command.ts';

let command: BuiltCommand;
beforeAll(async () => {
  command = await buildCommand();
});
afterAll(() => command.remove());

test('where it is not installed, a run says what to install, and nothing else needs it', async () => {
  const fixture = await environment();
  fixture.git.commit({ a: '1' });
  const configuration = await configurationOf(fixture, { client: 'official' });
  const refused = await command.start(configuration, 'sync', 'production').ended;
  expect(refused).toMatchObject({
    code: 1,
    document: {
      error: {
        code: 'client-missing',
        retryable: false,
        message: expect.stringMatching(/`npm install zookeeper`/) as string,
      },
    },
  });
  expect(await fixture.tree()).toEqual(new Map());
  expect(await command.start(configuration, 'plan', 'production').ended).toMatchObject({ code: 0 });
  const own = await configurationOf(fixture);
  expect(await command.start(own, 'sync', 'production').ended).toMatchObject({ code: 0 });
});

test('where it is installed, the lock is held with it', async () => {
  const fixture = await environment();
  fixture.git.commit({ a: '1' });
  const modules = join(command.directory, 'node_modules');
  await mkdir(modules);
  await symlink(join(projectRoot, 'node_modules/zookeeper'), join(modules, 'zookeeper'));
  const configuration = await configurationOf(fixture, { client: 'official' });
  expect(await command.start(configuration, 'sync', 'production').ended).toMatchObject({
    code: 0,
    document: { outcome: 'applied' },
  });
  await expectTree(fixture, { a: '1' });
});
