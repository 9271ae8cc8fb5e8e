/** Secrets and the configuration itself in AWS, over real HTTP. */
import { inspect } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { awsAccess } from '../../../src/config/aws-access.ts';
import { loadConfiguration } from '../../../src/config/load-configuration.ts';
import { secretFrom, type SecretReference } from '../../../src/config/secret-from.ts';
import type { Secret } from '../../../src/base/secret.ts';
import {
  awsError,
  startAwsStandIn,
  type AwsCall,
  type AwsStandIn,
  type StandInAnswer,
} from '../../../harness/aws-stand-in.ts';
import { example } from './example.ts';

async function standIn(answer: (call: AwsCall) => StandInAnswer): Promise<AwsStandIn> {
  const started = await startAwsStandIn(answer);
  onTestFinished(() => started.stop());
  return started;
}

function secret(aws: AwsStandIn, reference: SecretReference): Secret {
  const env = aws.environment;
  return secretFrom(reference, { directory: '.', env, aws: awsAccess(env) });
}

const parameter = (value: string): StandInAnswer => ({ body: { Parameter: { Value: value } } });

test('a parameter is decrypted and read once, when it is needed', async () => {
  const aws = await standIn(() => parameter('canary'));
  const one = secret(aws, { ssm: '/enclosure/token' });
  expect(aws.calls).toEqual([]);
  expect(await Promise.all([one.reveal(), one.reveal()])).toEqual(['canary', 'canary']);
  expect(await one.reveal()).toBe('canary');
  expect(aws.calls).toMatchObject([
    { target: 'AmazonSSM.GetParameter', parameters: { Name: '/enclosure/token', WithDecryption: true } },
  ]);
  expect(inspect(one, { depth: 5 })).not.toContain('canary');
});

test('a secret of Secrets Manager is read by its ARN, in the region of that', async () => {
  const aws = await standIn(() => ({ body: { SecretString: 'canary' } }));
  const id = 'arn:aws:secretsmanager:us-west-2:1:secret:token-a1';
  expect(await secret(aws, { secretsManager: id }).reveal()).toBe('canary');
  expect(aws.calls).toMatchObject([
    { target: 'secretsmanager.GetSecretValue', parameters: { SecretId: id } },
  ]);
  expect(aws.calls[0]?.headers.authorization).toContain('/us-west-2/secretsmanager/');
});

test.each([
  [{ ssm: 'gone' }, awsError('ParameterNotFound'), 'no such parameter', 'ssm gone'],
  [
    { secretsManager: 'gone' },
    awsError('ResourceNotFoundException'),
    'no such secret',
    'secretsManager gone',
  ],
  [{ ssm: 'mine' }, awsError('AccessDeniedException'), 'a parameter that this role may not read', 'ssm mine'],
  [{ ssm: 'odd' }, awsError('InvalidKeyId'), 'the error InvalidKeyId of AWS', 'ssm odd'],
  [{ ssm: 'none' }, parameter(''), 'an empty value', 'ssm none'],
  [
    { secretsManager: 'bytes' },
    { body: { SecretBinary: 'Y2FuYXJ5' } },
    'a binary secret',
    'secretsManager bytes',
  ],
] as const)(
  'what is wrong with %j is said, and nothing of what AWS said',
  async (reference, given, found, where) => {
    const aws = await standIn(() => given);
    const error: unknown = await secret(aws, reference)
      .reveal()
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'secret-missing', retryable: false, details: { where, found } });
    expect(inspect(error, { depth: 10 })).not.toMatch(/canary|Y2Fu/);
  },
);

test('a denial says which permission is missing', async () => {
  const aws = await standIn(() => awsError('AccessDeniedException'));
  await expect(secret(aws, { secretsManager: 'x' }).reveal()).rejects.toThrow(
    'secretsmanager:GetSecretValue',
  );
});

