/** `enclosure history`: the deployments and holds of an environment, newest first; or one deployment with its changes. */
import { EnclosureError } from '../../../base/enclosure-error.ts';
import { knownEnvironment, type Context } from '../../../terminal/context.ts';
import type { ExitCode } from '../../../terminal/exit-code.ts';
import { deploymentJson, historyJson } from '../../../report/documents/history-json.ts';
import { renderDeployment } from './render-deployment.ts';
import { renderTimeline } from './render-timeline.ts';
import { renderRemarks } from '../../render/render-remarks.ts';
import { historyFromNotes } from './history-from-notes.ts';

export interface HistoryFlags {
  readonly limit: number;
  /** Milliseconds since 1970. */
  readonly since?: number;
  readonly path?: string;
  /** A revision. */
  readonly show?: number;
  readonly fromNotes?: boolean;
}

export async function history(context: Context, name: string, flags: HistoryFlags): Promise<ExitCode> {
  const { limit, since, path, show } = flags;
  const chosen = since !== undefined || path !== undefined;
  if (show !== undefined && (chosen || flags.fromNotes === true)) throw notTogether('--show');
  if (flags.fromNotes === true && chosen) throw notTogether('--from-notes');
  if (flags.fromNotes === true) return await historyFromNotes(context, name, flags);
  if (show !== undefined) return await showDeployment(context, name, show);
  const { configuration, enclosure } = await context.open();
  const environment = knownEnvironment(configuration, name);
  const question = { limit, ...(since !== undefined && { since }), ...(path !== undefined && { path }) };
  const { entries, remarks } = await enclosure.timeline(environment, question, { signal: context.signal });
  if (context.json) context.printJson(entries.map(historyJson));
  else if (entries.length === 0 && chosen) context.print(['no such deployment']);
  else context.print(renderTimeline(entries, context.style));
  context.log(renderRemarks(remarks, context.errorStyle));
  return 0;
}

async function showDeployment(context: Context, name: string, revision: number): Promise<ExitCode> {
  const { configuration, enclosure } = await context.open();
  const environment = knownEnvironment(configuration, name);
  const details = await enclosure.deployment(environment, revision, { signal: context.signal });
  if (context.json) context.printJson(deploymentJson(details));
  else context.print(renderDeployment(details, context.style));
  context.log(renderRemarks(details.remarks, context.errorStyle));
  return 0;
}

function notTogether(flag: string): EnclosureError {
  return new EnclosureError('usage-invalid', `${flag} stands alone: it takes no filter`, {
    expected: `${flag} without --since, --path and others like it`,
    next: 'Run enclosure history --help',
  });
}
