/**
 * A git repository as the other stages see it. `src/git` is what it is made of; nothing here knows of processes.
 */
import type { ObjectFormat } from '../content-id.ts';
import type { CommitSummary } from '../deployment-record.ts';
import type { ContentSource } from './contents.ts';

export interface Cancellable {
  readonly signal?: AbortSignal | undefined;
}

/** What a tree of git can hold, as far as it matters here. */
export type EntryType = 'file' | 'symlink' | 'submodule' | 'directory';

export interface TreeEntry {
  readonly type: EntryType;
  readonly oid: string;
  /** Relative to the tree that was listed; '/' between segments. Bytes that are not UTF-8 stand in it as `\xNN`. */
  readonly path: string;
  /** Set when the last segment is not UTF-8: the offset of the first wrong byte, in that segment. */
  readonly invalidAt?: number;
  /** Of a blob, where the listing tells it. */
  readonly size?: number;
}

/** A path that differs. A file that became a directory is two of them, with the same path. */
export interface TreeDifference {
  readonly before?: TreeEntry;
  readonly after?: TreeEntry;
}

/** A commit as an answer to "who set this, and when". */
export interface CommitDetails extends CommitSummary {
  /** When it was committed, ISO 8601. */
  readonly time: string;
}

/**
 * What git keeps beside the history of a repository: texts on commits, which may be gone, under a ref of their own
 * (`refs/notes/enclosure`). A tip is a commit of that ref; undefined stands for a ref that does not exist.
 */
export interface GitNotes {
  /** The remote's tip when this copy last heard of it. Asks nobody. */
  knownTip(): Promise<string | undefined>;
  /** The remote's tip now. */
  fetchTip(options?: Cancellable): Promise<string | undefined>;
  /** The notes under a tip by their commits: all of them, or those on the commits given. */
  read(
    tip: string | undefined,
    commits?: ReadonlySet<string>,
    options?: Cancellable,
  ): Promise<ReadonlyMap<string, string>>;
  /** Sets the notes on these commits and pushes that as the successor of `tip`; false when the remote has another tip. */
  push(tip: string | undefined, notes: ReadonlyMap<string, string>, options?: Cancellable): Promise<boolean>;
}

/**
 * A repository as its local copy shows it. Only `fetchBranch`, `resolveCommit` for a commit that the copy lacks, and
 * the notes talk to the remote.
 *
 * A damaged copy is made again once, by whatever call notices it; the streams (`listTree`, `diffTrees`, `read`) cannot
 * start again by themselves and fail with a `BrokenCopyError`: see `repairing`.
 */
export interface GitRepository extends ContentSource {
  /** Without credentials: fit for messages. */
  readonly url: string;
  /** Known for certain after the first fetch. */
  readonly objectFormat: ObjectFormat;
  /** Fetches the branch and returns its head. */
  fetchBranch(branch: string, options?: Cancellable): Promise<string>;
  /** The full id of a commit; from 4 hexadecimal digits on. Undefined when neither the copy nor the remote has it. */
  resolveCommit(name: string, options?: Cancellable): Promise<string | undefined>;
  hasCommit(commit: string, options?: Cancellable): Promise<boolean>;
  /** Whether `ancestor` is `commit` or comes before it. Fails with `commit-missing`. */
  isAncestor(ancestor: string, commit: string, options?: Cancellable): Promise<boolean>;
  /** What `to` has and `from` (null: nothing) has not, newest first, at most `limit` of it; `cut` counts the rest. */
  commitsBetween(
    from: string | null,
    to: string,
    limit: number,
    options?: Cancellable,
  ): Promise<{ readonly commits: CommitSummary[]; readonly cut: number }>;
  /**
   * The commit, from this one backwards, that last set a file or anything below a directory ('' for the whole repository),
   * as `git log -1` says. Undefined when none ever held it. Fails with `commit-missing`.
   */
  lastCommit(commit: string, path: string, options?: Cancellable): Promise<CommitDetails | undefined>;
  /** The same for many paths in one walk; paths that no commit has held are not in the answer. */
  lastCommits(
    commit: string,
    paths: ReadonlySet<string>,
    options?: Cancellable,
  ): Promise<ReadonlyMap<string, CommitDetails>>;
  /** The tree of a directory ('' for the whole repository); undefined when there is no such directory. */
  treeAt(commit: string, directory: string, options?: Cancellable): Promise<string | undefined>;
  /** The direct entries of a tree. */
  readTree(tree: string, options?: Cancellable): Promise<readonly TreeEntry[]>;
  /** A small file by its path in a tree; undefined when there is none, without data when it is larger than 1 MiB. */
  readFileAt(
    tree: string,
    path: string,
    options?: Cancellable,
  ): Promise<{ readonly id: string; readonly data?: Buffer } | undefined>;
  /** All entries of a tree in batches, a directory before what it holds. */
  listTree(tree: string, options?: Cancellable): AsyncIterable<readonly TreeEntry[]>;
  /** What differs between two trees in batches, directories that differ included. Renames are not looked for. */
  diffTrees(before: string, after: string, options?: Cancellable): AsyncIterable<readonly TreeDifference[]>;
  readonly notes: GitNotes;
  /** Runs something that streams; when it finds the copy damaged, the copy is made again and it runs once more. */
  repairing<T>(run: () => Promise<T>, options?: Cancellable): Promise<T>;
  /** Ends every process that reads for it; a fetch is ended by its signal. */
  close(): Promise<void>;
}
