/**
 * Says when members or deployments may have changed: at once where the server can watch a tree, otherwise each second. What
 * changed is left to whoever looks. Fails as `watchTree` does, and when the signal fires.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { isEnclosureError } from '../../base/enclosure-error.ts';
import { statePaths } from '../../state/state-paths.ts';
import type { StateOwner } from '../../state/read-state.ts';
import type { Channel } from '../../model/ports/channel.ts';
import { orAborted } from '../../base/or-aborted.ts';

/** Resolves when there may be something new since it resolved last, or when the connection is gone. */
export type NextChange = (signal: AbortSignal) => Promise<void>;

const pollMs = 1000;
/** Receipts come in bursts, many members at once: they are looked at together. */
const gatherMs = 50;
/** A server that hangs up on the watch as often as this does not know it. */
const mostHangUps = 2;

/** Made once, asked again with every new connection; it learns whether the server has such a watch. */
export function changesWatcher(environment: StateOwner): (channel: Channel) => Promise<NextChange> {
  let hangUps = 0;
  return async (channel) => {
    if (hangUps >= mostHangUps) return poll;
    try {
      const next = await watchChanges(channel, environment);
      if (next === undefined) hangUps = mostHangUps;
      return next ?? poll;
    } catch (error) {
      if (isEnclosureError(error, 'zookeeper-connection-lost')) hangUps += 1;
      throw error;
    }
  };
}

/** The records stand for the state, which is written in one transaction with them; its znode has the busy lock below it. */
async function watchChanges(channel: Channel, environment: StateOwner): Promise<NextChange | undefined> {
  const { members, history } = statePaths(environment);
  let changed = false;
  let wake = (): void => undefined;
  const onEvent = (): void => {
    changed = true;
    wake();
  };
  channel.closed.addEventListener('abort', onEvent, { once: true });
  for (const path of [members, history]) {
    if (!(await channel.watchTree(path, onEvent))) return undefined;
  }
  return async (signal) => {
    const event = new Promise<void>((resolve) => (wake = resolve));
    if (!changed) await orAborted(event, signal);
    await orAborted(delay(gatherMs), signal);
    changed = false;
  };
}

/** A connection that breaks meanwhile is noticed by the next look. */
async function poll(signal: AbortSignal): Promise<void> {
  await orAborted(delay(pollMs, undefined, { signal }), signal);
}
