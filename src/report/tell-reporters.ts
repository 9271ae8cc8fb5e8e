import type { Reporter, ReportedRequest, RunMeasure } from '../model/ports/reporter.ts';
import type { RunOptions } from '../model/run-options.ts';
import type { SyncReport } from '../model/sync/sync-report.ts';

/**
 * Does a run and tells the reporters of it, one after the other in their order. Ends and fails as the run does: what becomes of
 * a reporter does not touch it.
 */
export async function tellReporters<Options extends RunOptions>(
  reporters: readonly Reporter[],
  request: ReportedRequest,
  options: Options,
  run: (options: Options) => Promise<SyncReport>,
): Promise<SyncReport> {
  const started = performance.now();
  let lockWaitMs: number | undefined;
  const measure = (): RunMeasure => ({
    durationMs: Math.round(performance.now() - started),
    ...(lockWaitMs !== undefined && { lockWaitMs }),
    ended: new Date(),
  });
  const watched: Options = {
    ...options,
    onLockWait(ms) {
      lockWaitMs = ms;
      options.onLockWait?.(ms);
    },
    onSharedFetch(event) {
      options.onSharedFetch?.(event);
      for (const reporter of reporters) passOver(() => reporter.fetched?.(request.environment, event));
    },
  };
  let report: SyncReport;
  try {
    report = await run(watched);
  } catch (error) {
    for (const reporter of reporters) passOver(() => reporter.failed?.(request, error, measure()));
    throw error;
  }
  const measured = measure();
  for (const reporter of reporters) {
    try {
      const added = await reporter.ended?.(request, report, measured);
      if (added !== undefined) report = { ...report, ...added };
    } catch {
      // The run is done, whatever becomes of its report.
    }
  }
  return report;
}

function passOver(tell: () => void): void {
  try {
    tell();
  } catch {
    // As above.
  }
}
