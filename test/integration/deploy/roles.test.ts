/** Holds that each function may do what it does, and nothing else. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageService, type PackagedService } from './package-service.ts';
import { ofType, resourcesOf, type Resource } from './template.ts';

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

const kmsKey = 'arn:aws:kms:eu-central-1:000000000000:key/k-1';
let plain: PackagedService;
let other: PackagedService;

beforeAll(async () => {
  plain = await packageService();
  other = await packageService(
    {
      config: 's3://acme-bucket/enclosure/config.yaml',
      kmsKey,
      ensembleSecurityGroup: 'sg-ensemble',
      snapshotBucket: 'acme-snapshots',
    },
    { stage: 'staging', configuration: true },
  );
});
afterAll(() => Promise.all([plain.remove(), other.remove()]));

const list = (value: string | readonly string[]): readonly string[] =>
  typeof value === 'string' ? [value] : value;

function statementsOf(resources: Readonly<Record<string, Resource>>, role: string): readonly Statement[] {
  const policies = resources[role]?.Properties['Policies'] as
    readonly { readonly PolicyDocument: { readonly Statement: readonly Statement[] } }[] | undefined;
  if (policies === undefined) throw new Error(`there is no ${role} with policies`);
  return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

/** `action resource`, one each. */
function grants({ template }: PackagedService, role: string): string[] {
  return statementsOf(resourcesOf(template), role)
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action, Resource: on }) =>
      list(Action).flatMap((action) => list(on).map((resource) => `${action} ${resource}`)),
    )
    .toSorted();
}

const ssm = 'arn:aws:ssm:eu-central-1:000000000000:parameter/enclosure';
const secrets = 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:enclosure';
const networkInterfaces = [
  'ec2:AssignPrivateIpAddresses *',
  'ec2:CreateNetworkInterface *',
  'ec2:DeleteNetworkInterface *',
  'ec2:DescribeNetworkInterfaces *',
  'ec2:DescribeSubnets *',
  'ec2:UnassignPrivateIpAddresses *',
];

