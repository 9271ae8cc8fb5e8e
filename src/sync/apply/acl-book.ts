import type { Acl } from '../../model/environment.ts';
import { parentPath } from '../../model/znode-path.ts';

/** The list that a new znode at this path gets: that of its nearest ancestor that exists. */
export type AclOf = (path: string) => Promise<readonly Acl[]>;

/**
 * Remembers lists, so that one question serves a whole tree. Meant for an order in which a directory is followed by what it
 * holds, as git lists it: then a path is looked up once for a directory, and not for every file. Any other order costs
 * questions and nothing else.
 */
export class AclBook {
  readonly #aclOf: AclOf;
  readonly #ofParents = new Map<string, readonly Acl[]>();
  #parent = '';
  #list: readonly Acl[] | undefined;
  /** The znode before this one: perhaps the parent of the next. */
  #last = '';

  constructor(aclOf: AclOf) {
    this.#aclOf = aclOf;
  }

  known(path: string): readonly Acl[] | undefined {
    const { length } = this.#parent;
    const isSibling = path.lastIndexOf('/') === length && path.startsWith(this.#parent);
    return isSibling && length > 0 ? this.#note(path, this.#list) : this.#below(path);
  }

  async learn(path: string): Promise<readonly Acl[]> {
    const list = await this.#aclOf(path);
    this.#turnTo(parentPath(path), list);
    this.#last = path;
    return list;
  }

  #below(path: string): readonly Acl[] | undefined {
    const parent = parentPath(path);
    const list = parent === this.#last ? this.#list : this.#ofParents.get(parent);
    if (list !== undefined) this.#turnTo(parent, list);
    return this.#note(path, list);
  }

  #turnTo(parent: string, list: readonly Acl[]): void {
    this.#ofParents.set(parent, list);
    this.#parent = parent;
    this.#list = list;
  }

  #note(path: string, list: readonly Acl[] | undefined): readonly Acl[] | undefined {
    if (list !== undefined) this.#last = path;
    return list;
  }
}
