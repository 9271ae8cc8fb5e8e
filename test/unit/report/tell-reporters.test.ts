import { expect, test } from 'vitest';
import type { Reporter } from '../../../src/model/ports/reporter.ts';
import type { RunOptions } from '../../../src/model/run-options.ts';
import { tellReporters } from '../../../src/report/tell-reporters.ts';
import { syncReport } from '../serve/sync-report.ts';

const request = { environment: 'production', reason: 'manual', actor: 'alice', time: 'now' } as const;
const none: RunOptions = {};
const notes = { written: 1, pending: 0, since: null, durationMs: 5 };
const broken: Reporter = {
  ended: () => Promise.reject(new Error('a reporter broke')),
  failed() {
    throw new Error('a reporter broke');
  },
  fetched() {
    throw new Error('a reporter broke');
  },
};

test('reporters hear of a run in their order, and find what those before them added', async () => {
  const heard: unknown[] = [];
  const adding: Reporter = { ended: () => Promise.resolve({ notes }) };
  const hearing: Reporter = {
    ended(told, report, { lockWaitMs }) {
      heard.push(told.environment, report.notes, lockWaitMs);
      return undefined;
    },
  };
  const report = await tellReporters([hearing, adding, hearing], request, none, (options) => {
    options.onLockWait?.(3);
    return Promise.resolve(syncReport('production'));
  });
  expect(heard).toEqual(['production', undefined, 3, 'production', notes, 3]);
  expect(report).toMatchObject({ result: { outcome: 'applied' }, notes });
});

test('a reporter that breaks touches neither the run nor the reporters after it', async () => {
  const heard: string[] = [];
  const hearing: Reporter = {
    ended() {
      heard.push('ended');
      return undefined;
    },
    failed: (_, error) => void heard.push(String(error)),
    fetched: (_, { event }) => void heard.push(event),
  };
  const reporters = [broken, hearing];
  const run = tellReporters(reporters, request, none, (options) => {
    options.onSharedFetch?.({ event: 'hit' });
    return Promise.resolve(syncReport('production'));
  });
  await expect(run).resolves.toMatchObject({ result: { outcome: 'applied' } });
  const failure = new Error('no server');
  await expect(tellReporters(reporters, request, none, () => Promise.reject(failure))).rejects.toBe(failure);
  expect(heard).toEqual(['hit', 'ended', 'Error: no server']);
});

test('what the caller wants to hear while it runs, it hears as well', async () => {
  const heard: unknown[] = [];
  const options = { onLockWait: (ms: number) => void heard.push(ms) };
  await tellReporters([], request, options, (watched) => {
    watched.onLockWait(7);
    return Promise.resolve(syncReport('production'));
  });
  expect(heard).toEqual([7]);
});
