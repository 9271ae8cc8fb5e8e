import type { GitRepository } from '../model/git.ts';

export type DeployedCommits = Awaited<ReturnType<GitRepository['commitsBetween']>>;

/** Commits that a record names. */
const commitLimit = 50;

/** What `to` brings to where `from` is applied; of a first deployment, and where git has lost `from`, the newest alone. */
export async function deployedCommits(
  repository: GitRepository,
  from: string | null,
  to: string,
): Promise<DeployedCommits> {
  if (from === to) return { commits: [], cut: 0 };
  const known = from !== null && (await repository.hasCommit(from));
  return await repository.commitsBetween(known ? from : null, to, known ? commitLimit : 1);
}
