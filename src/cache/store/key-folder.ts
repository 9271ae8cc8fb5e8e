/** The names of objects in level 2. */
import type { ResultId } from '../level1/level1-cache.ts';

/** Of everything that belongs to a key. */
export function keyFolder(namespace: string, key: string): string {
  return `${namespace}/${key}`;
}

/** Of one fill and its result. */
export function folderOf(namespace: string, { key, epoch, token }: ResultId): string {
  return `${keyFolder(namespace, key)}/${epoch}-${token}`;
}
