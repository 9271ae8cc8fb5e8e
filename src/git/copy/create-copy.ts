/**
 * The directory of one repository's local copy: a bare git repository of our own making, below the cache directory.
 * It is a cache: whatever is wrong with it, it is thrown away and made again, and the result is the same.
 *
 * A copy that was made half is never taken for a whole one: it is prepared beside its place and renamed into it, and
 * its configuration file must be, byte for byte, one that we write.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EnclosureError } from '../../base/enclosure-error.ts';
import type { ObjectFormat } from '../../model/content-id.ts';
import { gitMissing } from '../process/fetch-failure.ts';
import type { GitBaseEnvironment } from '../process/git-environment.ts';
import { localGit } from '../process/local-git.ts';
import type { AllowedUrl } from '../remote/check-url.ts';
import { makeWhole } from '../../files/make-whole.ts';

/** A readable name that is unique to the URL. */
export function copyName(url: AllowedUrl): string {
  const slug = `${url.host}-${url.path}`
    .replace(/\.git\/?$/, '')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  const digest = createHash('sha256').update(url.url).digest('hex').slice(0, 16);
  return `${slug.slice(-60) || 'repository'}-${digest}.git`;
}

/** The format of a usable copy, or undefined when there is none. */
export async function inspectCopy(directory: string): Promise<ObjectFormat | undefined> {
  try {
    const [text, head, packs] = await Promise.all([
      readFile(join(directory, 'config'), 'utf8'),
      readFile(join(directory, 'HEAD'), 'utf8'),
      stat(join(directory, 'objects', 'pack')),
      stat(join(directory, 'refs')),
    ]);
    if (!head.startsWith('ref: ') || !packs.isDirectory()) return undefined;
    return (['sha1', 'sha256'] as const).find((format) => text === copyConfiguration(format));
  } catch {
    return undefined;
  }
}

/** Makes an empty copy in place of whatever is there. The caller holds the lock. */
export async function createCopy(
  directory: string,
  format: ObjectFormat,
  base: GitBaseEnvironment,
): Promise<void> {
  await discardCopy(directory);
  const make = async (fresh: string): Promise<void> => {
    await mkdir(fresh, { recursive: true, mode: 0o700 });
    const git = await localGit(fresh, base);
    await git.init(true, ['--template=', `--object-format=${format}`]);
    await writeFile(join(fresh, 'config'), copyConfiguration(format));
    await mkdir(join(fresh, 'objects', 'pack'), { recursive: true });
  };
  try {
    await makeWhole({ beside: `${directory}.new-${randomUUID()}`, path: directory, make });
  } catch (error) {
    throw cannotCreate(directory, error);
  }
}

/** Removes the copy, and what earlier processes that were killed left beside it. The caller holds the lock. */
async function discardCopy(directory: string): Promise<void> {
  // Renamed first: nobody ever finds half of it.
  await rename(directory, `${directory}.old-${randomUUID()}`).catch(() => undefined);
  const parent = join(directory, '..');
  const name = directory.slice(parent.length + 1);
  for (const entry of await readdir(parent).catch(() => [])) {
    if (['.old-', '.new-', '.lock.'].some((ending) => entry.startsWith(`${name}${ending}`))) {
      await rm(join(parent, entry), { recursive: true, force: true, maxRetries: 3 });
    }
  }
}

/** Removes what a killed fetch left half-written, and counts the packs. */
export async function tidyPacks(directory: string): Promise<number> {
  const packs = join(directory, 'objects', 'pack');
  let count = 0;
  for (const name of await readdir(packs).catch(() => [])) {
    if (name.startsWith('tmp_')) await rm(join(packs, name), { force: true });
    else if (name.endsWith('.pack')) count += 1;
  }
  return count;
}

/**
 * All of the copy's configuration. Objects stay packed (loose ones cost 10 to 20 times more), and no maintenance
 * starts behind our back: a function may be frozen in the middle of it.
 */
export function copyConfiguration(format: ObjectFormat): string {
  return `; Written by Enclosure, cache format 1. Do not edit: a changed file makes it start afresh.
[core]
	repositoryformatversion = ${format === 'sha1' ? 0 : 1}
	bare = true
	logAllRefUpdates = false
	hooksPath = /dev/null
${format === 'sha1' ? '' : '[extensions]\n\tobjectFormat = sha256\n'}[fetch]
	unpackLimit = 1
	fsckObjects = true
	recurseSubmodules = false
[transfer]
	fsckObjects = true
[protocol]
	version = 2
[gc]
	auto = 0
[maintenance]
	auto = false
[http]
	lowSpeedLimit = 1000
	lowSpeedTime = 60
`;
}

function cannotCreate(directory: string, error: unknown): EnclosureError {
  const { code, message } = error as NodeJS.ErrnoException;
  // simple-git gives the text of what it got, and no code.
  if (code === undefined && /spawn git ENOENT/.test(message)) return gitMissing();
  return new EnclosureError('git-failed', 'the local copy of the repository cannot be made', {
    where: directory,
    found: code ?? message.trim().slice(-300),
    next: 'Give this process the right to write there, or set cacheDirectory',
  });
}
