/**
 * Copies what the images need of `zookeeper`, the one package that is not bundled: its JavaScript, its compiled binary,
 * and the two packages that it requires. The sources and objects that it was compiled from stay behind (12 MB).
 *
 *   node scripts/image-modules.mjs DIRECTORY     makes DIRECTORY/node_modules
 */
import { cpSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const modules = fileURLToPath(new URL('../node_modules', import.meta.url));
const needed = [
  'zookeeper/package.json',
  'zookeeper/lib',
  'zookeeper/build/Release/zookeeper.node',
  'async',
  'node-gyp-build',
];

const [directory] = process.argv.slice(2);
if (directory === undefined) {
  process.stderr.write('expected a directory; found none. node scripts/image-modules.mjs DIRECTORY\n');
  process.exit(1);
}
for (const path of needed) {
  cpSync(join(modules, path), join(resolve(directory), 'node_modules', path), { recursive: true });
}
