/**
 * The rules by which files become znodes, for one entry at a time. Both ways to a desired tree, the
 * whole listing and the difference of two commits, decide by these functions, so they cannot disagree. Pure.
 */
import type { TreeEntry } from '../../model/ports/git-repository.ts';
import type { Layout, UnsupportedPolicy } from '../../model/environment.ts';
import { baseName, escapeName, parentOf, segmentProblem } from '../../model/znode-path.ts';
import type { Findings } from './findings.ts';

export interface MappingRules {
  readonly layout: Layout;
  readonly unsupported: UnsupportedPolicy;
  /** What `.enclosureignore` leaves out; paths relative to the environment's directory. */
  readonly ignores: (path: string, isDirectory: boolean) => boolean;
  /** Blobs that are pointers to Git LFS. */
  readonly pointers: ReadonlySet<string>;
}

/**
 * What an entry that is no directory becomes: a znode of its own, the data of its directory's znode, a reason for its
 * directory to be a znode, or nothing.
 */
export type Placement = 'znode' | 'data' | 'keep' | 'nothing';

/** ZooKeeper takes longer ones; file systems do not, and an agent writes znodes to one. */
const nameLimit = 255;

export function placeEntry(entry: TreeEntry, rules: MappingRules, findings: Findings): Placement {
  const { path, type } = entry;
  if (rules.ignores(path, type === 'submodule')) return 'nothing';
  const name = baseName(path);
  if (type === 'symlink') return unsupported(path, 'a symbolic link', rules, findings);
  if (type === 'submodule') return unsupported(path, 'a submodule', rules, findings);
  switch (name) {
    case '.gitkeep':
      return 'keep';
    case '.gitignore':
    case '.gitattributes':
    case '.enclosureignore':
      return 'nothing';
  }
  if (rules.pointers.has(entry.oid)) return unsupported(path, 'a pointer to Git LFS', rules, findings);
  if (rules.layout === 'directory' || name === '.znode') return 'data';
  const problem = nameProblem(entry, name);
  if (problem === undefined) {
    warnOfLength(path, findings, name);
    return 'znode';
  }
  findings.refuse('invalid-name', problem);
  return 'nothing';
}

/** Whether a file may hold data that are synced, so that its size and content have to be known. */
export function mayHoldData({ type, path }: TreeEntry, rules: MappingRules): boolean {
  return type === 'file' && !rules.ignores(path, false);
}

/** Why the last segment of a path cannot be a znode's name: which, why and at which byte. */
export function nameProblem({ path, invalidAt }: TreeEntry, name = baseName(path)): string | undefined {
  // Nearly every name is of this kind, and this is 10 times faster than to look at each character.
  if (invalidAt === undefined && /^[\w-][\w.-]*$/.test(name)) return undefined;
  const reason = invalidAt === undefined ? segmentProblem(name) : 'it is not valid UTF-8';
  if (reason === undefined) return undefined;
  const parent = parentOf(path) ?? '';
  const offset = invalidAt ?? refusedByte(name);
  return (
    `the name "${escapeName(name)}" in ${quoteDirectory(parent)} cannot be a znode's: ${reason}, at byte ${offset}. ` +
    'Rename it, or name it in .enclosureignore'
  );
}

export function warnOfLength(path: string, findings: Findings, name = baseName(path)): void {
  if (name.length * 3 <= nameLimit || Buffer.byteLength(name) <= nameLimit) return;
  findings.warn(
    `the name of "${escapeName(path)}" has ${Buffer.byteLength(name)} bytes; more than ${nameLimit} cannot be a file's name, so an agent cannot download it`,
  );
}

export function severalFiles(directory: string, first: string, second: string): string {
  return (
    `${quoteDirectory(directory)} holds more than one file, "${escapeName(first)}" and "${escapeName(second)}"; ` +
    `with layout: directory its one file is the znode's data. Remove one, or name it in .enclosureignore`
  );
}

function quoteDirectory(directory: string): string {
  return directory === '' ? "the environment's directory" : `directory "${escapeName(directory)}"`;
}

/** Where the first character begins that ZooKeeper refuses. */
function refusedByte(name: string): number {
  let offset = 0;
  for (const character of name) {
    if (character !== '.' && segmentProblem(character) !== undefined) return offset;
    offset += Buffer.byteLength(character);
  }
  return 0;
}

function unsupported(path: string, what: string, rules: MappingRules, findings: Findings): Placement {
  const found = `"${escapeName(path)}" is ${what}`;
  if (rules.unsupported === 'skip') findings.warn(`${found}; it is left out`);
  else {
    findings.refuse(
      'unsupported',
      `${found}; only regular files can be synced. Remove it, name it in .enclosureignore, or set unsupported: skip`,
    );
  }
  return 'nothing';
}
