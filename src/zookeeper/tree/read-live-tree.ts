/**
 * The live tree as a value: every znode with the identity of its data, ready to be compared with a desired tree. Data are
 * hashed as they arrive and forgotten at once, so that a tree costs its paths and no more.
 *
 * Fails like read-tree.ts: wholly or not at all.
 */
import { contentIdOf, type ObjectFormat } from '../../model/content-id.ts';
import type { DesiredTree, DesiredZnode } from '../../model/desired-tree.ts';
import type { LiveZnode } from '../../model/live-tree.ts';
import type { Channel } from '../../model/ports/channel.ts';
import type { OnProgress } from '../../model/progress.ts';
import { type ReadOptions, readTree, readZnodes } from './read-tree.ts';

export interface LiveReadOptions {
  /** The hash that names contents in the repository. */
  readonly algorithm: ObjectFormat;
  /** What is likely to be found: its sizes make good requests, and its ids are used again where they are equal. */
  readonly expected?: DesiredTree;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
}

/** The root znode ('') and everything below it; undefined when there is no root znode. */
export async function readLiveTree(
  channel: Channel,
  root: string,
  options: LiveReadOptions,
): Promise<Map<string, LiveZnode> | undefined> {
  const live = new Map<string, LiveZnode>();
  const total = options.expected?.size ?? 0;
  const exists = await readTree(channel, root, { ...collectInto(live, options), total });
  return exists ? live : undefined;
}

/** The given znodes, as far as they exist. */
export async function readLiveZnodes(
  channel: Channel,
  root: string,
  relativePaths: Iterable<string>,
  options: LiveReadOptions,
): Promise<Map<string, LiveZnode>> {
  const live = new Map<string, LiveZnode>();
  const paths = [...relativePaths];
  if (paths.length === 0) return live;
  await readZnodes(channel, root, paths, { ...collectInto(live, options), total: paths.length });
  return live;
}

function collectInto(live: Map<string, LiveZnode>, options: LiveReadOptions): ReadOptions<DesiredZnode> {
  const { algorithm, expected, signal, onProgress } = options;
  return {
    expect: (path) => expected?.get(path),
    sizeOf: ({ size }) => size,
    ...(signal !== undefined && { signal }),
    ...(onProgress !== undefined && { onProgress }),
    visit(path, data, stat, desired) {
      const wanted = desired?.content;
      const content = contentIdOf(algorithm, data);
      live.set(path, {
        content: content === wanted ? wanted : content, // one string for both trees
        size: data.length,
        version: stat.version,
        children: stat.children,
        ephemeral: stat.ephemeralOwner !== 0n,
      });
    },
    missing: (path) => live.delete(path),
  };
}
