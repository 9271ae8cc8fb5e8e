/** What has to be known beside an answer; for standard error, so that the answer can be piped. Pure. */
import { escapeName } from '../../model/znode-path.ts';
import type { Style } from '../../terminal/style.ts';

export function renderNotes(notes: readonly string[], { colours }: Style): string[] {
  return notes.map((note) => `${colours.yellow('note')}: ${escapeName(note)}`);
}
