/**
 * Reads a whole live tree once and keeps of it what a verification has to tell: of znodes that differ what was found, of
 * the rest the id alone. Fails like read-tree.ts: wholly or not at all.
 */
import { type ContentId, contentIdOf, type ObjectFormat } from '../../model/content-id.ts';
import type { Channel, Stat } from '../../model/ports/channel.ts';
import type { OnProgress } from '../../model/progress.ts';
import { treeDigest } from '../../model/tree-digest.ts';
import { readTree } from '../../zookeeper/tree/read-tree.ts';
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

export type ExpectedZnodes = ReadonlyMap<string, { readonly content: ContentId; readonly size?: number }>;

export async function compareLive(
  channel: Channel,
  root: string,
  expected: ExpectedZnodes,
  { algorithm, signal, onProgress }: CompareOptions,
): Promise<LiveComparison> {
  /** Paths of what is as expected. */
  let same: string[] = [];
  const found = new Map<string, FoundZnode>();
  const data = new Map<string, Buffer>();
  const vanished = new Set<string>();
  let room = maxKeptBytes;
  const exists = await readTree(channel, root, {
    expect: (path) => expected.get(path),
    sizeOf: ({ size }) => size,
    total: expected.size,
    ...(signal !== undefined && { signal }),
    ...(onProgress !== undefined && { onProgress }),
    visit(path, bytes, stat, want) {
      const content = contentIdOf(algorithm, bytes);
      if (want?.content === content && stat.ephemeralOwner === 0n) {
        same.push(path);
        return;
      }
      found.set(path, foundZnode(content, bytes.length, stat));
      if (want === undefined || bytes.length > room) return;
      room -= bytes.length;
      data.set(path, Buffer.from(bytes));
    },
    missing: (path) => vanished.add(path),
  });
  onProgress?.({ phase: 'compare', done: 0, total: 0 });
  if (vanished.size > 0) {
    same = same.filter((path) => !vanished.has(path));
    for (const path of vanished) for (const seen of [found, data]) seen.delete(path);
  }
  const differing = [...found].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return {
    digest: exists ? digestOf(same, found, expected) : null,
    changed: differing.filter(([path]) => expected.has(path)),
    missing: missingOf(same, found, expected),
    others: differing.filter(([path]) => path !== '' && !expected.has(path)),
    data,
  };
}

function digestOf(
  same: readonly string[],
  found: ReadonlyMap<string, FoundZnode>,
  expected: ExpectedZnodes,
): string {
  const others = [...found].flatMap(([path, { ephemeral }]) => (ephemeral ? [] : path));
  // Of texts alone: with a function to compare them, sorting takes six times as long.
  const paths = [...same, ...others].toSorted();
  return treeDigest(znodesAt(paths, found, expected));
}

function* znodesAt(
  paths: readonly string[],
  found: ReadonlyMap<string, FoundZnode>,
  expected: ExpectedZnodes,
): Generator<readonly [path: string, znode: { readonly content: ContentId }]> {
  for (const path of paths) {
    const content = found.get(path)?.oid ?? expected.get(path)?.content;
    if (content !== undefined) yield [path, { content }];
  }
}

function missingOf(
  same: readonly string[],
  found: ReadonlyMap<string, FoundZnode>,
  expected: ExpectedZnodes,
): string[] {
  if (same.length === expected.size) return [];
  const there = new Set(same);
  return [...expected.keys()].filter((path) => !there.has(path) && !found.has(path)).toSorted();
}

function foundZnode(oid: ContentId, size: number, stat: Stat): FoundZnode {
  const { version, mtime, ephemeralOwner } = stat;
  return { oid, size, version, mtime: new Date(mtime).toISOString(), ephemeral: ephemeralOwner !== 0n };
}
