/**
 * `npm run bench -- soak`: one `enclosure serve` with many environments on one server, which is killed and started again
 * over and over while pushes come and runs hold locks. Afterwards every tree must be git's, every history without a gap, and
 * no lock left; meanwhile serve must not die, and no lock may stay that nobody lives to hold.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../harness/free-port.ts';
import { createGitFixture } from '../harness/git-fixture.ts';
import { seededRandom } from '../harness/seeded-random.ts';
import { waitFor } from '../harness/wait-for.ts';
import { startZooKeeper, type ZooKeeperServer } from '../harness/zookeeper-server.ts';
import { webhookSecret } from '../test/integration/intake/webhook/sign.ts';
import { arrivals, judge, lockNodes, treeRoot, withChannel, type Judged } from './soak/judge.ts';
import { keepPushing, type Pushing } from './soak/keep-pushing.ts';
import { help, parseSoakArguments, type SoakOptions } from './soak/options.ts';
import { renderSoak } from './soak/render-soak.ts';
import { startServe, type SeenRuns, type ServeProcess } from './soak/serve-process.ts';
import { watchHealth, type SeenHealth } from './soak/watch-health.ts';
import { watchLocks, type SeenLocks } from './soak/watch-locks.ts';

export interface Verdict extends SoakOptions, SeenRuns, SeenHealth, SeenLocks, Judged {
  readonly pushes: number;
  readonly seconds: number;
}

/** Returns the exit code: 1 when anything is not as it must be, or the process died by itself. */
export async function benchSoak(root: string, args: readonly string[]): Promise<number> {
  const parsed = parseSoakArguments(root, args);
  if (parsed === undefined) {
    process.stdout.write(help);
    return 0;
  }
  const { command, json, out, ...options } = parsed;
  const verdict = await soak(command, options, (text) => void process.stderr.write(text));
  const document = `${JSON.stringify(verdict, undefined, 2)}\n`;
  if (out !== undefined) await writeFile(out, document);
  (json ? process.stderr : process.stdout).write(renderSoak(verdict));
  if (json) process.stdout.write(document);
  const { faults, crashes, heldTooLong } = verdict;
  return faults.length + crashes.length + heldTooLong > 0 ? 1 : 0;
}

export async function soak(
  command: string,
  options: SoakOptions,
  say: (text: string) => void = () => undefined,
): Promise<Verdict> {
  const started = performance.now();
  const { sessionTimeoutMs } = options;
  const names = Array.from({ length: options.environments }, (_, index) => `e${index + 1}`);
  const directory = await mkdtemp(join(tmpdir(), 'enclosure-soak-'));
  const git = await createGitFixture();
  const server = await startZooKeeper();
  git.commit(Object.fromEntries(names.map((name) => [`${name}/counter`, 'first'])));
  const configuration = join(directory, 'enclosure.yaml');
  await writeConfiguration(configuration, names, { url: git.url, connect: server.connect, sessionTimeoutMs });
  const serve = startServe(command, configuration, { port: await freePort(), directory });
  const health = watchHealth(serve);
  const locks = watchLocks(server, sessionTimeoutMs);
  const done = new AbortController();
  try {
    await waitFor('the first runs', () => serve.ended() >= names.length);
    const pushing = keepPushing({ names, git, serve }, done.signal);
    await killOverAndOver(options, { names, server, serve, pushing, say });
    done.abort();
    const head = await pushing.last();
    const soaked = { names, server, repository: git.directory, head, sessionTimeoutMs };
    const late = await arrivals(soaked);
    await health.stop();
    await serve.stop();
    const judged = await judge(soaked);
    await locks.stop();
    return {
      ...options,
      ...serve.seen,
      ...health.seen,
      ...locks.seen,
      ...judged,
      faults: [...late, ...judged.faults],
      pushes: pushing.pushed(),
      seconds: Math.round((performance.now() - started) / 1000),
    };
  } finally {
    done.abort();
    await Promise.allSettled([health.stop(), locks.stop(), serve.stop()]);
    await server.stop();
    await git.remove();
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

interface Parts {
  readonly names: readonly string[];
  readonly server: ZooKeeperServer;
  readonly serve: ServeProcess;
  readonly pushing: Pushing;
  readonly say: (text: string) => void;
}

/** As many as leave every environment's history below its limit. */
const pushesPerKill = (kills: number): number => Math.max(1, Math.min(4, Math.floor(480 / kills)));

async function killOverAndOver(
  { kills, seed, sessionTimeoutMs }: SoakOptions,
  { names, server, serve, pushing, say }: Parts,
): Promise<void> {
  const random = seededRandom(seed);
  for (let kill = 1; kill <= kills; kill += 1) {
    pushing.allow(pushesPerKill(kills));
    await untilLocked(server, names);
    // Somewhere in a run: what a test would call sleeping is the random moment here.
    await delay(random() * 30);
    await server.signal('SIGKILL');
    // Sometimes longer than a session lives, mostly shorter.
    await delay(random() < 0.2 ? sessionTimeoutMs * 1.5 : random() * 1000);
    await server.restart();
    const before = serve.ended();
    await waitFor(`a run after kill ${kill}`, () => serve.ended() > before, 180_000);
    say(`kill ${kill} of ${kills}: crashes ${serve.seen.crashes.length}\r`);
  }
  say('\n');
}

async function untilLocked(server: ZooKeeperServer, names: readonly string[]): Promise<void> {
  await withChannel(server, (channel) =>
    waitFor('a run that holds or waits for a lock', async () => {
      const held = await Promise.all(names.map((name) => lockNodes(channel, name)));
      return held.some((nodes) => nodes.length > 0);
    }),
  );
}

async function writeConfiguration(
  path: string,
  names: readonly string[],
  { url, connect, sessionTimeoutMs }: { url: string; connect: string; sessionTimeoutMs: number },
): Promise<void> {
  const secret = `${path}.secret`;
  await writeFile(secret, webhookSecret, { mode: 0o600 });
  const environments = names.map(
    (name) =>
      [
        name,
        { repository: 'config', branch: 'main', directory: name, ensemble: 'main', znode: treeRoot(name) },
      ] as const,
  );
  // JSON is YAML.
  const document = {
    version: 1,
    allowLocalRepositories: true,
    cacheDirectory: `${path}.cache`,
    ensembles: { main: { connect, sessionTimeout: `${sessionTimeoutMs}ms` } },
    repositories: { config: { url, provider: 'github', webhookSecret: { file: secret } } },
    environments: Object.fromEntries(environments),
  };
  await writeFile(path, JSON.stringify(document));
}
