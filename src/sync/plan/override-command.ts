import type { SyncRequest } from '../../model/sync/sync-request.ts';

/** What was asked for when a guard refused. */
export type Asked = Pick<
  SyncRequest,
  'reason' | 'commit' | 'full' | 'allowRewind' | 'allowDeletes' | 'adopt'
>;

export type OverrideFlag = '--allow-rewind' | '--allow-deletes' | '--adopt';

/**
 * The command that does the same once more and overrides a guard: to be copied as it stands, so it keeps what was asked for
 * besides. A rollback has no other override than that of deletions. Pure.
 */
export function overrideCommand(environment: string, asked: Asked, flag: OverrideFlag): string {
  const { reason, commit, full, allowRewind, allowDeletes, adopt } = asked;
  if (reason === 'rollback' && commit !== undefined && flag === '--allow-deletes') {
    return `enclosure rollback ${environment} --to ${commit} ${flag}`;
  }
  const words = [
    'enclosure sync',
    environment,
    ...(commit === undefined ? [] : [`--commit ${commit}`]),
    ...(full === true ? ['--full'] : []),
    ...(allowRewind === true || flag === '--allow-rewind' ? ['--allow-rewind'] : []),
    ...(allowDeletes === true || flag === '--allow-deletes' ? ['--allow-deletes'] : []),
    ...(adopt === true || flag === '--adopt' ? ['--adopt'] : []),
  ];
  return words.join(' ');
}
