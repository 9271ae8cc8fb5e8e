/**
 * The items of a key as they arrive: reads along with the running fill, of this process or another, or hands out the
 * finished result. If a fill ends early before any item was handed out, the next one is followed.
 */
import { isEnclosureError } from '../../base/enclosure-error.ts';
import { orAborted } from '../../base/or-aborted.ts';
import type { CacheSettings } from '../cache-settings.ts';
import type { CacheSession } from '../coordination/cache-session.ts';
import type { WatchedEntry } from '../coordination/watched-entry.ts';
import type { Finder, Wanted } from '../flight/finder.ts';
import { assessKey } from '../flight/assess-key.ts';
import { itemsOf } from '../parts/encode-part.ts';
import type { Sessions } from '../sessions.ts';
import { folderOf } from '../store/part-store.ts';
import { followFill, interrupted } from './follow-fill.ts';

export interface StreamParts<T> {
  readonly sessions: Sessions;
  readonly finder: Finder<T>;
  readonly settings: Pick<CacheSettings<T>, 'namespace' | 'store'>;
}

/** Encoded items. Fails with `stream-interrupted`, and as the finder and the flight do. */
export async function* streamItems<T>(
  { sessions, finder, settings }: StreamParts<T>,
  wanted: Wanted<T>,
): AsyncGenerator<Iterable<Buffer>, void, undefined> {
  const { entry, digest, signal } = wanted;
  const { namespace, store } = settings;
  /** Undefined when it has brought a result. Its failure is this caller's as well, whatever else is seen first. */
  let landing: Promise<unknown> | undefined;
  for (;;) {
    const session = await orAborted(sessions.get(), signal);
    let given = 0;
    try {
      const { seen, decision } = await orAborted(assessKey(entry, session), signal);
      if (decision.do === 'take') {
        yield* finishedItems(finder, wanted);
        return;
      }
      const ending = (landing ??= finder.wait(wanted).then(() => (landing = undefined)));
      ending.catch(() => undefined);
      const { facts } = seen;
      if (decision.do === 'wait' && facts.filling !== null) {
        const { epoch, filling } = facts;
        const folder = folderOf(namespace, { key: digest, epoch, token: filling.token });
        const following = followFill({ session, entry, epoch, token: filling.token, store, folder, signal });
        try {
          for (;;) {
            const next = await following.next();
            if (next.done === true && next.value) return;
            if (next.done === true) break;
            given += next.value.length;
            yield next.value;
          }
        } finally {
          // The consumer may have left.
          await following.return(false);
        }
        if (given > 0) throw await whyItEnded(entry, session, epoch, ending);
      }
      await orAborted(Promise.race([seen.changed, ending]), signal);
    } catch (error) {
      if (signal.aborted || !session.isOver || isEnclosureError(error, 'stream-interrupted')) throw error;
      if (given > 0) throw interrupted(entry.key);
    }
  }
}

/** Of a call that failed, its error; otherwise nobody knows. */
async function whyItEnded(
  entry: WatchedEntry,
  session: CacheSession,
  epoch: number,
  landing: Promise<unknown>,
): Promise<unknown> {
  const { decision } = await assessKey(entry, session, epoch);
  if (decision.do !== 'fail') return interrupted(entry.key);
  return await landing.then(
    () => interrupted(entry.key),
    (error: unknown) => error,
  );
}

async function* finishedItems<T>(finder: Finder<T>, wanted: Wanted<T>) {
  const result = await finder.find(wanted);
  try {
    for await (const part of result.parts()) yield itemsOf(part);
  } finally {
    await result.close();
  }
}
