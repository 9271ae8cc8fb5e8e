/** `enclosure/agent` as another project gets it: through the package's exports, with its types. Needs dist, which `npm test` builds. */
import { spawnSync } from 'node:child_process';
import { expect, inject, test } from 'vitest';
import { deployed } from '../../../harness/agent-fixture.ts';
import { compileConsumer, consumer } from '../../../harness/consumer.ts';

test.each(['nodenext', 'bundler'] as const)(
  'a project in TypeScript gets the types, resolved as %s',
  async (moduleResolution) => {
    const complaints = await compileConsumer(
      moduleResolution,
      `
      import { join, download, isEnclosureError, type Config, type Receipt } from 'enclosure/agent';
      const membership = await join({ connect: 'a:1', environment: 'e', name: 'n-', validate: (config: Config) => config.files().length > 0 });
      const port = membership.config.json('server.json') as { port: number } | undefined;
      for await (const { after, changed } of membership.changes()) console.log(after.revision, changed.join(), port);
      const receipts: (Receipt | undefined)[] = (await membership.members()).map(({ receipt }) => receipt);
      try { await download({ connect: 'a:1', environment: 'e' }); } catch (error) { if (isEnclosureError(error, 'tree-incomplete')) console.log(error.retryable, receipts); }
      // @ts-expect-error a name is needed
      await join({ connect: 'a:1', environment: 'e' });
      // @ts-expect-error nobody changes a config
      membership.config.revision = 3;
    `,
    );
    expect(complaints).toBe('');
  },
);

test('a project in JavaScript joins with it', async () => {
  const fixture = await deployed({ a: 'of the revision' });
  const directory = await consumer({
    'package.json': '{"type":"module"}',
    'app.js': `
      import { join } from 'enclosure/agent';
      const [connect, environment, stateRoot] = process.argv.slice(2);
      const membership = await join({ connect, environment, stateRoot, name: 'app' });
      console.log(membership.config.text('a'), (await membership.members()).length);
      await membership.leave();
    `,
  });
  const { name, stateRoot } = fixture.environment;
  const ran = spawnSync(process.execPath, ['app.js', inject('zookeeper'), name, stateRoot], {
    cwd: directory,
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect(ran).toMatchObject({ status: 0, stdout: 'of the revision 1\n', stderr: '' });
});
