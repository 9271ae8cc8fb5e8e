/**
 * How a session on our own connections lives: connected, connecting, ended. It outlives its connections: each new one
 * resumes it with its password, authenticates, and sets its watches again, before anything else is asked.
 *
 * It is lost when the ensemble says so, when a server answers with another session (ClickHouse/ClickHouse#116690), and when
 * no server was reached for its whole timeout: the ensemble has forgotten it then, or will before it could be of use.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { EnclosureError, isEnclosureError, throwIfAborted } from '../../base/enclosure-error.ts';
import { orAborted } from '../../base/or-aborted.ts';
import type { OpenOptions } from '../../model/connection-options.ts';
import { parseConnectString } from '../wire/connect-string.ts';
import { sessionLost } from '../wire/connection-lost.ts';
import type { Connection } from '../wire/connection.ts';
import { openSessionConnection } from '../wire/open-connection.ts';
import type { SessionKey } from '../wire/protocol/connect-response.ts';
import { readChangedPath } from '../wire/protocol/encode-add-watch.ts';
import { encodeSetWatches } from '../wire/protocol/encode-create.ts';
import { DataWatches } from './data-watches.ts';

const firstPauseMs = 20;
const longestPauseMs = 500;
const closeLimitMs = 3_000;
/** A server that accepts a connection and then says nothing must not take the time that others could be tried in. */
const shareOfTimeout = 1 / 3;

interface Waiting {
  readonly resolve: (connection: Connection) => void;
  readonly reject: (error: EnclosureError) => void;
}

export class WireSessionLife {
  readonly chroot: string;
  readonly watches = new DataWatches();
  readonly #options: OpenOptions;
  readonly #lost = new AbortController();
  /** Ends what tries to connect. */
  readonly #over = new AbortController();
  readonly #onReconnect = new Set<() => void>();
  #waiting: Waiting[] = [];
  #connection: Connection | undefined;
  /** Never fails, and ends at once when the session does. */
  #reconnecting: Promise<void> = Promise.resolve();
  #key: SessionKey | undefined;
  #timeoutMs = 0;
  #end: EnclosureError | undefined;

  constructor(options: OpenOptions) {
    this.#options = options;
    this.chroot = parseConnectString(options.connect).chroot;
  }

