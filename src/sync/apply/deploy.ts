/** Carries out a plan that needs no more questions: contents, fenced transactions, state and record. */
import type { Channel, Operation } from '../../model/ports/channel.ts';
import type { DeploymentRecord } from '../../model/deployment-record.ts';
import type { Environment } from '../../model/environment.ts';
import type { ContentSource } from '../../model/ports/contents.ts';
import type { GitRepository } from '../../model/ports/git-repository.ts';
import type { Descent, Plan } from '../../model/plan.ts';
import type { State } from '../../model/state.ts';
import type { SyncRequest } from '../../model/sync/sync-request.ts';
import { joinPath } from '../../model/znode-path.ts';
import { closingState, openingState } from '../../state/closing-state.ts';
import { makeRecord } from '../../state/make-record.ts';
import { outdatedByDeployment } from '../../state/outdated-by-deployment.ts';
import { formatJson } from '../../state/parse-state.ts';
import type { StoredState } from '../../state/read-state.ts';
import { recordName, recordRevision, statePaths } from '../../state/state-paths.ts';
import { readAncestors } from '../../zookeeper/tree/ancestors.ts';
import { inheritedAcl } from '../../zookeeper/tree/inherited-acl.ts';
import { applyPlan } from './apply-plan.ts';
import type { FencedWriter } from './fenced-writer.ts';

/** Commits that a record names. */
const commitLimit = 50;

export interface DeployInput {
  readonly environment: Environment;
  readonly request: SyncRequest;
  readonly plan: Plan;
  readonly stored: StoredState;
  /** How the commit relates to the applied one. */
  readonly descent: Descent;
  /** Goes with the first transaction; see `claimRoot`. */
  readonly claim: readonly Operation[];
  readonly repository: GitRepository;
  readonly contents: ContentSource;
  readonly channel: Channel;
  readonly writer: FencedWriter;
  readonly started: string;
  /** What else is written in the transaction that records the deployment. */
  readonly alongside?: (record: DeploymentRecord) => readonly Operation[];
}

/** Returns the record of what was done. Fails as the writer does; what has landed then stays, and the next run goes on. */
export async function deploy(input: DeployInput): Promise<DeploymentRecord> {
  const { environment, plan, stored, channel, writer } = input;
  const paths = statePaths(environment);
  const [commits, listed, missingAncestors] = await Promise.all([
    commitsOf(input),
    channel.getChildren(paths.history),
    plan.steps[0]?.path === ''
      ? readAncestors(channel, environment.znode).then(({ missing }) => missing)
      : [],
  ]);
  // A state that an operator emptied or restored may be older than the history, whose revisions are not given out again.
  const entries = listed ?? [];
  const newest = entries.reduce((most, name) => Math.max(most, recordRevision(name) ?? 0), 0);
  const revision = Math.max(stored.state?.revision ?? 0, newest) + 1;
  const outdated = outdatedByDeployment(entries);
  const recordPath = joinPath(paths.history, recordName(revision));
  const aclOfRecord = await inheritedAcl(channel, recordPath);
  const { acl } = environment;
  const contents = input.contents.openContents();
  let record: DeploymentRecord | undefined;
  try {
    await applyPlan({
      plan,
      root: environment.znode,
      missingAncestors,
      readContents: (ids) => contents.readBatches(ids, { views: true }),
      aclOf: async (path) => acl ?? (await writer.read((current) => inheritedAcl(current, path))),
      writer,
      channel,
      opening: () => [
        ...input.claim,
        setState(paths.state, openingState(environment, plan, stored.state, revision), stored.version),
      ],
      closing(transactions, opened) {
        const ended = new Date().toISOString();
        record = makeRecord({ ...input, revision, commits, ended, transactions });
        const state = closingState(environment, plan, revision, ended);
        return [
          ...(opened ? [] : input.claim),
          setState(paths.state, state, stored.version + Number(opened)),
          { op: 'create', path: recordPath, data: formatJson(record), acl: aclOfRecord },
          ...outdated.map((name): Operation => ({
            op: 'delete',
            path: joinPath(paths.history, name),
            version: -1,
          })),
          ...(input.alongside?.(record) ?? []),
        ];
      },
    });
  } finally {
    await contents.close();
  }
  if (record === undefined) throw new Error('a deployment ended without its record');
  return record;
}

/** What the deployment brings; of a first one, and where git has lost the applied commit, the newest alone. */
async function commitsOf({
  plan,
  repository,
  stored,
  descent,
}: DeployInput): Promise<Awaited<ReturnType<GitRepository['commitsBetween']>>> {
  const from = stored.state?.commit ?? null;
  if (from === plan.commit) return { commits: [], cut: 0 };
  const known = from !== null && descent !== 'unknown';
  return await repository.commitsBetween(known ? from : null, plan.commit, known ? commitLimit : 1);
}

function setState(path: string, state: State, version: number): Operation {
  return { op: 'setData', path, data: formatJson(state), version };
}
