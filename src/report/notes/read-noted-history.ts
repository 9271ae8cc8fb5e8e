/** The history of an environment from the audit notes alone: what is left of it when the ensemble is lost. */
import type { DeploymentRecord } from '../../model/deployment-record.ts';
import type { Cancellable, GitNotes } from '../../model/ports/git-repository.ts';
import { recordsIn } from './note-line.ts';

export interface NotedHistory {
  /** Newest first. */
  readonly records: readonly DeploymentRecord[];
  /** Lines of the notes, of any environment, that are no records or of a newer format. */
  readonly unread: number;
}

/** Asks the remote for its notes. Fails as git does. */
export async function readNotedHistory(
  notes: GitNotes,
  environment: string,
  options: Cancellable = {},
): Promise<NotedHistory> {
  const texts = await notes.read(await notes.fetchTip(options), undefined, options);
  const found = [...texts].map(([commit, text]) => recordsIn(text, `the note on ${commit}`));
  const records = found
    .flatMap((note) => note.records)
    .filter((record) => record.environment === environment);
  return {
    records: newestFirst(records),
    unread: found.reduce((sum, note) => sum + note.unread, 0),
  };
}

/**
 * By revision, as the history has them, whatever the clocks said. Only where revisions were given out again, because the
 * ensemble had been lost before, nothing but the time tells which is the newer.
 */
function newestFirst(records: readonly DeploymentRecord[]): DeploymentRecord[] {
  const once = new Set(records.map(({ revision }) => revision)).size === records.length;
  const byRevision = records.toSorted((one, other) => other.revision - one.revision);
  return once
    ? byRevision
    : byRevision.toSorted((one, other) => Date.parse(other.ended) - Date.parse(one.ended));
}
