import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, onTestFinished, test } from 'vitest';
import { createAwsClient, type AwsSettings } from '../../../src/aws/aws-client.ts';
import { environmentCredentials } from '../../../src/aws/credentials-source.ts';
import {
  awsError,
  startAwsStandIn,
  type AwsCall,
  type AwsStandIn,
  type StandInAnswer,
} from '../../../harness/aws-stand-in.ts';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'canary-key', sessionToken: 'token' };
const post = {
  service: 'ssm',
  method: 'POST',
  headers: { 'x-amz-target': 'AmazonSSM.GetParameter' },
  body: '{}',
} as const;

async function standIn(answer: (call: AwsCall) => StandInAnswer = () => ({})): Promise<AwsStandIn> {
  const started = await startAwsStandIn(answer);
  onTestFinished(() => started.stop());
  return started;
}

function clientOf({ endpoint }: AwsStandIn, settings: Partial<AwsSettings> = {}) {
  return createAwsClient({
    region: 'eu-central-1',
    endpoints: { ssm: endpoint, sqs: endpoint, s3: endpoint },
    credentials: environmentCredentials(credentials),
    ...settings,
  });
}

test('what is asked for, and the scope of the signature, are those of the official client', async () => {
  const aws = await standIn(() => ({ body: { Successful: [], Failed: [] } }));
  const official = new SQSClient({ region: 'eu-central-1', endpoint: aws.endpoint, credentials, md5: false });
  onTestFinished(() => official.destroy());
  const parameters = {
    QueueUrl: `${aws.endpoint}/1/q.fifo`,
    Entries: [
      { Id: '0', MessageBody: '{"ä":"ö"}', MessageGroupId: 'production', MessageDeduplicationId: 'one' },
    ],
  };
  await official.send(new SendMessageBatchCommand(parameters));
  await clientOf(aws)({
    service: 'sqs',
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.SendMessageBatch' },
    body: JSON.stringify(parameters),
  });
  const [theirs, ours] = aws.calls;
  for (const key of ['method', 'path', 'target', 'parameters'] as const) {
    expect(ours?.[key], key).toEqual(theirs?.[key]);
  }
  expect(ours?.headers['content-type']).toBe(theirs?.headers['content-type']);
  expect(ours?.headers['x-amz-security-token']).toBe('token');
  const scope = /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/sqs\/aws4_request, /;
  expect(theirs?.headers.authorization).toMatch(scope);
  expect(ours?.headers.authorization).toMatch(scope);
});

test.each([
  ['throttling', awsError('ThrottlingException')],
  ['an error of its own', { status: 500, body: 'no json' }],
  ['a connection that is cut', 'cut'],
] as const)('%s is tried again, and the answer after that counts', async (_, first) => {
  const aws = await standIn(() => (aws.calls.length === 1 ? first : { body: { fine: true } }));
  const answer = await clientOf(aws)(post);
  expect(answer.kind === 'done' && Buffer.from(answer.body).toString()).toBe('{"fine":true}');
  expect(aws.calls).toHaveLength(2);
});

test.each([
  ['silence', 'no answer in time', 'silence'],
  ['throttling', 'ThrottlingException', awsError('ThrottlingException')],
  ['an error without a code', 'HTTP 503', { status: 503, body: 'canary' }],
] as const)(
  '%s without end is "unreachable" after a bounded number of attempts',
  async (_, reason, given) => {
    const aws = await standIn(() => given);
    const answer = await clientOf(aws, { attemptMs: 100, attempts: 2 })(post);
    expect(answer).toEqual({ kind: 'unreachable', reason });
    expect(aws.calls).toHaveLength(2);
  },
);

test('a refusal is not tried again, and only its code is kept', async () => {
  const aws = await standIn(() => awsError('ParameterNotFound'));
  expect(await clientOf(aws)(post)).toEqual({ kind: 'refused', code: 'ParameterNotFound' });
  expect(aws.calls).toHaveLength(1);
});

test('a redirect is not followed: the signature is for one host', async () => {
  const elsewhere = await standIn();
  const aws = await standIn(() => ({ status: 301, headers: { location: elsewhere.endpoint } }));
  expect(await clientOf(aws)(post)).toEqual({ kind: 'refused', code: 'HTTP 301' });
  expect(elsewhere.calls).toEqual([]);
});

test('an answer larger than anything that is expected is refused', async () => {
  const aws = await standIn(() => ({ body: 'x'.repeat(3_000_000) }));
  expect(await clientOf(aws)(post)).toEqual({ kind: 'refused', code: 'TooLarge' });
});

test('the signal ends a call that waits for its answer', async () => {
  const stop = new AbortController();
  const aws = await standIn(() => {
    stop.abort();
    return 'silence';
  });
  await expect(clientOf(aws)(post, stop.signal)).rejects.toMatchObject({ code: 'aborted' });
});

test('without a region, and without credentials, it says what to set', async () => {
  const aws = await standIn();
  await expect(clientOf(aws, { region: undefined })(post)).rejects.toMatchObject({
    code: 'configuration-invalid',
    message: expect.stringContaining('AWS_REGION') as string,
  });
  const none = environmentCredentials(undefined);
  await expect(clientOf(aws, { credentials: none })(post)).rejects.toMatchObject({ code: 'secret-missing' });
  expect(aws.calls).toEqual([]);
});
