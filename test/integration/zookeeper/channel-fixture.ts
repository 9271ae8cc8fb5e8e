/** A channel below a chroot of its own, and what the tests of the data plane say again and again. */
import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { Acl } from '../../../src/model/environment.ts';
import { openChannel, type ChannelOptions } from '../../../src/zookeeper/channel/open-channel.ts';
import type { Channel, Operation } from '../../../src/model/ports/channel.ts';

export const openAcl: readonly Acl[] = [{ permissions: 31, scheme: 'world', id: 'anyone' }];

/** Opens a channel that is closed when the test ends. */
export async function channelTo(connect: string, options: Partial<ChannelOptions> = {}): Promise<Channel> {
  const channel = await openChannel({ auth: [], sessionTimeoutMs: 20_000, ...options, connect });
  onTestFinished(() => channel.close());
  return channel;
}

/** A connect string with a chroot that nobody else uses; the chroot's znode exists. */
export async function freshChroot(connect: string): Promise<string> {
  const channel = await openChannel({ connect, auth: [], sessionTimeoutMs: 20_000 });
  const chroot = `/channel-${randomUUID()}`;
  await channel.multi([create(chroot)]);
  await channel.close();
  return `${connect}${chroot}`;
}

export function create(path: string, data: Uint8Array | string = '', acl = openAcl): Operation {
  return { op: 'create', path, data: Buffer.from(data), acl };
}
