/** The function behind the queue, and for a re-sync by hand: applies the branch head to one environment after the other. */
import type { Context } from 'aws-lambda';
import { once } from '../src/base/once.ts';
import { openSync } from '../src/lambda/open-sync.ts';
import { handleSync } from '../src/lambda/handle-sync.ts';
import { createFunctionLog } from '../src/report/observability/function-log.ts';
import { createFunctionMetrics } from '../src/report/observability/function-metrics.ts';

const log = createFunctionLog();
const metrics = createFunctionMetrics();
const open = once(openSync);
// Begun while the function initialises; what goes wrong, the first event is told.
open().catch(() => undefined);

export async function handler(event: unknown, context: Context): ReturnType<typeof handleSync> {
  log.setInvocation(context);
  try {
    return await handleSync({ open, log, metrics }, event, context);
  } finally {
    metrics.flush();
  }
}
