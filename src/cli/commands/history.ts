/** `enclosure history`: the deployments of an environment, newest first. */
import { knownEnvironment, type Context } from '../context.ts';
import type { ExitCode } from '../exit-code.ts';
import { renderHistory } from '../render-history.ts';

export async function history(
  context: Context,
  name: string,
  { limit }: { readonly limit: number },
): Promise<ExitCode> {
  const { configuration, enclosure } = await context.open();
  const environment = knownEnvironment(configuration, name);
  const records = await enclosure.history(environment, { signal: context.signal, limit });
  if (context.json) context.printJson(records);
  else context.print(renderHistory(records, context.style));
  return 0;
}
