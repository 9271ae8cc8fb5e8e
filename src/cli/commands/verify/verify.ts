/**
 * `enclosure verify`: reads everything and reports drift; with `--repair` it mends it. Exits 2 on drift that is left, 3 when
 * a guard refuses the repair, 1 where the answer is not whole.
 */
import { repairJson, verifyJson } from '../../../report/documents/verify-json.ts';
import { type Context, knownEnvironment, withProgress } from '../../../terminal/context.ts';
import type { ExitCode } from '../../../terminal/exit-code.ts';
import type { RepairReport } from '../../../verbs/verify/repair-environment.ts';
import type { Verification } from '../../../verbs/verify/verification.ts';
import { evidenceOf } from './evidence-of.ts';
import { renderRepair, renderVerification } from './render-verification.ts';
import { writeBeside } from './write-beside.ts';

export interface VerifyFlags {
  readonly repair?: boolean;
  readonly report?: string;
  readonly lockTimeout: number;
}

export async function verify(
  context: Context,
  name: string,
  { repair, report, lockTimeout }: VerifyFlags,
): Promise<ExitCode> {
  const { configuration, enclosure } = await context.open();
  const environment = knownEnvironment(configuration, name);
  const { signal, actor, style } = context;
  const request = { environment, actor, time: new Date().toISOString() };
  const done: RepairReport = await withProgress(context, environment, async ({ onProgress }) =>
    repair === true
      ? await enclosure.repair(request, { signal, onProgress, lockTimeoutMs: lockTimeout })
      : { found: await enclosure.verify(environment, { signal, onProgress }) },
  );
  if (report !== undefined) await writeBeside(report, `${JSON.stringify(evidenceOf(done), undefined, 2)}\n`);
  if (context.json) context.printJson(repair === true ? repairJson(done) : verifyJson(done.found));
  else context.print(repair === true ? renderRepair(done, style) : renderVerification(done.found, style));
  if (done.sync?.result.outcome === 'refused') return 3;
  return exitCodeFor(done.left ?? done.found);
}

function exitCodeFor({ error, drift }: Verification): ExitCode {
  if (error !== undefined) return 1;
  return drift.length > 0 ? 2 : 0;
}
