/**
 * `npm run bench -- soak`: one `enclosure serve` with many environments on one server, which is killed and started again
 * over and over while runs hold locks. Afterwards every tree must be git's, every history without a gap, and no lock left.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { freePort } from '../harness/free-port.ts';
import { createGitFixture, type GitFixture } from '../harness/git-fixture.ts';
import { seededRandom } from '../harness/seeded-random.ts';
import { waitFor } from '../harness/wait-for.ts';
import { startZooKeeper, type ZooKeeperServer } from '../harness/zookeeper-server.ts';
import type { Channel } from '../src/model/ports/channel.ts';
import { openChannel } from '../src/zookeeper/channel/open-channel.ts';
import { startServe, type Seen, type ServeProcess } from './soak/serve-process.ts';

const sessionTimeoutMs = 4000;

const help = `Kills the server under one serve with many environments, over and over.

  npm run bench -- soak [options]

  --kills N          how often the server is killed (default: 100)
  --environments N   environments of the one serve (default: 8)
  --seed N           of the moments (default: by the clock, and printed)
  --command FILE     another build's dist/enclosure.js (default: this one's)
  --json             one JSON document
`;

interface Verdict extends Seen {
  readonly kills: number;
  readonly environments: number;
  readonly seed: number;
  readonly seconds: number;
  readonly revisions: number;
  /** What is not as it must be; empty when all is well. */
  readonly faults: readonly string[];
}

/** Returns the exit code: 1 when anything is not as it must be, or the process died by itself. */
export async function benchSoak(root: string, words: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      kills: { type: 'string', default: '100' },
      environments: { type: 'string', default: '8' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      command: { type: 'string', default: join(root, 'dist', 'enclosure.js') },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const verdict = await soak(values.command, {
    kills: wholeNumber('--kills', values.kills),
    environments: wholeNumber('--environments', values.environments),
    seed: wholeNumber('--seed', values.seed),
  });
  process.stdout.write(values.json ? `${JSON.stringify(verdict, undefined, 2)}\n` : table(verdict));
  return verdict.faults.length + verdict.crashes.length > 0 ? 1 : 0;
}

export interface SoakOptions {
  readonly kills: number;
  readonly environments: number;
  readonly seed: number;
}

export async function soak(command: string, options: SoakOptions): Promise<Verdict> {
  const started = performance.now();
  const names = Array.from({ length: options.environments }, (_, index) => `e${index + 1}`);
  const directory = await mkdtemp(join(tmpdir(), 'enclosure-soak-'));
  const git = await createGitFixture();
  const server = await startZooKeeper();
  const configuration = join(directory, 'enclosure.yaml');
  await writeFile(configuration, configurationOf(names, { git, server, directory }));
  git.commit(Object.fromEntries(names.map((name) => [`${name}/counter`, '0'])));
  const serve = startServe(command, configuration, await freePort());
  try {
    await waitFor('the first runs', () => serve.ended() >= names.length);
    await killOverAndOver(options, { names, git, server, serve });
    const faults = await judge(command, configuration, names, { git, server, serve });
    const seconds = Math.round((performance.now() - started) / 1000);
    return { ...options, ...serve.seen, ...faults, seconds };
  } finally {
    await serve.stop();
    await server.stop();
    await git.remove();
    await rm(directory, { recursive: true, force: true });
  }
}

interface Parts {
  readonly names: readonly string[];
  readonly git: GitFixture;
  readonly server: ZooKeeperServer;
  readonly serve: ServeProcess;
}

async function killOverAndOver(
  { kills, seed }: SoakOptions,
  { names, git, server, serve }: Parts,
): Promise<void> {
  const random = seededRandom(seed);
  for (let kill = 1; kill <= kills; kill += 1) {
    const files = names.map((name) => [`${name}/counter`, `${kill}`] as const);
    git.commit(Object.fromEntries(files), { patch: true });
    await untilLocked(server, names);
    // Somewhere in a run: what a test would call sleeping is the random moment here.
    await delay(random() * 30);
    await server.signal('SIGKILL');
    // Sometimes shorter and sometimes longer than a session lives.
    await delay(random() < 0.2 ? sessionTimeoutMs * 1.5 : random() * 1000);
    await server.restart();
    const before = serve.ended();
    await waitFor(`a run after kill ${kill}`, () => serve.ended() > before, 180_000);
    process.stderr.write(`kill ${kill} of ${kills}: crashes ${serve.seen.crashes.length}\r`);
  }
  process.stderr.write('\n');
}

async function untilLocked(server: ZooKeeperServer, names: readonly string[]): Promise<void> {
  await withChannel(server, (channel) =>
    waitFor('a run that holds or waits for a lock', async () => {
      const held = await Promise.all(names.map((name) => lockNodes(channel, name)));
      return held.some((nodes) => nodes.length > 0);
    }),
  );
}

async function lockNodes(channel: Channel, name: string): Promise<readonly string[]> {
  return (await channel.getChildren(`/enclosure/${name}/lock`)) ?? [];
}

async function judge(
  command: string,
  configuration: string,
  names: readonly string[],
  { git, server, serve }: Omit<Parts, 'names'>,
): Promise<{ readonly revisions: number; readonly faults: readonly string[] }> {
  const head = git.commit(Object.fromEntries(names.map((name) => [`${name}/counter`, 'last'])), {
    patch: true,
  });
  const ask = async (...words: readonly string[]): Promise<unknown> => {
    const args = [command, ...words, '--config', configuration, '--json'];
    const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 26 });
    return JSON.parse(stdout);
  };
  const faults: string[] = [];
  await waitFor(
    'all environments at the head',
    async () => {
      const all = (await ask('status')) as readonly { commit?: string; phase?: string }[];
      return all.every(({ commit, phase }) => commit === head && phase === 'applied');
    },
    180_000,
  ).catch((error: unknown) => faults.push(String(error)));
  await serve.stop();

  let revisions = 0;
  for (const name of names) {
    await ask('verify', name).catch(() => faults.push(`${name} is not what git has`));
    const history = (await ask('history', name, '--limit', '500')) as readonly { revision: number }[];
    const numbers = history.map(({ revision }) => revision).toReversed();
    if (numbers.some((revision, index) => revision !== index + 1))
      faults.push(`${name}: ${numbers.join(' ')}`);
    revisions += numbers.length;
  }
  await withChannel(server, async (channel) => {
    for (const name of names) {
      await waitFor(
        `no lock node of ${name}`,
        async () => (await lockNodes(channel, name)).length === 0,
        sessionTimeoutMs * 3,
      ).catch(() => faults.push(`${name} has a lock node that nobody owns`));
    }
  });
  return { revisions, faults };
}

