/**
 * From a live tree to files that, committed and synced, give the same tree. Reads it twice: names that no file can have are
 * refused before anything is written, and contents are never held. Takes no lock: who writes meanwhile is counted.
 *
 * Fails with `znode-unknown`, `name-unholdable`, `directory-taken`, `directory-failed`, and as reading does; the directory
 * is then as it was.
 */
import { EnclosureError } from '../../base/enclosure-error.ts';
import { layOutTree, type TreeLayout } from '../../files/lay-out-tree.ts';
import { probeFolding } from '../../files/probe-folding.ts';
import { refuseUnholdable } from '../../files/unholdable-names.ts';
import { escapeName } from '../../model/znode-path.ts';
import type { Channel } from '../../model/ports/channel.ts';
import type { ExportReport } from './export-report.ts';
import { asking, openPartial, partialOf, requireFree } from './partial-directory.ts';
import { surveyTree, type TreeReadOptions } from './survey-tree.ts';
import { refuseUnsyncable } from './refuse-unsyncable.ts';
import { writeFiles } from './write-files.ts';

export type ExportedTree = Omit<ExportReport, 'ensemble'>;

/** @param directory absolute; missing or empty */
export async function exportTree(
  channel: Channel,
  root: string,
  directory: string,
  options: TreeReadOptions,
): Promise<ExportedTree> {
  const started = Date.now();
  await requireFree(directory);
  const survey = await surveyTree(channel, root, options);
  if (!survey.znodes.has('')) throw unknownZnode(root);
  refuseUnsyncable(survey.znodes.keys());
  const plan = layOutTree(survey.znodes, ({ bytes }) => bytes);
  const partial = await openPartial(directory);
  try {
    await refuseOnDisk(plan, directory, partial.path);
    const written = await writeFiles({ channel, root, survey }, plan, partial.path, options);
    await partial.finish();
    return {
      znode: root,
      directory,
      znodes: survey.znodes.size,
      files: plan.files.length,
      directories: plan.directories.length,
      ...written,
      ephemeral: survey.ephemeral,
      durationMs: Date.now() - started,
    };
  } catch (error) {
    await partial.discard();
    throw error;
  }
}

async function refuseOnDisk(plan: TreeLayout<unknown>, directory: string, partial: string): Promise<void> {
  const folding = await asking(partial, probeFolding(partial));
  const paths = [...plan.directories, ...plan.files.map(({ path }) => path)];
  // The longer of its two names: all of its paths have to fit under both.
  const limits = { ...folding, directory: partialOf(directory) };
  refuseUnholdable(paths, limits, 'Rename or delete these znodes, or name a directory on another disk.');
}

function unknownZnode(root: string): EnclosureError {
  return new EnclosureError('znode-unknown', 'there is no such znode', {
    where: escapeName(root),
    expected: 'a znode that exists and is not ephemeral',
    next: 'Look at what there is with the client of ZooKeeper, for example zkCli.sh ls.',
  });
}
