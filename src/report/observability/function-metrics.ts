/**
 * The metrics of the functions: lines of CloudWatch's embedded metric format (EMF) on standard output, from which
 * CloudWatch makes metrics by itself. So there is nothing to call, to wait for or to be allowed, and nothing is lost but
 * what was not flushed when the function ended.
 *
 * Each metric exists once an environment and once without any dimension, over all environments: an alarm has to name the
 * dimensions exactly and cannot know which environments a configuration has.
 */
import { Metrics as PowertoolsMetrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { CountName, DurationName, Metrics } from '../../model/ports/metrics.ts';

export interface FunctionMetrics extends Metrics {
  /** Writes out what was counted; before the function returns, whatever became of it. Never fails. */
  flush(): void;
}

/** `infra/` has alarms and a dashboard on these. */
const metricNames: Readonly<Record<CountName | DurationName, string>> = {
  deployments: 'Deployments',
  refusals: 'Refusals',
  failures: 'Failures',
  drift: 'Drift',
  'dead-letters': 'DeadLetters',
  'snapshot-cache': 'SnapshotCache',
  'lock-wait': 'LockWait',
  'push-to-applied': 'PushToApplied',
};

const namespace = 'Enclosure';

interface Labels {
  readonly environment: string;
  readonly outcome?: string;
  readonly code?: string;
  readonly event?: string;
}

/** Its warnings are unstructured lines about what is meant here: a key that two sets of dimensions share. */
const silent = { trace: () => {}, debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Powertools writes a line out by itself at 100 values of a metric, and then forgets its dimensions. */
const flushAt = 90;

/** Once per cold start. */
export function createFunctionMetrics(): FunctionMetrics {
  /** What shares its labels shares a line. */
  const lines = new Map<string, PowertoolsMetrics>();
  let stored = 0;
  const flush = (): void => {
    for (const line of lines.values()) line.publishStoredMetrics();
    lines.clear();
    stored = 0;
  };
  const store = (
    labels: Labels,
    name: CountName | DurationName,
    unit: typeof MetricUnit.Count | typeof MetricUnit.Milliseconds,
    value: number,
  ): void => {
    if (stored === flushAt) flush();
    stored += 1;
    const key = JSON.stringify([labels.environment, labels.outcome, labels.code, labels.event]);
    const line = lines.get(key) ?? startLine(labels);
    lines.set(key, line);
    line.addMetric(metricNames[name], unit, value);
  };
  return {
    count: (name, labels, value = 1) => store(labels, name, MetricUnit.Count, value),
    duration: (name, labels, ms) => store(labels, name, MetricUnit.Milliseconds, ms),
    flush,
  };
}

function startLine({ environment, outcome, code, event }: Labels): PowertoolsMetrics {
  const line = new PowertoolsMetrics({ namespace, serviceName: 'enclosure', logger: silent });
  // The dimension `service` that it adds by itself says nothing, and an alarm would have to name it.
  line.clearDefaultDimensions();
  line.addDimensions({ environment });
  if (outcome !== undefined) line.addDimensions({ environment, outcome });
  if (event !== undefined) line.addDimensions({ environment, event });
  line.addDimensions({});
  // Not a dimension, of which each value costs; it can be searched in the log.
  if (code !== undefined) line.addMetadata('code', code);
  return line;
}
