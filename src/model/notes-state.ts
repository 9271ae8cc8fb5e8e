import type { EnclosureError } from '../base/enclosure-error.ts';

/** Whether the audit notes in git say what the history says. */
export interface NotesState {
  /** Records that have no note there yet; null where that is not known. */
  readonly pending: number | null;
  /** When the oldest of them was deployed. */
  readonly since: string | null;
  /** Why it is so, or why it is not known; whatever it is, the next run tries again. */
  readonly error?: EnclosureError;
}

export interface NotesReport extends NotesState {
  /** Records that got their note in this run. */
  readonly written: number;
  readonly durationMs: number;
}
