import { throwIfAborted } from '../base/enclosure-error.ts';
import { checkJoinOptions } from './check-join-options.ts';
import type { JoinOptions, Membership } from './membership.ts';
import { JoinedMembership } from './joined-membership.ts';

/**
 * Enters an environment: resolves when its configuration is there and the member can be seen. What is handed out is always
 * one whole revision.
 *
 * Fails with `environment-unmanaged` where Enclosure has deployed nothing, `zookeeper-auth-failed`, `zookeeper-denied`,
 * `name-taken`, `config-rejected` where `validate` rejects the only revision there is, `state-newer`, `usage-invalid`; and,
 * when the time is up, with what stood in the way last. Then nothing is left behind.
 *
 * @example
 *   const membership = await join({ connect: 'zk1:2181', environment: 'production', name: 'web-' });
 *   start(membership.config.json('app/server.json'));
 *   for await (const { after, changed } of membership.changes()) reload(after, changed);
 */
export async function join(options: JoinOptions): Promise<Membership> {
  const environment = checkJoinOptions(options);
  throwIfAborted(options.signal);
  const membership = new JoinedMembership(options, environment);
  try {
    return await membership.started();
  } catch (error) {
    await membership.leave();
    throw error;
  }
}
