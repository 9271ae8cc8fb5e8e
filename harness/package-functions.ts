/**
 * The functions as they are deployed: bundled by the project's own script, with nothing beside them. In a directory outside
 * of the project, so that a package which the bundle leaves out by mistake is not found.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from './project-root.ts';

export interface FunctionPackage {
  readonly directory: string;
  remove(): Promise<void>;
}

export async function packageFunctions(): Promise<FunctionPackage> {
  const directory = await mkdtemp(join(tmpdir(), 'enclosure-package-'));
  const script = join(projectRoot, 'scripts/build-functions.mjs');
  await promisify(execFile)(process.execPath, [script, '--outdir', directory]);
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}
