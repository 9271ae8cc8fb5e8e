/** What is to be said of audit notes, in a sentence. Pure. */
import type { NotesState } from '../../model/notes-state.ts';
import { count, formatTime } from '../../terminal/format-bytes.ts';
import type { Style } from '../../terminal/style.ts';

/** Undefined where every deployment has its note: then there is nothing to do. */
export function auditNotesLine(
  { pending, since, error }: NotesState,
  { colours }: Style,
): string | undefined {
  if (pending === 0 && error === undefined) return undefined;
  const oldest = since === null ? '' : `, the oldest of ${formatTime(since)}`;
  const state = pending === null ? 'not known' : `${count(pending, 'deployment')} without a note${oldest}`;
  return [colours.yellow(state), ...(error === undefined ? [] : [error.message])].join(': ');
}
