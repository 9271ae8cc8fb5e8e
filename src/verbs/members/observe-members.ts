/**
 * The members of an environment as they are now, and again whenever something may have changed, until the signal fires.
 * A connection that breaks is replaced, also the first one. Fails with what is not worth another try:
 * `zookeeper-auth-failed`, `state-newer`, ...
 */
import { setTimeout as delay } from 'node:timers/promises';
import { isEnclosureError } from '../../base/enclosure-error.ts';
import type { StateOwner } from '../../state/read-state.ts';
import type { Channel } from '../../model/ports/channel.ts';
import { orAborted } from '../../base/or-aborted.ts';
import { revisionFinder } from './find-revision.ts';
import type { AwaitedTarget } from './judge-members.ts';
import { readMembersReport, type MembersReport } from './members-report.ts';
import { changesWatcher } from './changes-watcher.ts';

export type OpenChannel = (signal: AbortSignal) => Promise<Channel>;

export interface ObserveOptions {
  readonly target: AwaitedTarget;
  readonly signal: AbortSignal;
  /** Told of what is tried again. */
  readonly onProblem: (error: unknown) => void;
}

export interface ObservedMembers extends MembersReport {
  /** The target's; absent while no deployment has made the commit a revision. */
  readonly revision?: number;
}

/** Between two connections. */
const reconnectMs = 250;

export async function* observeMembers(
  open: OpenChannel,
  environment: StateOwner,
  { target, signal, onProblem }: ObserveOptions,
): AsyncGenerator<ObservedMembers, void, undefined> {
  const watch = changesWatcher(environment);
  const findRevision = revisionFinder(environment);
  const look = async (channel: Channel): Promise<ObservedMembers> => {
    const report = await readMembersReport(channel, environment);
    const revision = 'revision' in target ? target.revision : await findRevision(channel, target.commit);
    return { ...report, ...(revision !== undefined && { revision }) };
  };
  while (!signal.aborted) {
    try {
      const channel = await open(signal);
      try {
        const nextChange = await orAborted(watch(channel), signal);
        for (;;) {
          yield await orAborted(look(channel), signal);
          await nextChange(signal);
        }
      } finally {
        await channel.close();
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!isEnclosureError(error) || !error.retryable) throw error;
      onProblem(error);
    }
    await delay(reconnectMs, undefined, { signal }).catch(() => undefined);
  }
}
