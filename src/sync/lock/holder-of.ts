import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Reason, SyncRequest } from '../../model/deployment.ts';
import type { Holder } from '../../model/holder.ts';

/** What this run says of itself in its lock node. Short: it travels in every transaction. */
export function holderOf(
  request: Pick<SyncRequest, 'actor'> & { readonly reason: Reason | 'hold' | 'resume' },
): Holder {
  const guid = randomUUID();
  return {
    guid,
    who: request.actor.slice(0, 100),
    host: hostname().slice(0, 64),
    pid: process.pid,
    since: new Date().toISOString(),
    run: `${request.reason}-${guid.slice(0, 8)}`,
  };
}
