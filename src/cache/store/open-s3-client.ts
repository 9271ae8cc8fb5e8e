/**
 * The client of S3, within bounds: three attempts, each with a limit. It is imported only when needed: it takes 150 ms and
 * is larger than everything else together, and a level 2 in a directory never needs it.
 */
import type * as Sdk from '@aws-sdk/client-s3';
import type { S3Level2 } from '../bulk-cache-options.ts';
import { sumWithMd5 } from './sum-with-md5.ts';

export const attempts = 3;
export const defaultTimeoutMs = 30_000;
/** A server that is there takes a connection at once, or a packet was lost and is sent again after 1 and 3 s. */
const connectionTimeoutMs = 10_000;

export interface OpenedS3 {
  readonly sdk: typeof Sdk;
  readonly client: Sdk.S3Client;
}

export async function openS3Client(options: S3Level2['s3']): Promise<OpenedS3> {
  const sdk = await import('@aws-sdk/client-s3');
  const { endpoint, region, timeout = defaultTimeoutMs } = options;
  const client = new sdk.S3Client({
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    maxAttempts: attempts,
    retryMode: 'standard',
    // Other makes of S3 do not know all of AWS's checksums, and we verify by ourselves.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // It costs a round trip for every part, and a wait if the server does not support it.
    expectContinueHeader: false,
    requestHandler: {
      connectionTimeout: Math.min(timeout, connectionTimeoutMs),
      requestTimeout: timeout,
      throwOnRequestTimeout: true,
      // Of silence, also within an answer that has begun.
      socketTimeout: timeout,
    },
  });
  if (endpoint !== undefined) sumWithMd5(client);
  return { sdk, client };
}
