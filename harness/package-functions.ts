/**
 * The functions as they are deployed: bundled by the project's own script, with `zookeeper` and nothing else beside them.
 * In a directory outside of the project, so that a package which the bundle leaves out by mistake is not found.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { requireAwsTools } from './aws-tools.ts';
import { projectRoot } from './project-root.ts';

export interface FunctionPackage {
  readonly directory: string;
  remove(): Promise<void>;
}

export async function packageFunctions(): Promise<FunctionPackage> {
  const directory = await mkdtemp(join(tmpdir(), 'enclosure-package-'));
  const script = join(projectRoot, 'scripts/build-functions.mjs');
  await promisify(execFile)(process.execPath, [script, '--outdir', directory]);
  await addNativeClient(directory);
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}

/** The ZooKeeper client compiled for Node 22; its own dependencies are found where it really lies. */
export async function addNativeClient(directory: string): Promise<void> {
  await mkdir(join(directory, 'node_modules'));
  const compiled = join(requireAwsTools().folder, 'node_modules/zookeeper');
  await symlink(compiled, join(directory, 'node_modules/zookeeper'));
}
