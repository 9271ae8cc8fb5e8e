/**
 * Requests cut into batches as SQS takes them, in order. An environment is at most once in a batch: of a batch some
 * messages may be taken and others not, and what is sent again must not end up behind what came after it. Pure.
 */
import type { SyncRequest } from '../../../model/sync/sync-request.ts';

export interface SqsEntry {
  readonly Id: string;
  readonly MessageBody: string;
  readonly MessageGroupId: string;
  readonly MessageDeduplicationId: string;
}

/** Of a message, and of all messages of a batch: what SQS took before 2025, and what other makes of it still do. */
export const maxBatchBytes = 262_144;
const maxEntries = 10;

/** @param newId a new deduplication id: unique to one sending, so that nothing is ever dropped for having been seen before */
export function sqsBatches(requests: readonly SyncRequest[], newId: () => string): SqsEntry[][] {
  const batches: SqsEntry[][] = [];
  let batch: SqsEntry[] = [];
  let bytes = 0;
  for (const request of requests) {
    const body = JSON.stringify(request);
    const length = Buffer.byteLength(body);
    const full = batch.length === maxEntries || bytes + length > maxBatchBytes;
    if (batch.length > 0 && (full || batch.some((entry) => entry.MessageGroupId === request.environment))) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    bytes += length;
    batch.push({
      Id: String(batch.length),
      MessageBody: body,
      MessageGroupId: request.environment,
      MessageDeduplicationId: newId(),
    });
  }
  return batch.length === 0 ? batches : [...batches, batch];
}
