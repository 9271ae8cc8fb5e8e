/**
 * One environment on real parts: a git repository, a tree of its own on a real server, a git cache, and the Enclosure
 * that a configuration makes of them. Each has its own names, so that tests share a server without meeting.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEnclosure } from '../src/enclosure/create-enclosure.ts';
import type { Enclosure } from '../src/enclosure/enclosure.ts';
import type { Configuration, Environment } from '../src/model/environment.ts';
import type { SyncReport } from '../src/model/sync/sync-report.ts';
import type { SyncRequest } from '../src/model/sync/sync-request.ts';
import { createGitFixture, type GitFixture } from './git-fixture.ts';
import { type OfficialClient, openOfficialClient, type SeenZnode } from './official-client.ts';

export interface EnvironmentFixture {
  readonly git: GitFixture;
  readonly client: OfficialClient;
  readonly enclosure: Enclosure;
  readonly configuration: Configuration;
  readonly environment: Environment;
  /** The root znode. */
  readonly root: string;
  /** The state znode. */
  readonly state: string;
  request(options?: Partial<SyncRequest>): SyncRequest;
  sync(options?: Partial<SyncRequest>): Promise<SyncReport>;
  /** The tree below the root, as the official client sees it. */
  tree(): Promise<Map<string, SeenZnode>>;
  /** The same, as texts by path. */
  texts(): Promise<Record<string, string>>;
  /** Another Enclosure on the same environment, with some of it changed. */
  with(change: Partial<Environment>): Enclosure;
  remove(): Promise<void>;
}

/** @param through another way to the server for Enclosure, for example a proxy; the official client goes straight. */
export async function createEnvironment(
  connect: string,
  change: Partial<Environment> = {},
  through = connect,
): Promise<EnvironmentFixture> {
  const id = `t${randomUUID().slice(0, 8)}`;
  const git = await createGitFixture();
  const cacheDirectory = await mkdtemp(join(tmpdir(), 'enclosure-cache-'));
  const client = await openOfficialClient(connect);
  const repository = { name: 'config', url: git.url, provider: 'github', webhookSecrets: [] } as const;
  const ensemble = { name: 'main', connect: through, sessionTimeoutMs: 10_000, auth: [] };
  const environment: Environment = {
    name: 'production',
    repository,
    branch: 'main',
    directory: '',
    ensemble,
    znode: `/${id}`,
    layout: 'file',
    prune: true,
    maxDelete: { kind: 'share', share: 1 },
    unsupported: 'refuse',
    drift: 'repair',
    allowRewind: false,
    stateRoot: `/${id}-state`,
    ...change,
  };
  const configured = (one: Environment): Configuration => ({
    stateRoot: one.stateRoot,
    cacheDirectory,
    allowLocalRepositories: true,
    ensembles: new Map([[ensemble.name, ensemble]]),
    repositories: new Map([[repository.name, repository]]),
    environments: new Map([[one.name, one]]),
  });
  const gitEnvironment = { PATH: process.env['PATH'] };
  const configuration = configured(environment);
  const enclosure = createEnclosure(configuration, gitEnvironment);
  const request = (options: Partial<SyncRequest> = {}): SyncRequest => ({
    environment: environment.name,
    reason: 'manual',
    actor: 'tester',
    time: new Date().toISOString(),
    ...options,
  });
  const tree = (): Promise<Map<string, SeenZnode>> => client.tree(environment.znode);
  return {
    git,
    client,
    enclosure,
    configuration,
    environment,
    root: environment.znode,
    state: `${environment.stateRoot}/${environment.name}`,
    request,
    sync: (options) => enclosure.sync(request(options)),
    tree,
    async texts() {
      const texts = [...(await tree())].map(([path, { data }]) => [path, data.toString()] as const);
      return Object.fromEntries(texts.toSorted(([one], [other]) => (one < other ? -1 : 1)));
    },
    with: (other) => createEnclosure(configured({ ...environment, ...other }), gitEnvironment),
    async remove() {
      await client.close();
      await git.remove();
      await rm(cacheDirectory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