test('a secret that AWS could not give is asked for again, and the failure may be tried again', async () => {
  const aws = await standIn(() =>
    aws.calls.length <= 3 ? awsError('ThrottlingException') : parameter('canary'),
  );
  const one = secret(aws, { ssm: 'token' });
  await expect(one.reveal()).rejects.toMatchObject({ code: 'aws-unreachable', retryable: true });
  expect(await one.reveal()).toBe('canary');
});

test('a command that needs nothing from AWS asks nothing of it, and one without credentials says so', async () => {
  const aws = await standIn(() => parameter('canary'));
  const { AWS_ACCESS_KEY_ID: _, ...env } = aws.environment;
  const one = secretFrom({ ssm: 'token' }, { directory: '.', env, aws: awsAccess(env) });
  await expect(one.reveal()).rejects.toMatchObject({
    code: 'secret-missing',
    message: expect.stringContaining('AWS_ACCESS_KEY_ID') as string,
  });
  expect(aws.calls).toEqual([]);
});

test('credentials that are not in the environment come from where the caller says', async () => {
  const aws = await standIn(() => parameter('canary'));
  const { AWS_ACCESS_KEY_ID: _, ...env } = aws.environment;
  const profile = { accessKeyId: 'AKIDPROFILE', secretAccessKey: 'x' };
  const access = awsAccess(env, () => Promise.resolve(() => Promise.resolve(profile)));
  await secretFrom({ ssm: 'token' }, { directory: '.', env, aws: access }).reveal();
  expect(aws.calls[0]?.headers.authorization).toContain('AKIDPROFILE');
});

test('the configuration is read from a parameter, with both webhook secrets of a rotation', async () => {
  const values: Readonly<Record<string, string>> = {
    '/enclosure/config': example({ 14: '    webhookSecret: [{ ssm: new }, { secretsManager: old }]' }),
    new: 'n',
  };
  const aws = await standIn(({ target, parameters }) =>
    target.startsWith('AmazonSSM')
      ? parameter(values[String(parameters['Name'])] ?? '')
      : { body: { SecretString: 'o' } },
  );
  const configuration = await loadConfiguration({ path: 'ssm:/enclosure/config', env: aws.environment });
  expect([...configuration.environments.keys()]).toEqual(['production', 'staging']);
  const secrets = configuration.repositories.get('config')?.webhookSecrets ?? [];
  expect(await Promise.all(secrets.map((one) => one.reveal()))).toEqual(['n', 'o']);
});

test.each([['s3://my-bucket/a b/enclosure.yaml'], ['s3:my-bucket/a b/enclosure.yaml']])(
  'the configuration is read from %s',
  async (path) => {
    const aws = await standIn(() => ({ body: example() }));
    const configuration = await loadConfiguration({ path, env: aws.environment });
    expect(configuration.environments.size).toBe(2);
    expect(aws.calls).toMatchObject([{ method: 'GET', path: '/my-bucket/a%20b/enclosure.yaml' }]);
  },
);

test.each([
  ['ssm:gone', awsError('ParameterNotFound'), 'no such parameter'],
  ['s3://b-1/gone', { status: 404, body: '<Error><Code>NoSuchKey</Code></Error>' }, 'no such object'],
  ['s3://b-1/mine', { status: 403, body: '<Error><Code>AccessDenied</Code></Error>' }, 'may not read'],
  ['s3:nonsense', {}, 'something else'],
  ['ssm:huge', parameter('x'.repeat(1_100_000)), 'more than'],
] as const)('a configuration at %s that cannot be had says so', async (path, given, found) => {
  const aws = await standIn(() => given);
  await expect(loadConfiguration({ path, env: aws.environment })).rejects.toMatchObject({
    code: 'configuration-invalid',
    details: { where: path, found: expect.stringContaining(found) as string },
  });
});

test('mistakes in a configuration from AWS are reported with its place', async () => {
  const aws = await standIn(() => parameter(example({ 18: '    branch: ""' })));
  await expect(loadConfiguration({ path: 'ssm:config', env: aws.environment })).rejects.toThrow(
    'ssm:config:',
  );
});
