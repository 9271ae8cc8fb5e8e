import type { SyncRequest } from '../../../model/sync/sync-request.ts';
import type { Context } from '../../../terminal/context.ts';

/** The flags that `plan` and `sync` share: what plan shows is what sync does with the same ones. */
export interface RunFlags {
  readonly commit?: string;
  readonly full?: boolean;
  readonly allowRewind?: boolean;
  readonly allowDeletes?: boolean;
  readonly adopt?: boolean;
}

export function manualRequest(context: Context, environment: string, flags: RunFlags): SyncRequest {
  const { commit, full, allowRewind, allowDeletes, adopt } = flags;
  return {
    environment,
    reason: 'manual',
    actor: context.actor,
    time: new Date().toISOString(),
    ...(commit !== undefined && { commit }),
    ...(full !== undefined && { full }),
    ...(allowRewind !== undefined && { allowRewind }),
    ...(allowDeletes !== undefined && { allowDeletes }),
    ...(adopt !== undefined && { adopt }),
  };
}
