/** What the tests of audit notes share: machines with a cache of their own, and the notes as git shows them. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject, onTestFinished } from 'vitest';
import type { Environment, Repository } from '../../../../src/model/environment.ts';
import { createEnclosure } from '../../../../src/enclosure/create-enclosure.ts';
import type { Enclosure } from '../../../../src/enclosure/enclosure.ts';
import { createEnvironment, type EnvironmentFixture } from '../../../../harness/environment-fixture.ts';
import type { GitFixture } from '../../../../harness/git-fixture.ts';

export interface Machine {
  readonly enclosure: Enclosure;
  readonly cacheDirectory: string;
}

/** An environment on the shared server, without notes as it is: `machine` makes an Enclosure that writes them. */
export async function environment(change: Partial<Environment> = {}): Promise<EnvironmentFixture> {
  const fixture = await createEnvironment(inject('zookeeper'), change);
  onTestFinished(() => fixture.remove());
  return fixture;
}

/** An Enclosure with a cache of its own, as on another machine. */
export async function machine(
  environments: readonly Environment[],
  repository: Partial<Repository> = {},
  gitEnvironment: Readonly<Record<string, string | undefined>> = { PATH: process.env['PATH'] },
): Promise<Machine> {
  const cacheDirectory = await mkdtemp(join(tmpdir(), 'enclosure-cache-'));
  onTestFinished(() => rm(cacheDirectory, { recursive: true, force: true, maxRetries: 5 }));
  const annotated = environments.map((one) => ({
    ...one,
    repository: { ...one.repository, audit: { notes: true }, ...repository },
  }));
  const enclosure = createEnclosure(
    {
      stateRoot: '/enclosure',
      cacheDirectory,
      allowLocalRepositories: true,
      ensembles: new Map(),
      repositories: new Map(),
      environments: new Map(annotated.map((one) => [one.name, one])),
    },
    gitEnvironment,
  );
  return { enclosure, cacheDirectory };
}

/** The records of the note on a commit, as `git notes` prints it. */
export function notedRecords(git: GitFixture, commit: string): unknown[] {
  const text = git.git(['notes', '--ref=enclosure', 'show', commit]);
  return text.split('\n').map((line) => JSON.parse(line) as unknown);
}

/** The revisions in the note on a commit, with their environments. */
export function noted(git: GitFixture, commit: string): string[] {
  return notedRecords(git, commit).map((record) => {
    const { environment: name, revision } = record as { environment: string; revision: number };
    return `${name} ${revision}`;
  });
}

/** Makes the remote refuse every push, as a protected repository does. */
export async function refusePushes(git: GitFixture): Promise<() => Promise<void>> {
  const hook = join(git.directory, 'hooks', 'pre-receive');
  await mkdir(join(git.directory, 'hooks'), { recursive: true });
  await writeFile(hook, '#!/bin/sh\necho "no pushes here" >&2\nexit 1\n');
  await chmod(hook, 0o755);
  return async () => await rm(hook);
}
