/**
 * The package as it comes to somebody who installs it: packed, and installed into an empty project, without a network and
 * with no program on the PATH but Node, npm and git. Needs dist, which `npm test` builds.
 */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { projectRoot } from './project-root.ts';

export interface InstalledPackage {
  /** Of the project that it is installed in. */
  readonly directory: string;
  /** The packed file. */
  readonly tarball: string;
  /** What programs of the project need on their PATH. */
  readonly path: string;
  remove(): Promise<void>;
}

export async function installPackage(): Promise<InstalledPackage> {
  const home = await mkdtemp(join(tmpdir(), 'enclosure-installed-'));
  const [packed, directory, path] = [join(home, 'packed'), join(home, 'project'), join(home, 'bin')];
  await Promise.all([packed, directory, path].map((folder) => mkdir(folder)));
  const programs = execFileSync('sh', ['-c', 'command -v npm; command -v git'], { encoding: 'utf8' })
    .trim()
    .split('\n');
  const needed = [...programs, process.execPath];
  await Promise.all(needed.map((program) => symlink(program, join(path, basename(program)))));
  await writeFile(join(directory, 'package.json'), '{"private":true,"type":"module"}');
  // Its own cache and no settings of this machine's user.
  const settings = { npm_config_cache: join(home, 'cache'), npm_config_update_notifier: 'false' };
  const env = { PATH: path, HOME: home, ...settings };
  const npm = (cwd: string, ...args: readonly string[]): string =>
    execFileSync('npm', [...args, '--loglevel=error', '--no-audit', '--no-fund'], {
      cwd,
      env,
      encoding: 'utf8',
    });
  npm(projectRoot, 'pack', '--ignore-scripts', '--pack-destination', packed);
  const [name = ''] = await readdir(packed);
  const tarball = join(packed, name);
  npm(directory, 'install', '--offline', tarball);
  return { directory, tarball, path, remove: () => rm(home, { recursive: true, maxRetries: 5 }) };
}
