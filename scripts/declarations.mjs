/**
 * Writes the type declarations of the libraries below `dist/types`: those that their entries lead to, and no others.
 */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

const entries = ['agent/index', 'cache/index', 'enclosure/index'];

/** Throws where the compiler finds an error. */
export async function writeDeclarations(root, outdir) {
  const directory = await mkdtemp(join(tmpdir(), 'enclosure-types-'));
  try {
    const made = join(directory, 'made');
    const project = join(directory, 'tsconfig.json');
    const compilerOptions = {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: join(root, 'src'),
      outDir: made,
      typeRoots: [join(root, 'node_modules', '@types')],
    };
    const files = entries.map((entry) => join(root, 'src', `${entry}.ts`));
    const config = { extends: join(root, 'tsconfig.json'), compilerOptions, include: [], files };
    await writeFile(project, JSON.stringify(config));
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const ran = spawnSync(process.execPath, [tsc, '--project', project], { encoding: 'utf8' });
    if (ran.status !== 0)
      throw new Error(`the type declarations could not be made:\n${ran.stdout}${ran.stderr}`);
    await rm(outdir, { recursive: true, force: true });
    await copyReachable(made, outdir);
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function copyReachable(from, to) {
  const seen = new Set();
  const pending = entries.map((entry) => join(from, `${entry}.d.ts`));
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    const text = await readFile(file, 'utf8');
    const target = join(to, relative(from, file));
    await mkdir(dirname(target), { recursive: true });
    // A consumer's compiler looks for the declarations of a `.js`, never for those of a `.ts`.
    await writeFile(target, text.replaceAll(/(from\s+['"]\.[^'"]*)\.ts(['"])/g, '$1.js$2'));
    for (const [, path] of text.matchAll(/from\s+['"](\.[^'"]*)\.ts['"]/g)) {
      pending.push(join(dirname(file), `${path}.d.ts`));
    }
  }
}
