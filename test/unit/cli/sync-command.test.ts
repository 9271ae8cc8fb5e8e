import { hostname } from 'node:os';
import { expect, onTestFinished, test, vi } from 'vitest';
import { EnclosureError } from '../../../src/base/enclosure-error.ts';
import type { RunOptions } from '../../../src/model/run-options.ts';
import type { SyncReport } from '../../../src/model/sync/sync-report.ts';
import type { SyncRequest } from '../../../src/model/sync/sync-request.ts';
import { commit, planOf, previous } from './examples-of-results.ts';
import { runWith } from './fake-world.ts';

const result = {
  environment: 'production',
  outcome: 'applied',
  revision: 12,
  commit,
  previousCommit: previous,
  counts: { created: 1, updated: 0, deleted: 0, unchanged: 4 },
  transactions: 1,
  durationMs: 34,
} as const;
const refusals = [{ code: 'too-many-deletes', message: 'too many' }] as const;

function applied(request: SyncRequest): Promise<SyncReport> {
  const { environment } = request;
  return Promise.resolve({ result: { ...result, environment }, plan: planOf({ environment }) });
}

test('sync --json prints exactly the documented keys', async () => {
  const ran = await runWith({ enclosure: { sync: applied } }, 'sync', 'production', '--json');
  expect(ran.json()).toEqual(result);
  expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
});

test('every flag reaches the request, and the lock timeout the options', async () => {
  let asked: [SyncRequest, RunOptions | undefined] | undefined;
  const sync = (request: SyncRequest, options?: RunOptions): Promise<SyncReport> => {
    asked = [request, options];
    return applied(request);
  };
  const flags = ['--full', '--allow-rewind', '--allow-deletes', '--adopt'];
  await runWith(
    { enclosure: { sync } },
    'sync',
    'production',
    '--commit',
    'ABCDEF12',
    '--lock-timeout',
    '2m',
    ...flags,
  );
  expect(asked?.[0]).toMatchObject({
    environment: 'production',
    reason: 'manual',
    commit: 'abcdef12',
    full: true,
    allowRewind: true,
    allowDeletes: true,
    adopt: true,
  });
  expect(asked?.[0].actor.endsWith(`@${hostname()}`)).toBe(true);
  expect(asked?.[1]).toMatchObject({ lockTimeoutMs: 120_000 });

  await runWith({ enclosure: { sync } }, 'sync', 'production');
  expect(Object.keys(asked?.[0] ?? {})).toEqual(['environment', 'reason', 'actor', 'time']);
  expect(asked?.[1]?.lockTimeoutMs).toBe(60_000);
});

test('a refused sync exits 3 and gives its reasons', async () => {
  const refused = { result: { ...result, outcome: 'refused' as const }, plan: planOf({ refusals }) };
  const enclosure = { sync: () => Promise.resolve(refused) };
  const ran = await runWith({ enclosure }, 'sync', 'production', '--json');
  expect(ran.exitCode).toBe(3);
  expect(ran.json()).toEqual({ ...result, outcome: 'refused', refusals });
  const text = await runWith({ enclosure }, 'sync', 'production');
  expect(text.exitCode).toBe(3);
  expect(text.stdout).toContain('refused[too-many-deletes]: too many\n');
});

test('a lock that is not obtained in time exits 4, with outcome failed', async () => {
  const sync = () => Promise.reject(new EnclosureError('lock-timeout', 'somebody holds it'));
  const ran = await runWith({ enclosure: { sync } }, 'sync', 'production', '--json');
  expect(ran.exitCode).toBe(4);
  expect(ran.json()).toMatchObject({
    environment: 'production',
    outcome: 'failed',
    revision: null,
    counts: null,
    error: { code: 'lock-timeout', message: 'somebody holds it', retryable: true },
  });
  expect(ran.stderr).toBe('error[lock-timeout]: somebody holds it\n');
});

