/**
 * One fill, from the claim to its end. It goes on when its callers leave; what ends it is its time limit, the end of the
 * claim, or the closing of the cache.
 *
 * What it wrote is removed again if it is certain that it was not published. In doubt it stays: the next fill of the key
 * removes it, or it is the result.
 */
import { EnclosureError } from '../../base/enclosure-error.ts';
import type { CacheSettings } from '../cache-settings.ts';
import type { Fill } from '../bulk-cache-options.ts';
import type { Claim } from '../coordination/claim.ts';
import type { FinishedResult } from '../coordination/parse-entry.ts';
import { giveUp, publishFailure, publishResult } from '../coordination/publish-result.ts';
import type { WatchedEntry } from '../coordination/watched-entry.ts';
import { shownKey } from '../shown-key.ts';
import { createSorter } from '../sorting/sorter.ts';
import { folderOf, keyFolder } from '../store/part-store.ts';
import { asFillError, classOf, tooLong } from './as-fill-error.ts';
import { cleanedCodec } from './json-codec.ts';
import { produceResult } from './produce-result.ts';
import { ProgressReporter } from './progress-reporter.ts';
import { tidyAfterFill } from './tidy-after-fill.ts';
import { watchClaim } from './watch-claim.ts';

export type FillOutcome =
  | { readonly kind: 'published'; readonly result: FinishedResult }
  /** Somebody invalidated the key or took it over; what happens next is in the ensemble. */
  | { readonly kind: 'superseded'; readonly error: EnclosureError }
  | { readonly kind: 'failed'; readonly error: EnclosureError };

export interface FillJob<T> {
  readonly claim: Claim;
  readonly entry: WatchedEntry;
  /** Digest of the key. */
  readonly key: string;
  readonly fill: Fill<T>;
}

/** Never fails. */
export async function runFill<T>(
  { claim, entry, key, fill }: FillJob<T>,
  settings: CacheSettings<T>,
  closing: AbortSignal,
): Promise<FillOutcome> {
  const { store, level1, namespace } = settings;
  const id = { key, epoch: claim.facts.epoch, token: claim.filling.token };
  const folder = folderOf(namespace, id);
  const end = new AbortController();
  const lost = superseded(entry.key);
  const supersede = (): void => end.abort(lost);
  const onClosing = (): void => end.abort(closed());
  closing.addEventListener('abort', onClosing);
  if (closing.aborted) onClosing();
  const timer = setTimeout(() => end.abort(tooLong(entry.key, settings.fillTimeout)), settings.fillTimeout);
  const reporter = new ProgressReporter(claim, supersede);
  const keep = level1.begin(id);
  const { sort, clean, codec } = settings;
  const sorter =
    sort === undefined && clean === undefined
      ? undefined
      : createSorter<T>({
          ...(sort !== undefined && { sort }),
          ...(clean !== undefined && { clean }),
          codec: cleanedCodec(codec),
          memoryBytes: settings.workingMemoryBytes,
          directory: settings.scratch,
          signal: end.signal,
        });
  void watchClaim(claim, entry, end.signal).then(supersede, (error: unknown) => end.abort(error));
  const older = store.list(keyFolder(namespace, key), end.signal).catch(() => []);
  let published: 'no' | 'perhaps' | 'yes' = 'no';
  try {
    const produced = await produceResult({
      fill,
      pages: settings.pages,
      codec,
      sorter,
      epoch: id.epoch,
      store,
      folder,
      keep,
      signal: end.signal,
      onStored: (stored) => reporter.report(stored),
      onComplete: () => reporter.complete(),
    });
    published = 'perhaps';
    const { manifest, manifestBytes, digest, raw } = produced;
    const { count, bytes } = manifest;
    const result = await publishResult(claim, { count, bytes, digest }, settings.ttl);
    published = result === undefined ? 'no' : 'yes';
    if (result === undefined) throw lost;
    await (await keep.commit(manifest, manifestBytes))?.close();
    const tidying = {
      session: claim.session,
      paths: claim.paths,
      id,
      older: await older,
      raw,
      signal: closing,
    };
    settings.later(tidyAfterFill(settings, tidying));
    return { kind: 'published', result };
  } catch (error) {
    return await endUnpublished(claim, asFillError(end.signal.reason ?? error, 'the fill'), {
      lost,
      closing,
      negativeTtl: settings.negativeTtl,
    });
  } finally {
    end.abort(lost);
    clearTimeout(timer);
    closing.removeEventListener('abort', onClosing);
    await Promise.all([reporter.stop(), sorter?.discard(), keep.abandon()]);
    if (published === 'no') settings.later(removeFolder(settings, folder));
  }
}

interface End {
  readonly lost: EnclosureError;
  readonly closing: AbortSignal;
  readonly negativeTtl: number;
}

async function endUnpublished(
  claim: Claim,
  error: EnclosureError,
  { lost, closing, negativeTtl }: End,
): Promise<FillOutcome> {
  try {
    if (error === lost || claim.session.isOver) {
      if (!claim.session.isOver) await giveUp(claim);
      return { kind: 'superseded', error: error === lost ? lost : asFillError(error, 'the fill') };
    }
    // The end of the session, which follows, removes the claim.
    if (closing.aborted) return { kind: 'failed', error };
    const told = await publishFailure(claim, classOf(error), negativeTtl);
    return told ? { kind: 'failed', error } : { kind: 'superseded', error };
  } catch (problem) {
    // The session ends, and with it the claim: somebody else will see to the key.
    return { kind: claim.session.isOver ? 'superseded' : 'failed', error: asFillError(problem, 'the fill') };
  }
}

async function removeFolder<T>({ store }: CacheSettings<T>, folder: string): Promise<void> {
  await store.remove(await store.list(folder));
}

function superseded(key: string): EnclosureError {
  return new EnclosureError('aborted', 'the fill no longer counts', {
    where: shownKey(key),
    found: 'the key was invalidated, or another process took over',
  });
}

function closed(): EnclosureError {
  return new EnclosureError('aborted', 'the cache was closed');
}
