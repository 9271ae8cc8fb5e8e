/**
 * What ZooKeeper really holds, read and written with the official client and none of Enclosure's own code: the
 * quickstart must not ask Enclosure whether Enclosure is right.
 */
import { once } from 'node:events';
import ZooKeeper from 'zookeeper';

export interface Znode {
  readonly data: Buffer;
  /** Number of the transaction that last wrote its data. */
  readonly mzxid: number;
  /** Number of the transaction that last created or deleted a child. */
  readonly pzxid: number;
  readonly version: number;
}

export interface LiveTree {
  /** Every znode at and below a path, by absolute path; empty when there is none. */
  read(root: string): Promise<Map<string, Znode>>;
  znode(path: string): Promise<Znode | undefined>;
  children(path: string): Promise<string[]>;
  create(path: string): Promise<void>;
  set(path: string, data: string): Promise<void>;
  removeAll(root: string): Promise<void>;
  close(): void;
}

const missing = /^-101\b/u;

export async function openLiveTree(connect: string): Promise<LiveTree> {
  const client = new ZooKeeper({ connect, timeout: 10_000, debug_level: 1, host_order_deterministic: false });
  const connected = once(client, 'connect', { signal: AbortSignal.timeout(20_000) });
  client.init({});
  await connected;

  const znode = async (path: string): Promise<Znode | undefined> => {
    try {
      const [stat, data] = (await client.get(path, false)) as [Omit<Znode, 'data'>, Buffer | null];
      return { data: data ?? Buffer.alloc(0), mzxid: stat.mzxid, pzxid: stat.pzxid, version: stat.version };
    } catch (error) {
      if (error instanceof Error && missing.test(error.message)) return undefined;
      throw error;
    }
  };
  const children = async (path: string): Promise<string[]> =>
    (await client.get_children(path, false)).toSorted();
  const read = async (root: string): Promise<Map<string, Znode>> => {
    const found = await znode(root);
    if (found === undefined) return new Map();
    const tree = new Map([[root, found]]);
    for (const name of await children(root)) {
      for (const [path, below] of await read(`${root}/${name}`)) tree.set(path, below);
    }
    return tree;
  };
  return {
    read,
    znode,
    children,
    async create(path) {
      await client.create(path, '', 0);
    },
    async set(path, data) {
      await client.set(path, data, -1);
    },
    async removeAll(root) {
      const paths = [...(await read(root)).keys()];
      for (const path of paths.toReversed()) await client.delete_(path, -1);
    },
    close: () => void client.close(),
  };
}
