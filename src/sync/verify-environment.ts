/** Compares the live tree with the commit that is said to be applied. Takes no lock and writes nothing. */
import type { GitRepository } from '../model/git.ts';
import { desiredTree } from '../desired/desired-tree.ts';
import type { State } from '../model/deployment.ts';
import type { Environment } from '../model/environment.ts';
import { EnclosureError } from '../model/errors.ts';
import { compareFull } from '../plan/compare.ts';
import { readState } from '../state/read-state.ts';
import { readLiveTree } from '../zookeeper/read-live-tree.ts';
import type { RunOptions, Verification } from './contract.ts';
import type { OpenRun } from './open-run.ts';
import { withSignal } from './plan-input.ts';

export async function verifyEnvironment(
  environment: Environment,
  open: OpenRun,
  options: RunOptions,
): Promise<Verification> {
  const started = Date.now();
  const channel = await open.channel(options.signal);
  try {
    const { state } = await readState(channel, environment);
    const facts = {
      environment: environment.name,
      revision: state?.revision ?? 0,
      commit: state?.commit ?? null,
    };
    if (state === undefined || state.commit === null) {
      return { ...facts, znodes: 0, drift: [], unmanaged: [], durationMs: Date.now() - started };
    }
    const repository = await open.repository(options.signal);
    try {
      await requireCommit(repository, environment, state.commit, options.signal);
      const { tree, algorithm } = await treeOf(repository, state, state.commit, options.signal);
      const live = await readLiveTree(channel, state.znode, {
        algorithm,
        expected: tree,
        ...withSignal(options.signal),
        ...(options.onProgress && { onProgress: options.onProgress }),
      });
      const { drift, unmanaged } = compareFull({
        desired: tree,
        live,
        recorded: tree,
        halfWritten: undefined,
        ownershipKnown: true,
        policy: { prune: false, drift: 'report', settled: true },
      });
      return { ...facts, znodes: tree.size, drift, unmanaged, durationMs: Date.now() - started };
    } finally {
      await repository.close();
    }
  } finally {
    await channel.close();
  }
}

async function treeOf(
  repository: GitRepository,
  state: State,
  commit: string,
  signal: AbortSignal | undefined,
) {
  const { tree } = await desiredTree(repository, { commit, mapping: state.mapping, ...withSignal(signal) });
  return { tree, algorithm: repository.objectFormat };
}

/** The cache may be new, or the commit may have gone with a forced push. */
async function requireCommit(
  repository: GitRepository,
  environment: Environment,
  commit: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (await repository.hasCommit(commit)) return;
  await repository.fetchBranch(environment.branch, withSignal(signal));
  if (await repository.hasCommit(commit)) return;
  throw new EnclosureError(
    'commit-missing',
    'the applied commit can no longer be had, so there is nothing to compare with',
    {
      where: environment.repository.url,
      expected: commit,
      found: `a branch "${environment.branch}" without it`,
      next: `Bring the environment to the branch head with: enclosure sync ${environment.name} --allow-rewind`,
    },
  );
}
