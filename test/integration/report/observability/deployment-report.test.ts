/** What real runs say of themselves: the same in `serve` and in the functions, and never a secret or a file's content. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Enclosure } from '../../../../src/enclosure/enclosure.ts';
import { runRequest } from '../../../../src/intake/worker/run-request.ts';
import type { Environment } from '../../../../src/model/environment.ts';
import type { Log } from '../../../../src/model/ports/log.ts';
import type { Metrics } from '../../../../src/model/ports/metrics.ts';
import type { SyncReport } from '../../../../src/model/sync/sync-report.ts';
import type { SyncRequest } from '../../../../src/model/sync/sync-request.ts';
import { createFunctionLog } from '../../../../src/report/observability/function-log.ts';
import { createFunctionMetrics } from '../../../../src/report/observability/function-metrics.ts';
import { createPrometheusMetrics } from '../../../../src/report/observability/prometheus-metrics.ts';
import { createEnvironment, type EnvironmentFixture } from '../../../../harness/environment-fixture.ts';
import { capturedOutput, type JsonLine } from '../../../unit/report/observability/captured-output.ts';
import { recordingLog } from '../../../unit/serve/recording-log.ts';
import { secretOf } from '../../intake/webhook/configuration-of.ts';
import { channel, session, take } from '../../sync/lock/fixture.ts';

const canary = 'canary-3f9c';
const output = capturedOutput();
const { signal } = new AbortController();

let fixture: EnvironmentFixture;
beforeAll(async () => {
  const connect = inject('zookeeper');
  const auth = [{ scheme: 'digest', credentials: secretOf(`user:${canary}`) }];
  fixture = await createEnvironment(connect, {
    ensemble: { name: 'main', connect, sessionTimeoutMs: 10_000, auth },
  });
});
afterAll(() => fixture.remove());

/** What becomes of one run, in both worlds at once: the same run is told to both logs and to both kinds of metrics. */
interface Seen {
  readonly error: unknown;
  /** The lines of `serve` and of a function, without what the platforms add. */
  readonly served: readonly JsonLine[];
  readonly invoked: readonly JsonLine[];
  readonly embedded: readonly JsonLine[];
  /** Everything that was written or exposed. */
  readonly everything: string;
}

async function run(
  request: Partial<SyncRequest>,
  enclosure: Pick<Enclosure, 'sync'> = fixture.enclosure,
  lockTimeoutMs = 60_000,
): Promise<Seen> {
  const { log, lines } = recordingLog();
  const embedded = createFunctionMetrics();
  const prometheus = createPrometheusMetrics({ environments: ['production'], queueLength: () => 0 });
  const error: unknown = await runRequest(
    {
      enclosure,
      log: both(log, createFunctionLog()),
      metrics: bothMetrics(embedded, prometheus),
      lockTimeoutMs,
    },
    fixture.request(request),
    signal,
  ).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  embedded.flush();
  const { text } = await prometheus.expose();
  return {
    error,
    served: lines.map((line) => without(line, 'level', 'timestamp', 'message')),
    invoked: output
      .lines()
      .filter((line) => line['_aws'] === undefined)
      .map((line) => without(line, 'level', 'timestamp', 'message', 'service', 'sampling_rate')),
    embedded: output.lines().filter((line) => line['_aws'] !== undefined),
    everything: JSON.stringify(lines) + output.text() + text,
  };
}

function without(line: JsonLine, ...keys: readonly string[]): JsonLine {
  return Object.fromEntries(Object.entries(line).filter(([key]) => !keys.includes(key)));
}

function both(one: Log, other: Log): Log {
  return {
    info: (...line) => [one, other].forEach((log) => log.info(...line)),
    warn: (...line) => [one, other].forEach((log) => log.warn(...line)),
    error: (...line) => [one, other].forEach((log) => log.error(...line)),
    child: (fields) => both(one.child(fields), other.child(fields)),
  };
}

function bothMetrics(one: Metrics, other: Metrics): Metrics {
  return {
    count: (...told) => [one, other].forEach((metrics) => metrics.count(...told)),
    duration: (...told) => [one, other].forEach((metrics) => metrics.duration(...told)),
  };
}

const number = expect.any(Number) as number;

