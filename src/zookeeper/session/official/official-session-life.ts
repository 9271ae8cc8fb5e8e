/**
 * How a session lives: connected, connecting, ended; and what waits for an answer meanwhile. Which requests there are
 * is `official-session.ts`'s.
 *
 * Native code is entered from `setImmediate` only, and answers and events leave it through `setImmediate` too, which
 * keeps their order. Two accidents are prevented so:
 * - Inside a native callback the C client is in the middle of its work; a request or a `close` from there would pull its
 *   handle away from under it.
 * - A request on a connection that broke a moment ago makes the C client close the socket behind libuv's back. When libuv
 *   has just been told to watch that socket and has not begun to, it aborts the process (`uv__epoll_ctl_prep`). So the
 *   loop gets one whole turn first, in which it begins to watch, and in which a broken connection is noticed.
 */
import { EnclosureError } from '../../../base/enclosure-error.ts';
import { sessionLost } from '../../wire/connection-lost.ts';
import { codes, zookeeperError } from '../../wire/protocol/zookeeper-error.ts';
import { authFailedState, type Binding, connectedState, type Done } from './load-binding.ts';

/** Makes a request; returns the binding's own code, and when that is 0 calls `done` later. */
export type Start<Result extends readonly unknown[]> = (done: Done<Result>) => number;

/** A request's answer: ZooKeeper's code, and when that is 0 the results. */
export type Answer<Result extends readonly unknown[]> = readonly [code: number, ...result: Partial<Result>];

export class OfficialSessionLife {
  readonly #binding: Binding;
  readonly #connect: string;
  readonly #lost = new AbortController();
  /** What to tell of the end. */
  readonly #pending = new Set<(error: EnclosureError) => void>();
  readonly #onReconnect = new Set<() => void>();
  #awaitingConnection: (() => void)[] = [];
  #connected = false;
  #id = '0';
  #timeoutMs = 0;
  #end: EnclosureError | undefined;
  #giveUp: NodeJS.Timeout | undefined;
  #closed: Promise<void> | undefined;

  constructor(binding: Binding, connect: string) {
    this.#binding = binding;
    this.#connect = connect;
  }

  get id(): string {
    return this.#id;
  }

  get timeoutMs(): number {
    return this.#timeoutMs;
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Begins to connect. */
  start(): void {
    const binding = this.#binding;
    binding.on('connect', () => setImmediate(() => this.#onConnect()));
    binding.on('connecting', () => setImmediate(() => this.#onConnecting()));
    binding.on('close', (_binding, code) => setImmediate(() => this.#onClose(code)));
    binding.init({});
    if (binding.timeout === -1) {
      throw new EnclosureError('zookeeper-unreachable', 'the ZooKeeper client could not start', {
        where: this.#connect,
        expected: 'a connect string like host:port,host:port/chroot',
      });
    }
  }

  /** One request, as it is. Rejects only when the session ends; the rest is for the caller to tell by the code. */
  request<Result extends readonly unknown[]>(start: Start<Result>): Promise<Answer<Result>> {
    return new Promise((resolve, reject) => {
      if (!this.#admit(reject)) return;
      const settle = (code: number, ...result: Partial<Result>): void => {
        setImmediate(() => {
          this.#pending.delete(reject);
          resolve([code, ...result]);
        });
      };
      afterOneTurn(() => {
        if (this.#end !== undefined) return;
        const code = start((answer, _message, ...result) => settle(answer, ...(result as Partial<Result>)));
        if (code !== codes.ok) settle(code, ...([] as unknown as Partial<Result>));
        // A request may be what finds the connection broken, and then there is no event.
        if (this.#binding.state !== connectedState) this.#onConnecting();
      });
    });
  }

  /** Resolves when the session is connected, at once or after a reconnect; rejects when it ends. */
  connected(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.#admit(reject)) return;
      const go = (): void => {
        this.#pending.delete(reject);
        resolve();
      };
      if (this.#connected) go();
      else this.#awaitingConnection.push(go);
    });
  }

  /** Calls back once when the session ends, at once when it has. Returns how to take that back. */
  onEnd(callback: () => void): () => void {
    if (this.#admit(callback)) return () => this.#pending.delete(callback);
    return () => undefined;
  }

  /** Calls back after every connection but the first. Returns how to take that back. */
  onReconnect(callback: () => void): () => void {
    this.#onReconnect.add(callback);
    return () => this.#onReconnect.delete(callback);
  }

  /** An answer said that the session is over. Returns the error that everybody gets. */
  expire(): EnclosureError {
    return this.#lose(this.#expired('the ensemble no longer knows it'));
  }

  close(): Promise<void> {
    this.#finish(new EnclosureError('aborted', 'the session was closed', { where: this.#connect }));
    return this.#closed ?? Promise.resolve();
  }

  #admit(onEnd: (error: EnclosureError) => void): boolean {
    if (this.#end === undefined) this.#pending.add(onEnd);
    else onEnd(this.#end);
    return this.#end === undefined;
  }

  #onConnect(): void {
    if (this.#end !== undefined) return;
    const id = this.#binding.client_id;
    const again = this.#id !== '0';
    if (this.#id === '0') {
      this.#id = id;
      this.#timeoutMs = this.#binding.timeout;
    } else if (id !== this.#id) {
      // Some servers hand out a new session without a word (ClickHouse/ClickHouse#116690). The old one's locks are gone.
      this.#lose(this.#expired(`the server answered with another session, 0x${id}`));
      return;
    }
    clearTimeout(this.#giveUp);
    this.#connected = true;
    for (const go of this.#awaitingConnection.splice(0)) go();
    if (again) for (const tell of this.#onReconnect) tell();
  }

  #onConnecting(): void {
    if (this.#end !== undefined || !this.#connected) return;
    this.#connected = false;
    this.#giveUp = setTimeout(() => {
      this.#lose(this.#expired(`no server was reached for ${this.#timeoutMs} ms`));
    }, this.#timeoutMs);
  }

  /** The C client gave up by itself: the server said that the session is gone, or refused the credentials. */
  #onClose(code: number): void {
    if (code === authFailedState) this.#lose(zookeeperError(codes.authFailed, { operation: 'auth' }));
    else this.expire();
  }

  #lose(error: EnclosureError): EnclosureError {
    if (this.#end !== undefined) return this.#end;
    this.#finish(error);
    this.#lost.abort(error);
    return error;
  }

  #finish(error: EnclosureError): void {
    if (this.#end !== undefined) return;
    this.#end = error;
    clearTimeout(this.#giveUp);
    this.#closed = new Promise((resolve) => {
      setImmediate(() => {
        this.#binding.close();
        resolve();
      });
    });
    for (const tell of this.#pending) tell(error);
    this.#pending.clear();
  }

  #expired(found: string): EnclosureError {
    return sessionLost(this.#id, this.#connect, found);
  }
}

function afterOneTurn(action: () => void): void {
  setImmediate(() => setImmediate(action));
}
