import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from './project-root.ts';

export interface BuiltEnclosure {
  /** Writable, and nobody else's: a home directory for the processes. */
  readonly directory: string;
  /** To be run by Node. */
  readonly entry: string;
  remove(): Promise<void>;
}

/** Builds the command below node_modules, so that `zookeeper`, which is not bundled, is found. */
export async function buildEnclosure(): Promise<BuiltEnclosure> {
  const cache = join(projectRoot, 'node_modules/.cache');
  await mkdir(cache, { recursive: true });
  const directory = await mkdtemp(join(cache, 'built-'));
  const script = join(projectRoot, 'scripts/build.mjs');
  await promisify(execFile)(process.execPath, [script, '--outdir', directory]);
  return {
    directory,
    entry: join(directory, 'enclosure.js'),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}
