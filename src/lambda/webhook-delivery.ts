/**
 * The event of an HTTP API (payload format 2.0) as the delivery of a webhook: nothing is interpreted but where the bytes
 * are. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
import * as z from 'zod';
import type { WebhookAnswer, WebhookDelivery } from '../intake/webhook/accept-webhook.ts';

const httpEvent = z.object({
  rawPath: z.string().optional(),
  pathParameters: z.record(z.string(), z.string()).optional(),
  headers: z.record(z.string(), z.string()),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().optional(),
});

/** The delivery, or the answer to what is none. */
export function webhookDelivery(event: unknown): WebhookDelivery | WebhookAnswer {
  const { data } = httpEvent.safeParse(event);
  if (data === undefined) return refused(400, 'expected an event of an HTTP API, payload format 2.0');
  const headers = Object.fromEntries(
    Object.entries(data.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
    // Unpacking is work done for somebody who has not shown a signature yet, and no provider asks for it.
    return refused(415, 'expected a body that is not compressed');
  }
  const repository = data.pathParameters?.['repository'] ?? repositoryIn(data.rawPath ?? '');
  if (repository === undefined) return refused(404, 'no such path');
  // The gateway decides by its own rules which bodies it encodes; the signature is over the bytes before that.
  const body = Buffer.from(data.body ?? '', data.isBase64Encoded === true ? 'base64' : 'utf8');
  return { repository, headers, body };
}

/** For a gateway whose route does not name the parameter; a stage may stand before it. */
function repositoryIn(path: string): string | undefined {
  const name = /\/webhooks\/([^/]+)$/.exec(path)?.[1];
  try {
    return name === undefined ? undefined : decodeURIComponent(name);
  } catch {
    return undefined;
  }
}

function refused(status: number, message: string): WebhookAnswer {
  return { status, body: { error: { message } } };
}
