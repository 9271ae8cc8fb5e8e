import type { ResultId } from '../level1/level1-cache.ts';

/**
 * Level 2 as the cache sees it: whole objects by name, written once, never changed. Names are `/`-separated segments of
 * letters, digits, `.`, `_` and `-`, none of them `.` or `..`, and no object's name continues another's: `a/b` and `a/b/c`
 * cannot both exist. Any other name is a mistake in the program, and a plain Error.
 *
 * A store need not be durable: everything read from it is verified, and what is missing or damaged is a miss. It fails with
 * `store-failed`, which says where, or with the signal's error.
 */
export interface PartStore {
  /** For people: `directory /var/cache/bulk`, `s3://bucket/prefix`. */
  readonly place: string;
  /** All of the object or nothing: half of it is never read. An object of that name is replaced. */
  put(name: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void>;
  /** Undefined if the object does not exist. */
  get(name: string, signal?: AbortSignal): Promise<Buffer | undefined>;
  /** The names of the objects below a prefix of whole segments, such as `orders/4f3a`. In no particular order. */
  list(prefix: string, signal?: AbortSignal): Promise<readonly string[]>;
  /** Removes these objects; one that is not there is as good as removed. Where it fails, some may be gone. */
  remove(names: readonly string[], signal?: AbortSignal): Promise<void>;
  /** The caller has ended what it asked for before. */
  close(): Promise<void>;
}

/**
 * The names of objects. They are checked here once more, whoever made them: a store is the last place where a bad name could
 * lead out of it. Pure; a bad name is a mistake in the program, hence a plain Error.
 */
const segment = /^[\w.-]+$/;

/** Also of a prefix, which is whole segments. */
export function checkObjectName(name: string): void {
  if (isObjectName(name)) return;
  throw new Error(`expected the name of an object, as in part-store.ts; found ${JSON.stringify(name)}`);
}

export function isObjectName(name: string): boolean {
  return name.split('/').every((one) => segment.test(one) && one !== '.' && one !== '..');
}

/** The names of objects in level 2. */
/** Of everything that belongs to a key. */
export function keyFolder(namespace: string, key: string): string {
  return `${namespace}/${key}`;
}

/** Of one fill and its result. */
export function folderOf(namespace: string, { key, epoch, token }: ResultId): string {
  return `${keyFolder(namespace, key)}/${epoch}-${token}`;
}
