/** `enclosure verify`: reads everything and reports drift; exits 2 on drift. */
import { knownEnvironment, withProgress, type Context } from '../context.ts';
import type { ExitCode } from '../exit-code.ts';
import { renderVerification } from '../render-verify.ts';

export async function verify(context: Context, name: string): Promise<ExitCode> {
  const { configuration, enclosure } = await context.open();
  const environment = knownEnvironment(configuration, name);
  const verification = await withProgress(context, environment, ({ onProgress }) =>
    enclosure.verify(environment, { signal: context.signal, onProgress }),
  );
  if (context.json) context.printJson(verification);
  else context.print(renderVerification(verification, context.style));
  return verification.drift.length > 0 ? 2 : 0;
}
