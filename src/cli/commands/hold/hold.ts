/** `enclosure hold`: from now on nothing but a rollback is applied. */
import { escapeName } from '../../../model/znode-path.ts';
import type { HoldEnd } from '../../../model/hold.ts';
import { heldJson } from '../../../report/documents/held-json.ts';
import { knownEnvironment, withProgress, type Context } from '../../../terminal/context.ts';
import type { ExitCode } from '../../../terminal/exit-code.ts';
import { renderHold } from '../../render/render-hold.ts';

export interface HoldFlags {
  readonly message: string;
  readonly until?: HoldEnd;
  readonly lockTimeout: number;
}

export async function hold(context: Context, name: string, flags: HoldFlags): Promise<ExitCode> {
  const { signal, style } = context;
  const { message, until, lockTimeout: lockTimeoutMs } = flags;
  const { configuration, enclosure } = await context.open();
  const environment = knownEnvironment(configuration, name);
  const wish = { who: context.actor, why: message, ...(until !== undefined && { until }) };
  const held = await withProgress(context, environment, ({ onProgress }) =>
    enclosure.hold(environment, wish, { signal, onProgress, lockTimeoutMs }),
  );
  if (context.json) context.printJson({ environment, held: heldJson(held) });
  context.print([`${style.colours.bold(escapeName(environment))}:`, ...renderHold(held, style)]);
  return 0;
}
