import type { IncomingMessage, ServerResponse } from 'node:http';

/** An object is sent as JSON; text as it is, and the headers say what it is. */
export type AnswerBody = Readonly<Record<string, unknown>> | string;

/**
 * Answers a request. What is left of a body that was refused is read without keeping a byte, as long as the server's
 * request timeout allows: to close at once would reset the connection and to read no more would block the sender, and
 * either way it would never see why it was refused.
 */
export function answer(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: AnswerBody,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  const text = typeof body === 'string' ? body : `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(text);
  request.resume();
}
