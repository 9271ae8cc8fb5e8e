/**
 * The data plane: bulk reads and transactions over a connection of its own. Of watches it has the one that
 * tells of a whole tree, which the control plane's client lacks; it has no ephemerals and no reconnect. When it breaks its
 * watches are gone, and `closed` says so. It knows the chroot, so that its callers need not.
 *
 * Errors: `zookeeper-unreachable`, `zookeeper-auth-failed` on opening; `TransactionFailed`, `frame-too-large` and
 * `ConnectionLost` from then on, and for plain reads what protocol/errors.ts makes of the server's code.
 *
 * The buffers of a read are views of the reply they came in. To keep one for long, copy it; otherwise all of the reply is kept.
 */
import { EnclosureError } from '../../base/enclosure-error.ts';
import type {
  Channel,
  Operation,
  OperationResult,
  Read,
  ReadResult,
  Stat,
} from '../../model/ports/channel.ts';
import type { OpenOptions } from '../../model/connection-options.ts';
import type { Acl } from '../../model/environment.ts';
import { escapeName } from '../../model/znode-path.ts';
import { parseConnectString } from '../wire/connect-string.ts';
import { concernsSession, TransactionFailed } from '../wire/connection-lost.ts';
import type { Connection } from '../wire/connection.ts';
import { openConnection } from '../wire/open-connection.ts';
import { encodePathRequest, encodeReadRequest } from '../wire/protocol/chroot.ts';
import { encodeAddWatch } from '../wire/protocol/encode-add-watch.ts';
import {
  encodeMultiRead,
  missing,
  readMultiReadResults,
  readReadResult,
} from '../wire/protocol/encode-multi-read.ts';
import { encodeMulti, multiLength, readMultiOutcome } from '../wire/protocol/encode-multi.ts';
import { opcodes } from '../wire/protocol/opcodes.ts';
import { readAclList } from '../wire/protocol/read-stat.ts';
import type { Reader } from '../wire/protocol/reader.ts';
import { codes, zookeeperError } from '../wire/protocol/zookeeper-error.ts';
import { TreeWatches } from './tree-watches.ts';

export { ConnectionLost, TransactionFailed } from '../wire/connection-lost.ts';

/** The servers' default `jute.maxbuffer`. One byte more, and the server hangs up without a word. */
export const defaultMaxFrame = 1_048_575;

export interface ChannelOptions extends OpenOptions {
  /** The servers' `jute.maxbuffer` where it is not the default. */
  readonly maxFrame?: number;
}

/**
 * Connects to one of the servers and opens a session.
 *
 * @example
 *   const channel = await openChannel({ connect: '127.0.0.1:2181', auth: [], sessionTimeoutMs: 10_000 });
 *   await channel.multi([{ op: 'check', path: '/a', version: 3 }, { op: 'delete', path: '/a/b', version: 0 }]);
 *   await channel.close();
 */
export async function openChannel(options: ChannelOptions): Promise<Channel> {
  const { chroot } = parseConnectString(options.connect);
  const { connection, knowsMultiRead } = await openConnection(options);
  return new ServerChannel(connection, chroot, knowsMultiRead, options.maxFrame ?? defaultMaxFrame);
}

const closeLimitMs = 3000;

class ServerChannel implements Channel {
  readonly maxFrame: number;
  readonly closed: AbortSignal;
  readonly #connection: Connection;
  readonly #chroot: Uint8Array;
  readonly #knowsMultiRead: boolean;
  readonly #watches: TreeWatches;

  constructor(connection: Connection, chroot: string, knowsMultiRead: boolean, maxFrame: number) {
    this.#connection = connection;
    this.#watches = new TreeWatches(chroot);
    connection.onNotification = (body) => this.#watches.onNotification(body);
    this.#chroot = Buffer.from(chroot);
    this.#knowsMultiRead = knowsMultiRead;
    this.maxFrame = maxFrame;
    this.closed = connection.closed;
  }

