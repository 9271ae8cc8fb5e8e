/**
 * A project of somebody else that has this package among its dependencies, as it is packed and installed: once for a test
 * file, before its first test. Needs dist, which `npm test` builds.
 */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { installPackage, type InstalledPackage } from './installed-package.ts';
import { projectRoot } from './project-root.ts';

let installed: InstalledPackage;
beforeAll(async () => {
  installed = await installPackage();
});
afterAll(() => installed.remove());

/** The project's directory, for one test. */
export async function consumer(files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'enclosure-consumer-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  await mkdir(join(directory, 'node_modules'));
  const modules = join(installed.directory, 'node_modules');
  await symlink(join(modules, 'enclosure'), join(directory, 'node_modules', 'enclosure'));
  await symlink(join(projectRoot, 'node_modules', '@types'), join(directory, 'node_modules', '@types'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  return directory;
}

const compilerOptions = {
  strict: true,
  noEmit: true,
  target: 'es2023',
  types: ['node'],
  // So that our own declarations are looked at as well.
  skipLibCheck: false,
};

/** What the compiler has to say of `app.ts`; '' where it is content. */
export async function compileConsumer(
  moduleResolution: 'nodenext' | 'bundler',
  app: string,
): Promise<string> {
  const module = moduleResolution === 'bundler' ? 'esnext' : 'nodenext';
  const directory = await consumer({
    'package.json': '{"type":"module"}',
    'tsconfig.json': JSON.stringify({ compilerOptions: { ...compilerOptions, module, moduleResolution } }),
    'app.ts': app,
  });
  const tsc = join(projectRoot, 'node_modules', 'typescript', 'bin', 'tsc');
  const compiled = spawnSync(process.execPath, [tsc, '--project', directory], { encoding: 'utf8' });
  return compiled.stdout + compiled.stderr;
}
