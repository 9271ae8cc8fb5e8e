import { isEnclosureError } from '../../base/enclosure-error.ts';
import type { CacheSession } from './cache-session.ts';
import { formatEntry, parseEntry } from './parse-entry.ts';

/**
 * Forgets a result that cannot be read any more, so that it is made again. One that was replaced meanwhile is left alone, and
 * so is a fill under way: it is what makes it again.
 */
export async function discardResult(session: CacheSession, entry: string, token: string): Promise<void> {
  const { session: zookeeper } = session.link;
  await zookeeper.sync(entry);
  const found = await zookeeper.getData(entry);
  const facts = found === undefined ? undefined : parseEntry(found.data, entry);
  if (found === undefined || facts?.result?.token !== token || facts.state === 'filling') return;
  const next = formatEntry({ ...facts, state: 'absent', filling: null, failure: null, result: null });
  try {
    await zookeeper.setData(entry, next, found.stat.version);
  } catch (error) {
    // Somebody else did something about it, or it is looked at again.
    if (!isEnclosureError(error, 'conflict', 'zookeeper-connection-lost')) throw error;
  }
}
