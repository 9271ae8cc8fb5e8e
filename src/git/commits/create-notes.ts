/**
 * The notes of a repository (`refs/notes/enclosure`), over the local copy. Git itself lays out their tree, so that every
 * git reads them with `git notes --ref=enclosure show COMMIT`. What stands in them is the caller's, and so is what to do
 * when somebody else was faster.
 *
 * Every set of notes is made under a ref of its own and on the tip that the caller has read: nothing that another process
 * has fetched into the same copy meanwhile can be lost by it. The lock of the copy is not held while git pushes.
 */
import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cancellable, GitNotes, TreeEntry } from '../../model/ports/git-repository.ts';
import { EnclosureError, isEnclosureError } from '../../base/enclosure-error.ts';
import { endedBy } from '../process/fetch-failure.ts';
import type { GitEnvironment } from '../process/git-environment.ts';
import { startGit, type GitOptions } from '../process/git-process.ts';
import { listTree } from '../trees/list-tree.ts';
import type { LocalCopy } from '../copy/local-copy.ts';
import type { ObjectReader } from '../objects/object-reader.ts';
import { pushRef } from '../remote/push-ref.ts';
import type { Remote } from '../remote/run-remote.ts';
import type { OnFailure } from '../process/stream-lines.ts';

export interface NotesParts {
  readonly copy: LocalCopy;
  readonly gitDirectory: string;
  readonly environment: GitEnvironment;
  readonly remote: Remote;
  readonly objects: ObjectReader;
  readonly onFailure: OnFailure;
  readonly repairing: <T>(run: () => Promise<T>, options: Cancellable) => Promise<T>;
}

const notesRef = 'refs/notes/enclosure';
/** Larger ones are taken for damaged by somebody: a commit in a hundred environments, each with a full record, has 6 MiB. */
const largestNote = 64 * 1024 * 1024;

/** Whom git names as the author of the notes' own commits. */
const identity = Object.fromEntries(
  ['AUTHOR', 'COMMITTER'].flatMap((role) => [
    [`GIT_${role}_NAME`, 'Enclosure'],
    [`GIT_${role}_EMAIL`, 'noreply@enclosure.invalid'],
  ]),
);

export function createNotes(parts: NotesParts): GitNotes {
  const { copy, gitDirectory, onFailure, remote } = parts;
  const environment = { ...parts.environment, ...identity };
  const knownTip = async (): Promise<string | undefined> => await readRef(gitDirectory, notesRef);

  return {
    knownTip,
    async fetchTip(options = {}) {
      try {
        return await copy.fetchRef(notesRef, options);
      } catch (error) {
        if (!isEnclosureError(error, 'branch-missing')) throw error;
        await rm(join(gitDirectory, notesRef), { force: true });
        return undefined;
      }
    },
    async read(tip, commits, options = {}) {
      if (tip === undefined) return new Map();
      return await parts.repairing(async () => await readNotes(parts, tip, commits, options), options);
    },
    async push(tip, notes, options = {}) {
      const git: GitOptions = { environment, signal: options.signal };
      const commit = await copy.locked(options, async () => await setNotes(parts, tip, notes, git));
      const signal = options.signal ?? new AbortController().signal;
      if (!(await pushRef(commit, notesRef, remote, signal))) return false;
      // Only when nobody has learned of a later tip meanwhile; failing means to ask the remote again.
      const old = tip ?? '0'.repeat(commit.length);
      await run(['update-ref', notesRef, commit, old], git, onFailure).catch(() => undefined);
      return true;
    },
  };
}

async function readNotes(
  { environment, objects, onFailure }: NotesParts,
  tip: string,
  commits: ReadonlySet<string> | undefined,
  { signal }: Cancellable,
): Promise<Map<string, string>> {
  const blobs = new Map<string, string>();
  for await (const entries of listTree(tip, { environment, signal }, onFailure)) {
    for (const entry of entries) {
      const commit = annotatedCommit(entry);
      if (commit !== undefined && commits?.has(commit) !== false) blobs.set(commit, entry.oid);
    }
  }
  const texts = new Map<string, string>();
  const names = [...blobs.keys()];
  let index = 0;
  for await (const { data } of objects.read(blobs.values(), { signal, keep: largestNote })) {
    const commit = names[index] ?? '';
    index += 1;
    if (data === undefined) throw tooLarge(commit);
    texts.set(commit, data.toString());
  }
  return texts;
}

/** Git spreads many notes over directories: `3f/2a1b...` is the note on commit `3f2a1b...`. */
function annotatedCommit({ type, path }: TreeEntry): string | undefined {
  const name = path.replaceAll('/', '');
  return type === 'file' && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(name) ? name : undefined;
}

/** A commit that follows `tip` and has these notes. Nothing points at it when this returns. */
async function setNotes(
  { gitDirectory, onFailure }: NotesParts,
  tip: string | undefined,
  notes: ReadonlyMap<string, string>,
  git: GitOptions,
): Promise<string> {
  const ref = `${notesRef}-${randomUUID()}`;
  try {
    if (tip !== undefined) await run(['update-ref', ref, tip], git, onFailure);
    for (const [commit, text] of notes) {
      await run(['notes', `--ref=${ref}`, 'add', '--force', '--file=-', commit], git, onFailure, text);
    }
    const made = await readRef(gitDirectory, ref);
    if (made === undefined) throw new EnclosureError('git-failed', 'git made no notes', { where: ref });
    return made;
  } finally {
    await rm(join(gitDirectory, ref), { force: true });
  }
}

/** Read from its file, as `LocalCopy` does: nothing packs the refs of the copy. */
async function readRef(gitDirectory: string, ref: string): Promise<string | undefined> {
  const text = (await readFile(join(gitDirectory, ref), 'utf8').catch(() => '')).trim();
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text) ? text : undefined;
}

async function run(
  args: readonly string[],
  options: GitOptions,
  onFailure: OnFailure,
  input = '',
): Promise<void> {
  const git = startGit(args, options);
  git.stdin.end(input);
  git.stdout.resume();
  const exit = await git.exited;
  if (exit.code !== 0) throw endedBy(options.signal, () => onFailure(exit));
}

function tooLarge(commit: string): EnclosureError {
  return new EnclosureError('git-failed', 'a note is too large to be one of ours', {
    where: `${notesRef}, commit ${commit}`,
    expected: `at most ${largestNote} bytes`,
    next: `Look at it with git notes --ref=enclosure show ${commit}, and remove it`,
  });
}
