/** `enclosure/agent` as another project gets it: through the package's exports, with its types. Needs dist, which `npm test` builds. */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, onTestFinished, test } from 'vitest';
import { deployed } from '../../harness/agent-fixture.ts';
import { projectRoot } from '../../harness/project-root.ts';

async function consumer(files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'enclosure-consumer-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  await mkdir(join(directory, 'node_modules'));
  await symlink(projectRoot, join(directory, 'node_modules', 'enclosure'));
  await symlink(join(projectRoot, 'node_modules', '@types'), join(directory, 'node_modules', '@types'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  return directory;
}

const compilerOptions = { strict: true, noEmit: true, module: 'nodenext', target: 'es2023', types: ['node'] };

test.each(['nodenext', 'bundler'])(
  'a project in TypeScript gets the types, resolved as %s',
  async (moduleResolution) => {
    const module = moduleResolution === 'bundler' ? 'esnext' : 'nodenext';
    const directory = await consumer({
      'package.json': '{"type":"module"}',
      'tsconfig.json': JSON.stringify({ compilerOptions: { ...compilerOptions, module, moduleResolution } }),
      'app.ts': `
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
    });
    const tsc = join(projectRoot, 'node_modules', 'typescript', 'bin', 'tsc');
    const compiled = spawnSync(process.execPath, [tsc, '--project', directory], { encoding: 'utf8' });
    expect(compiled.stdout + compiled.stderr).toBe('');
    expect(compiled.status).toBe(0);
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
