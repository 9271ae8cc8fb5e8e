/**
 * What must be so after the soak, told by neither serve nor the command: every tree is git's, every history goes from 1 on
 * without a gap, and no lock node is left when serve has ended and its sessions are over.
 */
import { waitFor } from '../../harness/wait-for.ts';
import type { ZooKeeperServer } from '../../harness/zookeeper-server.ts';
import type { DeploymentRecord } from '../../src/model/deployment-record.ts';
import type { Channel } from '../../src/model/ports/channel.ts';
import type { State } from '../../src/model/state.ts';
import { openChannel } from '../../src/zookeeper/channel/open-channel.ts';
import { checkTree, expectedTree } from '../compare/verify-tree.ts';

export interface Judged {
  /** Of all environments. */
  readonly revisions: number;
  /** What is not as it must be. */
  readonly faults: readonly string[];
}

export interface Soaked {
  readonly names: readonly string[];
  readonly server: ZooKeeperServer;
  /** The repository, and the commit that it ended with. */
  readonly repository: string;
  readonly head: string;
  readonly sessionTimeoutMs: number;
}

const stateRoot = '/enclosure';

export function treeRoot(name: string): string {
  return `/soak/${name}`;
}

export async function lockNodes(channel: Channel, name: string): Promise<readonly string[]> {
  return (await channel.getChildren(`${stateRoot}/${name}/lock`)) ?? [];
}

/** Waits until serve has brought all environments to the head; a fault for each that it has not. */
export async function arrivals({ names, server, head }: Soaked): Promise<string[]> {
  return await withChannel(server, async (channel) => {
    const late = async (): Promise<string[]> => {
      const states = await Promise.all(names.map((name) => stateOf(channel, name)));
      return names.filter((_, index) => {
        const state = states[index];
        return state?.phase !== 'applied' || state.commit !== head;
      });
    };
    const arrived = await waitFor(
      'all environments at the head',
      async () => (await late()).length === 0,
    ).catch(() => false);
    return arrived ? [] : (await late()).map((name) => `${name} did not come to the head`);
  });
}

/** After serve has ended. */
export async function judge(soaked: Soaked): Promise<Judged> {
  const { names, server, repository, head, sessionTimeoutMs } = soaked;
  const faults: string[] = [];
  let revisions = 0;
  await withChannel(server, async (channel) => {
    const whole = await expectedTree(repository, head);
    for (const name of names) {
      const tree = new Map(
        [...whole].flatMap(([path, oid]): [string, string][] =>
          path === name
            ? [['', '']]
            : path.startsWith(`${name}/`)
              ? [[path.slice(name.length + 1), oid]]
              : [],
        ),
      );
      const { problem } = await checkTree(channel, treeRoot(name), tree);
      if (problem !== undefined) faults.push(`${name}: ${problem}`);
      const history = await recordsOf(channel, name);
      revisions += history.length;
      const state = await stateOf(channel, name);
      const gap = gapIn(history);
      if (gap !== undefined) faults.push(`${name}: ${gap}`);
      if (state?.revision !== history.length) {
        faults.push(`${name}: revision ${state?.revision} has ${history.length} records`);
      }
    }
    for (const name of names) {
      await waitFor(
        `no lock node of ${name}`,
        async () => (await lockNodes(channel, name)).length === 0,
        // As long as a session lives, which may just have been heard of, and the server's ticks.
        sessionTimeoutMs + 5000,
      ).catch(() => faults.push(`${name}: a lock node is left`));
    }
  });
  return { revisions, faults };
}

/** What is wrong with the numbers and the chain of commits; undefined where nothing is. */
export function gapIn(
  history: readonly Pick<DeploymentRecord, 'revision' | 'commit' | 'previousCommit'>[],
): string | undefined {
  for (const [index, { revision, previousCommit }] of history.entries()) {
    if (revision !== index + 1) return `record ${index + 1} is of revision ${revision}`;
    const before = history[index - 1]?.commit ?? null;
    if (previousCommit !== before) return `revision ${revision} does not go on where ${revision - 1} ended`;
  }
  return undefined;
}

async function stateOf(channel: Channel, name: string): Promise<State | undefined> {
  const znode = await channel.getData(`${stateRoot}/${name}`);
  return znode === undefined || znode.data.length === 0
    ? undefined
    : (JSON.parse(znode.data.toString()) as State);
}

/** Oldest first. */
async function recordsOf(channel: Channel, name: string): Promise<DeploymentRecord[]> {
  const history = `${stateRoot}/${name}/history`;
  const names = ((await channel.getChildren(history)) ?? []).toSorted();
  const read = await channel.multiRead(names.map((one) => ({ op: 'getData', path: `${history}/${one}` })));
  return read.flatMap((one) =>
    one.op === 'getData' ? [JSON.parse(one.data.toString()) as DeploymentRecord] : [],
  );
}

export async function withChannel<T>(
  server: ZooKeeperServer,
  use: (channel: Channel) => Promise<T>,
): Promise<T> {
  const channel = await openChannel({ connect: server.connect, auth: [], sessionTimeoutMs: 30_000 });
  try {
    return await use(channel);
  } finally {
    await channel.close();
  }
}
