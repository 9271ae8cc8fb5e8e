/** What a command of the user's is told of the environment that was joined: `ENCLOSURE_*` variables. Pure. */
import type { Config } from '../../agent/membership.ts';

export interface CommandFacts {
  readonly config: Config;
  readonly member: string;
  /** Where its files are, absolute; undefined where none are written. */
  readonly directory: string | undefined;
}

/** `base` is what it inherits. A variable of ours that says nothing here is taken out of it: it was of somebody else. */
export function commandEnvironment(
  base: Readonly<Record<string, string>>,
  { config, member, directory }: CommandFacts,
): Readonly<Record<string, string>> {
  const { environment, revision, commit, digest, stale } = config;
  const { ENCLOSURE_DIRECTORY: _outer, ...inherited } = base;
  return {
    ...inherited,
    ENCLOSURE_ENVIRONMENT: environment,
    // Empty of a tree that Enclosure does not manage.
    ENCLOSURE_REVISION: String(revision ?? ''),
    ENCLOSURE_COMMIT: commit ?? '',
    ENCLOSURE_DIGEST: digest,
    ENCLOSURE_MEMBER: member,
    ENCLOSURE_STALE: String(stale),
    ...(directory !== undefined && { ENCLOSURE_DIRECTORY: directory }),
  };
}
