/** What S3, or the network before it, refused, as `store-failed`. Pure. */
import { EnclosureError } from '../../base/enclosure-error.ts';

/** What the SDK throws, and what stands in an answer to DeleteObjects, as far as it says why. */
interface Refusal {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const credentials = 'Correct or renew the credentials that this process has for AWS.';
const permissions =
  'Give this process s3:GetObject, s3:PutObject and s3:DeleteObject on the objects, and s3:ListBucket on the bucket.';
const region = 'Name the region of the bucket (level2.s3.region).';
const network = 'Check level2.s3.endpoint and the network between here and there.';
const load = 'See whether the store is overloaded or down.';
const advice: Readonly<Record<string, string>> = {
  NoSuchBucket: 'Create the bucket, or correct level2.s3.bucket.',
  AccessDenied: permissions,
  AllAccessDisabled: permissions,
  CredentialsProviderError:
    'Give this process credentials for AWS: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or a role.',
  InvalidAccessKeyId: credentials,
  SignatureDoesNotMatch: credentials,
  ExpiredToken: credentials,
  InvalidToken: credentials,
  RequestTimeTooSkewed: 'Set the clock of this host.',
  PermanentRedirect: region,
  AuthorizationHeaderMalformed: region,
  RegionMissing: region,
  SlowDown: load,
  TimeoutError: 'See whether the store is overloaded or unreachable, or raise level2.s3.timeout.',
  ECONNREFUSED: network,
  ECONNRESET: network,
  EHOSTUNREACH: network,
  ENETUNREACH: network,
  ENOTFOUND: network,
  EAI_AGAIN: network,
  EPIPE: network,
};

/** @param refusal what says why; `cause` is what goes along with it */
export function asS3Failure(refusal: unknown, where: string, cause: unknown): EnclosureError {
  const why = codeOf(refusal);
  const status = statusOf(refusal);
  return new EnclosureError('store-failed', 'S3 does not do what the bulk call cache asks of it', {
    where,
    found: status === undefined ? why : `${why} (HTTP ${status})`,
    next:
      advice[why] ?? (status === 403 ? permissions : status !== undefined && status >= 500 ? load : other),
    cause,
  });
}

const other = 'Look up what the store says about this error, and check that level2.s3 names the right one.';

/** The name of the error, never its message, which may quote what was sent. */
export function codeOf(error: unknown): string {
  const { name, code, message } = error as Refusal;
  if (message === 'Region is missing') return 'RegionMissing';
  // For errors of the operating system the name is just `Error`, or `TimeoutError` even if a connection was cut.
  const texts = code === 'ETIMEDOUT' ? ['TimeoutError'] : [code, name];
  const wellFormed = texts.find((text) => typeof text === 'string' && /^[\w.-]{1,100}$/.test(text));
  return typeof wellFormed === 'string' ? wellFormed : 'an unknown error';
}

export function statusOf(error: unknown): number | undefined {
  return (error as Refusal).$metadata?.httpStatusCode;
}
