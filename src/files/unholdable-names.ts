/**
 * Which names a disk cannot hold. ZooKeeper holds more than most: names of any length, and names that differ in nothing
 * but case or in how Unicode writes them. One that silently became another would mix two files, so they are refused
 * before anything is written. Pure; what a disk folds has to be tried out.
 */
import { EnclosureError } from '../base/enclosure-error.ts';
import { baseName, escapeName, joinRelative, parentOf } from '../model/znode-path.ts';

export interface Folding {
  /** `Key` and `key` are one name. */
  readonly case: boolean;
  /** The composed and the decomposed form of a character (NFC, NFD) are one name. */
  readonly forms: boolean;
}

/** What else decides: the path below which all of it will lie. */
export interface NameLimits extends Folding {
  readonly directory: string;
}

export interface NameProblem {
  readonly path: string;
  /** The path that it gets in the way of. */
  readonly other?: string;
  readonly reason: string;
}

/** NAME_MAX and PATH_MAX of Linux, without the closing zero; shorter limits show when the disk refuses. */
const longestName = 255;
const longestPath = 4095;

/** @param paths of everything that will be written, relative to the directory; one that is in it twice is a problem. */
export function unholdableNames(paths: Iterable<string>, limits: NameLimits): readonly NameProblem[] {
  const problems: NameProblem[] = [];
  const before = Buffer.byteLength(limits.directory) + 1;
  const seen = new Map<string, string>();
  for (const path of paths) {
    const name = baseName(path);
    const [nameBytes, pathBytes] = [Buffer.byteLength(name), before + Buffer.byteLength(path)];
    if (nameBytes > longestName) {
      problems.push({ path, reason: `its name has ${nameBytes} bytes, of ${longestName} at most` });
    } else if (pathBytes > longestPath) {
      problems.push({ path, reason: `its whole path has ${pathBytes} bytes, of ${longestPath} at most` });
    }
    // Only names in one directory can meet; that two directories fold into each other is said of them alone.
    const place = joinRelative(parentOf(path) ?? '', folded(name, limits));
    const other = seen.get(place);
    if (other === undefined) seen.set(place, path);
    else problems.push({ path, other, reason: meeting(path, other) });
  }
  return problems;
}

/** Fails with `name-unholdable`, naming the znodes. `paths` as above. */
export function refuseUnholdable(paths: Iterable<string>, limits: NameLimits, next: string): void {
  const problems = unholdableNames(paths, limits);
  const [first] = problems;
  if (first === undefined) return;
  const shown = problems.slice(0, 5).map(describe);
  const more = problems.length > 5 ? `; and ${problems.length - 5} more` : '';
  throw new EnclosureError('name-unholdable', 'the disk cannot hold the name of a znode', {
    where: escapeName(first.path),
    expected: 'names that this disk can hold, and keeps apart',
    found: shown.join('; ') + more,
    next,
  });
}

function describe({ path, other, reason }: NameProblem): string {
  const both = other === undefined || other === path ? '' : ` and "${escapeName(other)}"`;
  return `"${escapeName(path)}"${both}: ${reason}`;
}

function meeting(path: string, other: string): string {
  if (path !== other) return 'this disk takes the two names for one';
  const parent = parentOf(path);
  const whose = parent === undefined || parent === '' ? 'the root znode' : `"${escapeName(parent)}"`;
  return `a znode has this name, and the data of ${whose} need it`;
}

/** Equal of two names at least where a disk takes them for one. */
function folded(name: string, { case: foldsCase, forms }: Folding): string {
  const formed = forms ? name.normalize('NFD') : name;
  if (!foldsCase) return formed;
  // Both ways: only so do the letters meet that have several small forms.
  const small = formed.toUpperCase().toLowerCase();
  return forms ? small.normalize('NFD') : small;
}
