/** `enclosure` as another project gets it: with its types, and as docs/library.md shows it. Needs dist, which `npm test` builds. */
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, onTestFinished, test } from 'vitest';
import { compileConsumer, consumer } from '../../../harness/consumer.ts';
import { createEnvironment } from '../../../harness/environment-fixture.ts';
import { projectRoot } from '../../../harness/project-root.ts';

const text = await readFile(join(projectRoot, 'docs/library.md'), 'utf8');
const [, example = ''] = /^```js\n([^]+?)^```$/mu.exec(text) ?? [];

test.each(['nodenext', 'bundler'] as const)(
  'a project in TypeScript gets the types, resolved as %s',
  async (moduleResolution) => {
    const complaints = await compileConsumer(
      moduleResolution,
      `
      import { createEnclosure, loadConfiguration, type Enclosure, type SyncReport, type SyncRequest, type Verification } from 'enclosure';
      const configuration = await loadConfiguration({ path: 'enclosure.yaml', env: {} });
      const enclosure: Enclosure = createEnclosure(configuration, { PATH: '/bin' });
      const request: SyncRequest = { environment: 'e', reason: 'manual', actor: 'a', time: '' };
      const { result, hold }: SyncReport = await enclosure.sync(request, { lockTimeoutMs: 1000, onProgress: ({ done }) => console.log(done) });
      if (result.outcome === 'held') console.log(hold?.who, result.counts.created);
      const verification: Verification = await enclosure.verify('e');
      const [status] = await enclosure.status([...configuration.environments.keys()]);
      console.log(verification, status);
      // @ts-expect-error an outcome that there is not
      console.log(result.outcome === 'done');
      // @ts-expect-error somebody asked for it
      await enclosure.plan({ environment: 'e', reason: 'manual' });
    `,
    );
    expect(complaints).toBe('');
  },
);

test('the example of the documentation plans and deploys, and says what is wrong with a code', async () => {
  const fixture = await createEnvironment(inject('zookeeper'));
  onTestFinished(() => fixture.remove());
  fixture.git.commit({ 'app.json': '{}' });
  const { znode, stateRoot, repository } = fixture.environment;
  const directory = await consumer({
    'package.json': '{"type":"module"}',
    'app.js': example,
    // JSON is YAML.
    'enclosure.yaml': JSON.stringify({
      version: 1,
      stateRoot,
      cacheDirectory: 'cache',
      allowLocalRepositories: true,
      ensembles: { main: { connect: inject('zookeeper') } },
      repositories: { config: { url: repository.url, provider: 'github' } },
      environments: {
        production: { repository: 'config', branch: 'main', directory: '.', ensemble: 'main', znode },
      },
    }),
  });
  const run = (): unknown =>
    spawnSync(process.execPath, ['app.js'], { cwd: directory, encoding: 'utf8', timeout: 60_000 });
  expect(run()).toMatchObject({ status: 0, stdout: 'create \ncreate app.json\napplied 1\n', stderr: '' });
  expect(await fixture.texts()).toEqual({ '': '', 'app.json': '{}' });
  expect(run()).toMatchObject({ status: 0, stdout: 'unchanged 1\n', stderr: '' });

  await fixture.client.set(fixture.state, 'not a state');
  expect(run()).toMatchObject({ status: 1, stderr: expect.stringContaining('state-unreadable') as string });
});

test('every name that the documentation lists is exported, and none is missing', () => {
  const [, chapter = ''] = text.split('\n## What it exports\n');
  const rows = chapter.split('\n').filter((line) => line.startsWith('| `'));
  const listed = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`(\w+)/gu)].map(([, name = '']) => name),
  );
  expect(listed.toSorted()).toEqual([
    'EnclosureError',
    'createEnclosure',
    'isEnclosureError',
    'loadConfiguration',
  ]);
});
