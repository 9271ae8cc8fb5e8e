import { contentIdOf, type ObjectFormat } from '../../model/content-id.ts';
import type { Channel } from '../../model/ports/channel.ts';
import { readTree } from '../../zookeeper/tree/read-tree.ts';
import type { RevisionTree, RevisionZnode } from './revision-tree.ts';

/**
 * The root znode ('') and everything below it; undefined when there is no root znode. Ephemeral znodes say who is alive
 * and are no configuration.
 */
export async function readWholeTree(
  channel: Channel,
  root: string,
  known: Pick<RevisionTree, 'znodes' | 'commit'> | undefined,
  signal?: AbortSignal,
  algorithm: ObjectFormat = algorithmOf(known?.commit ?? null),
): Promise<Map<string, RevisionZnode> | undefined> {
  const znodes = new Map<string, RevisionZnode>();
  const exists = await readTree(channel, root, {
    expect: (path) => known?.znodes.get(path),
    sizeOf: ({ data }) => data.length,
    ...(signal !== undefined && { signal }),
    visit(path, data, stat, before) {
      if (stat.ephemeralOwner === 0n) znodes.set(path, znodeOf(data, algorithm, before));
    },
    missing: (path) => znodes.delete(path),
  });
  return exists ? znodes : undefined;
}

/** Shares the known znode where it is equal; else copies the data, which are a view of a whole reply. */
export function znodeOf(
  data: Buffer,
  algorithm: ObjectFormat,
  known: RevisionZnode | undefined,
): RevisionZnode {
  const content = contentIdOf(algorithm, data);
  return known?.content === content ? known : { data: Buffer.from(data), content };
}

/** The hash that names the objects of the repository that a commit is from. */
export function algorithmOf(commit: string | null): ObjectFormat {
  return commit?.length === 64 ? 'sha256' : 'sha1';
}
