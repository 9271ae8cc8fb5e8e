/** `enclosure export`: a live tree as files, the way into git. */
import type { ExitCode } from '../../../terminal/exit-code.ts';
import { withProgress, type Context } from '../../../terminal/context.ts';
import { renderExport } from './render-export.ts';

export async function exportFiles(
  context: Context,
  ensemble: string,
  znode: string,
  directory: string,
): Promise<ExitCode> {
  const { enclosure } = await context.open();
  const { signal } = context;
  const report = await withProgress(context, znode, ({ onProgress }) =>
    enclosure.export({ ensemble, znode, directory }, { signal, onProgress }),
  );
  if (context.json) context.printJson(report);
  else context.print(renderExport(report, context.style));
  return 0;
}
