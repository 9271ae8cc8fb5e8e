/** `enclosure serve`: until it is asked to end, and then in order; what runs may finish. */
import type { Context } from '../../terminal/context.ts';
import type { ExitCode } from '../../terminal/exit-code.ts';

export interface ServeFlags {
  readonly host: string;
  readonly port: number;
  readonly reconcile: number;
}

export async function serve(context: Context, { host, port, reconcile }: ServeFlags): Promise<ExitCode> {
  const opened = await context.open();
  const server = await context.world.serve(opened, { host, port, reconcileEveryMs: reconcile });
  try {
    if (context.json) context.printJson({ url: server.url });
    else context.print([`listening on ${server.url}`]);
    await untilAborted(context.signal);
  } finally {
    await server.close();
  }
  return 0;
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
