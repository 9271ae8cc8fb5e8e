/**
 * The records that ought to stand in the audit notes, read from the history: what is missing there is known from nothing
 * else, so that a process that dies between its deployment and its note leaves nothing unsaid. Never writes.
 */
import { joinPath } from '../../model/znode-path.ts';
import { recordName, statePaths } from '../../state/state-paths.ts';
import { listRevisions, type StateOwner } from '../../state/read-state.ts';
import type { Channel } from '../../model/ports/channel.ts';
import { linesOf, noteLine } from './note-line.ts';

/** A record as it stands in the note on its commit. */
export interface RecordedLine {
  readonly commit: string;
  readonly line: string;
  /** When the deployment ended. */
  readonly ended: string;
}

/** How far back missing notes are looked for. */
const lookBack = 100;

/** Newest first. */
export async function readRecordedLines(channel: Channel, environment: StateOwner): Promise<RecordedLine[]> {
  const { history } = statePaths(environment);
  const revisions = (await listRevisions(channel, environment)).slice(0, lookBack);
  const lines = await Promise.all(
    revisions.map(async (revision) => {
      const path = joinPath(history, recordName(revision));
      const found = await channel.getData(path);
      return found === undefined ? undefined : noteLine(found.data, path);
    }),
  );
  return lines
    .filter((line) => line !== undefined)
    .map(({ line, record }) => ({ line, commit: record.commit, ended: record.ended }));
}

/** Those that no note has. */
export function missingLines(
  recorded: readonly RecordedLine[],
  notes: ReadonlyMap<string, string>,
): RecordedLine[] {
  const noted = new Set([...notes.values()].flatMap(linesOf));
  return recorded.filter(({ line }) => !noted.has(line));
}

export function commitsOf(recorded: readonly RecordedLine[]): ReadonlySet<string> {
  return new Set(recorded.map(({ commit }) => commit));
}
