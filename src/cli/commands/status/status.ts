/** `enclosure status`: one entry an environment; exits 1 when one of them could not be read, after printing the rest. */
import { environmentsNamed, type Context } from '../../../terminal/context.ts';
import type { ExitCode } from '../../../terminal/exit-code.ts';
import { renderStatus } from './render-status.ts';
import { statusJson } from '../../../report/documents/status-json.ts';

export async function status(context: Context, name: string | undefined): Promise<ExitCode> {
  const { configuration, enclosure } = await context.open();
  const names = environmentsNamed(configuration, name);
  const entries = await enclosure.status(names, { signal: context.signal });
  if (context.json) context.printJson(entries.map(statusJson));
  else context.print(renderStatus(entries, context.style));
  return entries.some(({ error }) => error !== undefined) ? 1 : 0;
}
