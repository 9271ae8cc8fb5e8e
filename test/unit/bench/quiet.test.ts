import { expect, test } from 'vitest';
import {
  foreignSeconds,
  isDisturbed,
  isQuiet,
  repeatDisturbed,
  waitUntilQuiet,
  watched,
  type CpuTimes,
  type SampleCpu,
} from '../../../bench/compare/quiet.ts';

const zero: CpuTimes = { at: 0, busy: 0, own: 0 };

/** A sample each half second, in which others took this share of two cores. */
function machine(shares: readonly number[]): SampleCpu {
  let [at, busy, index] = [0, 0, 0];
  return () => {
    const sample = { at, busy, own: 0 };
    at += 0.5;
    busy += 0.5 * 2 * (shares[Math.min(index, shares.length - 1)] ?? 0);
    index += 1;
    return Promise.resolve(sample);
  };
}

const noPause = (): Promise<void> => Promise.resolve();

test('what the benchmark and its server took is not foreign', () => {
  expect(foreignSeconds(zero, { at: 2, busy: 3.5, own: 3.25 })).toBe(0.25);
});

test('a measurement is disturbed when others took more than a tenth of a core and the slack', () => {
  expect(isDisturbed(zero, { at: 2, busy: 3.2, own: 3 })).toBe(false);
  expect(isDisturbed(zero, { at: 2, busy: 3.3, own: 3 })).toBe(true);
});

test('a short measurement is not disturbed by a few ticks', () => {
  expect(isDisturbed(zero, { at: 0.1, busy: 0.15, own: 0.1 })).toBe(false);
});

test('a machine is quiet when others take less than a tenth of all cores', () => {
  expect(isQuiet(zero, { at: 1, busy: 0.19, own: 0 }, 2)).toBe(true);
  expect(isQuiet(zero, { at: 1, busy: 0.21, own: 0 }, 2)).toBe(false);
});

test('waits until the machine was quiet for three seconds in a row', async () => {
  const said: string[] = [];
  let pauses = 0;
  const pause = (): Promise<void> => {
    pauses += 1;
    return noPause();
  };
  const busyTwice = machine([0, 0, 0.5, 0, 0, 0, 0.8, 0]);
  expect(await waitUntilQuiet(busyTwice, { cores: 2, say: (text) => said.push(text), pause })).toBe(true);
  expect(pauses).toBe(7 + 6);
  expect(said).toEqual(['waiting for a quiet machine: other processes take 50 % of it']);
});

test('gives up on a machine that stays busy, having said so now and then', async () => {
  const said: string[] = [];
  const options = { cores: 2, say: (text: string) => said.push(text), pause: noPause, patienceSeconds: 30 };
  expect(await waitUntilQuiet(machine([0.9]), options)).toBe(false);
  expect(said).toHaveLength(3);
});

test('does not wait where the system does not tell', async () => {
  const silent: SampleCpu = () => Promise.resolve(undefined);
  expect(await waitUntilQuiet(silent, { cores: 2, say: () => undefined, pause: noPause })).toBe(true);
});

test('a measurement says whether others worked meanwhile', async () => {
  const others = await watched(machine([0.5]), () => Promise.resolve('a'));
  expect(others).toEqual({ value: 'a', disturbed: true });
  const nobody = await watched(machine([0]), () => Promise.resolve('b'));
  expect(nobody).toEqual({ value: 'b', disturbed: false });
});

test('a disturbed measurement is repeated, with things put back before', async () => {
  const log: string[] = [];
  const outcomes = [true, true, false];
  const result = await repeatDisturbed(
    () => {
      log.push('measure');
      return Promise.resolve({ value: log.length, disturbed: outcomes.shift() ?? true });
    },
    () => Promise.resolve(log.push('put back')),
  );
  expect(result).toEqual({ value: 5, disturbed: 2 });
  expect(log).toEqual(['measure', 'put back', 'measure', 'put back', 'measure']);
});

test('a measurement that stays disturbed has no value after three repetitions', async () => {
  let times = 0;
  const result = await repeatDisturbed(
    () => Promise.resolve({ value: (times += 1), disturbed: true }),
    () => Promise.resolve(),
  );
  expect(result).toEqual({ disturbed: 4 });
  expect(times).toBe(4);
});
