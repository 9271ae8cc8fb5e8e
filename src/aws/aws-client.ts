/**
 * The few calls of AWS that Enclosure makes, as signed HTTP requests: `aws4fetch` signs, Node's own `fetch` sends. Why not
 * the SDK: docs/decisions/0010-aws-without-sdk.md.
 *
 * What AWS answers is a value: `done`, `refused` (asking again changes nothing), or `unreachable` (no answer in time,
 * throttled, an error of its own; already tried several times). Only the caller knows what that means for what it does.
 * Fails as the credentials fail, with `configuration-invalid` where the region is not known, and with `aborted`.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { AwsV4Signer } from 'aws4fetch';
import { abortedError, EnclosureError, throwIfAborted } from '../base/enclosure-error.ts';
import type { CredentialsSource } from './credentials-source.ts';

export interface AwsSettings {
  readonly region?: string | undefined;
  /** Other endpoints than AWS's own, as the SDKs take them from AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE>. */
  readonly endpoints: Readonly<Partial<Record<AwsService, string>>>;
  readonly credentials: CredentialsSource;
  /** How long one attempt may take; default 2 s. */
  readonly attemptMs?: number;
  /** How often a call is tried in all; default 3. */
  readonly attempts?: number;
}

export type AwsAnswer =
  | { readonly kind: 'done'; readonly body: Uint8Array }
  /** `code` is AWS's own: `ParameterNotFound`, `AccessDeniedException`. */
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'unreachable'; readonly reason: string };

export interface AwsRequest {
  readonly service: AwsService;
  readonly method: 'GET' | 'POST';
  /** Below the endpoint, percent-encoded; default '/'. */
  readonly path?: string;
  /** Instead of the region of the settings. */
  readonly region?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type AwsClient = (request: AwsRequest, signal?: AbortSignal) => Promise<AwsAnswer>;

export function createAwsClient(settings: AwsSettings): AwsClient {
  const { attempts = 3 } = settings;
  return async (request, signal) => {
    let answer = await attempt(settings, request, signal);
    for (let done = 1; answer.kind === 'unreachable' && done < attempts; done += 1) {
      await pause(done, signal);
      answer = await attempt(settings, request, signal);
    }
    return answer;
  };
}

async function attempt(
  settings: AwsSettings,
  request: AwsRequest,
  signal: AbortSignal | undefined,
): Promise<AwsAnswer> {
  throwIfAborted(signal);
  const { url, headers } = await sign(settings, request);
  const limit = AbortSignal.timeout(settings.attemptMs ?? 2_000);
  try {
    const response = await fetch(url, {
      method: request.method,
      headers,
      // A redirect would carry the signature to another host.
      redirect: 'manual',
      signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
      ...(request.body !== undefined && { body: request.body }),
    });
    const body = await readBounded(response);
    if (response.ok)
      return body === undefined ? { kind: 'refused', code: 'TooLarge' } : { kind: 'done', body };
    const code = errorCodeOf(response.status, response.headers, body ?? Buffer.alloc(0));
    return mayPassLater(response.status, code)
      ? { kind: 'unreachable', reason: code }
      : { kind: 'refused', code };
  } catch (error) {
    if (signal?.aborted === true) throw abortedError(signal);
    return { kind: 'unreachable', reason: limit.aborted ? 'no answer in time' : networkError(error) };
  }
}

async function sign(
  settings: AwsSettings,
  request: AwsRequest,
): Promise<{ readonly url: URL; readonly headers: Headers }> {
  const { service, method, path = '/', headers = {}, body } = request;
  const region = request.region ?? settings.region ?? noRegion();
  const base = settings.endpoints[service] ?? endpointOf(service, region);
  const signer = new AwsV4Signer({
    ...(await settings.credentials()),
    service,
    region,
    method,
    url: `${base.replace(/\/+$/, '')}${path}`,
    headers: { ...headers },
    ...(body !== undefined && { body }),
  });
  return await signer.sign();
}

function noRegion(): never {
  throw new EnclosureError('configuration-invalid', 'the AWS region is not known', {
    expected: 'the environment variable AWS_REGION',
    next: 'Set it to the region of your account, for example eu-central-1.',
  });
}

/** The system's code, not the message: that one names addresses. */
function networkError(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  return typeof code === 'string' ? code : 'the connection failed';
}

/** Doubling, of which a random half is taken off, so that functions which failed together do not come back together. */
async function pause(failures: number, signal: AbortSignal | undefined): Promise<void> {
  const ms = 50 * 2 ** failures * (1 - Math.random() / 2);
  await delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => throwIfAborted(signal));
}

export type AwsService = 's3' | 'secretsmanager' | 'sqs' | 'ssm';

/** Where a service is in a region: https://docs.aws.amazon.com/general/latest/gr/rande.html. Pure. */
export function endpointOf(service: AwsService, region: string): string {
  return `https://${service}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

/** What went wrong, as AWS says it: each protocol has its own place for the code. Pure. */

const wellFormed = /^[\w.-]{1,100}$/;

/** `ParameterNotFound`; `HTTP 502` where the answer has no code. Never the message: it may quote what was sent. */
export function errorCodeOf(status: number, headers: Headers, body: Uint8Array): string {
  // A code of SQS as it was before the JSON protocol, which its documentation still uses: `AWS.SimpleQueueService...;Sender`.
  const fromHeader = headers.get('x-amzn-query-error')?.split(';')[0] ?? headers.get('x-amzn-errortype');
  const found = fromHeader ?? codeInBody(Buffer.from(body).toString('utf8'));
  const code = found?.split(':')[0]?.split('#').at(-1);
  return code !== undefined && wellFormed.test(code) ? code : `HTTP ${status}`;
}

function codeInBody(text: string): string | undefined {
  return /"__type"\s*:\s*"([^"]*)"/.exec(text)?.[1] ?? /<Code>([^<]*)<\/Code>/.exec(text)?.[1];
}

const passing = /Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|RequestTimeout/;

/** Whether the same request may succeed later without anyone changing anything. */
export function mayPassLater(status: number, code: string): boolean {
  return status === 429 || status >= 500 || passing.test(code);
}

/** Nothing that is asked of AWS is larger: a configuration has 1 MiB at most. */
const maxBytes = 2 * 1024 * 1024;

/** The body of a response; undefined when it is larger than anything that is expected. */
async function readBounded(response: Response): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    const bytes = chunk as Uint8Array;
    length += bytes.length;
    if (length > maxBytes) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
