import type { Configuration } from '../../model/environment.ts';
import type { SyncRequest } from '../../model/sync/sync-request.ts';
import type { Push } from './push.ts';

/** The sync requests that a push leads to: one for every environment of its repository and branch. Pure. */
export function mapPush(configuration: Configuration, repository: string, push: Push): SyncRequest[] {
  return [...configuration.environments.values()]
    .filter((environment) => environment.repository.name === repository && environment.branch === push.branch)
    .map((environment) => ({
      environment: environment.name,
      reason: 'push',
      actor: push.actor,
      ...(push.delivery === undefined ? {} : { delivery: push.delivery }),
      time: push.time,
      repository,
      ref: push.ref,
      hint: push.after,
    }));
}
