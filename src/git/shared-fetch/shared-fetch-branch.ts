/**
 * The head of a branch, fetched once for all processes that share a cache: whoever asks the cache first fetches from the
 * git host and makes a bundle for the others. What the head is, each asks of the host itself: nothing else could tell
 * whether a bundle is what it should be, or that it is not old.
 *
 * Whatever fails of the cache or of a bundle is reported and costs a fetch of one's own. What the host answers is thrown as
 * it is, and the same as without a cache.
 */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cancellable } from '../../model/ports/git-repository.ts';
import { EnclosureError, throwIfAborted } from '../../base/enclosure-error.ts';
import { orAborted } from '../../base/or-aborted.ts';
import type { FetchOptions } from '../remote/within-limits.ts';
import { BrokenCopyError } from '../process/fetch-failure.ts';
import { listHead } from '../remote/list-head.ts';
import type { FetchBranchOptions, LocalCopy } from '../copy/local-copy.ts';
import { FetchForAll } from './fetch-for-all.ts';
import { saveBundle } from './save-bundle.ts';
import type { SharedFetch } from './shared-fetch.ts';
import type { OnFailure } from '../process/stream-lines.ts';
import { unpackBundle, unpackedRef } from './unpack-bundle.ts';

export interface SharedFetchParts {
  readonly shared: SharedFetch;
  readonly copy: LocalCopy;
  readonly fetch: Omit<FetchOptions, 'signal'>;
  readonly onFailure: OnFailure;
  /** Whether the head is readable; not called any more when the fetch has ended. */
  readonly verify: (head: string) => Promise<void>;
}

/** Of the key: another one for whatever a bundle is made of in another way. */
const keyFormat = 1;

/** Takes the lock of the copy, which the caller does not hold. */
export async function sharedFetchBranch(
  branch: string,
  parts: SharedFetchParts,
  { onAsked, ...options }: FetchBranchOptions,
): Promise<string> {
  const { copy, fetch, shared, verify } = parts;
  const whole = async (): Promise<string> => await copy.fetchBranch(branch, verify, options);
  let head: string;
  let base: string | undefined;
  try {
    head = await listHead(branch, { ...fetch, signal: options.signal, onAsked });
    base = await copy.adopt(branch, head, verify, options);
  } catch (error) {
    // It is the copy that is damaged, which a fetch heals.
    if (error instanceof BrokenCopyError) return await whole();
    throw error;
  }
  if (base === head) return head;

  const own = new FetchForAll(branch, head, base, parts);
  try {
    return await throughSharedFetch(branch, head, base, own, parts, options);
  } catch (error) {
    throwIfAborted(options.signal);
    if (error === own.refusal) throw error;
    shared.onFallback(error);
    return await whole();
  }
}

/** From whoever of the two is first: our own fetch, if we are asked to make it, or the bundle of another. */
async function throughSharedFetch(
  branch: string,
  head: string,
  base: string | undefined,
  own: FetchForAll,
  parts: SharedFetchParts,
  options: Cancellable,
): Promise<string> {
  const { copy, fetch, shared, verify } = parts;
  const signal = options.signal ?? new AbortController().signal;
  const format = head.length === 64 ? 'sha256' : 'sha1';
  const key = JSON.stringify([keyFormat, fetch.url.url, format, head, base ?? 'whole']);
  const directory = `${fetch.gitDirectory}.bundle-${randomUUID().replaceAll('-', '')}`;
  const saved = { directory, file: join(directory, 'bundle') };
  const saving = saveBundle(shared.bundle(key, own.fill, { signal }), saved, {
    url: fetch.url.url,
    maxBytes: fetch.maxBytes,
    needed: () => !own.begun && !signal.aborted,
  });
  const arrived = saving.catch((error: unknown) => {
    if (!own.begun) throw error;
    // It is no more than a report: what our fetch found is good. Where that failed, the failure is told below.
    void own.head.then(
      () => signal.aborted || shared.onFallback(error),
      () => undefined,
    );
    return false;
  });
  try {
    const first = await orAborted(Promise.race([own.head, arrived]), signal);
    if (first !== true) {
      if (!own.begun) throw noBundle(fetch.url.url);
      const found = await orAborted(own.head, signal);
      await verify(found);
      return found;
    }
    const source = await unpackBundle(saved, head, base, { ...fetch, signal });
    await copy.fetchFrom({ ref: unpackedRef, options: source }, branch, head, verify, options);
    return head;
  } finally {
    // What cannot be removed now is removed with what killed processes leave.
    const removed = arrived
      .catch(() => undefined)
      .then(async () => await rm(directory, { recursive: true, force: true, maxRetries: 3 }))
      .catch(() => undefined);
    // The cache may take long to notice that nobody waits for it any more.
    if (!own.begun && !signal.aborted) await removed;
  }
}

function noBundle(where: string): EnclosureError {
  return new EnclosureError('git-failed', 'the shared cache gave an empty bundle', {
    where,
    next: 'The repository is fetched instead',
  });
}
