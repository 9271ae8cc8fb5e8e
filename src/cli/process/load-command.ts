/**
 * Loads the command's code, which the build puts beside the entry: one script, and for the V8 that built it what V8 made of
 * it (scripts/code-cache.mjs). Compiling it at every start took longer than reading the result; where the cache is missing
 * or another V8's, the script is compiled as any other.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import type * as runProcessModule from './run-process.ts';

type Command = typeof runProcessModule;
type Load = (module: { exports: unknown }, require: NodeJS.Require, url: string) => void;

export function loadCommand(): Command {
  const url = new URL('command.cjs', import.meta.url);
  const path = fileURLToPath(url);
  // The build leaves nothing but ASCII in it.
  const source = readFileSync(path, 'latin1');
  const cachedData = readIfThere(`${path}.${process.versions.v8}.cache`);
  const script = new Script(source, { filename: path, ...(cachedData !== undefined && { cachedData }) });
  const module: { exports: unknown } = { exports: {} };
  (script.runInThisContext() as Load)(module, createRequire(url), url.href);
  return module.exports as Command;
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
