/** The namespaces of an ensemble, and what a namespace's znode says. Fails as the channel does, and with `znode-unknown`. */
import { EnclosureError, isEnclosureError } from '../../base/enclosure-error.ts';
import type { Channel } from '../../model/ports/channel.ts';
import { checkNamespace } from '../check-options.ts';
import type { Level2 } from '../bulk-cache-options.ts';
import { parseNamespace } from '../coordination/parse-namespace.ts';
import { cacheRoot, isKeyDigest, namespacePaths, type NamespacePaths } from '../coordination/entry-paths.ts';

export interface NamespaceReport {
  readonly namespace: string;
  readonly paths: NamespacePaths;
  /** Digests, sorted. */
  readonly keys: readonly string[];
  /** Undefined where nothing was written yet, or what was written cannot be understood. */
  readonly generation?: number;
  readonly level2?: Level2;
  readonly problem?: EnclosureError;
}

/** Sorted by name. */
export async function namespaceNames(channel: Channel, stateRoot: string): Promise<readonly string[]> {
  const root = cacheRoot(stateRoot);
  await channel.sync(root);
  return ((await channel.getChildren(root)) ?? []).toSorted();
}

/** Undefined if the namespace does not exist. */
export async function readNamespace(
  channel: Channel,
  stateRoot: string,
  namespace: string,
): Promise<NamespaceReport | undefined> {
  const paths = namespacePaths(stateRoot, namespace);
  await channel.sync(paths.namespace);
  const [found, children] = await Promise.all([
    channel.getData(paths.namespace),
    channel.getChildren(paths.namespace),
  ]);
  if (found === undefined || children === undefined) return undefined;
  const keys = children.filter(isKeyDigest).toSorted();
  try {
    const { generation, level2 } = parseNamespace(found.data, paths.namespace) ?? {};
    return {
      namespace,
      paths,
      keys,
      ...(generation !== undefined && { generation }),
      ...(level2 !== undefined && { level2 }),
    };
  } catch (error) {
    if (!isEnclosureError(error)) throw error;
    return { namespace, paths, keys, problem: error };
  }
}

export async function requireNamespace(
  channel: Channel,
  stateRoot: string,
  namespace: string,
): Promise<NamespaceReport> {
  checkNamespace(namespace);
  const found = await readNamespace(channel, stateRoot, namespace);
  if (found !== undefined) return found;
  const names = await namespaceNames(channel, stateRoot);
  throw new EnclosureError('znode-unknown', 'the ensemble has no cache namespace of this name', {
    where: namespacePaths(stateRoot, namespace).namespace,
    found: names.length === 0 ? 'no namespaces' : `the namespaces ${names.join(', ')}`,
  });
}
