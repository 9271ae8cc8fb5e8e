import type { NotesReport, NotesState } from '../../model/notes-state.ts';
import { errorJson, type ErrorJson } from './error-json.ts';

export interface NotesJson {
  /** Of a run. */
  readonly written?: number;
  readonly pending: number | null;
  readonly since: string | null;
  readonly error?: ErrorJson;
}

/** The audit notes in `sync --json`, in `status --json` and in the line of a deployment. */
export function notesJson(notes: NotesState | NotesReport): NotesJson {
  const { pending, since, error } = notes;
  return {
    ...('written' in notes && { written: notes.written }),
    pending,
    since,
    ...(error !== undefined && { error: errorJson(error) }),
  };
}
