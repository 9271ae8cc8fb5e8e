/**
 * From a revision to the files in use: writes a new version beside the old one, has it checked, and switches to it. A
 * version that is refused, or that the disk cannot hold, is taken away again, and the old one stays in use.
 */
import { runToEnd } from './child/run-to-end.ts';
import { revisionTreeOf } from '../agent/config-of.ts';
import type { Config } from '../agent/index.ts';
import type { VersionsDirectory } from './directory/versions-directory.ts';
import { complaintOf } from './complaint-of.ts';

export interface TakeOptions {
  readonly directory: VersionsDirectory;
  /** The command that may refuse the version. */
  readonly check: string | undefined;
  readonly timeoutMs: number;
  /** The variables of a command, about the files in this directory. */
  readonly environmentFor: (config: Config, directory: string) => Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Fails with why the check refuses it as the message; a directory that cannot be written fails as it says. */
export async function takeRevision(config: Config, options: TakeOptions): Promise<void> {
  const { directory, check, timeoutMs, environmentFor, signal } = options;
  const version = await directory.write(revisionTreeOf(config), { signal });
  try {
    if (check !== undefined) {
      const env = environmentFor(config, version.directory);
      const result = await runToEnd(check, { env, timeoutMs, signal });
      const complaint = complaintOf('the check', result, timeoutMs);
      if (complaint !== undefined) throw new Error(complaint);
    }
    await version.switch();
  } catch (error) {
    await version.discard();
    throw error;
  }
}
