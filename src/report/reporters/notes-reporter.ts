import type { Environment } from '../../model/environment.ts';
import type { Reporter } from '../../model/ports/reporter.ts';
import type { RunOptions } from '../../model/run-options.ts';
import type { OpenRun } from '../../sync/open/open-run.ts';
import { keepNotes } from '../notes/keep-notes.ts';

/** Writes the audit notes of an environment whose repository asks for them, and says in the report what became of them. */
export function notesReporter(environment: Environment, open: OpenRun, options: RunOptions): Reporter {
  return {
    async ended() {
      const notes = await keepNotes(environment, open, options);
      return notes === undefined ? {} : { notes };
    },
  };
}
