/**
 * Cleans up after a result was published: what earlier fills of the key left in level 2, the raw parts once they have no
 * readers, and long outdated entries of the namespace. All of it may fail or be cut short: the next fill does it again.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { throwIfAborted } from '../../base/enclosure-error.ts';
import { orAborted } from '../../base/or-aborted.ts';
import type { CacheSettings } from '../cache-settings.ts';
import type { CacheSession } from '../coordination/cache-session.ts';
import { dropEntry } from '../coordination/drop-entry.ts';
import { type EntryPaths, isKeyDigest } from '../coordination/entry-paths.ts';
import { type EntryFacts, parseEntry } from '../coordination/parse-entry.ts';
import type { ResultId } from '../level1/level1-cache.ts';
import { folderOf, keyFolder } from '../store/part-store.ts';

export interface Tidying {
  readonly session: CacheSession;
  readonly paths: EntryPaths;
  readonly id: ResultId;
  /** What level 2 held of this key when the fill began. Some of the fill's own objects may be included: listing takes a while. */
  readonly older: readonly string[];
  /** The raw parts, where they are not the result. */
  readonly raw: readonly string[];
  readonly signal: AbortSignal;
}

type Settings = Pick<CacheSettings<never>, 'namespace' | 'store' | 'level1' | 'ttl' | 'aside'>;

export async function tidyAfterFill(settings: Settings, tidying: Tidying): Promise<void> {
  const { store, level1 } = settings;
  const { id, older, raw, signal } = tidying;
  const own = `${folderOf(settings.namespace, id)}/`;
  await store.remove(
    older.filter((name) => !name.startsWith(own)),
    signal,
  );
  await level1.forget(id.key, id);
  if (raw.length > 0) await removeRaw(settings, tidying);
  if (settings.ttl !== undefined) await dropOld(settings, tidying);
}

/** The raw parts, when nobody reads along any more: at once, or as late as the readers like. */
async function removeRaw(
  { store, aside }: Settings,
  { session, paths, raw, signal }: Tidying,
): Promise<void> {
  const remove = (): Promise<void> => store.remove(raw, signal);
  const reader = await someReader(session, paths);
  if (reader === undefined) await remove();
  else aside(nobodyReadsAlong(session, paths, signal).then(remove));
}

async function nobodyReadsAlong(
  session: CacheSession,
  paths: EntryPaths,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const reader = await orAborted(someReader(session, paths), signal);
    if (reader === undefined) return;
    const watched = await orAborted(session.link.session.watch(reader), signal);
    if (watched !== undefined) await orAborted(watched.fired, signal);
  }
}

async function someReader({ link }: CacheSession, { streams }: EntryPaths): Promise<string | undefined> {
  const [first] = (await link.session.getChildren(streams)) ?? [];
  return first === undefined ? undefined : `${streams}/${first}`;
}

/** So that one fill does not spend minutes cleaning up after thousands. */
const dropsPerFill = 50;
const readsPerRequest = 200;
/** Where the time to live is shorter, that an operator can still look. */
const shortestGraceMs = 60_000;

/** Results whose time is over twice, failures that nobody asked for again, fills that nobody took over. */
async function dropOld({ namespace, store, ttl = 0 }: Settings, { session, paths, id, signal }: Tidying) {
  const root = paths.entry.slice(0, paths.entry.lastIndexOf('/'));
  const channel = await session.link.channel();
  const keys = ((await channel.getChildren(root)) ?? []).filter(
    (name) => isKeyDigest(name) && name !== id.key,
  );
  const before = session.now() - Math.max(ttl, shortestGraceMs);
  let dropped = 0;
  for (let start = 0; start < keys.length && dropped < dropsPerFill; start += readsPerRequest) {
    throwIfAborted(signal);
    const some = keys.slice(start, start + readsPerRequest);
    const reads = await channel.multiRead(some.map((key) => ({ op: 'getData', path: `${root}/${key}` })));
    for (const [index, key] of some.entries()) {
      const read = reads[index];
      if (read?.op !== 'getData' || dropped >= dropsPerFill) continue;
      const path = `${root}/${key}`;
      const facts = readable(read.data, path);
      if (facts === null) continue;
      const since = lastUse(facts) ?? read.stat.mtime;
      // One that is filling stays while its filler lives: `dropEntry` sees its znode.
      if (since > before) continue;
      if (facts?.state === 'ready' && facts.result?.expires === null) continue;
      // Listed before: what is written afterwards may be a new fill's.
      const names = await store.list(keyFolder(namespace, key), signal);
      if (!(await dropEntry(channel, path, read.stat.version))) continue;
      await store.remove(names, signal);
      dropped += 1;
      await delay(0);
    }
  }
}

/** Until when it was of use; undefined where only its last change says. */
function lastUse(facts: EntryFacts | undefined): number | undefined {
  if (facts?.state === 'ready') return facts.result?.expires ?? undefined;
  return facts?.state === 'failed' ? facts.failure?.retryAfter : undefined;
}

/** Null for what a person has to look at: it must not keep the others from being cleared up. */
function readable(data: Uint8Array, path: string): EntryFacts | undefined | null {
  try {
    return parseEntry(data, path);
  } catch {
    return null;
  }
}
