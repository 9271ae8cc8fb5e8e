import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runToEnd } from '../../../../src/join/child/run-to-end.ts';
import { EnclosureError } from '../../../../src/base/enclosure-error.ts';
import { env, gone, temporary, written } from './shell.ts';

const options = { env, timeoutMs: 60_000 };

test('exit code and output are a value, whatever they are', async () => {
  expect(await runToEnd('exit 0', options)).toEqual({ code: 0, signal: null, late: false, lastLines: [] });
  expect(await runToEnd('echo one; echo two >&2; exit 3', options)).toMatchObject({
    code: 3,
    late: false,
    lastLines: expect.arrayContaining(['one', 'two']),
  });
  expect(await runToEnd('kill -SEGV $$', options)).toMatchObject({
    code: null,
    signal: 'SIGSEGV',
    late: false,
  });
});

test('it sees the variables it was given, and reads nothing from us', async () => {
  const result = await runToEnd('echo "$A $(cat | wc -c)"', { ...options, env: { ...env, A: 'a b' } });
  expect(result.lastLines).toEqual(['a b 0']);
});

test('a command that does not end in time is killed with what it started, and keeps what it said', async () => {
  const file = join(await temporary(), 'pids');
  const command = `trap '' TERM; sleep 600 & echo $! $$ > ${file}; echo waiting; wait; wait`;
  const result = await runToEnd(command, { env, timeoutMs: 500 });
  expect(result).toEqual({ code: null, signal: 'SIGKILL', late: true, lastLines: ['waiting'] });
  await Promise.all((await written(file)).trim().split(' ').map(Number).map(gone));
});

test('of an output without end only the end is kept', async () => {
  const { code, lastLines } = await runToEnd(
    'yes 0123456789 | head -c 50000000; echo; echo the end',
    options,
  );
  expect(code).toBe(0);
  expect(lastLines.at(-1)).toBe('the end');
  expect(lastLines.join('\n').length).toBeLessThanOrEqual(4096);
});

test('it ends with the command, even where something holds its output open', async () => {
  const begun = Date.now();
  const file = join(await temporary(), 'pid');
  // In a session of its own, so that the end of the group does not reach it.
  const command = `setsid sh -c 'echo $$ > ${file}; exec sleep 30' & while ! [ -s ${file} ]; do sleep 0.02; done; echo done`;
  expect(await runToEnd(command, options)).toMatchObject({ code: 0, lastLines: ['done'] });
  expect(Date.now() - begun).toBeLessThan(25_000);
  process.kill(Number(await written(file)), 'SIGKILL');
});

test('an abort kills it and throws the reason', async () => {
  const file = join(await temporary(), 'pids');
  const stop = new AbortController();
  const running = runToEnd(`sleep 600 & echo $! $$ > ${file}; wait`, { ...options, signal: stop.signal });
  const pids = (await written(file)).trim().split(' ').map(Number);
  const reason = new EnclosureError('aborted', 'stopped by SIGTERM');
  stop.abort(reason);
  await expect(running).rejects.toBe(reason);
  await Promise.all(pids.map(gone));
  await expect(runToEnd('exit 0', { ...options, signal: stop.signal })).rejects.toBe(reason);
});
