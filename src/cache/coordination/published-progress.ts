/**
 * How far a fill is, for readers that follow it. It has a znode of its own, so that it does not wake those that wait for
 * the result.
 */
import { fieldsOf, isCount, isText, parseJson } from '../../base/parse-json.ts';
import { TransactionFailed } from '../../zookeeper/wire/connection-lost.ts';
import type { Channel } from '../../model/ports/channel.ts';
import type { Progress } from '../bulk-cache-options.ts';
import type { Claim } from './claim.ts';

export interface PublishedProgress extends Progress {
  /** The token of the fill. */
  readonly token: string;
}

/** False where the claim is not good any more. */
export async function publishProgress(channel: Channel, claim: Claim, progress: Progress): Promise<boolean> {
  const { paths, facts, filling } = claim;
  const data = Buffer.from(JSON.stringify({ token: filling.token, ...progress }));
  try {
    await channel.multi([
      { op: 'check', path: paths.filler(facts.epoch, filling.token), version: 0 },
      { op: 'setData', path: paths.progress, data, version: -1 },
    ]);
    return true;
  } catch (error) {
    if (error instanceof TransactionFailed && error.retryable) return false;
    throw error;
  }
}

/** Undefined if the data is not a progress report: nothing was published yet. */
export function parseProgress(data: Uint8Array): PublishedProgress | undefined {
  const { token, parts, items, bytes, complete } = fieldsOf(parseJson(data)) ?? {};
  if (!isText(token) || !isCount(parts) || !isCount(items) || !isCount(bytes)) return undefined;
  return { token, parts, items, bytes, complete: complete === true };
}
