/**
 * The local copy over its life: made when it is missing, filled by fetches, thrown away and made again when it is
 * damaged, packed together when its packs become many. Every change happens under the lock of `copy-lock.ts`.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isEnclosureError } from '../../base/enclosure-error.ts';
import type { ObjectFormat } from '../../model/content-id.ts';
import type { Cancellable } from '../../model/ports/git-repository.ts';
import { isReachable } from '../commits/commits-between.ts';
import { BrokenCopyError, endedBy, FormatMismatchError } from '../process/fetch-failure.ts';
import type { GitBaseEnvironment } from '../process/git-environment.ts';
import { runGit } from '../process/git-process.ts';
import { localGit } from '../process/local-git.ts';
import { fetchRef } from '../remote/fetch-ref.ts';
import type { FetchOptions } from '../remote/within-limits.ts';
import { lockCopy } from './lock-copy.ts';
import { createCopy, inspectCopy, tidyPacks } from './create-copy.ts';

export interface FetchBranchOptions extends Cancellable {
  /** Called once the remote is being asked: there is time for something else. Perhaps never, perhaps more than once. */
  readonly onAsked?: () => void;
}

export interface LocalCopyOptions extends Omit<FetchOptions, 'signal'> {
  readonly base: GitBaseEnvironment;
  /** Ends what reads the copy, before it is removed. */
  readonly release: () => Promise<void>;
}

/** Every fetch adds a pack, and every look-up searches all of them. */
const packLimit = 50;

export class LocalCopy {
  readonly #options: LocalCopyOptions;
  /** What was fetched in this process, and is fetched again when the copy is made again: ref of ours -> source. */
  readonly #fetched = new Map<string, { readonly source: string; readonly branch?: string }>();
  #format: ObjectFormat = 'sha1';

  constructor(options: LocalCopyOptions) {
    this.#options = options;
  }

  get format(): ObjectFormat {
    return this.#format;
  }

