/**
 * Runs a built `command.cjs` once, to have V8 compile what a deployment needs, and writes what it compiled beside it. The
 * run is a `sync` whose ensemble does not answer: it reads a configuration, fetches a repository, and is interrupted while it waits.
 *
 *   node scripts/code-cache.mjs dist/command.cjs
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';

const path = resolve(process.argv[2] ?? 'dist/command.cjs');
const directory = mkdtempSync(join(tmpdir(), 'enclosure-code-cache-'));
const script = new Script(readFileSync(path, 'latin1'), { filename: path });
const module = { exports: {} };
script.runInThisContext()(module, createRequire(path), pathToFileURL(path).href);

process.on('exit', () => {
  writeFileSync(`${path}.${process.versions.v8}.cache`, script.createCachedData());
  rmSync(directory, { recursive: true, force: true });
  process.exitCode = 0;
});
// By then all has been tried that can be; trying to reach the ensemble would go on.
setTimeout(() => process.kill(process.pid, 'SIGINT'), 1000);
process.stderr.write = () => true;
process.stdout.write = (_text, ...rest) => (rest.at(-1)?.(), true);
await module.exports.runProcess(['sync', 'example', '--config', configurationIn(directory)]);

function configurationIn(home) {
  const repository = join(home, 'example.git');
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', repository]);
  const commit = 'commit refs/heads/main\ncommitter Example <example@example.org> 1700000000 +0000\n';
  execFileSync('git', ['-C', repository, 'fast-import', '--quiet'], {
    input: `${commit}data 1\nx\nM 100644 inline a\ndata 1\nx\n`,
  });
  const file = join(home, 'enclosure.yaml');
  const configuration = {
    version: 1,
    cacheDirectory: join(home, 'cache'),
    allowLocalRepositories: true,
    // Port 1 is nobody's.
    ensembles: { main: { connect: '127.0.0.1:1', sessionTimeout: '1s' } },
    repositories: { config: { url: pathToFileURL(repository).href, provider: 'github' } },
    environments: {
      example: { repository: 'config', branch: 'main', directory: '.', ensemble: 'main', znode: '/example' },
    },
  };
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(configuration));
  return file;
}