test('F32: sync --all goes on after a failure; the exit code is the worst', async () => {
  const sync = (request: SyncRequest): Promise<SyncReport> =>
    request.environment === 'a'
      ? Promise.reject(new EnclosureError('zookeeper-unreachable', 'away'))
      : applied(request);
  const situation = { enclosure: { sync }, environments: ['a', 'b', 'c'] };
  const ran = await runWith(situation, 'sync', '--all', '--json');
  expect(ran.exitCode).toBe(1);
  expect(ran.json()).toMatchObject([
    { environment: 'a', outcome: 'failed', error: { code: 'zookeeper-unreachable' } },
    { environment: 'b', outcome: 'applied' },
    { environment: 'c', outcome: 'applied' },
  ]);
  const text = await runWith(situation, 'sync', '--all');
  expect(text.stdout).toMatch(/^a: failed\nb: applied/);
});

test('an interrupted sync --all does not begin with the next environment', async () => {
  const controller = new AbortController();
  const begun: string[] = [];
  const sync = (request: SyncRequest): Promise<SyncReport> => {
    begun.push(request.environment);
    controller.abort(new EnclosureError('aborted', 'stopped by SIGINT'));
    return applied(request);
  };
  const situation = { enclosure: { sync }, signal: controller.signal };
  const ran = await runWith(situation, 'sync', '--all', '--json');
  expect(begun).toEqual(['production']);
  expect(ran.exitCode).toBe(1);
  expect(ran.json()).toMatchObject([
    { outcome: 'applied' },
    { outcome: 'failed', error: { code: 'aborted' } },
  ]);
});

test('sync wants an environment or --all, and --commit one environment', async () => {
  for (const argv of [['sync'], ['sync', 'production', '--all'], ['sync', '--all', '--commit', 'abcdef']]) {
    const ran = await runWith({ enclosure: { sync: applied } }, ...argv);
    expect(ran).toMatchObject({ exitCode: 1, stdout: '', openedWith: [] });
    expect(ran.stderr).toMatch(/^error\[usage-invalid\]: /);
  }
});

test('an unknown environment and a bad configuration are failures of the environment that was asked for', async () => {
  const unknown = await runWith({ enclosure: { sync: applied } }, 'sync', 'prod\u001b[2Juction', '--json');
  expect(unknown.json()).toMatchObject({
    outcome: 'failed',
    error: { code: 'environment-unknown', expected: 'one of production, staging' },
  });
  expect(unknown.stderr).toContain('prod\\u{1b}[2Juction');
  const open = () => Promise.reject(new EnclosureError('configuration-invalid', 'bad'));
  const bad = await runWith({ open }, 'sync', 'production', '--json');
  expect(bad.json()).toMatchObject({ environment: 'production', outcome: 'failed' });
  const all = await runWith({ open }, 'sync', '--all', '--json');
  expect(all).toMatchObject({ exitCode: 1 });
  expect(all.json()).toEqual({ error: { code: 'configuration-invalid', message: 'bad', retryable: false } });
});

test('progress is a bar on a terminal, lines with --verbose in a pipe, and nothing else in a pipe', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const sync = async (request: SyncRequest, options?: RunOptions): Promise<SyncReport> => {
    options?.onProgress?.({ phase: 'fetch', done: 0, total: 0 });
    for (let done = 0; done < 5; done += 1) {
      options?.onProgress?.({ phase: 'apply', done, total: 5 });
      vi.advanceTimersByTime(100);
    }
    return await applied(request);
  };
  const terminal = await runWith({ enclosure: { sync }, terminal: true }, 'sync', 'production');
  expect(terminal.stderr).toContain('production: applying [');
  expect(terminal.stderr.endsWith('\r\u001b[K')).toBe(true);
  const verbose = await runWith({ enclosure: { sync } }, 'sync', 'production', '--verbose');
  expect(verbose.stderr).toMatch(
    /^production: fetching\nproduction: applying\nproduction: took \d+\.\d{3} s \(fetch [\d.]+ s, apply [\d.]+ s\)\n$/,
  );
  expect((await runWith({ enclosure: { sync } }, 'sync', 'production')).stderr).toBe('');
});
