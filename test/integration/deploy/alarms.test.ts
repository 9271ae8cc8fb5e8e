/** Alarms and dashboard: what there is to look at, and that each looks at something that is really there. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageService, type PackagedService } from './package-service.ts';
import { ofType, resourcesOf, type Resource } from './template.ts';

interface Metric {
  readonly namespace: string;
  readonly name: string;
  /** Name and value, or name alone where any value is meant. */
  readonly dimensions: readonly string[];
}

let service: PackagedService;
let resources: Record<string, Resource>;

beforeAll(async () => {
  service = await packageService();
  resources = resourcesOf(service.template);
});
afterAll(() => service.remove());

/** What AWS itself measures (its documentation of each service), on what of ours. */
const ofAws: Readonly<Record<string, { readonly names: readonly string[]; readonly of: string }>> = {
  'AWS/SQS': {
    names: [
      'ApproximateNumberOfMessagesVisible',
      'ApproximateNumberOfMessagesNotVisible',
      'ApproximateAgeOfOldestMessage',
    ],
    of: 'QueueName=(?:SyncQueue|DeadLetterQueue)\\.QueueName',
  },
  'AWS/Lambda': {
    names: ['Invocations', 'Errors', 'Throttles', 'Duration'],
    of: 'FunctionName=(?:Webhook|Sync|Reconcile)LambdaFunction',
  },
  'AWS/ApiGateway': { names: ['Count', '4xx', '5xx', 'Latency'], of: 'ApiId=HttpApi' },
};

function exists({ namespace, name, dimensions }: Metric): boolean {
  const known = ofAws[namespace];
  // That these are what the functions write is held in test/integration/report/observability/alarms.test.ts.
  if (namespace === 'Enclosure') return true;
  if (known === undefined) return false;
  return known.names.includes(name) && new RegExp(`^${known.of}$`, 'u').test(dimensions.join());
}

interface MetricProperties {
  readonly Namespace?: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
}

const metricOf = ({ Namespace = '', MetricName, Dimensions = [] }: MetricProperties): Metric => ({
  namespace: Namespace,
  name: MetricName,
  dimensions: Dimensions.map(({ Name, Value }) => `${Name}=${Value}`),
});

function metricsOf({ Properties }: Resource): Metric[] {
  const several = Properties['Metrics'] as
    readonly { readonly MetricStat?: { readonly Metric: MetricProperties } }[] | undefined;
  if (several === undefined) return [metricOf(Properties as unknown as MetricProperties)];
  return several.flatMap(({ MetricStat }) => (MetricStat === undefined ? [] : [metricOf(MetricStat.Metric)]));
}

test('every alarm is on a metric that exists', () => {
  const alarms = ofType(resources, 'AWS::CloudWatch::Alarm');
  const metrics = Object.values(alarms).flatMap(metricsOf);
  expect(metrics.length).toBeGreaterThanOrEqual(8);
  expect(metrics.filter((metric) => !exists(metric))).toEqual([]);
});

test.each([
  ['dead letters', 'AWS/SQS ApproximateNumberOfMessagesVisible QueueName=DeadLetterQueue.QueueName'],
  ['the age of the oldest message', 'AWS/SQS ApproximateAgeOfOldestMessage QueueName=SyncQueue.QueueName'],
  ['failed syncs', 'Enclosure Failures'],
  ['a sync function that died', 'AWS/Lambda Errors FunctionName=SyncLambdaFunction'],
  ['refusals', 'Enclosure Refusals'],
  ['drift', 'Enclosure Drift'],
  ['a webhook that fails', 'AWS/ApiGateway 5xx ApiId=HttpApi'],
  ['a reconcile that does not run', 'AWS/Lambda Invocations FunctionName=ReconcileLambdaFunction'],
])('there is an alarm for %s', (_, wanted) => {
  const alarms = Object.values(ofType(resources, 'AWS::CloudWatch::Alarm'));
  const found = alarms
    .flatMap(metricsOf)
    .map(({ namespace, name, dimensions }) => [namespace, name, ...dimensions].join(' '));
  expect(found).toContain(wanted);
});

test('every alarm is told to the topic, and tells when it is over', () => {
  for (const { Properties } of Object.values(ofType(resources, 'AWS::CloudWatch::Alarm'))) {
    expect(Properties).toMatchObject({ AlarmActions: ['AlarmTopic'], OKActions: ['AlarmTopic'] });
  }
});

test('only the reconcile, whose silence is the fault, takes silence for one', () => {
  const breaching = Object.entries(ofType(resources, 'AWS::CloudWatch::Alarm'))
    .filter(([, { Properties }]) => Properties['TreatMissingData'] !== 'notBreaching')
    .map(([name]) => name);
  expect(breaching).toEqual(['ReconcileAlarm']);
});

interface Dashboard {
  readonly widgets: readonly {
    readonly type: string;
    readonly properties: {
      readonly metrics?: readonly (readonly unknown[])[];
      readonly alarms?: readonly string[];
    };
  }[];
}

/** `...` repeats the row above up to the last value, `.` one place of it (CloudWatch's dashboard body syntax). */
function rowsOf(rows: readonly (readonly unknown[])[]): Metric[] {
  let above: string[] = [];
  return rows.flatMap((row): Metric[] => {
    const [first] = row;
    if (typeof first === 'object') {
      const { expression } = first as { readonly expression: string };
      const [, names = '', name = ''] = /SEARCH\('\{([^}]+)\} MetricName="(\w+)"'/u.exec(expression) ?? [];
      const [namespace = '', ...dimensions] = names.split(',');
      return [{ namespace, name, dimensions }];
    }
    const texts = row.filter((one) => typeof one === 'string');
    const full =
      texts[0] === '...' ? [...above.slice(0, above.length - (texts.length - 1)), ...texts.slice(1)] : texts;
    above = full.map((one, place) => (one === '.' ? (above[place] ?? '') : one));
    const [namespace = '', name = '', dimension, value] = above;
    return [{ namespace, name, dimensions: dimension === undefined ? [] : [`${dimension}=${value}`] }];
  });
}

test('the dashboard is JSON, shows every alarm, and only metrics that exist', () => {
  const [dashboard] = Object.values(ofType(resources, 'AWS::CloudWatch::Dashboard'));
  const { widgets } = JSON.parse(String(dashboard?.Properties['DashboardBody'])) as Dashboard;
  const alarms = Object.keys(ofType(resources, 'AWS::CloudWatch::Alarm')).map((name) => `${name}.Arn`);
  expect(widgets.flatMap(({ properties }) => properties.alarms ?? []).toSorted()).toEqual(alarms.toSorted());
  const metrics = widgets.flatMap(({ properties }) => rowsOf(properties.metrics ?? []));
  expect(metrics.length).toBeGreaterThanOrEqual(15);
  expect(metrics.filter((metric) => !exists(metric))).toEqual([]);
});
