import { expect, test } from 'vitest';
import { runProcess } from '../../../bench/compare/run-process.ts';

test('a process that fails is an error with what it wrote to stderr', async () => {
  const failing = runProcess([process.execPath, '-e', 'console.error("no such branch"); process.exit(3)']);
  await expect(failing).rejects.toThrow(/to end with 0, it ended with 3:\nno such branch$/u);
});

test('a process that is killed is an error with the signal', async () => {
  const killed = runProcess([process.execPath, '-e', 'process.kill(process.pid, "SIGKILL")']);
  await expect(killed).rejects.toThrow('it ended with SIGKILL');
});

test('a program that is not there is an error', async () => {
  await expect(runProcess(['/no/such/program'])).rejects.toThrow('ENOENT');
});

test.runIf(process.platform === 'linux')('the peak holds what the process held for a while', async () => {
  const source = 'const held = Buffer.alloc(200 * 2 ** 20, 1); setTimeout(() => held.at(0), 300)';
  const { peakMiB, seconds } = await runProcess([process.execPath, '-e', source], { watchMemory: true });
  expect(peakMiB).toBeGreaterThan(200);
  expect(seconds).toBeGreaterThan(0.3);
});
