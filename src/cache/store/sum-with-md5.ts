/**
 * DeleteObjects must carry a checksum of its body. The client sends a CRC, which older versions of other S3 servers do not
 * know; all of them know MD5, which was the only one for years:
 * https://github.com/aws/aws-sdk-js-v3/blob/main/supplemental-docs/MD5_FALLBACK.md
 */
import { createHash } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';

/** A middleware of the SDK, between the client's own sum and the signature. */
function withMd5<Output>(
  next: (args: { input: object; request: unknown }) => Promise<Output>,
  context: { readonly commandName?: string },
): typeof next {
  return async (args) => {
    if (context.commandName === 'DeleteObjectsCommand') {
      const request = args.request as { readonly headers: Record<string, string>; readonly body: string };
      const sums = Object.keys(request.headers).filter((name) => /^x-amz-(sdk-)?checksum-/i.test(name));
      for (const name of sums) delete request.headers[name];
      request.headers['content-md5'] = createHash('md5').update(request.body).digest('base64');
    }
    return await next(args);
  };
}

export function sumWithMd5(client: S3Client): void {
  // After the client's own sum, which has the usual priority in this step.
  client.middlewareStack.add(withMd5, { step: 'build', priority: 'low', name: 'sumWithMd5' });
}
