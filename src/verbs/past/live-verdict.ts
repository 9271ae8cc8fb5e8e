/** Whether live znodes still hold what the applied commit says, and if not, since when. */
import { type ContentId, contentIdOf, type ObjectFormat } from '../../model/content-id.ts';
import type { Channel } from '../../model/ports/channel.ts';
import { readZnodes } from '../../zookeeper/tree/read-tree.ts';

export type LiveVerdict =
  | { readonly verdict: 'same'; readonly version: number }
  | {
      /** Somebody set it by hand after the deployment. */
      readonly verdict: 'changed';
      readonly version: number;
      /** When it was last set, by the server's clock, ISO 8601. */
      readonly modified: string;
      readonly oid: ContentId;
      readonly size: number;
    }
  | { readonly verdict: 'missing' };

export interface LiveOptions {
  /** The hash that names contents in the repository. */
  readonly algorithm: ObjectFormat;
  readonly signal?: AbortSignal | undefined;
}

/** @param expected relative paths, each with the identity of what it should hold */
export async function judgeLive(
  channel: Channel,
  root: string,
  expected: ReadonlyMap<string, string>,
  { algorithm, signal }: LiveOptions,
): Promise<ReadonlyMap<string, LiveVerdict>> {
  const verdicts = new Map<string, LiveVerdict>();
  if (expected.size === 0) return verdicts;
  await readZnodes(channel, root, expected.keys(), {
    ...(signal !== undefined && { signal }),
    visit(path, data, { version, mtime }) {
      const oid = contentIdOf(algorithm, data);
      if (oid === expected.get(path)) verdicts.set(path, { verdict: 'same', version });
      else {
        const modified = new Date(mtime).toISOString();
        verdicts.set(path, { verdict: 'changed', version, modified, oid, size: data.length });
      }
    },
    missing: (path) => verdicts.set(path, { verdict: 'missing' }),
  });
  return verdicts;
}
