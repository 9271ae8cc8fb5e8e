import type { Acl } from '../environment.ts';

/**
 * The words of the data plane: what can be asked of a server, what it answers. Paths are absolute and relative to the
 * connect string's chroot, which the channel adds and takes away.
 */

/** What one transaction may hold. `version` -1 means any. */
export type Operation =
  | { readonly op: 'create'; readonly path: string; readonly data: Uint8Array; readonly acl: readonly Acl[] }
  | { readonly op: 'setData'; readonly path: string; readonly data: Uint8Array; readonly version: number }
  | { readonly op: 'delete'; readonly path: string; readonly version: number }
  | { readonly op: 'check'; readonly path: string; readonly version: number };

/** A znode's stat, without the fields that nothing here needs. Times are milliseconds since 1970, server's clock. */
export interface Stat {
  readonly czxid: bigint;
  readonly mzxid: bigint;
  readonly ctime: number;
  readonly mtime: number;
  readonly version: number;
  readonly cversion: number;
  /** Session id of the owner; 0n for a znode that is not ephemeral. */
  readonly ephemeralOwner: bigint;
  readonly dataLength: number;
  readonly children: number;
}

/** What a transaction's operation returned: the stat for setData, the path for create, nothing for delete and check. */
export type OperationResult =
  | { readonly op: 'create'; readonly path: string }
  | { readonly op: 'setData'; readonly stat: Stat }
  | { readonly op: 'delete' }
  | { readonly op: 'check' };

export interface Read {
  readonly op: 'getData' | 'getChildren';
  readonly path: string;
}

/**
 * What one read of a multiRead returned. `missing` is NONODE and nothing else: every other error of a single read
 * fails the whole call, so that an error can never be taken for "empty".
 */
export type ReadResult =
  | { readonly op: 'getData'; readonly data: Buffer; readonly stat: Stat }
  | { readonly op: 'getChildren'; readonly children: string[] }
  | { readonly op: 'missing' };

/**
 * The data plane's connection to one server. It never reconnects: once broken, every call fails with
 * `zookeeper-connection-lost`, and whoever holds it opens a new one, re-reads and decides.
 * Calls may be made without waiting for earlier ones; the server answers them in order.
 */
export interface Channel {
  /**
   * One transaction, all or nothing. Fails with a `TransactionFailed` that names the operation; its absence from the
   * server is certain then. After `zookeeper-connection-lost` it is not: it may have been applied.
   */
  multi(operations: readonly Operation[]): Promise<OperationResult[]>;
  /** About 200 reads in one request; falls back to pipelined reads where the server does not know the request. */
  multiRead(reads: readonly Read[]): Promise<ReadResult[]>;
  getData(path: string): Promise<{ data: Buffer; stat: Stat } | undefined>;
  getChildren(path: string): Promise<string[] | undefined>;
  getAcl(path: string): Promise<readonly Acl[] | undefined>;
  /** Makes the server catch up with the leader, so that what is read afterwards is not older than this moment. */
  sync(path: string): Promise<void>;
  /**
   * Tells of every znode at or below a path that is created, changed or deleted, as long as the channel lives; the path
   * need not exist yet. Before the promise resolves it may have told of some already. `onEvent` must not throw: that ends
   * the channel. Reading after the promise has resolved, and again after every event, misses nothing.
   *
   * False where the server has no such watch (before 3.6): whoever wants to know has to look again and again. A server
   * may hang up after it said so, and one that hangs up without a word makes this fail with `zookeeper-connection-lost`
   * like any request; that is no different from a network that fails, so who meets it repeatedly asks no more.
   */
  watchTree(path: string, onEvent: (path: string) => void): Promise<boolean>;
  /** The exact length in bytes of the request frame that `multi` would send. At most `maxFrame`. */
  frameLength(operations: readonly Operation[]): number;
  readonly maxFrame: number;
  /** Fires once when the connection is gone, by an error or by `close`. */
  readonly closed: AbortSignal;
  /** Ends the session in an orderly way; never fails, never takes longer than a few seconds. */
  close(): Promise<void>;
}
