/**
 * `enclosure join`: makes a program in any language a member of an environment. Its configuration lies in a directory as
 * files, and it is told of changes.
 */
import type { Context } from '../../terminal/context.ts';
import { checkJoinFlags, type JoinFlags } from '../../join/join-flags.ts';
import { joinForLife } from '../../join/join-for-life.ts';
import { joinOnce } from '../../join/join-once.ts';
import { joinTarget } from '../../join/join-target.ts';

export async function join(context: Context, name: string, flags: JoinFlags): Promise<number> {
  checkJoinFlags(flags);
  const target = await joinTarget(context, name, flags);
  if (flags.once === true && flags.out !== undefined)
    return await joinOnce(context, target, flags.out, flags);
  return await joinForLife(context, target, flags);
}
