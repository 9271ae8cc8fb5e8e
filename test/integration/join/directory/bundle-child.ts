/** Bundles a process of the tests once, to be started many times. Below node_modules, where the packages are found. */
import { buildSync } from 'esbuild';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../../../../harness/project-root.ts';

export interface Bundle {
  readonly path: string;
  remove(): Promise<void>;
}

export async function bundleChild(name: string): Promise<Bundle> {
  const cache = join(projectRoot, 'node_modules/.cache');
  await mkdir(cache, { recursive: true });
  const directory = await mkdtemp(join(cache, `${name}-`));
  const path = join(directory, `${name}.mjs`);
  buildSync({
    entryPoints: [join(import.meta.dirname, `${name}.ts`)],
    outfile: path,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'silent',
  });
  return { path, remove: async () => await rm(directory, { recursive: true, force: true }) };
}
