/**
 * Enclosure as it is deployed to AWS, on parts that run here: the packaged functions as Lambda runs them, a FIFO queue of
 * the emulator, a git repository, and a tree of its own on a real ZooKeeper server. One environment a branch.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { inject } from 'vitest';
import type { DeploymentRecord } from '../../src/model/deployment-record.ts';
import type { State } from '../../src/model/state.ts';
import { type EventSource, type EventSourceOptions, startEventSource } from '../../harness/event-source.ts';
import { createGitFixture, type GitFixture } from '../../harness/git-fixture.ts';
import { httpApiEvent } from '../../harness/http-api-event.ts';
import { createLambda, type LambdaFunction } from '../../harness/lambda-function.ts';
import { type OfficialClient, openOfficialClient, type SeenZnode } from '../../harness/official-client.ts';
import type { InvocationResult } from '../../harness/runtime-api.ts';
import type { FifoQueue, FifoQueueOptions, SqsEmulator } from '../../harness/sqs-emulator.ts';
import { pushPayload } from '../integration/intake/webhook/push-payloads.ts';
import { deliveryHeaders, webhookSecret } from '../integration/intake/webhook/sign.ts';

export interface DeploymentOptions {
  readonly emulator: SqsEmulator;
  /** Of the packaged functions. */
  readonly functions: string;
  /** Each is mapped to the branch of its name; default only `production`, mapped to `main`. */
  readonly environments?: readonly string[];
  readonly queue?: FifoQueueOptions;
  /** The functions' way to ZooKeeper. */
  readonly connect?: string;
  readonly sessionTimeout?: string;
  /** Puts the configuration where the functions find it; returns ENCLOSURE_CONFIG. Default: a file. */
  readonly place?: (configuration: string) => Promise<string>;
}

export interface WebhookAnswer {
  readonly status: number | undefined;
  readonly body: unknown;
}

export interface Deployment {
  readonly git: GitFixture;
  readonly client: OfficialClient;
  readonly queue: FifoQueue;
  readonly webhook: LambdaFunction;
  readonly reconcile: LambdaFunction;
  /** One more instance of the sync function. */
  addSync(): LambdaFunction;
  /** Sends the webhook of a push; resolves with the answer of the webhook function. */
  deliver(branch: string, commit: string, options?: DeliverOptions): Promise<WebhookAnswer>;
  /** The reconcile function as the schedule invokes it. */
  schedule(): Promise<InvocationResult>;
  startEventSource(options: Partial<EventSourceOptions>): EventSource;
  root(environment?: string): string;
  statePath(environment?: string): string;
  state(environment?: string): Promise<State | undefined>;
  /** Oldest first. */
  history(environment?: string): Promise<DeploymentRecord[]>;
  tree(environment?: string): Promise<Map<string, SeenZnode>>;
  texts(environment?: string): Promise<Record<string, string>>;
  remove(): Promise<void>;
}

export interface DeliverOptions {
  readonly delivery?: string;
  readonly signature?: string;
  readonly base64?: boolean;
}

const branchOf = (environment: string): string => (environment === 'production' ? 'main' : environment);

