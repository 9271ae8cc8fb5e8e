/**
 * `enclosure resume`: says what the branch's head would change, and lifts the hold. It applies nothing: the next push,
 * sync or reconcile does. Without a hold it says so, and that is no error: somebody else was faster, or its time passed.
 */
import { escapeName } from '../../../model/znode-path.ts';
import { heldJson } from '../../../report/documents/held-json.ts';
import { planJson } from '../../../report/documents/plan-json.ts';
import { type Context, knownEnvironment, withProgress } from '../../../terminal/context.ts';
import type { ExitCode } from '../../../terminal/exit-code.ts';
import type { PlanReport } from '../../../verbs/plan-environment.ts';
import { holdLine } from '../../render/render-hold.ts';
import { renderPlan } from '../../render/render-plan.ts';
import { manualRequest } from '../sync/manual-request.ts';

export interface ResumeFlags {
  readonly dryRun?: boolean;
  readonly message?: string;
  readonly lockTimeout: number;
}

export async function resume(context: Context, name: string, flags: ResumeFlags): Promise<ExitCode> {
  const { signal, actor, style } = context;
  const { dryRun = false, message, lockTimeout: lockTimeoutMs } = flags;
  const { configuration, enclosure } = await context.open();
  const environment = knownEnvironment(configuration, name);
  const { plan, lifted } = await withProgress(context, environment, async ({ onProgress }) => {
    const options = { signal, onProgress };
    const report = await enclosure.plan(manualRequest(context, environment, {}), options);
    if (dryRun) return { plan: report, lifted: null };
    const request = { environment, actor, ...(message !== undefined && { why: message }) };
    return { plan: report, lifted: await enclosure.resume(request, { ...options, lockTimeoutMs }) };
  });
  const ahead = dryRun ? plan : withoutHold(plan);
  if (context.json) {
    context.printJson({
      environment,
      lifted: lifted === null ? null : heldJson(lifted),
      plan: planJson(ahead),
    });
  }
  context.print(renderPlan(ahead, style));
  if (dryRun) return 0;
  const shown = escapeName(environment);
  context.print(
    lifted === null
      ? [`${shown} was not held; nothing was written.`]
      : [
          `The hold was lifted: ${holdLine(lifted)}`,
          `The next push or reconcile applies this; at once: enclosure sync ${shown}`,
        ],
  );
  return 0;
}

/** Once it is lifted, nothing keeps a sync from what the plan says. */
function withoutHold({ plan, revision, durationMs }: PlanReport): PlanReport {
  return { plan, revision, durationMs };
}
