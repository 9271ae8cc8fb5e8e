/** `enclosure history --from-notes`: the deployments as the audit notes in git tell them; the ensemble is not asked. */
import { count } from '../../../terminal/format-bytes.ts';
import { knownEnvironment, type Context } from '../../../terminal/context.ts';
import type { ExitCode } from '../../../terminal/exit-code.ts';
import { historyJson } from '../../../report/documents/history-json.ts';
import { renderTimeline } from './render-timeline.ts';
import { renderRemarks } from '../../render/render-remarks.ts';

const onlyDeployments = 'read from git: deployments only, not when the environment was held and resumed';

export async function historyFromNotes(
  context: Context,
  name: string,
  { limit }: { readonly limit: number },
): Promise<ExitCode> {
  const { configuration, enclosure } = await context.open();
  const environment = knownEnvironment(configuration, name);
  const { signal } = context;
  const { records, unread } = await enclosure.historyFromNotes(environment, { signal, limit });
  const entries = records.map((record) => ({ kind: 'deployment', record }) as const);
  if (context.json) context.printJson(entries.map(historyJson));
  else context.print(renderTimeline(entries, context.style));
  const left = unread > 0 ? [`left out: ${count(unread, 'line')} that this version cannot read`] : [];
  context.log(renderRemarks([onlyDeployments, ...left], context.errorStyle));
  return 0;
}
