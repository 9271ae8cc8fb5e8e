/**
 * One TCP connection to one server and the session on it: sends frames, hands each reply to the request it answers,
 * pings when idle, and notices a server that fell silent. What the frames say is left to protocol/, whom to connect
 * to and how often to try is left to channel-open.ts.
 *
 * Once it is gone, by whatever cause, it stays gone: every request in flight and every later one fails with the same
 * kind of error, and `closed` fires.
 */
import { connect, type Socket } from 'node:net';
import { EnclosureError } from '../../base/enclosure-error.ts';
import { type Server, serverName } from './connect-string.ts';
import { ConnectionLost } from './connection-lost.ts';
import {
  type ConnectResponse,
  encodeConnectRequest,
  readConnectResponse,
  type SessionKey,
} from './protocol/connect-response.ts';
import { FrameSplitter } from './protocol/frame-splitter.ts';
import { opcodes, xids } from './protocol/opcodes.ts';
import { Reader } from './protocol/reader.ts';
import { encodeAuth, encodeBare, readReplyHeader } from './protocol/reply-header.ts';
import { codes, zookeeperError } from './protocol/zookeeper-error.ts';

/** Makes a value of a reply: its error code and a reader at its body. What it throws fails that request. */
export type ReadReply<T> = (error: number, body: Reader) => T;

interface Pending {
  readonly xid: number;
  readonly bytes: number;
  readonly answer: (error: number, body: Reader) => void;
  readonly fail: (error: Error) => void;
}

/** The session timeout is divided into this many ticks. */
const ticksPerTimeout = 6;
/** Quiet for a third of the timeout: ping. */
const pingAfterTicks = 2;
/** Not a byte for two thirds of the timeout, although pings went out: the server is dead. */
const deadAfterTicks = 5;

export class Connection {
  readonly server: string;
  readonly closed: AbortSignal;
  /** Gets the body of what the server says unasked; nobody has asked for it until a watch is set. */
  onNotification: ((body: Reader) => void) | undefined;
  readonly #closed = new AbortController();
  readonly #socket: Socket;
  readonly #handshake: Pending[] = [];
  readonly #pending: Pending[] = [];
  #lastXid = 0;
  #lastZxid = 0n;
  #ticker: NodeJS.Timeout | undefined;
  #ticksSinceSent = 0;
  #ticksSinceReceived = 0;
  #socketError: Error | undefined;
  #loss: Error | undefined;
  #closing: Promise<void> | undefined;

