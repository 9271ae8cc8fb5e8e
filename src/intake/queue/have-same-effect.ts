import type { SyncRequest } from '../../model/deployment.ts';

/**
 * Whether two requests would do the same, whoever asked for them and why: same environment, same commit (none means the
 * branch head at the time of the run, whatever a push announced), same permissions. Pure.
 */
export function haveSameEffect(one: SyncRequest, other: SyncRequest): boolean {
  return (
    one.environment === other.environment &&
    one.commit === other.commit &&
    switches.every((name) => (one[name] ?? false) === (other[name] ?? false))
  );
}

const switches = ['full', 'allowRewind', 'allowDeletes', 'adopt'] as const;
