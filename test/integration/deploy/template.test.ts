/** Holds what serverless.yml and infra/ come to: the template that CloudFormation gets, made by osls without an account. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageService, type PackagedService } from './package-service.ts';
import { ofType, resourcesOf, type Resource } from './template.ts';

let service: PackagedService;
let resources: Record<string, Resource>;

beforeAll(async () => {
  service = await packageService();
  resources = resourcesOf(service.template);
});
afterAll(() => service.remove());

const properties = (name: string): Readonly<Record<string, unknown>> => {
  const found = resources[name];
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found.Properties;
};
const only = (type: string): Readonly<Record<string, unknown>> => {
  const found = Object.values(ofType(resources, type));
  expect(found).toHaveLength(1);
  return found[0]?.Properties ?? {};
};

test('the queue is FIFO, and throws nothing away for being seen before', () => {
  expect(properties('SyncQueue')).toMatchObject({ FifoQueue: true, ContentBasedDeduplication: false });
  expect(properties('SyncQueue')['QueueName']).toMatch(/\.fifo$/u);
});

test('F56: a request that keeps failing ends in a FIFO dead-letter queue', () => {
  expect(properties('SyncQueue')['RedrivePolicy']).toEqual({
    deadLetterTargetArn: 'DeadLetterQueue.Arn',
    maxReceiveCount: 5,
  });
  expect(properties('DeadLetterQueue')).toMatchObject({ FifoQueue: true, MessageRetentionPeriod: 1_209_600 });
  expect(properties('DeadLetterQueue')['QueueName']).toMatch(/\.fifo$/u);
});

test('a request stays invisible for at least six times the time a sync may take', () => {
  const visibility = Number(properties('SyncQueue')['VisibilityTimeout']);
  expect(visibility).toBeGreaterThanOrEqual(6 * Number(properties('SyncLambdaFunction')['Timeout']));
});

test('a request lives long enough to be tried as often as it may, and so never ends in silence', () => {
  const { VisibilityTimeout, MessageRetentionPeriod } = properties('SyncQueue');
  expect(Number(MessageRetentionPeriod)).toBeGreaterThan(5 * Number(VisibilityTimeout));
});

test('the sync function answers for each message, and at least two of it run at once', () => {
  const mapping = only('AWS::Lambda::EventSourceMapping');
  expect(mapping).toMatchObject({
    EventSourceArn: 'SyncQueue.Arn',
    FunctionName: 'SyncLambdaFunction.Arn',
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  });
  expect(mapping['BatchSize']).toBeLessThanOrEqual(10);
  const scaling = mapping['ScalingConfig'] as { readonly MaximumConcurrency: number };
  expect(scaling.MaximumConcurrency).toBeGreaterThanOrEqual(2);
});

test('the reconcile runs every three minutes', () => {
  const rule = only('AWS::Events::Rule');
  expect(rule).toMatchObject({ ScheduleExpression: 'rate(3 minutes)', State: 'ENABLED' });
  expect(rule['Targets']).toMatchObject([{ Arn: 'ReconcileLambdaFunction.Arn' }]);
});

test('a push comes in at the one route, which is bounded and leads to the webhook function', () => {
  expect(only('AWS::ApiGatewayV2::Route')).toMatchObject({
    RouteKey: 'POST /webhooks/{repository}',
    Target: 'integrations/HttpApiIntegrationWebhook',
  });
  expect(only('AWS::ApiGatewayV2::Integration')).toMatchObject({ PayloadFormatVersion: '2.0' });
  const { ThrottlingRateLimit } = properties('HttpApiStage')['DefaultRouteSettings'] as Record<
    string,
    number
  >;
  expect(ThrottlingRateLimit).toBeGreaterThanOrEqual(100);
  expect(service.template.Outputs['WebhookUrl']).toBeDefined();
});

test('zips run on Node 22 or later, and the sync function is the image that was named', () => {
  for (const name of ['webhook', 'reconcile']) {
    const made = properties(`${name[0]?.toUpperCase()}${name.slice(1)}LambdaFunction`);
    expect(made['Handler']).toBe(`dist/functions/${name}.handler`);
    expect(Number(/^nodejs(\d+)\.x$/u.exec(String(made['Runtime']))?.[1])).toBeGreaterThanOrEqual(22);
  }
  expect(properties('SyncLambdaFunction')).toMatchObject({ PackageType: 'Image' });
  expect(properties('SyncLambdaFunction')['Code']).toEqual({
    ImageUri: expect.stringMatching(/enclosure-sync@sha256:5{64}$/u),
  });
});

test('the webhook answers before GitHub gives up', () => {
  expect(properties('WebhookLambdaFunction')['Timeout']).toBeLessThan(10);
});

test('only the sync function is in the network of the ensemble', () => {
  const inNetwork = Object.entries(ofType(resources, 'AWS::Lambda::Function'))
    .filter(([, one]) => one.Properties['VpcConfig'] !== undefined)
    .map(([name]) => name);
  expect(inNetwork).toEqual(['SyncLambdaFunction']);
  expect(properties('SyncLambdaFunction')['VpcConfig']).toEqual({
    SecurityGroupIds: ['SyncSecurityGroup.GroupId'],
    SubnetIds: ['subnet-a', 'subnet-b'],
  });
  expect(properties('SyncSecurityGroup')['SecurityGroupIngress']).toBeUndefined();
});

test('F47: no environment variable of a function holds a secret, only where things are', () => {
  const variables = Object.entries(ofType(resources, 'AWS::Lambda::Function')).map(
    ([name, { Properties }]) => {
      const { Variables } = Properties['Environment'] as { readonly Variables: Record<string, string> };
      return [name, Variables] as const;
    },
  );
  expect(variables).toHaveLength(3);
  const places = { ENCLOSURE_CONFIG: 'ssm:/enclosure/production/config', ENCLOSURE_QUEUE_URL: 'SyncQueue' };
  for (const [name, given] of variables) {
    // A sender waits for the webhook function: it starts without reading its source map.
    const maps = name.startsWith('Webhook') ? {} : { NODE_OPTIONS: '--enable-source-maps' };
    expect(given).toEqual({ ...places, ...maps, POWERTOOLS_LOG_LEVEL: 'INFO' });
  }
});

test('logs are kept, and not for ever', () => {
  const groups = Object.values(ofType(resources, 'AWS::Logs::LogGroup'));
  expect(groups).toHaveLength(4);
  for (const { Properties } of groups) expect(Properties['RetentionInDays']).toBe(90);
});

test('a zip holds the bundle, the source map where it is used, and nothing else', async () => {
  expect(await service.filesOf('webhook')).toEqual(['dist/functions/webhook.mjs']);
  expect(await service.filesOf('reconcile')).toEqual([
    'dist/functions/reconcile.mjs',
    'dist/functions/reconcile.mjs.map',
  ]);
});
