import type { Enclosure } from '../../../src/enclosure/enclosure.ts';
import type { SyncReport } from '../../../src/model/sync/sync-report.ts';
import type { SyncRequest } from '../../../src/model/sync/sync-request.ts';
import { syncReport } from '../../unit/serve/sync-report.ts';

export interface FakeEnclosure extends Pick<Enclosure, 'sync'> {
  /** What `sync` was asked, without the scheduled requests. */
  readonly pushes: SyncRequest[];
  readonly scheduled: SyncRequest[];
}

/** An enclosure whose syncs of pushes do what the test says. The real one is tested end to end elsewhere. */
export function fakeEnclosure(
  sync: (request: SyncRequest, times: number, signal: AbortSignal) => Promise<SyncReport> = (request) =>
    Promise.resolve(syncReport(request.environment)),
): FakeEnclosure {
  const pushes: SyncRequest[] = [];
  const scheduled: SyncRequest[] = [];
  return {
    pushes,
    scheduled,
    sync: async (request, options = {}) => {
      if (request.reason === 'schedule') {
        scheduled.push(request);
        return syncReport(request.environment, 'unchanged');
      }
      pushes.push(request);
      return await sync(request, pushes.length, options.signal ?? new AbortController().signal);
    },
  };
}
