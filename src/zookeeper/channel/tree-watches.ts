/**
 * The watches that a channel has set, and whom they tell. The server sends one notification for a znode however many
 * watches concern it, with the path as the server has it: each is told of what lies in its own tree, without the chroot.
 */
import { isSameOrInside } from '../../model/znode-path.ts';
import type { Reader } from '../wire/protocol/reader.ts';
import { readChangedPath } from '../wire/protocol/encode-add-watch.ts';

interface TreeWatch {
  readonly path: string;
  readonly onEvent: (path: string) => void;
}

export class TreeWatches {
  readonly #chroot: string;
  readonly #watches = new Set<TreeWatch>();

  /** `chroot` is absolute, or '' where there is none. */
  constructor(chroot: string) {
    this.#chroot = chroot;
  }

  /** Returns how to take it back; what the server still tells of it is then told to nobody. */
  add(path: string, onEvent: (path: string) => void): () => void {
    const watch = { path, onEvent };
    this.#watches.add(watch);
    return () => void this.#watches.delete(watch);
  }

  onNotification(body: Reader): void {
    const changed = readChangedPath(body);
    if (changed === undefined || !isSameOrInside(changed, this.#chroot === '' ? '/' : this.#chroot)) return;
    const own = changed.slice(this.#chroot.length) || '/';
    for (const { path, onEvent } of this.#watches) if (isSameOrInside(own, path)) onEvent(own);
  }
}