  /** As the servers log it, in hexadecimal. */
  get id(): string {
    return sessionId(this.#key?.id ?? 0n);
  }

  get timeoutMs(): number {
    return this.#timeoutMs;
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  get end(): EnclosureError | undefined {
    return this.#end;
  }

  /** Fails as `openWireSession` does. */
  async open(limitMs: number, signal: AbortSignal | undefined): Promise<void> {
    await this.#connect(limitMs, signal);
  }

  /** The connection, when it is there; fails when the session has ended. */
  connected(): Promise<Connection> {
    if (this.#end !== undefined) return Promise.reject(this.#end);
    const connection = this.#connection;
    if (connection !== undefined) return Promise.resolve(connection);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  onReconnect(callback: () => void): () => void {
    this.#onReconnect.add(callback);
    return () => this.#onReconnect.delete(callback);
  }

  /** The ensemble knows the session no more. Returns the error that everybody gets. */
  expire(found: string): EnclosureError {
    if (this.#end !== undefined) return this.#end;
    const error = sessionLost(this.id, this.#options.connect, found);
    this.#finish(error);
    this.#connection?.fail(error);
    this.#lost.abort(error);
    return error;
  }

  async close(): Promise<void> {
    const connection = this.#connection;
    this.#finish(new EnclosureError('aborted', 'the session was closed', { where: this.#options.connect }));
    await Promise.all([connection?.close(closeLimitMs), this.#reconnecting]);
  }

  #finish(error: EnclosureError): void {
    if (this.#end !== undefined) return;
    this.#end = error;
    this.#over.abort(error);
    for (const { reject } of this.#waiting.splice(0)) reject(error);
    this.watches.fireAll();
  }

  /** Tries until a server resumes the session, or grants the first one; fails when the time is up. */
  async #connect(limitMs: number, signal: AbortSignal | undefined): Promise<void> {
    const end = performance.now() + limitMs;
    const stop = signal === undefined ? this.#over.signal : AbortSignal.any([signal, this.#over.signal]);
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      throwIfAborted(stop);
      try {
        const leftMs = Math.max(1, end - performance.now());
        await this.#connectOnce(Math.min(leftMs, Math.max(limitMs * shareOfTimeout, 100)), stop);
        return;
      } catch (error) {
        throwIfAborted(stop);
        if (!isEnclosureError(error, 'zookeeper-unreachable', 'zookeeper-connection-lost')) throw error;
        if (performance.now() + pauseMs >= end) throw error;
      }
      // Not all at once: a server that comes back meets everybody who had lost it.
      await delay(pauseMs * (0.5 + Math.random()), undefined, { signal: stop }).catch(() => undefined);
    }
  }

  async #connectOnce(connectTimeoutMs: number, signal: AbortSignal): Promise<void> {
    const key = this.#key;
    const options = { ...this.#options, connectTimeoutMs, signal };
    const { connection, granted } = await openSessionConnection(options, key);
    if (key !== undefined && key.id !== granted.sessionId) {
      connection.fail(new EnclosureError('zookeeper-session-expired', 'another session was granted'));
      throw this.expire(`the server answered with another session, 0x${sessionId(granted.sessionId)}`);
    }
    this.#timeoutMs = granted.sessionTimeoutMs;
    this.#key = { id: granted.sessionId, password: granted.password, lastZxid: key?.lastZxid ?? 0n };
    connection.onNotification = (body) => {
      const path = readChangedPath(body);
      if (path !== undefined) this.watches.fire(path.slice(this.chroot.length) || '/');
    };
    try {
      await this.#setWatches(connection, signal);
      // It may have been closed since the last look; `close` did not know of this connection.
      if (this.#end !== undefined) throw this.#end;
    } catch (error) {
      // Left alone it would ping, and with it the session and its ephemerals would live as long as the process.
      if (this.#end === undefined) connection.fail(error as Error);
      else await connection.close(closeLimitMs);
      throw error;
    }
    this.#begin(connection, key !== undefined);
  }

  async #setWatches(connection: Connection, signal: AbortSignal): Promise<void> {
    if (this.#key === undefined || this.watches.paths.length === 0) return;
    const frame = encodeSetWatches(Buffer.from(this.chroot), this.#key.lastZxid, this.watches.paths);
    await orAborted(
      connection.request(frame, () => undefined),
      signal,
    );
  }

  #begin(connection: Connection, again: boolean): void {
    this.#connection = connection;
    connection.closed.addEventListener('abort', () => this.#onDown(connection), { once: true });
    for (const { resolve } of this.#waiting.splice(0)) resolve(connection);
    if (again) for (const tell of this.#onReconnect) tell();
    if (connection.closed.aborted) this.#onDown(connection);
  }

  #onDown(connection: Connection): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    const { lastZxid } = connection;
    if (this.#key !== undefined && lastZxid > this.#key.lastZxid) this.#key = { ...this.#key, lastZxid };
    if (this.#end === undefined) this.#reconnecting = this.#reconnect();
  }

  async #reconnect(): Promise<void> {
    try {
      await this.#connect(this.#timeoutMs, undefined);
    } catch (error) {
      if (this.#end !== undefined) return;
      if (isEnclosureError(error, 'zookeeper-auth-failed')) {
        this.#finish(error);
        this.#lost.abort(error);
      } else if (isEnclosureError(error, 'zookeeper-session-expired')) {
        this.expire('the ensemble no longer knows it');
      } else {
        this.expire(`no server was reached for ${this.#timeoutMs} ms`);
      }
    }
  }
}

function sessionId(id: bigint): string {
  return BigInt.asUintN(64, id).toString(16);
}