describe('the report of a run', () => {
  it('is one line of a push that was applied, the same in serve and in a function', async () => {
    const commit = fixture.git.commit({ 'app/db.json': canary, 'app/secret.txt': canary });
    const seen = await run({ reason: 'push', actor: 'alice', delivery: 'd-1' });
    expect(seen.error).toBeUndefined();
    expect(seen.served).toEqual([
      {
        environment: 'production',
        outcome: 'applied',
        revision: 1,
        commit,
        delivery: 'd-1',
        actor: 'alice',
        reason: 'push',
        counts: { created: 4, updated: 0, deleted: 0, unchanged: 0 },
        transactions: 1,
        durationMs: number,
        lockWaitMs: number,
        pushToAppliedMs: number,
      },
    ]);
    expect(seen.invoked).toEqual(seen.served);
    expect(seen.embedded).toMatchObject([
      { environment: 'production', outcome: 'applied', Deployments: 1 },
      { environment: 'production', LockWait: number, PushToApplied: number },
    ]);
    expect(seen.everything).not.toContain(canary);
  });

  it('tells of drift with its size, and of no content', async () => {
    await fixture.client.set(`${fixture.root}/app/db.json`, `${canary} edited`);
    await fixture.client.delete(`${fixture.root}/app/secret.txt`);
    const seen = await run({ reason: 'schedule', full: true });
    expect(seen.served).toMatchObject([{ outcome: 'applied', reason: 'schedule', revision: 2, drift: 2 }]);
    expect(seen.invoked).toEqual(seen.served);
    expect(seen.embedded).toMatchObject([{ Deployments: 1 }, { Drift: 2, LockWait: number }]);
    expect(seen.embedded[1]).not.toHaveProperty('PushToApplied');
    expect(seen.everything).not.toContain(canary);
  });

  it('tells why a run was refused, and of no content', async () => {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 1\n`;
    fixture.git.commit({ 'app/large.bin': pointer, 'app/db.json': canary, 'app/bad\u{1F600}': canary });
    const seen = await run({ reason: 'push' });
    expect(seen.served).toMatchObject([{ outcome: 'refused', revision: 2 }]);
    const refusals = seen.served[0]?.['refusals'] as SyncReport['plan']['refusals'];
    expect(refusals.map(({ code }) => code).toSorted()).toEqual(['invalid-name', 'unsupported']);
    expect(seen.invoked).toEqual(seen.served);
    const codes = seen.embedded.flatMap((line) => (line['Refusals'] === 1 ? [String(line['code'])] : []));
    expect(codes.toSorted()).toEqual(['invalid-name', 'unsupported']);
    expect(seen.everything).not.toContain(canary);
  });

  it('tells how long a run waited for the lock when it did not get it', async () => {
    fixture.git.commit({ 'app/db.json': `${canary} 2` });
    const lock = await take({
      session: await session(),
      channel: await channel(),
      directory: `${fixture.state}/lock`,
    });
    try {
      const seen = await run({ reason: 'push' }, fixture.enclosure, 1);
      expect(seen.error).toMatchObject({ code: 'lock-timeout' });
      expect(seen.served).toMatchObject([
        { outcome: 'failed', code: 'lock-timeout', lockWaitMs: number, durationMs: number },
      ]);
      expect(seen.invoked).toEqual(seen.served);
      expect(seen.embedded).toMatchObject([
        { outcome: 'failed', Deployments: 1 },
        { code: 'lock-timeout', Failures: 1 },
        { LockWait: number },
      ]);
      expect(seen.everything).not.toContain(canary);
    } finally {
      await lock.release();
    }
  });

  it('tells of a server that refuses the credentials, and not the credentials', async () => {
    const { connect } = fixture.environment.ensemble;
    const ensemble: Environment['ensemble'] = {
      name: 'main',
      connect,
      sessionTimeoutMs: 10_000,
      auth: [{ scheme: 'unheard-of', credentials: secretOf(canary) }],
    };
    const seen = await run({ reason: 'push' }, fixture.with({ ensemble }));
    expect(seen.served).toMatchObject([{ outcome: 'failed', code: 'zookeeper-auth-failed' }]);
    expect(seen.served[0]).not.toHaveProperty('lockWaitMs');
    expect(seen.invoked).toEqual(seen.served);
    expect(seen.everything).not.toContain(canary);
  });
});
