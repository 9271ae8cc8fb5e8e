import { expect, test } from 'vitest';
import { cpuSampler, cpuTimes } from '../../../bench/compare/cpu-times.ts';
import { runProcess } from '../../../bench/compare/run-process.ts';

const processLine = (name: string, times: string): string =>
  `42 (${name}) S 1 42 42 0 -1 0 0 0 0 0 ${times} 20 0 1 0`;

test('stolen time is busy, waiting for a disk is not; children count as own, those of the server do not', () => {
  const machine = 'cpu  100 20 300 9000 4000 5 6 7 0 0\ncpu0 1 2 3 4 5 6 7 8 0 0\n';
  const times = cpuTimes(12, machine, processLine('node', '10 20 30 40'), processLine('java', '1 2 3 4'));
  expect(times).toEqual({ at: 12, busy: 4.38, own: 1.03 });
});

test('the name of a program may hold parentheses and spaces', () => {
  const machine = 'cpu  0 0 0 0 0 0 0 0 0 0\n';
  const odd = processLine(') R 9 9', '1 0 0 0');
  expect(cpuTimes(0, machine, odd, odd)?.own).toBe(0.02);
});

test('what cannot be read is no sample', () => {
  expect(cpuTimes(0, '', '', '')).toBeUndefined();
  expect(cpuTimes(0, 'cpu  0 0 0 0 0 0 0 0 0 0\n', 'nothing', 'nothing')).toBeUndefined();
});

test('there is no sample where the server is no process of this system', async () => {
  expect(await cpuSampler(-1)()).toBeUndefined();
});

test.runIf(process.platform === 'linux')(
  'what a child and a child of it have worked counts as own when they have ended',
  async () => {
    const burn = 'while (process.cpuUsage().user < 300_000);';
    const both = `require('node:child_process').spawnSync(process.execPath, ['-e', '${burn}']); ${burn}`;
    const sample = cpuSampler(process.pid);
    const before = await sample();
    await runProcess([process.execPath, '-e', both]);
    const after = await sample();
    expect((after?.own ?? 0) - (before?.own ?? 0)).toBeGreaterThan(0.5);
    expect((after?.busy ?? 0) - (before?.busy ?? 0)).toBeGreaterThan(0.5);
  },
);