test('each function has a role of its own, which only Lambda can take', () => {
  const resources = resourcesOf(plain.template);
  const functions = ofType(resources, 'AWS::Lambda::Function');
  const roles = Object.fromEntries(
    Object.entries(functions).map(([name, { Properties }]) => [name, Properties['Role']]),
  );
  expect(roles).toEqual({
    WebhookLambdaFunction: 'WebhookRole.Arn',
    SyncLambdaFunction: 'SyncRole.Arn',
    ReconcileLambdaFunction: 'ReconcileRole.Arn',
  });
  const made = ofType(resources, 'AWS::IAM::Role');
  expect(Object.keys(made).toSorted()).toEqual(['ReconcileRole', 'SyncRole', 'WebhookRole']);
  for (const { Properties } of Object.values(made)) {
    expect(Properties['ManagedPolicyArns']).toBeUndefined();
    expect(Properties['AssumeRolePolicyDocument']).toMatchObject({
      Statement: [{ Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    });
  }
});

test('the webhook function may log, queue, and read its configuration and the secrets of webhooks', () => {
  expect(grants(plain, 'WebhookRole')).toEqual([
    'logs:CreateLogStream WebhookLogGroup.Arn',
    'logs:PutLogEvents WebhookLogGroup.Arn',
    `secretsmanager:GetSecretValue ${secrets}/production/webhook/*`,
    'sqs:SendMessage SyncQueue.Arn',
    `ssm:GetParameter ${ssm}/production/config`,
    `ssm:GetParameter ${ssm}/production/webhook/*`,
  ]);
});

test('the reconcile function may log, queue, and read its configuration', () => {
  expect(grants(plain, 'ReconcileRole')).toEqual([
    'logs:CreateLogStream ReconcileLogGroup.Arn',
    'logs:PutLogEvents ReconcileLogGroup.Arn',
    'sqs:SendMessage SyncQueue.Arn',
    `ssm:GetParameter ${ssm}/production/config`,
  ]);
});

test('the sync function may log, work the queue, read configuration and secrets, and be put into the network', () => {
  expect(grants(plain, 'SyncRole')).toEqual([
    ...networkInterfaces,
    'logs:CreateLogStream SyncLogGroup.Arn',
    'logs:PutLogEvents SyncLogGroup.Arn',
    `secretsmanager:GetSecretValue ${secrets}/production/sync/*`,
    'sqs:ChangeMessageVisibility SyncQueue.Arn',
    'sqs:DeleteMessage SyncQueue.Arn',
    'sqs:GetQueueAttributes SyncQueue.Arn',
    'sqs:ReceiveMessage SyncQueue.Arn',
    `ssm:GetParameter ${ssm}/production/config`,
    `ssm:GetParameter ${ssm}/production/sync/*`,
  ]);
});

test('no action is a pattern, and no resource is everything but for what a VPC needs', () => {
  for (const { template } of [plain, other]) {
    const resources = resourcesOf(template);
    const statements = Object.keys(ofType(resources, 'AWS::IAM::Role')).flatMap((role) =>
      statementsOf(resources, role),
    );
    expect(statements.length).toBeGreaterThanOrEqual(15);
    expect(statements.flatMap(({ Action }) => list(Action)).filter((action) => action.includes('*'))).toEqual(
      [],
    );
    const everywhere = statements.filter((one) => one.Effect === 'Allow' && list(one.Resource).includes('*'));
    expect(
      everywhere.map(({ Action }) =>
        list(Action)
          .map((action) => `${action} *`)
          .toSorted(),
      ),
    ).toEqual([networkInterfaces]);
  }
});

test('what the VPC needs is refused to the code of the function itself', () => {
  const refused = statementsOf(resourcesOf(plain.template), 'SyncRole').filter(
    ({ Effect }) => Effect === 'Deny',
  );
  expect(refused).toHaveLength(1);
  expect(refused[0]).toMatchObject({
    Resource: '*',
    Condition: {
      ArnEquals: {
        'lambda:SourceFunctionArn':
          'arn:aws:lambda:eu-central-1:000000000000:function:enclosure-production-sync',
      },
    },
  });
  expect(
    list(refused[0]?.Action ?? [])
      .map((action) => `${action} *`)
      .toSorted(),
  ).toEqual(networkInterfaces);
  const { FunctionName } = resourcesOf(plain.template)['SyncLambdaFunction']?.Properties ?? {};
  expect(FunctionName).toBe('enclosure-production-sync');
});

test('a configuration in S3 is the one object that may be read, in the stage that was deployed', () => {
  for (const role of ['WebhookRole', 'ReconcileRole', 'SyncRole']) {
    expect(grants(other, role)).toContain('s3:GetObject arn:aws:s3:::acme-bucket/enclosure/config.yaml');
    expect(grants(other, role).filter((grant) => grant.includes('production'))).toEqual([]);
  }
});

test('the sync function, and no other, may work with the bucket of shared fetches where there is one', () => {
  const ofBucket = (role: string): string[] =>
    grants(other, role).filter((grant) => grant.includes('acme-snapshots'));
  expect(ofBucket('SyncRole')).toEqual([
    's3:DeleteObject arn:aws:s3:::acme-snapshots/*',
    's3:GetObject arn:aws:s3:::acme-snapshots/*',
    's3:ListBucket arn:aws:s3:::acme-snapshots',
    's3:PutObject arn:aws:s3:::acme-snapshots/*',
  ]);
  expect([...ofBucket('WebhookRole'), ...ofBucket('ReconcileRole')]).toEqual([]);
});

test('a KMS key encrypts both queues, and senders may use it as senders, the worker as a reader', () => {
  const resources = resourcesOf(other.template);
  for (const queue of ['SyncQueue', 'DeadLetterQueue']) {
    expect(resources[queue]?.Properties).toMatchObject({ KmsMasterKeyId: kmsKey });
    expect(resourcesOf(plain.template)[queue]?.Properties).toMatchObject({ SqsManagedSseEnabled: true });
  }
  const ofKms = (role: string): string[] => grants(other, role).filter((grant) => grant.startsWith('kms:'));
  expect(ofKms('WebhookRole')).toEqual([`kms:Decrypt ${kmsKey}`, `kms:GenerateDataKey ${kmsKey}`]);
  expect(ofKms('ReconcileRole')).toEqual([`kms:Decrypt ${kmsKey}`, `kms:GenerateDataKey ${kmsKey}`]);
  expect(ofKms('SyncRole')).toEqual([`kms:Decrypt ${kmsKey}`]);
});

test("the ensemble's security group is opened for the sync function where it is named", () => {
  expect(resourcesOf(plain.template)['EnsembleIngress']).toBeUndefined();
  expect(resourcesOf(other.template)['EnsembleIngress']?.Properties).toMatchObject({
    GroupId: 'sg-ensemble',
    SourceSecurityGroupId: 'SyncSecurityGroup.GroupId',
  });
});

test('a configuration that was put beside the functions is deployed with them', async () => {
  expect(await other.filesOf('webhook')).toContain('dist/functions/enclosure.yaml');
  expect(await other.filesOf('reconcile')).toContain('dist/functions/enclosure.yaml');
});
