/**
 * The metrics of `enclosure serve`, kept in this process until Prometheus fetches them, together with those of the process
 * itself. Durations are in seconds, as Prometheus has them.
 *
 * What may be counted exists from the start with the value 0, where its labels are known: `increase()` does not see the
 * step from "not there" to 1, so the very first failure would raise no alert.
 */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { CountName, DurationName, Metrics } from '../../model/ports/metrics.ts';
import type { Outcome } from '../../model/sync/sync-result.ts';

export interface PrometheusOptions {
  readonly environments: readonly string[];
  /** How many requests run and wait. */
  readonly queueLength: () => number;
}

export interface PrometheusMetrics extends Metrics {
  /** What a scrape is answered with. */
  expose(): Promise<Exposition>;
}

export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

const outcomes: readonly Outcome[] = ['applied', 'unchanged', 'refused', 'held', 'failed'];

export function createPrometheusMetrics({ environments, queueLength }: PrometheusOptions): PrometheusMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const counter = (name: string, help: string, labels: readonly string[] = []): Counter =>
    new Counter({ name, help, labelNames: ['environment', ...labels], registers });
  const histogram = (name: string, help: string, buckets: number[]): Histogram =>
    new Histogram({ name, help, labelNames: ['environment'], buckets, registers });

  const counts: Readonly<Record<CountName, Counter>> = {
    deployments: counter('enclosure_deployments_total', 'Runs that ended, by outcome.', ['outcome']),
    refusals: counter('enclosure_refusals_total', 'Guards that refused a run, by code.', ['code']),
    failures: counter('enclosure_failures_total', 'Runs that failed, by the code of the error.', ['code']),
    drift: counter('enclosure_drift_znodes_total', 'Znodes found to be not what the applied commit says.'),
    'dead-letters': counter('enclosure_dead_letters_total', 'Requests that were given up.'),
    'snapshot-cache': counter('enclosure_snapshot_cache_total', 'What shared fetches did, by event.', [
      'event',
    ]),
  };
  const durations: Readonly<Record<DurationName, Histogram>> = {
    'lock-wait': histogram(
      'enclosure_lock_wait_seconds',
      "From asking for the environment's lock to holding it, or to giving up.",
      [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60],
    ),
    'push-to-applied': histogram(
      'enclosure_push_to_applied_seconds',
      "From a push's arrival to the end of the run that applied it.",
      [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
    ),
  };
  const queue = new Gauge({ name: 'enclosure_queue_length', help: 'Requests that run or wait.', registers });

  for (const environment of environments) {
    for (const outcome of outcomes) counts.deployments.inc({ environment, outcome }, 0);
    counts.drift.inc({ environment }, 0);
    counts['dead-letters'].inc({ environment }, 0);
    for (const duration of Object.values(durations)) duration.zero({ environment });
  }

  return {
    count: (name, labels, value = 1) => counts[name].inc({ ...labels }, value),
    duration: (name, labels, ms) => durations[name].observe({ ...labels }, ms / 1_000),
    async expose() {
      queue.set(queueLength());
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}
