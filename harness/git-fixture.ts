/**
 * Builds real git repositories for tests: bare, from a description of each commit, through `git fast-import`, which is
 * fast and lets a path be any bytes; and from hand-made trees, which fast-import and every porcelain would refuse.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type FixtureFile =
  | string
  | Uint8Array
  | { readonly symlink: string }
  /** A submodule at this commit. */
  | { readonly submodule: string }
  | { readonly executable: string };

export interface CommitOptions {
  readonly branch?: string;
  readonly message?: string;
  readonly author?: string;
  /** Begin a history of its own instead of following the branch: what a forced push looks like. */
  readonly orphan?: boolean;
  /** Leave the files of the parent as they are, and only set those given; null removes one. */
  readonly patch?: boolean;
}

export interface RawEntry {
  readonly mode: string;
  readonly name: string | Uint8Array;
  readonly oid: string;
}

export interface GitFixture {
  readonly directory: string;
  /** `file:///...` */
  readonly url: string;
  /** Makes a commit whose tree is exactly these files (with `patch`: the parent's, changed) and returns its id. */
  commit(files: Readonly<Record<string, FixtureFile | null>>, options?: CommitOptions): string;
  /** Makes a commit of a tree that was made by hand. */
  commitTree(tree: string, options?: { readonly branch?: string; readonly parent?: string }): string;
  blob(data: string | Uint8Array): string;
  /** Writes a tree object byte for byte: unsorted, with duplicates, with any name. */
  rawTree(entries: readonly RawEntry[]): string;
  /** Runs git in the repository; fails when it fails. */
  git(args: readonly string[], input?: string | Uint8Array): string;
  remove(): Promise<void>;
}

export async function createGitFixture(objectFormat: 'sha1' | 'sha256' = 'sha1'): Promise<GitFixture> {
  const root = await mkdtemp(join(tmpdir(), 'enclosure-fixture-'));
  const directory = join(root, 'remote.git');
  const environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: root,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'A',
    GIT_AUTHOR_EMAIL: 'a@example.org',
    GIT_COMMITTER_NAME: 'A',
    GIT_COMMITTER_EMAIL: 'a@example.org',
  };
  const run = (args: readonly string[], input?: string | Uint8Array): string => {
    const { status, stdout, stderr } = spawnSync('git', args, {
      env: environment,
      maxBuffer: 2 ** 28,
      ...(input === undefined ? {} : { input }),
    });
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr.toString()}`);
    return stdout.toString().trim();
  };
  run(['init', '--quiet', '--bare', '--initial-branch=main', `--object-format=${objectFormat}`, directory]);
  const git = (args: readonly string[], input?: string | Uint8Array): string =>
    run(['-C', directory, ...args], input);
  let time = 1_700_000_000;

  return {
    directory,
    url: `file://${directory}`,
    git,
    commit(files, options = {}) {
      const branch = options.branch ?? 'main';
      const exists = git(['for-each-ref', `refs/heads/${branch}`]) !== '';
      time += 1;
      git(['fast-import', '--quiet', '--force'], fastImport(files, { ...options, branch, time, exists }));
      return git(['rev-parse', `refs/heads/${branch}`]);
    },
    commitTree(tree, options = {}) {
      const parents = options.parent === undefined ? [] : ['-p', options.parent];
      const commit = git(['commit-tree', '-m', 'by hand', ...parents, tree]);
      git(['update-ref', `refs/heads/${options.branch ?? 'main'}`, commit]);
      return commit;
    },
    blob: (data) => git(['hash-object', '-w', '--stdin'], data),
    rawTree: (entries) =>
      git(['hash-object', '-t', 'tree', '-w', '--literally', '--stdin'], treeBytes(entries)),
    remove: async () => await rm(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}

function treeBytes(entries: readonly RawEntry[]): Uint8Array {
  return Buffer.concat(
    entries.flatMap(({ mode, name, oid }) => [
      Buffer.from(`${mode} `),
      Buffer.from(name),
      Buffer.of(0),
      Buffer.from(oid, 'hex'),
    ]),
  );
}

interface ImportOptions extends CommitOptions {
  readonly branch: string;
  readonly time: number;
  readonly exists: boolean;
}

/** https://git-scm.com/docs/git-fast-import */
function fastImport(files: Readonly<Record<string, FixtureFile | null>>, options: ImportOptions): Uint8Array {
  const parts: Uint8Array[] = [];
  const line = (text: string): unknown => parts.push(Buffer.from(`${text}\n`));
  const data = (bytes: string | Uint8Array): void => {
    const buffer = Buffer.from(bytes);
    line(`data ${buffer.length}`);
    parts.push(buffer, Buffer.from('\n'));
  };
  if (options.orphan === true) line(`reset refs/heads/${options.branch}\n`);
  line(`commit refs/heads/${options.branch}`);
  line(`committer ${options.author ?? 'A'} <a@example.org> ${options.time} +0000`);
  data(options.message ?? 'change');
  if (options.exists && options.orphan !== true) line(`from refs/heads/${options.branch}^0`);
  if (options.patch !== true) line('deleteall');
  for (const [path, file] of Object.entries(files)) {
    const name = quotePath(path);
    if (file === null) line(`D ${name}`);
    else if (typeof file === 'object' && 'submodule' in file) line(`M 160000 ${file.submodule} ${name}`);
    else if (typeof file === 'object' && 'symlink' in file) {
      line(`M 120000 inline ${name}`);
      data(file.symlink);
    } else if (typeof file === 'object' && 'executable' in file) {
      line(`M 100755 inline ${name}`);
      data(file.executable);
    } else {
      line(`M 100644 inline ${name}`);
      data(file);
    }
  }
  return Buffer.concat(parts);
}

function quotePath(path: string): string {
  return `"${path
    .replaceAll('\\', '\\\\')
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`)}"`;
}
