/**
 * What is used of `zookeeper`, the binding of the official C client, and how it is loaded. Its own declarations type
 * every result as `any`, so the part that is used is written down here.
 *
 * It is an optional peer dependency, and loaded when the first such session is opened: who does not ask for it needs no compiler.
 */
import { inspect } from 'node:util';
import { EnclosureError } from '../../../base/enclosure-error.ts';

export interface BindingStat {
  readonly version: number;
  readonly ctime: Date;
  /** Session id in hexadecimal, `0` for a znode that is not ephemeral. */
  readonly ephemeralOwner: string;
  readonly dataLength: number;
  readonly numChildren: number;
}

export interface BindingAcl {
  readonly perms: number;
  readonly scheme: string;
  readonly auth: string;
}

/** The answer to a request; what follows the code is only there when the code is 0. */
export type Done<Result extends readonly unknown[]> = (
  code: number,
  message: string,
  ...result: Result
) => void;
export type OnWatch = (type: number, state: number, path: string) => void;

/**
 * Every request returns a code; when that is not 0, `done` is never called. `close` talks to the server and blocks for
 * up to a few seconds when it does not answer; inside one of the callbacks it must not be called at all.
 */
export interface Binding {
  readonly client_id: string;
  readonly state: number;
  /** The negotiated session timeout in milliseconds; -1 when `init` failed. */
  readonly timeout: number;
  on(event: 'connect' | 'connecting', listener: () => void): unknown;
  on(event: 'close', listener: (binding: unknown, code: number) => void): unknown;
  init(config: object): unknown;
  close(): unknown;
  add_auth(scheme: string, credentials: string, done: Done<[]>): number;
  a_create(path: string, data: Buffer, flags: number, done: Done<[path: string]>): number;
  a_exists(path: string, watch: false, done: Done<[stat: BindingStat]>): number;
  a_get(path: string, watch: false, done: Done<[stat: BindingStat, data: Buffer | null]>): number;
  aw_get(path: string, onWatch: OnWatch, done: Done<[stat: BindingStat, data: Buffer | null]>): number;
  a_get_children(path: string, watch: false, done: Done<[children: string[]]>): number;
  a_set(path: string, data: Buffer, version: number, done: Done<[stat: BindingStat]>): number;
  a_delete_(path: string, version: number, done: Done<[]>): number;
  a_set_acl(path: string, version: number, acl: readonly BindingAcl[], done: Done<[]>): number;
  a_sync(path: string, done: Done<[path: string]>): number;
}

export const createFlags = { ephemeral: 1, sequential: 2 } as const;

/** The type of a watch event that is about the session and not about a znode. */
export const sessionEvent = -1;

/** Codes of the C client for a handle that is no longer, or not just now, to be used. */
export const invalidState = -9;
export const closing = -116;
export const connectedState = 3;
/** The code of the `close` event when the server refused the credentials. */
export const authFailedState = -113;

/** Fails with `client-missing`. */
export async function loadBinding(servers: string, sessionTimeoutMs: number): Promise<Binding> {
  const { default: ZooKeeper } = await import('zookeeper').catch(refuse);
  return new (ZooKeeper as unknown as new (config: object) => Binding)({
    connect: servers,
    timeout: sessionTimeoutMs,
    // The C client would write its log to stderr and the binding its own to stdout; 0 silences both.
    debug_level: 0,
    // Not deterministic: sessions spread over the servers.
    host_order_deterministic: false,
    // After this many reads in a row without a whole answer the binding calls the session expired. A long listing arrives
    // in many pieces, so the default of 10 ends healthy sessions; but a socket that is always readable and never says
    // anything must end some time (see `openOfficialSession`).
    response_counter_limit: 1_000,
    // The binding describes its configuration for its log, although that is off, which takes longer than connecting.
    [inspect.custom]: () => '',
  });
}

/** It is not there, or what was compiled of it is for another Node or another system. */
function refuse(cause: unknown): never {
  const { code, message } = cause as NodeJS.ErrnoException;
  const isMissing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
  throw new EnclosureError('client-missing', 'the official ZooKeeper client cannot be loaded', {
    expected: 'the npm package zookeeper, because the ensemble has `client: official`',
    found: isMissing ? 'it is not installed' : (message.split('\n', 1)[0] ?? ''),
    next: 'Install it beside Enclosure with `npm install zookeeper`, or leave `client` out.',
    cause,
  });
}
