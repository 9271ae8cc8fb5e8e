import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The project's folder: the nearest one above that is a package, from wherever this file was bundled to. */
export const projectRoot = nearestPackage(import.meta.dirname);

function nearestPackage(directory: string): string {
  if (existsSync(join(directory, 'package.json'))) return directory;
  const parent = dirname(directory);
  if (parent === directory) throw new Error(`there is no package above ${import.meta.dirname}`);
  return nearestPackage(parent);
}
