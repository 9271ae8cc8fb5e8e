import { type Permissions, permissionsOf } from '../../../model/sync/permission-switches.ts';
import type { SyncRequest } from '../../../model/sync/sync-request.ts';
import type { Context } from '../../../terminal/context.ts';

/** The flags that `plan` and `sync` share: what plan shows is what sync does with the same ones. */
export interface RunFlags extends Permissions {
  readonly commit?: string;
  readonly full?: boolean;
}

export function manualRequest(context: Context, environment: string, flags: RunFlags): SyncRequest {
  const { commit, full } = flags;
  return {
    environment,
    reason: 'manual',
    actor: context.actor,
    time: new Date().toISOString(),
    ...(commit !== undefined && { commit }),
    ...(full !== undefined && { full }),
    ...permissionsOf(flags),
  };
}
