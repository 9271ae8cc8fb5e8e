/** The function behind the HTTP API: verifies a push and queues a request for each environment that it concerns. */
import type { Context } from 'aws-lambda';
import { once } from '../src/base/once.ts';
import { openQueue } from '../src/lambda/open-queue.ts';
import { handleWebhook, type HttpAnswer } from '../src/lambda/handle-webhook.ts';
import { createFunctionLog } from '../src/report/observability/function-log.ts';
import { requireSecrets } from '../src/intake/webhook/require-secrets.ts';

const log = createFunctionLog();
const open = once(async () => {
  const { configuration, queue } = await openQueue();
  await requireSecrets(configuration.repositories.values());
  return { configuration, send: queue.send.bind(queue) };
});
// Begun while the function initialises; what goes wrong, the first event is told.
open().catch(() => undefined);

export async function handler(event: unknown, context: Context): Promise<HttpAnswer> {
  log.setInvocation(context);
  return await handleWebhook({ log, open }, event);
}
