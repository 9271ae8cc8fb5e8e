/**
 * What the packaged functions weigh, how long they take to start, and how fast the webhook answers: run as Lambda runs
 * them, on Node 22, against the SQS emulator. Figures of whole answers, so they hold the way to the emulator and back.
 */
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { httpApiEvent } from '../harness/http-api-event.ts';
import { createLambda, type LambdaFunction } from '../harness/lambda-function.ts';
import { packageFunctions } from '../harness/package-functions.ts';
import { startSqsEmulator } from '../harness/sqs-emulator.ts';
import { pushPayload } from '../test/integration/intake/webhook/push-payloads.ts';
import { deliveryHeaders, webhookSecret } from '../test/integration/intake/webhook/sign.ts';

const starts = 11;
const load = { perSecond: 100, seconds: 30, instances: 2 };

const body = JSON.stringify(pushPayload());
const pushEvent = httpApiEvent({ path: '/webhooks/config', headers: deliveryHeaders(body), body });

const configuration = {
  version: 1,
  ensembles: { main: { connect: '127.0.0.1:2181' } },
  repositories: {
    config: {
      url: 'https://github.com/Codertocat/Hello-World.git',
      provider: 'github',
      webhookSecret: { env: 'ENCLOSURE_WEBHOOK_SECRET' },
    },
  },
  environments: {
    production: { repository: 'config', branch: 'master', ensemble: 'main', znode: '/production' },
  },
};

export async function benchFunctions(): Promise<void> {
  const [emulator, functions] = await Promise.all([startSqsEmulator(), packageFunctions()]);
  const directory = await mkdtemp(join(tmpdir(), 'enclosure-bench-'));
  const file = join(directory, 'enclosure.yaml');
  await writeFile(file, JSON.stringify(configuration));
  await writeFile(join(directory, 'empty.mjs'), 'export const handler = async () => null;\n');
  const environment = {
    ...emulator.environment,
    ENCLOSURE_CONFIG: file,
    ENCLOSURE_QUEUE_URL: (await emulator.createFifoQueue()).url,
    ENCLOSURE_WEBHOOK_SECRET: webhookSecret,
    // As in serverless.yml.
    NODE_OPTIONS: '--enable-source-maps',
  };
  const lambda = (name: string, from = functions.directory): LambdaFunction =>
    createLambda({ directory: from, handler: `${name}.handler`, environment });
  try {
    for (const name of (await readdir(functions.directory)).filter((one) => one.endsWith('.mjs'))) {
      const { size } = await stat(join(functions.directory, name));
      print(`size of ${name}`, `${(size / 1000).toFixed(0)} kB`);
    }
    const bare = await measureStarts(lambda('empty', directory), {});
    print('start of Node 22 and the runtime client alone', milliseconds(bare));
    for (const [name, event] of [
      ['webhook', pushEvent],
      ['reconcile', {}],
      ['sync', { environment: 'unknown' }],
    ] as const) {
      const median = await measureStarts(lambda(name), event);
      print(`initialisation of ${name}, with that`, milliseconds(median));
      print(`initialisation of ${name}, without`, milliseconds(median - bare));
    }
    const instances = Array.from({ length: load.instances }, () => lambda('webhook'));
    try {
      const answers = await measureAnswers(instances);
      const what = `webhook at ${load.perSecond} requests a second for ${load.seconds} s`;
      print(`${what}, p50`, milliseconds(percentile(answers, 0.5)));
      print(`${what}, p99`, milliseconds(percentile(answers, 0.99)));
      print(`${what}, slowest`, milliseconds(percentile(answers, 1)));
    } finally {
      await Promise.all(instances.map((one) => one.stop()));
    }
  } finally {
    await emulator.stop();
    await functions.remove();
    await rm(directory, { recursive: true });
  }
}

/** The median of cold starts; the first, which fills the disk's cache, is not counted. */
async function measureStarts(subject: LambdaFunction, event: unknown): Promise<number> {
  for (let count = 0; count <= starts; count += 1) {
    const result = await subject.invoke(event);
    await subject.stop();
    if ('error' in result) throw new Error(`${JSON.stringify(result.error)}\n${subject.output}`);
  }
  return percentile(subject.coldStartsMs.slice(1), 0.5);
}

/** Requests come when they come, whether those before are answered or not; a late start counts as waiting. */
async function measureAnswers(instances: readonly LambdaFunction[]): Promise<number[]> {
  const free = [...instances];
  const waiting: ((instance: LambdaFunction) => void)[] = [];
  const answers: number[] = [];
  const request = async (due: number): Promise<void> => {
    const instance = free.pop() ?? (await new Promise<LambdaFunction>((resolve) => waiting.push(resolve)));
    const result = await instance.invoke(pushEvent);
    answers.push(performance.now() - due);
    const next = waiting.shift();
    if (next === undefined) free.push(instance);
    else next(instance);
    const status = 'response' in result ? (result.response as { statusCode?: number }).statusCode : undefined;
    if (status !== 202) throw new Error(`${JSON.stringify(result)}\n${instance.output}`);
  };
  // Every instance has answered before it is measured: cold starts are measured apart.
  for (const instance of instances)
    for (let count = 0; count < 50; count += 1) await instance.invoke(pushEvent);

  const begin = performance.now();
  const requests: Promise<void>[] = [];
  for (let index = 0; index < load.perSecond * load.seconds; index += 1) {
    const due = begin + (index * 1000) / load.perSecond;
    if (due > performance.now()) await delay(due - performance.now());
    requests.push(request(due));
  }
  await Promise.all(requests);
  return answers;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

const milliseconds = (value: number): string => `${value.toFixed(1)} ms`;

function print(what: string, figure: string): void {
  process.stdout.write(`${what.padEnd(58)} ${figure}\n`);
}
