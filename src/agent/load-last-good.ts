/**
 * Keeps the last good revision on disk, so that an application starts while ZooKeeper is away. One file, written beside and
 * renamed over; its digest is checked when it is read. What is damaged, foreign or of a newer format counts as not there.
 *
 * The file: a line of JSON, then the data of all znodes in the order that the line gives.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EnclosureError } from '../base/enclosure-error.ts';
import { contentIdOf } from '../model/content-id.ts';
import type { StateOwner } from '../state/read-state.ts';
import { algorithmOf } from './reading/read-whole-tree.ts';
import {
  makeRevisionTree,
  type RevisionTree,
  type RevisionFacts,
  type RevisionZnode,
} from './reading/revision-tree.ts';
import { createFile, nodeDisk, syncPath } from '../files/disk.ts';
import { makeWhole } from '../files/make-whole.ts';

interface Header extends RevisionFacts {
  readonly format: 1;
  readonly digest: string;
  readonly znodes: readonly (readonly [path: string, size: number])[];
}

/** One file an environment; the name does not depend on the servers, which may move. */
function fileOf(cacheDirectory: string, { name, stateRoot }: StateOwner): string {
  const key = createHash('sha256').update(`${stateRoot}\0${name}`).digest('hex').slice(0, 16);
  return join(cacheDirectory, `snapshot-${key}`);
}

/** Fails with `directory-failed`; the one that was there before stays then. */
export async function saveLastGood(
  cacheDirectory: string,
  environment: StateOwner,
  tree: RevisionTree,
): Promise<void> {
  const file = fileOf(cacheDirectory, environment);
  const { znode, revision, commit, digest } = tree;
  const header: Header = {
    format: 1,
    environment: tree.environment,
    znode,
    revision,
    commit,
    digest,
    znodes: [...tree.znodes].map(([path, { data }]) => [path, data.length]),
  };
  try {
    await mkdir(cacheDirectory, { recursive: true, mode: 0o700 });
    const data = [...tree.znodes.values()].map((one) => one.data);
    const bytes = Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), ...data]);
    await makeWhole({
      beside: `${file}.${randomUUID()}`,
      path: file,
      make: (beside) => createFile(beside, bytes, 0o600, nodeDisk),
    });
    await syncPath(dirname(file), nodeDisk);
  } catch (error) {
    throw new EnclosureError('directory-failed', 'the last good revision could not be kept', {
      where: cacheDirectory,
      found: (error as NodeJS.ErrnoException).code ?? 'an unknown error',
      next: 'Make room, or give this process the right to write there. Without it the application cannot start while ZooKeeper is away.',
      cause: error,
    });
  }
}

/** Undefined where there is none that can be trusted. */
export async function loadLastGood(
  cacheDirectory: string,
  environment: StateOwner,
): Promise<RevisionTree | undefined> {
  try {
    const bytes = await readFile(fileOf(cacheDirectory, environment));
    const end = bytes.indexOf(0x0a);
    const header = JSON.parse(bytes.subarray(0, end).toString()) as Header;
    if (header.format !== 1 || header.environment !== environment.name) return undefined;
    const algorithm = algorithmOf(header.commit);
    const znodes: [string, RevisionZnode][] = [];
    let offset = end + 1;
    for (const [path, size] of header.znodes) {
      const data = bytes.subarray(offset, offset + size);
      znodes.push([path, { data, content: contentIdOf(algorithm, data) }]);
      offset += size;
    }
    const tree = makeRevisionTree(header, znodes);
    return offset === bytes.length && tree.digest === header.digest ? tree : undefined;
  } catch {
    return undefined;
  }
}
