import { afterEach, beforeEach, expect, test } from 'vitest';
import { listenForInterruption } from '../../../../src/cli/process/interruption.ts';

const all = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH'] as const;
type Listener = (name: string) => void;
let before: ReadonlyMap<string, readonly unknown[]>;

beforeEach(() => {
  before = new Map(all.map((name) => [name, process.listeners(name)]));
});
afterEach(() => {
  for (const name of all) {
    for (const listener of process.listeners(name)) {
      if (before.get(name)?.includes(listener) !== true) process.off(name, listener as Listener);
    }
  }
});

/** As if the signal had come, for what was added in this test alone. */
function deliver(name: NodeJS.Signals): void {
  for (const listener of process.listeners(name)) {
    if (before.get(name)?.includes(listener) !== true) (listener as Listener)(name);
  }
}

const added = (name: NodeJS.Signals): number => process.listenerCount(name) - (before.get(name)?.length ?? 0);

test('the first signal aborts and says so, the second ends at once', () => {
  const ends: number[] = [];
  const { signal, exitCode } = listenForInterruption((code) => ends.push(code));
  expect(exitCode()).toBeUndefined();
  deliver('SIGTERM');
  expect(signal.aborted).toBe(true);
  expect(signal.reason).toMatchObject({ code: 'aborted', message: 'stopped by SIGTERM' });
  deliver('SIGINT');
  expect({ ends, code: exitCode() }).toEqual({ ends: [130], code: 143 });
});

test('whoever claims the signals gets all of them, and none ends us', () => {
  const ends: number[] = [];
  const { signal, exitCode, claim } = listenForInterruption((code) => ends.push(code));
  const received: string[] = [];
  claim((name) => received.push(name));
  for (const name of all) deliver(name);
  deliver('SIGTERM');
  expect(received).toEqual([...all, 'SIGTERM']);
  expect({ aborted: signal.aborted, code: exitCode(), ends }).toEqual({
    aborted: false,
    code: undefined,
    ends: [],
  });
});

test('what is not claimed, or not any more, is left to the system', () => {
  const { signal, claim } = listenForInterruption(() => undefined);
  expect(added('SIGQUIT')).toBe(0);
  const giveBack = claim(() => undefined);
  expect(added('SIGQUIT')).toBe(1);
  giveBack();
  for (const name of ['SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH'] as const) expect(added(name)).toBe(0);
  deliver('SIGHUP');
  expect(signal.reason).toMatchObject({ message: 'stopped by SIGHUP' });
});