async function withChannel<T>(server: ZooKeeperServer, use: (channel: Channel) => Promise<T>): Promise<T> {
  const channel = await openChannel({ connect: server.connect, auth: [], sessionTimeoutMs: 30_000 });
  try {
    return await use(channel);
  } finally {
    await channel.close();
  }
}

function configurationOf(
  names: readonly string[],
  { git, server, directory }: { git: GitFixture; server: ZooKeeperServer; directory: string },
): string {
  const environments = names.map(
    (name) =>
      `  ${name}: { repository: config, branch: main, directory: ${name}, ensemble: main, znode: /soak/${name} }\n`,
  );
  return `version: 1
allowLocalRepositories: true
cacheDirectory: ${join(directory, 'cache')}
ensembles:
  main: { connect: '${server.connect}', sessionTimeout: ${sessionTimeoutMs}ms }
repositories:
  config: { url: '${git.url}', provider: github, webhookSecret: { file: '${join(directory, 'enclosure.yaml')}' } }
environments:
${environments.join('')}`;
}

function wholeNumber(option: string, text: string): number {
  if (!/^\d+$/u.test(text)) throw new Error(`expected a whole number for ${option}; found ${text}`);
  return Number(text);
}

function table(verdict: Verdict): string {
  const counted = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([name, times]) => `${name} ${times}`)
      .join(', ') || 'none';
  const rows: readonly (readonly [string, string])[] = [
    ['kills of the server', `${verdict.kills}, ${verdict.environments} environments, seed ${verdict.seed}`],
    ['time', `${verdict.seconds} s`],
    ['crashes of serve', verdict.crashes.length === 0 ? 'none' : verdict.crashes.join(', ')],
    ['runs', counted(verdict.runs)],
    ['failures, all tried again', counted(verdict.failures)],
    ['revisions', String(verdict.revisions)],
    ['longest wait for a lock', `${verdict.longestLockWaitMs} ms`],
    ['longest silence of /healthz', `${verdict.longestSilenceMs} ms`],
    ['faults', verdict.faults.length === 0 ? 'none' : verdict.faults.join('; ')],
  ];
  return rows.map(([what, found]) => `${what.padEnd(28)} ${found}\n`).join('');
}
