/**
 * Finds a server that grants a session: tries all in random order within one time limit, authenticates, and, for a channel,
 * learns whether it knows multiRead. Fails with `zookeeper-unreachable`, `zookeeper-auth-failed` or `aborted`, and then
 * leaves nothing behind.
 */
import {
  abortedError,
  EnclosureError,
  isEnclosureError,
  throwIfAborted,
} from '../../base/enclosure-error.ts';
import type { OpenOptions } from '../../model/connection-options.ts';
import { parseConnectString, type Server, serverName } from './connect-string.ts';
import { ConnectionLost } from './connection-lost.ts';
import { Connection } from './connection.ts';
import type { ConnectResponse, SessionKey } from './protocol/connect-response.ts';
import { encodeMultiRead } from './protocol/encode-multi-read.ts';
import { codes } from './protocol/zookeeper-error.ts';

export interface Opened {
  readonly connection: Connection;
  readonly knowsMultiRead: boolean;
}

/** For bulk reads and transactions. */
export async function openConnection(options: OpenOptions): Promise<Opened> {
  return await tryServers(options, (server, limitMs) => openAt(server, options, limitMs));
}

export interface OpenedSession {
  readonly connection: Connection;
  readonly granted: ConnectResponse;
}

/**
 * For a session that lives longer than its connections. Fails with `zookeeper-session-expired` where it is no more.
 *
 * @param key of the session to go on with; default: a new one
 */
export async function openSessionConnection(options: OpenOptions, key?: SessionKey): Promise<OpenedSession> {
  return await tryServers(options, (server, limitMs) =>
    connectTo(server, { ...options, ...(key !== undefined && { key }) }, limitMs, () =>
      Promise.resolve(true),
    ),
  );
}

async function tryServers<T>(
  options: OpenOptions,
  open: (server: Server, limitMs: number) => Promise<T>,
): Promise<T> {
  const { servers } = parseConnectString(options.connect);
  const { connectTimeoutMs = options.sessionTimeoutMs } = options;
  const end = performance.now() + connectTimeoutMs;
  const problems: string[] = [];
  let last: unknown;
  for (const [index, server] of shuffled(servers).entries()) {
    throwIfAborted(options.signal);
    // Every server that is left gets an equal share of the time that is left: one that hangs does not take it all.
    const shareMs = Math.max(1, (end - performance.now()) / (servers.length - index));
    try {
      return await open(server, shareMs);
    } catch (error) {
      if (isEnclosureError(error, 'zookeeper-auth-failed', 'zookeeper-session-expired', 'aborted'))
        throw error;
      throwIfAborted(options.signal);
      problems.push(`${serverName(server)}: ${reasonOf(error)}`);
      last = error;
    }
  }
  throw new EnclosureError('zookeeper-unreachable', 'no server grants a session', {
    where: servers.map(serverName).join(','),
    expected: `a session within ${connectTimeoutMs} ms`,
    found: problems.join('; '),
    next: 'Check the connect string, the network and that the ensemble has a quorum.',
    cause: last,
  });
}

function reasonOf(error: unknown): string {
  if (error instanceof ConnectionLost) return error.reason;
  return error instanceof Error ? error.message : String(error);
}

async function openAt(server: Server, options: OpenOptions, limitMs: number): Promise<Opened> {
  const probed = await connectTo(server, options, limitMs, knowsMultiRead);
  if (probed.outcome) return { connection: probed.connection, knowsMultiRead: true };
  probed.connection.fail(new EnclosureError('zookeeper-unreachable', 'replaced by another connection'));
  const plain = await connectTo(server, options, limitMs, () => Promise.resolve(true));
  return { connection: plain.connection, knowsMultiRead: false };
}

/** The one place where a connection is made: with a session, authenticated, and with what `probe` found out about it. */
async function connectTo(
  server: Server,
  options: OpenOptions & { readonly key?: SessionKey },
  limitMs: number,
  probe: (connection: Connection) => Promise<boolean>,
): Promise<OpenedSession & { readonly outcome: boolean }> {
  const connection = new Connection(server);
  const { signal, auth } = options;
  const onAbort = (): void => {
    if (signal !== undefined) connection.fail(abortedError(signal));
  };
  const timer = setTimeout(() => {
    connection.fail(new EnclosureError('zookeeper-unreachable', 'no answer in time'));
  }, limitMs);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const granted = await connection.openSession(options.sessionTimeoutMs, options.key);
    await Promise.all(auth.map(({ scheme, credentials }) => connection.authenticate(scheme, credentials)));
    return { connection, granted, outcome: await probe(connection) };
  } catch (error) {
    connection.fail(error as Error);
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

/** Before 3.6 a server answers UNIMPLEMENTED and hangs up, so that another connection is needed; others just hang up. */
async function knowsMultiRead(connection: Connection): Promise<boolean> {
  const probe = encodeMultiRead([{ op: 'getData', path: '/' }], new Uint8Array(0));
  try {
    return await connection.request(probe, (error) => error !== codes.unimplemented);
  } catch (error) {
    if (isEnclosureError(error, 'zookeeper-connection-lost')) return false;
    throw error;
  }
}

/** So that many clients spread over the servers (Fisher-Yates). */
function shuffled<T>(items: readonly T[]): T[] {
  const order = [...items];
  for (let index = order.length - 1; index > 0; index -= 1) {
    const other = Math.floor(Math.random() * (index + 1));
    [order[index], order[other]] = [order[other] as T, order[index] as T];
  }
  return order;
}
