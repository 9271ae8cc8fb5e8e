import {
  permissionNames,
  permissionSwitches,
  type PermissionSwitch,
} from '../../model/sync/permission-switches.ts';
import type { SyncRequest } from '../../model/sync/sync-request.ts';

/** What was asked for when a guard refused. */
export type Asked = Pick<SyncRequest, 'reason' | 'commit' | 'full' | PermissionSwitch>;

/**
 * The command that does the same once more and overrides a guard: to be copied as it stands, so it keeps what was asked for
 * besides. A rollback has no other override than that of deletions. Pure.
 */
export function overrideCommand(environment: string, asked: Asked, override: PermissionSwitch): string {
  const { reason, commit, full } = asked;
  if (reason === 'rollback' && commit !== undefined && override === 'allowDeletes') {
    return `enclosure rollback ${environment} --to ${commit} ${permissionSwitches[override].flag}`;
  }
  const permitted = permissionNames.filter((name) => asked[name] === true || name === override);
  const words = [
    'enclosure sync',
    environment,
    ...(commit === undefined ? [] : [`--commit ${commit}`]),
    ...(full === true ? ['--full'] : []),
    ...permitted.map((name) => permissionSwitches[name].flag),
  ];
  return words.join(' ');
}
