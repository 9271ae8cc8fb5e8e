/**
 * Reads a whole live tree once and keeps of it what a verification has to tell: of znodes that differ what was found, of
 * the rest the id alone. Fails like read-tree.ts: wholly or not at all.
 */
import type { ObjectFormat } from '../model/git.ts';
import type { OnProgress } from '../model/progress.ts';
import { treeDigest } from '../model/tree-digest.ts';
import { blobId } from '../zookeeper/blob-id.ts';
import type { Channel, Stat } from '../zookeeper/operations.ts';
import { readTree } from '../zookeeper/read-tree.ts';
import type { FoundZnode } from './verification.ts';

export interface LiveComparison {
  /** Of the tree without its ephemeral znodes; null where there is no root znode. */
  readonly digest: string | null;
  /** Expected znodes that hold something else, or are somebody's ephemeral ones; sorted by path. */
  readonly changed: readonly (readonly [path: string, found: FoundZnode])[];
  /** Sorted. */
  readonly missing: readonly string[];
  /** What is there and not expected; sorted by path, without the root znode. */
  readonly others: readonly (readonly [path: string, found: FoundZnode])[];
  /** Data of changed znodes, as far as there was room. */
  readonly data: ReadonlyMap<string, Buffer>;
}

export interface CompareOptions {
  readonly algorithm: ObjectFormat;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** Where a whole tree has changed, its data are not all held to be shown. */
const maxKeptBytes = 16 * 1024 * 1024;

export type ExpectedZnodes = ReadonlyMap<string, { readonly oid: string; readonly size?: number }>;

export async function compareLive(
  channel: Channel,
  root: string,
  expected: ExpectedZnodes,
  { algorithm, signal, onProgress }: CompareOptions,
): Promise<LiveComparison> {
  const live = new Map<string, { readonly oid: string }>();
  const found = new Map<string, FoundZnode>();
  const data = new Map<string, Buffer>();
  let room = maxKeptBytes;
  const exists = await readTree(channel, root, {
    sizeOf: (path) => expected.get(path)?.size,
    total: expected.size,
    ...(signal !== undefined && { signal }),
    ...(onProgress !== undefined && { onProgress }),
    visit(path, bytes, stat) {
      const oid = blobId(algorithm, bytes);
      const want = expected.get(path);
      const ephemeral = stat.ephemeralOwner !== 0n;
      if (!ephemeral) live.set(path, want?.oid === oid ? want : { oid });
      if (want?.oid === oid && !ephemeral) return;
      found.set(path, foundZnode(oid, bytes.length, stat));
      if (want === undefined || bytes.length > room) return;
      room -= bytes.length;
      data.set(path, Buffer.from(bytes));
    },
    missing(path) {
      for (const seen of [live, found, data]) seen.delete(path);
    },
  });
  const differing = [...found].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return {
    digest: exists ? treeDigest([...live].toSorted(([one], [other]) => (one < other ? -1 : 1))) : null,
    changed: differing.filter(([path]) => expected.has(path)),
    missing: [...expected.keys()].filter((path) => !live.has(path) && !found.has(path)).toSorted(),
    others: differing.filter(([path]) => path !== '' && !expected.has(path)),
    data,
  };
}

function foundZnode(oid: string, size: number, stat: Stat): FoundZnode {
  const { version, mtime, ephemeralOwner } = stat;
  return { oid, size, version, mtime: new Date(mtime).toISOString(), ephemeral: ephemeralOwner !== 0n };
}
