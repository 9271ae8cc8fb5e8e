import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startChild } from '../../../../src/join/child/start-child.ts';
import { SupervisedChild } from '../../../../src/join/child/supervised-child.ts';
import { waitFor } from '../../../../harness/wait-for.ts';
import { env, gone, temporary } from './shell.ts';

interface Application {
  readonly child: SupervisedChild;
  /** What the children have written, a line each. */
  readonly said: () => Promise<readonly string[]>;
  /** Waits until they have written so many lines. */
  readonly lines: (count: number) => Promise<readonly string[]>;
}

/** Each child knows its number as $N and writes to $FILE. */
async function application(command: string, graceMs = 60_000): Promise<Application> {
  const file = join(await temporary(), 'said');
  let started = 0;
  const child = new SupervisedChild({
    start: () => startChild(command, { env: { ...env, FILE: file, N: String((started += 1)) } }),
    graceMs,
  });
  onTestFinished(async () => {
    child.pass('SIGTERM');
    await child.ended;
  });
  const said = async (): Promise<readonly string[]> =>
    (await readFile(file, 'utf8').catch(() => '')).split('\n').slice(0, -1);
  child.start();
  return {
    child,
    said,
    lines: (count) =>
      waitFor(`${count} lines`, async () => {
        const all = await said();
        return all.length >= count && all;
      }),
  };
}

const slowToEnd = `trap 'sleep 0.2; echo end $N >> $FILE; exit 0' TERM
echo start $N >> $FILE; while :; do sleep 0.02; done`;

test('a restart starts the new child when the old one has ended, with the variables of that moment', async () => {
  const { child, lines } = await application(slowToEnd);
  await lines(1);
  await child.restart();
  expect(await lines(3)).toEqual(['start 1', 'end 1', 'start 2']);
  await child.restart();
  expect(await lines(5)).toEqual(['start 1', 'end 1', 'start 2', 'end 2', 'start 3']);
  child.pass('SIGTERM');
  expect(await child.ended).toEqual({ code: 0, signal: null });
});

test('a child that ignores SIGTERM is killed after the grace, on a restart as well', async () => {
  const { child, lines } = await application(
    `trap '' TERM; echo $$ >> $FILE; while :; do sleep 0.02; done`,
    200,
  );
  const [first] = await lines(1);
  await child.restart();
  await gone(Number(first));
  await lines(2);
  child.pass('SIGTERM');
  expect(await child.ended).toEqual({ code: null, signal: 'SIGKILL' });
});

test('it is over when the child ends by itself, and nothing is restarted any more', async () => {
  const { child, said } = await application('echo start $N >> $FILE; exit 5');
  expect(await child.ended).toEqual({ code: 5, signal: null });
  await child.restart();
  child.signal('SIGHUP');
  expect(await said()).toEqual(['start 1']);
});

test('a signal that asks for the end in the middle of a restart leaves no new child', async () => {
  const { child, lines, said } = await application(
    `trap 'echo told >> $FILE; while ! [ -e $FILE.go ]; do sleep 0.02; done; exit 4' TERM
     echo start $N >> $FILE; while :; do sleep 0.02; done`,
    60_000,
  );
  await lines(1);
  const restarted = child.restart();
  await lines(2);
  child.pass('SIGINT');
  await restarted;
  // The signal that the shell does not catch ends it.
  expect(await child.ended).toEqual({ code: null, signal: 'SIGINT' });
  expect(await said()).toEqual(['start 1', 'told']);
});

test('signals that do not ask for the end reach the child and change nothing else', async () => {
  const { child, lines } = await application(
    `for name in HUP QUIT USR1 USR2 WINCH; do trap "echo $name >> $FILE" $name; done
     echo start >> $FILE; while :; do sleep 0.02; done`,
  );
  await lines(1);
  const names = ['SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH'] as const;
  let count = 1;
  for (const name of names) {
    child.pass(name);
    await lines((count += 1));
  }
  expect(await lines(6)).toEqual(['start', 'HUP', 'QUIT', 'USR1', 'USR2', 'WINCH']);
});

test('SIGINT from outside asks the child with SIGINT, and kills it after the grace', async () => {
  const { child, lines } = await application(
    `trap 'echo INT >> $FILE' INT; echo start >> $FILE; while :; do sleep 0.02; done`,
    300,
  );
  await lines(1);
  child.pass('SIGINT');
  expect(await child.ended).toEqual({ code: null, signal: 'SIGKILL' });
  expect(await lines(2)).toEqual(['start', 'INT']);
});

test('a child that cannot be started ends it with the reason', async () => {
  const child = new SupervisedChild({
    start: () => startChild('true', { env: { HUGE: 'x'.repeat(4 * 1024 * 1024) } }),
    graceMs: 0,
  });
  child.start();
  await expect(child.ended).rejects.toMatchObject({ code: 'command-failed' });
});
