/**
 * A session through the official C client, for an ensemble whose configuration says `client: official`. Native code, with what
 * that costs: docs/decisions/0018-one-session.md.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { devNull } from 'node:os';
import { EnclosureError, isEnclosureError, throwIfAborted } from '../../../base/enclosure-error.ts';
import { orAborted } from '../../../base/or-aborted.ts';
import { loadBinding } from './load-binding.ts';
import type { OpenOptions } from '../../../model/connection-options.ts';
import type { Session } from '../../../model/ports/session.ts';
import { OfficialSession } from './official-session.ts';
import { resolveServers } from './resolve-servers.ts';

const defaultConnectTimeoutMs = 15_000;

/**
 * Fails with `zookeeper-unreachable` when no server was reached in time, with `zookeeper-auth-failed` when the server
 * refused the credentials, with `client-missing` where the npm package is not installed.
 */
export async function openOfficialSession(options: OpenOptions): Promise<Session> {
  const { connect, sessionTimeoutMs, signal } = options;
  throwIfAborted(signal);
  const limitMs = options.connectTimeoutMs ?? defaultConnectTimeoutMs;
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(unreachable(connect, limitMs)), limitMs);
  const placeholders: FileHandle[] = [];
  const stop = signal === undefined ? limit.signal : AbortSignal.any([limit.signal, signal]);
  try {
    const servers = await orAborted(resolveServers(connect), stop);
    for (;;) {
      const session = new OfficialSession(await loadBinding(servers, sessionTimeoutMs), connect);
      try {
        await orAborted(session.open(options.auth), stop);
        return session;
      } catch (error) {
        await session.close();
        if (!isEnclosureError(error, 'zookeeper-session-expired')) throw error;
      }
      placeholders.push(await occupyDescriptor());
    }
  } finally {
    clearTimeout(timer);
    await Promise.all(placeholders.map((placeholder) => placeholder.close()));
  }
}

/**
 * A session that "expires" before it is open has met the ghost of an earlier one. The C client's sockets are inherited by
 * child processes; while such a child lives on, epoll goes on reporting the socket of a closed session, by the number of
 * its descriptor, and a new socket with that number drowns in those reports. So the number is occupied, and the next
 * attempt gets another one.
 */
async function occupyDescriptor(): Promise<FileHandle> {
  return await open(devNull);
}

function unreachable(connect: string, limitMs: number): EnclosureError {
  return new EnclosureError('zookeeper-unreachable', 'no server of the ensemble answered', {
    where: connect,
    expected: `a session within ${limitMs} ms`,
    next: 'Check that the ensemble is running and has a quorum, and that the connect string is right.',
  });
}
