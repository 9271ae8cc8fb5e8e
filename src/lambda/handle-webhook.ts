/**
 * The webhook function: event in, answer out. Never fails: a fault of ours is a 500 and a line in the log, since a failed
 * invocation would tell the sender less and the operator no more.
 */
import type { Log } from '../model/ports/log.ts';
import {
  acceptWebhook,
  failedAnswer,
  type WebhookAnswer,
  type WebhookParts,
} from '../intake/webhook/accept-webhook.ts';
import { webhookDelivery } from './webhook-delivery.ts';

export interface WebhookHandlerParts {
  readonly log: Log;
  /** The configuration with its secrets, and the queue; kept by the caller. */
  readonly open: () => Promise<Omit<WebhookParts, 'log'>>;
  /** How long the queue may take; default 6 s, which with the rest stays below the 10 s that GitHub waits. */
  readonly limitMs?: number;
}

/** What an HTTP API takes for an answer. */
export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export async function handleWebhook(parts: WebhookHandlerParts, event: unknown): Promise<HttpAnswer> {
  const { status, body } = await answerOf(parts, event).catch((error: unknown) =>
    failedAnswer(parts.log, error),
  );
  return {
    statusCode: status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    body: `${JSON.stringify(body)}\n`,
  };
}

async function answerOf(parts: WebhookHandlerParts, event: unknown): Promise<WebhookAnswer> {
  const { log, open, limitMs = 6_000 } = parts;
  const delivery = webhookDelivery(event);
  if ('status' in delivery) {
    log.warn({ status: delivery.status }, 'webhook refused');
    return delivery;
  }
  return await acceptWebhook({ ...(await open()), log }, delivery, AbortSignal.timeout(limitMs));
}
