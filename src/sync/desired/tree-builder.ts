import type { ContentId } from '../../model/content-id.ts';
import type { DesiredTree, DesiredZnode } from '../../model/desired-tree.ts';
import type { TreeEntry } from '../../model/ports/git-repository.ts';
import type { Refusal } from '../../model/plan.ts';
import { baseName, escapeName } from '../../model/znode-path.ts';
import { mayBePointer } from './find-pointers.ts';
import { Findings } from './findings.ts';
import { type MappingRules, nameProblem, placeEntry, severalFiles, warnOfLength } from './mapping-rules.ts';

/** A directory that the listing is in. */
interface Frame {
  readonly entry: TreeEntry | undefined;
  /** What its entries' paths begin with: '' or 'a/b/'. */
  readonly prefix: string;
  /** It is in the tree. */
  present: boolean;
  /** Its name, or one above, cannot be a znode's: said once, and nothing below it is mapped. */
  refused: boolean;
  /** The file that gave it its data. */
  file?: string;
}

/**
 * Builds the desired tree from a listing that names a directory before what it holds, without keeping the listing: the
 * only state besides the tree is the path from the root to the current directory. No I/O.
 */
export class TreeBuilder {
  readonly #rules: MappingRules;
  readonly #withoutData: DesiredZnode;
  readonly #tree = new Map<string, DesiredZnode>();
  readonly #findings = new Findings();
  readonly #frames: Frame[];
  readonly #candidates = new Set<string>();
  /** While below a directory that is left out as a whole: how the paths in it begin. */
  #leftOut: string | undefined;

  constructor(rules: MappingRules, empty: ContentId) {
    this.#rules = rules;
    this.#withoutData = { content: empty, size: 0 };
    // The root znode is the environment's own: it is there even when its directory holds nothing.
    this.#tree.set('', this.#withoutData);
    this.#frames = [{ entry: undefined, prefix: '', present: true, refused: false }];
  }

  add(entry: TreeEntry): void {
    if (this.#leftOut !== undefined) {
      if (entry.path.startsWith(this.#leftOut)) return;
      this.#leftOut = undefined;
    }
    const frame = this.#enclosing(entry.path);
    if (entry.type === 'directory') this.#enter(entry, frame);
    else if (!frame.refused) this.#place(entry, frame);
  }

  get tree(): DesiredTree {
    return this.#tree;
  }

  get problems(): readonly Refusal[] {
    return this.#findings.problems;
  }

  get warnings(): readonly string[] {
    return this.#findings.warnings;
  }

  /** Blobs in the tree that may be LFS pointers, by their size. */
  get candidates(): ReadonlySet<string> {
    return this.#candidates;
  }

  #enclosing(path: string): Frame {
    for (;;) {
      const top = this.#frames.at(-1);
      if (top === undefined) throw new RangeError('the listing has left its root');
      if (path.startsWith(top.prefix)) return top;
      this.#frames.pop();
    }
  }

  #enter(entry: TreeEntry, parent: Frame): void {
    const prefix = `${entry.path}/`;
    if (this.#rules.ignores(entry.path, true)) this.#leftOut = prefix;
    else this.#frames.push({ entry, prefix, present: false, refused: parent.refused });
  }

  #place(entry: TreeEntry, frame: Frame): void {
    const placement = placeEntry(entry, this.#rules, this.#findings);
    if (placement === 'nothing' || !this.#makePresent()) return;
    if (placement === 'keep') return;
    const { oid, size = 0, path } = entry;
    if (mayBePointer(size)) this.#candidates.add(oid);
    if (placement === 'znode') {
      this.#set(path, { content: oid, size });
      return;
    }
    const directory = frame.prefix.slice(0, -1);
    if (frame.file === undefined) {
      frame.file = baseName(path);
      this.#tree.set(directory, { content: oid, size });
    } else {
      this.#findings.refuse('several-files', severalFiles(directory, frame.file, baseName(path)));
    }
  }

  /** Puts the current directory and those above it into the tree; false when one of them has no legal name. */
  #makePresent(): boolean {
    for (const frame of this.#frames) {
      if (frame.refused) return this.#refuseBelow(frame);
      if (frame.present || frame.entry === undefined) continue;
      const problem = nameProblem(frame.entry);
      if (problem !== undefined) {
        this.#findings.refuse('invalid-name', problem);
        return this.#refuseBelow(frame);
      }
      frame.present = true;
      warnOfLength(frame.entry.path, this.#findings);
      this.#set(frame.entry.path, this.#withoutData);
    }
    return true;
  }

  #refuseBelow(first: Frame): false {
    for (const frame of this.#frames.slice(this.#frames.indexOf(first))) frame.refused = true;
    return false;
  }

  /** Git refuses a tree that holds a name twice when it is fetched; should one get here, nothing is guessed. */
  #set(path: string, znode: DesiredZnode): void {
    const { size } = this.#tree;
    if (this.#tree.set(path, znode).size > size) return;
    const message = `"${escapeName(path)}" is there twice, as two entries of one directory. Remove one`;
    this.#findings.refuse('collision', message);
  }
}
