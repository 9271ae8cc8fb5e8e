/** The state of a key as users see it: what a `get` would meet now. Creates nothing and watches nothing. */
import type { CacheState, Progress } from './bulk-cache-options.ts';
import type { CacheSession } from './coordination/cache-session.ts';
import { decide } from './coordination/decide.ts';
import { parseEntry } from './coordination/parse-entry.ts';
import type { EntryPaths } from './coordination/entry-paths.ts';
import { parseProgress } from './coordination/published-progress.ts';

/** Fails as the session does. */
export async function readState(session: CacheSession, paths: EntryPaths): Promise<CacheState> {
  const { session: zookeeper } = session.link;
  await zookeeper.sync(paths.entry);
  const found = await zookeeper.getData(paths.entry);
  const facts = found === undefined ? undefined : parseEntry(found.data, paths.entry);
  if (facts === undefined) return { state: 'absent' };
  const { epoch, filling } = facts;
  const fillerAlive =
    filling !== null && (await zookeeper.exists(paths.filler(epoch, filling.token))) !== undefined;
  const { generation } = await session.namespace();
  const decision = decide({ facts, fillerAlive, generation, now: session.now() });
  if (decision.do === 'take') {
    const { count, bytes, digest, expires } = decision.result;
    return { state: 'ready', epoch: decision.result.epoch, count, bytes, digest, expires };
  }
  if (decision.do === 'fail') {
    const { class: name, retryAfter } = decision.failure;
    return { state: 'failed', epoch, class: name, retryAfter };
  }
  if (decision.do === 'fill' || filling === null) return { state: 'absent' };
  const { owner, since, token } = filling;
  const published = parseProgress((await zookeeper.getData(paths.progress))?.data ?? new Uint8Array());
  const progress = published?.token === token ? published : none;
  const { parts, items, bytes, complete } = progress;
  return { state: 'filling', epoch, owner, progress: { parts, items, bytes, complete }, since };
}

const none: Progress = { parts: 0, items: 0, bytes: 0, complete: false };
