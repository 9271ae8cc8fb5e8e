import type { OnProgress } from '../../model/progress.ts';
import type { Channel } from '../../model/ports/channel.ts';
import { readTree } from '../../zookeeper/tree/read-tree.ts';

export interface SurveyedZnode {
  readonly bytes: number;
  /** Of the transaction that last set it. */
  readonly mzxid: bigint;
}

export interface Survey {
  /** By path relative to the root znode, parents before children; without the ephemeral ones. */
  readonly znodes: ReadonlyMap<string, SurveyedZnode>;
  readonly ephemeral: number;
}

export interface TreeReadOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** What there is to export, without keeping any of it. Fails as read-tree.ts does. */
export async function surveyTree(
  channel: Channel,
  root: string,
  { signal, onProgress }: TreeReadOptions,
): Promise<Survey> {
  const znodes = new Map<string, SurveyedZnode>();
  let ephemeral = 0;
  await readTree(channel, root, {
    ...(signal !== undefined && { signal }),
    ...(onProgress !== undefined && { onProgress }),
    visit(path, { length }, { mzxid, ephemeralOwner }) {
      if (ephemeralOwner === 0n) znodes.set(path, { bytes: length, mzxid });
      else ephemeral += 1;
    },
    missing: (path) => znodes.delete(path),
  });
  return { znodes, ephemeral };
}
