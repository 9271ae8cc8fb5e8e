/**
 * From one revision to a later one by the records of the deployments between them: only the znodes that they name are
 * read, so a change costs what it changes and not what the tree holds.
 *
 * Taken only where nothing is left to belief: every record is there, names all its changes, follows on the one before it,
 * and came from a comparison of commits; and every znode that is read holds what its record says. Otherwise undefined, and
 * the whole tree is read.
 */
import type { Channel } from '../../model/ports/channel.ts';
import type { Change, DeploymentRecord } from '../../model/deployment-record.ts';
import type { State } from '../../model/state.ts';
import { readRecord, type StateOwner } from '../../state/read-state.ts';
import { readZnodes } from '../../zookeeper/tree/read-tree.ts';
import { algorithmOf, znodeOf } from './read-whole-tree.ts';
import type { RevisionTree, RevisionZnode } from './revision-tree.ts';

/** More of them at once, and reading the tree is no worse. */
const maxRecords = 50;

export async function readChanges(
  channel: Channel,
  environment: StateOwner,
  known: RevisionTree,
  state: State,
): Promise<Map<string, RevisionZnode> | undefined> {
  const from = known.revision ?? 0;
  const count = state.revision - from;
  if (from === 0 || count < 1 || count > maxRecords || known.znode !== state.znode) return undefined;
  const revisions = Array.from({ length: count }, (_, index) => from + 1 + index);
  const records = await Promise.all(revisions.map((revision) => readRecord(channel, environment, revision)));
  const changes = changesOf(records, known.commit);
  if (changes === undefined) return undefined;

  const znodes = new Map(known.znodes);
  const wanted = new Map<string, string>();
  for (const [path, { after }] of changes) {
    if (after === null) znodes.delete(path);
    else wanted.set(path, after);
  }
  const algorithm = algorithmOf(state.commit);
  let asRecorded = true;
  await readZnodes(channel, state.znode, wanted.keys(), {
    visit(path, data, stat) {
      const znode = znodeOf(data, algorithm, known.znodes.get(path));
      asRecorded &&= znode.content === wanted.get(path) && stat.ephemeralOwner === 0n;
      znodes.set(path, znode);
    },
    missing: () => (asRecorded = false),
  });
  return asRecorded ? znodes : undefined;
}

/** What the records did in all, by path; undefined where they do not tell everything. */
export function changesOf(
  records: readonly (DeploymentRecord | undefined)[],
  from: string | null,
): Map<string, Change> | undefined {
  const changes = new Map<string, Change>();
  let previous = from;
  for (const record of records) {
    if (record === undefined || record.mode !== 'fast' || record.changesCut > 0) return undefined;
    if (record.previousCommit !== previous) return undefined;
    for (const change of record.changes) changes.set(change.path, change);
    previous = record.commit;
  }
  return changes;
}