  /** Makes the copy when there is none that can be used. */
  async prepare(options: Cancellable = {}): Promise<void> {
    if (await this.#isUsable()) return;
    await this.locked(options, async () => {
      if (!(await this.#isUsable())) await this.#create('sha1');
    });
  }

  /** Fetches the branch and returns its head, once `verify` has found it readable. */
  async fetchBranch(
    branch: string,
    verify: (head: string) => Promise<void>,
    options: FetchBranchOptions,
  ): Promise<string> {
    return await this.locked(options, async () => {
      if (!(await this.#isUsable())) await this.#create(this.#format);
      return await this.#healing(
        async () => await this.#bring(branch, verify, options, this.#options),
        options,
      );
    });
  }

  /**
   * Takes `head`, which is the branch's at the remote now, where the copy holds it already. Returns the head that the
   * branch has in the copy then: `head`, or an earlier one, or none.
   */
  async adopt(
    branch: string,
    head: string,
    verify: (head: string) => Promise<void>,
    options: Cancellable,
  ): Promise<string | undefined> {
    const target = branchRef(branch);
    const format = head.length === 64 ? 'sha256' : 'sha1';
    return await this.locked(options, async () => {
      if (!(await this.#isUsable())) await this.#create(format);
      else if (this.#format !== format) await this.#startAfresh(format, options);
      const known = await this.#head(target).catch(() => undefined);
      if (known !== head) {
        const git = { environment: this.#options.environment, signal: options.signal };
        if (!(await isReachable(head, git))) return known;
        const { exit } = await runGit(['update-ref', target, head], git);
        if (exit.code !== 0) throw endedBy(options.signal, () => this.#broken(`no ref ${target}`));
      }
      await verify(head);
      this.#fetched.set(target, sourceOf(branch));
      return head;
    });
  }

  /** Brings the branch to `head` from a local repository instead of the remote. Never makes the copy again. */
  async fetchFrom(
    source: { readonly ref: string; readonly options: FetchOptions },
    branch: string,
    head: string,
    verify: (head: string) => Promise<void>,
    options: Cancellable,
  ): Promise<void> {
    await this.locked(options, async () => {
      const found = await this.#bring(branch, verify, options, source.options, source.ref);
      if (found !== head) throw this.#broken(`${found} instead of ${head}`);
    });
  }

  /** Fetches a ref into the ref of the same name and returns its commit. Fails with `branch-missing` where it is not. */
  async fetchRef(ref: string, options: Cancellable): Promise<string> {
    return await this.locked(options, async () => {
      if (!(await this.#isUsable())) await this.#create(this.#format);
      return await this.#healing(async () => {
        await this.#fetch(ref, { source: ref }, options);
        return await this.#head(ref);
      }, options);
    });
  }

  /** Fetches one commit by its id. Not every remote allows it. */
  async fetchCommit(commit: string, options: Cancellable): Promise<void> {
    await this.locked(options, async () => {
      await this.#healing(
        async () => await this.#fetch(`refs/enclosure/commits/${commit}`, { source: commit }, options),
        options,
      );
    });
  }

  /** Throws the copy away and fetches again what it held for this process. */
  async rebuild(options: Cancellable): Promise<void> {
    await this.locked(options, async () => await this.#startAfresh(this.#format, options));
  }

  /** Runs it; when the copy turns out to be damaged or of the other object format, once more on a fresh one. */
  async #healing<T>(attempt: () => Promise<T>, options: Cancellable): Promise<T> {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof FormatMismatchError) await this.#startAfresh(error.format, options);
      else if (error instanceof BrokenCopyError) await this.#startAfresh(this.#format, options);
      else throw error;
      return await attempt();
    }
  }

  async #startAfresh(format: ObjectFormat, options: Cancellable): Promise<void> {
    await this.#create(format);
    for (const [target, what] of this.#fetched) {
      // What the remote has no more is missed by whoever asks for it, with a better message.
      await this.#fetch(target, what, options).catch((error: unknown) => {
        if (!isEnclosureError(error, 'commit-missing', 'branch-missing')) throw error;
      });
    }
  }

  async #fetch(
    target: string,
    what: { readonly source: string; readonly branch?: string },
    options: Cancellable,
  ): Promise<void> {
    await fetchRef(what.source, target, { ...this.#options, signal: options.signal }, what.branch);
    this.#fetched.set(target, what);
  }

  /** Fetches the branch, from the remote or from elsewhere, and returns its head. */
  async #bring(
    branch: string,
    verify: (head: string) => Promise<void>,
    { onAsked, ...options }: FetchBranchOptions,
    from: FetchOptions,
    source = sourceOf(branch).source,
  ): Promise<string> {
    const target = branchRef(branch);
    const packs = await tidyPacks(this.#options.gitDirectory);
    await fetchRef(source, target, { ...from, signal: options.signal, onAsked }, branch);
    this.#fetched.set(target, sourceOf(branch));
    const head = await this.#head(target);
    await verify(head);
    if (packs >= packLimit) await this.#pack(options);
    return head;
  }

  async #isUsable(): Promise<boolean> {
    const format = await inspectCopy(this.#options.gitDirectory);
    if (format !== undefined) this.#format = format;
    return format !== undefined;
  }

  async #create(format: ObjectFormat): Promise<void> {
    await this.#options.release();
    await createCopy(this.#options.gitDirectory, format, this.#options.base);
    this.#format = format;
  }

  /** Read from its file: a process to ask for it would cost as much as the fetch of a small change. */
  async #head(target: string): Promise<string> {
    const path = join(this.#options.gitDirectory, target);
    const text = (await readFile(path, 'utf8').catch(() => '')).trim();
    if (/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text)) return text;
    throw this.#broken(`no commit in ${target}`);
  }

  #broken(found: string): BrokenCopyError {
    return new BrokenCopyError(this.#options.url.url, found);
  }

  /** Geometric: small packs are joined, large ones are left alone, and no object is dropped. Failing does no harm. */
  async #pack(options: Cancellable): Promise<void> {
    const git = await localGit(this.#options.gitDirectory, this.#options.base, options.signal);
    await git.raw(['repack', '--geometric=2', '-d', '-q']).catch(() => undefined);
  }

  /** Runs it while nobody else, in this process or another, changes the copy. */
  async locked<T>(options: Cancellable, run: () => Promise<T>): Promise<T> {
    const { gitDirectory, timeoutMs } = this.#options;
    const lock = await lockCopy(`${gitDirectory}.lock`, { timeoutMs, signal: options.signal });
    try {
      return await run();
    } finally {
      await lock.release();
    }
  }
}

/** Where the remote has it. */
function sourceOf(branch: string): { readonly source: string; readonly branch: string } {
  return { source: `refs/heads/${branch}`, branch };
}

/** Flat, so that `a` and `a/b` can follow each other when branches are deleted and renamed. */
function branchRef(branch: string): string {
  const name = encodeURIComponent(branch);
  return `refs/enclosure/heads/${name.length <= 200 ? name : createHash('sha256').update(branch).digest('hex')}`;
}

/** Whether the remote said that it does not have, or does not give, the commit. */
export function isNotOffered(error: unknown): boolean {
  return isEnclosureError(error, 'commit-missing');
}
