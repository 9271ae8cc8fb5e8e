/**
 * Adds to package-lock.json what npm leaves out: optional packages for other platforms (the binaries of oxlint, knip's
 * parser, ...) that the registry it was asked does not have. npm takes each of them for "not there", but `npm ci` then
 * refuses the file, here and everywhere else: "Missing: ... from lock file".
 *
 * Such an entry has no integrity, because nobody here has seen the package; whoever installs on that platform gets the
 * exact version. Run it after `npm install NAME`; it says what it added. `--check` only says, and exits with 1.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const file = join(resolve(fileURLToPath(import.meta.url), '..', '..'), 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
const missing = Object.entries(lock.packages).flatMap(([path, entry]) =>
  Object.entries(entry.optionalDependencies ?? {})
    .filter(([name]) => !isLocked(path, name))
    .map(([name, version]) => ({ name, version, parent: entry })),
);

for (const { name, version } of missing) process.stdout.write(`missing: ${name}@${version}\n`);
if (process.argv.includes('--check')) process.exit(missing.length === 0 ? 0 : 1);
if (missing.length > 0) {
  for (const one of missing) lock.packages[`node_modules/${one.name}`] = entryFor(one);
  const [root, ...rest] = Object.entries(lock.packages);
  lock.packages = Object.fromEntries([
    root,
    ...rest.toSorted(([one], [other]) => one.localeCompare(other, 'en')),
  ]);
  writeFileSync(file, `${JSON.stringify(lock, undefined, 2)}\n`);
  process.stdout.write(`${missing.length} entries added to package-lock.json\n`);
}

/** Whether a package that asks for this one would find it, in its own node_modules or further up. */
function isLocked(path, name) {
  const folders = path.split('/node_modules/');
  const places = folders.map((_, depth) => folders.slice(0, depth + 1).join('/node_modules/'));
  return ['', ...places].some(
    (place) => `${place === '' ? '' : `${place}/`}node_modules/${name}` in lock.packages,
  );
}

/** What can be told from the name, which is how all of these are made: platform, processor, C library. */
function entryFor({ name, version, parent }) {
  const [, os, cpu, abi] =
    /(?:^|[/-])(android|darwin|freebsd|linux|openharmony|win32)-([a-z0-9]+)(?:-(\w+))?$/u.exec(name);
  const libc = os !== 'linux' ? undefined : abi === 'gnu' ? 'glibc' : abi === 'musl' ? 'musl' : undefined;
  return {
    version,
    cpu: [cpu],
    dev: parent.dev,
    ...(libc === undefined ? {} : { libc: [libc] }),
    license: parent.license,
    optional: true,
    os: [os],
    engines: parent.engines,
  };
}
