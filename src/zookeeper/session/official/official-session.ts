/** The requests of a session, on top of the binding's callbacks; how the session lives is `official-session-life.ts`'s. */
import { once } from 'node:events';
import type { Acl } from '../../../model/environment.ts';
import type { EnclosureError } from '../../../base/enclosure-error.ts';
import { codes, zookeeperError } from '../../wire/protocol/zookeeper-error.ts';
import { closing, createFlags, invalidState, sessionEvent } from './load-binding.ts';
import type { Binding, BindingStat, Done } from './load-binding.ts';
import { OfficialSessionLife, type Start } from './official-session-life.ts';
import type { ConnectionOptions } from '../../../model/connection-options.ts';
import type { Session, SessionData, SessionStat } from '../../../model/ports/session.ts';

/** After these the session still lives, and nobody knows what became of the request. */
const lostCodes: ReadonlySet<number> = new Set([
  codes.connectionLoss,
  codes.operationTimeout,
  codes.sessionMoved,
]);
/** After these it does not live. */
const endCodes: ReadonlySet<number> = new Set([codes.sessionExpired, invalidState, closing]);

export class OfficialSession implements Session {
  readonly #binding: Binding;
  readonly #life: OfficialSessionLife;

  constructor(binding: Binding, connect: string) {
    this.#binding = binding;
    this.#life = new OfficialSessionLife(binding, connect);
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

  async open(auth: ConnectionOptions['auth']): Promise<void> {
    this.#life.start();
    for (const { scheme, credentials } of auth) await this.#authenticate(scheme, credentials);
    await this.#life.connected();
  }

  async create(
    path: string,
    data: Uint8Array,
    kind: { readonly ephemeral?: boolean; readonly sequential?: boolean } = {},
  ): Promise<string> {
    const flags =
      (kind.ephemeral === true ? createFlags.ephemeral : 0) |
      (kind.sequential === true ? createFlags.sequential : 0);
    const bytes = bufferOf(data);
    const [code, created] = await this.#life.request((done: Done<[string]>) =>
      this.#binding.a_create(path, bytes, flags, done),
    );
    if (code !== codes.ok || created === undefined) throw this.#error(code, 'create', path);
    return created;
  }

  async exists(path: string): Promise<SessionStat | undefined> {
    const answer = await this.#repeated('exists', path, (done: Done<[BindingStat]>) =>
      this.#binding.a_exists(path, false, done),
    );
    return answer === undefined ? undefined : statOf(answer[0]);
  }

  async getData(path: string): Promise<SessionData | undefined> {
    const answer = await this.#repeated('getData', path, (done: Done<[BindingStat, Buffer | null]>) =>
      this.#binding.a_get(path, false, done),
    );
    return answer === undefined ? undefined : dataOf(answer);
  }

  async getChildren(path: string): Promise<string[] | undefined> {
    const answer = await this.#repeated('getChildren', path, (done: Done<[string[]]>) =>
      this.#binding.a_get_children(path, false, done),
    );
    return answer?.[0];
  }

  async setData(path: string, data: Uint8Array, version: number): Promise<SessionStat | undefined> {
    const bytes = bufferOf(data);
    const [code, stat] = await this.#life.request((done: Done<[BindingStat]>) =>
      this.#binding.a_set(path, bytes, version, done),
    );
    if (code === codes.noNode) return undefined;
    if (code !== codes.ok || stat === undefined) throw this.#error(code, 'setData', path);
    return statOf(stat);
  }

  async delete(path: string): Promise<boolean> {
    const answer = await this.#repeated('delete', path, (done: Done<[]>) =>
      this.#binding.a_delete_(path, -1, done),
    );
    return answer !== undefined;
  }

  async setAcl(path: string, acl: readonly Acl[]): Promise<boolean> {
    const list = acl.map(({ permissions, scheme, id }) => ({ perms: permissions, scheme, auth: id }));
    const answer = await this.#repeated('setAcl', path, (done: Done<[]>) =>
      this.#binding.a_set_acl(path, -1, list, done),
    );
    return answer !== undefined;
  }

  async sync(path: string): Promise<void> {
    await this.#repeated('sync', path, (done: Done<[string]>) => this.#binding.a_sync(path, done));
  }

  async watch(path: string): Promise<(SessionData & { readonly fired: Promise<void> }) | undefined> {
    const firing = new AbortController();
    const fire = (): void => firing.abort();
    const answer = await this.#repeated('getData', path, (done: Done<[BindingStat, Buffer | null]>) =>
      this.#binding.aw_get(
        path,
        // Every watch is also told of the session's ups and downs, and stays set meanwhile.
        (type) => (type === sessionEvent ? undefined : setImmediate(fire)),
        done,
      ),
    );
    if (answer === undefined) return undefined;
    const forget = this.#life.onEnd(fire);
    const fired = firing.signal.aborted ? Promise.resolve() : once(firing.signal, 'abort');
    return { ...dataOf(answer), fired: fired.then(forget) };
  }

  onReconnect(callback: () => void): () => void {
    return this.#life.onReconnect(callback);
  }

  close(): Promise<void> {
    return this.#life.close();
  }

  /** The C client repeats it by itself on every reconnect; here it is made sure that the server accepted it once. */
  async #authenticate(scheme: string, credentials: string): Promise<void> {
    for (;;) {
      await this.#life.connected();
      const accepted = this.#life.request((done: Done<[]>) =>
        this.#binding.add_auth(scheme, credentials, done),
      );
      // Credentials are only put into the queue, and would lie there until the next ping. A request takes them along.
      const [[code]] = await Promise.all([accepted, this.exists('/')]);
      if (code === codes.ok) return;
      // Between two connections the C client calls its state invalid, although it is not.
      if (!lostCodes.has(code) && code !== invalidState) {
        throw zookeeperError(code, { operation: `auth with scheme ${scheme}` });
      }
    }
  }

  /** A request that may be made again after a lost connection. Undefined for NONODE. */
  async #repeated<Result extends readonly unknown[]>(
    operation: string,
    path: string,
    start: Start<Result>,
  ): Promise<Result | undefined> {
    for (;;) {
      const [code, ...result] = await this.#life.request(start);
      if (code === codes.ok) return result as unknown as Result;
      if (code === codes.noNode) return undefined;
      if (!lostCodes.has(code)) throw this.#error(code, operation, path);
      await this.#life.connected();
    }
  }

  #error(code: number, operation: string, path: string): EnclosureError {
    if (endCodes.has(code)) return this.#life.expire();
    return zookeeperError(lostCodes.has(code) ? codes.connectionLoss : code, { operation, path });
  }
}

function bufferOf(data: Uint8Array): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

function statOf(stat: BindingStat): SessionStat {
  return {
    version: stat.version,
    ctime: stat.ctime.getTime(),
    ephemeralOwner: stat.ephemeralOwner,
    dataLength: stat.dataLength,
    children: stat.numChildren,
  };
}

function dataOf([stat, data]: readonly [BindingStat, Buffer | null]): SessionData {
  return { data: data ?? Buffer.alloc(0), stat: statOf(stat) };
}
