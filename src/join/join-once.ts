/** `enclosure join --once`: one revision as files, and the end. Nobody becomes a member. */
import { commandEnvironment } from './child/command-environment.ts';
import { download } from '../agent/index.ts';
import { inheritedByCommands } from '../config/process-environment.ts';
import { EnclosureError, isEnclosureError, throwIfAborted } from '../base/enclosure-error.ts';
import { escapeName } from '../model/znode-path.ts';
import type { Context } from '../terminal/context.ts';
import { openJoinDirectory } from './join-directory.ts';
import { takeRevision } from './take-revision.ts';
import type { JoinFlags } from './join-flags.ts';
import { revisionJson, revisionLine } from './create-join-log.ts';
import type { JoinTarget } from './join-target.ts';

export async function joinOnce(
  context: Context,
  target: JoinTarget,
  out: string,
  { check, checkTimeout }: JoinFlags,
): Promise<number> {
  const { environment } = target;
  const { directory, current } = await openJoinDirectory(out, target);
  try {
    const config = await download(target);
    const base = inheritedByCommands(context.world.env);
    try {
      await takeRevision(config, {
        directory,
        check,
        timeoutMs: checkTimeout,
        environmentFor: (_config, version) =>
          commandEnvironment(base, { config, member: '', directory: version }),
        signal: context.signal,
      });
    } catch (error) {
      throwIfAborted(context.signal);
      throw isEnclosureError(error) ? error : rejected(environment, config.revision, error);
    }
    const files = config.files().length;
    if (context.json) {
      context.printJson({ environment, ...revisionJson(config), directory: current, files });
    } else {
      const { bold } = context.style.colours;
      context.print([`${bold(escapeName(environment))}: ${revisionLine(config)}, in ${escapeName(current)}`]);
    }
    return 0;
  } finally {
    await directory.close();
  }
}

function rejected(environment: string, revision: number | null, error: unknown): EnclosureError {
  return new EnclosureError('config-rejected', 'the check rejects the configuration', {
    where: revision === null ? environment : `${environment}, revision ${revision}`,
    found: error instanceof Error ? error.message : String(error),
    next: 'Correct the configuration in git, or the check.',
    cause: error,
  });
}