  constructor(server: Server) {
    this.server = serverName(server);
    this.closed = this.#closed.signal;
    const splitter = new FrameSplitter((frame) => this.#onFrame(frame));
    this.#socket = connect({
      host: server.host,
      port: server.port,
      noDelay: true,
      // One buffer for all that arrives: frames are copied out of it, so nothing is allocated per chunk.
      onread: {
        buffer: Buffer.allocUnsafeSlow(256 * 1024),
        callback: (length, buffer) => {
          this.#onBytes(splitter, buffer.subarray(0, length));
          return true;
        },
      },
    });
    this.#socket.on('error', (error) => (this.#socketError = error));
    // The server's end is the end: nothing waits for what is still to be sent.
    this.#socket.on('end', () => this.#socket.destroy());
    this.#socket.on('close', () => {
      this.fail(this.#lost(reasonOf(this.#socketError), this.#socketError));
    });
  }

  /** The newest transaction that the server has told of. */
  get lastZxid(): bigint {
    return this.#lastZxid;
  }

  /**
   * Asks for a session, or for the one with this key. Fails with `zookeeper-connection-lost` where no session is granted,
   * with `zookeeper-session-expired` where that one is no more.
   */
  async openSession(sessionTimeoutMs: number, key?: SessionKey): Promise<ConnectResponse> {
    const request = encodeConnectRequest(sessionTimeoutMs, key);
    const granted = await this.#enqueue(this.#handshake, xids.connect, request, (_error, body) =>
      readConnectResponse(body),
    );
    if (granted.sessionTimeoutMs <= 0) {
      if (key === undefined) throw this.#lost('the server granted no session');
      throw zookeeperError(codes.sessionExpired, { operation: 'connect' });
    }
    this.#ticker = setInterval(() => this.#tick(), granted.sessionTimeoutMs / ticksPerTimeout);
    return granted;
  }

  /** Fails with `zookeeper-auth-failed`. The credentials go nowhere else. */
  async authenticate(scheme: string, credentials: string): Promise<void> {
    await this.#enqueue(this.#handshake, xids.auth, encodeAuth(scheme, credentials), (error) => {
      if (error === 0) return;
      throw new EnclosureError('zookeeper-auth-failed', 'the server refuses the credentials', {
        where: this.server,
        found: `scheme '${scheme}', ${zookeeperError(error, { operation: 'auth' }).message}`,
        next: "Check the ensemble's auth in the configuration.",
      });
    });
  }

  /** Sends a frame, whose xid is set here, and reads its reply. Replies come in the order of the requests. */
  request<T>(frame: Buffer, read: ReadReply<T>): Promise<T> {
    this.#lastXid = this.#lastXid === 0x7fff_ffff ? 1 : this.#lastXid + 1;
    frame.writeInt32BE(this.#lastXid, 4);
    return this.#enqueue(this.#pending, this.#lastXid, frame, read);
  }

  /** Ends the session; requests made before are still answered. Never fails, never takes longer than `limitMs`. */
  close(limitMs: number): Promise<void> {
    this.#closing ??= this.#closeSession(limitMs);
    return this.#closing;
  }

  /** Drops the connection without a word to the server; every request without an answer fails with this error. */
  fail(error: Error): void {
    if (this.#loss !== undefined) return;
    this.#loss = error;
    clearInterval(this.#ticker);
    this.#socket.destroy();
    const pending = [...this.#handshake.splice(0), ...this.#pending.splice(0)];
    for (const request of pending) request.fail(error);
    this.#closed.abort(error);
  }

  #enqueue<T>(queue: Pending[], xid: number, frame: Buffer, read: ReadReply<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#loss !== undefined) {
        reject(this.#lost('it is closed', this.#loss));
        return;
      }
      const answer = (error: number, body: Reader): void => {
        try {
          resolve(read(error, body));
        } catch (problem) {
          reject(problem instanceof Error ? problem : new Error(String(problem)));
        }
      };
      queue.push({ xid, bytes: frame.length - 4, answer, fail: reject });
      this.#send(frame);
    });
  }

  #send(frame: Buffer): void {
    this.#ticksSinceSent = 0;
    this.#socket.write(frame);
  }

  #onBytes(splitter: FrameSplitter, bytes: Uint8Array): void {
    if (this.#loss !== undefined) return;
    this.#ticksSinceReceived = 0;
    try {
      splitter.push(bytes);
    } catch (error) {
      this.fail(error as Error);
    }
  }

  #onFrame(frame: Buffer): void {
    if (this.#loss !== undefined) return;
    const body = new Reader(frame);
    if (this.#handshake[0]?.xid === xids.connect) {
      this.#handshake.shift()?.answer(0, body);
      return;
    }
    const { xid, zxid, error } = readReplyHeader(body);
    if (zxid > this.#lastZxid) this.#lastZxid = zxid;
    if (xid === xids.ping) return;
    if (xid === xids.notification) {
      this.onNotification?.(body);
      return;
    }
    const request = (xid === xids.auth ? this.#handshake : this.#pending).shift();
    if (request?.xid !== xid) {
      const found = `a reply to request ${xid}`;
      const details = { where: this.server, expected: `a reply to request ${request?.xid}`, found };
      const violated = new EnclosureError('protocol-violated', 'the server answers out of order', details);
      request?.fail(violated);
      this.fail(violated);
      return;
    }
    request.answer(error, body);
  }

  /**
   * Counts ticks instead of reading a clock: a process that was frozen or busy for long sees one tick and then the
   * bytes that wait, and does not take its own pause for the server's.
   */
  #tick(): void {
    this.#ticksSinceSent += 1;
    this.#ticksSinceReceived += 1;
    if (this.#ticksSinceReceived >= deadAfterTicks) {
      this.fail(this.#lost('the server fell silent'));
    } else if (this.#ticksSinceSent >= pingAfterTicks) {
      this.#send(encodeBare(opcodes.ping, xids.ping));
    }
  }

  async #closeSession(limitMs: number): Promise<void> {
    const impatient = setTimeout(() => this.fail(this.#lost('it was closed by us')), limitMs);
    try {
      await this.request(encodeBare(opcodes.closeSession), () => undefined);
    } catch {
      // Gone already: there is nothing left to close.
    } finally {
      clearTimeout(impatient);
      this.fail(this.#lost('it was closed by us'));
    }
  }

  #lost(reason: string, cause?: unknown): ConnectionLost {
    const pending = [...this.#handshake, ...this.#pending].map(({ bytes }) => bytes);
    return new ConnectionLost({ server: this.server, reason, pending, cause });
  }
}

/** A name with several addresses fails with one error per address, and no message of its own. */
function reasonOf(error: Error | undefined): string {
  if (error === undefined) return 'the server closed it';
  return error instanceof AggregateError ? error.errors.map(String).join(', ') : error.message;
}
