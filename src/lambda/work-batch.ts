/**
 * A batch of messages of the queue, worked off in order: group after group, and within a group until the first failure
 * that may pass. That message and the later ones of its group go back to the queue, since to go on would change their
 * order. What cannot succeed, and what is no request at all, is given up and keeps nobody else from being worked.
 */
import * as z from 'zod';
import { isEnclosureError } from '../base/enclosure-error.ts';
import { mayPass } from '../intake/queue/backoff-delay.ts';
import type { Log } from '../model/ports/log.ts';
import type { Metrics } from '../model/ports/metrics.ts';
import type { SyncRequest } from '../model/sync/sync-request.ts';
import { escapeName } from '../model/znode-path.ts';
import { requestInMessage } from './request-in-message.ts';

const record = z.object({
  messageId: z.string(),
  receiptHandle: z.string().optional(),
  body: z.string(),
  attributes: z
    .object({ MessageGroupId: z.string().optional(), ApproximateReceiveCount: z.coerce.number().optional() })
    .default({}),
});

export const sqsEvent = z.object({ Records: z.array(record).min(1) });

export type QueueMessage = z.output<typeof record>;

export interface BatchParts {
  /** Carries out one request, and reports it. */
  readonly work: (request: SyncRequest) => Promise<void>;
  readonly log: Log;
  readonly metrics: Metrics;
  /** When it has fired, nothing more is begun. */
  readonly signal: AbortSignal;
}

/** Returns the messages that go back to the queue. Never fails. */
export async function workBatch(
  parts: BatchParts,
  messages: readonly QueueMessage[],
): Promise<QueueMessage[]> {
  const back: QueueMessage[] = [];
  for (const group of groupsOf(messages)) {
    const failed = await firstFailure(parts, group);
    back.push(...group.slice(failed));
  }
  return back;
}

/** The index of the first message that has to be tried again; the length of the group when there is none. */
async function firstFailure(parts: BatchParts, group: readonly QueueMessage[]): Promise<number> {
  for (const [index, message] of group.entries()) {
    if (parts.signal.aborted) return index;
    try {
      await parts.work(requestInMessage(message.body));
    } catch (error) {
      if (mayPass(error)) return index;
      giveUp(parts, message, error);
    }
  }
  return group.length;
}

/** A message without a group is one of its own. */
function groupsOf(messages: readonly QueueMessage[]): QueueMessage[][] {
  const groups = new Map<string, QueueMessage[]>();
  for (const message of messages) {
    const name = message.attributes.MessageGroupId ?? `message ${message.messageId}`;
    groups.set(name, [...(groups.get(name) ?? []), message]);
  }
  return [...groups.values()];
}

/** The message is deleted with that: its body is not logged, because nobody knows what is in it. */
function giveUp({ log, metrics }: BatchParts, { messageId, attributes }: QueueMessage, error: unknown): void {
  const { MessageGroupId: group = '', ApproximateReceiveCount: attempts } = attributes;
  const failure = isEnclosureError(error) ? { code: error.code, error: error.message } : {};
  log.error({ messageId, environment: escapeName(group), attempts, ...failure }, 'request given up');
  // The label of names that no configuration vouches for: each value of a label is a time series.
  const known = !isEnclosureError(error, 'usage-invalid', 'environment-unknown');
  metrics.count('dead-letters', { environment: known ? group : '(unknown)' });
}
