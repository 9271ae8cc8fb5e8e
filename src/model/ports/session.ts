/**
 * A session with an ensemble: who is alive (ephemerals), who holds what (the lock), what changed (watches). Bulk reads and
 * transactions are the channel's.
 *
 * Reads, `sync`, `delete` and `setAcl` are repeated by the session itself when the connection was lost in between;
 * `create` and `setData` are not, because nobody knows then whether they happened: they fail with
 * `zookeeper-connection-lost` and the caller looks. When the session ends, everything pending fails, and so does every later
 * call; `lost` says so when nobody asked for the end. A session that reached no server for as long as its timeout is given
 * up: the ensemble has forgotten it, or will before it could be of use.
 */
import type { Acl } from '../environment.ts';

export interface SessionStat {
  readonly version: number;
  /** Milliseconds since 1970, server's clock. */
  readonly ctime: number;
  /** Session id like `Session.id`; '0' for a znode that is not ephemeral. */
  readonly ephemeralOwner: string;
  readonly dataLength: number;
  readonly children: number;
}

export interface SessionData {
  readonly data: Buffer;
  readonly stat: SessionStat;
}

/** Paths are relative to the connect string's chroot. Absence is `undefined`, every other refusal is an error. */
export interface Session {
  /** In hexadecimal, as the server logs it. */
  readonly id: string;
  /** As negotiated: what was asked for, within the server's limits. */
  readonly timeoutMs: number;
  /** Fires when the session ended and nobody called `close`; the reason is the error that says why. */
  readonly lost: AbortSignal;
  /**
   * With the open ACL, which is all that the official client's binding can do. Returns the path, which for a sequential znode
   * is longer.
   */
  create(
    path: string,
    data: Uint8Array,
    kind?: { readonly ephemeral?: boolean; readonly sequential?: boolean },
  ): Promise<string>;
  exists(path: string): Promise<SessionStat | undefined>;
  getData(path: string): Promise<SessionData | undefined>;
  getChildren(path: string): Promise<string[] | undefined>;
  /**
   * Undefined where there is no such znode. Fails with `conflict` where its version is another one; after
   * `zookeeper-connection-lost` nobody knows whether it was written.
   */
  setData(path: string, data: Uint8Array, version: number): Promise<SessionStat | undefined>;
  /** Whatever its version. False when it was not there; after a repeat that may be our own doing. */
  delete(path: string): Promise<boolean>;
  /** False when the znode was not there. */
  setAcl(path: string, acl: readonly Acl[]): Promise<boolean>;
  /** Makes the server catch up, so that what is read afterwards is not older than this moment. */
  sync(path: string): Promise<void>;
  /**
   * Reads a znode and watches it, once. `fired` resolves when it was changed or deleted, or when the session ended:
   * whoever waits for it looks again, and is told then. Of a znode that is not there nothing is watched.
   */
  watch(path: string): Promise<(SessionData & { readonly fired: Promise<void> }) | undefined>;
  /** Calls back whenever the connection is there again after it was lost, on the same session. Returns how to take that back. */
  onReconnect(callback: () => void): () => void;
  /**
   * Ends the session, and with it its ephemerals. Never fails. Takes a few seconds where no server answers; with the
   * official client the whole process stands still meanwhile.
   */
  close(): Promise<void>;
}
