import { setTimeout as delay } from 'node:timers/promises';
import { EnclosureError, isEnclosureError, throwIfAborted } from '../base/enclosure-error.ts';
import { connectionOf } from '../model/connection-options.ts';
import type { Channel } from '../model/ports/channel.ts';
import { openChannel } from '../zookeeper/channel/open-channel.ts';
import { checkConnectOptions } from './check-join-options.ts';
import { configOf } from './config-of.ts';
import type { Config, ConnectOptions } from './membership.ts';
import { underWay, unmanaged } from './reading/follow.ts';
import { observe } from './reading/observe.ts';
import { readWholeTree } from './reading/read-whole-tree.ts';
import { makeRevisionTree } from './reading/revision-tree.ts';

const defaultTimeoutMs = 30_000;
const pauseMs = 100;

/**
 * One whole revision, without becoming a member. Waits while a deployment is under way; fails as `join` does. A tree that
 * Enclosure does not manage is read as it is: nothing says whether somebody is in the middle of changing it.
 */
export async function download(options: ConnectOptions): Promise<Config> {
  const environment = checkConnectOptions(options);
  throwIfAborted(options.signal);
  const limit = AbortSignal.timeout(options.timeoutMs ?? defaultTimeoutMs);
  const signal = options.signal === undefined ? limit : AbortSignal.any([limit, options.signal]);
  let channel: Channel | undefined;
  let problem = underWay(environment);
  try {
    for (;;) {
      throwIfAborted(signal);
      try {
        if (channel === undefined || channel.closed.aborted) {
          channel = await openChannel({ ...connectionOf(options), signal });
        }
        const seen = await observe(channel, environment, { tree: undefined, continuous: false }, signal);
        if (seen.kind === 'whole') return configOf(seen.tree, false);
        if (seen.kind === 'unmanaged') return configOf(await plain(channel, options, signal), false);
        problem = underWay(environment);
      } catch (error) {
        throwIfAborted(options.signal);
        if (isEnclosureError(error, 'aborted') || !isEnclosureError(error)) throw error;
        if (!error.retryable) throw error;
        problem = error;
      }
      await delay(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  } catch (error) {
    if (options.signal?.aborted === true || !limit.aborted) throw error;
    const { code, message } = problem;
    throw new EnclosureError(code, `nothing was downloaded within the time allowed: ${message}`, {
      cause: problem,
    });
  } finally {
    await channel?.close();
  }
}

async function plain(channel: Channel, options: ConnectOptions, signal: AbortSignal) {
  const { environment, stateRoot = '', znode } = options;
  const znodes = znode === undefined ? undefined : await readWholeTree(channel, znode, undefined, signal);
  if (znode === undefined || znodes === undefined) throw unmanaged({ name: environment, stateRoot });
  return makeRevisionTree({ environment, znode, revision: null, commit: null }, znodes);
}
