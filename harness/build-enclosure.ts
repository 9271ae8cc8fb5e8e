import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
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

/** Builds the command outside of the project, so that a package which the bundle leaves out by mistake is not found. */
export async function buildEnclosure(): Promise<BuiltEnclosure> {
  const directory = await mkdtemp(join(tmpdir(), 'enclosure-built-'));
  // As in the package.
  await writeFile(join(directory, 'package.json'), '{"type":"module"}');
  const script = join(projectRoot, 'scripts/build.mjs');
  await promisify(execFile)(process.execPath, [script, '--outdir', directory]);
  return {
    directory,
    entry: join(directory, 'enclosure.js'),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}
