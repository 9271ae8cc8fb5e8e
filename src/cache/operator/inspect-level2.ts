/**
 * Everything about one key: who reads along, and whether level 2 still has what ZooKeeper says is there. A level 2 that
 * does not answer is part of the report. Fails as the channel does.
 */
import { type EnclosureError, isEnclosureError } from '../../base/enclosure-error.ts';
import type { Channel } from '../../model/ports/channel.ts';
import { entryPaths } from '../coordination/entry-paths.ts';
import { decodeManifest, manifestName } from '../parts/manifest.ts';
import { folderOf, keyFolder, type PartStore } from '../store/part-store.ts';
import type { KeyReport } from './key-report.ts';
import type { NamespaceReport } from './namespace-report.ts';
import { reachLevel2 } from './reach-level2.ts';

export interface KeyInLevel2 {
  /** What the last result, or the fill, should have there; undefined if there is neither. */
  readonly folder?: string;
  /** Undefined if there is no result, or level 2 could not be asked. */
  readonly manifest?: 'there' | 'missing' | 'damaged';
  /** That the manifest names. */
  readonly parts?: number;
  /** How many of these are missing. */
  readonly missing?: number;
  /** All objects of the key, from any fill. */
  readonly objects?: number;
  /** Why it could not be asked. */
  readonly error?: EnclosureError;
}

/** For whoever sits before it: longer than a store takes that is there. */
const timeoutMs = 5000;

/** The sessions of the readers, in hexadecimal as the server logs them; sorted. */
export async function readReaders(
  channel: Channel,
  { paths }: NamespaceReport,
  digest: string,
): Promise<readonly string[]> {
  const { streams } = entryPaths(paths, digest);
  const names = (await channel.getChildren(streams)) ?? [];
  const reads = await channel.multiRead(names.map((name) => ({ op: 'getData', path: `${streams}/${name}` })));
  return reads
    .flatMap((read) => (read.op === 'getData' ? [`0x${read.stat.ephemeralOwner.toString(16)}`] : []))
    .toSorted();
}

export async function inspectLevel2(
  namespace: NamespaceReport,
  report: KeyReport,
  signal: AbortSignal,
): Promise<KeyInLevel2> {
  const { digest: key, facts } = report;
  const { result = null, filling = null } = facts ?? {};
  const id = result ?? (filling === null || facts === undefined ? null : { ...filling, epoch: facts.epoch });
  const folder = id === null ? {} : { folder: folderOf(namespace.namespace, { ...id, key }) };
  let store: PartStore | undefined;
  try {
    store = await reachLevel2(namespace, timeoutMs);
    const objects = await store.list(keyFolder(namespace.namespace, key), signal);
    if (result === null || folder.folder === undefined) return { ...folder, objects: objects.length };
    const found = await inspectResult(store, folder.folder, { digest: result.digest, objects, signal });
    return { ...folder, ...found, objects: objects.length };
  } catch (error) {
    if (!isEnclosureError(error, 'store-failed')) throw error;
    return { ...folder, error };
  } finally {
    await store?.close();
  }
}

async function inspectResult(
  store: PartStore,
  folder: string,
  {
    digest,
    objects,
    signal,
  }: { readonly digest: string; readonly objects: readonly string[]; readonly signal: AbortSignal },
): Promise<Pick<KeyInLevel2, 'manifest' | 'parts' | 'missing'>> {
  const bytes = await store.get(`${folder}/${manifestName}`, signal);
  if (bytes === undefined) return { manifest: 'missing' };
  const manifest = decodeManifest(bytes, digest);
  if (manifest === undefined) return { manifest: 'damaged' };
  const there = new Set(objects);
  const missing = manifest.parts.filter(({ name }) => !there.has(`${folder}/${name}`)).length;
  return { manifest: 'there', parts: manifest.parts.length, missing };
}
