import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { GitRepository } from '../src/model/ports/git-repository.ts';
import { openRepository } from '../src/git/open-repository.ts';
import { createGitFixture, type GitFixture } from './git-fixture.ts';

export interface OpenedRepository {
  readonly git: GitFixture;
  readonly repository: GitRepository;
  /** Fetches what the fixture holds, and returns its head. */
  fetch(): Promise<string>;
}

/** An empty fixture and our repository on it, for one test, with whose end both go. */
export async function openFixtureRepository(): Promise<OpenedRepository> {
  const git = await createGitFixture();
  const cacheDirectory = await mkdtemp(join(tmpdir(), 'enclosure-cache-'));
  const repository = await openRepository({
    url: git.url,
    cacheDirectory,
    allowLocal: true,
    baseEnv: { PATH: process.env['PATH'] },
  });
  onTestFinished(async () => {
    await repository.close();
    await git.remove();
    await rm(cacheDirectory, { recursive: true, force: true, maxRetries: 5 });
  });
  return { git, repository, fetch: () => repository.fetchBranch('main') };
}
