/**
 * Copies znodes to files, a few requests' worth at a time: a tree of any size takes no more memory than that. Fails as
 * reading does, and with `directory-failed`.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfAborted } from '../../base/enclosure-error.ts';
import type { Channel } from '../../model/ports/channel.ts';
import { readZnodes } from '../../zookeeper/tree/read-tree.ts';
import type { LaidOutFile, TreeLayout } from '../../files/lay-out-tree.ts';
import { asking } from './partial-directory.ts';
import type { Survey, SurveyedZnode, TreeReadOptions } from './survey-tree.ts';

/** What is held between reading and writing. */
const batchBytes = 4 * 1024 * 1024;
const batchFiles = 800;
/** Node works on four at a time; some more keep it busy. */
const width = 16;

export interface CopyFrom {
  readonly channel: Channel;
  readonly root: string;
  readonly survey: Survey;
}

export interface Written {
  readonly bytes: number;
  /** Znodes that are not what they were in the survey any more. */
  readonly changed: number;
}

/** @param directory where to, there and empty */
export async function writeFiles(
  { channel, root, survey }: CopyFrom,
  { directories, files }: TreeLayout<SurveyedZnode>,
  directory: string,
  { signal, onProgress }: TreeReadOptions,
): Promise<Written> {
  for (const path of directories) {
    throwIfAborted(signal);
    await asking(path, mkdir(join(directory, path)));
  }
  let [done, bytes, changed] = [0, 0, 0];
  for (const batch of batchesOf(files)) {
    const found = new Map<string, Buffer>();
    await readZnodes(
      channel,
      root,
      batch.map(({ znode }) => znode),
      {
        expect: (path) => survey.znodes.get(path),
        sizeOf: (surveyed) => surveyed.bytes,
        ...(signal !== undefined && { signal }),
        visit(path, data, { mzxid }, surveyed) {
          if (mzxid !== surveyed?.mzxid) changed += 1;
          found.set(path, Buffer.from(data));
        },
        missing: () => (changed += 1),
      },
    );
    for (let start = 0; start < batch.length; start += width) {
      throwIfAborted(signal);
      const written = batch.slice(start, start + width).map(async ({ path, znode }) => {
        const data = found.get(znode);
        if (data === undefined) return 0;
        await asking(path, writeFile(join(directory, path), data, { flag: 'wx' }));
        return data.length;
      });
      for (const length of await Promise.all(written)) bytes += length;
    }
    done += batch.length;
    onProgress?.({ phase: 'write', done, total: files.length });
  }
  return { bytes, changed };
}

type SurveyedFile = LaidOutFile<SurveyedZnode>;

function* batchesOf(files: readonly SurveyedFile[]): Generator<readonly SurveyedFile[]> {
  let batch: SurveyedFile[] = [];
  let bytes = 0;
  for (const file of files) {
    if (batch.length === batchFiles || (batch.length > 0 && bytes + file.of.bytes > batchBytes)) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(file);
    bytes += file.of.bytes;
  }
  if (batch.length > 0) yield batch;
}
