/**
 * Level 2 in a bucket of S3, or of another store with its protocol: each object is one object there. Credentials come from
 * wherever AWS's clients look for them.
 *
 * Every request ends: after three attempts, each of them with a limit, or with the signal. Fails with `store-failed`, which
 * names S3's own code and never what was sent.
 */
import type { DeleteObjectsCommandOutput, GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { abortedError, throwIfAborted } from '../../base/enclosure-error.ts';
import type { S3Level2 } from '../bulk-cache-options.ts';
import { asS3Failure, codeOf, statusOf } from './as-s3-failure.ts';
import { attempts, defaultTimeoutMs, type OpenedS3, openS3Client } from './open-s3-client.ts';
import { checkObjectName, isObjectName, type PartStore } from './part-store.ts';

/** As many as DeleteObjects takes. */
const removedAtOnce = 1000;

export function openS3Store(options: S3Level2['s3']): PartStore {
  const { bucket, timeout = defaultTimeoutMs } = options;
  const above = (options.prefix ?? '').split('/').filter((segment) => segment !== '');
  const keyOf = (name: string): string => [...above, name].join('/');
  const nameOf = (key: string): string => key.slice(keyOf('').length);
  const urlOf = (key: string): string => `s3://${bucket}/${key}`;
  let opened: Promise<OpenedS3> | undefined;

  /** One request with its attempts. */
  async function ask<T>(
    key: string,
    signal: AbortSignal | undefined,
    send: (s3: OpenedS3, options: { readonly abortSignal: AbortSignal }) => Promise<T>,
  ): Promise<T> {
    throwIfAborted(signal);
    const stop = new AbortController();
    const end = (): void => stop.abort();
    // The client's own limits end neither an answer that comes byte by byte nor one that breaks off again and again.
    const timer = setTimeout(end, attempts * timeout);
    signal?.addEventListener('abort', end);
    opened ??= openS3Client(options);
    try {
      return await send(await opened, { abortSignal: stop.signal });
    } catch (error) {
      if (signal?.aborted === true) throw abortedError(signal);
      throw asS3Failure(stop.signal.aborted ? { name: 'TimeoutError' } : error, urlOf(key), error);
    } finally {
      clearTimeout(timer);
      // By hand: one signal may accompany thousands of requests, and would keep everything that AbortSignal.any attaches to it.
      signal?.removeEventListener('abort', end);
    }
  }

  async function read(name: string, signal: AbortSignal | undefined): Promise<Buffer | undefined> {
    return await ask(keyOf(name), signal, async ({ sdk, client }, sending) => {
      const command = new sdk.GetObjectCommand({ Bucket: bucket, Key: keyOf(name) });
      try {
        return await wholeBody(() => client.send(command, sending), sending.abortSignal);
      } catch (error) {
        const missing = codeOf(error) !== 'NoSuchBucket' && statusOf(error) === 404;
        if (missing) return undefined;
        throw error;
      }
    });
  }

  return {
    place: urlOf(above.join('/')).replace(/\/$/, ''),
    async put(name, bytes, signal) {
      checkObjectName(name);
      const input = { Bucket: bucket, Key: keyOf(name), Body: bytes };
      await ask(keyOf(name), signal, async ({ sdk, client }, sending) => {
        await client.send(new sdk.PutObjectCommand(input), sending);
      });
    },
    async get(name, signal) {
      checkObjectName(name);
      return await read(name, signal);
    },
    async list(prefix, signal) {
      checkObjectName(prefix);
      const below = `${keyOf(prefix)}/`;
      const names: string[] = [];
      let next: string | undefined;
      do {
        const input = {
          Bucket: bucket,
          Prefix: below,
          ...(next === undefined ? {} : { ContinuationToken: next }),
        };
        const page = await ask(below, signal, ({ sdk, client }, sending) =>
          client.send(new sdk.ListObjectsV2Command(input), sending),
        );
        // What else lies there is not ours: consoles make objects whose names end in a slash.
        names.push(...(page.Contents ?? []).map(({ Key = '' }) => nameOf(Key)).filter(isObjectName));
        next = page.IsTruncated === true ? page.NextContinuationToken : undefined;
      } while (next !== undefined);
      return names;
    },
    async remove(names, signal) {
      for (const name of names) checkObjectName(name);
      for (let start = 0; start < names.length; start += removedAtOnce) {
        const objects = names.slice(start, start + removedAtOnce).map((name) => ({ Key: keyOf(name) }));
        const input = { Bucket: bucket, Delete: { Objects: objects, Quiet: true } };
        const answer = await ask(keyOf(names[start] ?? ''), signal, ({ sdk, client }, sending) =>
          client.send(new sdk.DeleteObjectsCommand(input), sending),
        );
        throwFirst(answer, urlOf);
      }
    },
    async close() {
      (await opened)?.client.destroy();
    },
  };
}

/** The answer is a success also where single objects were refused. */
function throwFirst({ Errors = [] }: DeleteObjectsCommandOutput, urlOf: (key: string) => string): void {
  const refused = Errors.find(({ Code }) => Code !== 'NoSuchKey');
  if (refused !== undefined) throw asS3Failure({ name: refused.Code }, urlOf(refused.Key ?? ''), refused);
}

/** The client asks again until an answer begins; one that breaks off later is asked for again here. */
async function wholeBody(send: () => Promise<GetObjectCommandOutput>, signal: AbortSignal): Promise<Buffer> {
  for (let attempt = 1; ; attempt += 1) {
    const { Body } = await send();
    try {
      const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    } catch (error) {
      if (attempt === attempts || signal.aborted) throw error;
    }
  }
}
