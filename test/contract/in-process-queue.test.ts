import { InProcessQueue } from '../../src/intake/queue/in-process-queue.ts';
import type { SyncRequest } from '../../src/model/sync/sync-request.ts';
import { recordingLog } from '../unit/serve/recording-log.ts';
import { describeQueue } from './queue.ts';

describeQueue('the in-process queue', ({ work, attempts }) => {
  const dead: SyncRequest[] = [];
  const queue = new InProcessQueue({
    work,
    onDead: (request) => dead.push(request),
    log: recordingLog().log,
    backoff: { attempts, firstDelayMs: 1, maxDelayMs: 2 },
  });
  const stop = (): Promise<void> => queue.close(AbortSignal.abort());
  return Promise.resolve({ queue, dead, refuse: stop, stop });
});
