/** `enclosure at`: what an environment was, the list of its znodes or the bytes of one file, to the last one. */
import { EnclosureError } from '../../../base/enclosure-error.ts';
import { atJson } from '../../../report/documents/at-json.ts';
import { type Context, knownEnvironment } from '../../../terminal/context.ts';
import type { ExitCode } from '../../../terminal/exit-code.ts';
import type { Moment } from '../../../verbs/environment-at.ts';
import { renderRemarks } from '../../render/render-remarks.ts';
import { renderAt } from './render-at.ts';

export interface AtFlags {
  /** Milliseconds since 1970. */
  readonly time?: number;
  readonly revision?: number;
}

export async function at(
  context: Context,
  name: string,
  path: string | undefined,
  flags: AtFlags,
): Promise<ExitCode> {
  const moment = momentOf(flags);
  const { configuration, enclosure } = await context.open();
  const environment = knownEnvironment(configuration, name);
  const question = { moment, ...(path !== undefined && { path }) };
  const then = await enclosure.at(environment, question, { signal: context.signal });
  const file = path !== undefined && then.content !== undefined;
  if (context.json) context.printJson(atJson(then, file));
  else if (file && then.content !== undefined) context.printBytes(then.content.data);
  else context.print(renderAt(then, context.style));
  context.log(renderRemarks(then.remarks, context.errorStyle));
  return 0;
}

function momentOf({ time, revision }: AtFlags): Moment {
  if (time !== undefined && revision === undefined) return { time };
  if (revision !== undefined && time === undefined) return { revision };
  throw new EnclosureError('usage-invalid', 'say which moment is meant', {
    expected: 'either --time or --revision',
    found: time === undefined ? 'neither' : 'both',
  });
}
