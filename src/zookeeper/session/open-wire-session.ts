/**
 * A session on our own connections: the lock's, the members', the bulk call cache's (docs/decisions/0018-one-session.md). How it
 * lives is `wire-session-life.ts`'s; here are its requests.
 */
import { isEnclosureError } from '../../base/enclosure-error.ts';
import type { Stat } from '../../model/ports/channel.ts';
import type { Acl } from '../../model/environment.ts';
import type { OpenOptions } from '../../model/connection-options.ts';
import type { Session, SessionData, SessionStat } from '../../model/ports/session.ts';
import { concernsSession } from '../wire/connection-lost.ts';
import type { Connection } from '../wire/connection.ts';
import { encodePathRequest, encodeReadRequest } from '../wire/protocol/chroot.ts';
import {
  encodeCreate,
  encodeDelete,
  encodeSetAcl,
  encodeSetData,
  readCreated,
} from '../wire/protocol/encode-create.ts';
import { opcodes } from '../wire/protocol/opcodes.ts';
import { readNames, readStat } from '../wire/protocol/read-stat.ts';
import type { Reader } from '../wire/protocol/reader.ts';
import { codes, zookeeperError } from '../wire/protocol/zookeeper-error.ts';
import { WireSessionLife } from './wire-session-life.ts';

const defaultConnectTimeoutMs = 15_000;
const anyVersion = -1;
const openAcl: readonly Acl[] = [{ permissions: 31, scheme: 'world', id: 'anyone' }];

/** Fails with `zookeeper-unreachable` when no server was reached in time, with `zookeeper-auth-failed`, or `aborted`. */
export async function openWireSession(options: OpenOptions): Promise<Session> {
  const life = new WireSessionLife(options);
  try {
    await life.open(options.connectTimeoutMs ?? defaultConnectTimeoutMs, options.signal);
  } catch (error) {
    await life.close();
    throw error;
  }
  return new WireSession(life);
}

/** What a request needs: its name for messages, its frame, made again for each try, and how to read the answer. */
interface Request<T> {
  readonly operation: string;
  readonly path: string;
  readonly encode: (chroot: Uint8Array) => Buffer;
  readonly read: (body: Reader) => T;
}

interface FailedAt {
  readonly operation: string;
  readonly path: string;
  readonly connection: Connection;
}

class WireSession implements Session {
  readonly #life: WireSessionLife;
  readonly #chroot: Uint8Array;

  constructor(life: WireSessionLife) {
    this.#life = life;
    this.#chroot = Buffer.from(life.chroot);
  }

  get id(): string {
    return this.#life.id;
  }

  get timeoutMs(): number {
    return this.#life.timeoutMs;
  }

  get lost(): AbortSignal {
    return this.#life.lost;
  }

  async create(
    path: string,
    data: Uint8Array,
    { ephemeral = false, sequential = false }: { ephemeral?: boolean; sequential?: boolean } = {},
  ): Promise<string> {
    const mode = Number(ephemeral) + 2 * Number(sequential);
    const created = await this.#once({
      operation: 'create',
      path,
      encode: (chroot) => encodeCreate(chroot, path, data, openAcl, mode),
      read: (body) => readCreated(body, this.#chroot),
    });
    if (created === undefined) throw zookeeperError(codes.noNode, { operation: 'create', path });
    return created;
  }

  exists(path: string): Promise<SessionStat | undefined> {
    return this.#read('exists', path, (body) => statOf(readStat(body)));
  }

  getData(path: string): Promise<SessionData | undefined> {
    return this.#read('getData', path, readData);
  }

  getChildren(path: string): Promise<string[] | undefined> {
    return this.#read('getChildren', path, readNames);
  }

  setData(path: string, data: Uint8Array, version: number): Promise<SessionStat | undefined> {
    return this.#once({
      operation: 'setData',
      path,
      encode: (chroot) => encodeSetData(chroot, path, data, version),
      read: (body) => statOf(readStat(body)),
    });
  }

  async delete(path: string): Promise<boolean> {
    const done = await this.#repeated({
      operation: 'delete',
      path,
      encode: (chroot) => encodeDelete(chroot, path, anyVersion),
      read: () => true,
    });
    return done ?? false;
  }

  async setAcl(path: string, acl: readonly Acl[]): Promise<boolean> {
    const done = await this.#repeated({
      operation: 'setAcl',
      path,
      encode: (chroot) => encodeSetAcl(chroot, path, acl, anyVersion),
      read: () => true,
    });
    return done ?? false;
  }

  async sync(path: string): Promise<void> {
    await this.#repeated({
      operation: 'sync',
      path,
      encode: (chroot) => encodePathRequest(opcodes.sync, chroot, path),
      read: () => true,
    });
  }

  async watch(path: string): Promise<(SessionData & { readonly fired: Promise<void> }) | undefined> {
    return await this.#repeated({
      operation: 'getData',
      path,
      encode: (chroot) => encodeReadRequest(opcodes.getData, chroot, path, true),
      // Here and not later: the notification may be the very next frame.
      read: (body) => ({ ...readData(body), fired: this.#life.watches.add(path) }),
    });
  }

  onReconnect(callback: () => void): () => void {
    return this.#life.onReconnect(callback);
  }

  close(): Promise<void> {
    return this.#life.close();
  }

  #read<T>(operation: 'exists' | 'getData' | 'getChildren', path: string, read: (body: Reader) => T) {
    const encode = (chroot: Uint8Array): Buffer => encodeReadRequest(opcodes[operation], chroot, path);
    return this.#repeated({ operation, path, encode, read });
  }

  /** Undefined for NONODE. */
  async #once<T>({ operation, path, encode, read }: Request<T>): Promise<T | undefined> {
    const connection = await this.#life.connected();
    try {
      const answer = await connection.request(encode(this.#chroot), (code, body) => {
        if (code === codes.noNode) return undefined;
        if (code !== codes.ok) throw this.#failure(code, { operation, path, connection });
        return read(body);
      });
      if (this.#life.end !== undefined) throw this.#life.end;
      return answer;
    } catch (error) {
      throw this.#life.end ?? error;
    }
  }

  async #repeated<T>(request: Request<T>): Promise<T | undefined> {
    for (;;) {
      try {
        return await this.#once(request);
      } catch (error) {
        if (this.#life.end !== undefined || !isEnclosureError(error, 'zookeeper-connection-lost'))
          throw error;
      }
    }
  }

  #failure(code: number, { connection, ...request }: FailedAt): Error {
    // A session that moved lives on at another server, which only another connection can find; the others are its end.
    if (code === codes.sessionMoved) {
      const moved = zookeeperError(codes.connectionLoss, request);
      connection.fail(moved);
      return moved;
    }
    if (concernsSession(code)) return this.#life.expire('the ensemble no longer knows it');
    return zookeeperError(code, request);
  }
}

function readData(body: Reader): SessionData {
  const data = Buffer.from(body.bytes());
  return { data, stat: statOf(readStat(body)) };
}

function statOf({ version, ctime, ephemeralOwner, dataLength, children }: Stat): SessionStat {
  return {
    version,
    ctime,
    ephemeralOwner: BigInt.asUintN(64, ephemeralOwner).toString(16),
    dataLength,
    children,
  };
}
