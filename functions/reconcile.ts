/** The function on a schedule: queues a verification of every environment. */
import type { Context } from 'aws-lambda';
import { once } from '../src/base/once.ts';
import { openQueue } from '../src/lambda/open-queue.ts';
import { handleReconcile } from '../src/lambda/handle-reconcile.ts';
import { createFunctionLog } from '../src/report/observability/function-log.ts';

const log = createFunctionLog();
const open = once(openQueue);

export async function handler(_event: unknown, context: Context): Promise<{ queued: string[] }> {
  log.setInvocation(context);
  return await handleReconcile({ log, open });
}
