/** What a test and a process that it starts both need; free of vitest. */
import { randomUUID } from 'node:crypto';
import type { Lock } from '../../../../src/sync/lock/lock.ts';
import type { Holder } from '../../../../src/model/holder.ts';
import type { Channel } from '../../../../src/model/ports/channel.ts';

export function holder(who: string, guid: string = randomUUID()): Holder {
  return { guid, who, host: 'test', pid: process.pid, since: new Date().toISOString(), run: `run-${who}` };
}

/** A transaction as a run would send it: the fence first, then a write. */
export async function fencedWrite(on: Channel, lock: Lock, target: string, data: string): Promise<void> {
  const write = { op: 'setData', path: target, data: Buffer.from(data), version: -1 } as const;
  await on.multi([...lock.fence.open(0, 1), write]);
}
