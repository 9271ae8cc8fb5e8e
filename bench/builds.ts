/**
 * `npm run bench -- builds OTHER/dist/enclosure.js`: this build and another one in turns, on the same repository and server:
 * a first load, a verification of everything, a change of one file; medians, and this build's share of the other's time.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startZooKeeper } from '../harness/zookeeper-server.ts';
import { makeRepository } from './make-repository.ts';

const rounds = 5;
const changes = 8;
const files = 100_000;

export async function benchBuilds(root: string, [other]: readonly string[]): Promise<void> {
  if (other === undefined)
    throw new Error("expected the path of another build's dist/enclosure.js; found none");
  const builds = { this: join(root, 'dist', 'enclosure.js'), other };
  const directory = await mkdtemp(join(tmpdir(), 'enclosure-builds-'));
  const server = await startZooKeeper();
  const seconds: Record<string, Record<keyof typeof builds, number[]>> = {};
  try {
    const repository = await makeRepository(
      join(directory, 'remote.git'),
      Array.from({ length: files }, () => 200),
    );
    for (let round = 0; round <= rounds; round += 1) {
      const names = round % 2 === 0 ? (['this', 'other'] as const) : (['other', 'this'] as const);
      for (const name of names) {
        await repository.reset();
        const id = `${name}-${round}`;
        const config = join(directory, `${id}.yaml`);
        await writeFile(config, configurationOf(id, repository.url, server.connect, directory));
        const timed = async (what: string, ...words: readonly string[]): Promise<void> => {
          const started = performance.now();
          await promisify(execFile)(process.execPath, [builds[name], ...words, 'bench', '--config', config]);
          // The first round warms the server up.
          if (round === 0) return;
          const times = (seconds[what] ??= { this: [], other: [] });
          times[name].push((performance.now() - started) / 1000);
        };
        await timed('first load', 'sync');
        await timed('verification', 'verify');
        for (let change = 0; change < changes; change += 1) {
          await repository.changeOneFile();
          await timed('one changed file', 'sync');
        }
        await rm(join(directory, `cache-${id}`), { recursive: true, force: true });
      }
    }
  } finally {
    await server.stop();
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  }
  for (const [what, times] of Object.entries(seconds)) {
    const [mine, others] = [median(times.this), median(times.other)];
    const ratio = (mine / others).toFixed(3);
    process.stdout.write(
      `${what.padEnd(18)} this ${mine.toFixed(3)} s, other ${others.toFixed(3)} s, ratio ${ratio} (${times.this.length} each)\n`,
    );
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((one, next) => one - next)[values.length >> 1] ?? NaN;
}

function configurationOf(id: string, url: string, connect: string, directory: string): string {
  return `version: 1
stateRoot: /state-${id}
allowLocalRepositories: true
cacheDirectory: ${join(directory, `cache-${id}`)}
ensembles: { main: { connect: '${connect}' } }
repositories: { config: { url: '${url}', provider: github } }
environments:
  bench: { repository: config, branch: main, directory: '.', ensemble: main, znode: /tree-${id} }
`;
}
