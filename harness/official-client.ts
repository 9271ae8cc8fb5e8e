/**
 * The official client, as an outsider's eye and hand: what a test claims of the tree is read with it, never with our own
 * reading code, and what "somebody else" does is done with it.
 */
import { once } from 'node:events';
import zookeeper from 'zookeeper';

interface NativeStat {
  readonly version: number;
  readonly mzxid: number;
  readonly pzxid: number;
  readonly ephemeralOwner: string;
}

export interface SeenZnode {
  readonly data: Buffer;
  readonly version: number;
  /** Number of the transaction that last wrote its data. */
  readonly mzxid: number;
  readonly ephemeral: boolean;
}

export interface OfficialClient {
  /** Every znode from `root` down, by its path relative to it ('' is the root); empty where there is no root. */
  tree(root: string): Promise<Map<string, SeenZnode>>;
  get(path: string): Promise<SeenZnode | undefined>;
  /** Names, sorted; fails where there is no such znode. */
  children(path: string): Promise<string[]>;
  /** Number of the transaction that last created or deleted a child. */
  childrenWrittenBy(path: string): Promise<number | undefined>;
  /** The session that an ephemeral znode belongs to, in hexadecimal; undefined where there is no such znode. */
  ephemeralOwner(path: string): Promise<string | undefined>;
  set(path: string, data: string): Promise<void>;
  create(path: string, data: string, kind?: 'persistent' | 'ephemeral'): Promise<void>;
  /** The path itself only. */
  delete(path: string): Promise<void>;
  close(): Promise<void>;
}

const ephemeralFlag = 1;
const noNode = -101;

export async function openOfficialClient(connect: string): Promise<OfficialClient> {
  const native = new (zookeeper as unknown as new (config: object) => Native)({
    connect,
    timeout: 60_000,
    debug_level: 1,
    host_order_deterministic: true,
    data_as_buffer: true,
    // Many partial reads in a row are no sign of an expired session, which the binding takes ten of them for.
    response_counter_limit: 1000,
  });
  const connected = once(native, 'connect');
  // It may come by itself: when the session has expired, nobody else closes it.
  const closed = once(native, 'close');
  native.init({});
  await connected;

  const get = async (path: string): Promise<SeenZnode | undefined> => {
    const [stat, data] = await native.get(path, false).catch(orMissing([undefined, undefined]));
    if (stat === undefined) return undefined;
    const { version, mzxid, ephemeralOwner } = stat;
    return { data: data ?? Buffer.alloc(0), version, mzxid, ephemeral: ephemeralOwner !== '0' };
  };
  return {
    get,
    async tree(root) {
      const seen = new Map<string, SeenZnode>();
      const pending = [''];
      for (let relative = pending.pop(); relative !== undefined; relative = pending.pop()) {
        const path = relative === '' ? root : `${root}/${relative}`;
        const znode = await get(path);
        if (znode === undefined) continue;
        seen.set(relative, znode);
        const children = await native.get_children(path, false).catch(orMissing([]));
        for (const child of children) pending.push(relative === '' ? child : `${relative}/${child}`);
      }
      return seen;
    },
    async children(path) {
      return (await native.get_children(path, false)).toSorted();
    },
    async childrenWrittenBy(path) {
      const [stat] = await native.get(path, false).catch(orMissing([undefined, undefined]));
      return stat?.pzxid;
    },
    async ephemeralOwner(path) {
      const [stat] = await native.get(path, false).catch(orMissing([undefined, undefined]));
      return stat?.ephemeralOwner;
    },
    async set(path, data) {
      await native.set(path, data, -1);
    },
    async create(path, data, kind = 'persistent') {
      await native.create(path, data, kind === 'ephemeral' ? ephemeralFlag : 0);
    },
    async delete(path) {
      await native.delete_(path, -1);
    },
    async close() {
      // Not from inside one of its own callbacks: the native side does not survive that.
      setImmediate(() => native.close());
      await closed;
    },
  };
}

/** What of the binding's promise interface is used here. */
interface Native extends NodeJS.EventEmitter {
  init(config: object): void;
  get(path: string, watch: boolean): Promise<[NativeStat | undefined, Buffer | undefined]>;
  get_children(path: string, watch: boolean): Promise<string[]>;
  set(path: string, data: string, version: number): Promise<unknown>;
  create(path: string, data: string, flags: number): Promise<string>;
  delete_(path: string, version: number): Promise<unknown>;
  close(): void;
}

function orMissing<T>(absent: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof Error && error.message.startsWith(`${noNode} `)) return absent;
    throw error;
  };
}
