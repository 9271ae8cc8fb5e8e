/**
 * Reads keys in bulk, a bounded number at a time. A key that vanishes meanwhile is left out, and one that cannot be
 * understood is reported as such: the others are still read. Fails as the channel does.
 */
import { isEnclosureError, throwIfAborted } from '../../base/enclosure-error.ts';
import type { Channel, ReadResult, Stat } from '../../model/ports/channel.ts';
import { parseEntry, type EntryFacts } from '../coordination/parse-entry.ts';
import { entryPaths } from '../coordination/entry-paths.ts';
import { parseProgress } from '../coordination/published-progress.ts';
import { keyStateOf, type KeyReport } from './key-report.ts';
import type { NamespaceReport } from './namespace-report.ts';

/** About as many as the server answers well in one request. */
const readsPerRequest = 200;
const readsPerFill = 3;

export interface ReadKeysOptions {
  /** Ensemble's time. */
  readonly now: number;
  readonly signal: AbortSignal;
}

/** In batches, in the order of the digests. */
export async function* readKeys(
  channel: Channel,
  namespace: NamespaceReport,
  digests: readonly string[],
  options: ReadKeysOptions,
): AsyncGenerator<readonly KeyReport[], void, undefined> {
  for (let start = 0; start < digests.length; start += readsPerRequest) {
    yield await readSome(channel, namespace, digests.slice(start, start + readsPerRequest), options);
  }
}

async function readSome(
  channel: Channel,
  namespace: NamespaceReport,
  digests: readonly string[],
  { now, signal }: ReadKeysOptions,
): Promise<readonly KeyReport[]> {
  const reports = new Map<string, KeyReport>();
  let left = digests;
  // Again for what changed between being read and being understood.
  while (left.length > 0) {
    throwIfAborted(signal);
    const entries = left.map((digest) => entryPaths(namespace.paths, digest).entry);
    const reads = await channel.multiRead(entries.map((path) => ({ op: 'getData', path })));
    const filling: Filling[] = [];
    for (const [index, digest] of left.entries()) {
      const read = reads[index];
      if (read?.op !== 'getData') continue;
      const known = understood(digest, read, entries[index] ?? '');
      const { facts } = known;
      if (facts?.state === 'filling') filling.push({ digest, stat: read.stat, facts });
      else if (facts === undefined) reports.set(digest, { state: 'absent', ...known });
      else {
        const generation = namespace.generation ?? 0;
        reports.set(digest, {
          ...known,
          state: keyStateOf({ facts, fillerAlive: false, generation, now }),
        });
      }
    }
    left = await addFilling(channel, namespace, filling, reports);
  }
  return digests.flatMap((digest) => reports.get(digest) ?? []);
}

interface Filling {
  readonly digest: string;
  readonly stat: Stat;
  readonly facts: EntryFacts;
}

function understood(
  digest: string,
  { data, stat }: Extract<ReadResult, { op: 'getData' }>,
  path: string,
): Omit<KeyReport, 'state'> & { readonly state?: 'unreadable' } {
  const { mtime: modified } = stat;
  try {
    const facts = parseEntry(data, path);
    return { digest, modified, ...(facts !== undefined && { facts }) };
  } catch (error) {
    if (!isEnclosureError(error)) throw error;
    return { digest, modified, state: 'unreadable', problem: error };
  }
}

/** Returns the digests of the keys that have to be read again. */
async function addFilling(
  channel: Channel,
  { paths, generation = 0 }: NamespaceReport,
  filling: readonly Filling[],
  reports: Map<string, KeyReport>,
): Promise<readonly string[]> {
  const again: string[] = [];
  const atOnce = Math.floor(readsPerRequest / readsPerFill);
  for (let start = 0; start < filling.length; start += atOnce) {
    const some = filling.slice(start, start + atOnce);
    const reads = await channel.multiRead(
      some.flatMap(({ digest, facts }) => {
        const { entry, filler, progress } = entryPaths(paths, digest);
        return [filler(facts.epoch, facts.filling?.token ?? ''), progress, entry].map((path) => ({
          op: 'getData' as const,
          path,
        }));
      }),
    );
    for (const [index, { digest, stat, facts }] of some.entries()) {
      const [filler, progress, entry] = reads.slice(index * readsPerFill, (index + 1) * readsPerFill);
      // The znode goes with the state: only where that is still the same does its absence say that the filler is dead.
      if (entry?.op !== 'getData' || entry.stat.mzxid !== stat.mzxid) {
        again.push(digest);
        continue;
      }
      const fillerAlive = filler?.op === 'getData';
      const published = progress?.op === 'getData' ? parseProgress(progress.data) : undefined;
      reports.set(digest, {
        digest,
        modified: stat.mtime,
        facts,
        state: keyStateOf({ facts, fillerAlive, generation, now: 0 }),
        ...(published?.token === facts.filling?.token && published !== undefined && { progress: published }),
      });
    }
  }
  return again;
}
