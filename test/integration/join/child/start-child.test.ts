import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';
import { exitCodeOfEnd } from '../../../../src/join/child/command-process.ts';
import { type Child, startChild } from '../../../../src/join/child/start-child.ts';
import { projectRoot } from '../../../../harness/project-root.ts';
import { env, gone, isThere, temporary, written } from './shell.ts';

function start(command: string): Child {
  const child = startChild(command, { env, stdio: ['ignore', 'inherit', 'inherit'] });
  onTestFinished(async () => void (await child.stop({ graceMs: 0 })));
  return child;
}

test.each([
  ['exit 0', 0],
  ['exit 7', 7],
  ['kill -TERM $$', 143],
  ['kill -KILL $$', 137],
  ['/nowhere/no-such-command', 127],
])('the end of "%s" is told as exit code %i', async (command, code) => {
  expect(exitCodeOfEnd(await start(command).ended)).toBe(code);
});

test('a signal reaches the child itself and not what it started', async () => {
  const directory = await temporary();
  const file = join(directory, 'told');
  const child = start(
    `trap 'echo parent >> ${file}; exit 3' HUP; ` +
      `sh -c 'trap "echo other >> ${file}; exit" HUP; while :; do sleep 0.02; done' & ` +
      `echo $! > ${file}; while :; do sleep 0.02; done`,
  );
  await written(file);
  child.signal('SIGHUP');
  expect(await child.ended).toEqual({ code: 3, signal: null });
  const [other, ...said] = (await written(file)).trim().split('\n');
  expect(said).toEqual(['parent']);
  expect(isThere(Number(other))).toBe(true);
  await child.stop({ graceMs: 0 });
  await gone(Number(other));
});

test('a child that ignores SIGTERM is killed after the grace, with what it started', async () => {
  const file = join(await temporary(), 'pids');
  const child = start(
    `trap '' TERM; sh -c 'trap "" TERM; while :; do sleep 0.02; done' & echo $! $$ > ${file}; while :; do sleep 0.02; done`,
  );
  const pids = (await written(file)).trim().split(' ').map(Number);
  const begun = Date.now();
  expect(await child.stop({ graceMs: 300 })).toEqual({ code: null, signal: 'SIGKILL' });
  expect(Date.now() - begun).toBeGreaterThanOrEqual(295);
  await Promise.all(pids.map(gone));
});

test('a child that heeds SIGTERM ends at once, and so does what it left behind', async () => {
  const file = join(await temporary(), 'pid');
  const child = start(`sleep 600 & echo $! > ${file}; wait`);
  const left = Number(await written(file));
  const begun = Date.now();
  expect(await child.stop({ graceMs: 60_000 })).toEqual({ code: null, signal: 'SIGTERM' });
  expect(Date.now() - begun).toBeLessThan(30_000);
  await gone(left);
});

test('the signal that asks it to end may be another', async () => {
  const file = join(await temporary(), 'ready');
  const child = start(`trap 'exit 9' INT; echo > ${file}; while :; do sleep 0.02; done`);
  await written(file);
  expect(await child.stop({ graceMs: 60_000, signal: 'SIGINT' })).toEqual({ code: 9, signal: null });
});

test('what a child left behind that ended by itself ends with the stop; a second one does nothing', async () => {
  const file = join(await temporary(), 'pid');
  const child = start(`sleep 600 & echo $! > ${file}`);
  expect(await child.ended).toEqual({ code: 0, signal: null });
  const left = Number(await written(file));
  expect(isThere(left)).toBe(true);
  await child.stop({ graceMs: 60_000 });
  await gone(left);
  expect(await child.stop({ graceMs: 60_000 })).toEqual({ code: 0, signal: null });
});

test('a child does not outlive a process that exits without stopping it', async () => {
  const file = join(await temporary(), 'pids');
  const script = await build({
    stdin: {
      contents: `import { startChild } from './src/join/child/start-child.ts';
        startChild(process.argv[2], { env: process.env, stdio: ['ignore', 'ignore', 'ignore'] });
        process.stdin.on('data', () => process.exit(5));`,
      resolveDir: projectRoot,
    },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    write: false,
  });
  const command = `trap '' TERM HUP; sleep 600 & echo $! $$ > ${file}; wait; wait`;
  const source = script.outputFiles[0]?.text ?? '';
  const starter = spawn(process.execPath, ['-e', source, '--', '', command], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  onTestFinished(() => void starter.kill('SIGKILL'));
  const pids = (await written(file)).trim().split(' ').map(Number);
  starter.stdin.write('exit\n');
  expect(await once(starter, 'exit')).toEqual([5, null]);
  await Promise.all(pids.map(gone));
});

test('what cannot be started says so', async () => {
  const huge = 'x'.repeat(4 * 1024 * 1024);
  expect(() => startChild('true', { env: { ...env, HUGE: huge } })).toThrow(
    expect.objectContaining({ code: 'command-failed', details: expect.objectContaining({ found: 'E2BIG' }) }),
  );
});

test('a simple command gets the signal itself, whatever the shell does with its last command', async () => {
  const directory = await temporary();
  const [script, ready] = [join(directory, 'app.sh'), join(directory, 'ready')];
  await writeFile(script, `trap 'exit 7' HUP; echo 1 > '${ready}'; while :; do sleep 0.05; done`);
  const child = start(`sh '${script}'`);
  await written(ready);
  child.signal('SIGHUP');
  expect(await child.ended).toEqual({ code: 7, signal: null });
});
