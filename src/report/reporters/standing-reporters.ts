import type { Environment } from '../../model/environment.ts';
import type { Reporter } from '../../model/ports/reporter.ts';
import type { RunOptions } from '../../model/run-options.ts';
import type { OpenRun } from '../../sync/open/open-run.ts';
import { notesReporter } from './notes-reporter.ts';

/** Who hears of every run on an environment, because its configuration says so. A new reporter is a file and a line here. */
export function standingReporters(
  environment: Environment,
  open: OpenRun,
  options: RunOptions,
): readonly Reporter[] {
  return [notesReporter(environment, open, options)];
}
