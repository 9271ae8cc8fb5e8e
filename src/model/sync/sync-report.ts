import type { Hold } from '../hold.ts';
import type { NotesReport } from '../notes-state.ts';
import type { Plan } from '../plan.ts';
import type { SyncResult } from './sync-result.ts';

export interface SyncReport {
  readonly result: SyncResult;
  /** With the outcome `held` none was made: this one has no steps. */
  readonly plan: Plan;
  /** What holds the environment: with the outcome `held`, and after a rollback. */
  readonly hold?: Hold;
  /** Where the repository has audit notes. */
  readonly notes?: NotesReport;
}