export async function createDeployment(options: DeploymentOptions): Promise<Deployment> {
  const { emulator, functions, environments = ['production'] } = options;
  const id = `t${randomUUID().slice(0, 8)}`;
  const directory = await mkdtemp(join(tmpdir(), 'enclosure-deployment-'));
  const git = await createGitFixture();
  const client = await openOfficialClient(inject('zookeeper'));
  const queue = await emulator.createFifoQueue(options.queue);
  const root = (environment = 'production'): string => `/${id}/${environment}`;
  const statePath = (environment = 'production'): string => `/${id}-state/${environment}`;
  const configuration = JSON.stringify({
    version: 1,
    stateRoot: `/${id}-state`,
    allowLocalRepositories: true,
    ensembles: {
      main: {
        connect: options.connect ?? inject('zookeeper'),
        sessionTimeout: options.sessionTimeout ?? '10s',
      },
    },
    repositories: {
      config: { url: git.url, provider: 'github', webhookSecret: { env: 'ENCLOSURE_WEBHOOK_SECRET' } },
    },
    environments: Object.fromEntries(
      environments.map((name) => [
        name,
        {
          repository: 'config',
          branch: branchOf(name),
          ensemble: 'main',
          znode: root(name),
          maxDelete: '100%',
        },
      ]),
    ),
  });
  const file = join(directory, 'enclosure.yaml');
  await writeFile(file, configuration);
  const environment = {
    ...emulator.environment,
    ENCLOSURE_CONFIG: (await options.place?.(configuration)) ?? file,
    ENCLOSURE_QUEUE_URL: queue.url,
    ENCLOSURE_WEBHOOK_SECRET: webhookSecret,
    // As in serverless.yml.
    NODE_OPTIONS: '--enable-source-maps',
  };
  const made: LambdaFunction[] = [];
  const lambda = (name: string): LambdaFunction => {
    const one = createLambda({ directory: functions, handler: `${name}.handler`, environment });
    made.push(one);
    return one;
  };
  const [webhook, reconcile] = [lambda('webhook'), lambda('reconcile')];
  const sources: EventSource[] = [];
  const dataOf = async (path: string): Promise<unknown> => {
    const znode = await client.get(path);
    // Made before the first deployment, for the lock below it; then without data.
    return znode === undefined || znode.data.length === 0 ? undefined : JSON.parse(znode.data.toString());
  };

  return {
    git,
    client,
    queue,
    webhook,
    reconcile,
    addSync: () => lambda('sync'),
    async deliver(branch, commit, { delivery = randomUUID(), signature, base64 = false } = {}) {
      const body = JSON.stringify(pushPayload({ ref: `refs/heads/${branch}`, after: commit, head: commit }));
      const headers = deliveryHeaders(body, {
        'x-github-delivery': delivery,
        ...(signature !== undefined && { 'x-hub-signature-256': signature }),
      });
      const event = httpApiEvent({ path: '/webhooks/config', headers, body, base64 });
      const result = await webhook.invoke(event, { deadlineMs: 10_000 });
      if ('error' in result) throw new Error(`${JSON.stringify(result.error)}\n${webhook.output}`);
      const answer = result.response as APIGatewayProxyStructuredResultV2;
      return { status: answer.statusCode, body: JSON.parse(answer.body ?? 'null') };
    },
    schedule: () =>
      reconcile.invoke({
        version: '0',
        id: randomUUID(),
        'detail-type': 'Scheduled Event',
        source: 'aws.events',
        account: '000000000000',
        time: new Date().toISOString(),
        region: emulator.region,
        resources: ['arn:aws:events:eu-central-1:000000000000:rule/reconcile'],
        detail: {},
      }),
    startEventSource(given) {
      const source = startEventSource({ emulator, url: queue.url, functions: [], ...given });
      sources.push(source);
      return source;
    },
    root,
    statePath,
    state: async (name) => (await dataOf(statePath(name))) as State | undefined,
    async history(name) {
      const records = [...(await client.tree(`${statePath(name)}/history`))].filter(([path]) => path !== '');
      return records
        .toSorted(([one], [other]) => one.localeCompare(other))
        .map(([, { data }]) => JSON.parse(data.toString()) as DeploymentRecord);
    },
    tree: (name) => client.tree(root(name)),
    async texts(name) {
      const tree = [...(await client.tree(root(name)))].filter(([path]) => path !== '');
      return Object.fromEntries(tree.map(([path, { data }]) => [path, data.toString()]));
    },
    async remove() {
      await Promise.all(sources.map((source) => source.stop()));
      await Promise.all(made.map((one) => one.stop()));
      await client.close();
      await git.remove();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
