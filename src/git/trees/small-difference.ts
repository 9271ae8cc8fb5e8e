/**
 * What differs between two trees that differ in little, read through the process that stays: starting `git diff-tree` takes
 * longer than reading a few dozen trees. The same differences as `diff-trees.ts` gives, a directory before what it holds, but for
 * what differs in its mode alone, which concerns no znode.
 */
import type { Cancellable, EntryType, TreeDifference, TreeEntry } from '../../model/ports/git-repository.ts';
import { joinRelative } from '../../model/znode-path.ts';
import { parseRawTree, readRawTree } from './look-up-commit.ts';
import type { ObjectReader } from '../objects/object-reader.ts';
import { trimCommon } from './trim-common.ts';

/** Of both sides together. Beyond that the process is started after all. */
const maxTrees = 64;

const nothing = Buffer.alloc(0);

type Entries = ReadonlyMap<string, TreeEntry>;

/** Undefined where more differs, or where a name is not UTF-8. */
export async function smallDifference(
  objects: ObjectReader,
  before: string,
  after: string,
  options: Cancellable,
): Promise<readonly TreeDifference[] | undefined> {
  let left = maxTrees;
  const found: TreeDifference[] = [];
  const isNear = await compare('', before, after);
  return isNear ? found : undefined;

  async function compare(path: string, one?: string, other?: string): Promise<boolean> {
    const sides = [one, other].filter((tree) => tree !== undefined).length;
    left -= sides;
    if (left < 0) return false;
    const [old, now] = await differingEntries(one, other);
    for (const name of namesOf(old, now)) {
      const pair = [old.get(name), now.get(name)] as const;
      if (pair.some((entry) => entry?.invalidAt !== undefined)) return false;
      if (!(await pairUp(joinRelative(path, name), ...pair))) return false;
    }
    return true;
  }

  /** A file that became a directory, or the reverse, is two differences with one path. */
  async function pairUp(path: string, old?: TreeEntry, now?: TreeEntry): Promise<boolean> {
    if (old?.oid === now?.oid && old?.type === now?.type) return true;
    if (old !== undefined && now !== undefined && isDirectory(old) !== isDirectory(now)) {
      return (await pairUp(path, old)) && (await pairUp(path, undefined, now));
    }
    found.push({ ...(old && { before: { ...old, path } }), ...(now && { after: { ...now, path } }) });
    if (!isDirectory(old ?? now)) return true;
    return await compare(path, old?.oid, now?.oid);
  }

  async function differingEntries(one?: string, other?: string): Promise<[Entries, Entries]> {
    const read = async (tree: string | undefined): Promise<Buffer> =>
      tree === undefined ? nothing : await readRawTree(objects, tree, options);
    const [old, now] = trimCommon(await read(one), await read(other), before.length / 2);
    return [entriesIn(old), entriesIn(now)];
  }

  function entriesIn(raw: Buffer): Entries {
    return new Map(parseRawTree(raw, before).map((entry) => [entry.path, entry]));
  }
}

function isDirectory(entry: { readonly type: EntryType } | undefined): boolean {
  return entry?.type === 'directory';
}

function namesOf(...sides: readonly ReadonlyMap<string, TreeEntry>[]): ReadonlySet<string> {
  return new Set(sides.flatMap((side) => [...side.keys()]));
}
