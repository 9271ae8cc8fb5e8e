/**
 * Opens a repository over its local copy, which survives between runs below the cache directory. Wires the parts of
 * this folder together; the work is in them.
 *
 * Fails with `url-refused` before any process is started; see `fetch-failure.ts` for the rest.
 */
import type { Contents, ReadOptions } from '../model/ports/contents.ts';
import type { Cancellable, GitRepository } from '../model/ports/git-repository.ts';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EnclosureError } from '../base/enclosure-error.ts';
import { copyName } from './copy/create-copy.ts';
import { CatFile } from './objects/cat-file.ts';
import { checkBranch } from './remote/check-branch.ts';
import { checkUrl } from './remote/check-url.ts';
import {
  commitMissing,
  lookUpCommit,
  type FoundCommit,
  readFileAt,
  readTree,
  treeAt,
} from './trees/look-up-commit.ts';
import { commitsBetween, isAncestor } from './commits/commits-between.ts';
import { diffTrees } from './trees/diff-trees.ts';
import { BrokenCopyError, readFailure } from './process/fetch-failure.ts';
import { gitEnvironment, type GitBaseEnvironment } from './process/git-environment.ts';
import { listTree } from './trees/list-tree.ts';
import { lastCommit, lastCommits } from './commits/last-commits.ts';
import { isNotOffered, LocalCopy } from './copy/local-copy.ts';
import { lineOfCommits } from './commits/line-of-commits.ts';
import { smallDifference } from './trees/small-difference.ts';
import { createNotes } from './commits/create-notes.ts';
import { ObjectReader } from './objects/object-reader.ts';
import { sharedFetchBranch } from './shared-fetch/shared-fetch-branch.ts';
import type { SharedFetch } from './shared-fetch/shared-fetch.ts';
import type { GitExit, GitOptions } from './process/git-process.ts';

export interface OpenRepositoryOptions {
  readonly url: string;
  /** A token for https. Not used for ssh, which has its agent, nor for local repositories. */
  readonly credentials?: string | undefined;
  readonly cacheDirectory: string;
  /** Allows file: URLs. */
  readonly allowLocal: boolean;
  /** The process's environment, or the part of it that `inheritedNames` lists. */
  readonly baseEnv: GitBaseEnvironment;
  /** For one fetch; default 5 minutes. */
  readonly timeoutMs?: number;
  /** For one fetch; default 2 GiB. */
  readonly maxBytes?: number;
  /** Makes one fetch for all processes that share it. */
  readonly shared?: SharedFetch | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * @example
 * const repository = await openRepository({ url, cacheDirectory, allowLocal: false, baseEnv });
 * try {
 *   const head = await repository.fetchBranch('main');
 * } finally {
 *   await repository.close();
 * }
 */
export async function openRepository(options: OpenRepositoryOptions): Promise<GitRepository> {
  const url = checkUrl(options.url, options);
  const credentials = options.credentials?.trim();
  const cacheDirectory = resolve(options.cacheDirectory);
  await mkdir(cacheDirectory, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw new EnclosureError('git-failed', 'the cache directory cannot be made', {
      where: cacheDirectory,
      found: (error as NodeJS.ErrnoException).code ?? 'an unknown error',
    });
  });
  const gitDirectory = join(cacheDirectory, copyName(url));
  const environment = gitEnvironment(options.baseEnv, { gitDirectory, allowLocal: options.allowLocal });
  const secrets = credentials === undefined ? [] : [credentials];

  const git = (cancel: Cancellable): GitOptions => ({ environment, signal: cancel.signal });
  const onFailure = (exit: GitExit): EnclosureError => readFailure(exit, { url: url.url, secrets });
  const objects = new ObjectReader((mode, signal) => new CatFile(mode, { environment, signal }, onFailure));

  const fetch = {
    url,
    credentials,
    gitDirectory,
    environment,
    timeoutMs: options.timeoutMs ?? 300_000,
    maxBytes: options.maxBytes ?? 2 ** 31,
  };
  const copy = new LocalCopy({
    ...fetch,
    base: options.baseEnv,
    release: async () => await objects.close(),
  });
  await copy.prepare(options);

