/** Drift and export as an operator meets them: the built command, its exit codes and what it leaves on the disk. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { buildCommand, configurationOf, environment, type BuiltCommand } from './built-command.ts';

let command: BuiltCommand;
beforeAll(async () => {
  command = await buildCommand();
});
afterAll(() => command.remove());

test('drift is found with evidence and mended, and the tree can be exported', async () => {
  const fixture = await environment();
  fixture.git.commit({ a: '1\n', 'd/b': '2' });
  await fixture.sync();
  await fixture.client.set(`${fixture.root}/a`, 'by hand\n');
  const folder = await mkdtemp(join(tmpdir(), 'enclosure-evidence-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const configuration = await configurationOf(fixture);
  const evidence = join(folder, 'evidence.json');
  const found = await command.start(configuration, 'verify', 'production', '--report', evidence).ended;
  expect(found).toMatchObject({
    code: 2,
    document: {
      drift: [{ path: 'a', kind: 'changed' }],
      differences: { changed: [{ difference: expect.arrayContaining(['-1', '+by hand']) as string[] }] },
    },
  });
  const text = await readFile(evidence, 'utf8');
  expect(JSON.parse(text)).toMatchObject({
    verdict: 'drift',
    revision: 1,
    znodes: 4,
    tool: { name: 'enclosure' },
  });
  expect(text).not.toContain('by hand');

  expect(await command.start(configuration, 'verify', 'production', '--repair').ended).toMatchObject({
    code: 0,
    document: { repair: { outcome: 'applied', revision: 2, left: { drift: [] } } },
  });
  expect((await command.start(configuration, 'verify', 'production').ended).code).toBe(0);

  const target = join(folder, 'live');
  const argv = ['export', 'main', fixture.root, target];
  expect(await command.start(configuration, ...argv).ended).toMatchObject({
    code: 0,
    document: { files: 2 },
  });
  expect(await readFile(join(target, 'd/b'), 'utf8')).toBe('2');
  expect((await command.start(configuration, ...argv).ended).code).toBe(1);
});
