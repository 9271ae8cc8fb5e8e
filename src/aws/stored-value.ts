/**
 * Values that AWS keeps: parameters of Systems Manager, secrets of Secrets Manager, objects of S3. What is wrong with one
 * is a value too, in words that never quote it; whether that is a missing secret or a configuration that cannot be read,
 * the caller knows. Fails as the client does, and with `aws-unreachable` where trying again later may help.
 */
import { EnclosureError } from '../base/enclosure-error.ts';
import type { AwsClient, AwsRequest, AwsService } from './aws-client.ts';

export type StoredValue =
  | { readonly kind: 'value'; readonly bytes: Uint8Array }
  | { readonly kind: 'missing'; readonly found: string; readonly next: string };

/** The whole value of a parameter, decrypted where it is a SecureString. `name` may be an ARN. */
export async function readParameter(aws: AwsClient, name: string): Promise<StoredValue> {
  const request = jsonRequest('ssm', 'AmazonSSM.GetParameter', { Name: name, WithDecryption: true }, name);
  const answer = await ask(aws, request, `ssm ${name}`, {
    absent: ['ParameterNotFound', 'ParameterVersionNotFound'],
    kind: 'parameter',
    permission: 'ssm:GetParameter on it, and kms:Decrypt on its key if that is your own',
  });
  if (answer.kind === 'missing') return answer;
  const { Parameter } = JSON.parse(textOf(answer.bytes)) as { Parameter?: { Value?: unknown } };
  return stringValue(Parameter?.Value, 'a parameter without a value');
}

/** The current text of a secret. `id` is its name or its ARN. */
export async function readSecret(aws: AwsClient, id: string): Promise<StoredValue> {
  const request = jsonRequest('secretsmanager', 'secretsmanager.GetSecretValue', { SecretId: id }, id);
  const answer = await ask(aws, request, `secretsManager ${id}`, {
    absent: ['ResourceNotFoundException'],
    kind: 'secret',
    permission: 'secretsmanager:GetSecretValue on it, and kms:Decrypt on its key if that is your own',
  });
  if (answer.kind === 'missing') return answer;
  const { SecretString } = JSON.parse(textOf(answer.bytes)) as { SecretString?: unknown };
  return stringValue(SecretString, 'a binary secret');
}

export async function readObject(aws: AwsClient, bucket: string, key: string): Promise<StoredValue> {
  const path = `/${[bucket, ...key.split('/')].map(encodeURIComponent).join('/')}`;
  return await ask(aws, { service: 's3', method: 'GET', path }, `s3://${bucket}/${key}`, {
    absent: ['NoSuchKey', 'NoSuchBucket'],
    kind: 'object',
    permission: 's3:GetObject on it, and s3:ListBucket on its bucket to be told when it is missing',
  });
}

interface Wording {
  /** AWS's codes for "not there". */
  readonly absent: readonly string[];
  readonly kind: string;
  /** What the role needs. */
  readonly permission: string;
}

async function ask(
  aws: AwsClient,
  request: AwsRequest,
  where: string,
  { absent, kind, permission }: Wording,
): Promise<StoredValue> {
  const answer = await aws(request);
  if (answer.kind === 'done') return { kind: 'value', bytes: answer.body };
  if (answer.kind === 'unreachable') {
    throw new EnclosureError('aws-unreachable', 'AWS did not answer', {
      where,
      found: answer.reason,
      next: 'It is tried again; if it stays so, look at the network of the function and at the health of the service.',
    });
  }
  if (absent.includes(answer.code)) {
    return {
      kind: 'missing',
      found: `no such ${kind}`,
      next: `Create it, or correct its name or the region`,
    };
  }
  if (/AccessDenied/.test(answer.code)) {
    return {
      kind: 'missing',
      found: `a ${kind} that this role may not read`,
      next: `Allow it ${permission}`,
    };
  }
  return { kind: 'missing', found: `the error ${answer.code} of AWS`, next: `Look it up, then try again` };
}

function jsonRequest(service: AwsService, target: string, body: object, nameOrArn: string): AwsRequest {
  return {
    service,
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target },
    body: JSON.stringify(body),
    region: /^arn:[\w-]+:[\w-]+:([\w-]+):/.exec(nameOrArn)?.[1],
  };
}

function stringValue(value: unknown, otherwise: string): StoredValue {
  if (typeof value === 'string' && value !== '') return { kind: 'value', bytes: Buffer.from(value) };
  const found = value === '' ? 'an empty value' : otherwise;
  return { kind: 'missing', found, next: 'Store the value itself as text' };
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
