/**
 * What ZooKeeper really holds, read and written with the official client and none of Enclosure's own code: the
 * quickstart must not ask Enclosure whether Enclosure is right.
 */
import { openOfficialClient, type SeenZnode } from '../../harness/official-client.ts';

export type Znode = SeenZnode;

export interface LiveTree {
  /** Every znode at and below a path, by absolute path, parents first; empty when there is none. */
  read(root: string): Promise<Map<string, Znode>>;
  znode(path: string): Promise<Znode | undefined>;
  children(path: string): Promise<string[]>;
  /** Number of the transaction that last created or deleted a child. */
  childrenWrittenBy(path: string): Promise<number | undefined>;
  create(path: string): Promise<void>;
  set(path: string, data: string): Promise<void>;
  removeAll(root: string): Promise<void>;
  close(): Promise<void>;
}

export async function openLiveTree(connect: string): Promise<LiveTree> {
  const client = await openOfficialClient(connect);
  const read = async (root: string): Promise<Map<string, Znode>> => {
    const tree = await client.tree(root);
    const absolute = [...tree].map(
      ([path, znode]) => [path === '' ? root : `${root}/${path}`, znode] as const,
    );
    return new Map(absolute.toSorted(([one], [other]) => (one < other ? -1 : 1)));
  };
  return {
    read,
    znode: (path) => client.get(path),
    children: (path) => client.children(path),
    childrenWrittenBy: (path) => client.childrenWrittenBy(path),
    create: (path) => client.create(path, ''),
    set: (path, data) => client.set(path, data),
    async removeAll(root) {
      const paths = [...(await read(root)).keys()];
      for (const path of paths.toReversed()) await client.delete(path);
    },
    close: () => client.close(),
  };
}
