/** Starts the server of `enclosure serve`, with its log; loaded when it is needed. */
import type { Opened, RunningServer, ServerSettings } from '../terminal/world.ts';

export async function openServer(opened: Opened, settings: ServerSettings): Promise<RunningServer> {
  const [{ createLog }, { startServer }] = await Promise.all([
    import('../serve/create-log.ts'),
    import('../serve/start-server.ts'),
  ]);
  return await startServer({ ...opened, ...settings, log: createLog() });
}
