/** What the lock tests share: sessions, channels and directories that are gone after the test. */
import { randomUUID } from 'node:crypto';
import { inject, onTestFinished } from 'vitest';
import { acquireLock, type AcquireOptions } from '../../../../src/sync/lock/acquire-lock.ts';
import type { Lock } from '../../../../src/sync/lock/lock.ts';
import { ensureZnodes } from '../../../../src/zookeeper/tree/ensure-znodes.ts';
import { openChannel } from '../../../../src/zookeeper/channel/open-channel.ts';
import type { Channel } from '../../../../src/model/ports/channel.ts';
import type { Session } from '../../../../src/model/ports/session.ts';
import { openWireSession } from '../../../../src/zookeeper/session/open-wire-session.ts';
import { startProxy, type TcpProxy } from '../../../../harness/tcp-proxy.ts';
import { waitFor } from '../../../../harness/wait-for.ts';
import { holder } from './fixture-write.ts';

export { fencedWrite, holder } from './fixture-write.ts';

const server = (): string => inject('zookeeper');

export async function session(connect = server(), sessionTimeoutMs = 30_000): Promise<Session> {
  const opened = await openWireSession({ connect, auth: [], sessionTimeoutMs });
  onTestFinished(() => opened.close());
  return opened;
}

export async function channel(connect = server()): Promise<Channel> {
  const opened = await openChannel({ connect, auth: [], sessionTimeoutMs: 30_000 });
  onTestFinished(() => opened.close());
  return opened;
}

export async function proxy(): Promise<TcpProxy> {
  const started = await startProxy(Number(server().split(':')[1]));
  onTestFinished(() => started.stop());
  return started;
}

export async function proxiedSession(
  sessionTimeoutMs: number,
): Promise<{ readonly between: TcpProxy; readonly one: Session }> {
  const between = await proxy();
  return { between, one: await session(between.connect, sessionTimeoutMs) };
}

/** A lock directory of its own, with a znode beside it to write to. */
export async function lockDirectory(on: Channel): Promise<{ directory: string; target: string }> {
  const root = `/lock-tests/${randomUUID()}`;
  const [directory, target] = [`${root}/lock`, `${root}/target`];
  await ensureZnodes(on, [directory, target]);
  return { directory, target };
}

export function take(
  options: Pick<AcquireOptions, 'session' | 'channel' | 'directory'> & Partial<AcquireOptions>,
): Promise<Lock> {
  return acquireLock({ holder: holder('alice'), timeoutMs: 60_000, ...options });
}

export async function waitUntilGone(on: Channel, path: string): Promise<void> {
  await waitFor(`the end of ${path}`, async () => (await on.getData(path)) === undefined);
}
