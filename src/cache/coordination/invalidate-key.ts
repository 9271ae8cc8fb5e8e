/** Declares results outdated: those of one key, or of a whole namespace. Fails as the session does. */
import { isEnclosureError } from '../../base/enclosure-error.ts';
import type { CacheSession } from './cache-session.ts';
import { formatEntry, parseEntry } from './parse-entry.ts';
import { formatNamespace, parseNamespace } from './parse-namespace.ts';

/** A key's: its result is forgotten, and a fill under way loses its claim. A key that nobody asked for stays unknown. */
export async function invalidateKey(session: CacheSession, entry: string): Promise<void> {
  await changeUntilDone(session, entry, (data) => {
    const facts = parseEntry(data, entry);
    if (facts === undefined) return undefined;
    return formatEntry({ ...facts, state: 'absent', filling: null, failure: null, result: null });
  });
}

/** All that were begun in an earlier generation than this one, or than the next. Returns the one that is current then. */
export async function invalidateGeneration(
  session: CacheSession,
  namespace: string,
  wanted: number | 'next',
): Promise<number> {
  let current = 0;
  await changeUntilDone(session, namespace, (data) => {
    const facts = parseNamespace(data, namespace);
    if (facts === undefined) return undefined;
    current = wanted === 'next' ? facts.generation + 1 : Math.max(facts.generation, wanted);
    return current === facts.generation ? undefined : formatNamespace({ ...facts, generation: current });
  });
  return current;
}

/** @param change undefined where there is nothing to change */
async function changeUntilDone(
  { link: { session } }: CacheSession,
  path: string,
  change: (data: Uint8Array) => Uint8Array | undefined,
): Promise<void> {
  for (;;) {
    await session.sync(path);
    const found = await session.getData(path);
    const next = found === undefined ? undefined : change(found.data);
    if (found === undefined || next === undefined) return;
    try {
      await session.setData(path, next, found.stat.version);
      return;
    } catch (error) {
      if (!isEnclosureError(error, 'conflict', 'zookeeper-connection-lost')) throw error;
    }
  }
}
