/** The scheduled reconcile of every environment, by the queue that `serve` has, in this process. */
import { InProcessQueue } from '../../src/intake/queue/in-process-queue.ts';
import { scheduledRequest } from '../../src/model/sync/sync-request.ts';
import type { Opened } from '../../src/terminal/world.ts';
import { quietLog } from './quiet-log.ts';

export async function reconcileAll({ configuration, enclosure }: Opened, concurrency: number) {
  const names = [...configuration.environments.keys()];
  let left = names.length;
  let failed = 0;
  const ended = new Promise<void>((resolve) => {
    const end = (): void => {
      left -= 1;
      if (left === 0) resolve();
    };
    const queue = new InProcessQueue({
      concurrency,
      maxWaiting: names.length,
      backoff: { attempts: 1 },
      log: quietLog,
      async work(request, signal) {
        await enclosure.sync(request, { signal });
        end();
      },
      onDead(_request, error) {
        failed += 1;
        if (failed === 1) process.stderr.write(`${String(error)}\n`);
        end();
      },
    });
    void queue.send(names.map((name) => scheduledRequest(name, new Date())));
  });
  const begin = performance.now();
  await ended;
  return { seconds: (performance.now() - begin) / 1000, failed };
}
