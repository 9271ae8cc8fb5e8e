import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { environments, znodeOf } from '../configuration-text.ts';
import { claim, heading, say, showCommand, showTable } from '../narrate.ts';
import type { Stage } from '../stage.ts';

const shown = 8;

/** The first push: both environments are loaded. */
export async function firstLoad(stage: Stage): Promise<void> {
  heading('1. The first load');
  say(
    'Ada pushes the first commit. As GitHub would, the repository answers with a signed push webhook;',
    'enclosure serve verifies it, takes the lock of each environment, and writes what the commit holds.',
  );
  await stage.repository.git('commit', '--quiet', '--message', 'Configuration of the shop');
  const started = performance.now();
  showCommand('git push origin main', await stage.repository.git('push', 'origin', 'main'));
  const lines = await stage.handled(await stage.delivery());
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  claim(
    `both environments were loaded, ${seconds} s after git push began`,
    lines.every((line) => line['outcome'] === 'applied'),
    JSON.stringify(lines),
  );
  await stage.enclosure('status');

  say(`Read with ZooKeeper's own client, ${znodeOf('production')} begins like this:`);
  const tree = await stage.tree.read(znodeOf('production'));
  const rows = [...tree].slice(1, shown + 1);
  showTable([['znode', 'bytes'], ...rows.map(([path, { data }]) => [path, String(data.length)])]);
  for (const environment of environments) await claimSame(stage, environment);
}

/** Every file of the environment is a znode with the same bytes, and there are no others. */
export async function claimSame(stage: Stage, environment: string): Promise<void> {
  const directory = join(stage.repository.clone, 'environments', environment);
  const wanted = new Map([['', '']]);
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    // What .enclosureignore leaves out, and that file itself.
    if (entry.name === '.enclosureignore' || entry.name.endsWith('.md')) continue;
    const file = join(entry.parentPath, entry.name);
    wanted.set(file.slice(directory.length), entry.isFile() ? await readFile(file, 'utf8') : '');
  }
  const root = znodeOf(environment);
  const tree = await stage.tree.read(root);
  const live = new Map([...tree].map(([path, { data }]) => [path.slice(root.length), data.toString()]));
  const different = [...new Set([...wanted.keys(), ...live.keys()])].filter(
    (path) => wanted.get(path) !== live.get(path),
  );
  claim(
    `${root}: all ${wanted.size} znodes hold the bytes of the commit`,
    different.length === 0 && wanted.size > 10,
    `a difference in ${different.join(', ')}`,
  );
}
