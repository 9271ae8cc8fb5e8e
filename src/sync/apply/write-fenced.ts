import { FencedWriter } from './fenced-writer.ts';
import type { Lock } from '../lock/lock.ts';
import type { Channel, Operation } from '../../model/ports/channel.ts';
import type { OpenRun } from '../open/open-run.ts';

export interface FencedParts {
  readonly channel: Channel;
  readonly lock: Lock;
  readonly open: OpenRun;
  readonly signal: AbortSignal;
}

/** One transaction under the fence, besides a deployment. Fails as `FencedWriter` does. */
export async function writeFenced(
  { channel, lock, open, signal }: FencedParts,
  operations: readonly Operation[],
): Promise<void> {
  const reconnect = (): Promise<Channel> => open.channel(signal);
  const writer = new FencedWriter({ channel, fence: lock.fence, reconnect, total: 0, signal });
  try {
    await writer.send(operations, 0);
    await writer.drain();
  } finally {
    if (writer.channel !== channel) await writer.channel.close();
  }
}
