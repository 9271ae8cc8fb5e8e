/** `enclosure plan`: what sync would do. Exits 3 when a guard refuses, 2 on changes where that is asked for. */
import { knownEnvironment, withProgress, type Context } from '../../../terminal/context.ts';
import type { ExitCode } from '../../../terminal/exit-code.ts';
import { manualRequest, type RunFlags } from './manual-request.ts';
import { outcomeWithoutHold, planJson } from '../../../report/documents/plan-json.ts';
import { renderPlan } from '../../render/render-plan.ts';

export interface PlanFlags extends RunFlags {
  readonly detailedExitcode?: boolean;
}

export async function plan(context: Context, name: string, flags: PlanFlags): Promise<ExitCode> {
  const { configuration, enclosure } = await context.open();
  const environment = knownEnvironment(configuration, name);
  const request = manualRequest(context, environment, flags);
  const report = await withProgress(context, environment, ({ onProgress }) =>
    enclosure.plan(request, { signal: context.signal, onProgress }),
  );
  if (context.json) context.printJson(planJson(report));
  else context.print(renderPlan(report, context.style));
  // A hold says nothing against the commit: a check of a pull request goes on passing.
  const outcome = outcomeWithoutHold(report.plan);
  if (outcome === 'refused') return 3;
  return flags.detailedExitcode === true && outcome === 'applied' ? 2 : 0;
}
