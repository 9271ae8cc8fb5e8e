/** `enclosure rollback`: applies an earlier commit, and holds the environment. Exits 3 when a guard refuses it. */
import type { HoldEnd } from '../../../model/hold.ts';
import { syncJson } from '../../../report/documents/sync-json.ts';
import { type Context, knownEnvironment, withProgress } from '../../../terminal/context.ts';
import { type ExitCode, exitCodeOfOutcome } from '../../../terminal/exit-code.ts';
import type { RollbackRequest } from '../../../verbs/rollback/rollback-target.ts';
import { renderWarnings } from '../../render/render-plan.ts';
import { renderSync } from '../sync/render-sync.ts';

export interface RollbackFlags {
  readonly to?: NonNullable<RollbackRequest['to']>;
  readonly message?: string;
  readonly until?: HoldEnd;
  readonly allowDeletes?: boolean;
  readonly lockTimeout: number;
}

export async function rollback(context: Context, name: string, flags: RollbackFlags): Promise<ExitCode> {
  const { signal } = context;
  const { to, message, until, allowDeletes, lockTimeout: lockTimeoutMs } = flags;
  const { configuration, enclosure } = await context.open();
  const environment = knownEnvironment(configuration, name);
  const request: RollbackRequest = {
    environment,
    actor: context.actor,
    time: new Date().toISOString(),
    ...(to !== undefined && { to }),
    ...(message !== undefined && { why: message }),
    ...(until !== undefined && { until }),
    ...(allowDeletes !== undefined && { allowDeletes }),
  };
  const report = await withProgress(context, environment, ({ onProgress }) =>
    enclosure.rollback(request, { signal, onProgress, lockTimeoutMs }),
  );
  context.print(renderSync(report, context.style));
  if (context.json) {
    context.printJson(syncJson(report));
    context.log(renderWarnings(report.plan.warnings, context.errorStyle));
  }
  return exitCodeOfOutcome(report.result.outcome);
}
