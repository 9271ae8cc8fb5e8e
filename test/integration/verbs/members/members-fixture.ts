/** An environment's bookkeeping on the real server: deployments as Enclosure records them, members as applications join. */
import { randomUUID } from 'node:crypto';
import { inject, onTestFinished } from 'vitest';
import type { Configuration, Environment } from '../../../../src/model/environment.ts';
import type { Receipt } from '../../../../src/model/member.ts';
import { statePaths } from '../../../../src/state/state-paths.ts';
import { formatReceipt } from '../../../../src/state/parse-receipt.ts';
import { formatJson } from '../../../../src/state/parse-state.ts';
import type { Enclosure } from '../../../../src/enclosure/enclosure.ts';
import { createEnclosure } from '../../../../src/enclosure/create-enclosure.ts';
import { openChannel } from '../../../../src/zookeeper/channel/open-channel.ts';
import type { Channel } from '../../../../src/model/ports/channel.ts';
import { openOfficialClient, type OfficialClient } from '../../../../harness/official-client.ts';
import { recordOf, stateOf } from '../../../unit/cli/examples-of-results.ts';
import { receiptOf } from '../../../unit/verbs/members/examples-of-members.ts';

export interface MembersFixture {
  readonly environment: { readonly name: string; readonly stateRoot: string };
  /** As the command line has it, on the same environment; without a repository. */
  readonly enclosure: Enclosure;
  readonly client: OfficialClient;
  readonly directory: string;
  readonly open: (signal?: AbortSignal) => Promise<Channel>;
  /** State and record in one transaction; `brought` are commits that came along. */
  deploy(revision: number, commit: string, brought?: readonly string[]): Promise<void>;
  /** Joins as an ephemeral znode of the official client. */
  join(name: string, receipt?: Partial<Receipt>): Promise<void>;
  /** Writes the receipt of who has joined. */
  report(name: string, receipt: Partial<Receipt>): Promise<void>;
}

const acl = [{ permissions: 31, scheme: 'world', id: 'anyone' }];

/** @param through another way to the server for `open` and `enclosure`, for example a proxy. */
export async function membersFixture(through = inject('zookeeper')): Promise<MembersFixture> {
  const environment = { name: 'production', stateRoot: `/members-${randomUUID().slice(0, 8)}` };
  const { state, history, members: directory } = statePaths(environment);
  const client = await openOfficialClient(inject('zookeeper'));
  onTestFinished(() => client.close());
  for (const path of [environment.stateRoot, state, history, directory]) await client.create(path, '');
  const connection = { auth: [], sessionTimeoutMs: 10_000 };
  const writing = await openChannel({ ...connection, connect: inject('zookeeper') });
  onTestFinished(() => writing.close());
  const data = (name: string, receipt: Partial<Receipt>): string =>
    formatReceipt(receiptOf({ name, ...receipt })).toString();
  const configured = {
    ...environment,
    znode: '/never-read',
    repository: {
      name: 'config',
      url: 'https://git.example/config.git',
      provider: 'github',
      webhookSecrets: [],
    },
    branch: 'main',
    ensemble: { name: 'main', connect: through, sessionTimeoutMs: 10_000, auth: [] },
  } as Partial<Environment> as Environment;
  const configuration = { environments: new Map([[environment.name, configured]]) };
  return {
    environment,
    enclosure: createEnclosure(configuration as Partial<Configuration> as Configuration, {}),
    client,
    directory,
    open: (signal) =>
      openChannel({ ...connection, connect: through, ...(signal !== undefined && { signal }) }),
    async deploy(revision, commit, brought = []) {
      const commits = brought.map((sha) => ({ sha, author: 'alice', subject: 'Something' }));
      const record = formatJson(recordOf({ revision, commit, commits }));
      const path = `${history}/${String(revision).padStart(10, '0')}`;
      await writing.multi([
        { op: 'setData', path: state, data: formatJson(stateOf({ revision, commit })), version: -1 },
        { op: 'create', path, data: record, acl },
      ]);
    },
    join: (name, receipt = {}) => client.create(`${directory}/${name}`, data(name, receipt), 'ephemeral'),
    report: (name, receipt) => client.set(`${directory}/${name}`, data(name, receipt)),
  };
}
