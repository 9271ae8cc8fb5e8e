/**
 * `enclosure serve`: webhook endpoint, queue, worker and scheduled reconcile in one process. This file only puts them
 * together. Fails with `configuration-invalid` or `secret-missing` where a repository has no secret, and with
 * `usage-invalid` where it cannot listen; nothing is left running then.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { isEnclosureError } from '../base/enclosure-error.ts';
import type { Enclosure } from '../enclosure/enclosure.ts';
import { InProcessQueue, type InProcessQueueOptions } from '../intake/queue/in-process-queue.ts';
import { requireSecrets } from '../intake/webhook/require-secrets.ts';
import { runRequest } from '../intake/worker/run-request.ts';
import type { Configuration } from '../model/environment.ts';
import type { Log } from '../model/ports/log.ts';
import { createPrometheusMetrics } from '../report/observability/prometheus-metrics.ts';
import { createBodyReader } from './body-reader.ts';
import { handleRequest } from './handle-request.ts';
import { healthOf } from './health-of.ts';
import { LastOutcomes } from './last-outcomes.ts';
import { listen } from './http-server.ts';
import { startReconcileSchedule } from './reconcile-schedule.ts';

export interface ServeOptions {
  readonly configuration: Configuration;
  readonly enclosure: Pick<Enclosure, 'sync'>;
  readonly log: Log;
  readonly host?: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly reconcileEveryMs?: number;
  /** How long running work may take to end by itself at shutdown. */
  readonly graceMs?: number;
  readonly requestTimeoutMs?: number;
  readonly lockTimeoutMs?: number;
  readonly queue?: Pick<InProcessQueueOptions, 'maxWaiting' | 'concurrency' | 'backoff'>;
}

export interface Server {
  /** Where it listens. */
  readonly url: string;
  /**
   * Ends in order: no more connections, requests and reconciles; what is in flight is answered; what runs may end by
   * itself, then it is aborted. Never fails, and never takes much longer than the grace time. Always the same promise.
   */
  close(): Promise<void>;
}

/** How long aborted work may take to end its sessions; what is left then ends with the process. */
const abortMs = 5_000;

export async function startServer(options: ServeOptions): Promise<Server> {
  const { configuration, enclosure, log, graceMs = 20_000 } = options;
  await requireSecrets(configuration.repositories.values());

  const environments = [...configuration.environments.keys()];
  const metrics = createPrometheusMetrics({ environments, queueLength: () => queue.contents().length });
  const last = new LastOutcomes();
  const runner = {
    enclosure,
    log,
    metrics,
    ...(options.lockTimeoutMs === undefined ? {} : { lockTimeoutMs: options.lockTimeoutMs }),
    reporters: [last],
  };
  const queue = new InProcessQueue({
    ...options.queue,
    work: async (request, signal) => void (await runRequest(runner, request, signal)),
    onDead: (request, error, attempts) => {
      const code = isEnclosureError(error) ? error.code : 'unexpected';
      log.error({ ...request, attempts, code }, 'request given up');
      metrics.count('dead-letters', { environment: request.environment });
    },
    log,
  });

  let closing: Promise<void> | undefined;
  const started = Date.now();
  const handler = {
    configuration,
    send: queue.send.bind(queue),
    heldBy: (environment: string) => last.holds.get(environment),
    log,
    readBody: createBodyReader(),
    isStopping: () => closing !== undefined,
    metrics: () => metrics.expose(),
    health: () =>
      healthOf({ started, environments, outcomes: last.outcomes, queue, isStopping: closing !== undefined }),
  };
  const http = await listen({
    host: options.host ?? '127.0.0.1',
    port: options.port,
    requestTimeoutMs: options.requestTimeoutMs ?? 30_000,
    handle: (request, response) => handleRequest(handler, request, response),
  });
  const schedule = startReconcileSchedule({
    environments,
    everyMs: options.reconcileEveryMs ?? 180_000,
    send: queue.send.bind(queue),
    contents: () => queue.contents(),
    log,
  });
  log.info({ url: http.url, environments }, 'listening');

  const close = async (): Promise<void> => {
    log.info({ running: queue.contents().length, graceMs }, 'closing');
    schedule.stop();
    const deadline = AbortSignal.timeout(graceMs);
    const ended = new AbortController();
    const work = Promise.all([http.close(deadline), queue.close(deadline)]).then(() => ended.abort());
    const patience = delay(graceMs + abortMs, undefined, { signal: ended.signal }).catch(() => undefined);
    await Promise.race([work, patience]);
    if (ended.signal.aborted) log.info({}, 'closed');
    else log.error({ running: queue.contents() }, 'closed although something did not heed its signal');
  };
  return { url: http.url, close: () => (closing ??= close()) };
}
