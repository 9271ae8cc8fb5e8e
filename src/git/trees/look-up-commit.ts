/** From a commit to the tree of a directory in it, over the process that stays. */
import type { Cancellable, TreeEntry } from '../../model/ports/git-repository.ts';
import { EnclosureError } from '../../base/enclosure-error.ts';
import { BrokenCopyError } from '../process/fetch-failure.ts';
import type { ObjectReader } from '../objects/object-reader.ts';
import { parseTree } from './make-entry.ts';

const fileLimit = 1_048_576;

export interface FoundCommit {
  readonly found: true;
  readonly commit: string;
  readonly tree: string;
  readonly parents: readonly string[];
}

export type CommitLookup = FoundCommit | { readonly found: false; readonly reason: 'missing' | 'ambiguous' };

/** `name`: a commit's id or the beginning of it. What it names may be a tag, but not a tree. */
export async function lookUpCommit(
  objects: ObjectReader,
  name: string,
  options: Cancellable,
): Promise<CommitLookup> {
  const [answer] = await objects.ask([`${name}^{commit}`], options);
  if (answer?.id === undefined) return { found: false, reason: answer?.reason ?? 'missing' };
  const links = commitLinks(answer.data?.toString('latin1') ?? '');
  if (links === undefined) throw new BrokenCopyError(`commit ${answer.id}`, 'no tree in it');
  return { found: true, commit: answer.id, ...links };
}

/** What a raw commit points to; undefined where it is none. */
export function commitLinks(
  text: string,
): { readonly tree: string; readonly parents: readonly string[] } | undefined {
  const [, tree, lines = ''] = /^tree ([0-9a-f]+)\n((?:parent [0-9a-f]+\n)*)/.exec(text) ?? [];
  if (tree === undefined) return undefined;
  return { tree, parents: lines.split('\n').flatMap((line) => line.slice('parent '.length) || []) };
}

export async function readTree(
  objects: ObjectReader,
  tree: string,
  options: Cancellable,
): Promise<TreeEntry[]> {
  return parseRawTree(await readRawTree(objects, tree, options), tree);
}

/** The tree object as it is. */
export async function readRawTree(
  objects: ObjectReader,
  tree: string,
  options: Cancellable,
): Promise<Buffer> {
  const [answer] = await objects.ask([tree], options);
  if (answer?.id !== undefined && answer.type === 'tree' && answer.data !== undefined) return answer.data;
  throw noTree(tree);
}

/** @param tree an object's name: how long it is says how long the others are, and it stands in the error */
export function parseRawTree(data: Buffer, tree: string): TreeEntry[] {
  const entries = parseTree(data, tree.length === 64 ? 32 : 20);
  if (entries === undefined) throw noTree(tree);
  return entries;
}

function noTree(tree: string): BrokenCopyError {
  return new BrokenCopyError(`tree ${tree}`, 'no tree object');
}

/** Walks down from the root, so that the listing of the directory itself, which may be long, is not read. */
export async function treeAt(
  objects: ObjectReader,
  commit: string,
  directory: string,
  options: Cancellable,
): Promise<string | undefined> {
  const root = await lookUpCommit(objects, commit, options);
  if (!root.found) throw commitMissing(commit);
  let tree = root.tree;
  for (const segment of directory === '' ? [] : directory.split('/')) {
    const entries = await readTree(objects, tree, options);
    const entry = entries.find(({ path, invalidAt }) => path === segment && invalidAt === undefined);
    if (entry?.type !== 'directory') return undefined;
    tree = entry.oid;
  }
  return tree;
}

/** A file that is named by its path in a tree; larger than `fileLimit` it comes without data. */
export async function readFileAt(
  objects: ObjectReader,
  tree: string,
  path: string,
  options: Cancellable,
): Promise<{ readonly id: string; readonly data?: Buffer } | undefined> {
  const [answer] = await objects.ask([`${tree}:${path}`], { ...options, keep: fileLimit });
  return answer?.id !== undefined && answer.type === 'blob' ? answer : undefined;
}

export function commitMissing(commit: string): EnclosureError {
  return new EnclosureError('commit-missing', 'the repository does not have the commit', {
    found: commit,
    next: 'It may be gone by a forced push; name another commit',
  });
}