  frameLength(operations: readonly Operation[]): number {
    return multiLength(operations, this.#chroot);
  }

  async multi(operations: readonly Operation[]): Promise<OperationResult[]> {
    const length = this.frameLength(operations);
    if (length > this.maxFrame) throw tooLarge(operations, length, this.maxFrame);
    const frame = encodeMulti(operations, this.#chroot, length);
    const outcome = await this.#connection.request(frame, (error, body) => {
      if (error !== codes.ok) throw this.#failure(error, 'multi', operations[0]?.path);
      return readMultiOutcome(body, operations);
    });
    if ('results' in outcome) return outcome.results;
    const { index, code } = outcome.failed;
    const operation = operations[index];
    if (operation === undefined || concernsSession(code)) throw this.#failure(code, 'multi', operation?.path);
    throw new TransactionFailed(index, operation, code);
  }

  async multiRead(reads: readonly Read[]): Promise<ReadResult[]> {
    if (!this.#knowsMultiRead) return await Promise.all(reads.map((read) => this.#read(read)));
    return await this.#connection.request(encodeMultiRead(reads, this.#chroot), (error, body) => {
      if (error !== codes.ok) throw this.#failure(error, 'multiRead', reads[0]?.path);
      return readMultiReadResults(body, reads);
    });
  }

  async getData(path: string): Promise<{ data: Buffer; stat: Stat } | undefined> {
    const result = await this.#read({ op: 'getData', path });
    return result.op === 'getData' ? result : undefined;
  }

  async getChildren(path: string): Promise<string[] | undefined> {
    const result = await this.#read({ op: 'getChildren', path });
    return result.op === 'getChildren' ? result.children : undefined;
  }

  async getAcl(path: string): Promise<readonly Acl[] | undefined> {
    const frame = encodePathRequest(opcodes.getAcl, this.#chroot, path);
    return await this.#connection.request(frame, this.#orMissing('getAcl', path, undefined, readAclList));
  }

  async sync(path: string): Promise<void> {
    const frame = encodePathRequest(opcodes.sync, this.#chroot, path);
    await this.#connection.request(frame, (error) => {
      if (error !== codes.ok) throw this.#failure(error, 'sync', path);
    });
  }

  async watchTree(path: string, onEvent: (path: string) => void): Promise<boolean> {
    // Both came with 3.6, and an older server that is asked hangs up.
    if (!this.#knowsMultiRead) return false;
    const forget = this.#watches.add(path, onEvent); // an event may be faster than the reply
    try {
      const known = await this.#connection.request(encodeAddWatch(this.#chroot, path), (error) => {
        if (error !== codes.ok && error !== codes.unimplemented) throw this.#failure(error, 'addWatch', path);
        return error === codes.ok;
      });
      if (!known) forget();
      return known;
    } catch (error) {
      forget();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#connection.close(closeLimitMs);
  }

  #read(read: Read): Promise<ReadResult> {
    const frame = encodeReadRequest(opcodes[read.op], this.#chroot, read.path);
    const readBody = (body: Reader): ReadResult => readReadResult(body, read);
    return this.#connection.request(frame, this.#orMissing(read.op, read.path, missing, readBody));
  }

  /** Reads a reply in which NONODE, and no other error, is an answer. */
  #orMissing<T, M>(operation: string, path: string, absent: M, readBody: (body: Reader) => T) {
    return (error: number, body: Reader): T | M => {
      if (error === codes.noNode) return absent;
      if (error !== codes.ok) throw this.#failure(error, operation, path);
      return readBody(body);
    };
  }

  /** An error that ends the session ends the channel at once, and not when the server gets to hanging up. */
  #failure(code: number, operation: string, path: string | undefined): EnclosureError {
    const error = zookeeperError(code, { operation, ...(path !== undefined && { path }) });
    if (concernsSession(code)) this.#connection.fail(error);
    return error;
  }
}

function tooLarge(operations: readonly Operation[], length: number, maxFrame: number): EnclosureError {
  const largest = operations.reduce((most, operation) =>
    sizeOf(operation) > sizeOf(most) ? operation : most,
  );
  return new EnclosureError('frame-too-large', 'the transaction does not fit into one request', {
    where: `${escapeName(largest.path)}, ${sizeOf(largest)} bytes`,
    expected: `a frame of at most ${maxFrame} bytes`,
    found: `${length} bytes`,
    next: 'Make the file smaller, or leave it out with .enclosureignore.',
  });
}

function sizeOf(operation: Operation): number {
  return 'data' in operation ? operation.data.length : 0;
}
