/**
 * HTTP in, HTTP out: which path means what, and everything about a webhook's body that can be refused before a byte of
 * it is read. What a webhook says is decided in `src/intake/webhook`. Never fails: a fault of ours is a 500 and a log line.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  acceptWebhook,
  bodyTooLarge,
  failedAnswer,
  providers,
  type WebhookAnswer,
  type WebhookParts,
} from '../intake/webhook/accept-webhook.ts';
import type { Exposition } from '../report/observability/prometheus-metrics.ts';
import { answer, type AnswerBody } from './answer.ts';
import type { BodyReader } from './body-reader.ts';

export interface HandlerParts extends WebhookParts {
  readonly health: () => WebhookAnswer;
  readonly metrics: () => Promise<Exposition>;
  readonly readBody: BodyReader;
  /** Whether the server is ending: connections are not kept then. */
  readonly isStopping: () => boolean;
}

interface Answer {
  readonly status: number;
  readonly body: AnswerBody;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function handleRequest(
  parts: HandlerParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const given = await route(parts, request, response).catch((error: unknown): Answer => {
    return failedAnswer(parts.log.child({ path: request.url?.slice(0, 200) }), error);
  });
  const headers = { ...given.headers, ...(parts.isStopping() ? { connection: 'close' } : {}) };
  answer(request, response, given.status, given.body, headers);
}

async function route(
  parts: HandlerParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Answer> {
  const [path = ''] = (request.url ?? '').split('?', 1);
  if (path === '/healthz') return request.method === 'GET' ? parts.health() : notAllowed('GET');
  if (path === '/metrics') return request.method === 'GET' ? await exposed(parts) : notAllowed('GET');
  const name = /^\/webhooks\/([^/]+)$/.exec(path)?.[1];
  if (name === undefined) return { status: 404, body: { error: { message: 'no such path' } } };
  return request.method === 'POST'
    ? await receive(parts, decodeName(name), request, response)
    : notAllowed('POST');
}

async function receive(
  parts: HandlerParts,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Answer> {
  const repository = parts.configuration.repositories.get(name);
  if (repository === undefined) return { status: 404, body: { error: { message: 'no such repository' } } };
  const { headers } = request;
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
    // Unpacking is work done for somebody who has not shown a signature yet, and no provider asks for it.
    return { status: 415, body: { error: { message: 'expected a body that is not compressed' } } };
  }
  const limit = providers[repository.provider].bodyLimit;
  if (Number(headers['content-length'] ?? 0) > limit) throw bodyTooLarge(limit);
  if (headers.expect !== undefined) response.writeContinue();
  const body = await parts.readBody(request, limit);
  return await acceptWebhook(parts, { repository: repository.name, headers, body });
}

async function exposed({ metrics }: HandlerParts): Promise<Answer> {
  const { contentType, text } = await metrics();
  return { status: 200, body: text, headers: { 'content-type': contentType } };
}

function notAllowed(allow: string): Answer {
  return { status: 405, body: { error: { message: `expected ${allow}` } }, headers: { allow } };
}

/** A name that is not valid percent-encoding names no repository. */
function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return '';
  }
}
