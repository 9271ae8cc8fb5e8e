/** `enclosure blame`: which commit and which deployment set a znode, and whether the live one is still that. */
import { blameJson } from '../../../report/documents/blame-json.ts';
import { knownEnvironment, type Context } from '../../../terminal/context.ts';
import type { ExitCode } from '../../../terminal/exit-code.ts';
import { renderBlame, renderBlameTree } from './render-blame.ts';
import { renderRemarks } from '../../render/render-remarks.ts';

export async function blame(
  context: Context,
  name: string,
  path: string,
  { tree = false }: { readonly tree?: boolean },
): Promise<ExitCode> {
  const { configuration, enclosure } = await context.open();
  const environment = knownEnvironment(configuration, name);
  const answer = await enclosure.blame(environment, { path, tree }, { signal: context.signal });
  if (context.json) context.printJson(blameJson(answer, tree));
  else context.print(tree ? renderBlameTree(answer, context.style) : renderBlame(answer, context.style));
  context.log(renderRemarks(answer.remarks, context.errorStyle));
  return 0;
}