  async function repairing<T>(run: () => Promise<T>, cancel: Cancellable = {}): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof BrokenCopyError)) throw error;
      await copy.rebuild(cancel);
      return await run();
    }
  }

  async function verify(head: string): Promise<void> {
    const { found } = await lookUpCommit(objects, head, {});
    if (!found) throw new BrokenCopyError(url.url, `no commit ${head}`);
  }

  async function requireCommit(commit: string, cancel: Cancellable): Promise<FoundCommit> {
    const answer = await lookUpCommit(objects, commit, cancel);
    if (!answer.found) throw commitMissing(commit);
    return answer;
  }

  return {
    url: url.url,
    get objectFormat() {
      return copy.format;
    },
    async fetchBranch(branch, cancel = {}) {
      checkBranch(branch);
      // It starts while git fetches, and is needed right after.
      const asked = { ...cancel, onAsked: () => objects.warm() };
      const { shared } = options;
      if (shared === undefined) return await copy.fetchBranch(branch, verify, asked);
      return await sharedFetchBranch(branch, { shared, copy, fetch, onFailure, verify }, asked);
    },
    async resolveCommit(name, cancel = {}) {
      const wanted = checkCommit(name);
      return await repairing(async () => {
        let answer = await lookUpCommit(objects, wanted, cancel);
        if (!answer.found && answer.reason === 'missing' && isFullId(wanted)) {
          await copy.fetchCommit(wanted, cancel).catch((error: unknown) => {
            if (!isNotOffered(error)) throw error;
          });
          answer = await lookUpCommit(objects, wanted, cancel);
        }
        if (!answer.found && answer.reason === 'ambiguous') throw ambiguous(wanted);
        return answer.found ? answer.commit : undefined;
      }, cancel);
    },
    async hasCommit(commit, cancel = {}) {
      const wanted = checkCommit(commit);
      return await repairing(async () => (await lookUpCommit(objects, wanted, cancel)).found, cancel);
    },
    async isAncestor(ancestor, commit, cancel = {}) {
      const pair = [checkCommit(ancestor), checkCommit(commit)] as const;
      return await repairing(async () => {
        const [earlier, later] = [await requireCommit(pair[0], cancel), await requireCommit(pair[1], cancel)];
        // Mostly it is the very commit before, and no process is needed to tell.
        const near = earlier.commit === later.commit || later.parents.includes(earlier.commit);
        return near || (await isAncestor(...pair, git(cancel), onFailure));
      }, cancel);
    },
    async commitsBetween(from, to, limit, cancel = {}) {
      const range = [from === null ? null : checkCommit(from), checkCommit(to)] as const;
      return await repairing(async () => {
        const [first, last] = range;
        if (first !== null) {
          const near = await lineOfCommits(objects, first, last, cancel);
          if (near !== undefined && near.length <= limit) return { commits: near, cut: 0 };
        }
        for (const each of range) if (each !== null) await requireCommit(each, cancel);
        return await commitsBetween(...range, limit, git(cancel), onFailure);
      }, cancel);
    },
    async lastCommit(commit, path, cancel = {}) {
      const wanted = checkCommit(commit);
      return await repairing(async () => {
        await requireCommit(wanted, cancel);
        return await lastCommit(wanted, path, git(cancel), onFailure);
      }, cancel);
    },
    async lastCommits(commit, paths, cancel = {}) {
      const wanted = checkCommit(commit);
      return await repairing(async () => {
        await requireCommit(wanted, cancel);
        return await lastCommits(wanted, paths, git(cancel), onFailure);
      }, cancel);
    },
    async readContent(id, cancel = {}) {
      const [answer] = await objects.ask([checkCommit(id)], cancel);
      return answer?.id !== undefined && answer.type === 'blob' ? answer.data : undefined;
    },
    async treeAt(commit, directory, cancel = {}) {
      const wanted = checkCommit(commit);
      return await repairing(async () => await treeAt(objects, wanted, directory, cancel), cancel);
    },
    async readTree(tree, cancel = {}) {
      return await repairing(async () => await readTree(objects, checkCommit(tree), cancel), cancel);
    },
    listTree: (tree, cancel = {}) => listTree(checkCommit(tree), git(cancel), onFailure),
    async *diffTrees(before, after, cancel = {}) {
      const pair = [checkCommit(before), checkCommit(after)] as const;
      const near = await smallDifference(objects, ...pair, cancel);
      if (near === undefined) yield* diffTrees(...pair, git(cancel), onFailure);
      else yield near;
    },
    async readFileAt(tree, path, cancel = {}) {
      return await repairing(async () => await readFileAt(objects, checkCommit(tree), path, cancel), cancel);
    },
    openContents: () => openContents(objects),
    notes: createNotes({
      copy,
      gitDirectory,
      environment,
      remote: { url, credentials, environment },
      objects,
      onFailure,
      repairing,
    }),
    repairing,
    async close() {
      await objects.close();
      await options.shared?.close();
    },
  };
}

/** A view on the reader of the repository, whose running process it shares: closing it ends only what it began. */
function openContents(objects: ObjectReader): Contents {
  const closing = new AbortController();
  const bounded = (options: ReadOptions = {}): ReadOptions => ({
    ...options,
    signal: options.signal === undefined ? closing.signal : AbortSignal.any([options.signal, closing.signal]),
  });
  return {
    read: (oids, options) => objects.read(oids, bounded(options)),
    readBatches: (oids, options) => objects.readBatches(oids, bounded(options)),
    sizes: async (oids, options) => await objects.sizes(oids, bounded(options)),
    close() {
      closing.abort();
      return Promise.resolve();
    },
  };
}

/** Hexadecimal digits only: nothing that git could read as an option or a revision expression. */
function checkCommit(name: string): string {
  if (/^[0-9a-f]{4,64}$/i.test(name)) return name.toLowerCase();
  throw new EnclosureError('ref-refused', 'the commit is not named by its id', {
    expected: '4 to 64 hexadecimal digits',
    next: 'Name the commit by its id, as git rev-parse prints it',
  });
}

function isFullId(name: string): boolean {
  return name.length === 40 || name.length === 64;
}

function ambiguous(name: string): EnclosureError {
  return new EnclosureError('ref-refused', 'several commits begin with these digits', {
    found: name,
    next: 'Name the commit by more of its id',
  });
}
