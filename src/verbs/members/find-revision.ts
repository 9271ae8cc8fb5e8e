/**
 * Which revision a commit became: that of the newest deployment record that names it, as its commit or among those that it
 * brought along, for a push that came while another was applied has no record of its own. Fails as reading a record does.
 */
import type { Channel } from '../../model/ports/channel.ts';
import type { DeploymentRecord } from '../../model/deployment-record.ts';
import { listRevisions, readRecord, type StateOwner } from '../../state/read-state.ts';

/** Looks a commit up by its first digits; undefined while no record has it. */
export type FindRevision = (channel: Channel, prefix: string) => Promise<number | undefined>;

/** A history has some hundreds of records of up to 50 KB, and the newest is nearly always the one. */
const recordsAtOnce = 8;

/** Remembers what it read: a record never changes, so that looking again costs what is new. */
export function revisionFinder(environment: StateOwner): FindRevision {
  const known = new Map<number, readonly string[]>();
  return async (channel, prefix) => {
    const revisions = await listRevisions(channel, environment);
    for (let start = 0; start < revisions.length; start += recordsAtOnce) {
      const batch = revisions.slice(start, start + recordsAtOnce);
      await Promise.all(
        batch.map(async (revision) => {
          if (known.has(revision)) return;
          const record = await readRecord(channel, environment, revision);
          known.set(revision, record === undefined ? [] : commitsOf(record));
        }),
      );
      const found = batch.find((revision) => known.get(revision)?.some((sha) => sha.startsWith(prefix)));
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

function commitsOf({ commit, commits }: DeploymentRecord): readonly string[] {
  return [commit, ...commits.map(({ sha }) => sha)];
}
