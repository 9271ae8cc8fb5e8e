import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, inject, onTestFinished, test } from 'vitest';
import { projectRoot } from '../../harness/project-root.ts';

test('F60: the example of a cached API shows one call for five clients, and one more when the caller is killed', async () => {
  const script = join(projectRoot, 'examples/cached-api/run.mjs');
  const child = spawn(process.execPath, [script, inject('zookeeper')], { stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(child, 'close') as Promise<[number | null]>;
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await closed;
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const [code] = await closed;
  expect({ code, output }).toMatchObject({ code: 0 });
  const lines = output.split('\n');
  const has = lines.filter((line) => line.startsWith('client') && line.includes(' has 950 orders of '));
  expect(has.length).toBe(7);
  expect(lines.filter((line) => line.startsWith('server: call'))).toEqual([
    'server: call 1 for the orders of monday',
    'server: call 1 for the orders of tuesday',
    'server: call 2 for the orders of tuesday',
  ]);
  expect(lines).toContain('client 7: killed');
  expect(lines).toContain('client 8: calls the API, in place of one that died');
  expect(lines).not.toContain('client 7: has 950 orders');
});
