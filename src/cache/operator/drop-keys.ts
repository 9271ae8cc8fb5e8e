/**
 * Drops keys, and their objects in level 2. Level 2 is listed before the znodes go: what is written afterwards may belong
 * to a new fill. A level 2 that does not answer does not prevent dropping: what remains there only takes up space, and is
 * reported.
 */
import { type EnclosureError, isEnclosureError, throwIfAborted } from '../../base/enclosure-error.ts';
import type { Channel } from '../../model/ports/channel.ts';
import { TransactionFailed } from '../../zookeeper/wire/connection-lost.ts';
import { entryPaths, isKeyDigest } from '../coordination/entry-paths.ts';
import { keyFolder, type PartStore } from '../store/part-store.ts';
import { type AtWork, dropKey } from './drop-key.ts';
import type { NamespaceReport } from './namespace-report.ts';
import { reachLevel2 } from './reach-level2.ts';

export interface DropOptions {
  /** Also what is being filled or read along. */
  readonly force: boolean;
  /** Drop also the namespace, when it is empty, and what level 2 has of keys that are gone. */
  readonly whole: boolean;
  readonly signal: AbortSignal;
  readonly onDropped: (done: number, total: number) => void;
}

export interface DropReport {
  /** Digests. */
  readonly dropped: readonly string[];
  readonly refused: readonly (AtWork & { readonly digest: string })[];
  readonly failed: readonly { readonly digest: string; readonly error: EnclosureError }[];
  /** That were removed from level 2. */
  readonly objects: number;
  readonly namespaceDropped: boolean;
  /** Why something in level 2 was left behind. */
  readonly left?: EnclosureError;
}

const atOnce = 16;

/** Fails as the channel does. */
export async function dropKeys(
  channel: Channel,
  namespace: NamespaceReport,
  digests: readonly string[],
  options: DropOptions,
): Promise<DropReport> {
  const { signal, whole, onDropped } = options;
  const level2 = new RemovedObjects(namespace, signal);
  const dropped: string[] = [];
  const refused: (AtWork & { digest: string })[] = [];
  const failed: { digest: string; error: EnclosureError }[] = [];
  const dropOne = async (digest: string): Promise<void> => {
    try {
      const atWork = await dropKey(channel, entryPaths(namespace.paths, digest), options.force);
      if (atWork === undefined) dropped.push(digest);
      else refused.push({ digest, ...atWork });
    } catch (error) {
      const ofKey = error instanceof TransactionFailed || isEnclosureError(error, 'conflict');
      if (!ofKey) throw error;
      failed.push({ digest, error });
    }
  };
  try {
    await level2.list(whole ? undefined : digests);
    // Listed once more: an object that was seen without its key is of one that was dropped before.
    const keys = whole ? await keysNow(channel, namespace) : digests;
    for (let start = 0; start < keys.length; start += atOnce) {
      throwIfAborted(signal);
      const before = dropped.length;
      await Promise.all(keys.slice(start, start + atOnce).map(dropOne));
      await level2.remove(dropped.slice(before));
      onDropped(Math.min(start + atOnce, keys.length), keys.length);
    }
    if (whole) await level2.removeAllBut(keys);
    const empty = whole && refused.length + failed.length === 0;
    const namespaceDropped = empty && (await dropNamespace(channel, namespace));
    const { objects, left } = level2;
    return { dropped, refused, failed, objects, namespaceDropped, ...(left !== undefined && { left }) };
  } finally {
    await level2.close();
  }
}

async function keysNow(channel: Channel, { paths, keys }: NamespaceReport): Promise<readonly string[]> {
  const names = (await channel.getChildren(paths.namespace)) ?? [];
  const known = new Set(keys);
  // Also keys that came since: their objects in level 2 do not belong to a key that is gone.
  return [...keys, ...names.filter((name) => isKeyDigest(name) && !known.has(name))];
}

/** False where something lies below it still, or again. */
async function dropNamespace(channel: Channel, { paths }: NamespaceReport): Promise<boolean> {
  const children = await channel.getChildren(paths.namespace);
  if (children === undefined) return true;
  if (children.some((name) => `${paths.namespace}/${name}` !== paths.clock)) return false;
  const names = [...(children.length === 0 ? [] : [paths.clock]), paths.namespace];
  try {
    await channel.multi(names.map((path) => ({ op: 'delete', path, version: -1 })));
    return true;
  } catch (error) {
    if (error instanceof TransactionFailed) return false;
    throw error;
  }
}

/** What was listed, by key, and removed as the keys go. After the first failure level 2 is asked no more. */
class RemovedObjects {
  readonly #namespace: NamespaceReport;
  readonly #signal: AbortSignal;
  readonly #byKey = new Map<string, string[]>();
  #store: PartStore | undefined;
  objects = 0;
  left: EnclosureError | undefined;

  constructor(namespace: NamespaceReport, signal: AbortSignal) {
    this.#namespace = namespace;
    this.#signal = signal;
  }

  /** @param digests the keys' digests; undefined for the whole namespace */
  async list(digests: readonly string[] | undefined): Promise<void> {
    const { namespace } = this.#namespace;
    const folders = digests?.map((digest) => keyFolder(namespace, digest)) ?? [namespace];
    await this.#ask(async () => {
      this.#store = await reachLevel2(this.#namespace);
      for (const folder of folders) {
        for (const name of await this.#store.list(folder, this.#signal)) this.#add(name);
      }
    });
  }

  async remove(digests: readonly string[]): Promise<void> {
    const names = digests.flatMap((digest) => this.#byKey.get(digest) ?? []);
    for (const digest of digests) this.#byKey.delete(digest);
    if (names.length === 0) return;
    await this.#ask(async () => {
      await this.#store?.remove(names, this.#signal);
      this.objects += names.length;
    });
  }

  /** @param digests the keys that existed after the listing */
  async removeAllBut(digests: readonly string[]): Promise<void> {
    const there = new Set(digests);
    await this.remove([...this.#byKey.keys()].filter((digest) => !there.has(digest)));
  }

  async close(): Promise<void> {
    await this.#store?.close();
  }

  #add(name: string): void {
    const digest = name.split('/', 2)[1] ?? '';
    const names = this.#byKey.get(digest);
    if (names === undefined) this.#byKey.set(digest, [name]);
    else names.push(name);
  }

  async #ask(work: () => Promise<void>): Promise<void> {
    if (this.left !== undefined) return;
    try {
      await work();
    } catch (error) {
      if (!isEnclosureError(error, 'store-failed')) throw error;
      this.left = error;
    }
  }
}
