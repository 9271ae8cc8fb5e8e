/**
 * A commit of the local copy with its whole history, less that of a base, as a stream of bytes: a git bundle
 * (https://git-scm.com/docs/gitformat-bundle). Reads the copy and needs no lock of it: nothing that a fetch or a repack
 * does takes away what is reachable from a ref, and a copy that is made again meanwhile makes it fail.
 *
 * Fails with `commit-missing` when the copy does not have the commit, otherwise as everything does that reads the copy.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EnclosureError } from '../../base/enclosure-error.ts';
import { endedBy } from '../process/fetch-failure.ts';
import type { GitEnvironment } from '../process/git-environment.ts';
import { runGit } from '../process/git-process.ts';
import { streamBytes, type OnFailure } from '../process/stream-lines.ts';

export interface BundleSource {
  readonly gitDirectory: string;
  readonly environment: GitEnvironment;
  readonly onFailure: OnFailure;
  readonly signal: AbortSignal;
}

/** `base`: undefined for the whole history; what has nothing beside its base makes no bundle. */
export async function* createBundle(
  commit: string,
  base: string | undefined,
  source: BundleSource,
): AsyncGenerator<Buffer, void, undefined> {
  const { gitDirectory, environment, onFailure, signal } = source;
  // A bundle holds refs only. This one is nobody else's, so that it can be removed.
  const ref = `refs/enclosure/bundles/${commit}`;
  try {
    const { exit } = await runGit(['update-ref', ref, commit], { environment, signal });
    if (exit.code !== 0) throw endedBy(signal, () => notThere(commit));
    const excluded = base === undefined ? [] : [`^${base}`];
    yield* streamBytes(
      ['bundle', 'create', '--quiet', '-', ref, ...excluded],
      { environment, signal },
      onFailure,
    );
  } finally {
    await rm(join(gitDirectory, ref), { force: true });
  }
}

function notThere(commit: string): EnclosureError {
  return new EnclosureError(
    'commit-missing',
    'the branch was moved to another history while it was fetched',
    {
      expected: `the commit ${commit}`,
      next: 'It is fetched again by those who need it',
    },
  );
}
